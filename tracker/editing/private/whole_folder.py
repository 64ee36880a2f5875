"""Everything in the private folder, whoever owns it: read it, check it and repair it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath

from tracker.config import AnyPlace
from tracker.editing.private.drafts import ImportDrafts, SubmissionDrafts
from tracker.editing.private.eyes import Eyes, Host
from tracker.editing.private.notes import NOTES, PrivateNote
from tracker.editing.private.notices import PrivateNotices
from tracker.editing.private.owned_lists import OwnedLists
from tracker.editing.private.record_files import FILES, LIST_FOLDERS, Entries, FileRecordKey, FilesChange, files_name
from tracker.editing.store import MISSING_FILE, Store
from tracker.files.new_file import NewFile, read_new_file
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, Dataset, FileRecord, all_records
from tracker.model.errors import NoDataset, Problem, RuleViolation, ValidationFailed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import Person
from tracker.model.records import Evidence
from tracker.storage import attached_files
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader, StorageOutage
from tracker.storage.record_storage import StorageTransaction, display_path
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.validation import check

RemovedEntries = tuple[FileRecordKey, Sequence[AttachedFile]]
"""(key of a public record, entries that are being removed from the list of its private files)."""
CHANGED_BYTES = "the file {name} has other bytes than those that were attached; attach it again"


LISTS = {folder: kind for kind in (NOTES, FILES) for folder in kind.subjects}
"""Folder → the kind of the lists in it. The items of a list can have different owners only in an old file."""


@dataclass(frozen=True, slots=True)
class PrivateData:
    """The contents of the private folder. `problems` lists what is wrong in its YAML files.

    `notes`: id of a recommendation or committee → notes. `files`: (type, id) of a record → files. Both: also withdrawn.
    """

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[PrivateNote, ...]] = field(default_factory=dict)
    files: Mapping[FileRecordKey, tuple[AttachedFile, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class Everything:
    """All that is in the private folder at `place`; `public` reads the public data folder. The base of `PrivateFolder`.

    What gives or takes entries of all organisations begins with `_`. The rest is the same for everybody, needs an entry
    that the caller got through the `eyes`, or refuses all but the host.
    """

    def __init__(self, place: AnyPlace, public: DatasetReader, eyes: Person | Host) -> None:
        self.public, self._reader, self._eyes = public, DatasetReader(place), Eyes(eyes, public)
        self.root, self._storage = self._reader.root, self._reader.storage
        self._store = Store(self._reader, read_private=self._dataset)
        self._notes: OwnedLists[PrivateNote] = OwnedLists(NOTES, self._storage)
        self._files: OwnedLists[AttachedFile] = OwnedLists(FILES, self._storage)
        self._reviews, self._submissions = ImportDrafts(place), SubmissionDrafts(place)
        self._notices = PrivateNotices(place)
        register_cache(self._reader.forget)  # after a redaction, what was read may have the removed words

    @property
    def unavailable(self) -> StorageOutage | None:
        """Return since when the private storage cannot be read any more, and why; None if it can be read."""
        return self._reader.unavailable

    def _dataset(self, *, fresh: bool = False) -> Dataset:
        """Return the public dataset with the private evidence in place of the public evidence, for checks.

        Its `root` and problems are the private ones. With `fresh`, all files are looked at again. Raises NoDataset.
        """
        public, problems = self.public.read(fresh=fresh), list[Problem]()
        evidence: Mapping[str, Evidence] = {}
        # The folder is missing until something is saved in it.
        if self._storage.exists():
            own = self._reader.read(fresh=fresh)
            # The private folder needs no settings file: do not report that it is missing.
            settings = display_path(self.root / "tracker.yaml")
            evidence, problems = own.evidence, [problem for problem in own.problems if problem.path != settings]
            if unavailable := self._reader.unavailable:
                problems.append(Problem(display_path(self.root), 1, unavailable.message))
        own = replace(public, root=self.root, evidence=evidence, problems=tuple(problems))
        return replace(own, signature=PRIVATE_SIGNATURE, checksums={}, outdated_counts={})

    def _read_all(self, *, fresh: bool = False) -> PrivateData:
        """Return the contents of the folder. Files that are not valid or cannot be read are reported in `problems`."""
        try:
            dataset = self._dataset(fresh=fresh)
        except NoDataset as error:
            return PrivateData(problems=(Problem(display_path(self.root), 1, str(error)),))
        notes, problems = self._notes.read_all(self.public.read())
        files, more_problems = self._files.read_all(self.public.read())
        kinds = {folder: kind for kind, folder in LIST_FOLDERS.items()}
        return PrivateData(
            dataset.evidence,
            {name.stem: some for name, some in notes.items()},
            {(kinds[name.parent.name], name.stem): some for name, some in files.items()},
            problems=(*dataset.problems, *problems, *more_problems),
        )

    def _files_of(self, record: FileRecord, *, active: bool = True) -> Entries:
        """Return the private files of a public record, newest last; none if their list cannot be read."""
        return tuple(f for f in self._files.read_list(files_name(record)) if not active or not is_withdrawn(f.events))

    def _change_files(
        self, record: FileRecord, transaction: StorageTransaction, change: FilesChange, *, by: Person | None = None
    ) -> Entries:
        """Change the private files of a record with `change`. Stage the new list, and return it. The caller commits.

        With `by`, new entries and events get this handle and the time. Raises OSError, WriteFailed or NoDataset.
        """
        public = self.public.read(fresh=True)
        first = next_timestamp(utc_now(), public, (), last_time=transaction.last_time) if by else None
        stamps = TimestampIssuer(first, by.handle, by.organisation) if by and first else None

        def stamped(before: Entries) -> Entries:
            after = change(before)
            return stamps.stamp_new_items("files", after, before) if stamps else after

        entries, changed = self._files.change_list(transaction, files_name(record), stamped)
        transaction.stage(changed, last_time=stamps.last if stamps else "")
        return entries

    def _find_public(self, record: FileRecord) -> FileRecord | None:
        """Return the public record with the type and id of `record` as it is now, or None. Raises NoDataset."""
        return self.public.read(fresh=True).registers[type(record)].get(record.id)

    def _remove_unneeded(
        self,
        digests: Iterable[str],
        transaction: StorageTransaction,
        *,
        without: str = "",
        removed: RemovedEntries | None = None,
    ) -> None:
        """Stage the deletion of private files by their digests. Keep files that a private record or list still has.

        Originals of files that are public now stay. `without` (an evidence id) and `removed` (list entries) no longer
        count: the same transaction removes them. If a YAML file is invalid, delete nothing: it may name the files.
        Raises OSError or NoDataset.
        """
        private, public = self._read_all(fresh=True), self.public.read(fresh=True)
        if not private.problems and not public.problems:
            files = dict(private.files)
            if removed:
                key, entries = removed
                files[key] = tuple(file for file in files.get(key, ()) if file not in entries)
            evidence = {i: e for i, e in private.evidence.items() if i != without}
            needed = {f.sha256 for f in self._named_files(replace(private, evidence=evidence, files=files))}
            gone = [digest for digest in digests if digest not in needed]
            originals_of = digests_keeping_originals((), public)
            attached_files.remove_kept(self._storage, transaction, gone, originals_of=originals_of)

    def fix_files(self, *, now: datetime) -> tuple[str, ...]:
        """Remove attached files that are in no record and over a week old. Make missing texts and previews again.

        Return lines to print. If a YAML file is invalid, remove nothing. Raises NoDataset, LockTimeout or OSError.
        """
        self._eyes.require_host()
        made = check.restore_texts_and_previews(self.root, self._named_files(self._read_all(fresh=True)))

        def named() -> check.NamedFiles | None:
            private, public = self._read_all(fresh=True), self.public.read(fresh=True)
            files = self._named_files(private)
            is_complete = not private.problems and not public.problems
            return (files, frozenset(digests_keeping_originals(files, public))) if is_complete else None

        return (*made, *check.remove_unnamed_files(self.root, named, now=now))

    def _named_files(self, private: PrivateData) -> tuple[AttachedFile, ...]:
        named = chain((e.files for e in private.evidence.values()), private.files.values())
        return tuple(chain.from_iterable(named))

    def read_file(self, entry: AttachedFile) -> bytes:
        """Return the bytes of a private file. Raises OSError, FileNotFoundError if it is not there."""
        return attached_files.read_kept(self.root, entry)

    def read_preview(self, entry: AttachedFile) -> bytes | None:
        """Return the preview of a private file, a WebP image, or None if it has none. Raises OSError."""
        return attached_files.read_kept_preview(self.root, entry.sha256)

    def _ready_to_publish(self, entries: Iterable[AttachedFile]) -> tuple[NewFile, ...]:
        """Return private files as new files for the public folder, without their originals.

        Raises ValidationFailed if a file is missing or has changed, UnusableFile if it has no usable text, and OSError.
        """
        ready = list[NewFile]()
        for entry in entries:
            message = MISSING_FILE
            with suppress(FileNotFoundError):
                message, new = CHANGED_BYTES, read_new_file(self.root, entry)
                if hashlib.sha256(new.data).hexdigest() == entry.sha256:
                    ready.append(new)
                    continue
            path = self.root / attached_files.kept_name(entry.file_name)
            raise ValidationFailed((RuleViolation(path, (), message.format(name=entry.name)),))
        return tuple(ready)


def digests_keeping_originals(private: Iterable[AttachedFile], public: Dataset) -> set[str]:
    """Return the digests of all files, in `private` and in public records, whose originals stay in the private folder."""
    published = chain.from_iterable(getattr(record, "files", ()) for record in all_records(public))
    return {file.sha256 for file in chain(private, published)}


def owner_of_list(name: str) -> str:
    """Return the id of the organisation whose file of a list has this name; "" for entries without an owner and old files."""
    path = PurePath(name)
    return path.stem.partition(".")[2] if path.parent.name in LISTS else ""
