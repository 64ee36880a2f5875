"""Read a data file that a person edited as a text: what changed in it, and what `check` finds in it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath
from typing import Any, get_args
from zoneinfo import ZoneInfo

from tracker.editing.file_changes import MISSING_FILE
from tracker.editing.prepared_file import RecordChange, with_records
from tracker.model.dataset import Dataset, Record
from tracker.model.errors import InvalidFile, SafetyFindings
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.registers import Document
from tracker.safety.metadata_scanner import scan_metadata
from tracker.safety.scanner import IsDismissed, describe_finding, scan_dataset
from tracker.storage.attached_files import is_kept, kept_name
from tracker.storage.record_storage import RecordStorage
from tracker.storage.yaml.file_parser import ParsedFile, parse_file
from tracker.storage.yaml.reader import compose, decode, find_line, to_values
from tracker.validation.assessment_rules import dates_in_the_future
from tracker.validation.deadline_rules import deadlines_done_in_the_future

KEPT_FIELDS = ("recorded", "recorded_by", "history")
"""Fields that only the tracker writes. What a person adds or changes there is refused."""
LineMessage = tuple[int, str]
"""(line, message) of a problem in a text."""


@dataclass(frozen=True, slots=True)
class HandEdit:
    """A data file that a person edited: its `name` in the storage, its bytes `before`, and the bytes that were `typed`.

    `before` is None if there was no such file.
    """

    name: str
    before: bytes | None
    typed: bytes


@dataclass(frozen=True, slots=True)
class EditedFile:
    """What a hand edit changed in the file `name`. `parsed` is everything in the text that was typed.

    `changed` has (record before, record as typed) for each record that changed; the first is None for a new one. Settings,
    treaty bodies and safety rules have no history and are not among them, nor is a record that could not be read before.
    `removed` are the ids of documents that are not in the text any more.
    """

    name: str
    parsed: ParsedFile
    changed: tuple[RecordChange, ...] = ()
    removed: tuple[str, ...] = ()

    def with_settings(self, dataset: Dataset) -> Dataset | None:
        """Return `dataset` with the typed settings, treaty bodies or safety rules. None if the file has none of them."""
        records = self.parsed[0]
        if self.name == "treaty_bodies.yaml":
            return replace(dataset, bodies={body.id: body for body in records})
        if self.name == "safety.yaml":
            return replace(dataset, safety=records[0])
        return replace(dataset, settings=records[0]) if self.name == "tracker.yaml" else None

    def refusals(self, path: PurePath) -> Iterator[RuleViolation]:
        """Yield a violation for each thing that no edit may change. `path` is that of the file."""
        for old, new in self.changed:
            at: FieldPath = ("documents", new.id) if isinstance(new, Document) else ()
            for name in KEPT_FIELDS:
                if old and getattr(old, name) != getattr(new, name):
                    yield RuleViolation(path, (*at, name), f"{name!r} is written by the tracker; leave it as it was")
        for gone in self.removed:
            message = f"the document {gone!r} is missing; its id stays, and it is never deleted: add an event 'retired'"
            yield RuleViolation(path, ("documents",), message)

    def missing_files(self, path: PurePath, storage: RecordStorage) -> Iterator[RuleViolation]:
        """Yield a violation for each new entry of an attached file that is not in the storage."""
        for old, new in self.changed:
            at: FieldPath = ("documents", new.id) if isinstance(new, Document) else ()
            known = len(getattr(old, "files", ()))
            for index, entry in enumerate(getattr(new, "files", ())):
                if index >= known and not is_kept(storage, kept_name(entry.file_name)):
                    yield RuleViolation(path, (*at, "files", index), MISSING_FILE.format(name=entry.name))


def read_edit(edit: HandEdit) -> EditedFile:
    """Return what a hand edit changed. Raises InvalidFile if what was typed has a problem that can be seen in it alone."""
    parsed = parse_file(PurePath(edit.name), edit.typed)
    if parsed[1]:
        raise InvalidFile(*min(parsed[1]))
    before: ParsedFile = ((), [])
    written: Any = {}
    if edit.before is not None:
        with suppress(InvalidFile):
            before = parse_file(PurePath(edit.name), edit.before)
            written = to_values(compose(decode(edit.before)))
    old = {record.id: record for record in before[0] if isinstance(record, get_args(Record))}
    new = {record.id: record for record in parsed[0] if isinstance(record, get_args(Record))}
    is_list = any(isinstance(record, Document) for record in (*old.values(), *new.values()))
    # a record that could not be read before has an unknown past: it is saved as it was typed
    mended = _ids_in(written) if is_list and written else set(new) if edit.before is not None else set()
    changed = [
        (old.get(i), record) for i, record in new.items() if old.get(i) != record and (i in old or i not in mended)
    ]
    return EditedFile(edit.name, parsed, tuple(changed), removed=tuple(i for i in old if i not in new))


def _ids_in(written: Any) -> set[str]:
    items = written.get("documents") if isinstance(written, dict) else None
    return {item["id"] for item in items or () if isinstance(item, dict) and isinstance(item.get("id"), str)}


def check_edit(
    dataset: Dataset, edit: HandEdit, is_dismissed: IsDismissed | None, *, now: datetime
) -> list[LineMessage]:
    """Return what `check` would find in a file after a hand edit, and does not find now.

    These are the problems that can be seen in the file alone, dates in the future, and passages that may identify a
    person, also in comments, links and ids. The rules between records are checked when the file is saved. If
    `is_dismissed` is None, the file is private, and only the first are looked for.
    """
    try:
        records, problems = parse_file(PurePath(edit.name), edit.typed)
    except InvalidFile as bad:
        return [(bad.line, bad.message)]
    if problems or is_dismissed is None:
        return sorted(problems)

    def find(raw: bytes, records: tuple[Any, ...]) -> list[LineMessage]:
        text, typed = decode(raw), _with_records_of_file(dataset, edit.name, records)
        today = now.astimezone(ZoneInfo(typed.settings.timezone)).date()
        here = _only_file(typed, edit.name)
        violations = chain(
            dates_in_the_future(here, today),
            deadlines_done_in_the_future(here, today),
            scan_dataset(typed, is_dismissed, within=dataset.root / edit.name),
        )
        return sorted([*locate_in(text, violations), *scan_metadata(text, dataset.root / edit.name, typed.safety)])

    known: Counter[str] = Counter()
    if edit.before is not None:
        with suppress(InvalidFile):
            before, _ = parse_file(PurePath(edit.name), edit.before)
            known.update(message for _, message in find(edit.before, before))
    new = list[LineMessage]()
    for line, message in find(edit.typed, records):
        known[message] -= 1
        new += [(line, message)] if known[message] < 0 else []
    return new


def _with_records_of_file(dataset: Dataset, name: str, records: tuple[Any, ...]) -> Dataset:
    """Return the dataset with the `records` of the file `name` in place of those that it has now."""
    edited = EditedFile(name, (records, [])).with_settings(dataset) if records else None
    return edited or with_records(dataset, [one for one in records if isinstance(one, get_args(Record))])


def _only_file(dataset: Dataset, name: str) -> Dataset:
    """Return the dataset with only those recommendations and documents that are in the file `name`."""
    records = {r.id: r for r in dataset.recommendations.values() if dataset.path_of(r) == dataset.root / name}
    return replace(dataset, recommendations=records, documents=dataset.documents if name == "documents.yaml" else {})


def locate_findings(error: SafetyFindings, path: PurePath) -> Iterator[RuleViolation]:
    """Yield a violation for each passage of a file that may identify a person. `path` is that of the file."""
    for finding in error.findings:
        kind, _, record_id = finding.text_field.record.partition(" ")
        where, message = finding.text_field.field_path, describe_finding(finding.match.rule)
        if where == ("history", "reason"):
            yield RuleViolation(path, (), f"in the reason: {message}")
        else:
            yield RuleViolation(path, ("documents", record_id, *where) if kind == "document" else where, message)


def locate_in(text: str, violations: Iterable[RuleViolation]) -> list[LineMessage]:
    """Return (line, message) of violations in the file with this `text`, which is YAML."""
    node = compose(text)
    return sorted((find_line(node, one.field_path), one.message) for one in violations)
