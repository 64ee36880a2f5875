"""A lock on a file, so that only one thread or process writes at a time.

The lock works only for programs that ask for it.

If the process that holds the lock ends, the operating system releases the lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.model.errors import STILL_SAVING, LockTimeout


@contextmanager
def lock_file(path: Path, *, patience: float = 20.0) -> Iterator[int]:
    """Lock the file `path` during the `with` block. The value after `as` is the file descriptor of the lock file.

    Raises LockTimeout if the lock is not free within `patience` seconds, and OSError if the lock file cannot be opened.
    """
    # in a folder that is closed to others, the lock is too
    mode = 0o644 & path.parent.stat().st_mode
    # Each caller opens the file for itself, because only then the lock also works between threads of one process.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
    try:
        pause, deadline = 0.0005, time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LockTimeout(STILL_SAVING) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.02)
        yield descriptor
    finally:
        os.close(descriptor)
