"""Lists in the private folder: notes and plans, and the private files of public records.

Each list is named after the record to which it belongs, and each organisation has a YAML file for its part. Editors can add, correct and take back notes,
but no note is ever deleted. A plan is a note on a committee, with the date until which something is to be done. A
private file of a public record can be published by a reviewer.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from heapq import merge
from itertools import chain
from operator import attrgetter
from pathlib import PurePath
from typing import Annotated, Any, Generic, TypeVar

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record_type

from tracker.editing.store import FILE_GONE, as_failed_save, saving, unwritten_contents
from tracker.files.new_file import NewFile
from tracker.model import errors
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, FileRecord
from tracker.model.errors import NotAllowed, Problem, RuleViolation, ValidationFailed, WriteFailed
from tracker.model.events import Event
from tracker.model.field_types import Handle, PartialDate, Timestamp
from tracker.model.labels import N_
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.organisations import Privacy, can_change, can_read
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.storage import record_storage
from tracker.storage.attached_files import active_digests
from tracker.storage.cache_registry import register_cache
from tracker.storage.failures import NOTHING_SAVED
from tracker.storage.folder.storage import LEADS_OUT
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, RecordStorage, StorageTransaction, display_path
from tracker.storage.timestamps import TIMESTAMP_FORMAT, TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.patch import merge_values, patch_file
from tracker.storage.yaml.reader import MAX_BYTES, compose, decode, find_line, to_values
from tracker.storage.yaml.record_builder import build_record

T = TypeVar("T")
ParsedList = tuple[tuple[T, ...], tuple[tuple[int, str], ...]]
"""(items of a file, problems in this file). Each problem is (line number, message)."""


class ListFiles(Generic[T]):
    """The YAML files of one kind in the storage `root`, each with one list. Files that did not change are parsed once.

    `record` is the type of the contents of a file, `key` its only field: the list. A new file starts with `header`.
    """

    def __init__(self, record: type[Any], key: str, header: str, *, root: PurePath) -> None:
        self._record, self._key, self._header, self._root = record, key, header, root
        self._items_of: Callable[[Any], tuple[T, ...]] = attrgetter(key)
        self._parsed: dict[str, tuple[FileStat, ParsedList[T]]] = {}
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget the contents of all files that were read: after a redaction, they may have the removed words."""
        self._parsed = {}

    def read_one(
        self, files: FileSource, name: str, stat: FileStat | None = None
    ) -> tuple[tuple[T, ...], list[Problem]]:
        """Return (items of the file `name`, problems in it). An unreadable file has one problem and no items."""
        if (stat := stat or files.stat(name)) is None:
            self._parsed.pop(name, None)
            return (), []
        path = display_path(self._root / name)
        try:
            known = self._parsed.get(name)
            if known is None or known[0] != stat:
                known = self._parsed[name] = (stat, self._parse(files, name, stat))
        except OSError as error:
            return (), [Problem(path, 1, f"cannot be read ({error.strerror}); check its permissions")]
        items, wrong = known[1]
        return items, [Problem(path, line, message) for line, message in wrong]

    def change(
        self, transaction: StorageTransaction, name: str, change: Callable[[tuple[T, ...]], tuple[T, ...]]
    ) -> tuple[tuple[T, ...], record_storage.FileChange]:
        """Return (items of the file `name` after a change, the FileChange that writes them). Nothing is staged yet.

        `change` gets the items and returns the new ones. Raises WriteFailed if the old or new contents are not valid.
        """
        raw = transaction.read(name)
        try:
            written = to_values(compose(decode(raw))) if raw is not None else {self._key: []}
            before, _ = build_record(self._record, written)
            if before is not None:
                old = self._items_of(before)
                items = change(old)
                old_values, new_values = ([record_values(item) for item in some] for some in (old, items))
                values = {**written, self._key: merge_values(written[self._key], old_values, new_values)}

                def read_back(new: bytes) -> Any:
                    file, _ = build_record(self._record, to_values(compose(decode(new))))
                    return file if file is not None and self._items_of(file) == items else None

                new, _ = patch_file(raw, values, read_back=read_back, header=self._header)
                return items, (name, raw, new)
        except (errors.InvalidFile, AttributeError, TypeError):
            pass
        raise WriteFailed(f"{PurePath(name).name} cannot be read: correct it first. Nothing was saved.")

    def _parse(self, files: FileSource, name: str, stat: FileStat) -> ParsedList[T]:
        if stat == LEADS_OUT:
            return (), ((1, "a link that leads out of the folder; put the file itself here"),)
        if stat[1] > MAX_BYTES:
            return (), ((1, f"the file has {stat[1]:,} bytes; at most {MAX_BYTES:,} are read"),)
        try:
            node = compose(decode(files.read(name)))
        except errors.InvalidFile as error:
            return (), ((error.line, error.message),)
        file, wrong = build_record(self._record, to_values(node))
        problems = tuple((find_line(node, where), message) for where, message in wrong)
        return self._items_of(file) if file else (), problems


