"""The one door back: saving changed records, so that nobody is overwritten and nothing acknowledged is lost."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker.editing.prepared_file import PreparedFile, current_record, prepare_file, with_records
from tracker.editing.unpublish import is_unpublished, unpublished_stub
from tracker.model.dataset import RECORDED_LISTS, Dataset, Record
from tracker.model.errors import Conflict, NotAllowed, SafetyFindings, ValidationFailed, WriteFailed
from tracker.model.permissions import Permission, Person
from tracker.model.problems import RuleViolation
from tracker.model.records import Evidence, Recommendation, Revision
from tracker.model.registers import Document
from tracker.model.second_review import require_reviewer_to_confirm
from tracker.safety.file_redaction import LOCK_FILES, RedactedFile, redacted_files
from tracker.safety.redaction_terms import REDACTED_HANDLE, RedactionTerms
from tracker.safety.scanner import IsDismissed, changed_texts, nothing_dismissed, scan_texts
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import append_redaction_marker
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.file_lock import lock_file
from tracker.storage.timestamps import TIMESTAMP_FORMAT, TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml_writer import record_values, to_block
from tracker.validation import rules

UNVERSIONED_FIELDS = {*RECORDED_LISTS, "events", "recorded", "recorded_by", "history", "id", "version"}
"""What carries its own recorded time; an edit of anything else is kept in the history."""
WRITE_ORDER = (Document, Evidence, Recommendation)
"""And of one kind the new ones first: a crash in between leaves what nothing names yet, never a name of what is not there."""


class Store:
    """Saves records of one data folder. Threads and processes may share the folder."""

    def __init__(
        self,
        reader: DatasetReader,
        *,
        is_dismissed: IsDismissed = nothing_dismissed,
        public: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.reader, self.root, self._clock = reader, reader.root, clock
        self._is_dismissed, self._public = is_dismissed, public

    def save(self, *changed: Record, by: Person, reason: str) -> tuple[Record, ...]:
        """Saves all of the records or none, and gives them back in their order, with new versions and recorded times.

        Each record carries the version it was read in; an empty version means that it is new. Raises Conflict, Refused,
        NotAllowed, Busy, NotSaved or NoDataset; then nothing was changed.
        """
        if not by.can(Permission.SAVE) or not by.handle:
            raise NotAllowed("Only an editor can save. Nothing was saved.")
        if not reason.strip():
            raise ValidationFailed((RuleViolation(self.root, (), "a save needs a reason; say in a sentence why"),))
        self._check_safety(changed, reason)
        try:
            with lock_file(self.root / ".lock") as lock:
                files = self._prepare(changed, by, reason.strip(), lock)
                files.sort(key=lambda file: (WRITE_ORDER.index(type(file.records[0])), file.before is not None))
                replace_all([(file.path, file.before, file.after) for file in files])
        except OSError as bad:
            raise WriteFailed(
                f"The disk did not take it ({bad.strerror}). Nothing was saved; what you typed is still here."
            ) from None
        self.reader.refresh(*(file.path for file in files))
        saved = {(type(record), record.id): record for file in files for record in file.records}
        return tuple(saved[type(record), record.id] for record in changed)

    def _check_safety(self, changed: tuple[Record, ...], reason: str) -> None:
        """Raise SafetyFindings if what is new in the records, or the reason, may identify a person."""
        if not self._public:
            return
        dataset = self.reader.read_or_fail()
        before: dict[type, Mapping[str, Record]] = {
            Recommendation: dataset.recommendations, Evidence: dataset.evidence, Document: dataset.documents,
        }  # fmt: skip
        texts = [
            text for record in changed for text in changed_texts(before[type(record)].get(record.id), record, reason)
        ]
        if found := tuple(scan_texts(texts, dataset.safety, self._is_dismissed)):
            raise SafetyFindings(found)

    def redact(self, words: RedactionTerms, *others: Path, by: Person, day: date) -> tuple[RedactedFile, ...]:
        """Removes words for safety from every file of the folder and of others beside it, or from none; says where.

        The one exception to "only added". Raises NotRedacted, NotAllowed, Busy or NotSaved; then nothing was changed.
        Where the machine stops in between, each file is whole, with the words or without: doing it again ends it.
        """
        if not by.can(Permission.REDACT) or not by.handle:
            raise NotAllowed("Only a reviewer can remove words. Nothing was removed.")
        main = self.reader.read_or_fail(fresh=True).settings.language
        roots = {folder.resolve(): folder for folder in (self.root, *others) if folder.is_dir()}.values()
        try:
            with ExitStack() as held:
                for root in roots:
                    for name in sorted(LOCK_FILES if root != self.root else {".lock"}):
                        held.enter_context(lock_file(root / name))
                found = {one.path: one for root in roots for one in redacted_files(root, words, day, main)}
                if found:
                    handle = REDACTED_HANDLE if words.occurs_in_code(by.handle) else by.handle
                    swaps = [(one.path, one.before, one.after) for one in found.values() if one.after is not None]
                    # told first: where the machine stops in between, nobody has words in memory that no file has
                    replace_all([self._told("", handle), *swaps])
                    for half in (one.path for one in found.values() if one.after is None):
                        half.unlink(missing_ok=True)
        except OSError as bad:
            raise WriteFailed(f"The disk did not take it ({bad.strerror}). Nothing was removed.") from None
        self.reader.read(fresh=True)
        return tuple(found.values())

    def unpublish(self, e: Evidence, keep: Callable[[bytes], None], *, by: Person, day: date) -> Evidence:
        """Puts a gap in place of evidence as it was seen, once `keep` has taken the bytes of its file; gives the gap back.

        Like a redaction an exception to "only added". Raises NotAllowed, Conflict, Refused, Busy or NotSaved, and what
        `keep` raises; then nothing public was changed.
        """
        if not by.can(Permission.PUBLISH) or not by.handle:
            raise NotAllowed("Only a reviewer can make it private again. It stays public.")
        try:
            with lock_file(self.root / ".lock") as lock:
                dataset = self.reader.read_or_fail(fresh=True)
                path = dataset.path_of(e)
                now, version = current_record(dataset, e, raw := _bytes(path))
                if not isinstance(now, Evidence) or version != e.version:
                    raise Conflict(e, now)
                assert raw is not None
                if is_unpublished(now):
                    raise ValidationFailed((RuleViolation(path, (), "it is not public any more"),))
                stamps = TimestampIssuer(next_timestamp(self._clock(), dataset, [now], lock), by.handle)
                bare = unpublished_stub(now, day, dataset.settings)
                bare = replace(bare, version="", events=stamps.stamp_new_events(bare.events, ()))
                # a file of its own: no comment and no order of the old one stays
                new = prepare_file(self.root, path, None, [(None, bare)])
                keep(raw)
                replace_all([self._told("unpublished ", by.handle), (path, raw, new.after)])
                stamps.store_last(lock)
        except OSError as bad:
            raise WriteFailed(f"The disk did not take it ({bad.strerror}). It is still public.") from None
        self.reader.read(fresh=True)
        assert isinstance(new.records[0], Evidence)
        return new.records[0]

    def _told(self, what: str, handle: str) -> tuple[Path, bytes | None, bytes]:
        """The line that tells running servers to forget what they keep in memory."""
        return append_redaction_marker(self.root, what, self._clock().strftime(TIMESTAMP_FORMAT), handle)

    def _prepare(self, changed: tuple[Record, ...], by: Person, reason: str, lock: int) -> list[PreparedFile]:
        dataset = self.reader.read_or_fail()
        raws = {path: _bytes(path) for path in map(dataset.path_of, changed)}
        before: list[Record | None] = []
        for record in changed:
            now, version = current_record(dataset, record, raws[dataset.path_of(record)])
            if version != record.version:
                raise Conflict(record, now)
            before.append(now)
        require_reviewer_to_confirm(before, changed, by)
        stamps = TimestampIssuer(next_timestamp(self._clock(), dataset, before, lock), by.handle)
        after = [_stamped(old, record, stamps, reason) for old, record in zip(before, changed, strict=True)]
        self._check(dataset, before, after)
        pairs = list(zip(before, after, strict=True))
        files = [
            prepare_file(self.root, path, raw, [pair for pair in pairs if dataset.path_of(pair[1]) == path])
            for path, raw in raws.items()
        ]
        stamps.store_last(lock)
        return files

    def _check(self, dataset: Dataset, before: list[Record | None], after: list[Record]) -> None:
        changed = with_records(dataset, after)
        # what was wrong before does not stand in the way of a save; the same fault once more does
        everywhere = any(isinstance(old, Document) for old in before)
        wrong: list[RuleViolation] = []
        found = list(_found(changed, after, everywhere))
        known = Counter(
            (f.path, f.message) for f in (_found(dataset, filter(None, before), everywhere) if found else ())
        )
        for finding in found:
            known[finding.path, finding.message] -= 1
            wrong += [finding] if known[finding.path, finding.message] < 0 else []
        for old, new in zip(before, after, strict=True):
            if old:
                wrong += [RuleViolation(dataset.path_of(new), (name,), what) for name, what in _overwritten(old, new)]
        if wrong:
            raise ValidationFailed(tuple(wrong))


def _found(dataset: Dataset, records: Iterable[Record], everywhere: bool) -> Iterator[RuleViolation]:
    """What the rules find in some records. Anything may rest on a document that is edited: then everywhere."""
    if everywhere:
        return rules.check_dataset(dataset)
    return (finding for record in records for finding in rules.check_record(dataset, record))


def _overwritten(old: Record, new: Record) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) where what was recorded did not stay as it was."""
    for name in RECORDED_LISTS:
        if not _only_adds(getattr(old, name, ()), getattr(new, name, ())):
            what = "assessments are" if name == "assessments" else f"what {name!r} lists is"
            yield name, f"{what} added, never overwritten"
    if new.events[: len(old.events)] != old.events:
        yield "events", "what became of a record is added, never overwritten"


