"""Wait for something that happens at some time, also on a busy machine."""

import time
from collections.abc import Callable

PATIENCE = 60.0
"""For how many seconds to wait."""


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return as soon as `is_so` returns True. Fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
