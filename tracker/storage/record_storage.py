"""What a storage of records must be able to do. A folder and a database do the same; nothing above this package knows which it is.

A storage holds files: names such as recommendations/x.yaml, each with its bytes. There is one storage for public data,
one for private data and one for accounts. `open_storage` opens one.
"""

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, suppress
from pathlib import Path, PurePath
from typing import Protocol

from tracker.model.errors import WriteFailed
from tracker.model.labels import N_
from tracker.storage.yaml.reader import MAX_BYTES

FileStat = tuple[int, int, int]
"""(time of the last change in nanoseconds, size, number) of a file. If one of them changes, the file is read again."""
FileChange = tuple[str, bytes | None, bytes | None]
"""The name of a file, its bytes before (None if there is no such file), and its new bytes (None to delete the file)."""
PATIENCE = 20.0
"""How many seconds a save waits for another one."""


class FilesChanged(WriteFailed):
    """A file changed after it was read for a save. Nothing was saved."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("{name} changed at this moment. Nothing was saved; try again."), {"name": name})


class FileSource(Protocol):
    """Files that can be listed and read. Names are relative to the storage, with "/" between folder and file."""

    @property
    def version(self) -> int | None:
        """Return a number that changes whenever a file changes, or None: then only a list of the files shows changes."""
        return None

    def changed_since(self, version: int | None) -> Set[str] | None:
        """Return the names of the files that changed or were deleted after `version`. None if that is not known."""
        return None

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return name → FileStat for the files in each of the `folders`, without subfolders. "" is the storage itself.

        A folder that does not exist is empty. Raises OSError if the storage itself cannot be listed.
        """

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, in order, with those in subfolders. Raises OSError if a folder cannot be listed."""

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is none."""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file. None for `most` means that the caller has looked at its FileStat before.

        Raises FileNotFoundError, or OSError if it is not a regular file, has more than `most` bytes or cannot be read.
        """


class StorageTransaction(Protocol):
    """A save: while it lasts, no one else saves in the same storage. It ends with `commit`, or without a change."""

    @property
    def last_time(self) -> str:
        """Return the last recorded time that was committed here, or "" if none was."""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes of a file now, or None if there is no such file. Raises OSError as `FileSource.read`."""

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Add `changes` to those that `commit` makes. `last_time` is the last recorded time in them, "" if there is none.

        Raises FilesChanged if a file does not have the bytes before that a change names.
        """

    def discard(self, *names: str) -> None:
        """Delete files at `commit`, whatever they hold. They may be gone even if the commit fails in a folder."""

    def commit(self) -> None:
        """Make all staged changes in their order, for good. Raises OSError if none was made. Others may save now."""


class RecordStorage(FileSource, Protocol):
    """A storage of records. Several threads, processes and machines may use it at the same time.

    `root` is its name: `root / name` names a file in messages, and in a dataset.
    """

    def __hash__(self) -> int:
        """Return the same number for the same storage, so that caches can be kept by storage."""

    @property
    def root(self) -> PurePath:
        """Return the path of the folder, or the name of the database in the form of a path."""

    def locate(self, name: str) -> PurePath:
        """Return the path of a file, by which messages name it. A link is named by the file to which it leads.

        "" is the storage itself. Two storages are the same if this is the same.
        """

    def exists(self) -> bool:
        """Return whether the storage is there; True for any database. Raises OSError if a folder cannot be asked."""

    def create(self) -> None:
        """Make the storage if it is not there, closed to other users of the machine. Raises OSError if this fails."""

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, as it is stored now. Raises FileNotFoundError, or OSError if it cannot be read."""

    def digests(self) -> Mapping[str, bytes]:
        """Return name → SHA-256 of all files, as they are stored now. Raises OSError if the storage cannot be read."""

    def snapshot(self, *, fresh: bool = False) -> FileSource:
        """Return the files as they are at one moment. With `fresh`, this is not a moment before the call.

        Raises OSError if it cannot be read. Without `fresh`, a storage that is out of reach returns what it read last.
        """

    def require_current(self, seconds: float = 0.0) -> None:
        """Raise OSError if the storage cannot be reached, and has not been for `seconds`: others may have changed files."""

    def transaction(self, *, patience: float = PATIENCE) -> AbstractContextManager[StorageTransaction]:
        """Begin a save, at the start of a `with` block. Without `commit` in the block, nothing is changed.

        Raises LockTimeout if others save for longer than `patience` seconds, and OSError if it cannot be written.
        """

    def remove_unfinished(self) -> None:
        """Delete what interrupted saves left behind. Do nothing if someone saves now, or if it cannot be deleted."""

    def explain(self, error: OSError) -> str:
        """Return a sentence that says why the storage cannot be read, and what to do. `error` is what reading raised."""


def display_path(path: PurePath) -> str:
    """Return `path` as a text for messages. A path inside the working directory is relative to it.

    Control characters, and bytes that are not UTF-8, are escaped. So a file name cannot add a line to the output.
    """
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_regular(file_stat: FileStat) -> bool:
    """Return whether something is a file that can be read: not a folder, a pipe or a link that leads out."""
    return file_stat[2] >= 0 and file_stat != (0, 0, 0)


def list_files_in(source: FileSource, folder: str, ending: str) -> Mapping[str, FileStat]:
    """Return name → FileStat for the files in `folder` whose names end in `ending` and do not begin with a dot, in order."""
    listed = source.list_files(folder)
    names = (name for name in sorted(listed) if not name.rpartition("/")[2].startswith("."))
    return {name: listed[name] for name in names if name.endswith(ending)}