class OwnedLists(ListFiles[T]):
    """Lists in which organisations have entries: each in a file of its own, named <id>.<organisation>.yaml.

    Another's file can then neither fill nor show anything of theirs. <id>.yaml is the name of the list: this file has
    entries without an owner, and older ones, which go to the file of their owner when they change.
    """

    def read_list(self, files: FileSource, name: str) -> tuple[T, ...]:
        """Return the items of the list `name`, without those in unreadable files. Raises OSError."""
        return _in_order(self._parts(files, name).values())

    def read_all(
        self, storage: RecordStorage, *folders: str, missing_kind: Callable[[PurePath], str]
    ) -> tuple[dict[PurePath, tuple[T, ...]], list[Problem]]:
        """Return (mapping: name of a list → items, problems). `missing_kind` says what kind of record a list lacks, "" if none."""
        found, problems = dict[PurePath, tuple[T, ...]](), list[Problem]()
        try:
            files = storage.snapshot()
            in_folders = [record_storage.list_files_in(files, folder, ".yaml").items() for folder in folders]
            listed = dict(chain.from_iterable(in_folders))
        except FileNotFoundError:
            return found, problems
        # after a redaction, no old contents of a file may stay in memory
        self._parsed = {name: self._parsed[name] for name in listed if name in self._parsed}
        for name, stat in listed.items():
            items, wrong = self.read_one(files, name, stat)
            listed_as = PurePath(_list_of(name))
            found[listed_as] = _in_order([found.get(listed_as, ()), items])
            if kind := missing_kind(listed_as):
                message = f"there is no {kind} with this id; correct the file's name"
                problems.append(Problem(display_path(self._root / name), 1, message))
            problems += wrong
        return found, problems

    def change_list(
        self,
        transaction: StorageTransaction,
        storage: RecordStorage,
        name: str,
        change: Callable[[tuple[T, ...]], tuple[T, ...]],
        *,
        moves: bool = False,
    ) -> tuple[tuple[T, ...], list[record_storage.FileChange]]:
        """Return (items of the list `name` after a change, the FileChanges that write them), as `change`.

        Only files whose items change are written. With `moves`, each item goes to the file of its owner.
        """
        before = self._parts(storage.snapshot(fresh=True), name)
        items = change(_in_order(before.values()))

        def file_of(item: T) -> str:
            kept_in = None if moves else next((part for part, known in before.items() if item in known), None)
            return kept_in or file_of_owner(name, item)

        after: dict[str, tuple[T, ...]] = dict.fromkeys(before, ())
        for item in items:
            after[file_of(item)] = (*after.get(file_of(item), ()), item)
        changed = [part for part, some in after.items() if some != before.get(part, ())]
        # entries are written to the file of their owner before they are taken out of the old file
        changed.sort(key=name.__eq__)
        return items, [self.change(transaction, part, partial(_other, after[part]))[1] for part in changed]

    def move_to_owners(self, storage: RecordStorage, *folders: str) -> None:
        """Move what is in old files, which organisations share, to the files of its owners. An unreadable file stays."""
        for folder in folders:
            for name in record_storage.list_files_in(storage, folder, ".yaml"):
                if any(file_of_owner(name, item) != name for item in self.read_one(storage, name)[0]):
                    with suppress(WriteFailed), saving(storage, NOTHING_SAVED) as transaction:
                        _, changes = self.change_list(transaction, storage, _list_of(name), tuple, moves=True)
                        transaction.stage(changes)

    def _parts(self, files: FileSource, name: str) -> dict[str, tuple[T, ...]]:
        """Return a mapping: file of the list `name` → its items."""
        listed = record_storage.list_files_in(files, PurePath(name).parent.name, ".yaml")
        return {part: self.read_one(files, part, stat)[0] for part, stat in listed.items() if _list_of(part) == name}


