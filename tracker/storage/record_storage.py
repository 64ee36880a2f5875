"""The interface of a storage of records. The rest of the program need not know whether it is a folder or a database.

A storage holds files. Each has a name, such as recommendations/x.yaml, and its bytes. There is one storage for
public data, one for private data and one for accounts. `open_storage` opens a storage.
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
"""(time of the last change in nanoseconds since 1970, size in bytes, number): if one changes, the file is read again.

In a folder, the number is the inode, or negative for anything that is not a regular file. In a database, it is the
number of the save that wrote the file.
"""
FileChange = tuple[str, bytes | None, bytes | None]
"""(name of a file, its bytes before, its new bytes). None before: there is no such file. None after: it is deleted."""
PATIENCE = 20.0
"""A save waits at most this many seconds for another save to end."""

GATHERED_FOLDER = "gathered"
"""The folder in a data folder that was gathered from other trackers. It has what the next gathering needs to know."""
READ_ONLY = N_(
    "This is a collection of several trackers and cannot be edited here. Nothing was saved. Change it in the tracker that the "
    "record comes from; the next gathering brings the change."
)


class FilesChanged(WriteFailed):
    """The file `name` changed after it was read for a save. Nothing was saved."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("{name} changed at this moment. Nothing was saved; try again."), {"name": name})


class FileSource(Protocol):
    """Files that can be listed and read. The name of a file is its path in the storage, with "/" after each folder."""

    @property
    def version(self) -> int | None:
        """Return a number that changes whenever a file changes. None for a folder, which has no such number."""
        return None

    def changed_since(self, version: int | None) -> Set[str] | None:
        """Return the names of files that were added, changed or deleted after `version`, or None if not known."""
        return None

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return a mapping: name → FileStat, for files in the `folders`, but not in their subfolders. Raises OSError.

        The folder "" is the storage itself. A folder that does not exist counts as empty.
        """

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, also in subfolders, in the same order each time. Raises OSError."""

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is no such file."""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file.

        Raises FileNotFoundError, or OSError if the file is not regular or has more than `most` bytes. With None for
        `most`, nothing is checked: the caller has to know that it is safe to read the file.
        """


class StorageTransaction(Protocol):
    """A save in a storage, which locks out all other saves until it ends. Without `commit`, nothing changes."""

    @property
    def last_time(self) -> str:
        """Return the latest recorded time of earlier saves in this storage, or "". Read it before `stage`."""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes of a file, or None if there is none. Raises OSError.

        Do not ask for a file that was staged: a folder returns its old bytes, a database the new ones.
        """

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Keep `changes` until `commit`. Raises FilesChanged if the bytes before a change are not those in the file.

        `last_time` is the last recorded time in the changes, or "" for none.
        """

    def discard(self, *names: str) -> None:
        """Let `commit` delete these files, whatever they contain. In a folder, they can be deleted even if `commit` fails."""

    def commit(self) -> None:
        """Make all staged changes in their order. Raises OSError if that fails: then no file was changed.

        Raises OutcomeUnknown if the connection to a database was lost and the outcome cannot be found out.
        """


class LocatedFiles(FileSource, Protocol):
    """Files with a place. In messages, `root / name` is the path of a file."""

    @property
    def root(self) -> PurePath:
        """Return the path of the folder; for a database, its name in the form of a path, without the password."""

    def locate(self, name: str) -> PurePath:
        """Return the path of a file ("" for the storage) for messages. Equal paths mean the same storage."""


class RecordStorage(LocatedFiles, Protocol):
    """A storage of records, for several threads, processes and machines."""

    def __hash__(self) -> int:
        """Return a hash, so that a cache can have a storage as its key."""

    def exists(self) -> bool:
        """Return whether the folder exists (a database always does). Raises OSError if this is not known."""

    def create(self) -> None:
        """Make the folder if missing, and close it to other users. Raises OSError. Do nothing for a database."""

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file as it is stored now. Raises FileNotFoundError or another OSError."""

    def digests(self) -> Mapping[str, bytes]:
        """Return a mapping: name → SHA-256, of all files as they are stored now. Raises OSError if the storage cannot be read."""

    def snapshot(self, *, fresh: bool = False) -> FileSource:
        """Return the files of a database as they were at one moment; for a folder, the folder itself.

        Without `fresh`, the moment can be before the call, and a database that cannot be reached gives what was read
        last. Raises OSError if nothing was read yet, or with `fresh` if the database cannot be read.
        """

    def require_current(self, seconds: float = 0.0) -> None:
        """Raise OSError if a database cannot be reached, and has not been reached for `seconds`. Do nothing for a folder."""

    def transaction(self, *, patience: float = PATIENCE) -> AbstractContextManager[StorageTransaction]:
        """Give a transaction for a `with` block, during which nobody else can save in this storage.

        Raises LockTimeout if another save is still in progress after `patience` seconds, or OSError.
        """

    def remove_unfinished(self) -> Sequence[str]:
        """Delete what interrupted saves left, and return the names. Ignore errors, also that a save is in progress."""

    def explain(self, error: OSError) -> str:
        """Return an English sentence that says why the storage cannot be read. `error` is what the attempt raised."""


def display_path(path: PurePath) -> str:
    """Return `path` for messages, relative to the working directory if inside, with unprintable characters escaped."""
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_regular(file_stat: FileStat) -> bool:
    """Return whether this is the FileStat of a regular file, not of a folder, a pipe, or a broken or outside link."""
    return file_stat[2] >= 0 and file_stat != (0, 0, 0)


def list_files_in(source: FileSource, folder: str, ending: str) -> Mapping[str, FileStat]:
    """Return a mapping: name → FileStat, sorted, for files in `folder` with this `ending` and no dot in front. Raises OSError."""
    listed = source.list_files(folder)
    names = (name for name in sorted(listed) if not name.rpartition("/")[2].startswith("."))
    return {name: listed[name] for name in names if name.endswith(ending)}
