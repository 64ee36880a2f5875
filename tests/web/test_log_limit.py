"""The log has an end, whatever strangers send, and it quotes no record."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.shared.streamlit_internals import message_type
from tracker.web.gates.log_limit import LimitedStream, limit_log


def test_after_so_many_bytes_a_minute_is_silent_and_the_next_says_how_many_were_left_out():
    now, out = [0.0], io.StringIO()
    limit = LimitedStream(out, most=10, clock=lambda: now[0])
    for text in ("1234\n", "Я\n", "567\n", "\n"):
        limit.write(text)
    assert out.getvalue() == "1234\nЯ\n"
    now[0] = 61.0
    limit.write("again\n")
    assert out.getvalue() == "1234\nЯ\n(5 bytes were left out)\nagain\n"


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is printed while the limit is in force."""
    out, factory = io.StringIO(), logging.getLogRecordFactory()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    handler, logger = logging.StreamHandler(out), logging.getLogger("tracker.tests.log_limit")
    logger.addHandler(handler)
    limit_log()
    yield out
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


def test_every_handler_that_prints_has_the_limit_and_so_has_print(printed: io.StringIO) -> None:
    logging.getLogger("tracker.tests.log_limit").warning("x" * 15_000)
    print("x" * 15_000)
    assert len(printed.getvalue()) < 16_000


def test_of_an_error_the_class_and_the_place_are_written_and_not_what_it_says(printed: io.StringIO) -> None:
    try:
        int("name of a witness")
    except ValueError:
        logging.getLogger("tracker.tests.log_limit").exception("It failed")
    written = printed.getvalue()
    assert written.startswith("It failed Traceback without contents: ValueError in /")
    assert ("witness" in written, __file__ in written, written.count("\n")) == (False, True, 1)


def test_a_message_whose_address_cannot_be_parsed_is_none_of_streamlits():
    message = BackMsg()
    message.rerun_script.context_info.url = "http://[/recommendations"
    assert message_type(message.SerializeToString()) is None
    message.rerun_script.context_info.url = "http://[::1]/recommendations"
    assert message_type(message.SerializeToString()) == "rerun_script"
