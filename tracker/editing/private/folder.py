"""The private folder: the one door to it, for pages and for the command line.

Whoever opens it says whose `eyes` look. A person reads what belongs to their organisation or is shared with it, and
changes only what belongs to it; entries that they may not read are treated as if they did not exist. The host reads and
changes everything. No module for readers may import this one.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath
from typing import Any

from tracker.config import Config
from tracker.editing.private.drafts import DRAFT_FOLDER, SUBMISSION_FOLDER, parse_draft
from tracker.editing.private.eyes import THE_HOST, Eyes, is_editor, require_editor
from tracker.editing.private.notes import NOTES_FOLDER, Notes, PrivateNote, can_change_note, notes_name
from tracker.editing.private.notices import PrivateNotice
from tracker.editing.private.owned_lists import create_private_storage, file_of_owner, saving_privately
from tracker.editing.private.proposals import PROPOSAL_FOLDER
from tracker.editing.private.publication import NOT_TO_PUBLISH, UNPUBLISHING, Publication, to_public
from tracker.editing.private.record_files import LIST_FOLDERS, Entries, FileRecordKey, files_name
from tracker.editing.private.whole_folder import LISTS, PrivateData, digests_keeping_originals, owner_of_list
from tracker.editing.store import FILE_GONE, Store, unwritten_contents
from tracker.editing.undo import SaveReversal, undo_save
from tracker.files.new_file import NewFile
from tracker.i18n import Language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, FileRecord, Record
from tracker.model.errors import (
    Conflict,
    InvalidFile,
    NoDataset,
    NotAllowed,
    NoteChanged,
    Problem,
    RuleViolation,
    TrackerError,
    ValidationFailed,
)
from tracker.model.events import Event
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.lifecycle import active_files, is_withdrawn
from tracker.model.organisations import ALL, Privacy, SharedWith, can_change, can_publish, can_read
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Evidence
from tracker.model.vocabulary import EventType
from tracker.queries.view import View
from tracker.safety.dismissals import DISMISSALS_FILE, parse_dismissals
from tracker.safety.redaction.files import data_problems
from tracker.safety.scanner import PublicationCheck
from tracker.storage import attached_files
from tracker.storage.attached_files import active_digests, organisation_of_original, received_digest_of_name
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileSource, FileStat, RecordStorage, display_path
from tracker.storage.timestamps import TIMESTAMP_FORMAT, next_timestamp, utc_now
from tracker.storage.yaml.format import record_values, to_block
from tracker.storage.yaml.reader import MAX_BYTES, compose, decode, to_values
from tracker.storage.yaml.record_builder import build_record
from tracker.validation import check, rules

Entry = Evidence | AttachedFile | PrivateNote
DAMAGED_LIST = (
    "the list cannot be read, or does not match the data; who runs the tracker sees why with: python -m tracker check"
)
OWNED_FOLDERS = ("evidence", NOTES_FOLDER, *LIST_FOLDERS.values(), DRAFT_FOLDER, SUBMISSION_FOLDER, PROPOSAL_FOLDER)
"""The folders with entries that belong to organisations."""
_log = logging.getLogger(__name__)
_OWNER = re.compile(rb"organisation[\"']?\s*:\s*[\"']?([a-z0-9-]+)")


def file_problems(name: PurePath, raw: bytes) -> list[tuple[int, str]]:
    """Return what is wrong in a file of the private folder, as (line, message) pairs: a redaction may not add to it."""
    wrong = (1, "it cannot be read")
    if name.parent.name in (DRAFT_FOLDER, SUBMISSION_FOLDER):
        return [] if parse_draft(raw, name.stem) else [wrong]
    if name.name == DISMISSALS_FILE:
        return [] if parse_dismissals(raw) is not None else [wrong]
    if name.name == UNPUBLISHING:
        return [wrong for line in raw.splitlines() if len(line.split()) != 5]
    if (kind := LISTS.get(name.parent.name)) is None:
        return data_problems(name, raw)
    try:
        return [(1, message) for _, message in build_record(kind.record, to_values(compose(decode(raw))))[1]]
    except InvalidFile as error:
        return [(error.line, error.message)]


def named_owners(raw: bytes) -> set[str]:
    """Return the ids of the organisations that the bytes of a private file name as owners, also if it is not valid."""
    return {owner.decode() for owner in _OWNER.findall(raw)}


def _is_seen(entry: Entry, own: str) -> bool:
    """Return whether the organisation `own` sees an entry: all of its own, of others what it may read and they did not take back."""
    is_gone = entry.withdrawn is not None if isinstance(entry, PrivateNote) else is_withdrawn(entry.events)
    return can_change(entry.private, own) or (can_read(entry.private, own) and not is_gone)


def _as_it_is_now(e: Evidence) -> Evidence:
    """Return evidence as organisations with which it is shared read it: without what was taken out of it, and why."""
    files = tuple(replace(file, events=()) for file in active_files(e))
    links = tuple(replace(link, events=()) for link in e.relevant_to if not is_withdrawn(link.events))
    return replace(e, events=(), history=(), files=files, relevant_to=links)


def _without_keys(values: Any) -> Any:
    """Return JSON values with a list in place of each mapping: the words of a key are no text, and may be an id."""
    values = list(values.values()) if isinstance(values, dict) else values
    return list(map(_without_keys, values)) if isinstance(values, list | tuple) else values


class ReadableFiles(FileSource):
    """Files of the private `storage` as one person may read them: `contents` (name → values), and the `kept` attached files."""

    def __init__(self, storage: RecordStorage, contents: Mapping[str, Any], kept: Iterable[str]) -> None:
        self._storage, self._contents, self._kept = storage, contents, tuple(kept)
        self.root, self.locate = storage.root, storage.locate

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files."""
        yield from (*sorted(self._contents), *self._kept)

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return the files in the folders, with an empty FileStat."""
        return {name: (0, 0, 0) for name in self.list_all() if name.rpartition("/")[0] in folders}

    def stat(self, name: str) -> FileStat | None:
        """Return an empty FileStat, or None if there is no such file."""
        return (0, 0, 0) if name in (*self._contents, *self._kept) else None

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file; for one with entries, a text that is made of these entries."""
        if name not in self._contents:
            return self._storage.read(name, most)
        values = self._contents[name]
        return (json.dumps(values, ensure_ascii=False) if name.endswith(".json") else to_block(values)).encode()


