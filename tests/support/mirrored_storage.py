"""A folder whose files are in a database, so that tests about a folder run with a database, too.

What a test writes into the folder is saved in the database, and what is saved there is written into the folder.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.postgres_server import TestDatabase
from tracker.config import Area
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.folder.storage import FolderStorage
from tracker.storage.record_storage import PATIENCE, FileStat

AREAS = {"private": Area.PRIVATE, "state": Area.STATE}


class MirroredStorage:
    """The database storage of a folder. Before each call, what changed in the folder is saved in the database."""

    def __init__(self, root: Path, database: TestDatabase, area: Area) -> None:
        self.root, self.database, self.folder = root, database, FolderStorage(root)
        self.storage = DatabaseStorage(database.place(area))
        self.known: dict[str, tuple[FileStat | None, bytes]] = {}
        self.lock = threading.RLock()

    def bring_in(self) -> None:
        """Save in the database what changed in the folder."""
        with self.lock:
            names = set(self.folder.list_all()) if self.root.is_dir() else set()
            changed = {name: self.folder.stat(name) for name in names}
            old = {name: stat for name, (stat, _) in self.known.items()}
            different = {name for name in {*changed, *old} if changed.get(name) != old.get(name)}
            if not different:
                return
            new = {name: self.folder.read(name, None) if name in names else None for name in different}
            with self.storage.transaction() as transaction:
                transaction.stage([(name, transaction.read(name, None), raw) for name, raw in new.items()])
                transaction.commit()
            for name, raw in new.items():
                self.known.pop(name, None)
                if raw is not None:
                    self.known[name] = (changed[name], raw)

    def write_out(self) -> None:
        """Write into the folder what was saved in the database."""
        with self.lock:
            files = self.storage.snapshot(fresh=True)
            there = {name: files.read(name, None) for name in files.list_all()}
            # what is in memory is what is in the database
            assert there == self.database.files(self.storage.place.schema)
            for name, raw in there.items():
                if name not in self.known or self.known[name][1] != raw:
                    path = self.root / name
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    path.touch(0o600)
                    path.write_bytes(raw)
                    self.known[name] = (self.folder.stat(name), raw)
            for name in self.known.keys() - there.keys():
                (self.root / name).unlink(missing_ok=True)
                del self.known[name]

    def __getattr__(self, name: str) -> Any:
        self.bring_in()
        return getattr(self.storage, name)

    def locate(self, name: str) -> Path:
        return self.folder.locate(name)

    def exists(self) -> bool:
        return self.folder.exists()

    def create(self) -> None:
        self.folder.create()

    def remove_unfinished(self) -> Sequence[str]:
        return self.folder.remove_unfinished()

    def explain(self, error: OSError) -> str:
        return self.folder.explain(error)

    def snapshot(self, *, fresh: bool = False) -> Any:
        if not self.root.is_dir():
            list(self.folder.list_files(""))  # raises what is wrong
        self.bring_in()
        return self.storage.snapshot(fresh=fresh)

    @contextmanager
    def transaction(self, *, patience: float = PATIENCE) -> Iterator[Any]:
        self.bring_in()
        with self.storage.transaction(patience=patience) as transaction:
            commit = transaction.commit

            def commit_and_write() -> None:
                commit()
                self.write_out()

            transaction.commit = commit_and_write  # type: ignore[method-assign]
            yield transaction


class MirroredFolders:
    """Takes the place of `FolderStorage` in `open_storage`. Each folder gets an area of a database."""

    def __init__(self, databases: Iterator[TestDatabase]) -> None:
        self.more, self.databases = databases, list[TestDatabase]()
        self.taken: dict[Path, MirroredStorage] = {}
        self.used: dict[Area, int] = {}
        self.lock = threading.Lock()

    def __call__(self, root: Path) -> MirroredStorage:
        with self.lock:
            if root not in self.taken:
                area = AREAS.get(root.name, Area.DATA)
                number = self.used[area] = self.used.get(area, -1) + 1
                while number >= len(self.databases):
                    self.databases.append(next(self.more))
                self.taken[root] = MirroredStorage(root, self.databases[number], area)
            return self.taken[root]

    def close(self) -> None:
        for mirrored in self.taken.values():
            mirrored.storage.close()
        for database in self.databases:
            database.empty()
