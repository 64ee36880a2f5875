"""The dataset as its files say it, and the reader that notices what changed in them."""

import gc
import os
import re
import stat
import threading
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tracker.build import build
from tracker.files import BIGGEST, Broken, compose, decode, line_of, plain, version_of
from tracker.model import ID, Document, Evidence, Recommendation, Settings, TreatyBody
from tracker.natural import natural
from tracker.problems import NoDataset, Problem
from tracker.texts import MAIN, Wording
from tracker.words import Status

RECORDS = {"recommendations": Recommendation, "evidence": Evidence}
LISTS = {"treaty_bodies.yaml": ("treaty_bodies", TreatyBody), "documents.yaml": ("documents", Document)}
LOOK_EVERY = 1.0
"""Seconds between two looks at the files. A look at every request made a list 3 times slower, a card 40 times."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything that the files say, with what is wrong in them. Immutable; another signature means other files."""

    root: Path
    settings: Settings
    bodies: Mapping[str, TreatyBody] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    signature: str = ""

    def file_of(self, record: Recommendation | Evidence) -> Path:
        """Where the record's file is, whether it exists yet or not."""
        folder = "recommendations" if isinstance(record, Recommendation) else "evidence"
        return self.root / folder / f"{record.id}.yaml"


@dataclass(frozen=True, slots=True)
class _File:
    seen: tuple[int, int, int]
    sign: int
    records: tuple[Any, ...]
    problems: tuple[Problem, ...]


class Reader:
    """Reads a data folder, again only what changed. Safe to share between threads."""

    def __init__(self, root: Path, *, look_every: float = LOOK_EVERY) -> None:
        self.root = root
        self._look_every = look_every
        self._files: dict[Path, _File] = {}
        self._found: dict[type, dict[str, Any]] = {kind: {} for kind in (Settings, TreatyBody, Document, Recommendation, Evidence)}
        self._now: Dataset | None = None
        self._looked = 0.0
        self._lock = threading.RLock()

    def read(self, *, fresh: bool = False) -> Dataset:
        """The dataset as of at most a second ago; as of now when `fresh`. NoDataset when the folder cannot be read."""
        with self._lock:
            if self._now is None or fresh or time.monotonic() - self._looked >= self._look_every:
                listing = _listing(self.root)
                self._look(listing, self._files.keys() | listing.keys())
                self._looked = time.monotonic()
            assert self._now is not None
            return self._now

    def refresh(self, *paths: Path) -> None:
        """Looks at these files at once, as after a save of our own."""
        with self._lock:
            self._look({path: seen for path in paths if (seen := _seen(path)) is not None}, set(paths))

    def _look(self, listing: Mapping[Path, tuple[int, int, int]], among: Set[Path]) -> None:
        stale = [p for p in among if p not in listing or p not in self._files or self._files[p].seen != listing[p]]
        if not stale and self._now is not None:
            return
        touched: set[type] = set()
        with _no_collection():
            for path in stale:
                old = self._files.pop(path, None)
                if path in listing:
                    self._files[path] = _read(path, listing[path])
                touched |= self._exchange(path, old, self._files.get(path))
        self._now = self._assembled(touched)

    def _exchange(self, path: Path, old: _File | None, new: _File | None) -> set[type]:
        """Puts a file's new records where its old ones were, in dictionaries that nobody holds yet."""
        kinds = {type(record) for file in (old, new) if file for record in file.records}
        for kind in kinds:
            before = [_key(r) for r in old.records if type(r) is kind] if old else []
            after = {_key(r): r for r in new.records if type(r) is kind} if new else {}
            found = self._found[kind]
            if self._now is not None and found is self._shared(kind):
                found = self._found[kind] = dict(found)
            if before == list(after):
                found |= after
                continue
            for key in before:
                found.pop(key, None)
            found |= after
            if kind in (Recommendation, Evidence) and self._now is not None:
                self._found[kind] = dict(sorted(found.items(), key=lambda item: natural(item[0])))
        return kinds

    def _shared(self, kind: type) -> Any:
        now = self._now
        shared: dict[type, Any] = (
            {TreatyBody: now.bodies, Document: now.documents, Recommendation: now.recommendations, Evidence: now.evidence} if now else {}
        )
        return shared.get(kind)

    def _assembled(self, touched: set[type]) -> Dataset:
        if self._now is None:
            for kind in (Recommendation, Evidence):
                self._found[kind] = dict(sorted(self._found[kind].items(), key=lambda item: natural(item[0])))
        problems = [problem for file in self._files.values() if file.problems for problem in file.problems]
        if self.root / "tracker.yaml" not in self._files:
            what = "the file is missing; copy the one that came with the tracker"
            problems.append(Problem(shown(self.root / "tracker.yaml"), 1, what))
        sign = 0
        for file in self._files.values():
            sign ^= file.sign
        return Dataset(
            self.root, self._found[Settings].get("", BARE), self._found[TreatyBody], self._found[Document],
            self._found[Recommendation], self._found[Evidence], tuple(sorted(problems)), f"{sign:024x}",
        )  # fmt: skip


