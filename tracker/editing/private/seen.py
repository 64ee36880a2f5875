"""The private folder as one person sees it. Pages read it and write to it through this door only.

It shows what belongs to the person's organisation or is shared with it, and changes only what belongs to it. What a
person may not read is answered like what is not there. What needs everything, such as redaction, uses `PrivateFolder`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import PurePath

from tracker.editing.private.contents import PrivateData
from tracker.editing.private.drafts import DRAFT_FOLDER, SUBMISSION_FOLDER
from tracker.editing.private.folder import PrivateFolder, to_public
from tracker.editing.private.lists import LIST_FOLDERS, NOTES_FOLDER, PrivateNote, can_change_note, is_editor
from tracker.editing.store import FILE_GONE, Store
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, FileRecord
from tracker.model.errors import Conflict, NotAllowed, Problem, RuleViolation, ValidationFailed
from tracker.model.file_kind import FileKind
from tracker.model.lifecycle import is_withdrawn
from tracker.model.organisations import ALL, Privacy, SharedWith, can_change, can_read, own_organisation
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence
from tracker.queries.view import View
from tracker.safety.scanner import PublicationCheck
from tracker.storage.attached_files import digest_of_name, organisation_of_original
from tracker.storage.dataset_reader import StorageOutage
from tracker.storage.record_storage import display_path

ID_TAKEN = "the id {id!r} is taken: choose another one"
Entry = Evidence | AttachedFile | PrivateNote
NOT_THEIRS = "Only the organisation to which it belongs can change it. Nothing was saved."
FOLDERS = ("evidence", NOTES_FOLDER, *LIST_FOLDERS.values(), DRAFT_FOLDER, SUBMISSION_FOLDER)
"""The folders with entries that belong to organisations."""
_OWNER = re.compile(rb"organisation[\"']?\s*:\s*[\"']?([a-z0-9-]+)")


class SeenFolder:
    """What `person` may see of the private folder `everything`, and what this person may do there."""

    def __init__(self, everything: PrivateFolder, person: Person) -> None:
        self._all, self._person = everything, person
        # these need no rule of the door: the entry came through it, or only the role of the person counts
        self.read_file, self.read_preview = everything.read_file, everything.read_preview
        self.check_publication = everything.check_publication
        self.unpublish, self.unpublish_file = everything.unpublish, everything.unpublish_file

    def own(self, by: Person | None = None) -> str:
        """Return the id of the organisation of a person, by default of the one who looks."""
        return own_organisation(by or self._person, self._all.public.read().settings.organisations)

    def can_change_note(self, note: PrivateNote) -> bool:
        """Return whether the person may correct or take back a note."""
        return can_change_note(note, self._person) and can_change(note.private, self.own())

    @property
    def unavailable(self) -> StorageOutage | None:
        """Return since when and why the private storage cannot be read any more, or None if it can."""
        return self._all.unavailable

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return what the person may read."""
        data, own = self._all.read(fresh=fresh), self.own()
        notes = {i: tuple(n for n in notes if can_read(n.private, own)) for i, notes in data.notes.items()}
        files = {owner: tuple(f for f in files if can_read(f.private, own)) for owner, files in data.files.items()}
        return PrivateData(
            {i: e for i, e in data.evidence.items() if can_read(e.private, own)},
            notes={i: some for i, some in notes.items() if some},
            files={owner: some for owner, some in files.items() if some},
            problems=self._visible_problems(data.problems),
        )

    def view(self, public: View) -> View:
        """Return the view `public` with the private evidence in place of the public evidence."""
        evidence = self.read().evidence
        own = replace(public.dataset, root=self._all.root, evidence=evidence, signature=PRIVATE_SIGNATURE)
        return replace(public, dataset=own)

    def check(self) -> list[Problem]:
        """Return the problems in what the person may read; of attached files only the sizes are compared."""
        return list(self._visible_problems(self._all.check(reads_files=False)))

    def _visible_problems(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems, except those of files in which another organisation has, or may have, an entry."""
        if not (problems := tuple(problems)) or not self._all.storage.exists():
            return problems
        listed = self._all.storage.snapshot().list_files(*FOLDERS)
        names = {display_path(self._all.root / name): name for name in listed}
        return tuple(one for one in problems if one.path not in names or not self._is_hidden(names[one.path]))

    def hides(self, path: PurePath) -> bool:
        """Return whether the file `path` of the private folder has, or may have, something of another organisation."""
        if not path.is_relative_to(self._all.root):
            return False
        name = path.relative_to(self._all.root).as_posix()
        if digest := digest_of_name(path.name):
            data = self.read()
            entries = chain(*(e.files for e in data.evidence.values()), *data.files.values())
            is_anothers = organisation_of_original(path.name) not in (self.own(), None)
            return is_anothers or digest not in {entry.sha256 for entry in entries}
        return name.startswith(FOLDERS) and self._is_hidden(name)

    def _is_hidden(self, name: str) -> bool:
        try:
            raw = self._all.storage.read(name)
        except OSError:
            return True  # nobody knows whose it is
        owners = {owner.decode() for owner in _OWNER.findall(raw)}
        return bool(owners - {self.own()}) or (b"private" in raw and not owners)

    def is_taken(self, evidence_id: str) -> bool:
        """Return whether private evidence of any organisation has this id. An id is public or private, and unique."""
        return evidence_id in self._all.read().evidence

    def files_of(self, record: FileRecord) -> tuple[AttachedFile, ...]:
        """Return the private files of a public record that are not withdrawn, the newest last."""
        return tuple(f for f in self._all.files.of(record) if can_read(f.private, self.own()))

    def copies(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of the private evidence that was public before, with the id `public_id`."""
        return tuple(i for i in self._all.copies(public_id) if i in self.read().evidence)

    def find_publishable(self, evidence_id: str) -> tuple[Evidence, Evidence] | None:
        """Return (private evidence, the evidence as it would be public), or None if there is none that still counts."""
        e = self.read().evidence.get(evidence_id)
        return None if e is None or is_withdrawn(e.events) else (e, to_public(e))

    def read_original(self, entry: AttachedFile) -> tuple[FileKind, bytes] | None:
        """Return (kind, bytes) of the untouched original, or None. An original is never shared. Raises OSError."""
        return self._all.read_original(entry, own=self.own())

    def original_kind(self, entry: AttachedFile) -> FileKind | None:
        """Return the kind of the untouched original that `read_original` would return, or None."""
        return self._all.original_kind(entry, own=self.own())

    def received_digests(self, entries: Iterable[AttachedFile]) -> set[str]:
        """Return the digests of the untouched originals that the person may read, as far as they are known."""
        return self._all.received_digests(entries, own=self.own())

    def save(self, e: Evidence, *, by: Person, reason: str, new_files: Sequence[NewFile] = ()) -> Evidence:
        """Save private evidence and return it, like `PrivateFolder.save`. Only `shared_with` is used of `e.private`."""
        taken = ValidationFailed((RuleViolation(self._all.root, ("id",), ID_TAKEN.format(id=e.id)),))
        current, own = self._all.dataset(fresh=True).evidence.get(e.id), self.own(by)
        if current is not None and not can_read(current.private, own):
            raise taken
        if current is not None and not can_change(current.private, own):
            raise NotAllowed(NOT_THEIRS)
        shared_with = e.private.shared_with if e.private else None
        private = self._shared(current.private if current else Privacy(organisation=own), by, shared_with)
        new_files = self._with_owner(new_files, by)
        try:
            return self._all.save(replace(e, private=private), by=by, reason=reason, new_files=new_files)
        except Conflict as conflict:
            if isinstance(conflict.current, Evidence) and not can_read(conflict.current.private, own):
                raise taken from None  # another organisation saved it at this moment
            raise

    def add_note(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, shared_with: SharedWith = ()
    ) -> PrivateNote:
        """Add a note or, with `due`, a plan. Raises what `PrivateNotes.add` raises."""
        private = Privacy(organisation=self.own(by), shared_with=shared_with)
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
        """Take back a note, or correct it and share it anew. Raises what `PrivateNotes.take_back` raises."""
        if not can_change(note.private, self.own(by)):
            raise NotAllowed(NOT_THEIRS)
        private = self._shared(note.private, by, shared_with)
        self._all.notes.take_back(subject_id, note, by=by, instead=instead, done=done, private=private)

    def add_files(
        self, record: FileRecord, new_files: Sequence[NewFile], *, by: Person, shared_with: SharedWith = ()
    ) -> tuple[AttachedFile, ...]:
        """Keep private files of a public record. Raises what `PrivateFiles.add` raises."""
        own, files = self.own(by), self._with_owner(new_files, by)
        private = Privacy(organisation=own, shared_with=shared_with)
        return self._all.files.add(record, files, by=by, private=private, own=own)

    def withdraw_file(self, record: FileRecord, sha256: str, *, by: Person) -> None:
        """Withdraw a private file of a public record. Raises what `PrivateFiles.withdraw` raises."""
        self._all.files.withdraw(record, sha256, by=by, own=self.own(by))

    def share_file(self, record: FileRecord, sha256: str, shared_with: SharedWith, *, by: Person) -> None:
        """Share a private file of a public record anew. Raises what `PrivateFiles.withdraw` raises."""
        if not is_editor(by):
            raise NotAllowed("Only an editor can share a private entry. Nothing was saved.")

        def chosen(file: AttachedFile) -> Privacy | None:
            is_meant = file.sha256 == sha256 and can_change(file.private, self.own(by))
            return self._shared(file.private, by, shared_with) if is_meant else file.private

        self._all.files.share(record, chosen)

    def check_file_publication(self, entry: AttachedFile, public: Store) -> PublicationCheck:
        """Return what has to be settled before a private file is published. See `PrivateFolder.check_file_publication`."""
        if not can_read(entry.private, self.own()):
            raise ValidationFailed((RuleViolation(self._all.root, (), FILE_GONE),))
        return self._all.check_file_publication(entry, public)

    def publish(self, e: Evidence, public: Store, *, by: Person) -> str:
        """Make private evidence public that the reviewer may read. Raises what `PrivateFolder.publish` raises."""
        current = self._all.dataset(fresh=True).evidence.get(e.id)
        if current is not None and not can_read(current.private, self.own(by)):
            raise Conflict(e, None)
        return self._all.publish(e, public, by=by)

    def publish_file(self, record: FileRecord, sha256: str, public: Store, *, by: Person) -> FileRecord:
        """Make a private file public that the reviewer may read. Raises what `PrivateFolder.publish_file` raises."""
        return self._all.publish_file(record, sha256, public, by=by, own=self.own(by))

    def without_owner(self) -> int:
        """Return how many private entries are from before entries had owners. All organisations can read them."""
        data = self._all.read()
        entries: Iterable[Entry] = chain(data.evidence.values(), *data.notes.values(), *data.files.values())
        return sum(entry.private is None for entry in entries)

    def give_owners(self, organisations: Mapping[str, str] | None, *, by: Person, reason: str) -> None:
        """Give owners to the entries that have none.

        `organisations` maps handle → organisation: each entry then belongs to that of whoever added it, and to it alone.
        What a person without one added belongs to the editors. With None all belong to the editors, and all
        organisations can read them, as before. Raises NotAllowed unless `by` is a reviewer, and what the saves raise.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can give owners to entries. Nothing was saved.")
        editors = self.own(Person())

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
                self._all.notes.share(subject_id, chosen)
        for (kind, record_id), files in data.files.items():
            record = public.registers[kind].get(record_id)
            if record and any(file.private is None for file in files):
                self._all.files.share(record, chosen)

    def _shared(self, before: Privacy | None, by: Person, shared_with: SharedWith | None) -> Privacy | None:
        """Return whose an entry is after it was shared anew; None for `shared_with` changes nothing.

        The owner stays. What has none belongs to the editors, and only they share it anew: nobody else takes it away.
        """
        if shared_with is None or (before is None and self.own(by) != self.own(Person())):
            return before
        return Privacy(organisation=before.organisation if before else self.own(by), shared_with=shared_with)

    def _with_owner(self, new_files: Sequence[NewFile], by: Person) -> tuple[NewFile, ...]:
        return tuple(replace(new, organisation=self.own(by)) for new in new_files)
