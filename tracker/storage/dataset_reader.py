"""Read the dataset from its storage, and after that only the files that changed."""

import gc
import os
import threading
import time
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from tracker.config import AnyPlace
from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile, NoDataset, Problem, Sentence
from tracker.model.localized_text import natural_key
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile
from tracker.storage.cache_registry import (
    REDACTION_MARKER,
    clear_caches_repeatedly,
    read_redactions,
    take_out_since,
)
from tracker.storage.failures import DatabaseUnavailable, shown_failure
from tracker.storage.folder.storage import LEADS_OUT, NOT_A_FILE
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, display_path
from tracker.storage.yaml.defaults import with_defaults
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, REGISTER_FILES, SETTINGS_FILES, ParsedFile, parse_file
from tracker.storage.yaml.reader import MAX_BYTES

TOP_FILES = {*REGISTER_FILES, *SETTINGS_FILES}
"""The names of the data files that are in no subfolder."""
UNREAD: FileStat = (0, 0, -3)
"""The FileStat of a file that could not be read. No file has it, so the next check tries to read the file again."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A data file as it was last read.

    `content_hash` is 0 if there is no such file. `sha256` is in hex, or "" if the file was not read. `last_good` is
    the version to show while this version has problems.
    """

    stat: FileStat = UNREAD
    content_hash: int = 0
    sha256: str = ""
    records: tuple[Any, ...] = ()
    problems: tuple[Problem, ...] = ()
    last_good: "FileState | None" = None

    @property
    def shown(self) -> "FileState":
        """Return the version of the file whose records are shown."""
        return self.last_good or self

    @property
    def signature(self) -> int:
        """Return a hash of the contents of this version and of `last_good`."""
        # the same broken file shows other records if another good version was before it
        return self.content_hash ^ (self.last_good.content_hash if self.last_good else 0)


NO_FILE = FileState()
"""The state of a file that does not exist."""


def keep_last_good(new: FileState, old: FileState) -> FileState:
    """Return `new`, the state of a file now. If it has problems, set its `last_good`: the version to show instead.

    This is the last version without problems. If there was none, the valid records of `new` are shown. If `new` has
    no valid records, the last version that had some is shown.
    """
    good = old.shown
    if not new.problems or not good.records or (good.problems and new.records):
        return new
    return replace(new, last_good=good)


def list_data_files(files: FileSource, names: Set[str] | None = None) -> dict[str, FileStat]:
    """Return a mapping: name → FileStat, for the data files that exist, or only for those in `names`. Raises OSError."""
    if names is not None:
        stats = ((name, files.stat(name)) for name in names if is_data_file(name))
        return {name: file_stat for name, file_stat in stats if file_stat is not None}
    listed = files.list_files("", *RECORD_FOLDERS)
    return {name: file_stat for name, file_stat in listed.items() if is_data_file(name)}


def is_data_file(name: str) -> bool:
    """Return whether a file with this name is a data file, that is, contains records, settings or safety rules."""
    folder, _, rest = name.rpartition("/")
    if not folder:
        return name in TOP_FILES
    return folder in RECORD_FOLDERS and name.endswith((".yaml", ".yml")) and not rest.startswith(".")


def read_redaction_marker(files: FileSource) -> bytes:
    """Return bytes that change with each redaction: the content of REDACTION_MARKER, b"" if there is none."""
    try:
        return files.read(REDACTION_MARKER)
    except FileNotFoundError:
        return b""
    except OSError:
        return repr(files.stat(REDACTION_MARKER)).encode()


_seen_markers: dict[PurePath, bytes] = {}


def clear_caches_after_redaction(place: AnyPlace) -> None:
    """Clear all caches if REDACTION_MARKER at `place` changed since the last call: somebody removed words."""
    storage = open_storage(place)
    with suppress(OSError):
        marker = read_redaction_marker(storage.snapshot())
        before, _seen_markers[storage.root] = _seen_markers.get(storage.root, marker), marker
        if before != marker:
            clear_caches_repeatedly(take_out_since(before, marker))


