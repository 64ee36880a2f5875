"""Save changed records: compare versions, check the rules, and write all files or none.

Every change of a record goes through `Store.save`, except redaction, unpublishing and `check --fix`: they change or
remove what was recorded, and have modules of their own. The new contents of each file are parsed again, to verify that
they give exactly the intended records.
"""

from collections import ChainMap, Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from tracker.editing.forms.values import contact_from_input
from tracker.files.new_file import NewFile
from tracker.files.scan import CANNOT_BE_CHECKED, scan_file_text
from tracker.model import errors
from tracker.model.dataset import RECORDED_LISTS, Dataset, FileRecord, Record
from tracker.model.errors import InvalidFile, NotAllowed, RuleViolation, SafetyFindings, ValidationFailed, WriteFailed
from tracker.model.fields import ITEM_TEXTS, UNVERSIONED_FIELDS, is_same_item
from tracker.model.labels import N_
from tracker.model.organisations import own_organisation
from tracker.model.ownership import (
    is_everybodys_date,
    may_set_contact,
    named_in,
    needs_another_organisation,
    owner_of,
    recorded_for,
    require_own_organisation,
    require_reviewer_to_confirm,
    require_same_identity,
)
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Evidence, Recommendation, Revision
from tracker.model.registers import Deadline, Document, DocumentsFile
from tracker.model.vocabulary import EventType
from tracker.queries.another_reading import is_own_word, with_reading_of_another
from tracker.queries.as_recorded import parse_history
from tracker.queries.field_diff import to_yaml
from tracker.queries.quotations import with_compared_marks, with_mark_of_another
from tracker.queries.translations import parse_wordings
from tracker.safety import scanner
from tracker.safety.scanner import IsDismissed, PublicationCheck, nothing_dismissed, record_name
from tracker.storage.attached_files import is_kept, kept_name
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import NOT_WRITTEN, NOTHING_SAVED, failed_save
from tracker.storage.record_storage import READ_ONLY, FileChange, FilesChanged, RecordStorage, StorageTransaction
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml.file_parser import ParsedFile, item_version, parse_file
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.json_schema import schema_comment
from tracker.storage.yaml.patch import merge_values, patch_file
from tracker.storage.yaml.reader import compose, decode, hash_version, to_values
from tracker.validation import rules

StillRight = Mapping[str, tuple[str, ...]]
"""Field → the languages in which the wording of the field is still right, although it translates an earlier text."""
NOTHING_CONFIRMED: StillRight = MappingProxyType({})
RecordChange = tuple[Record | None, Record]
"""(the record before the save, the record after it). The first is None for a new record."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file to write. `before` and `after` are its bytes before and after the save; `before` is None for a new file.

    `records` are the changed records, and `parsed` is everything in the file; both were parsed from `after`.
    """

    path: PurePath
    records: tuple[Record, ...]
    after: bytes
    before: bytes | None
    parsed: ParsedFile


def current_record(dataset: Dataset, record: Record, raw: bytes | None) -> tuple[Record | None, str]:
    """Return (the record as it is in its file now, its version). `raw` is the bytes of the file, None if there is none.

    Return (None, "") if the file is missing, or if documents.yaml has no valid entry for a document. Return (None,
    version of the file) if the whole file is not valid.
    """
    if raw is None:
        return None, ""
    if not isinstance(record, Document):
        known: Record | None = dataset.registers[type(record)].get(record.id)
        if known is not None and known.version == hash_version(raw):
            return known, known.version
    try:
        records, _ = parse_file(dataset.path_of(record).relative_to(dataset.root), raw)
    except InvalidFile:
        return None, hash_version(raw)
    if current := next((item for item in records if item.id == record.id), None):
        return current, current.version
    return None, "" if isinstance(record, Document) else hash_version(raw)


def with_records(dataset: Dataset, records: Sequence[Record]) -> Dataset:
    """Return the dataset with `records` added. Each replaces the record of its type that has the same id."""
    kinds = {"recommendations": Recommendation, "evidence": Evidence, "documents": Document}
    # overlays, because a copy would touch each of 5,000 records
    new = {name: {r.id: r for r in records if isinstance(r, kind)} for name, kind in kinds.items()}
    registers: dict[str, Any] = {name: ChainMap(added, getattr(dataset, name)) for name, added in new.items()}
    return replace(dataset, **registers)


