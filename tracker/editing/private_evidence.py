"""The private folder: evidence and notes that only editors see. Nothing public may import this module."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from pathlib import Path

from tracker.editing.private_notes import PrivateNote, PrivateNotes, create_private_folder
from tracker.editing.store import Store
from tracker.editing.unpublish import unpublish
from tracker.model.dataset import Dataset
from tracker.model.errors import Conflict, NoDataset, NotAllowed, ValidationFailed, WriteFailed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import Permission, Person
from tracker.model.problems import Problem, RuleViolation
from tracker.model.records import Evidence
from tracker.queries.view import View
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_lock import lock_file
from tracker.validation import rules
from tracker.validation.check import locate_violations


@dataclass(frozen=True, slots=True)
class PrivateData:
    """The contents of the private folder: evidence by id, notes by recommendation id, and problems in its files."""

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[PrivateNote, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PrivateReader(DatasetReader):
    """Reads private evidence together with the public records that it refers to.

    Public records never refer to private evidence.
    """

    def __init__(self, root: Path, public: DatasetReader, *, look_every: float | None = None) -> None:
        super().__init__(root, look_every=look_every)
        self.public = public

    def read(self, *, fresh: bool = False) -> Dataset:
        """Return the public dataset with private evidence instead of public. Its root is the private folder."""
        public, own = self.public.read(fresh=fresh), None
        with suppress(FileNotFoundError):
            # The folder is missing until something is saved in it.
            self.root.stat()
            own = super().read(fresh=fresh)
        # The private folder needs no settings file: do not report that it is missing.
        settings = display_path(self.root / "tracker.yaml")
        problems = [problem for problem in own.problems if problem.path != settings] if own else []
        problems += [Problem(display_path(self.root), 1, self.unavailable.message)] if own and self.unavailable else []
        return replace(
            public,
            root=self.root,
            evidence=own.evidence if own else {},
            problems=tuple(problems),
            outdated_counts=own.outdated_counts if own else {},
            signature=f"{public.signature}-{own.signature if own else ''}",
            checksums=own.checksums if own else {},
        )


class PrivateFolder:
    """The private folder of one dashboard. Threads and processes may share it.

    `public` reads the public data folder.
    """

    def __init__(self, root: Path, public: DatasetReader) -> None:
        self.root, self.reader = root, PrivateReader(root, public)
        self.store, self.notes = Store(self.reader, public=False), PrivateNotes(root, self.reader)
        register_cache(self.forget)

    def forget(self) -> None:
        """Drop what the files contained before a redaction."""
        self.read(fresh=True)
        self.reader.drop_last_good()

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return the contents of the folder. What cannot be read is in `problems`."""
        try:
            dataset = self.reader.read(fresh=fresh)
        except NoDataset as error:
            return PrivateData(problems=(Problem(display_path(self.root), 1, str(error)),))
        notes, problems = self.notes.read(dataset)
        return PrivateData(dataset.evidence, notes, (*dataset.problems, *problems))

    def check(self) -> list[Problem]:
        """Return all problems in the folder.

        They are: files that cannot be read, evidence that breaks a rule, and evidence whose id is public too.
        """
        private = self.read(fresh=True)
        with suppress(NoDataset):
            dataset, public = self.reader.read(), self.reader.public.read()
            violations = [violation for e in dataset.evidence.values() for violation in rules.check_record(dataset, e)]
            violations += [
                RuleViolation(dataset.path_of(e), (), f"{e.id} is public too; delete this copy, or rename its file")
                for e in dataset.evidence.values()
                if e.id in public.evidence
            ]
            return sorted([*private.problems, *locate_violations(violations)])
        return list(private.problems)

    def view(self, public: View) -> View:
        """Return a view with private evidence instead of public evidence."""
        evidence = self.read().evidence
        dataset = replace(public.dataset, root=self.root, evidence=evidence, signature="private", original=None)
        return replace(public, dataset=dataset)

    def save(self, e: Evidence, *, by: Person, reason: str) -> Evidence:
        """Save private evidence, and return it as saved. Raises what `Store.save` raises, except SafetyFindings."""
        self._require_not_public(e)
        create_private_folder(self.root)
        (saved,) = self.store.save(e, by=by, reason=reason)
        assert isinstance(saved, Evidence)
        return saved

    def note(self, recommendation_id: str, text: str, *, by: Person) -> PrivateNote:
        """Add a note on a recommendation, and return it. Raises what `PrivateNotes.add` raises."""
        return self.notes.add(recommendation_id, text, by=by)

    def publish(self, e: Evidence, public: Store, *, by: Person) -> None:
        """Make private evidence public: save it in the public store with every check, then delete the private file.

        If the machine stops halfway, the evidence is in both folders, and a second call finishes the work. Raises
        NotAllowed, Conflict if the evidence changed since `e` was read, and what `Store.save` raises; then it stays
        private. Raises WriteFailed also if it is public but the private file could not be deleted; the message then
        says so.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make something public. It stays private.")
        path = self.root / "evidence" / f"{e.id}.yaml"
        with self._locked("It stays private."):
            current = self.reader.read(fresh=True).evidence.get(e.id)
            if current is None or current.version != e.version:
                raise Conflict(e, current)
            if not self._is_half_published(current):
                self._require_not_public(current)
                public.save(to_public(current), by=by, reason="Made public.")
            try:
                path.unlink()
            except OSError as error:
                raise WriteFailed(
                    f"It is public now. The private copy is still there ({error.strerror}): delete it."
                ) from None
        self.reader.read(fresh=True)

    def unpublish(self, e: Evidence, public: Store, *, by: Person, day: date) -> str:
        """Make public evidence private again, and return its id in the private folder. A stub stays public.

        First the file is copied to the private folder, byte for byte, with its history. If the machine stops after
        that, the evidence is in both folders, and a second call finishes the work. Raises NotAllowed, and what
        `unpublish.unpublish` raises; then the evidence stays public.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make it private again. It stays public.")
        create_private_folder(self.root)
        name = ""

        def keep(raw: bytes) -> None:
            nonlocal name
            name = self._free_id(e.id, raw)
            path = self.root / "evidence" / f"{name}.yaml"
            replace_all([(path, raw if path.exists() else None, raw)])

        try:
            with lock_file(self.root / ".lock"):
                unpublish(public, e, keep, by=by, day=day)
        except OSError as error:
            raise WriteFailed(f"Could not write to disk ({error.strerror}). It is still public.") from None
        self.reader.read(fresh=True)
        return name

    def copies(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of private evidence that had the id `public_id` when it was public."""
        pattern = rf"{_private_stem(public_id)}(-[0-9]+)?"
        return tuple(i for i in self.read(fresh=True).evidence if re.fullmatch(pattern, i))

    def _free_id(self, public_id: str, raw: bytes) -> str:
        """Return the id in the private folder for evidence that is made private again. The stub keeps the public id.

        The same bytes get the same id again: a second call after an interruption does not make a second copy.
        """
        stem, taken = _private_stem(public_id), self.reader.public.read(fresh=True).evidence
        ids = chain([stem], (f"{stem}-{n}" for n in count(2)))
        candidates = ((i, self.root / "evidence" / f"{i}.yaml") for i in ids if i not in taken)
        return next(i for i, path in candidates if not path.exists() or path.read_bytes() == raw)

    @contextmanager
    def _locked(self, outcome: str) -> Iterator[None]:
        """Hold the lock of the private folder.

        Raises WriteFailed if the folder cannot be locked; its message ends with the sentence `outcome`.
        """
        try:
            lock = lock_file(self.root / ".lock")
            lock.__enter__()
        except OSError as error:
            raise WriteFailed(f"The private folder cannot be written ({error.strerror}). {outcome}") from None
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def _is_half_published(self, e: Evidence) -> bool:
        """Return whether public evidence has the same id and content, because the machine stopped during publishing."""
        public = self.reader.public.read(fresh=True).evidence.get(e.id)
        return public is not None and to_public(public) == to_public(e)

    def _require_not_public(self, e: Evidence) -> None:
        """Raise ValidationFailed if public evidence has the same id."""
        if e.id in self.reader.public.read(fresh=True).evidence:
            raise ValidationFailed(
                (RuleViolation(self.root, ("id",), f"public evidence has the id {e.id!r}: choose another one"),)
            )


def _private_stem(public_id: str) -> str:
    """Return the private id for public evidence, without a number. A long id is cut: the limit is 80 characters."""
    return f"{public_id[:65].rstrip('-')}-private"


def to_public(e: Evidence) -> Evidence:
    """Return private evidence as it would be published.

    It has its current text and active links, but no handles, recorded times or history.
    """
    links = tuple(replace(link, recorded=None, events=()) for link in e.relevant_to if not is_withdrawn(link.events))
    return replace(e, version="", relevant_to=links, recorded=None, recorded_by=None, events=(), history=())