def owner_of_list(name: str) -> str:
    """Return the id of the organisation whose file of a list has this name; "" for entries without an owner and old files."""
    path = PurePath(name)
    return path.stem.partition(".")[2] if path.parent.name in LISTS else ""


def file_of_owner(name: str, item: Any) -> str:
    """Return the name of the file for an item of the list `name`."""
    base = _list_of(name)
    return f"{base.removesuffix('.yaml')}.{item.private.organisation}.yaml" if item.private else base


def _list_of(name: str) -> str:
    path = PurePath(name)
    return str(path.with_name(f"{path.stem.partition('.')[0]}.yaml"))


def _other(items: tuple[T, ...], _known: tuple[T, ...]) -> tuple[T, ...]:
    return items


def _in_order(parts: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """Return the items of the files of one list in recorded order; the order in each file stays."""
    return tuple(merge(*parts, key=lambda item: getattr(item, "recorded", None) or ""))


@contextmanager
def saving_privately(storage: RecordStorage, outcome: str = NOTHING_SAVED) -> Iterator[StorageTransaction]:
    """Begin a save in the private storage, as `saving`. Create the storage if it does not exist."""
    create_private_storage(storage)
    with saving(storage, outcome) as transaction:
        yield transaction


def create_private_storage(storage: RecordStorage) -> None:
    """Create the private storage if it does not exist. Raises WriteFailed if it cannot be created."""
    with as_failed_save(in_folder=N_("The private folder cannot be created ({reason}).")):
        storage.create()  # no other user of this machine may read it


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateNote:
    """A private note on a recommendation or a committee. `withdrawn` is the time when the note was taken back.

    `due` is the date of a plan, `done` when it was carried out. Without `private`, all organisations may change a note.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    due: PartialDate | None = None
    done: PartialDate | None = None
    withdrawn: Timestamp | None = None
    withdrawn_by: Handle | None = None
    private: Privacy | None = None


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NotesFile:
    """The contents of notes/<id>.<organisation>.yaml: notes on the recommendation or committee with this id, the newest last."""

    notes: tuple[PrivateNote, ...]


Notes = tuple[PrivateNote, ...]
_NOTES_HEADER = "# Private notes: only editors see them.\nnotes:\n"
NOTES_FOLDER = "notes"
"""The folder of the notes in the private storage."""


def active_notes(notes: Iterable[PrivateNote], moment: str | None) -> Notes:
    """Return the notes that were active at `moment` (ISO time in UTC, None for now). Notes without a time count only for now."""
    at = moment or "9"  # later than any timestamp
    recorded = (note for note in notes if moment is None or (note.recorded is not None and note.recorded <= at))
    return tuple(note for note in recorded if note.withdrawn is None or note.withdrawn > at)


def can_change_note(note: PrivateNote, by: Person) -> bool:
    """Return whether `by` may change a note: a reviewer all notes, an editor their own notes and those without an author."""
    return is_editor(by) and (note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH))


def is_editor(by: Person) -> bool:
    """Return whether the person `by` may read and add private entries: an editor or reviewer with a handle."""
    return by.can(Permission.SEE_PRIVATE) and bool(by.handle)


class PrivateNotes:
    """The notes in the storage `root`, on records that `read_dataset` returns. Threads and processes may share the notes."""

    def __init__(self, root: PurePath, read_dataset: Callable[[], Dataset]) -> None:
        self.root, self.read_dataset = root, read_dataset
        self._lists = OwnedLists[PrivateNote](NotesFile, "notes", _NOTES_HEADER, root=root)

    def add(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, private: Privacy | None = None
    ) -> PrivateNote:
        """Add a note (a plan, if `due` is given) at the end, and return it. `private` says to whom the note belongs.

        Raises NotAllowed, ValidationFailed, LockTimeout, WriteFailed or NoDataset; then nothing was saved.
        """
        _require_editor(by)

        def change(notes: Notes, at: str) -> Notes:
            note = self._new_note(subject_id, {"text": text, "due": due}, at, by=by)
            return (*notes, replace(note, private=private))

        return self._write(subject_id, change)[-1]

    def take_back(
        self,
        subject_id: str,
        note: PrivateNote,
        *,
        by: Person,
        instead: str | None = None,
        done: str | None = None,
        private: Privacy | None = None,
    ) -> None:
        """Take back `note`, which stays in the file. With `instead`, add a new note with this text.

        The new note has the same `due`. Two arguments count only with `instead`: `done`, the date on which the plan was
        carried out, and `private`, which says to whom both notes belong now. Raises NoteChanged if the recorded note is
        not equal to `note`, and what `add` raises; then nothing was changed.
        """
        if not can_change_note(note, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")

        def change(notes: Notes, at: str) -> Notes:
            if note not in notes or note.withdrawn:
                message = N_("This note was corrected or withdrawn in the meantime. Nothing was changed.")
                raise errors.NoteChanged(message)
            withdrawn = replace(note, withdrawn=at, withdrawn_by=by.handle)
            index, added = notes.index(note), tuple[PrivateNote, ...]()
            if instead is not None:
                values = {"text": instead, "due": note.due, "done": done or note.done}
                added = (replace(self._new_note(subject_id, values, at, by=by), private=private or note.private),)
                # who may not read the new note any more may not read the earlier one either
                withdrawn = replace(withdrawn, private=added[0].private)
            return (*notes[:index], withdrawn, *notes[index + 1 :], *added)

        self._write(subject_id, change)

    def read(self, dataset: Dataset) -> tuple[dict[str, Notes], list[Problem]]:
        """Return (mapping: id of recommendation or committee → notes, problems in the files). Include withdrawn notes."""

        def missing_kind(name: PurePath) -> str:
            is_known = name.stem in dataset.recommendations or name.stem in dataset.bodies
            return "" if is_known else "recommendation or committee"

        found, problems = self._lists.read_all(open_storage(self.root), NOTES_FOLDER, missing_kind=missing_kind)
        return {name.stem: notes for name, notes in found.items()}, problems

    def move_to_owners(self) -> None:
        """Move notes in old files to the files of their owners, as `OwnedLists.move_to_owners`."""
        self._lists.move_to_owners(open_storage(self.root), NOTES_FOLDER)

    def set_privacy(self, subject_id: str, chosen: Callable[[PrivateNote], Privacy | None]) -> None:
        """Give each note the Privacy that `chosen` returns. The caller checks the rights. Raises as `add`, except NotAllowed."""
        self._write(subject_id, lambda notes, _at: tuple(replace(note, private=chosen(note)) for note in notes))

    def _new_note(self, subject_id: str, values: Mapping[str, str | None], at: str, *, by: Person) -> PrivateNote:
        given = {name: value.strip() for name, value in values.items() if value is not None}
        note, errors = build_record(PrivateNote, {**given, "recorded": at, "recorded_by": by.handle})
        if note is None:
            path = self.root / NOTES_FOLDER / f"{subject_id}.yaml"
            raise ValidationFailed(tuple(RuleViolation(path, where, message) for where, message in errors))
        return note

    def _write(self, subject_id: str, change: Callable[[Notes, str], Notes]) -> Notes:
        """Change the notes on a recommendation or committee, save them, and return them."""
        dataset, name = self.read_dataset(), f"{NOTES_FOLDER}/{subject_id}.yaml"
        if subject_id not in dataset.recommendations and subject_id not in dataset.bodies:
            message = f"there is no recommendation or committee {subject_id!r}"
            raise ValidationFailed((RuleViolation(self.root / name, (), message),))
        with saving_privately(open_storage(self.root)) as transaction:
            now = next_timestamp(utc_now(), dataset, (), last_time=transaction.last_time)
            at = now.strftime(TIMESTAMP_FORMAT)
            storage = open_storage(self.root)
            notes, changed = self._lists.change_list(transaction, storage, name, lambda notes: change(notes, at))
            transaction.stage(changed, last_time=at)
        return notes


FileRecordKey = tuple[type[FileRecord], str]
"""(type, id) of the public record to which a private file belongs."""
Entries = tuple[AttachedFile, ...]
FilesChange = Callable[[Entries], Entries]
LIST_FOLDERS: Mapping[type[FileRecord], str] = {Evidence: "evidence_files", Document: "document_files"}
"""Type of record → the folder with the lists of private files."""


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateFilesList:
    """The contents of a file in evidence_files or document_files, such as <id>.<organisation>.yaml; the newest file is last."""

    files: tuple[AttachedFile, ...]


LISTS = {NOTES_FOLDER: (NotesFile, "notes"), **dict.fromkeys(LIST_FOLDERS.values(), (PrivateFilesList, "files"))}
"""Folder → (type of the contents of a file in it, the key of its list). Its items can have different owners only in an old file."""
_FILES_HEADER = "# Private files: only editors see them, until they are published.\nfiles:\n"


class PrivateFiles:
    """The private files in the storage `root`, of public records that `read_dataset` returns. Processes may share the storage."""

    def __init__(self, root: PurePath, read_dataset: Callable[[], Dataset]) -> None:
        self.root, self.read_dataset, self.storage = root, read_dataset, open_storage(root)
        self._lists = OwnedLists[AttachedFile](PrivateFilesList, "files", _FILES_HEADER, root=root)

    def add(
        self,
        record: FileRecord,
        new_files: Sequence[NewFile],
        *,
        by: Person,
        private: Privacy | None = None,
        own: str | None = None,
    ) -> Entries:
        """Save new files as private files of a public record: all of them or none. Return their recorded entries.

        `own` is the id of an organisation. Files that it may not read do not count as attached already: it must not
        learn of them. Raises NotAllowed, ValidationFailed if there is no such public record or if it has one of the
        files already, LockTimeout, WriteFailed or NoDataset.
        """
        _require_editor(by)
        public = self.find_public(record)
        if public is None:
            message = f"there is no public {type(record).__name__.lower()} {record.id!r}"
            raise ValidationFailed((RuleViolation(self.root / _files_name(record), (), message),))
        entries = tuple(replace(new.entry, private=private) for new in new_files)
        known = active_digests(public.files)

        def change(files: Entries) -> Entries:
            taken = known | active_digests(f for f in files if own is None or can_read(f.private, own))
            for entry in entries:
                if entry.sha256 in taken:
                    raise ValidationFailed((RuleViolation(self.root, (), f"{entry.name} is attached already"),))
                taken.add(entry.sha256)
            return (*files, *entries)

        with saving_privately(self.storage) as transaction:
            # the files first: after a crash, no entry names a file that is not there
            transaction.stage(unwritten_contents(self.storage, new_files, with_originals=True))
            kept = self.change(record, transaction, change, by=by)
        return kept[len(kept) - len(entries) :]

    def withdraw(self, record: FileRecord, sha256: str, *, by: Person, own: str | None = None) -> None:
        """Withdraw a private file, but keep it. With `own`, it must be a file that this organisation may change.

        Raises NotAllowed, ValidationFailed if there is no such file, LockTimeout, WriteFailed or NoDataset.
        """
        _require_editor(by)
        event = Event(type=EventType.WITHDRAWN)

        def change(files: Entries) -> Entries:
            theirs = (f for f in files if own is None or can_change(f.private, own))
            meant = [f for f in theirs if f.sha256 == sha256 and not is_withdrawn(f.events)]
            if not meant:
                raise ValidationFailed((RuleViolation(self.root / _files_name(record), (), FILE_GONE),))
            return tuple(replace(f, events=(*f.events, event)) if f in meant else f for f in files)

        with saving_privately(self.storage) as transaction:
            self.change(record, transaction, change, by=by)

    def move_to_owners(self) -> None:
        """Move entries in old files to the files of their owners, as `OwnedLists.move_to_owners`."""
        self._lists.move_to_owners(self.storage, *LIST_FOLDERS.values())

    def set_privacy(self, record: FileRecord, chosen: Callable[[AttachedFile], Privacy | None]) -> None:
        """Give each file the Privacy that `chosen` returns. The caller checks the rights. Raises LockTimeout or WriteFailed."""
        with saving_privately(self.storage) as transaction:
            self.change(record, transaction, lambda files: tuple(replace(f, private=chosen(f)) for f in files))

    def of(self, record: FileRecord) -> Entries:
        """Return the active private files of a public record, newest last; none if their list cannot be read."""
        return tuple(f for f in self.all_of(record) if not is_withdrawn(f.events))

    def all_of(self, record: FileRecord) -> Entries:
        """Return the private files of a public record, also withdrawn ones; none if their list cannot be read."""
        with suppress(FileNotFoundError):
            return self._lists.read_list(self.storage, _files_name(record))
        return ()

    def read(self, dataset: Dataset) -> tuple[dict[FileRecordKey, Entries], list[Problem]]:
        """Return (mapping: key of the public record → its private files, problems in the lists). Include withdrawn files."""
        kinds = {folder: kind for kind, folder in LIST_FOLDERS.items()}

        def missing_kind(name: PurePath) -> str:
            kind = kinds[name.parent.name]
            return "" if name.stem in dataset.registers[kind] else f"public {kind.__name__.lower()}"

        found, problems = self._lists.read_all(self.storage, *kinds, missing_kind=missing_kind)
        return {(kinds[name.parent.name], name.stem): entries for name, entries in found.items()}, problems

    def change(
        self, record: FileRecord, transaction: StorageTransaction, change: FilesChange, *, by: Person | None = None
    ) -> Entries:
        """Change the private files of a record with `change`. Stage the new list, and return it. The caller commits.

        With `by`, new entries and events get this handle and the time. Raises OSError, WriteFailed or NoDataset.
        """
        first = next_timestamp(utc_now(), self.read_dataset(), (), last_time=transaction.last_time) if by else None
        stamps = TimestampIssuer(first, by.handle, by.organisation) if by and first else None

        def stamped(before: Entries) -> Entries:
            after = change(before)
            return stamps.stamp_new_items("files", after, before) if stamps else after

        name = _files_name(record)
        entries, changed = self._lists.change_list(transaction, self.storage, name, stamped)
        transaction.stage(changed, last_time=stamps.last if stamps else "")
        return entries

    def find_public(self, record: FileRecord) -> FileRecord | None:
        """Return the public record with the type and id of `record` as it is now, or None. Raises NoDataset."""
        return self.read_dataset().registers[type(record)].get(record.id)


def _files_name(record: FileRecord) -> str:
    return f"{LIST_FOLDERS[type(record)]}/{record.id}.yaml"


def _require_editor(by: Person) -> None:
    if not is_editor(by):
        raise NotAllowed("Only an editor can add or withdraw a private note or file. Nothing was saved.")
