"""The dataset as its files say it, and the reader that notices what changed in them."""

import gc
import os
import stat
import threading
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any

from tracker.bare import BARE
from tracker.files import BIGGEST, Broken
from tracker.forgetting import SIGN, forget_now_and_again
from tracker.model import Evidence, Recommendation
from tracker.natural import natural
from tracker.parse import LISTS, RECORDS, SINGLE, parse
from tracker.problems import NoDataset, Problem
from tracker.registers import Document, Settings, TreatyBody
from tracker.safety_rules import SafetyFile

LOOK_EVERY = 1.0
"""Seconds between two looks at the files. A look at every request made a list 3 times slower, a card 40 times."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything that the files say, with what is wrong in them. Immutable; another signature means other files.

    `modified` is when they last changed, in seconds since 1970; `sums` has the SHA-256 of each file by its path below the root.
    """

    root: Path
    settings: Settings
    bodies: Mapping[str, TreatyBody] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    signature: str = ""
    modified: float = field(default=0.0, compare=False)
    sums: Mapping[str, str] = field(default_factory=dict)
    safety: SafetyFile | None = None
    source: "Dataset | None" = field(default=None, compare=False, repr=False)

    @property
    def as_written(self) -> "Dataset":
        """What the files say, where this is how it is shown: the start of every form, and what a save is compared with."""
        return self.source or self

    def file_of(self, record: Recommendation | Evidence | Document) -> Path:
        """Where the record's file is, whether it exists yet or not. All documents stand in one."""
        if isinstance(record, Document):
            return self.root / "documents.yaml"
        folder = "recommendations" if isinstance(record, Recommendation) else "evidence"
        return self.root / folder / f"{record.id}.yaml"


@dataclass(frozen=True, slots=True)
class _File:
    seen: tuple[int, int, int]
    sign: int
    digest: str
    records: tuple[Any, ...]
    problems: tuple[Problem, ...]


class Reader:
    """Reads a data folder, again only what changed. Safe to share between threads."""

    def __init__(self, root: Path, *, look_every: float | None = None) -> None:
        self.root = root
        self._look_every = LOOK_EVERY if look_every is None else look_every
        # by their paths as text: a look at 5,000 files makes no 5,000 paths
        self._files: dict[str, _File] = {}
        self._found: dict[type, dict[str, Any]] = {
            kind: {} for kind in (Settings, SafetyFile, TreatyBody, Document, Recommendation, Evidence)
        }
        self._now: Dataset | None = None
        self._looked = self._modified = 0.0
        self._sign: tuple[int, ...] | None = ()
        self._lock = threading.RLock()

    def read(self, *, fresh: bool = False) -> Dataset:
        """The dataset as of at most a second ago; as of now when `fresh`. NoDataset when the folder cannot be read."""
        redacted = False
        with self._lock:
            if self._now is None or fresh or time.monotonic() - self._looked >= self._look_every:
                listing = _listing(self.root)
                self._look(listing, self._files.keys() | listing.keys())
                self._looked = time.monotonic()
                sign, self._sign = self._sign, _seen(str(self.root / SIGN))
                redacted = sign not in (self._sign, ())
            assert self._now is not None
            now = self._now
        # without the lock: what is told to forget may be waiting for a look
        if redacted:
            forget_now_and_again()
        return now

    def refresh(self, *paths: Path) -> None:
        """Looks at these files at once, as after a save of our own."""
        with self._lock:
            names = [str(path) for path in paths]
            self._look({name: seen for name in names if (seen := _seen(name)) is not None}, set(names))

    def _look(self, listing: Mapping[str, tuple[int, int, int]], among: Set[str]) -> None:
        stale = [p for p in among if (file := self._files.get(p)) is None or file.seen != listing.get(p)]
        if not stale and self._now is not None:
            return
        # A dataset that somebody holds never changes: the new one gets dictionaries of its own.
        found = {kind: dict(records) for kind, records in self._found.items()}
        unsorted: set[type] = set()
        with _no_collection():
            for name in stale:
                old = self._files.pop(name, None)
                if name in listing:
                    self._files[name] = _read(Path(name), self.root, listing[name])
                unsorted |= _exchange(found, old, self._files.get(name))
        for kind in unsorted & {Recommendation, Evidence}:
            found[kind] = dict(sorted(found[kind].items(), key=lambda item: natural(item[0])))
        # the time of a file says nothing of when it came here: what is seen to change is new from now on
        newest = max((seen[0] for seen in listing.values()), default=0) / 1e9
        self._modified = max(self._modified, newest if self._now is None else time.time())
        self._found = found
        self._now = self._assembled()

    def _assembled(self) -> Dataset:
        problems = [problem for file in self._files.values() if file.problems for problem in file.problems]
        if str(self.root / "tracker.yaml") not in self._files:
            what = "the file is missing; copy the one that came with the tracker"
            problems.append(Problem(shown(self.root / "tracker.yaml"), 1, what))
        sign, inside = 0, len(str(self.root / "-")) - 1
        for file in self._files.values():
            sign ^= file.sign
        sums = {name[inside:]: file.digest for name, file in self._files.items() if file.digest}
        return Dataset(
            self.root, self._found[Settings].get("", BARE), self._found[TreatyBody], self._found[Document],
            self._found[Recommendation], self._found[Evidence], tuple(sorted(problems)), f"{sign:024x}", self._modified, sums,
            self._found[SafetyFile].get(""),
        )  # fmt: skip