def prepare_file(root: PurePath, path: PurePath, raw: bytes | None, changes: Sequence[RecordChange]) -> PreparedFile:
    """Return the new contents of the file `path`, with the `changes` made and the rest as it was. Write nothing.

    `raw` is the file now; all `changes` must be in it. Raises InvalidFile for invalid YAML, and WriteFailed for an
    invalid entry, or if the new contents do not parse to the new records.
    """
    kind, expected = type(changes[0][1]), [record for _, record in changes]
    text = schema_comment(DocumentsFile if kind is Document else kind) if raw is None else decode(raw)
    node = compose(text)
    values = _new_values(to_values(node), changes)

    def read_back(new: bytes) -> tuple[tuple[Record, ...], ParsedFile] | None:
        """Return (the changed records, the whole parsed file). Return None if `new` differs from what is intended."""
        try:
            parsed = parse_file(path.relative_to(root), new)
            # in a list file, the other items must stay the same too
            if kind is Document and _parse_values(new) != values:
                return None
        except InvalidFile:
            return None
        by_id = {record.id: record for record in parsed[0]}
        records = tuple(by_id[one.id] for one in expected if one.id in by_id)
        is_same = [replace(now, version=one.version) for now, one in zip(records, expected, strict=False)] == expected
        return (records, parsed) if is_same else None

    after, (records, parsed) = patch_file(raw, values, read_back=read_back, header=text, node=node)
    if parsed[1]:
        raise WriteFailed(f"{path.name}: {parsed[1][0][1]}. Correct this first. Nothing was saved.")
    return PreparedFile(path, records, after, before=raw, parsed=parsed)


def _new_values(written: Any, changes: Sequence[RecordChange]) -> dict[str, Any]:
    """Return the values that a file must have after the save. `written` are its values now; unchanged ones stay."""
    if not isinstance(changes[0][1], Document):
        ((old, new),) = changes
        own_id = {"id"}  # it is the name of the file
        merged: dict[str, Any] = record_values(new, without=own_id)
        return merge_values(written, record_values(old, without=own_id), merged) if old else merged
    items = written.get("documents", []) if isinstance(written, dict) else None
    if not isinstance(items, list):
        raise WriteFailed("documents.yaml has no list of documents. Correct this first. Nothing was saved.")
    items = items.copy()
    for old, new in changes:
        if old is None:
            items.append(record_values(new))
        else:
            index = next(i for i, item in enumerate(items) if item_version(item) == old.version)
            items[index] = merge_values(items[index], record_values(old), record_values(new))
    return {**written, "documents": items}


def _parse_values(raw: bytes) -> Any:
    """Return the values in the bytes of a YAML file. Raises InvalidFile if they are not valid YAML."""
    return to_values(compose(decode(raw)))


@contextmanager
def as_failed_save(outcome: str = NOTHING_SAVED, *, in_folder: str = NOT_WRITTEN) -> Iterator[None]:
    """Raise WriteFailed instead of OSError in the `with` block. Its message is made as in `failed_save`."""
    try:
        yield
    except OSError as error:
        raise failed_save(error, outcome, in_folder=in_folder) from None


still_signed_in: ContextVar[Callable[[], bool]] = ContextVar("still_signed_in", default=lambda: True)
"""Returns whether the person who saves in this thread is still who they were. A save may wait for others for seconds."""


def _require_still_signed_in() -> None:
    if not still_signed_in.get()():
        raise NotAllowed("Your access ended while the save was waiting. Nothing was saved.")


@contextmanager
def saving(storage: RecordStorage, outcome: str, *, in_folder: str = NOT_WRITTEN) -> Iterator[StorageTransaction]:
    """Begin a save, committed at the end of the `with` block. Raises WriteFailed (see `as_failed_save`) or LockTimeout.

    Raises NotAllowed if the sign-in ended before the lock was free.
    """
    with as_failed_save(outcome, in_folder=in_folder), storage.transaction() as transaction:
        _require_still_signed_in()
        yield transaction
        transaction.commit()


FILE_GONE = "the file is not there any more; nothing was changed"
MISSING_FILE = "the file {name} is not there any more; attach it again"

INPUT_IS_KEPT = N_("Nothing was saved; what you typed is still here.")
MAX_SAVERS = 1000
"""The largest number of versions of records for which a `Store` remembers who saved them."""
WRITE_ORDER = (Document, Evidence, Recommendation)
"""The order in which a save writes files, so that after a crash no record refers to one that was not written."""


