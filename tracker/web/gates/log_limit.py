"""Limit how many messages the log gets per minute.

Anybody can cause messages, for example with a broken request or with nonsense on a websocket.
"""

import logging
import time
from collections.abc import Callable

LINES_PER_MINUTE = 200


class LogLimit(logging.Filter):
    """A logging filter that lets at most `most` messages through each minute.

    If messages were left out, the first message of the next minute says how many.
    """

    def __init__(self, *, most: int = LINES_PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._clock = most, clock
        self._minute, self._count = clock(), 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the message is written. If messages before it were left out, add their number to its text."""
        if self._clock() - self._minute >= 60:
            left_out = max(0, self._count - self._most)
            self._minute, self._count = self._clock(), 0
            if left_out:
                record.msg, record.args = f"{record.getMessage()} ({left_out} messages before it were left out)", ()
        self._count += 1
        return self._count <= self._most


def limit_log() -> None:
    """Add one common LogLimit to every log handler that exists now."""
    loggers = [
        logging.root,
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    limit = LogLimit()
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        handler.addFilter(limit)