def _exchange(found: dict[type, dict[str, Any]], old: _File | None, new: _File | None) -> set[type]:
    """Puts a file's new records where its old ones were; gives the kinds whose ids are others now."""
    others: set[type] = set()
    for kind in {type(record) for file in (old, new) if file for record in file.records}:
        before = [_key(r) for r in old.records if type(r) is kind] if old else []
        after = {_key(r): r for r in new.records if type(r) is kind} if new else {}
        if before != list(after):
            others.add(kind)
            for key in before:
                found[kind].pop(key, None)
        found[kind] |= after
    return others


def _key(record: Any) -> str:
    return "" if isinstance(record, Settings | SafetyFile) else str(record.id)


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


def _listing(root: Path) -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    try:
        folders = [root, *(root / name for name in RECORDS if (root / name).is_dir())]
        for folder in folders:
            inside = str(folder / "-")[:-1]
            with os.scandir(folder) as entries:
                for entry in entries:
                    wanted = entry.name in LISTS or entry.name in SINGLE if folder == root else True
                    if wanted and entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith("."):
                        seen = _seen(entry)
                        if seen is not None:
                            found[inside + entry.name] = seen
    except FileNotFoundError:
        raise NoDataset(
            f"There is no folder {shown(root)}. Set TRACKER_DATA to the folder that holds tracker.yaml."
        ) from None
    except OSError as bad:
        raise NoDataset(f"The folder {shown(root)} cannot be read ({bad.strerror}). Check who may read it.") from None
    return found


def _seen(entry: os.DirEntry[str] | str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(entry)
    except FileNotFoundError:
        # A link that leads nowhere is a file that cannot be read; anything else is gone.
        return (0, 0, 0) if os.path.islink(entry) else None
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino if stat.S_ISREG(found.st_mode) else -1)


def shown(path: Path) -> str:
    """The path as a person at this place would type it; a name that is not UTF-8 with its bytes written out."""
    with suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read(path: Path, root: Path, seen: tuple[int, int, int]) -> _File:
    raw, digest = b"", ""
    try:
        if seen[2] == -1:
            raise Broken(1, "not a file; only YAML files belong here")
        if seen[1] > BIGGEST:
            raise Broken(1, f"the file has {seen[1]:,} bytes; at most {BIGGEST:,} are read")
        raw = path.read_bytes()
        digest = sha256(raw).hexdigest()
        records, wrong = parse(path.relative_to(root), raw)
    except Broken as bad:
        records, wrong = (), [(bad.line, bad.what)]
    except OSError as bad:
        records, wrong = (), [(1, f"cannot be read ({bad.strerror}); check who may read it")]
    sign = blake2b(os.fsencode(path.name) + (raw or repr(seen).encode()), digest_size=12).digest()
    return _File(
        seen, int.from_bytes(sign), digest, records, tuple(Problem(shown(path), line, what) for line, what in wrong)
    )
