"""Read a file that a person may have put there. Only regular files up to a maximum size are read."""

import errno
import io
import os
import stat
from pathlib import Path

from tracker.storage.yaml.reader import MAX_BYTES

MOST_AT_ONCE = 50_000_000


class BoundedFile(io.BufferedReader):
    """A file of which no one can read very much at once: the list of contents of a ZIP file can claim any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read `size` bytes, -1 for the rest. Raises OSError if they are more than `MOST_AT_ONCE`."""
        rest = os.fstat(self.fileno()).st_size - self.tell()
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > MOST_AT_ONCE:
            raise OSError(errno.EFBIG, f"more than {MOST_AT_ONCE:,} bytes")
        return super().read(wanted)


def read_file(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of the file `path`. This never blocks, and never reads more than `most` bytes.

    Raises FileNotFoundError if there is no file. Raises OSError if the path is not a regular file, if the file has more
    than `most` bytes, or if it cannot be read.
    """
    # without O_NONBLOCK, opening a named pipe waits for a writer
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        raw = file.read(most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"more than {most:,} bytes", str(path))
    return raw