ParsedBefore = Mapping[PurePath, tuple[bytes, ParsedFile]]
"""Path of a file → (bytes, result of `parse_file`). A file that has these bytes is not parsed again."""
NOTHING_PARSED: ParsedBefore = MappingProxyType({})


def load_file(files: FileSource, path: PurePath, name: str, *, stat: FileStat, parsed: ParsedBefore) -> FileState:
    """Read and parse the file `name`. Return its state, which has a problem if this fails. Problems show the file as `path`."""
    raw, digest, read_stat, relative = b"", "", stat, PurePath(name)
    records: tuple[Any, ...] = ()
    try:
        if stat == LEADS_OUT:
            raise InvalidFile(1, "a link that leads out of the data folder; put the file itself here")
        if stat[2] == NOT_A_FILE:
            raise InvalidFile(1, "not a file; keep only YAML files here")
        if stat[1] > MAX_BYTES:
            raise InvalidFile(1, f"the file has {stat[1]:,} bytes; the limit is {MAX_BYTES:,}")
        raw = files.read(name, None)
        digest = sha256(raw).hexdigest()
        before, contents = parsed.get(path, (None, None))
        records, wrong = contents if contents and before == raw else parse_file(relative, raw)
    except InvalidFile as bad:
        wrong = [(bad.line, bad.message)]
    except OSError as bad:
        read_stat, wrong = UNREAD, [(1, f"cannot be read ({bad.strerror}); check its permissions")]
    content_hash = blake2b(os.fsencode(relative) + (raw or repr(stat).encode()), digest_size=12).digest()
    problems = tuple(Problem(display_path(path), line, message) for line, message in wrong)
    return FileState(read_stat, int.from_bytes(content_hash), digest, records=records, problems=problems)


CHECK_INTERVAL = 1.0
"""Seconds between two checks of the files. With a check on each request, a small page was 40 times slower."""


@dataclass(frozen=True, slots=True)
class StorageOutage:
    """Why a storage cannot be read, and since when (seconds since 1970). `shown` is the sentence for users, None for a folder."""

    since: float
    message: str
    shown: Sentence | None = None


_NAMED = {"title": "Recommendation tracker", "state_party": "—", "publisher": {"name": "—"}}
FALLBACK_SETTINGS: Settings = TypeAdapter(Settings).validate_python(with_defaults("tracker.yaml", _NAMED))
"""The settings of a dataset whose tracker.yaml has no valid version: they name no State party and no publisher."""


