"""End work that would never end. Only processor time counts, so that a busy machine causes no failure."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 60
"""The limit of processor time. It is far above what any work in a test takes."""


class TookTooLong(BaseException):
    """The work took too much processor time. This is no Exception, so that the product does not catch it."""


@contextmanager
def fuse() -> Iterator[None]:
    """Raise TookTooLong if the `with` block takes more than SECONDS of processor time."""

    def give_up(*_: object) -> None:
        raise TookTooLong(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
