"""A storage of records that is a folder of files. People may edit the files with other programs."""

import errno
import fcntl
import io
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from itertools import count
from operator import itemgetter
from pathlib import Path

from tracker.model.errors import STILL_SAVING, LockTimeout
from tracker.storage.file_cache import CACHE_FOLDER
from tracker.storage.folder.atomic_write import Replacement, make_folders_above_parent, remove_unfinished, replace_all
from tracker.storage.record_storage import (
    PATIENCE,
    FileChange,
    FilesChanged,
    FileSource,
    FileStat,
    StorageTransaction,
    display_path,
)
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
    """Return the bytes of a regular file, without ever waiting. Raises OSError, also if they are more than `most`."""
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


@contextmanager
def lock_file(path: Path, *, patience: float = 20.0) -> Iterator[int]:
    """Lock a file in the block and give its descriptor. Raises LockTimeout after `patience` seconds, or OSError."""
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


LOCK_NAME = ".lock"
LOCK_FILES = {LOCK_NAME, ".settled.lock"}
"""Files that only serve to lock a folder. The second is a leftover of earlier versions."""
LEADS_OUT: FileStat = (0, 0, -2)
"""The FileStat of a link to a file outside the folder, which is never read: it could be secret, or block."""
NOT_A_FILE = -1
"""The last number of the FileStat of something that is not a regular file."""
_staged = count()
"""The numbers of all staged changes, so that those of several folders are made in their order."""


@dataclass(frozen=True, slots=True)
class FolderStorage(FileSource):
    """The files in a folder, used as `RecordStorage` says. Lists of files also have what is not a regular file."""

    root: Path

    def locate(self, name: str) -> Path:
        """Return the absolute path of a file, with all links followed."""
        return (self.root / name).resolve()

    def exists(self) -> bool:
        """Return whether something is at the path of the folder."""
        try:
            self.root.stat()
        except FileNotFoundError:
            return False
        return True

    def create(self) -> None:
        """Make the folder if it is not there. Only the user who runs the tracker may open it from now on."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)  # it may have been there before

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, which is not read into memory as a whole."""
        with open(self.root / name, "rb") as opened:
            return file_digest(opened, "sha256").digest()

    def digests(self) -> dict[str, bytes]:
        """Return name → SHA-256 of all files."""
        return {name: self.digest(name) for name in self.list_all()}

    def snapshot(self, *, fresh: bool = False) -> "FolderStorage":
        """Return the folder itself: it has no copy of its files."""
        return self

    def require_current(self, seconds: float = 0.0) -> None:
        """Do nothing: a folder is read whenever it is asked."""

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return name → FileStat for what is in each of the `folders`. One that leads out of the storage is empty."""
        # Names are strings here, because making 5,000 Path objects on each check is slow.
        stats: dict[str, FileStat] = {}
        for name in folders:
            folder, prefix = (self.root / name, f"{name}/") if name else (self.root, "")
            if name and not (folder.is_dir() and is_inside(folder, self.root)):
                continue
            with os.scandir(folder) as entries:
                for entry in entries:
                    leads_out = entry.is_symlink() and not is_inside(Path(entry.path), self.root)
                    file_stat = LEADS_OUT if leads_out else _stat(entry)
                    if file_stat is not None:
                        stats[prefix + entry.name] = file_stat
        return stats

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files except lock files and those of git. A link to a file counts as a file."""
        for folder, subfolders, names in os.walk(self.root, onerror=_raise):
            # only git itself can remove something from its history
            subfolders[:] = sorted(name for name in subfolders if name != ".git")
            if Path(folder) == self.root / CACHE_FOLDER:
                # what running servers made from the data: it may be deleted at any moment
                subfolders[:] = [name for name in subfolders if not name.isdigit()]
            paths = (Path(folder, name) for name in sorted(names) if name not in LOCK_FILES)
            yield from (path.relative_to(self.root).as_posix() for path in paths if path.is_file())

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, None if nothing is there, (0, 0, 0) if stat fails or a link is broken."""
        return _stat(str(self.root / name))

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file."""
        path = self.root / name
        return path.read_bytes() if most is None else read_file(path, most=most)

    @contextmanager
    def transaction(self, *, patience: float = PATIENCE) -> Iterator["FolderTransaction"]:
        """Hold the lock of the folder, which is a lock on a file in it."""
        with lock_file(self.root / LOCK_NAME, patience=patience) as lock:
            yield FolderTransaction(self, lock)

    def remove_unfinished(self) -> None:
        """Delete the temporary files of interrupted saves."""
        with suppress(OSError, LockTimeout), lock_file(self.root / LOCK_NAME, patience=1.0):
            remove_unfinished(self.root)

    def explain(self, error: OSError) -> str:
        """Return a sentence that says why the folder cannot be read, and what to do."""
        if isinstance(error, FileNotFoundError):
            missing = f"There is no folder {display_path(self.root)}."
            return f"{missing} Set TRACKER_DATA to the folder that holds tracker.yaml."
        return f"The folder {display_path(self.root)} cannot be read ({error.strerror}). Check its permissions."


