"""Log errors without their contents, which may quote a record. How much is logged is limited by the service manager."""

import logging
import threading
import traceback
from types import TracebackType
from typing import Any

MAX_PLACES_OF_ERROR = 8
"""The largest number of places in code that are logged for an error."""


def place_of_error(error: BaseException, trace: TracebackType | None) -> str:
    """Return the class of an error and the last places that led to it, but no message, which may quote a record."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(trace)]
    ours = [place for place in frames[:-1] if "site-packages" not in place[0]] + frames[-1:]
    places = ", ".join(f"{path}:{line}" for path, line in ours[-MAX_PLACES_OF_ERROR:])
    return f"Traceback without contents: {type(error).__qualname__} in {places}"


def log_without_contents() -> None:
    """From now on, log errors without their messages, also those that end a thread."""
    make_record = logging.getLogRecordFactory()

    def make_record_without_contents(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        if record.exc_info and record.exc_info[1]:
            place = place_of_error(record.exc_info[1], record.exc_info[2])
            record.msg, record.args = f"{record.getMessage().strip()} {place}", ()
            record.exc_info = None
        return record

    def log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
        logging.getLogger(__name__).error("A thread ended", exc_info=ended.exc_value)

    logging.setLogRecordFactory(make_record_without_contents)
    threading.excepthook = log_end_of_thread
