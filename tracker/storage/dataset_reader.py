"""The dataset as its files say it, and the reader that notices what changed in them."""

import gc
import threading
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.model.dataset import Dataset
from tracker.model.errors import NoDataset
from tracker.model.problems import Problem
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile
from tracker.model.sorting import natural_key
from tracker.storage.cache_registry import clear_caches_repeatedly
from tracker.storage.data_folder import (
    FileStat,
    FileState,
    list_data_files,
    load_file,
    read_redaction_marker,
    stat_file,
)
from tracker.storage.data_folder import display_path as display_path
from tracker.storage.fallback_settings import FALLBACK_SETTINGS
from tracker.storage.last_good import LastGood, effective_records, keep_last_good, record_key

CHECK_INTERVAL = 1.0
"""Seconds between two looks at the files. A look at every request made a list 3 times slower, a card 40 times."""


@dataclass(frozen=True, slots=True)
class FolderUnavailable:
    """The folder cannot be read any more: when it last could, in seconds since 1970, and what stands in the way."""

    since: float
    message: str


class DatasetReader:
    """Reads a data folder, again only what changed. Safe to share between threads.

    What is broken is shown as it last could be read, be it a record, a file or the whole folder.
    """

    def __init__(self, root: Path, *, look_every: float | None = None) -> None:
        self.root = root
        self.unavailable: FolderUnavailable | None = None
        self._look_every = CHECK_INTERVAL if look_every is None else look_every
        # by their paths as text
        self._files: dict[str, FileState] = {}
        self._held: dict[str, LastGood] = {}
        self._found: dict[type, dict[str, Any]] = {
            kind: {} for kind in (Settings, SafetyFile, TreatyBody, Document, Recommendation, Evidence)
        }
        # what all files say together, kept up file by file: a save does not go through 5,000 of them
        self._wrong: dict[str, tuple[Problem, ...]] = {}
        self._sums: dict[str, str] = {}
        self._signed = 0
        self._now: Dataset | None = None
        self._looked = self._modified = self._read_at = 0.0
        self._sign: bytes | None = None
        self._lock = threading.RLock()

    def read(self, *, fresh: bool = False) -> Dataset:
        """The dataset as of at most a second ago; as of now when `fresh`.

        NoDataset when the folder cannot be read and never could; else it is as it last was, and `unread` says so.
        """
        redacted = False
        with self._lock:
            if self._now is None or fresh or time.monotonic() - self._looked >= self._look_every:
                redacted = self._look_at_all()
                self._looked = time.monotonic()
            assert self._now is not None
            now = self._now
        # without the lock: what is told to forget may be waiting for a look
        if redacted:
            clear_caches_repeatedly()
        return now

    def read_or_fail(self, *, fresh: bool = False) -> Dataset:
        """The dataset for who changes it: NoDataset also where it is only known as it last was."""
        dataset = self.read(fresh=fresh)
        if self.unavailable:
            raise NoDataset(self.unavailable.message)
        return dataset

    def refresh(self, *paths: Path) -> None:
        """Looks at these files at once, as after a save of our own."""
        with self._lock:
            names = [str(path) for path in paths]
            self._look({name: now for name in names if (now := stat_file(name)) is not None}, set(names))

    def drop_last_good(self) -> None:
        """Forgets what broken files said before: for when words were removed for safety."""
        with self._lock:
            if self._held:
                found, others = self._copy(), set[type]()
                for name, before in self._held.items():
                    others |= _exchange(found, before.records, self._files[name].records)
                    self._count(name, before, self._files[name])
                self._held = {}
                self._put(found, others, time.time())

    def _look_at_all(self) -> bool:
        """Looks at the folder; whether words were removed for safety since the last look."""
        try:
            # before the files: what is in them is then from after the removal that the sign tells of
            sign, there = read_redaction_marker(self.root), list_data_files(self.root)
            if not there and str(self.root / "tracker.yaml") in self._files:
                # where a disk was mounted a folder stays
                raise NoDataset(f"The folder {display_path(self.root)} is empty. Bring back what was there.")
        except NoDataset as bad:
            if self._now is None:
                raise
            self.unavailable = FolderUnavailable(self._read_at, str(bad))
            return False
        self._look(there, self._files.keys() | there.keys())
        self.unavailable, self._read_at = None, time.time()
        before, self._sign = self._sign, sign
        if redacted := before not in (sign, None):
            self.drop_last_good()
        return redacted

    def _look(self, there: Mapping[str, FileStat], among: Set[str]) -> None:
        stale = [p for p in among if (file := self._files.get(p)) is None or file.stat != there.get(p) or file.retry]
        with _no_collection():
            now = {name: load_file(Path(name), self.root, there[name]) if name in there else None for name in stale}
            changed = {name: file for name, file in now.items() if file is None or file != self._files.get(name)}
            if not changed and self._now is not None:
                return
            found, others = self._copy(), set[type]()
            for name, new in changed.items():
                old, before = self._files.pop(name, None), self._held.pop(name, None)
                after = keep_last_good(new, old, before) if new else None
                if new:
                    self._files[name] = new
                if after:
                    self._held[name] = after
                others |= _exchange(found, effective_records(old, before), effective_records(new, after))
                self._count(name, before or old, after or new)
        # the time of a file says nothing of when it came here: what is seen to change is new from now on
        newest = max((file[0] for file in there.values()), default=0) / 1e9
        self._put(found, others, newest if self._now is None else time.time())

    def _copy(self) -> dict[type, dict[str, Any]]:
        """What was found. A dataset that somebody holds never changes: the new one gets dictionaries of its own."""
        self._sums = dict(self._sums)
        return {kind: dict(records) for kind, records in self._found.items()}

    def _count(self, name: str, old: FileState | LastGood | None, new: FileState | LastGood | None) -> None:
        """Counts what a file says now, and no more what it said."""
        inside, file = name[len(str(self.root / "-")) - 1 :], self._files.get(name)
        self._signed ^= (old.content_hash if old else 0) ^ (new.content_hash if new else 0)
        self._sums.pop(inside, None)
        if new and new.sha256:
            self._sums[inside] = new.sha256
        self._wrong.pop(name, None)
        if file and file.problems:
            self._wrong[name] = file.problems

    def _put(self, found: dict[type, dict[str, Any]], others: Set[type], modified: float) -> None:
        for kind in others & {Recommendation, Evidence}:
            found[kind] = dict(sorted(found[kind].items(), key=lambda item: natural_key(item[0])))
        self._modified = max(self._modified, modified)
        self._found = found
        self._now = self._assembled()

    def _assembled(self) -> Dataset:
        problems = [problem for wrong in self._wrong.values() for problem in wrong]
        if str(self.root / "tracker.yaml") not in self._files:
            what = "the file is missing; copy the one that came with the tracker"
            problems.append(Problem(display_path(self.root / "tracker.yaml"), 1, what))
        return Dataset(
            self.root, self._found[Settings].get("", FALLBACK_SETTINGS), self._found[TreatyBody], self._found[Document],
            self._found[Recommendation], self._found[Evidence], tuple(sorted(problems)), f"{self._signed:024x}", self._modified, self._sums,
            self._found[SafetyFile].get(""), {display_path(Path(name)): held.outdated for name, held in self._held.items()},
        )  # fmt: skip


def _exchange(found: dict[type, dict[str, Any]], old: tuple[Any, ...], new: tuple[Any, ...]) -> set[type]:
    """Puts a file's new records where its old ones were; gives the kinds whose ids are others now."""
    others: set[type] = set()
    for kind in {type(record) for records in (old, new) for record in records}:
        before = [record_key(r) for r in old if type(r) is kind]
        after = {record_key(r): r for r in new if type(r) is kind}
        if before != list(after):
            others.add(kind)
            for name in before:
                found[kind].pop(name, None)
        found[kind] |= after
    return others


@contextmanager
def _no_collection() -> Iterator[None]:
    # Nothing that is read here is garbage: a collection in between only costs time.
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
