"""The private folder: evidence and notes that only editors see. No module for the public may import this one."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count

from tracker.config import AnyPlace
from tracker.editing.private_notes import PrivateNote, PrivateNotes, create_private_storage
from tracker.editing.store import Store
from tracker.editing.unpublish import unpublish
from tracker.model.dataset import Dataset
from tracker.model.errors import Conflict, NoDataset, NotAllowed, SafetyFindings, ValidationFailed, WriteFailed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import Permission, Person
from tracker.model.problems import Problem, RuleViolation
from tracker.model.records import Evidence
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.record_storage import StorageTransaction
from tracker.validation import rules
from tracker.validation.check import locate_violations


@dataclass(frozen=True, slots=True)
class PrivateData:
    """The contents of the private folder.

    `evidence` maps evidence id → evidence. `notes` maps recommendation id → notes. `problems` lists what is wrong in
    the files.
    """

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[PrivateNote, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PrivateFolder:
    """The private folder of one dashboard. Several threads and processes may use the folder at the same time.

    `public` reads the public data folder.
    """

    def __init__(self, place: AnyPlace, public: DatasetReader) -> None:
        self.public, self._reader = public, DatasetReader(place)
        self.root, self.storage = self._reader.root, self._reader.storage
        self.store = Store(self._reader, read_private=self.dataset)
        self.notes = PrivateNotes(self.root, self.dataset)
        register_cache(self.forget)

    def forget(self) -> None:
        """Forget the contents of files that were read before a redaction."""
        self.read(fresh=True)
        self._reader.drop_last_good()

    def dataset(self, *, fresh: bool = False) -> Dataset:
        """Return the public dataset with the private evidence in place of the public evidence.

        Private evidence refers to public records, but public records never refer to private evidence. The `root` of the
        returned dataset is the private folder. Raises NoDataset if a folder could never be read.
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
        return replace(
            public,
            root=self.root,
            evidence=evidence,
            problems=tuple(problems),
            signature="private",
            checksums={},
            outdated_counts={},
        )

    def read(self, *, fresh: bool = False) -> PrivateData:
        """Return the contents of the folder. Files that cannot be read are reported in `problems`."""
        try:
            dataset = self.dataset(fresh=fresh)
        except NoDataset as error:
            return PrivateData(problems=(Problem(display_path(self.root), 1, str(error)),))
        notes, problems = self.notes.read(dataset)
        return PrivateData(dataset.evidence, notes, (*dataset.problems, *problems))

    def check(self) -> list[Problem]:
        """Return all problems in the folder.

        A problem is: a file that cannot be read, evidence that breaks a rule, or evidence whose id public evidence has
        too.
        """
        private = self.read(fresh=True)
        with suppress(NoDataset):
            dataset, public = self.dataset(), self.public.read()
            violations = [violation for e in dataset.evidence.values() for violation in rules.check_record(dataset, e)]
            violations += [
                RuleViolation(dataset.path_of(e), (), f"{e.id} is public too; delete this copy, or rename its file")
                for e in dataset.evidence.values()
                if e.id in public.evidence
            ]
            return sorted([*private.problems, *locate_violations(violations, dataset)])
        return list(private.problems)

    def view(self, public: View) -> View:
        """Return the view `public` with the private evidence in place of the public evidence."""
        evidence = self.read().evidence
        dataset = replace(public.dataset, root=self.root, evidence=evidence, signature="private")
        return replace(public, dataset=dataset)

    def save(self, e: Evidence, *, by: Person, reason: str) -> Evidence:
        """Save the private evidence `e`, and return the saved evidence.

        Raises what `Store.save` raises, except SafetyFindings.
        """
        self._require_not_public(e)
        create_private_storage(self.storage)
        (saved,) = self.store.save(e, by=by, reason=reason)
        assert isinstance(saved, Evidence)
        return saved

    def note(self, recommendation_id: str, text: str, *, by: Person) -> PrivateNote:
        """Add a private note to a recommendation, and return the note. Raises what `PrivateNotes.add` raises."""
        return self.notes.add(recommendation_id, text, by=by)

    def publish(self, e: Evidence, public: Store, *, by: Person) -> str:
        """Make the private evidence `e` public, and return its id.

        Save the evidence in the store `public`, with every check. Then delete the private file. If the machine stops
        between these two steps, the evidence is in both folders, and a second call finishes the work.

        Raises NotAllowed, Conflict if the evidence changed since `e` was read, SafetyFindings also for words that may be
        a name and were not confirmed (see `check_publication`), and what `Store.save` raises. After such an error the
        evidence is still only private. Raises WriteFailed also if the evidence is public but the private
        file could not be deleted; then the message says so.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make something public. It stays private.")
        is_public = False
        try:
            with self.storage.transaction() as transaction:
                current = self.dataset(fresh=True).evidence.get(e.id)
                if current is None or current.version != e.version:
                    raise Conflict(e, current)
                if not self._is_half_published(current):
                    self._require_not_public(current)
                    check = public.check_publication(to_public(current))
                    if check.findings or check.candidates:
                        raise SafetyFindings((*check.findings, *check.candidates))
                    public.save(to_public(current), by=by, reason="Made public.")
                is_public = True
                transaction.stage([(_name_of(e.id), transaction.read(_name_of(e.id)), None)])
                transaction.commit()
        except OSError as error:
            if is_public:
                raise WriteFailed(
                    f"It is public now. The private copy is still there ({error.strerror}): delete it."
                ) from None
            raise WriteFailed(f"The private folder cannot be written ({error.strerror}). It stays private.") from None
        self.dataset(fresh=True)
        return e.id

    def find_publishable(self, evidence_id: str) -> tuple[Evidence, Evidence] | None:
        """Return (private evidence, the evidence as it would be public), or None if there is none that still counts."""
        e = self.read().evidence.get(evidence_id)
        return None if e is None or is_withdrawn(e.events) else (e, to_public(e))

    def unpublish(self, e: Evidence, public: Store, *, by: Person, day: date) -> str:
        """Make the public evidence `e` private again, and return its id in the private folder. A stub stays public.

        First the file is copied to the private folder, byte for byte, with its history. If the machine stops after the
        copy, the evidence is in both folders, and a second call finishes the work. Raises NotAllowed, and what
        `unpublish.unpublish` raises; after such an error the evidence is still public.
        """
        if not by.can(Permission.PUBLISH):
            raise NotAllowed("Only a reviewer can make it private again. It stays public.")
        create_private_storage(self.storage)
        name = ""
        try:
            with self.storage.transaction() as transaction:

                def keep(raw: bytes) -> None:
                    nonlocal name
                    name = self._free_id(e.id, raw, transaction=transaction)
                    kept = _name_of(name)
                    transaction.stage([(kept, transaction.read(kept), raw)])
                    # it has to be on the disk before the public file is replaced
                    transaction.commit()

                unpublish(public, e, keep, by=by, day=day)
        except OSError as error:
            raise WriteFailed(f"Could not write to disk ({error.strerror}). It is still public.") from None
        self.dataset(fresh=True)
        return name

    def copies(self, public_id: str) -> tuple[str, ...]:
        """Return the ids of the private evidence that was public before, with the id `public_id`."""
        pattern = rf"{_private_stem(public_id)}(-[0-9]+)?"
        return tuple(i for i in self.read(fresh=True).evidence if re.fullmatch(pattern, i))

    def _free_id(self, public_id: str, raw: bytes, *, transaction: StorageTransaction) -> str:
        """Return the private id for evidence that is made private again. The id `public_id` stays with the public stub.

        `raw` is the contents of the evidence file. The same contents always get the same private id, so a second call
        after an interruption does not make a second copy.
        """
        stem, taken = _private_stem(public_id), self.public.read(fresh=True).evidence
        ids = chain([stem], (f"{stem}-{n}" for n in count(2)))
        return next(i for i in ids if i not in taken and transaction.read(_name_of(i)) in (None, raw))

    def _is_half_published(self, e: Evidence) -> bool:
        """Return whether public evidence has the same id and content as `e`.

        This happens if the machine stopped while `e` was published.
        """
        public = self.public.read(fresh=True).evidence.get(e.id)
        return public is not None and to_public(public) == to_public(e)

    def _require_not_public(self, e: Evidence) -> None:
        """Raise ValidationFailed if public evidence has the same id as `e`."""
        if e.id in self.public.read(fresh=True).evidence:
            raise ValidationFailed(
                (RuleViolation(self.root, ("id",), f"public evidence has the id {e.id!r}: choose another one"),)
            )


def _name_of(evidence_id: str) -> str:
    return f"evidence/{evidence_id}.yaml"


def _private_stem(public_id: str) -> str:
    """Return the first part of the private id for public evidence: the private id before a number is added.

    A long id is cut, because an id has at most 80 characters.
    """
    return f"{public_id[:65].rstrip('-')}-private"


def to_public(e: Evidence) -> Evidence:
    """Return the private evidence `e` as it is to be published.

    The result has the current texts and the active links of `e`. It has no handles, recorded times or history.
    """
    links = tuple(replace(link, recorded=None, events=()) for link in e.relevant_to if not is_withdrawn(link.events))
    return replace(e, version="", relevant_to=links, recorded=None, recorded_by=None, events=(), history=())
