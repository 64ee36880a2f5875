"""Private files of public records: files of public evidence or of a document that are not published yet.

The entries of a record are in a list of the private folder, the files themselves in its folder `files`. An entry can be
withdrawn. It leaves the list when its file is published or removed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic.dataclasses import dataclass as record_type

from tracker.editing.file_changes import FILE_GONE
from tracker.editing.private_lists import ListCache, ListKind, change_list
from tracker.editing.private_notes import create_private_folder
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Dataset
from tracker.model.errors import NotAllowed, ValidationFailed, WriteFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.permissions import Permission, Person
from tracker.model.problems import Problem, RuleViolation
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.storage.atomic_write import Replacement, replace_all
from tracker.storage.dataset_reader import display_path
from tracker.storage.file_lock import lock_file
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
    """The private files of public records, in one private folder. Several threads and processes may use it.

    `read_dataset` returns the public dataset with the records to which files belong.
    """

    def __init__(self, root: Path, read_dataset: Callable[[], Dataset]) -> None:
        self.root, self.read_dataset = root, read_dataset
        self._cache = ListCache(_FILES_LIST)

    def add(self, record: Evidence | Document, new_files: Sequence[NewFile], *, by: Person) -> tuple[AttachedFile, ...]:
        """Keep `new_files` as private files of a public record. Return their entries, with recorded time and handle.

        All of the files are kept or none. Raises NotAllowed, ValidationFailed if there is no such public record or if
        it has one of the files already, LockTimeout, WriteFailed or NoDataset. After an error nothing was saved.
        """
        _require_editor(by)
        public = self.find_public(record)
        if public is None:
            message = f"there is no public {type(record).__name__.lower()} {record.id!r}"
            raise ValidationFailed((RuleViolation(self.path_of((type(record), record.id)), (), message),))
        entries = tuple(replace(new.entry, recorded=None, recorded_by=None, events=()) for new in new_files)
        contents = {path: data for new in new_files for path, data in new.contents(self.root, with_original=True)}
        known = {f.sha256 for f in public.files if not is_withdrawn(f.events)}

        def change(files: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            taken = known | {f.sha256 for f in files if not is_withdrawn(f.events)}
            for entry in entries:
                if entry.sha256 in taken:
                    raise ValidationFailed((RuleViolation(self.root, (), f"{entry.name} is attached already"),))
                taken.add(entry.sha256)
            return (*files, *entries)

        with self._locked() as lock:
            added = [(path, None, data) for path, data in contents.items() if not path.is_file()]
            # the files first: after a crash, no entry names a file that is not there
            return self.change(record, change, by=by, lock=lock, files=added)[-len(entries) :] if entries else ()

    def withdraw(self, record: Evidence | Document, sha256: str, *, by: Person) -> None:
        """Withdraw a private file of a public record. Its entry and the file itself are kept.

        Raises NotAllowed, ValidationFailed if there is no such file, LockTimeout, WriteFailed or NoDataset.
        """
        _require_editor(by)
        event = Event(type=EventType.WITHDRAWN)

        def change(files: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            if all(f.sha256 != sha256 or is_withdrawn(f.events) for f in files):
                raise ValidationFailed((RuleViolation(self.path_of((type(record), record.id)), (), FILE_GONE),))
            return tuple(
                replace(f, events=(*f.events, event)) if f.sha256 == sha256 and not is_withdrawn(f.events) else f
                for f in files
            )

        with self._locked() as lock:
            self.change(record, change, by=by, lock=lock)

    def of(self, record: Evidence | Document) -> tuple[AttachedFile, ...]:
        """Return the private files of a public record that are not withdrawn, the newest last."""
        return tuple(f for f in self.all_of(record) if not is_withdrawn(f.events))

    def all_of(self, record: Evidence | Document) -> tuple[AttachedFile, ...]:
        """Return the private files of a public record, also those that are withdrawn."""
        return self._cache.read_one(self.path_of((type(record), record.id)))[0]

    def read(self, dataset: Dataset) -> tuple[dict[FileOwner, tuple[AttachedFile, ...]], list[Problem]]:
        """Return the private files as (type, id) of the record → entries, also withdrawn ones, and the problems.

        `dataset` is the public dataset. A list that has not changed since the last call is not parsed again.
        """
        found, problems, every = dict[FileOwner, tuple[AttachedFile, ...]](), list[Problem](), list[Path]()
        for kind, folder in LIST_FOLDERS.items():
            known: Mapping[str, object] = dataset.evidence if kind is Evidence else dataset.documents
            for path in sorted((self.root / folder).glob("[!.]*.yaml")):
                every.append(path)
                if path.stem not in known:
                    message = f"there is no public {kind.__name__.lower()} with this id; correct the file's name"
                    problems.append(Problem(display_path(path), 1, message))
                found[kind, path.stem], wrong = self._cache.read_one(path)
                problems += wrong
        self._cache.keep_only(every)
        return found, problems

    def change(
        self,
        record: Evidence | Document,
        change: FilesChange,
        *,
        lock: int,
        by: Person | None = None,
        files: Iterable[Replacement] = (),
    ) -> tuple[AttachedFile, ...]:
        """Change the list of a record, write `files` before it, and return the new entries. The caller holds the lock.

        `by` is the person whose handle and time new entries and events get; with None they keep what they have.
        `lock` is the descriptor of the lock file. Raises OSError and WriteFailed.
        """
        dataset = self.read_dataset()
        stamps = TimestampIssuer(next_timestamp(utc_now(), dataset, (), lock=lock), by.handle) if by else None

        def stamped(before: tuple[AttachedFile, ...]) -> tuple[AttachedFile, ...]:
            after = change(before)
            return stamps.stamp_new_items("files", after, before) if stamps else after

        entries, replacement = change_list(self.path_of((type(record), record.id)), stamped, _FILES_LIST)
        replace_all([*files, replacement])
        if stamps:
            stamps.store_last(lock)
        return entries

    def path_of(self, owner: FileOwner) -> Path:
        """Return the path of the list of a record."""
        kind, record_id = owner
        return self.root / LIST_FOLDERS[kind] / f"{record_id}.yaml"

    def find_public(self, record: Evidence | Document) -> Evidence | Document | None:
        """Return the public record with the type and id of `record` as it is now, or None. Raises NoDataset."""
        dataset = self.read_dataset()
        return dataset.evidence.get(record.id) if isinstance(record, Evidence) else dataset.documents.get(record.id)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            create_private_folder(self.root)
            with lock_file(self.root / ".lock") as lock:
                yield lock
        except OSError as error:
            raise WriteFailed(f"Could not write to disk ({error.strerror}). Nothing was saved.") from None


def _require_editor(by: Person) -> None:
    if not by.can(Permission.SEE_PRIVATE) or not by.handle:
        raise NotAllowed("Only an editor can add or withdraw a private file. Nothing was saved.")
