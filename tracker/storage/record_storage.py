"""The interface of a storage (a folder or a database): named files with their bytes. `open_storage` opens a storage."""

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, suppress
from pathlib import Path, PurePath
from typing import Protocol

from tracker.model.errors import WriteFailed
from tracker.model.labels import N_
from tracker.storage.yaml.reader import MAX_BYTES

FileStat = tuple[int, int, int]
"""(time of the last change in nanoseconds since 1970, size in bytes, number) of a file.

In a folder the number is the inode, or negative for something that is not a regular file in it. In a database it is
the number of the save that wrote the file. If one of the three changes, the file is read again.
"""
FileChange = tuple[str, bytes | None, bytes | None]
"""(name of a file, its bytes before the change, its new bytes).

None before: no such file. None after: it is deleted.
"""
PATIENCE = 20.0
"""How many seconds a save waits for another save to end."""


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
        """Return the names of the files that were added, changed or deleted after `version`.

        None if this is not known.
        """
        return None

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return name → FileStat for the files in each of the `folders`, but not in their subfolders.

        The folder "" is the storage itself. A folder that does not exist counts as empty. Raises OSError if a
        folder, or the storage itself, cannot be listed.
        """

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, also of those in subfolders. The order is the same each time.

        Raises OSError if a folder cannot be listed.
        """

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is no such file."""

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file.

        Raises FileNotFoundError, or OSError if it is not a regular file, has more than `most` bytes or cannot
        be read. With None for `most`, neither kind nor size are checked: the caller has to know that it is safe
        to read the file.
        """


class StorageTransaction(Protocol):
    """A save in a storage.

    Until it ends, nobody else can save in this storage. Without `commit`, it changes nothing.
    """

    @property
    def last_time(self) -> str:
        """Return the latest recorded time of earlier saves in this storage, or "" if there is none.

        Read it before `stage`.
        """

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes that a file has now, or None if there is no such file.

        Do not ask for a file that was staged: a folder returns its old bytes, a database the new ones. `most` and the
        errors are those of `FileSource.read`.
        """

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Keep `changes` until `commit` makes them. `last_time` is the last recorded time in them, or "" for none.

        Raises FilesChanged if a file does not have the bytes that the change gives as those before it.
        """

    def discard(self, *names: str) -> None:
        """Let `commit` delete these files, whatever they contain.

        In a folder they may be gone even if `commit` fails.
        """

    def commit(self) -> None:
        """Make all staged changes, in the order in which they were staged.

        Raises OSError if they cannot be made: then no file was changed. Raises OutcomeUnknown if the connection to a
        database was lost, and the database does not say whether they were made.
        """


class RecordStorage(FileSource, Protocol):
    """A storage of records. Several threads, processes and machines may use it at the same time.

    `root / name` stands for the file `name` in messages, and in a dataset.
    """

    def __hash__(self) -> int:
        """Return a hash, so that a cache can have a storage as its key."""

    @property
    def root(self) -> PurePath:
        """Return the path of the folder; for a database, its name in the form of a path, without the password."""

    def locate(self, name: str) -> PurePath:
        """Return the path of the file `name` for messages. In a folder, the path is absolute and links are followed.

        The name "" gives the path of the storage itself. Two storages with the same such path are one storage.
        """

    def exists(self) -> bool:
        """Return whether the folder of the storage exists.

        True for any database. Raises OSError if this is not known.
        """

    def create(self) -> None:
        """Make the folder of the storage if it is missing, and close it to other users of the machine. Raises OSError.

        Do nothing for a database.
        """

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, as it is stored now.

        Raises FileNotFoundError, or OSError if it cannot be read.
        """

    def digests(self) -> Mapping[str, bytes]:
        """Return name → SHA-256 of all files, as they are stored now. Raises OSError if the storage cannot be read."""

    def snapshot(self, *, fresh: bool = False) -> FileSource:
        """Return the files of a database as they were at one moment; for a folder, the folder itself.

        Without `fresh`, this can be a moment before the call, and a database that cannot be reached gives what
        was read last. Raises OSError if nothing was read yet, or with `fresh` if the database cannot be read.
        """

    def require_current(self, seconds: float = 0.0) -> None:
        """Raise OSError if a database has not been reached for at least `seconds`. Do nothing for a folder.

        Others may have changed its files since then.
        """

    def transaction(self, *, patience: float = PATIENCE) -> AbstractContextManager[StorageTransaction]:
        """Give a transaction for a `with` block. Until the end of the block, nobody else can save in this storage.

        Raises LockTimeout if another save is still in progress after `patience` seconds. Raises OSError if the
        storage cannot be written.
        """

    def remove_unfinished(self) -> None:
        """Delete temporary files that interrupted saves left. Do nothing if a save is in progress. Ignore errors."""

    def explain(self, error: OSError) -> str:
        """Return an English sentence that says why the storage cannot be read. `error` is what the attempt raised."""


def display_path(path: PurePath) -> str:
    """Return `path` as a text for messages. A path inside the working directory is relative to it.

    Control characters, and bytes that are not UTF-8, are escaped: with them, a file name could add a line to
    the output.
    """
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_regular(file_stat: FileStat) -> bool:
    """Return whether this is the FileStat of a regular file.

    False for a folder, a pipe, or a broken or outside link.
    """
    return file_stat[2] >= 0 and file_stat != (0, 0, 0)


def list_files_in(source: FileSource, folder: str, ending: str) -> Mapping[str, FileStat]:
    """Return name → FileStat for the files in `folder` whose names end in `ending`, sorted by name.

    Files whose names begin with a dot are left out. Raises OSError if the storage cannot be listed.
    """
    listed = source.list_files(folder)
    names = (name for name in sorted(listed) if not name.rpartition("/")[2].startswith("."))
    return {name: listed[name] for name in names if name.endswith(ending)}
