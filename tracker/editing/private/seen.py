"""The private folder as one person may see and change it. Pages use the private folder only through `SeenFolder`.

A person reads what belongs to their organisation or is shared with it, and changes only what belongs to it. Entries
that they may not read are treated as if they did not exist. Code that needs all entries, such as redaction, uses
`PrivateFolder`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath
from typing import Any

from tracker.editing.private.contents import LISTS, PrivateData, owner_of_list
from tracker.editing.private.drafts import DRAFT_FOLDER, SUBMISSION_FOLDER
from tracker.editing.private.eyes import is_editor
from tracker.editing.private.folder import NOT_TO_PUBLISH, PrivateFolder, to_public
from tracker.editing.private.notes import NOTES_FOLDER, PrivateNote, can_change_note
from tracker.editing.private.notices import PrivateNotice
from tracker.editing.private.proposals import PROPOSAL_FOLDER
from tracker.editing.private.record_files import LIST_FOLDERS
from tracker.editing.store import FILE_GONE, Store
from tracker.editing.undo import SaveReversal, undo_save
from tracker.files.new_file import NewFile
from tracker.i18n import Language
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, FileRecord, Record
from tracker.model.errors import Conflict, NotAllowed, Problem, RuleViolation, ValidationFailed
from tracker.model.file_kind import FileKind
from tracker.model.lifecycle import active_files, is_withdrawn
from tracker.model.organisations import ALL, Privacy, SharedWith, can_change, can_publish, can_read, own_organisation
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence
from tracker.queries.view import View
from tracker.safety.scanner import PublicationCheck
from tracker.storage import attached_files
from tracker.storage.attached_files import organisation_of_original, received_digest_of_name
from tracker.storage.dataset_reader import StorageOutage
from tracker.storage.record_storage import FileSource, FileStat, RecordStorage, display_path
from tracker.storage.yaml.format import record_values, to_block
from tracker.storage.yaml.reader import MAX_BYTES

Entry = Evidence | AttachedFile | PrivateNote
NOT_THEIRS = "Only the organisation to which it belongs can change it. Nothing was saved."
DAMAGED_LIST = (
    "the list cannot be read, or does not match the data; who runs the tracker sees why with: python -m tracker check"
)
OWNED_FOLDERS = ("evidence", NOTES_FOLDER, *LIST_FOLDERS.values(), DRAFT_FOLDER, SUBMISSION_FOLDER, PROPOSAL_FOLDER)
"""The folders with entries that belong to organisations."""
_OWNER = re.compile(rb"organisation[\"']?\s*:\s*[\"']?([a-z0-9-]+)")


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


class SeenFolder:
    """What `person` may see and do in the private folder `everything`. In methods, `by` is who changes something."""

    def __init__(self, everything: PrivateFolder, person: Person) -> None:
        self._all, self._person = everything, person
        # these need no further rule: the caller got the entry from this class, or only the role of the person counts
        self.read_file, self.read_preview = everything.read_file, everything.read_preview
        self.check_publication = everything.check_publication
        # these have the same rules for all callers
        self.publish, self.publish_file = everything.publish, everything.publish_file
        self.unpublish, self.unpublish_file = everything.unpublish, everything.unpublish_file
        self.privacy_again = everything.privacy_again

    def _organisation_of(self, by: Person | None = None) -> str:
        """Return the id of the organisation of `by`, by default of the person who sees the folder."""
        return own_organisation(by or self._person, self._all.public.read().settings.organisations)

    def can_change_note(self, note: PrivateNote) -> bool:
        """Return whether the person may correct or take back a note: by their role, and by their organisation."""
        return can_change_note(note, self._person) and can_change(note.private, self._organisation_of())

    @property
    def unavailable(self) -> StorageOutage | None:
        """Return since when the private storage cannot be read any more, and why; None if it can be read."""
        return self._all.unavailable

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return the entries that the person may read, and the problems in files that they may know of.

        What belongs to others is as it is now, without anything that they took out or took back before or since.
        """
        data, own = self._all.read(fresh=fresh), self._organisation_of()
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
        return self._all.notices.of(self._organisation_of())

    def settle_notice(self, notice: PrivateNotice, *, by: Person) -> None:
        """Note that the organisation of `by` has dealt with a notice. Raises NotAllowed, LockTimeout or WriteFailed."""
        if not is_editor(by):
            raise NotAllowed("Only an editor can settle a notice. Nothing was saved.")
        self._all.notices.settle(self._organisation_of(by), notice, by=by)

    def view(self, public: View) -> View:
        """Return the view `public` with the private evidence that the person may read, in place of public evidence.

        In a past view, that of other organisations is missing: the person may not read what it was then.
        """
        evidence, own_id = self.read().evidence, self._organisation_of()
        evidence = {i: e for i, e in evidence.items() if not public.is_past or can_change(e.private, own_id)}
        own = replace(public.dataset, root=self._all.root, evidence=evidence, signature=PRIVATE_SIGNATURE)
        return replace(public, dataset=own)

    def check(self) -> list[Problem]:
        """Return the problems of what the person may read. Of attached files, only the sizes are compared."""
        return self._all.check(reads_files=False, private=self.read(fresh=True))

    def _visible_problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems of files that may be known to the person: all entries, or one in a list, belong to them.

        What is wrong in a list is not told, and how much: it may be in an entry of another organisation.
        """
        if not (problems := tuple(problems)) or not self._all.storage.exists():
            return problems
        listed, own = self._all.storage.snapshot().list_files(*OWNED_FOLDERS), self._organisation_of()
        names = {display_path(self._all.root / name): name for name in listed}
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
            raw = self._all.storage.read(name)
        except OSError:
            return set()  # nobody knows whose it is
        is_shared = len(self._all.public.read().settings.organisations) > 1
        return named_owners(raw) or (set() if is_shared else {self._organisation_of()})

    def readable_files(self) -> "ReadableFiles":
        """Return the private files as text with only what the person may read, for a search. Raises OSError."""
        self._all.storage.require_current()
        data, own = self.read(fresh=True), self._organisation_of()
        contents: dict[str, Any] = {
            f"evidence/{e.id}.yaml": record_values(e, without={"id"}) for e in data.evidence.values()
        }
        lists: dict[str, Iterable[Any]] = {f"{NOTES_FOLDER}/{i}.yaml": notes for i, notes in data.notes.items()}
        lists |= {f"{LIST_FOLDERS[kind]}/{i}.yaml": files for (kind, i), files in data.files.items()}
        for name, entries in lists.items():
            contents[name] = {LISTS[PurePath(name).parent.name][1]: list(map(record_values, entries))}
        reviews = (d for d in self._all.reviews.list_all() if d.can_be_opened_by(self._person.handle, own))
        for folder, drafts in ((DRAFT_FOLDER, reviews), (SUBMISSION_FOLDER, self._all.submissions.list_readable(own))):
            contents |= {f"{folder}/{draft.id}.json": _without_keys(draft.shown_to(own)) for draft in drafts}
        entries = chain(*(e.files for e in data.evidence.values()), *data.files.values())
        return ReadableFiles(self._all.storage, contents, self._kept_names(entries))

    def files_of(self, record: FileRecord) -> tuple[AttachedFile, ...]:
        """Return the active private files of a public record that the person may read, the newest last."""
        return tuple(f for f in self._all.files.of(record) if can_read(f.private, self._organisation_of()))

    def private_ids_of(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of the private evidence that the person may read and that was public before as `public_id`."""
        return tuple(i for i in self._all.private_ids_of(public_id) if i in self.read().evidence)

    def find_publishable(self, evidence_id: str) -> tuple[Evidence, Evidence] | None:
        """Return (private evidence, its public form); None if missing, withdrawn, or not the person's to publish."""
        e = self.read().evidence.get(evidence_id)
        may = e is not None and not is_withdrawn(e.events) and can_publish(e.private, self._organisation_of())
        return (e, to_public(e)) if e and may else None

    def read_original(self, entry: AttachedFile) -> tuple[FileKind, bytes] | None:
        """Return (kind, bytes) of the original of a file, or None. Raises OSError.

        Only the organisation that attached a file may read its original. If the original has no organisation, all may.
        """
        for name in self._originals([entry]):
            with suppress(ValueError):
                return FileKind(PurePath(name).suffix[1:]), self._all.storage.read(name, attached_files.MAX_KEPT_BYTES)
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
        readers, kept = (self._organisation_of(), None), attached_files.list_kept(self._all.storage)
        names = chain.from_iterable(kept.get(digest, ()) for digest in sorted({entry.sha256 for entry in entries}))
        return [name for name in names if organisation_of_original(PurePath(name).name) in readers]

    def save(self, e: Evidence, *, by: Person, reason: str, new_files: Sequence[NewFile] = ()) -> Evidence:
        """Save private evidence and return it, like `PrivateFolder.save`. New evidence belongs to `by`'s organisation.

        Recorded evidence keeps its organisation; `e.private` says only who else may read and publish it. Raises
        NotAllowed for evidence of another organisation. If `by` may not even read it, raises Conflict, as if it were gone.
        """
        current, own = self._all.dataset(fresh=True).evidence.get(e.id), self._organisation_of(by)
        if current is not None and not can_read(current.private, own):
            raise Conflict(e, None)
        if current is not None and not can_change(current.private, own):
            raise NotAllowed(NOT_THEIRS)
        private = self._privacy_after_sharing(current.private if current else Privacy(organisation=own), by, e.private)
        new_files = self._with_owner(new_files, by)
        try:
            return self._all.save(replace(e, private=private), by=by, reason=reason, new_files=new_files)
        except Conflict as conflict:
            if isinstance(conflict.current, Evidence) and not can_read(conflict.current.private, own):
                raise Conflict(e, None) from None  # another organisation saved it at this moment
            raise

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

    def add_note(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, shared_with: SharedWith = ()
    ) -> PrivateNote:
        """Add a note or, with `due`, a plan, for the organisation of `by`. Raises what `PrivateNotes.add` raises."""
        private = Privacy(organisation=self._organisation_of(by), shared_with=shared_with)
        return self._all.notes.add(subject_id, text, by=by, due=due, private=private)

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
        """Take back or correct a note, as `PrivateNotes.take_back`. With `shared_with` None, sharing stays as it is."""
        if not can_change(note.private, self._organisation_of(by)):
            raise NotAllowed(NOT_THEIRS)
        own = self._organisation_of(by)
        sharing = None if shared_with is None else Privacy(organisation=own, shared_with=shared_with)
        private = self._privacy_after_sharing(note.private, by, sharing)
        self._all.notes.take_back(subject_id, note, by=by, instead=instead, done=done, private=private)

    def add_files(
        self, record: FileRecord, new_files: Sequence[NewFile], *, by: Person, sharing: Privacy | None = None
    ) -> tuple[AttachedFile, ...]:
        """Save private files for the organisation of `by`, and return their entries. Raises as `PrivateFiles.add`."""
        own, files = self._organisation_of(by), self._with_owner(new_files, by)
        private = self._privacy_after_sharing(Privacy(organisation=own), by, sharing)
        return self._all.files.add(record, files, by=by, private=private, own=own)

    def withdraw_file(self, record: FileRecord, sha256: str, *, by: Person) -> None:
        """Withdraw a file, as `PrivateFiles.withdraw`. Raises ValidationFailed for a file of another organisation."""
        self._all.files.withdraw(record, sha256, by=by, own=self._organisation_of(by))

    def share_file(self, record: FileRecord, sha256: str, sharing: Privacy, *, by: Person) -> None:
        """Share a private file of the organisation of `by` as `sharing` says, and with no one else.

        A file of another organisation stays as it is. Raises NotAllowed, LockTimeout or WriteFailed.
        """
        if not is_editor(by):
            raise NotAllowed("Only an editor can share a private entry. Nothing was saved.")

        def chosen(file: AttachedFile) -> Privacy | None:
            is_meant = file.sha256 == sha256 and can_change(file.private, self._organisation_of(by))
            return self._privacy_after_sharing(file.private, by, sharing) if is_meant else file.private

        self._all.files.set_privacy(record, chosen)

    def check_file_publication(self, entry: AttachedFile, public: Store) -> PublicationCheck:
        """Return what a reviewer has to settle before a private file of a public record is published.

        Raises NotAllowed if the person may not publish it, ValidationFailed if the file is missing, changed, hidden from
        the person or of no public record, UnusableFile, and OSError.
        """
        dataset, private = self._all.public.read(), self.read().files
        owners = (dataset.registers[kind].get(i) for (kind, i), files in private.items() if entry in files)
        if (record := next(filter(None, owners), None)) is None:
            raise ValidationFailed((RuleViolation(self._all.root, (), FILE_GONE),))
        if not can_publish(entry.private, self._organisation_of()):
            raise NotAllowed(NOT_TO_PUBLISH)
        (new,) = self._all.ready_to_publish([entry])
        return public.check_file_publication(record, new)

    def count_without_owner(self) -> int:
        """Return how many private entries belong to no organisation: older ones, which all organisations can read."""
        data = self._all.read()
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
        editors = self._organisation_of(Person())

        def chosen(entry: Entry) -> Privacy:
            if entry.private is not None:
                return entry.private
            if organisations is None:
                return Privacy(organisation=editors, shared_with=ALL)
            return Privacy(organisation=organisations.get(entry.recorded_by or "", "") or editors)

        data, public = self._all.read(fresh=True), self._all.public.read()
        for e in data.evidence.values():
            if e.private is None:
                self._all.save(replace(e, private=chosen(e)), by=by, reason=reason)
        for subject_id, notes in data.notes.items():
            if any(note.private is None for note in notes):
                self._all.notes.set_privacy(subject_id, chosen)
        for (kind, record_id), files in data.files.items():
            record = public.registers[kind].get(record_id)
            if record and any(file.private is None for file in files):
                self._all.files.set_privacy(record, chosen)

    def _privacy_after_sharing(self, before: Privacy | None, by: Person, sharing: Privacy | None) -> Privacy | None:
        """Return the Privacy of an entry after `by` shared it as `sharing` says. The owner stays the same."""
        if sharing is None or (before is None and self._organisation_of(by) != self._organisation_of(Person())):
            return before
        return replace(sharing, organisation=before.organisation if before else self._organisation_of(by))

    def _with_owner(self, new_files: Sequence[NewFile], by: Person) -> tuple[NewFile, ...]:
        return tuple(replace(new, organisation=self._organisation_of(by)) for new in new_files)