def _key(record: Any) -> str:
    return "" if isinstance(record, Settings) else str(record.id)


BARE = Settings(
    title={MAIN: Wording(text="Recommendation tracker")},
    state_party={MAIN: Wording(text="—")},
    publisher={"name": {MAIN: Wording(text="—")}},  # type: ignore[arg-type]
    statuses={
        status: {"label": status.replace("-", " ").capitalize(), "definition": "—", "colour": "#6b7280", "dark": "#9ca3af"}
        for status in Status
    },  # type: ignore[misc]
)
"""What is shown while tracker.yaml cannot be read."""


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


def _listing(root: Path) -> dict[Path, tuple[int, int, int]]:
    found: dict[Path, tuple[int, int, int]] = {}
    try:
        folders = [root, *(root / name for name in RECORDS if (root / name).is_dir())]
        for folder in folders:
            with os.scandir(folder) as entries:
                for entry in entries:
                    wanted = entry.name in LISTS or entry.name == "tracker.yaml" if folder == root else True
                    if wanted and entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith("."):
                        seen = _seen(entry)
                        if seen is not None:
                            found[folder / entry.name] = seen
    except FileNotFoundError:
        raise NoDataset(f"There is no folder {shown(root)}. Set TRACKER_DATA to the folder that holds tracker.yaml.") from None
    except OSError as bad:
        raise NoDataset(f"The folder {shown(root)} cannot be read ({bad.strerror}). Check who may read it.") from None
    return found


def _seen(entry: os.DirEntry[str] | Path) -> tuple[int, int, int] | None:
    try:
        found = entry.stat()
    except FileNotFoundError:
        return None
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino if stat.S_ISREG(found.st_mode) else -1)


def shown(path: Path) -> str:
    """The path as a person at this place would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _read(path: Path, seen: tuple[int, int, int]) -> _File:
    raw = b""
    try:
        if seen[2] == -1:
            raise Broken(1, "not a file; only YAML files belong here")
        if seen[1] > BIGGEST:
            raise Broken(1, f"the file has {seen[1]:,} bytes; at most {BIGGEST:,} are read")
        raw = path.read_bytes()
        records, wrong = parse(path, raw)
    except Broken as bad:
        records, wrong = (), [(bad.line, bad.what)]
    except OSError as bad:
        records, wrong = (), [(1, f"cannot be read ({bad.strerror}); check who may read it")]
    sign = blake2b(path.name.encode() + (raw or repr(seen).encode()), digest_size=12).digest()
    return _File(seen, int.from_bytes(sign), records, tuple(Problem(shown(path), line, what) for line, what in wrong))


def parse(name: Path, raw: bytes) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    """The records of one file, and (line, what is wrong) for what is not one. Broken when it is no YAML document."""
    node = compose(decode(raw))
    values = plain(node)
    folder = name.parent.name
    if folder in RECORDS and name.name not in LISTS:
        return _one(RECORDS[folder], name, raw, node, values)
    if name.name == "tracker.yaml":
        record, wrong = build(Settings, values)
        return (record,) if record else (), [(line_of(node, where), what) for where, what in wrong]
    key, kind = LISTS[name.name]
    return _many(key, kind, node, values)


def _one(kind: type, name: Path, raw: bytes, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if name.suffix != ".yaml":
        return (), [(1, f"the file name ends in {name.suffix}; rename it to {name.stem}.yaml")]
    if not _is_id(name.stem):
        return (), [(1, f"the file name {name.stem[:80]!r} is not an id; use small letters a-z, digits and single hyphens")]
    if values in ({}, ""):
        return (), [(1, "the file is empty; delete it, or start with the fields of the schema")]
    record, wrong = build(kind, values, id=name.stem, version=version_of(raw))
    return (record,) if record else (), [(line_of(node, where), what) for where, what in wrong]


def _is_id(name: str) -> bool:
    return len(name) <= 80 and re.fullmatch(ID.strip("^$"), name) is not None


def _many(key: str, kind: type, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if not isinstance(values, dict) or not isinstance(values.get(key), list):
        return (), [(1, f"the list {key!r} is missing; start the file with '{key}:' and items after '- '")]
    wrong = [(line_of(node, (other,)), f"unknown key {other!r}; only {key!r} belongs here") for other in values if other != key]
    records: list[Any] = []
    for index, item in enumerate(values[key]):
        record, bad = build(kind, item)
        wrong += [(line_of(node, (key, index, *where)), what) for where, what in bad]
        if record is not None and any(record.id == other.id for other in records):
            wrong.append((line_of(node, (key, index, "id")), f"the id {record.id!r} stands twice; ids are used once"))
        elif record is not None:
            records.append(record)
    return tuple(records), wrong
