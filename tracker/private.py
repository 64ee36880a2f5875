"""What only editors see: private evidence, and private notes on recommendations. Nothing public is built from here."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record

from tracker import rules
from tracker.build import build
from tracker.check import located
from tracker.dataset import Dataset, Reader, shown
from tracker.disk import replace_all
from tracker.fields import Handle, Moment
from tracker.files import BIGGEST, Broken, compose, decode, line_of, plain
from tracker.lock import locked
from tracker.model import Evidence
from tracker.people import Deed, NotAllowed, Person
from tracker.problems import Finding, NoDataset, Problem
from tracker.ready import NotSaved
from tracker.recorded import MOMENT, next_moment
from tracker.render import values_of
from tracker.splice import splice
from tracker.store import Conflict, Refused, Store, utc_now
from tracker.texts import CLOSED, LONGEST
from tracker.told import is_gone
from tracker.view import View

HEAD = "# Private notes: only editors see them.\nnotes:\n"


@record(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Note:
    """A private note on a recommendation."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    recorded: Moment | None = None
    recorded_by: Handle | None = None


@record(frozen=True, slots=True, kw_only=True, config=CLOSED)
class NotesFile:
    """notes/<recommendation>.yaml: the notes on it, the newest last."""

    notes: tuple[Note, ...]


Read = tuple[tuple[Note, ...], tuple[tuple[int, str], ...]]
"""The notes of one file, and (line, what is wrong) in it."""


@dataclass(frozen=True, slots=True)
class Private:
    """Everything that the private folder says, with what is wrong in it. Immutable."""

    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class PrivateReader(Reader):
    """Reads private evidence beside the public records that it bears on: private may name public, never the reverse."""

    def __init__(self, root: Path, public: Reader, *, look_every: float | None = None) -> None:
        super().__init__(root, look_every=look_every)
        self.public = public

    def read(self, *, fresh: bool = False) -> Dataset:
        """The public dataset with the private evidence in the place of the public one; its root is the private folder."""
        public, own = self.public.read(fresh=fresh), None
        with suppress(FileNotFoundError):
            # nothing was kept there yet
            self.root.stat()
            own = super().read(fresh=fresh)
        settings = shown(self.root / "tracker.yaml")
        return replace(
            public,
            root=self.root,
            evidence=own.evidence if own else {},
            problems=tuple(problem for problem in own.problems if problem.path != settings) if own else (),
            signature=f"{public.signature}-{own.signature if own else ''}",
            sums=own.sums if own else {},
        )


