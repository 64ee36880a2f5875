"""Read and check the private folder: evidence, notes and files that only editors see."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import PurePath

from tracker.config import AnyPlace
from tracker.editing.private.drafts import ImportDrafts, SubmissionDrafts
from tracker.editing.private.notes import NOTES_FOLDER, NotesFile, PrivateNote, PrivateNotes
from tracker.editing.private.notices import PrivateNotices
from tracker.editing.private.owned_lists import file_of_owner
from tracker.editing.private.record_files import LIST_FOLDERS, FileRecordKey, PrivateFiles, PrivateFilesList
from tracker.editing.store import MISSING_FILE, Store
from tracker.files.new_file import NewFile, read_new_file
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, Dataset, all_records
from tracker.model.errors import NoDataset, Problem, RuleViolation, ValidationFailed
from tracker.model.records import Evidence
from tracker.storage import attached_files
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader, StorageOutage
from tracker.storage.record_storage import StorageTransaction, display_path
from tracker.validation import check, rules

RemovedEntries = tuple[FileRecordKey, Sequence[AttachedFile]]
"""(key of a public record, entries that are being removed from the list of its private files)."""
CHANGED_BYTES = "the file {name} has other bytes than those that were attached; attach it again"


LISTS = {NOTES_FOLDER: (NotesFile, "notes"), **dict.fromkeys(LIST_FOLDERS.values(), (PrivateFilesList, "files"))}
"""Folder → (type of the contents of a file in it, the key of its list). Its items can have different owners only in an old file."""


@dataclass(frozen=True, slots=True)
class PrivateData:
    """The contents of the private folder. `problems` lists what is wrong in its YAML files.

    `notes`: id of a recommendation or committee → notes. `files`: (type, id) of a record → files. Both: also withdrawn.
    """

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[PrivateNote, ...]] = field(default_factory=dict)
    files: Mapping[FileRecordKey, tuple[AttachedFile, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PrivateContents:
    """Reads and checks the private folder at `place`. `public` reads the public data folder."""

    def __init__(self, place: AnyPlace, public: DatasetReader) -> None:
        self.public, self._reader = public, DatasetReader(place)
        self.root, self.storage = self._reader.root, self._reader.storage
        self.store = Store(self._reader, read_private=self.dataset)
        self.notes = PrivateNotes(self.root, self.dataset)
        self.files = PrivateFiles(self.root, lambda: public.read(fresh=True))
        self.notices = PrivateNotices(place)
        self.reviews, self.submissions = ImportDrafts(place), SubmissionDrafts(place)
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget the evidence that was read: after a redaction, it may have the removed words."""
        self._reader.forget()

    @property
    def unavailable(self) -> StorageOutage | None:
        """Return since when the private storage cannot be read any more, and why; None if it can be read."""
        return self._reader.unavailable

    def dataset(self, *, fresh: bool = False) -> Dataset:
        """Return the public dataset with the private evidence in place of the public evidence, for checks.

        Its `root` and problems are the private ones. With `fresh`, all files are looked at again. Raises NoDataset.
        """
        public, problems = self.public.read(fresh=fresh), list[Problem]()
        evidence: Mapping[str, Evidence] = {}
        # The folder is missing until something is saved in it.
        if self.storage.exists():
            own = self._reader.read(fresh=fresh)
            # The private folder needs no settings file: do not report that it is missing.
            settings = display_path(self.root / "tracker.yaml")
            evidence, problems = own.evidence, [problem for problem in own.problems if problem.path != settings]
            if unavailable := self._reader.unavailable:
                problems.append(Problem(display_path(self.root), 1, unavailable.message))
        own = replace(public, root=self.root, evidence=evidence, problems=tuple(problems))
        return replace(own, signature=PRIVATE_SIGNATURE, checksums={}, outdated_counts={})

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return the contents of the folder. Files that are not valid or cannot be read are reported in `problems`."""
        try:
            dataset = self.dataset(fresh=fresh)
        except NoDataset as error:
            return PrivateData(problems=(Problem(display_path(self.root), 1, str(error)),))
        notes, problems = self.notes.read(dataset)
        files, more_problems = self.files.read(self.public.read())
        return PrivateData(dataset.evidence, notes, files, problems=(*dataset.problems, *problems, *more_problems))

    def remove_unneeded(
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
        private, public = self.read(fresh=True), self.public.read(fresh=True)
        if not private.problems and not public.problems:
            files = dict(private.files)
            if removed:
                key, entries = removed
                files[key] = tuple(file for file in files.get(key, ()) if file not in entries)
            evidence = {i: e for i, e in private.evidence.items() if i != without}
            needed = {f.sha256 for f in self._named_files(replace(private, evidence=evidence, files=files))}
            gone = [digest for digest in digests if digest not in needed]
            originals_of = digests_keeping_originals((), public)
            attached_files.remove_kept(self.storage, transaction, gone, originals_of=originals_of)

    def move_to_owners(self) -> None:
        """Move what is in old lists, which organisations share, to the files of its owners. Raises LockTimeout or OSError."""
        if self.storage.exists():
            self.notes.move_to_owners()
            self.files.move_to_owners()

    def fix_files(self, *, now: datetime) -> tuple[str, ...]:
        """Remove attached files that are in no record and over a week old. Make missing texts and previews again.

        Return lines to print. If a YAML file is invalid, remove nothing. Raises NoDataset, LockTimeout or OSError.
        """
        self.move_to_owners()
        made = check.restore_texts_and_previews(self.root, self._named_files(self.read(fresh=True)))

        def named() -> check.NamedFiles | None:
            private, public = self.read(fresh=True), self.public.read(fresh=True)
            files = self._named_files(private)
            is_complete = not private.problems and not public.problems
            return (files, frozenset(digests_keeping_originals(files, public))) if is_complete else None

        return (*made, *check.remove_unnamed_files(self.root, named, now=now))

    def _named_files(self, private: PrivateData) -> tuple[AttachedFile, ...]:
        named = chain((e.files for e in private.evidence.values()), private.files.values())
        return tuple(chain.from_iterable(named))

    def check(
        self, *, now: datetime | None = None, reads_files: bool = True, private: PrivateData | None = None
    ) -> list[Problem]:
        """Return all problems in the folder, sorted. Dates after `now` are problems; without `now`, all are allowed.

        Without `reads_files`, only sizes of attached files are compared, and files without a record are not reported.
        With `private`, only these entries are checked.
        """
        private = private or self.read(fresh=True)
        with suppress(NoDataset):
            dataset, public = self.dataset(), self.public.read()
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

    def read_file(self, entry: AttachedFile) -> bytes:
        """Return the bytes of a private file. Raises OSError, FileNotFoundError if it is not there."""
        return attached_files.read_kept(self.root, entry)

    def read_preview(self, entry: AttachedFile) -> bytes | None:
        """Return the preview of a private file, a WebP image, or None if it has none. Raises OSError."""
        return attached_files.read_kept_preview(self.root, entry.sha256)

    def ready_to_publish(self, entries: Iterable[AttachedFile]) -> tuple[NewFile, ...]:
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
