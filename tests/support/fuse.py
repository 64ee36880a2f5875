"""End work that would never end. Only its processor time counts, so that a busy machine is no fault."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 60
"""Far more than any work of a test takes: what it takes exactly is told by `make bench`."""


class TookTooLong(BaseException):
    """No `except` of the product takes this for something else."""


@contextmanager
def fuse() -> Iterator[None]:
    """Raise TookTooLong in what takes more than SECONDS of processor time."""

    def give_up(*_: object) -> None:
        raise TookTooLong(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
