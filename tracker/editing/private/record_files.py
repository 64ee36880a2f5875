"""The private files of public records: a reviewer can publish each of them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath

from pydantic.dataclasses import dataclass as record_type

from tracker.editing.private.eyes import require_editor
from tracker.editing.private.owned_lists import OwnedLists, saving_privately
from tracker.editing.store import FILE_GONE, unwritten_contents
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset, FileRecord
from tracker.model.errors import Problem, RuleViolation, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.organisations import Privacy, can_change, can_read
from tracker.model.permissions import Person
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.storage.attached_files import active_digests
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import StorageTransaction
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now

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
        require_editor(by)
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
        require_editor(by)
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
