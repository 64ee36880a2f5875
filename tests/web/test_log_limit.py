"""The log has an end, whatever strangers send."""

import logging

from tracker.web.gates.log_limit import LogLimit, limit_log


def message(text: str) -> logging.LogRecord:
    return logging.LogRecord("x", logging.WARNING, "x.py", 1, text, (), None)


def test_after_so_many_lines_a_minute_is_silent_and_the_next_says_how_many_were_left_out():
    now = [0.0]
    limit = LogLimit(most=3, clock=lambda: now[0])
    assert [limit.filter(message("nonsense")) for _ in range(5)] == [True, True, True, False, False]
    now[0] = 61.0
    later = message("again")
    assert (limit.filter(later), later.getMessage()) == (True, "again (2 messages before it were left out)")
    assert [limit.filter(message("more")) for _ in range(3)] == [True, True, False]


def test_every_handler_has_the_limit():
    handler, logger = logging.StreamHandler(), logging.getLogger("tracker.tests.log_limit")
    logger.addHandler(handler)
    try:
        limit_log()
        assert any(isinstance(one, LogLimit) for one in handler.filters)
    finally:
        logger.removeHandler(handler)
        for other in logging.root.handlers:
            other.filters = [one for one in other.filters if not isinstance(one, LogLimit)]
