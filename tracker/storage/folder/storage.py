"""A storage of records in a folder. People may edit its files with other programs."""

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
from pathlib import Path, PurePath

from tracker.model.errors import STILL_SAVING, LockTimeout, WriteFailed
from tracker.storage.file_cache import CACHE_FOLDER
from tracker.storage.folder.atomic_write import TEMPORARY_NAME, Replacement, make_folders_above_parent, replace_all
from tracker.storage.record_storage import (
    GATHERED_FOLDER,
    PATIENCE,
    READ_ONLY,
    FileChange,
    FilesChanged,
    FileSource,
    FileStat,
    StorageTransaction,
    display_path,
)
from tracker.storage.yaml.reader import MAX_BYTES

MAX_READ_BYTES = 50_000_000
"""The maximum number of bytes that one call of `BoundedFile.read` returns."""


class BoundedFile(io.BufferedReader):
    """A file that refuses to read too many bytes at once: a ZIP file can claim that its list of contents has any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next `size` bytes (-1 or None: all that is left). Raises OSError for more than MAX_READ_BYTES."""
        rest = os.fstat(self.fileno()).st_size - self.tell()
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > MAX_READ_BYTES:
            raise OSError(errno.EFBIG, f"more than {MAX_READ_BYTES:,} bytes")
        return super().read(wanted)