class FolderTransaction:
    """A save in a folder. `lock` is the descriptor of its lock file, which also holds the last recorded time."""

    def __init__(self, storage: FolderStorage, lock: int) -> None:
        self._storage, self.lock = storage, lock
        self._seen: dict[str, bytes | None] = {}
        self.staged: list[tuple[int, Replacement]] = []
        self.last_time, self.new_time = os.pread(lock, 40, 0).decode(errors="replace").strip(), ""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes of a file now, or None if there is no such file."""
        try:
            self._seen[name] = self._storage.read(name, most)
        except FileNotFoundError:
            self._seen[name] = None
        return self._seen[name]

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Add `changes` to those that `commit` makes."""
        for name, before, after in changes:
            if (self._seen[name] if name in self._seen else self.read(name, None)) != before:
                raise FilesChanged(name)
            path = self._storage.root / name
            self.staged.append((next(_staged), (path, before, after)))
            if name.count("/") > 1 and after is not None:
                make_folders_above_parent(self._storage.root, path)
        self.new_time = last_time or self.new_time

    def discard(self, *names: str) -> None:
        """Add to what `commit` does the deletion of files, whatever they hold. Their bytes are not brought back."""
        self.staged += [(next(_staged), (self._storage.root / name, None, None)) for name in names]

    def commit(self) -> None:
        """Replace all files or none."""
        _commit_folders([self])


def commit_steps(transactions: Sequence[StorageTransaction]) -> Iterator[Callable[[], None]]:
    """Yield the functions that commit several transactions, in their order. Each raises OSError if it cannot.

    Those of folders are one step, at the place of the first: if the files of one folder cannot be replaced, none are
    changed. Their changes are made in the order in which they were staged, also between folders.
    """
    in_folders = [one for one in transactions if isinstance(one, FolderTransaction)]
    for one in transactions:
        if not isinstance(one, FolderTransaction):
            yield one.commit
        elif one is in_folders[0]:
            yield partial(_commit_folders, in_folders)


def _commit_folders(transactions: Sequence[FolderTransaction]) -> None:
    for one in transactions:
        if one.new_time:
            os.pwrite(one.lock, one.new_time.encode(), 0)
    changes = sorted((one for each in transactions for one in each.staged), key=itemgetter(0))
    for one in transactions:
        one.staged = []
    replace_all([change for _, change in changes])


def is_inside(path: Path, root: Path) -> bool:
    """Return whether `path` is inside the folder `root`, after all symbolic links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _stat(entry: os.DirEntry[str] | str) -> FileStat | None:
    try:
        result = os.stat(entry)
    except FileNotFoundError:
        # A broken symbolic link counts as a file that cannot be read. Any other file was deleted.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (result.st_mtime_ns, result.st_size, result.st_ino if stat.S_ISREG(result.st_mode) else NOT_A_FILE)


def _raise(error: OSError) -> None:
    # os.walk skips a folder that it cannot read, but the words may be in it
    raise error
