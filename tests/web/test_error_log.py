"""The log quotes no record."""

import io
import logging
import threading
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.shared.streamlit_internals import message_type
from tracker.web.gates.error_log import log_without_contents


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged."""
    out, factory = io.StringIO(), logging.getLogRecordFactory()
    handler = logging.StreamHandler(out)
    logging.root.addHandler(handler)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    log_without_contents()
    yield out
    logging.root.removeHandler(handler)
    logging.setLogRecordFactory(factory)


@pytest.mark.parametrize("is_thread", [False, True])
def test_of_an_error_the_class_and_the_place_are_written_and_not_what_it_says(
    logged: io.StringIO, is_thread: bool
) -> None:
    def fails() -> None:
        int("name of a witness")

    if is_thread:
        (thread := threading.Thread(target=fails)).start()
        thread.join()
    else:
        try:
            fails()
        except ValueError:
            logging.getLogger("tracker.tests").exception("It failed")
    said = "A thread ended" if is_thread else "It failed"
    assert logged.getvalue().startswith(f"{said} Traceback without contents: ValueError in /")
    assert ("witness" in logged.getvalue(), __file__ in logged.getvalue()) == (False, True)


def test_a_message_whose_address_cannot_be_parsed_is_none_of_streamlits():
    message = BackMsg()
    message.rerun_script.context_info.url = "http://[/recommendations"
    assert message_type(message.SerializeToString()) is None
    message.rerun_script.context_info.url = "http://[::1]/recommendations"
    assert message_type(message.SerializeToString()) == "rerun_script"
