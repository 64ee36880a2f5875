"""A module of ours runs in a process of its own: it gets everything that was sent, and is ended when asked."""

import time

import pytest

from tracker.importing.parser_process import parse_upload
from tracker.model.errors import UnreadableUpload
from tracker.storage.limited_process import ProcessCancelled, ProcessTooSlow, run_limited


def test_a_process_gets_all_of_a_file_that_is_larger_than_a_pipe():
    # the process needs a second to start, so most of the file waits
    with pytest.raises(UnreadableUpload, match="no text that can be read"):
        parse_upload(b"\x01\x02\x03\x04" * 2_000_000)


def test_a_process_that_takes_too_long_is_ended():
    with pytest.raises(ProcessTooSlow):
        run_limited("timeit", b"", 0.05)


def test_a_process_is_ended_when_a_person_cancels():
    asked = []
    started = time.monotonic()
    with pytest.raises(ProcessCancelled):
        run_limited("tracker.importing.parser_process", b"", 20.0, is_cancelled=lambda: asked.append(1) or True)
    assert asked == [1]
    assert time.monotonic() - started < 20