class DatasetReader:
    """Reads the dataset from a storage, then only files that changed. Several threads can share a reader.

    While a file is invalid, or the storage cannot be read, the last valid version stays in use. `unavailable` is None
    as long as the storage can be read. A folder is checked every `look_every` seconds (None: CHECK_INTERVAL).
    """

    def __init__(self, place: AnyPlace, *, look_every: float | None = None) -> None:
        self.storage = open_storage(place)
        self.root = self.storage.root
        self.unavailable: StorageOutage | None = None
        self._check_interval = CHECK_INTERVAL if look_every is None else look_every
        self._lock, self._takes_back = threading.RLock(), 0
        self.forget()
        self._checked_at = self._modified = self._read_at = 0.0
        self._redaction_marker: bytes | None = None

    def read(self, *, fresh: bool = False) -> Dataset:
        """Return the dataset. If the storage cannot be read any more, set `unavailable` and return the last dataset.

        Without `fresh`, changes in a folder may be missing for up to `look_every` seconds, or as long as another
        thread reads files. Raises NoDataset if the storage could never be read.
        """
        known = None if fresh else self._dataset
        # pages do not wait for another thread that reads files, perhaps from a disk that blocks
        if not self._lock.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            redacted: tuple[bytes, bytes] | None = None
            is_due = time.monotonic() - self._checked_at >= self._check_interval
            if self._dataset is None or fresh or is_due or self._version not in (None, self.storage.version):
                redacted = self._check_storage(fresh=fresh)
                self._checked_at = time.monotonic()
            assert self._dataset is not None
            dataset = self._dataset
        finally:
            self._lock.release()
        # outside the lock: a cache that is being cleared may wait for this reader
        if redacted:
            clear_caches_repeatedly(take_out_since(*redacted))
        return dataset

    @property
    def last_look(self) -> tuple[float, str] | None:
        """Return (time of the last look at the storage, signature) if `read` would not look again now, else None."""
        is_due = time.monotonic() - self._checked_at >= self._check_interval
        if self._dataset is None or is_due or self.unavailable or self._version not in (None, self.storage.version):
            return None
        return self._checked_at, self._dataset.signature

    def read_or_fail(self, *, fresh: bool = False) -> Dataset:
        """Return the dataset, like `read`. Raise NoDataset if the last check could not read the storage."""
        dataset = self.read(fresh=fresh)
        if self.unavailable:
            raise NoDataset(self.unavailable.message, self.unavailable.shown)
        return dataset

    def refresh(self, *paths: PurePath, parsed: ParsedBefore = NOTHING_PARSED) -> None:
        """Read the files that a save changed: `paths` are `root` / name. In a database, also read all that others changed."""
        with self._lock:
            files = self.storage.snapshot()
            names = {path.relative_to(self.root).as_posix() for path in paths}
            # someone else may have saved in between: all of their save is read, or nothing of it
            names |= set(filter(is_data_file, files.changed_since(self._version) or ()))
            self._reload(files, list_data_files(files, names), names, parsed=parsed)

    def forget(self) -> None:
        """Delete from memory everything that was read. The next `read` reads all files again."""
        with self._lock:
            # name → state, of all files and of the files with problems
            self._files: dict[str, FileState] = {}
            self._invalid: dict[str, FileState] = {}
            kinds = (Settings, SafetyFile, TreatyBody, Document, Recommendation, Evidence)
            self._records: dict[type, dict[str, Any]] = {kind: {} for kind in kinds}
            self._checksums: dict[str, str] = {}
            self._combined_hash = 0
            self._dataset: Dataset | None = None
            self._takes_back += 1
            self._version: int | None = None

    def drop_last_good(self) -> None:
        """Delete from memory the last valid versions of invalid files: they may contain words that were removed."""
        with self._lock:
            outdated = {name: replace(file, last_good=None) for name, file in self._invalid.items() if file.last_good}
            if outdated:
                self._apply(outdated, time.time())

    def _check_storage(self, *, fresh: bool) -> tuple[bytes, bytes] | None:
        """Read the files that changed since the last check. Return the marker then and now if there was a redaction since."""
        try:
            files = self.storage.snapshot(fresh=fresh)
            self.storage.require_current()
            if self._dataset is not None and files.version is not None and files.version == self._version:
                self.unavailable, self._read_at = None, time.time()
                return None
            # The marker is read first, so that the files read afterwards already have the redaction that it reports.
            marker, names = read_redaction_marker(files), files.changed_since(self._version)
            stats = list_data_files(files, names)
            if names is None and not stats and "tracker.yaml" in self._files:
                # an unmounted disk leaves an empty folder
                raise NoDataset(f"The folder {display_path(self.root)} is empty. Restore its files.")
        except (NoDataset, OSError) as bad:
            message = self.storage.explain(bad) if isinstance(bad, OSError) else str(bad)
            shown = shown_failure(bad)
            if self._dataset is None:
                raise NoDataset(message, shown) from None
            since = max(self._read_at, bad.since if isinstance(bad, DatabaseUnavailable) else 0.0)
            self.unavailable = StorageOutage(since, message, shown)
            return None
        known = self._files.keys() if names is None else self._files.keys() & names
        before, self._redaction_marker = self._redaction_marker, marker
        self._reload(files, stats, known | stats.keys(), parsed=NOTHING_PARSED)
        self.unavailable, self._read_at, self._version = None, time.time(), files.version
        if before is None or before == marker:
            return None
        self.drop_last_good()
        return before, marker

    def _reload(
        self, files: FileSource, stats: Mapping[str, FileStat], names: Set[str], *, parsed: ParsedBefore
    ) -> None:
        """Read those files among `names` that are new or changed, and update the dataset."""
        changed: dict[str, FileState] = {}
        # everything read here stays in use, so a garbage collection meanwhile would only cost time
        collects = gc.isenabled()
        gc.disable()
        try:
            for name in names:
                old, new = self._files.get(name, NO_FILE), NO_FILE
                if old.stat == stats.get(name):
                    continue
                if name in stats:
                    new = keep_last_good(load_file(files, self.root / name, name, stat=stats[name], parsed=parsed), old)
                if new != old:
                    changed[name] = new
            if changed or self._dataset is None:
                # A copied file can have an old modification time, so the time when the change is noticed is used.
                newest = time.time() if self._dataset else max((file[0] for file in stats.values()), default=0) / 1e9
                self._apply(changed, newest)
        finally:
            if collects:
                gc.enable()

    def _apply(self, changed: Mapping[str, FileState], modified: float) -> None:
        """Make a new dataset. `changed` is a mapping: name → new state of the file, NO_FILE if it was deleted."""
        # Datasets in use contain the old dictionaries, so these must not change. The totals over all files are updated
        # file by file, so that a save does not go through 5,000 of them.
        self._records = {kind: dict(by_id) for kind, by_id in self._records.items()}
        self._checksums = dict(self._checksums)
        reordered = set[type]()
        for name, new in changed.items():
            old = self._files.pop(name, NO_FILE)
            self._invalid.pop(name, None)
            self._checksums.pop(name, None)
            if new is not NO_FILE:
                self._files[name] = new
            if new.problems:
                self._invalid[name] = new
            if new.shown.sha256:
                self._checksums[name] = new.shown.sha256
            self._combined_hash ^= old.signature ^ new.signature
            self._takes_back += not _only_adds(old, new)
            reordered |= _replace_records(self._records, old.shown.records, new.shown.records)
        for kind in reordered & {Recommendation, Evidence}:
            self._records[kind] = dict(sorted(self._records[kind].items(), key=lambda item: natural_key(item[0])))
        self._modified = max(self._modified, modified)
        problems = [problem for file in self._invalid.values() for problem in file.problems]
        if "tracker.yaml" not in self._files:
            message = "the file is missing; copy the one that came with the tracker"
            problems.append(Problem(display_path(self.root / "tracker.yaml"), 1, message))
        outdated = {name: file.last_good for name, file in self._invalid.items() if file.last_good}
        self._dataset = Dataset(
            root=self.root,
            settings=self._records[Settings].get("", FALLBACK_SETTINGS),
            bodies=self._records[TreatyBody],
            documents=self._records[Document],
            recommendations=self._records[Recommendation],
            evidence=self._records[Evidence],
            problems=tuple(sorted(problems)),
            signature=f"{self._combined_hash:024x}",
            modified=self._modified,
            checksums=self._checksums,
            safety=self._records[SafetyFile].get(""),
            outdated_counts={display_path(self.root / name): len(file.records) for name, file in outdated.items()},
            redactions=read_redactions(self._redaction_marker or b""),
            takes_back=self._takes_back,
        )