class PrivateFolder:
    """The private folder of one dashboard. Threads and processes may share it."""

    def __init__(self, root: Path, public: Reader) -> None:
        self.root, self.reader = root, PrivateReader(root, public)
        self.store = Store(self.reader)
        self._kept: dict[Path, tuple[tuple[int, ...], Read]] = {}

    def read(self, *, fresh: bool = False) -> Private:
        """What it holds; what cannot be read is a problem."""
        try:
            dataset = self.reader.read(fresh=fresh)
        except NoDataset as bad:
            return Private(problems=(Problem(shown(self.root), 1, str(bad)),))
        notes, wrong = self._notes(dataset)
        return Private(dataset.evidence, notes, (*dataset.problems, *wrong))

    def check(self) -> list[Problem]:
        """Everything that is wrong in it, by file and line: the checks of public evidence, and that no id is public too."""
        private = self.read(fresh=True)
        with suppress(NoDataset):
            dataset, public = self.reader.read(), self.reader.public.read()
            found = [finding for e in dataset.evidence.values() for finding in rules.of_record(dataset, e)]
            found += [
                Finding(dataset.file_of(e), (), f"{e.id} is public too; delete this copy, or give it another name")
                for e in dataset.evidence.values()
                if e.id in public.evidence
            ]
            return sorted([*private.problems, *located(found)])
        return list(private.problems)

    def view(self, public: View) -> View:
        """The view of a page with the private evidence in the place of the public one."""
        mine = replace(public.dataset, root=self.root, evidence=self.read().evidence, signature="private")
        return replace(public, dataset=mine)

    def save(self, e: Evidence, *, by: Person, reason: str) -> None:
        """Saves private evidence as the store saves any; raises what it raises."""
        self._is_not_public(e)
        self._make()
        self.store.save(e, by=by, reason=reason)

    def note(self, name: str, text: str, *, by: Person) -> Note:
        """Adds a note on a recommendation behind those that are there. Raises NotAllowed, Busy, Refused or NotSaved."""
        if not by.may(Deed.SEE_PRIVATE) or not by.handle:
            raise NotAllowed("Only an editor can add a note. Nothing was saved.")
        path, dataset = self.root / "notes" / f"{name}.yaml", self.reader.read()
        if name not in dataset.recommendations:
            raise Refused((Finding(path, (), f"there is no recommendation {name!r}"),))
        try:
            self._make()
            with locked(self.root / ".lock") as lock:
                at = next_moment(utc_now(), dataset, (), lock).strftime(MOMENT)
                new, wrong = build(Note, {"text": text.strip(), "recorded": at, "recorded_by": by.handle})
                if new is None:
                    raise Refused(tuple(Finding(path, where, what) for where, what in wrong))
                self._append(path, new)
                os.pwrite(lock, at.encode(), 0)
        except OSError as bad:
            raise NotSaved(f"The disk did not take it ({bad.strerror}). Nothing was saved.") from None
        return new

    def publish(self, seen: Evidence, to: Store, *, by: Person) -> None:
        """Makes private evidence public as it was seen: the public file first, with every check, then the private one goes.

        Raises NotAllowed, Conflict where it is another one by now, and what the store raises; then it stays private.
        """
        if not by.may(Deed.PUBLISH):
            raise NotAllowed("Only a reviewer can make something public. It stays private.")
        path = self.root / "evidence" / f"{seen.id}.yaml"
        with locked(self.root / ".lock"):
            now = self.reader.read(fresh=True).evidence.get(seen.id)
            if now is None or now.version != seen.version:
                raise Conflict(seen, now)
            self._is_not_public(now)
            to.save(as_public(now), by=by, reason="Made public.")
            try:
                path.unlink()
            except OSError as bad:
                raise NotSaved(
                    f"It is public now. The private copy is still there ({bad.strerror}): delete it."
                ) from None
        self.reader.read(fresh=True)

    def _is_not_public(self, e: Evidence) -> None:
        if e.id in self.reader.public.read(fresh=True).evidence:
            raise Refused((Finding(self.root, ("id",), f"public evidence has the id {e.id!r}: take another one"),))

    def _make(self) -> None:
        try:
            # nobody else on this machine looks in
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as bad:
            raise NotSaved(f"The private folder cannot be made ({bad.strerror}). Nothing was saved.") from None

    def _append(self, path: Path, new: Note) -> None:
        raw = path.read_bytes() if path.exists() else None
        try:
            text = decode(raw) if raw is not None else HEAD
            written = plain(compose(text))
            notes = (written.get("notes") or []) if raw is not None else []
            wanted = {**written, "notes": [*notes, values_of(new)]}
            for quoted in (False, True):
                out = splice(text, wanted, quoted=quoted).encode()
                again, _ = build(NotesFile, plain(compose(decode(out))))
                if again is not None and again.notes[-1] == new and len(again.notes) == len(notes) + 1:
                    return replace_all([(path, raw, out)])
        except (Broken, AttributeError, TypeError):
            pass
        raise NotSaved(f"{path.name} cannot be read: correct it first. Nothing was saved.")

    def _notes(self, dataset: Dataset) -> tuple[dict[str, tuple[Note, ...]], list[Problem]]:
        kept, problems = dict[Path, tuple[tuple[int, ...], Read]](), list[Problem]()
        for path in sorted((self.root / "notes").glob("[!.]*.yaml")):
            if path.stem not in dataset.recommendations:
                problems.append(Problem(shown(path), 1, "no recommendation has this name; correct the file's name"))
            try:
                seen = path.stat()
                sign = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
                known = self._kept.get(path)
                kept[path] = known if known and known[0] == sign else (sign, _read(path, seen.st_size))
                problems += [Problem(shown(path), line, what) for line, what in kept[path][1][1]]
            except OSError as bad:
                problems.append(Problem(shown(path), 1, f"cannot be read ({bad.strerror}); check who may read it"))
        # what a file said before is kept nowhere: words that were removed are gone from memory too
        self._kept = kept
        return {path.stem: read[0] for path, (_, read) in kept.items()}, problems


def _read(path: Path, size: int) -> Read:
    if size > BIGGEST:
        return (), ((1, f"the file has {size:,} bytes; at most {BIGGEST:,} are read"),)
    try:
        node = compose(decode(path.read_bytes()))
    except Broken as bad:
        return (), ((bad.line, bad.what),)
    read, wrong = build(NotesFile, plain(node))
    return read.notes if read else (), tuple((line_of(node, where), what) for where, what in wrong)


def as_public(e: Evidence) -> Evidence:
    """Private evidence as it would be made public: what it says now, without who kept it privately, when, and what it said before."""
    bears = tuple(replace(b, recorded=None, afterwards=()) for b in e.bears_on if not is_gone(b.afterwards))
    return replace(e, version="", bears_on=bears, recorded=None, recorded_by=None, afterwards=(), history=())
