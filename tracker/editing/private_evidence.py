"""What only editors see: private evidence, and private notes on recommendations. Nothing public is built from here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from pathlib import Path

from tracker.editing.private_notes import PrivateNote, PrivateNotes, create_note
from tracker.editing.store import Store
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
    """Everything that the private folder says, with what is wrong in it. Immutable."""

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[PrivateNote, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PrivateReader(DatasetReader):
    """Reads private evidence beside the public records that it bears on: private may name public, never the reverse."""

    def __init__(self, root: Path, public: DatasetReader, *, look_every: float | None = None) -> None:
        super().__init__(root, look_every=look_every)
        self.public = public

    def read(self, *, fresh: bool = False) -> Dataset:
        """The public dataset with the private evidence in the place of the public one; its root is the private folder."""
        public, own = self.public.read(fresh=fresh), None
        with suppress(FileNotFoundError):
            # nothing was kept there yet
            self.root.stat()
            own = super().read(fresh=fresh)
        settings = display_path(self.root / "tracker.yaml")
        wrong = [problem for problem in own.problems if problem.path != settings] if own else []
        wrong += [Problem(display_path(self.root), 1, self.unavailable.message)] if own and self.unavailable else []
        return replace(
            public,
            root=self.root,
            evidence=own.evidence if own else {},
            problems=tuple(wrong),
            outdated_counts=own.outdated_counts if own else {},
            signature=f"{public.signature}-{own.signature if own else ''}",
            checksums=own.checksums if own else {},
        )


class PrivateFolder:
    """The private folder of one dashboard. Threads and processes may share it."""

    def __init__(self, root: Path, public: DatasetReader) -> None:
        self.root, self.reader = root, PrivateReader(root, public)
        self.store, self.notes = Store(self.reader, public=False), PrivateNotes(root, self.reader)
        register_cache(self.forget)

    def forget(self) -> None:
        """Forgets what its files said before words were removed."""
        self.read(fresh=True)
        self.reader.drop_last_good()

    def read(self, *, fresh: bool = False) -> PrivateData:
        """What it holds; what cannot be read is a problem."""
        try:
            dataset = self.reader.read(fresh=fresh)
        except NoDataset as bad:
            return PrivateData(problems=(Problem(display_path(self.root), 1, str(bad)),))
        notes, wrong = self.notes.read(dataset)
        return PrivateData(dataset.evidence, notes, (*dataset.problems, *wrong))

    def check(self) -> list[Problem]:
        """Everything that is wrong in it, by file and line: the checks of public evidence, and that no id is public too."""
        private = self.read(fresh=True)
        with suppress(NoDataset):
            dataset, public = self.reader.read(), self.reader.public.read()
            found = [finding for e in dataset.evidence.values() for finding in rules.check_record(dataset, e)]
            found += [
                RuleViolation(
                    dataset.path_of(e), (), f"{e.id} is public too; delete this copy, or give it another name"
                )
                for e in dataset.evidence.values()
                if e.id in public.evidence
            ]
            return sorted([*private.problems, *locate_violations(found)])
        return list(private.problems)

    def view(self, public: View) -> View:
        """The view of a page with the private evidence in the place of the public one."""
        mine = replace(
            public.dataset, root=self.root, evidence=self.read().evidence, signature="private", original=None
        )
        return replace(public, dataset=mine)

    def save(self, e: Evidence, *, by: Person, reason: str) -> Evidence:
        """Saves private evidence as the store saves any, and gives it back as saved; raises what the store raises."""
        self._is_not_public(e)
        create_note(self.root)
        (saved,) = self.store.save(e, by=by, reason=reason)
        assert isinstance(saved, Evidence)
        return saved

    def note(self, name: str, text: str, *, by: Person) -> PrivateNote:
        """Adds a note on a recommendation behind those that are there; raises what Notes.add raises."""
        return self.notes.add(name, text, by=by)

    def publish(self, seen: Evidence, to: Store, *, by: Person) -> None:
        """Makes private evidence public as it was seen: the public file first, with every check, then the private one goes.

        Raises NotAllowed, Conflict where it is another one by now, and what the store raises; then it stays private.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make something public. It stays private.")
        path = self.root / "evidence" / f"{seen.id}.yaml"
        with lock_file(self.root / ".lock"):
            now = self.reader.read(fresh=True).evidence.get(seen.id)
            if now is None or now.version != seen.version:
                raise Conflict(seen, now)
            self._is_not_public(now)
            to.save(to_public(now), by=by, reason="Made public.")
            try:
                path.unlink()
            except OSError as bad:
                raise WriteFailed(
                    f"It is public now. The private copy is still there ({bad.strerror}): delete it."
                ) from None
        self.reader.read(fresh=True)

    def unpublish(self, seen: Evidence, to: Store, *, by: Person, day: date) -> str:
        """Makes public evidence private again as it was seen; gives the id that it has here. In public a gap stays.

        The private copy comes first, byte for byte, with its history: where the machine stops in between, it is in both
        places, and doing it again ends it. Raises NotAllowed, and what Store.unpublish raises; then it stays public.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make it private again. It stays public.")
        create_note(self.root)
        name = ""

        def keep(raw: bytes) -> None:
            nonlocal name
            name = self._free(seen.id, raw)
            path = self.root / "evidence" / f"{name}.yaml"
            replace_all([(path, raw if path.exists() else None, raw)])

        try:
            with lock_file(self.root / ".lock"):
                to.unpublish(seen, keep, by=by, day=day)
        except OSError as bad:
            raise WriteFailed(f"The disk did not take it ({bad.strerror}). It is still public.") from None
        self.reader.read(fresh=True)
        return name

    def copies(self, public: str) -> tuple[str, ...]:
        """The private evidence that was public under an id."""
        return tuple(e for e in self.read(fresh=True).evidence if re.fullmatch(rf"{_stem(public)}(-[0-9]+)?", e))

    def _free(self, public: str, raw: bytes) -> str:
        """An id for what was public under another one, which a gap keeps; the same again for the same bytes."""
        stem, taken = _stem(public), self.reader.public.read(fresh=True).evidence
        names = chain([stem], (f"{stem}-{n}" for n in count(2)))
        there = ((name, self.root / "evidence" / f"{name}.yaml") for name in names if name not in taken)
        return next(name for name, path in there if not path.exists() or path.read_bytes() == raw)

    def _is_not_public(self, e: Evidence) -> None:
        if e.id in self.reader.public.read(fresh=True).evidence:
            raise ValidationFailed(
                (RuleViolation(self.root, ("id",), f"public evidence has the id {e.id!r}: take another one"),)
            )


def _stem(public: str) -> str:
    """What the id of evidence becomes where it is made private again: an id has at most 80 signs."""
    return f"{public[:65].rstrip('-')}-private"


def to_public(e: Evidence) -> Evidence:
    """Private evidence as it would be made public: what it says now, without who kept it privately, when, and what it said before."""
    bears = tuple(replace(b, recorded=None, events=()) for b in e.relevant_to if not is_withdrawn(b.events))
    return replace(e, version="", relevant_to=bears, recorded=None, recorded_by=None, events=(), history=())
