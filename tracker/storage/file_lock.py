"""One writer at a time, across threads and processes: an advisory lock on a file, given up by the system when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.model.errors import LockTimeout


@contextmanager
def lock_file(path: Path, *, patience: float = 20.0) -> Iterator[int]:
    """Holds the lock while the block runs and gives the open file; Busy after `patience` seconds, OSError when it cannot be made."""
    # Every caller opens the file anew, so that the lock holds between the threads of a process too.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        pause, until = 0.0005, time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise LockTimeout(
                        "Somebody else is saving and does not finish. Nothing was saved; try again in a minute."
                    ) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.02)
        yield file
    finally:
        os.close(file)
