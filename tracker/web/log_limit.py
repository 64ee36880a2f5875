"""Limit how many lines the log gets, because anybody can cause some: a broken request, a websocket with nonsense."""

import logging
import time
from collections.abc import Callable

LINES_PER_MINUTE = 200


class LogLimit(logging.Filter):
    """Lets LINES_PER_MINUTE messages through each minute. The first one of the next minute says how many were left out."""

    def __init__(self, *, most: int = LINES_PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._clock = most, clock
        self._minute, self._count = clock(), 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the message is written."""
        if self._clock() - self._minute >= 60:
            left_out = max(0, self._count - self._most)
            self._minute, self._count = self._clock(), 0
            if left_out:
                record.msg, record.args = f"{record.getMessage()} ({left_out} messages before it were left out)", ()
        self._count += 1
        return self._count <= self._most


def limit_log() -> None:
    """Put the limit on every handler that writes a log now."""
    loggers = [
        logging.root,
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    limit = LogLimit()
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        handler.addFilter(limit)
