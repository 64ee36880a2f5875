"""Private files of public records: files of public evidence or of a document that are not published yet.

The entries of a record are in a list of the private folder, the files themselves in its folder `files`. An entry can be
withdrawn. It leaves the list when its file is published or removed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from pydantic.dataclasses import dataclass as record_type

from tracker.editing.private.lists import ListCache, ListKind, change_list, saving
from tracker.editing.store import FILE_GONE, unwritten_contents
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset
from tracker.model.errors import NotAllowed, Problem, RuleViolation, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.organisations import Privacy
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.storage.dataset_reader import display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import StorageTransaction
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now

FileOwner = tuple[type[Evidence] | type[Document], str]
"""(type, id) of the public record to which a private file belongs."""
FilesChange = Callable[[tuple[AttachedFile, ...]], tuple[AttachedFile, ...]]
LIST_FOLDERS: Mapping[type[Evidence] | type[Document], str] = {
    Evidence: "evidence_files",
    Document: "document_files",
}
"""Type of record → the folder with the lists of private files."""


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateFilesList:
    """The contents of evidence_files/<id>.yaml or document_files/<id>.yaml; the newest file is last."""

    files: tuple[AttachedFile, ...]


_FILES_LIST: ListKind[AttachedFile] = ListKind(
    PrivateFilesList, "files", "# Private files: only editors see them, until they are published.\nfiles:\n"
)


class PrivateFiles:
    """The private files of public records, in one private storage. Several threads and processes may use it.

    `read_dataset` returns the public dataset with the records to which files belong.
    """

    def __init__(self, root: PurePath, read_dataset: Callable[[], Dataset]) -> None:
        self.root, self.read_dataset, self.storage = root, read_dataset, open_storage(root)
        self._cache = ListCache(_FILES_LIST, root)

    def add(
        self,
        record: Evidence | Document,
        new_files: Sequence[NewFile],
        *,
        by: Person,
        private: Privacy | None = None,
        can_read: Callable[[AttachedFile], bool] = lambda _: True,
    ) -> tuple[AttachedFile, ...]:
        """Keep `new_files` as private files of a public record. Return their entries, with recorded time and handle.

        `private` says whose they are, `can_read` whether this person may know of a private file. All of the files are kept or none. Raises NotAllowed, ValidationFailed if there is no such public record or if
        it has one of the files already, LockTimeout, WriteFailed or NoDataset. After an error nothing was saved.
        """
        _require_editor(by)
        public = self.find_public(record)
        if public is None:
            message = f"there is no public {type(record).__name__.lower()} {record.id!r}"
            raise ValidationFailed((RuleViolation(self.path_of((type(record), record.id)), (), message),))
        entries = tuple(
            replace(new.entry, recorded=None, recorded_by=None, recorded_for=None, events=(), private=private)
            for new in new_files
        )
        known = {f.sha256 for f in public.files if not is_withdrawn(f.events)}

        def change(files: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            taken = known | {f.sha256 for f in files if not is_withdrawn(f.events) and can_read(f)}
            for entry in entries:
                if entry.sha256 in taken:
                    raise ValidationFailed((RuleViolation(self.root, (), f"{entry.name} is attached already"),))
                taken.add(entry.sha256)
            return (*files, *entries)

        if not entries:
            return ()
        with saving(self.storage) as transaction:
            # the files first: after a crash, no entry names a file that is not there
            transaction.stage(unwritten_contents(self.storage, new_files, with_originals=True))
            return self.change(record, change, by=by, transaction=transaction)[-len(entries) :]

    def withdraw(
        self,
        record: Evidence | Document,
        sha256: str,
        *,
        by: Person,
        can_change: Callable[[AttachedFile], bool] = lambda _: True,
    ) -> None:
        """Withdraw a private file of a public record. Its entry and the file itself are kept.

        `can_change` says whether this person may change an entry. Raises NotAllowed, ValidationFailed if there is no such file, LockTimeout, WriteFailed or NoDataset.
        """
        _require_editor(by)
        event = Event(type=EventType.WITHDRAWN)

        def change(files: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            meant = [f for f in files if f.sha256 == sha256 and not is_withdrawn(f.events) and can_change(f)]
            if not meant:
                raise ValidationFailed((RuleViolation(self.path_of((type(record), record.id)), (), FILE_GONE),))
            return tuple(replace(f, events=(*f.events, event)) if f in meant else f for f in files)

        with saving(self.storage) as transaction:
            self.change(record, change, by=by, transaction=transaction)

    def share(self, record: Evidence | Document, chosen: Callable[[AttachedFile], Privacy | None]) -> None:
        """Let the private files of a record belong to whom `chosen` says. Raises what `withdraw` raises."""
        with saving(self.storage) as transaction:
            self.change(
                record, lambda files: tuple(replace(f, private=chosen(f)) for f in files), transaction=transaction
            )

    def of(self, record: Evidence | Document) -> tuple[AttachedFile, ...]:
        """Return the private files of a public record that are not withdrawn, the newest last."""
        return tuple(f for f in self.all_of(record) if not is_withdrawn(f.events))

    def all_of(self, record: Evidence | Document) -> tuple[AttachedFile, ...]:
        """Return the private files of a public record, also those that are withdrawn."""
        return self._cache.read_one(self.storage, _name_of((type(record), record.id)))[0]

    def read(self, dataset: Dataset) -> tuple[dict[FileOwner, tuple[AttachedFile, ...]], list[Problem]]:
        """Return the private files as (type, id) of the record → entries, also withdrawn ones, and the problems.

        `dataset` is the public dataset. A list that has not changed since the last call is not parsed again.
        """
        found, problems = dict[FileOwner, tuple[AttachedFile, ...]](), list[Problem]()
        for name, entries, wrong in self._cache.read_all(self.storage, *LIST_FOLDERS.values()):
            kind = next(kind for kind, folder in LIST_FOLDERS.items() if folder == name.parent.name)
            known: Mapping[str, object] = dataset.evidence if kind is Evidence else dataset.documents
            if name.stem not in known:
                message = f"there is no public {kind.__name__.lower()} with this id; correct the file's name"
                problems.append(Problem(display_path(self.root / name), 1, message))
            found[kind, name.stem] = entries
            problems += wrong
        return found, problems

    def change(
        self,
        record: Evidence | Document,
        change: FilesChange,
        *,
        transaction: StorageTransaction,
        by: Person | None = None,
    ) -> tuple[AttachedFile, ...]:
        """Stage a change of the list of a record, and return the new entries. The caller commits it.

        `by` is the person whose handle and time new entries and events get; with None they keep what they have. Raises
        OSError and WriteFailed.
        """
        first = next_timestamp(utc_now(), self.read_dataset(), (), last_time=transaction.last_time) if by else None
        stamps = TimestampIssuer(first, by.handle, by.organisation) if by and first else None

        def stamped(before: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            after = change(before)
            return stamps.stamp_new_items("files", after, before) if stamps else after

        name = _name_of((type(record), record.id))
        entries, changed = change_list(transaction, name, stamped, kind=_FILES_LIST)
        transaction.stage([changed], last_time=stamps.last if stamps else "")
        return entries

    def path_of(self, owner: FileOwner) -> PurePath:
        """Return the path of the list of a record."""
        return self.root / _name_of(owner)

    def find_public(self, record: Evidence | Document) -> Evidence | Document | None:
        """Return the public record with the type and id of `record` as it is now, or None. Raises NoDataset."""
        dataset = self.read_dataset()
        return dataset.evidence.get(record.id) if isinstance(record, Evidence) else dataset.documents.get(record.id)


def _name_of(owner: FileOwner) -> str:
    kind, record_id = owner
    return f"{LIST_FOLDERS[kind]}/{record_id}.yaml"


def _require_editor(by: Person) -> None:
    if not by.can(Permission.SEE_PRIVATE) or not by.handle:
        raise NotAllowed("Only an editor can add or withdraw a private file. Nothing was saved.")
