"""Wait for what comes at some time, on a busy machine too."""

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which it does not come any more."""


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return as soon as it is so, and fail after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