def read_file(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file. Raises OSError if it is missing, not regular, or has more than `most` bytes."""
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
def lock_file(path: Path, *, patience: float = PATIENCE) -> Iterator[int]:
    """Hold a lock on a file, which is made if missing, and give its descriptor. Raises LockTimeout or OSError."""
    # in a folder that is closed to others, the lock is too
    mode = 0o644 & path.parent.stat().st_mode
    # Each caller opens the file anew: otherwise the lock would not work between threads of one process.
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
"""The names of files that are only used to lock a folder. Earlier versions of the program used the second."""
_TIME_BYTES = 40
"""The last recorded time is in this many bytes of the lock file. If more follow, a save began to write and did not end."""
LEADS_OUT: FileStat = (0, 0, -2)
"""The FileStat of a link that leads out of the folder. The file is never read: it could be secret, or a pipe."""
NOT_A_FILE = -1
"""The last number in the FileStat of something that is not a regular file, such as a folder or a pipe."""
_staged = count()
"""Gives a number to each staged change, so that the changes in several folders are made in the order of staging."""


@dataclass(frozen=True, slots=True)
class FolderStorage(FileSource):
    """The files in the folder `root`. It is a `RecordStorage`."""

    root: Path

    def locate(self, name: str) -> Path:
        """Return the absolute path of the file `name`, or of the folder for "", after all links are followed."""
        return (self.root / name).resolve()

    def exists(self) -> bool:
        """Return whether there is something at the path of the folder. Raises OSError if this is not known."""
        try:
            self.root.stat()
        except FileNotFoundError:
            return False
        return True

    def create(self) -> None:
        """Make the folder if it is missing, and let only the user who runs the tracker open it. Raises OSError."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)  # it may have been there before

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, without reading it into memory as a whole. Raises OSError."""
        with open(self.root / name, "rb") as opened:
            return file_digest(opened, "sha256").digest()

    def digests(self) -> dict[str, bytes]:
        """Return a mapping: name → SHA-256, of all files. Raises OSError."""
        return {name: self.digest(name) for name in self.list_all()}

    def snapshot(self, *, fresh: bool = False) -> "FolderStorage":
        """Return the folder itself: its files are not copied."""
        return self

    def require_current(self, seconds: float = 0.0) -> None:
        """Do nothing: each call reads the folder as it is."""

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return a mapping: name → FileStat, for all that is in `folders`, also subfolders and pipes. Raises OSError.

        A folder that is missing, or is a link that leads out of the storage, counts as empty.
        """
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
        """Yield the names of all files and links to files, sorted within each folder. Raises OSError.

        Lock files, the files of git and those in the caches of running servers are left out.
        """
        for folder, subfolders, names in os.walk(self.root, onerror=_raise):
            # only git itself can remove something from its history
            subfolders[:] = sorted(name for name in subfolders if name != ".git")
            if Path(folder) == self.root / CACHE_FOLDER:
                # the caches of running servers, which they may delete at any moment
                subfolders[:] = [name for name in subfolders if not name.isdigit()]
            paths = (Path(folder, name) for name in sorted(names) if name not in LOCK_FILES)
            yield from (path.relative_to(self.root).as_posix() for path in paths if path.is_file())

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or of a link's target. None if missing, (0, 0, 0) for a broken link or no access."""
        return _stat(str(self.root / name))

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file. Raises OSError, see `FileSource.read`."""
        path = self.root / name
        return path.read_bytes() if most is None else read_file(path, most=most)

    @contextmanager
    def transaction(self, *, patience: float = PATIENCE) -> Iterator["FolderTransaction"]:
        """Give a transaction that holds the lock of the folder. Raises LockTimeout or OSError, WriteFailed if it was gathered.

        If the last save was interrupted, its temporary files are deleted first.
        """
        if (self.root / GATHERED_FOLDER).exists():
            raise WriteFailed(READ_ONLY)
        with lock_file(self.root / LOCK_NAME, patience=patience) as lock:
            if os.fstat(lock).st_size > _TIME_BYTES:
                with suppress(OSError):
                    self._remove_temporary()
            yield FolderTransaction(self, lock)

    def remove_unfinished(self) -> tuple[str, ...]:
        """Delete the temporary files of interrupted saves, and return their names. Ignore errors, also that a save is in progress."""
        with suppress(OSError, LockTimeout), lock_file(self.root / LOCK_NAME, patience=1.0):
            return self._remove_temporary()
        return ()

    def _remove_temporary(self) -> tuple[str, ...]:
        names = tuple(name for name in self.list_all() if TEMPORARY_NAME.match(PurePath(name).name))
        for name in names:
            (self.root / name).unlink(missing_ok=True)
        return names

    def explain(self, error: OSError) -> str:
        """Return an English sentence that says why the folder cannot be read, and what to do."""
        if isinstance(error, FileNotFoundError):
            missing = f"There is no folder {display_path(self.root)}."
            return f"{missing} Set TRACKER_DATA to the folder that holds tracker.yaml."
        return f"The folder {display_path(self.root)} cannot be read ({error.strerror}). Check its permissions."


class FolderTransaction:
    """A save in a folder. `lock` is the descriptor of its lock file, which also contains the last recorded time."""

    def __init__(self, storage: FolderStorage, lock: int) -> None:
        self._storage, self.lock = storage, lock
        self._seen: dict[str, bytes | None] = {}
        self.staged: list[tuple[int, Replacement]] = []
        self.last_time, self.new_time = os.pread(lock, _TIME_BYTES, 0).decode(errors="replace").strip(), ""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes that a file has now, without staged changes. None if there is no such file."""
        try:
            self._seen[name] = self._storage.read(name, most)
        except FileNotFoundError:
            self._seen[name] = None
        return self._seen[name]

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Keep `changes` until `commit`. Raises FilesChanged if the bytes before a change are not those that `read` returned."""
        for name, before, after in changes:
            if (self._seen[name] if name in self._seen else self.read(name, None)) != before:
                raise FilesChanged(name)
            path = self._storage.root / name
            self.staged.append((next(_staged), (path, before, after)))
            if name.count("/") > 1 and after is not None:
                make_folders_above_parent(self._storage.root, path)
        self.new_time = last_time or self.new_time

    def discard(self, *names: str) -> None:
        """Let `commit` delete these files, whatever they contain. They are not restored if `commit` fails."""
        self.staged += [(next(_staged), (self._storage.root / name, None, None)) for name in names]

    def commit(self) -> None:
        """Write the last recorded time and make all staged changes. Raises OSError, see `StorageTransaction.commit`."""
        _commit_folders([self])


def commit_steps(transactions: Sequence[StorageTransaction]) -> Iterator[Callable[[], None]]:
    """Yield functions that commit `transactions`. The caller has to call each function, which may raise OSError.

    There is one function for each database, and one for all folders together, at the place of the first folder: if
    a file cannot be replaced, no folder is changed. Changes in folders are made in the order in which they were staged.
    """
    in_folders = [one for one in transactions if isinstance(one, FolderTransaction)]
    for one in transactions:
        if not isinstance(one, FolderTransaction):
            yield one.commit
        elif one is in_folders[0]:
            yield partial(_commit_folders, in_folders)


def _commit_folders(transactions: Sequence[FolderTransaction]) -> None:
    times = [one.new_time.encode() or os.pread(one.lock, _TIME_BYTES, 0).rstrip() for one in transactions]
    for one, last_time in zip(transactions, times, strict=True):
        os.pwrite(one.lock, last_time.ljust(_TIME_BYTES) + b"+", 0)
    changes = sorted((one for each in transactions for one in each.staged), key=itemgetter(0))
    for one in transactions:
        one.staged = []
    try:
        replace_all([change for _, change in changes])
    finally:
        for one, last_time in zip(transactions, times, strict=True):
            with suppress(OSError):
                os.ftruncate(one.lock, len(last_time))


def is_inside(path: Path, root: Path) -> bool:
    """Return whether `path` is inside the folder `root`, after all symbolic links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _stat(entry: os.DirEntry[str] | str) -> FileStat | None:
    try:
        result = os.stat(entry) if isinstance(entry, str) else entry.stat()  # which is a quarter faster
    except FileNotFoundError:
        # A broken symbolic link counts as a file that cannot be read. Any other file was deleted.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (result.st_mtime_ns, result.st_size, result.st_ino if stat.S_ISREG(result.st_mode) else NOT_A_FILE)


def _raise(error: OSError) -> None:
    # os.walk would leave out a folder that cannot be read, and words to redact could stay in it
    raise error
