"""Limit how many bytes a minute are logged, because anybody can cause messages. Log errors without their contents."""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

BYTES_PER_MINUTE = 20_000
MAX_PLACES_OF_ERROR = 8
"""The largest number of places in code that are logged for an error."""


class LimitedStream:
    """Writes at most `most` bytes a minute to `stream`. The rest is left out, and its size is written later."""

    def __init__(
        self, stream: TextIO, *, most: int = BYTES_PER_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream, self._most, self._clock = stream, most, clock
        self._minute, self._written, self._left_out = clock(), 0, 0

    def write(self, text: str) -> int:
        """Write a text, or leave it out if the limit is reached. Return the number of its characters in either case."""
        if self._clock() - self._minute >= 60:
            if self._left_out:
                self._stream.write(f"({self._left_out} bytes were left out)\n")
            self._minute, self._written, self._left_out = self._clock(), 0, 0
        size = len(text.encode("utf-8", "replace"))
        # a text that does not fit is left out whole, and those after it
        if self._left_out or self._written + size > self._most:
            self._left_out += size
        else:
            self._written += size
            self._stream.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def place_of_error(error: BaseException, trace: TracebackType | None) -> str:
    """Return the class of an error and the last places that led to it, but no message, which may quote a record."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(trace)]
    ours = [place for place in frames[:-1] if "site-packages" not in place[0]] + frames[-1:]
    places = ", ".join(f"{path}:{line}" for path, line in ours[-MAX_PLACES_OF_ERROR:])
    return f"Traceback without contents: {type(error).__qualname__} in {places}"


def limit_log() -> None:
    """Limit what the process writes to stdout, stderr and log handlers. Log errors without their messages."""
    make_record = logging.getLogRecordFactory()

    def make_record_without_contents(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        if record.exc_info and record.exc_info[1]:
            place = place_of_error(record.exc_info[1], record.exc_info[2])
            record.msg, record.args = f"{record.getMessage().strip()} {place}", ()
            record.exc_info = None
        return record

    logging.setLogRecordFactory(make_record_without_contents)
    limited = {one: LimitedStream(one) for one in (sys.stdout, sys.stderr)}
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.StreamHandler) and handler.stream in limited:
                handler.setStream(limited[handler.stream])
    sys.stdout, sys.stderr = limited.values()