class PrivateFolder(Publication):
    """The private folder of one dashboard as `eyes` see it: a person's, or the host's. Threads and processes may share it.

    In methods, `by` is who changes something.
    """

    def seen_by(self, person: Person) -> "PrivateFolder":
        """Return the same folder as a person sees it. Raises NotAllowed unless the host looks."""
        self._eyes.require_host()
        folder = copy(self)
        folder._eyes = Eyes(person, self.public)
        return folder

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return the entries that the eyes may see, and the problems in files that they may know of: all for the host.

        What belongs to others is as it is now, without anything that they took out or took back before or since.
        """
        data = self._read_all(fresh=fresh)
        if self._eyes.looker is THE_HOST:
            return data
        own = self._eyes.organisation()
        notes = {i: tuple(n for n in notes if _is_seen(n, own)) for i, notes in data.notes.items()}
        files = {owner: tuple(f for f in files if _is_seen(f, own)) for owner, files in data.files.items()}
        seen = {i: e for i, e in data.evidence.items() if _is_seen(e, own)}
        return PrivateData(
            {i: e if can_change(e.private, own) else _as_it_is_now(e) for i, e in seen.items()},
            notes={i: some for i, some in notes.items() if some},
            files={owner: some for owner, some in files.items() if some},
            problems=self._visible_problems(data.problems),
        )

    def notices(self) -> tuple[PrivateNotice, ...]:
        """Return what the organisation of the person was told and has not settled, the newest first."""
        return self._notices.of(self._eyes.organisation())

    def removal_of(self, sha256: str) -> PrivateNotice | None:
        """Return what the organisation of the person was told about the removal for safety of its file, if anything."""
        return self._notices.removal_of(self._eyes.organisation(), sha256)

    def settle_notice(self, notice: PrivateNotice, *, by: Person) -> None:
        """Note that the organisation of `by` has dealt with a notice. Raises NotAllowed, LockTimeout or WriteFailed."""
        if not is_editor(by):
            raise NotAllowed("Only an editor can settle a notice. Nothing was saved.")
        self._notices.settle(self._eyes.organisation(by), notice, by=by)

    def view(self, public: View) -> View:
        """Return the view `public` with the private evidence that the person may read, in place of public evidence.

        In a past view, that of other organisations is missing: the person may not read what it was then.
        """
        evidence, own_id = self.read().evidence, self._eyes.organisation()
        evidence = {i: e for i, e in evidence.items() if not public.is_past or can_change(e.private, own_id)}
        own = replace(public.dataset, root=self.root, evidence=evidence, signature=PRIVATE_SIGNATURE)
        return replace(public, dataset=own)

    def check(self, *, now: datetime | None = None) -> list[Problem]:
        """Return the problems of what the eyes may see, sorted. With `now`, later dates are problems.

        Attached files are read, and those without a record reported, only for the host; for a person, sizes are compared.
        """
        private, reads_files = self.read(fresh=True), self._eyes.looker is THE_HOST
        with suppress(NoDataset):
            dataset, public = self._dataset(), self.public.read()
            violations: list[RuleViolation] = []
            for e in private.evidence.values():
                violations += rules.check_record(dataset, e, now)
                if e.id in public.evidence:
                    message = f"{e.id} is public too; delete this copy, or rename its file"
                    violations.append(RuleViolation(dataset.path_of(e), (), message))
            lists = {dataset.path_of(e): e.files for e in private.evidence.values()}
            digests: dict[str, str] | None = {} if reads_files else None
            pairs = [(path, entry) for path, entries in lists.items() for entry in entries]
            for (kind, i), files in private.files.items():
                name = f"{LIST_FOLDERS[kind]}/{i}.yaml"
                pairs += [(self.root / file_of_owner(name, entry), entry) for entry in files]
            faults = ((path, fault) for path, entry in pairs for fault in check.file_faults(self.root, entry, digests))
            found = [Problem(display_path(path), 1, fault) for path, fault in faults]
            if reads_files and not private.problems and not public.problems:
                named = self._named_files(private)
                kept = digests_keeping_originals(named, public)
                found += check.unnamed_file_problems(self.root, named, originals=kept)
            return sorted([*private.problems, *check.locate_violations(violations, dataset), *found])
        return list(private.problems)

    def _visible_problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems of files that may be known to the person: all entries, or one in a list, belong to them.

        What is wrong in a list is not told, and how much: it may be in an entry of another organisation.
        """
        if not (problems := tuple(problems)) or not self._storage.exists():
            return problems
        listed, own = self._storage.snapshot().list_files(*OWNED_FOLDERS), self._eyes.organisation()
        names = {display_path(self.root / name): name for name in listed}
        visible = list[Problem]()
        for problem in problems:
            name = names.get(problem.path, "")
            owners = self._owners(name) if name else {own}
            if name.partition("/")[0] in LISTS and own in owners:
                visible.append(Problem(problem.path, 1, DAMAGED_LIST))
            elif owners == {own}:
                visible.append(problem)
        return tuple(dict.fromkeys(visible))

    def _owners(self, name: str) -> set[str]:
        """Return the organisations that have, or may have, an entry in a file: nobody if that is unknown and there are several."""
        if owner := owner_of_list(name):
            return {owner}
        try:
            raw = self._storage.read(name)
        except OSError:
            return set()  # nobody knows whose it is
        is_shared = len(self.public.read().settings.organisations) > 1
        return named_owners(raw) or (set() if is_shared else {self._eyes.organisation()})

    def readable_files(self) -> "ReadableFiles":
        """Return the private files as text with only what the person may read, for a search. Raises OSError."""
        self._storage.require_current()
        data, own = self.read(fresh=True), self._eyes.organisation()
        contents: dict[str, Any] = {
            f"evidence/{e.id}.yaml": record_values(e, without={"id"}) for e in data.evidence.values()
        }
        lists: dict[str, Iterable[Any]] = {notes_name(i): notes for i, notes in data.notes.items()}
        lists |= {f"{LIST_FOLDERS[kind]}/{i}.yaml": files for (kind, i), files in data.files.items()}
        for name, entries in lists.items():
            contents[name] = {LISTS[PurePath(name).parent.name].key: list(map(record_values, entries))}
        handle = "" if self._eyes.looker is THE_HOST else self._eyes.looker.handle
        reviews = (d for d in self._reviews.list_all() if d.can_be_opened_by(handle, own))
        for folder, drafts in ((DRAFT_FOLDER, reviews), (SUBMISSION_FOLDER, self._submissions.list_readable(own))):
            contents |= {f"{folder}/{draft.id}.json": _without_keys(draft.shown_to(own)) for draft in drafts}
        entries = chain(*(e.files for e in data.evidence.values()), *data.files.values())
        return ReadableFiles(self._storage, contents, self._kept_names(entries))

    def private_ids_of(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of the private evidence that the person may read and that was public before as `public_id`."""
        return tuple(i for i in self._copies_of(public_id) if i in self.read().evidence)

    def find_publishable(self, evidence_id: str) -> tuple[Evidence, Evidence] | None:
        """Return (private evidence, its public form); None if missing, withdrawn, or not the person's to publish."""
        e = self.read().evidence.get(evidence_id)
        may = e is not None and not is_withdrawn(e.events) and can_publish(e.private, self._eyes.organisation())
        return (e, to_public(e)) if e and may else None

    def read_original(self, entry: AttachedFile) -> tuple[FileKind, bytes] | None:
        """Return (kind, bytes) of the original of a file, or None. Raises OSError.

        Only the organisation that attached a file may read its original. If the original has no organisation, all may.
        """
        for name in self._originals([entry]):
            with suppress(ValueError):
                return FileKind(PurePath(name).suffix[1:]), self._storage.read(name, attached_files.MAX_KEPT_BYTES)
        return None

    def original_kind(self, entry: AttachedFile) -> FileKind | None:
        """Return the kind of the untouched original of a file, or None. See `read_original`."""
        endings = {PurePath(name).suffix[1:] for name in self._originals([entry])}
        return next((kind for kind in FileKind if kind in endings), None)

    def received_digests(self, entries: Iterable[AttachedFile]) -> set[str]:
        """Return the digests of the originals of these files, as far as the person may know them. Raises OSError.

        Keep the digests private: with a digest, the file on somebody's phone can be recognized.
        """
        names = (PurePath(name).name for name in self._originals(entries))
        return {digest for digest in map(attached_files.received_digest_of_name, names) if digest}

    def _originals(self, entries: Iterable[AttachedFile]) -> list[str]:
        """Return the names of the originals that the person may read. An empty file stands for an original that was not kept."""
        return [name for name in self._kept_names(entries) if received_digest_of_name(PurePath(name).name)]

    def _kept_names(self, entries: Iterable[AttachedFile]) -> list[str]:
        """Return the names of these files and of what is kept beside them, without originals of other organisations."""
        readers, kept = (self._eyes.organisation(), None), attached_files.list_kept(self._storage)
        names = chain.from_iterable(kept.get(digest, ()) for digest in sorted({entry.sha256 for entry in entries}))
        return [name for name in names if organisation_of_original(PurePath(name).name) in readers]

    def save(self, e: Evidence, *, by: Person, reason: str, new_files: Sequence[NewFile] = ()) -> Evidence:
        """Save private evidence, and return it. New evidence belongs to the organisation of `by`.

        Recorded evidence keeps its organisation; `e.private` says only who else may read and publish it. Raises as
        `Store.save`, ValidationFailed also if the id is public, and NotAllowed for evidence of another organisation. If
        `by` may not even read it, raises Conflict, as if it were gone. For the host, `e.private` also says whose it is.
        """
        current = self._dataset(fresh=True).evidence.get(e.id)
        before = current.private if current else self._eyes.new_privacy(by)
        if not self._eyes.can_read(before, by):
            raise Conflict(e, None)
        self._eyes.require_own(before, by)
        self._require_not_public(e)
        create_private_storage(self._storage)
        e = replace(e, private=self._eyes.shared(before, by, e.private))
        try:
            (saved,) = self._store.save(e, by=by, reason=reason, new_files=self._eyes.owned(new_files, by))
        except Conflict as conflict:
            if isinstance(conflict.current, Evidence) and not self._eyes.can_read(conflict.current.private, by):
                raise Conflict(e, None) from None  # another organisation saved it at this moment
            raise
        assert isinstance(saved, Evidence)
        return saved

    def evidence_view(self, public: View) -> View:
        """Return `view` without public records: its activity log is that of the private evidence."""
        view = self.view(public)
        return replace(view, dataset=replace(view.dataset, recommendations={}, documents={}))

    def undo(
        self, public: View, recorded: str, *, sharing: Privacy | None, by: Person, now: datetime, language: Language
    ) -> SaveReversal:
        """Undo a save of private evidence, as `undo_save`, and share it again as `sharing` says, if it is not None."""

        def save(records: Iterable[Record], reason: str) -> list[Evidence]:
            changed = (replace(e, private=sharing or e.private) for e in records if isinstance(e, Evidence))
            return [self.save(e, by=by, reason=reason) for e in changed]

        return undo_save(self.evidence_view(public), recorded, save, by=by, now=now, language=language)

    def can_change_note(self, note: PrivateNote) -> bool:
        """Return whether the person who looks may correct or take back a note: by their role, and by their organisation."""
        looker = self._eyes.looker
        return isinstance(looker, Person) and can_change_note(note, looker) and self._eyes.can_change(note.private)

    def add_note(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, shared_with: SharedWith = ()
    ) -> PrivateNote:
        """Add a note (a plan, if `due` is given) at the end, for the organisation of `by`, and return it.

        Raises NotAllowed, ValidationFailed, LockTimeout, WriteFailed or NoDataset; then nothing was saved.
        """
        require_editor(by)
        private = self._eyes.new_privacy(by, shared_with)

        def change(notes: Notes, at: str) -> Notes:
            note = self._new_note(subject_id, {"text": text, "due": due}, at, by=by)
            return (*notes, replace(note, private=private))

        return self._write_notes(subject_id, change)[-1]

    def take_back(
        self,
        subject_id: str,
        note: PrivateNote,
        *,
        by: Person,
        instead: str | None = None,
        done: str | None = None,
        shared_with: SharedWith | None = None,
    ) -> None:
        """Take back `note`, which stays in the file. With `instead`, add a new note with this text.

        The new note has the same `due`. Two arguments count only with `instead`: `done`, the date on which the plan was
        carried out, and `shared_with`, who else can read both notes now; with None, sharing stays as it is. Raises
        NoteChanged if the recorded note is not equal to `note`, and what `add_note` raises; then nothing was changed.
        """
        self._eyes.require_own(note.private, by)
        if not can_change_note(note, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")
        sharing = None if shared_with is None else self._eyes.new_privacy(by, shared_with)
        private = self._eyes.shared(note.private, by, sharing)

        def change(notes: Notes, at: str) -> Notes:
            if note not in notes or note.withdrawn:
                message = N_("This note was corrected or withdrawn in the meantime. Nothing was changed.")
                raise NoteChanged(message)
            withdrawn = replace(note, withdrawn=at, withdrawn_by=by.handle)
            index, added = notes.index(note), tuple[PrivateNote, ...]()
            if instead is not None:
                values = {"text": instead, "due": note.due, "done": done or note.done}
                added = (replace(self._new_note(subject_id, values, at, by=by), private=private),)
                # who may not read the new note any more may not read the earlier one either
                withdrawn = replace(withdrawn, private=private)
            return (*notes[:index], withdrawn, *notes[index + 1 :], *added)

        self._write_notes(subject_id, change)

    def _new_note(self, subject_id: str, values: Mapping[str, str | None], at: str, *, by: Person) -> PrivateNote:
        given = {name: value.strip() for name, value in values.items() if value is not None}
        note, errors = build_record(PrivateNote, {**given, "recorded": at, "recorded_by": by.handle})
        if note is None:
            path = self.root / notes_name(subject_id)
            raise ValidationFailed(tuple(RuleViolation(path, where, message) for where, message in errors))
        return note

    def _write_notes(self, subject_id: str, change: Callable[[Notes, str], Notes]) -> Notes:
        """Change the notes on a recommendation or committee, save them, and return them."""
        dataset, name = self._dataset(), notes_name(subject_id)
        if subject_id not in dataset.recommendations and subject_id not in dataset.bodies:
            message = f"there is no recommendation or committee {subject_id!r}"
            raise ValidationFailed((RuleViolation(self.root / name, (), message),))
        with saving_privately(self._storage) as transaction:
            now = next_timestamp(utc_now(), dataset, (), last_time=transaction.last_time)
            at = now.strftime(TIMESTAMP_FORMAT)
            notes, changed = self._notes.change_list(transaction, name, lambda notes: change(notes, at))
            transaction.stage(changed, last_time=at)
        return notes

    def files_of(self, record: FileRecord) -> Entries:
        """Return the active private files of a public record that the eyes may see, the newest last."""
        return tuple(f for f in self._files_of(record) if self._eyes.can_read(f.private))

    def add_files(
        self, record: FileRecord, new_files: Sequence[NewFile], *, by: Person, sharing: Privacy | None = None
    ) -> Entries:
        """Save new files of the organisation of `by` as private files of a public record, and return their entries.

        All are saved or none. They are shared as `sharing` says; for the host, it also says whose they are. Files that
        `by` may not read do not count as attached already. Raises NotAllowed, ValidationFailed if there is no such
        public record or if it has one of the files already, LockTimeout, WriteFailed or NoDataset.
        """
        require_editor(by)
        public = self._find_public(record)
        if public is None:
            message = f"there is no public {type(record).__name__.lower()} {record.id!r}"
            raise ValidationFailed((RuleViolation(self.root / files_name(record), (), message),))
        private = self._eyes.shared(self._eyes.new_privacy(by), by, sharing)
        entries = tuple(replace(new.entry, private=private) for new in new_files)
        known = active_digests(public.files)

        def change(files: Entries) -> Entries:
            taken = known | active_digests(f for f in files if self._eyes.can_read(f.private, by))
            for entry in entries:
                if entry.sha256 in taken:
                    raise ValidationFailed((RuleViolation(self.root, (), f"{entry.name} is attached already"),))
                taken.add(entry.sha256)
            return (*files, *entries)

        with saving_privately(self._storage) as transaction:
            # the files first: after a crash, no entry names a file that is not there
            owned = self._eyes.owned(new_files, by)
            transaction.stage(unwritten_contents(self._storage, owned, with_originals=True))
            kept = self._change_files(record, transaction, change, by=by)
        return kept[len(kept) - len(entries) :]

    def withdraw_file(self, record: FileRecord, sha256: str, *, by: Person) -> None:
        """Withdraw a private file that `by` may change, but keep it.

        Raises NotAllowed, ValidationFailed if there is no such file, LockTimeout, WriteFailed or NoDataset.
        """
        require_editor(by)
        event = Event(type=EventType.WITHDRAWN)

        def change(files: Entries) -> Entries:
            theirs = (f for f in files if self._eyes.can_change(f.private, by))
            meant = [f for f in theirs if f.sha256 == sha256 and not is_withdrawn(f.events)]
            if not meant:
                raise ValidationFailed((RuleViolation(self.root / files_name(record), (), FILE_GONE),))
            return tuple(replace(f, events=(*f.events, event)) if f in meant else f for f in files)

        with saving_privately(self._storage) as transaction:
            self._change_files(record, transaction, change, by=by)

    def find_file(self, sha256: str) -> tuple[FileRecordKey, AttachedFile] | None:
        """Return the key of the public record that has an active private file of the organisation, and its entry; or None."""
        for key, files in self.read(fresh=True).files.items():
            for file in files:
                if file.sha256 == sha256 and self._eyes.can_change(file.private) and not is_withdrawn(file.events):
                    return key, file
        return None

    def move_file(self, sha256: str, record: FileRecord, *, by: Person) -> None:
        """Move a private file that `by` may change to another public record. It stays private, and shared as before.

        Raises as `add_files` and `withdraw_file`, OSError, and UnusableFile.
        """
        found = self.find_file(sha256)
        if found is None:
            raise ValidationFailed((RuleViolation(self.root / files_name(record), (), FILE_GONE),))
        (kind, id), entry = found
        self.add_files(record, self._ready_to_publish([entry]), by=by, sharing=entry.private)
        self.withdraw_file(self.public.read().registers[kind][id], sha256, by=by)

    def share_file(self, record: FileRecord, sha256: str, sharing: Privacy, *, by: Person) -> None:
        """Share a private file that `by` may change as `sharing` says, and with no one else. Others stay as they are.

        Raises NotAllowed, LockTimeout or WriteFailed.
        """
        if not is_editor(by):
            raise NotAllowed("Only an editor can share a private entry. Nothing was saved.")

        def chosen(file: AttachedFile) -> Privacy | None:
            is_meant = file.sha256 == sha256 and self._eyes.can_change(file.private, by)
            return self._eyes.shared(file.private, by, sharing) if is_meant else file.private

        self._files.set_privacy(files_name(record), chosen)

    def check_file_publication(self, entry: AttachedFile, public: Store) -> PublicationCheck:
        """Return what a reviewer has to settle before a private file of a public record is published.

        Raises NotAllowed if the person may not publish it, ValidationFailed if the file is missing, changed, hidden from
        the person or of no public record, UnusableFile, and OSError.
        """
        dataset, private = self.public.read(), self.read().files
        owners = (dataset.registers[kind].get(i) for (kind, i), files in private.items() if entry in files)
        if (record := next(filter(None, owners), None)) is None:
            raise ValidationFailed((RuleViolation(self.root, (), FILE_GONE),))
        if not can_publish(entry.private, self._eyes.organisation()):
            raise NotAllowed(NOT_TO_PUBLISH)
        (new,) = self._ready_to_publish([entry])
        return public.check_file_publication(record, new)

    def count_without_owner(self) -> int:
        """Return how many private entries belong to no organisation: older ones, which all organisations can read."""
        data = self._read_all()
        entries: Iterable[Entry] = chain(data.evidence.values(), *data.notes.values(), *data.files.values())
        return sum(entry.private is None for entry in entries)

    def give_owners(self, organisations: Mapping[str, str] | None, *, by: Person, reason: str) -> None:
        """Set an organisation as the owner of each private entry that has no owner.

        `organisations` maps handle of who added an entry → owner; for other handles, the editors are the owner. No
        entry is shared. If `organisations` is None, the editors own all, and all organisations can still read them.
        Files of a missing record are left out. Raises NotAllowed unless `by` is a reviewer, and what the saves raise.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can give owners to entries. Nothing was saved.")
        editors = self._eyes.organisation(READER)

        def chosen(entry: Entry) -> Privacy:
            if entry.private is not None:
                return entry.private
            if organisations is None:
                return Privacy(organisation=editors, shared_with=ALL)
            return Privacy(organisation=organisations.get(entry.recorded_by or "", "") or editors)

        data, public = self._read_all(fresh=True), self.public.read()
        for e in data.evidence.values():
            if e.private is None:
                self._store.save(replace(e, private=chosen(e)), by=by, reason=reason)
        for subject_id, notes in data.notes.items():
            if any(note.private is None for note in notes):
                self._notes.set_privacy(notes_name(subject_id), chosen)
        for (kind, record_id), files in data.files.items():
            record = public.registers[kind].get(record_id)
            if record and any(file.private is None for file in files):
                self._files.set_privacy(files_name(record), chosen)


def finish_unpublishing(config: Config) -> None:
    """Finish what was being made private when the server stopped. Called at the next start; an error is only logged."""
    try:
        if config.private and open_storage(config.private).exists():
            reader = DatasetReader(config.data)
            PrivateFolder(config.private, reader, THE_HOST).finish_unpublishing(Store(reader))
    except (TrackerError, OSError, ValueError) as error:
        _log.warning("What was being made private could not be finished: %s", type(error).__name__)
