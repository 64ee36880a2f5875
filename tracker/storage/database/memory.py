"""The files of a database in memory: what was read from it until now. Readers never wait for the database."""

import errno
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tracker.storage.record_storage import FileStat
from tracker.storage.yaml.reader import MAX_BYTES

MAX_STEPS = 200
"""Of how many steps it is remembered which files changed in them."""
LARGE_FOLDERS = ("files/",)
"""The folders of attached files, which are not kept in memory."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the database. `raw` are its bytes, or None if they are too many to be kept in memory."""

    stat: FileStat
    raw: bytes | None


FileRow = tuple[str, StoredFile | None]
"""The name of a file, and the file; None if it was deleted."""


@dataclass(frozen=True, slots=True)
class FilesInMemory:
    """The files at one moment. It does what `record_storage.FileSource` says.

    `version` is the number of the last save that they have. `folders` maps folder → name → file. `steps` are the last
    steps in which this memory was filled: the version after each, and the names of the files that changed in it; they are
    complete for what changed after the version `oldest`. `fetch` reads a file that is not in memory.
    """

    fetch: Callable[[str], bytes]
    version: int = -1
    folders: Mapping[str, Mapping[str, StoredFile]] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[tuple[int, frozenset[str]], ...] = ()
    oldest: int = -1

    def changed_since(self, version: int | None) -> Set[str] | None:
        """Return the names of the files that changed or were deleted after `version`. None if that is not known."""
        if version is None or version < self.oldest:
            return None
        return frozenset[str]().union(*(names for after, names in self.steps if after > version))

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return name → FileStat for the files in each of the `folders`, without subfolders."""
        return {name: file.stat for folder in folders for name, file in self.folders.get(folder, {}).items()}

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, in order."""
        yield from sorted(name for files in self.folders.values() for name in files)

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is none."""
        file = self._find(name)
        return file.stat if file else None

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file."""
        file = self._find(name)
        if file is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        if most is not None and file.stat[1] > most:
            raise OSError(errno.EFBIG, f"more than {most:,} bytes", name)
        return self.fetch(name) if file.raw is None else file.raw

    def _find(self, name: str) -> StoredFile | None:
        return self.folders.get(_folder_of(name), {}).get(name)

    def with_rows(self, version: int, rows: Iterable[FileRow]) -> "FilesInMemory":
        """Return the files after the saves up to `version`. `rows` are the files that changed since this version."""
        changed: dict[str, dict[str, StoredFile]] = {}
        names = set[str]()
        for name, file in rows:
            names.add(name)
            folder = _folder_of(name)
            if folder not in changed:
                changed[folder] = dict(self.folders.get(folder, {}))
            if file is None:
                changed[folder].pop(name, None)
            else:
                changed[folder][name] = file
        steps = (*self.steps, (version, frozenset(names)))
        forgotten = steps[:-MAX_STEPS]
        return FilesInMemory(
            self.fetch,
            version,
            folders={**self.folders, **changed},
            steps=steps[-MAX_STEPS:],
            oldest=max(self.oldest, forgotten[-1][0]) if forgotten else self.oldest,
        )

    def set_back(self, version: int, rows: Iterable[FileRow]) -> "FilesInMemory":
        """Return the files of a database that lost its last saves. `rows` are all its files, as they were at `version`."""
        nothing = FilesInMemory(self.fetch, steps=(), oldest=self.version + 1)
        return replace(nothing.with_rows(version, rows), steps=())


class DatabaseMemory:
    """The newest files that this process has read. Several threads may use it."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self.files = FilesInMemory(fetch)
        self._lock = threading.Lock()

    def replace(self, version: int, rows: Iterable[FileRow]) -> None:
        """Set the files to those in `rows`, which are all files of the database at `version`.

        A row whose file has the same FileStat may lack its bytes: those from before are kept.
        """
        with self._lock:
            if version < self.files.version:
                return
            before = self.files
            known = {name: file for files in before.folders.values() for name, file in files.items()}
            new = {}
            for name, file in rows:
                old = known.get(name)
                new[name] = old if file and old and old.stat == file.stat else file
            changed = [(name, new.get(name)) for name in {*known, *new} if known.get(name) is not new.get(name)]
            self.files = before.with_rows(version, changed)

    def apply(self, since: int, version: int, rows: Iterable[FileRow]) -> None:
        """Add what changed after the version `since`, up to `version`. Do nothing if this is known already.

        If `version` is before `since`, the database was set back, and `rows` are all its files.
        """
        with self._lock:
            if version < since <= self.files.version:
                self.files = self.files.set_back(version, rows)
            elif since <= self.files.version < version:
                self.files = self.files.with_rows(version, rows)


def is_kept_in_memory(name: str, size: int) -> bool:
    """Return whether the bytes of a file are kept in memory."""
    return size <= MAX_BYTES and not name.startswith(LARGE_FOLDERS)


def _folder_of(name: str) -> str:
    return name.rpartition("/")[0]