class Store:
    """Saves records in one storage, which several threads, processes and machines may use at the same time.

    If `read_private` is given, the records are private: it returns the dataset for their checks, and there is no safety
    check.
    """

    def __init__(
        self,
        reader: DatasetReader,
        *,
        is_dismissed: IsDismissed = nothing_dismissed,
        read_private: Callable[[], Dataset] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.reader, self.root, self.clock = reader, reader.root, clock
        self.storage = reader.storage
        self._is_dismissed, self._is_public = is_dismissed, read_private is None
        self._read = read_private or reader.read_or_fail
        self._savers: dict[str, str] = {}

    def save(
        self,
        *changed: Record,
        by: Person,
        reason: str,
        still_right: StillRight = NOTHING_CONFIRMED,
        new_files: Sequence[NewFile] = (),
        owner: str | None = None,
        agreed: Collection[str] = (),
        is_compared: bool = False,
    ) -> tuple[Record, ...]:
        """Save all of the records and files or none. Return the saved records in the same order, with new versions.

        Each record must have the version with which it was read, "" if it is new. `still_right` maps a field of the
        first record → the languages in which its wording is still right. `new_files` are new files of these records.
        `owner` is the id of the organisation to which belongs what is new, by default that of `by`. `agreed` are those
        that agreed to stand among the authors.

        A quotation that changes and what an organisation enters is "not checked yet" until another person checks it
        (`with_compared_marks`, `with_mark_of_another`), unless it `is_compared` with the file of the document. In a
        tracker of several organisations another one has to check it in any case (`with_reading_of_another`).

        Raises NotAllowed, Conflict if a record changed since it was read, SignedByOthers if only the organisation to
        which something belongs may change it, ValidationFailed for a broken rule or an empty reason, SafetyFindings if new
        text may identify a person, UnusableFile if a file cannot be checked, LockTimeout, WriteFailed or NoDataset.
        """
        self._require_saver(by, reason)
        self._check_safety(changed, reason, new_files)
        with saving(self.storage, INPUT_IS_KEPT) as transaction:
            how: dict[str, Any] = {"still_right": still_right, "new_files": new_files, "owner": owner, "agreed": agreed}
            how["is_compared"] = is_compared
            files = self._prepare(changed, by, reason.strip(), transaction=transaction, **how)
            _require_still_signed_in()  # to prepare large files takes seconds, too
        parsed = {file.path: (file.after, file.parsed) for file in files}
        self.reader.refresh(*parsed, parsed=parsed)
        saved = {(type(record), record.id): record for file in files for record in file.records}
        self._savers.update({record.version: by.handle for record in saved.values()})
        for old in list(self._savers)[:-MAX_SAVERS]:
            self._savers.pop(old, None)  # another thread may have been faster
        return tuple(saved[type(record), record.id] for record in changed)

    def save_contact(self, typed: str, *, by: Person) -> None:
        """Write a mail or web address into tracker.yaml as the contact of the publisher. Never replace a contact.

        Raises NotAllowed, LockTimeout, or WriteFailed (also if `typed` is no address, or there is a contact already).
        """
        self._require_saver(by, "contact")
        if not may_set_contact(self._read().settings, by):
            raise NotAllowed(N_("Only the tracker's editors say where readers report mistakes. Nothing was saved."))
        if not (contact := contact_from_input(typed)):
            raise WriteFailed(N_("Type a mail address, such as name@example.org, or a web address. Nothing was saved."))
        path = self.root / "tracker.yaml"
        with saving(self.storage, INPUT_IS_KEPT) as transaction:
            raw = transaction.read(path.name) or b""
            values = _parse_values(raw)
            if "contact" in values["publisher"]:
                raise FilesChanged(path.name)
            values["publisher"]["contact"] = contact
            after, _ = patch_file(raw, values, read_back=lambda new: _parse_values(new) == values or None)
            transaction.stage([(path.name, raw, after)], last_time=transaction.last_time)
        self.reader.refresh(path)

    def saver_of(self, version: str) -> str:
        """Return the handle of the editor who saved this version; "" if this process did not save it or has forgotten it."""
        return self._savers.get(version, "")

    def check_publication(self, e: Evidence, new_files: Iterable[NewFile] = ()) -> PublicationCheck:
        """Return what a reviewer has to settle before evidence is published. `e` is its public form. Raises UnusableFile."""
        check = scanner.check_publication(e, self._read(), self._is_dismissed)
        return check + self._check_file_texts(new_files, record_name(e))

    def check_file_publication(self, record: FileRecord, new: NewFile) -> PublicationCheck:
        """Return what a reviewer has to settle before the file `new` of `record` is published. Raises UnusableFile."""
        alone = replace(record, files=(new.entry,))
        check = scanner.check_publication(alone, self._read(), self._is_dismissed, only_files=True)
        return check + self._check_file_texts([new], record_name(record))

    def _check_file_texts(
        self, new_files: Iterable[NewFile], owner: str, *, with_candidates: bool = True
    ) -> PublicationCheck:
        """Return what has to be settled in the texts of files before the files are public. Raises UnusableFile."""
        found, dataset = PublicationCheck(), self._read()
        for new in new_files:
            of: dict[str, Any] = {"record": owner, "name": new.entry.name, "digest": new.entry.sha256}
            check = scan_file_text(new.pages, dataset, self._is_dismissed, **of, with_candidates=with_candidates)
            unseen_findings = check.more_findings and not check.findings
            if not check.is_whole or unseen_findings or (check.more_candidates and not check.candidates):
                raise errors.UnusableFile(CANNOT_BE_CHECKED)
            found += PublicationCheck(check.findings, check.candidates)
        return found

    def _require_saver(self, by: Person, reason: str) -> None:
        if not by.can(Permission.SAVE) or not by.handle:
            raise NotAllowed("Only an editor can save. Nothing was saved.")
        if self._read().settings.gathered:
            raise WriteFailed(READ_ONLY)
        if not reason.strip():
            raise ValidationFailed((RuleViolation(self.root, (), "a save needs a reason; say in a sentence why"),))

    def _check_safety(self, changed: tuple[Record, ...], reason: str, new_files: Sequence[NewFile]) -> None:
        """Raise SafetyFindings if the `reason`, or new text in the records and files, may identify a person."""
        if not self._is_public:
            return
        dataset = self._read()
        before = [(dataset.registers[type(record)].get(record.id), record) for record in changed]
        texts = (text for old, new in before for text in scanner.changed_texts(old, new, reason))
        found = list(scanner.scan_texts(texts, dataset, self._is_dismissed))
        owners = {entry.sha256: record_name(record) for record in changed for entry in getattr(record, "files", ())}
        for new in new_files:
            owner = owners.get(new.entry.sha256, "")
            found += self._check_file_texts([new], owner, with_candidates=False).findings
        if found:
            raise SafetyFindings(tuple(found))

    def _prepare(
        self,
        changed: tuple[Record, ...],
        by: Person,
        reason: str,
        *,
        still_right: StillRight,
        new_files: Sequence[NewFile],
        owner: str | None,
        agreed: Collection[str],
        is_compared: bool,
        transaction: StorageTransaction,
    ) -> list[PreparedFile]:
        """Check a save under the lock, stage its files in the `transaction`, and return the YAML files."""
        dataset = self._read()
        raws = {path: transaction.read(dataset.name_of(path)) for path in map(dataset.path_of, changed)}
        before: list[Record | None] = []
        for record in changed:
            current, version = current_record(dataset, record, raws[dataset.path_of(record)])
            if version != record.version:
                raise errors.Conflict(record, current)
            before.append(current)
        require_reviewer_to_confirm(before, changed, by)
        now = next_timestamp(self.clock(), dataset, before, last_time=transaction.last_time)
        organisation = recorded_for(dataset.settings, by)
        stamps = TimestampIssuer(now, by.handle, organisation and (owner or organisation))
        confirmed = [still_right, *[NOTHING_CONFIRMED] * (len(changed) - 1)]

        is_editors = organisation in ("", own_organisation(READER, dataset.settings.organisations))

        together = with_records(dataset, changed)

        def judge(old: Record | None, record: Record) -> Record:
            # what the caller says about the owner is ignored; a demand may come with its report
            states = ((dataset, old), (together, replace(record, recorded_for=getattr(old, "recorded_for", None))))
            is_own = all(is_own_word(d, one, organisation) for d, one in states if one) or not self._is_public
            if not is_own and needs_another_organisation(dataset.settings, by):
                if not (old is None and isinstance(record, Evidence)):  # new evidence is its own
                    main = dataset.settings.language
                    record = with_reading_of_another(old, record, organisation, main=main, is_compared=is_compared)
            elif (
                self._is_public and not is_compared and not is_editors and organisation not in named_in(dataset, record)
            ):
                record = with_mark_of_another(old, record, by=by.handle, organisation=organisation)
            if is_compared:
                return record
            return with_compared_marks(old, record, by.handle, is_owned=bool(owner_of(dataset, old or record)))

        after = [
            _stamp(old, judge(old, record), stamps, reason=reason, still_right=right)
            for old, record, right in zip(before, changed, confirmed, strict=True)
        ]
        require_own_organisation(before, after, by, dataset=dataset, agreed=agreed)
        for old, new in zip(before, after, strict=True):
            require_same_identity(dataset, old, new, by=by, undone=_fields_taken_back(old, new, organisation))
        self._check_rules(dataset, before, after, now=now)
        pairs: dict[PurePath, list[RecordChange]] = {path: [] for path in raws}
        for pair in zip(before, after, strict=True):
            pairs[dataset.path_of(pair[1])].append(pair)
        files = [prepare_file(self.root, path, raws[path], changes=changes) for path, changes in pairs.items()]
        files.sort(key=lambda file: (WRITE_ORDER.index(type(file.records[0])), file.before is not None))
        changes = [(dataset.name_of(file.path), file.before, file.after) for file in files]
        added = unwritten_contents(self.storage, new_files, records=changed, with_originals=not self._is_public)
        # the attached files first: after a crash, no record names a file that is not there
        transaction.stage([*added, *changes], last_time=stamps.last)
        return files

    def _check_rules(
        self, dataset: Dataset, before: list[Record | None], after: list[Record], *, now: datetime
    ) -> None:
        """Raise ValidationFailed if the save breaks a rule, or changes a list to which a save may only add."""
        # Anything may depend on a document: if one is edited, check all records.
        everywhere = any(isinstance(old, Document) for old in before)

        def violations_of(data: Dataset, records: Iterable[Record]) -> Iterator[RuleViolation]:
            if everywhere:
                return rules.check_dataset(data, now)
            return chain.from_iterable(rules.check_record(data, record, now) for record in records)

        violations = list(violations_of(with_records(dataset, after), after))
        known = Counter(map(_rule_and_place, violations_of(dataset, filter(None, before)) if violations else ()))
        new_violations: list[RuleViolation] = []
        for violation in violations:
            known[_rule_and_place(violation)] -= 1
            new_violations += [violation] if known[_rule_and_place(violation)] < 0 else []
        for old, new in zip(before, after, strict=True):
            at = ("documents", new.id) if isinstance(new, Document) else ()
            broken = overwritten_items(old, new, dataset.settings.language) if old else ()
            new_violations += [RuleViolation(dataset.path_of(new), (*at, name), message) for name, message in broken]
        if new_violations:
            raise ValidationFailed(tuple(new_violations))


def _rule_and_place(violation: RuleViolation) -> tuple[PurePath, errors.FieldPath, str]:
    """Return (file, field, message without its advice). Two violations with the same values count as the same one."""
    return violation.path, violation.field_path[:1], violation.message.partition(";")[0]


def _stamp(old: Record | None, new: Record, stamps: TimestampIssuer, *, reason: str, still_right: StillRight) -> Record:
    """Return the record `new` with recorded times on its new items and events, and with its edits in its history."""
    if isinstance(new, Document):
        new = replace(new, deadlines=_with_owners(new.deadlines, getattr(old, "deadlines", ()), stamps.organisation))
    lists = {name: items for name in RECORDED_LISTS if (items := getattr(new, name, ()))}
    changes: dict[str, Any] = {
        name: stamps.stamp_new_items(name, items, getattr(old, name, ())) for name, items in lists.items()
    }
    # Only the store sets times, handles and history: what the caller passed is ignored.
    if old is None:
        changes |= {"recorded": stamps(), **stamps.author, "history": ()}
    else:
        changes |= {name: getattr(old, name) for name in ("recorded", "recorded_by", "recorded_for")}
        changes["history"] = old.history + _revisions(old, new, stamps, reason=reason, still_right=still_right)
    changes["events"] = stamps.stamp_new_events(new.events, old.events if old else ())
    return replace(new, **changes)


def _with_owners(deadlines: Sequence[Deadline], before: Sequence[Deadline], organisation: str) -> tuple[Deadline, ...]:
    """Return the deadlines with their owners. A new date that is not everybody's is for `organisation`; others keep theirs."""
    gone, owned = [one for one in before if one not in deadlines], list[Deadline]()
    for one in deadlines:
        if one not in before:
            # a deadline has no id: what was changed is the one of this kind that is not there any more
            earlier = next((old for old in gone if old.kind is one.kind), None)
            gone = [old for old in gone if old is not earlier]
            owner = earlier.recorded_for if earlier else organisation
            one = replace(one, recorded_for=None if is_everybodys_date(one) else owner or None)
        owned.append(one)
    return tuple(owned)


def _revisions(
    old: Record, new: Record, stamps: TimestampIssuer, *, reason: str, still_right: StillRight
) -> tuple[Revision, ...]:
    """Return one revision for each field that differs between `old` and `new`, and for each field in `still_right`."""
    before, after = (record_values(one, without=UNVERSIONED_FIELDS) for one in (old, new))
    for values, record in ((before, old), (after, new)):
        for name, texts in ITEM_TEXTS.items():
            for item in (one for one in getattr(record, name, ()) if one.recorded):
                written = record_values(item)
                values |= {f"{name}/{item.recorded}/{text}": written[text] for text in texts if getattr(item, text)}
    before = {path: value for path, value in before.items() if "/" not in path or path in after}
    after = {path: value for path, value in after.items() if "/" not in path or path in before}
    reason = reason if len(reason) <= 500 else reason[:499] + "…"
    fields = [key for key in {**after, **before} if before.get(key) != after.get(key) or key in still_right]
    return tuple(
        Revision(
            recorded=stamps(),
            **stamps.author,
            reason=reason,
            field=key,
            old=to_yaml(before.get(key)),
            still_right=still_right.get(key, ()),
        )
        for key in fields
    )


def _fields_taken_back(old: Record | None, new: Record, organisation: str) -> set[str]:
    """Return the fields that get back the value from before their last edit, which was made for this organisation."""
    values, last = record_values(new), {one.field: one for one in (old.history if old else ())}
    own = {name: one.old for name, one in last.items() if one.recorded_for == organisation}
    return {name for name, earlier in own.items() if earlier == to_yaml(values.get(name))}


def unwritten_contents(
    storage: RecordStorage, new_files: Sequence[NewFile], *, records: Iterable[Record] = (), with_originals: bool
) -> list[FileChange]:
    """Return the changes that write new files (`with_originals`: and originals). Leave out what is in `storage`.

    Raises ValidationFailed if a new entry of the `records` names a file that is neither given nor in the storage.
    """
    given = {new.entry.sha256 for new in new_files}
    for record in records:
        for index, entry in enumerate(getattr(record, "files", ())):
            is_new = entry.recorded is None and entry.sha256 not in given
            if is_new and not is_kept(storage, kept_name(entry.file_name)):
                message = MISSING_FILE.format(name=entry.name)
                raise ValidationFailed((RuleViolation(storage.root, ("files", index), message),))
    contents = {name: data for new in new_files for name, data in new.contents(with_original=with_originals)}
    return [(name, None, data) for name, data in contents.items() if not is_kept(storage, name)]


def overwritten_items(old: Record, new: Record, main: str) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for each list to which a save did anything but add items, events or translations."""
    for name in RECORDED_LISTS:
        items, new_items = getattr(old, name, ()), getattr(new, name, ())
        is_only_added_to = len(new_items) >= len(items) and all(
            after == before
            or (
                is_same_item(name, before, after)
                and after.events[: len(before.events)] == before.events
                and _has_first_wordings(old, name, (before, after), main=main)
            )
            for before, after in zip(items, new_items, strict=False)
        )
        if not is_only_added_to:
            label = name if name == "assessments" else f"items of {name!r}"
            yield name, f"{label} are added, never overwritten"
    added = [
        e for e in new.events[len(old.events) :] if e.type is EventType.RETIRED and isinstance(new, Recommendation)
    ]
    if any(event.into in (None, new.id) for event in added):
        yield "events", "a recommendation is archived as a duplicate of another one; name it"
    if new.events[: len(old.events)] != old.events:
        yield "events", "events are added, never overwritten"


def _has_first_wordings(record: Record, name: str, items: tuple[Any, Any], *, main: str) -> bool:
    """Return whether the texts of an item still have the wordings with which the item was recorded."""
    before, after = items
    for field in ITEM_TEXTS.get(name, ()):
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if before.recorded is None or not old or not new:
            return False
        path = f"{name}/{before.recorded}/{field}"
        first = next((r.old for r in record.history if r.field == path and r.old is not None), None)
        written = parse_wordings(parse_history(first), main) if first is not None else {code or main for code in old}
        by_code = [{code or main: variant for code, variant in text.items()} for text in (old, new)]
        if any(by_code[0].get(code) != by_code[1].get(code) for code in written):
            return False
    return True