def _only_adds(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    """Whether every item stays as it was; events may be added to it, and items behind it."""
    return len(new) >= len(old) and all(
        now == was or (replace(now, events=was.events) == was and now.events[: len(was.events)] == was.events)
        for was, now in zip(old, new, strict=False)
    )


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _stamped(old: Record | None, new: Record, stamps: TimestampIssuer, reason: str) -> Record:
    """The record with recorded times at what is new, and the edits of its texts in its history."""
    changes: dict[str, Any] = {}
    for name in RECORDED_LISTS:
        if items := getattr(new, name, ()):
            changes[name] = stamps.stamp_new_items(items, getattr(old, name, ()))
    # Times, names and history are ours to give: what the caller says of them does not count.
    if old is None:
        changes |= {"recorded": stamps(), "recorded_by": stamps.handle, "history": ()}
    else:
        changes |= {"recorded": old.recorded, "recorded_by": old.recorded_by}
        changes["history"] = old.history + _edits(old, new, stamps, reason)
    changes["events"] = stamps.stamp_new_events(new.events, old.events if old else ())
    return replace(new, **changes)


def _edits(old: Record, new: Record, stamps: TimestampIssuer, reason: str) -> tuple[Revision, ...]:
    before, after = (record_values(record, without=UNVERSIONED_FIELDS) for record in (old, new))
    reason = reason if len(reason) <= 500 else reason[:499] + "…"
    fields = [key for key in {**after, **before} if before.get(key) != after.get(key)]
    return tuple(
        Revision(
            recorded=stamps(), recorded_by=stamps.handle, reason=reason, field=key,
            old=to_block(before[key]).removesuffix("\n") if key in before else None,
        )
        for key in fields
    )  # fmt: skip