def _only_adds(old: FileState, new: FileState) -> bool:
    """Return whether all that `old` says stands in `new` too: it is a new file, or a recommendation with more assessments."""
    if old.signature == new.signature:
        return True
    if new.problems or old.problems or {type(record) for record in new.records} - {Recommendation, Evidence}:
        return False
    if old is NO_FILE or not new.records:
        return old is NO_FILE
    before, after = old.records[0], new.records[0]
    if type(before) is not Recommendation or type(after) is not Recommendation:
        return False
    return before == replace(after, version=before.version, assessments=after.assessments[: len(before.assessments)])


def _replace_records(records: dict[type, dict[str, Any]], old: tuple[Any, ...], new: tuple[Any, ...]) -> set[type]:
    """In `records` (type → id → record), replace a file's records `old` by `new`. Return the types whose ids or order changed."""
    reordered: set[type] = set()
    for kind in {type(record) for in_file in (old, new) for record in in_file}:
        # there is only one record of settings and of safety rules, and it has no id
        before = [getattr(r, "id", "") for r in old if type(r) is kind]
        after = {getattr(r, "id", ""): r for r in new if type(r) is kind}
        if before != list(after):
            reordered.add(kind)
            for name in before:
                records[kind].pop(name, None)
        records[kind] |= after
    return reordered
