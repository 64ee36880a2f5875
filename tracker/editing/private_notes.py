"""Private notes on recommendations: added behind each other, taken back and corrected, never deleted."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record

from tracker.editing.prepared_file import NotSaved
from tracker.editing.store import Refused, utc_now
from tracker.model.fields import Handle, Timestamp
from tracker.model.labels import N_
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.permissions import NotAllowed, Permission, Person
from tracker.model.problems import Problem, RuleViolation, TrackerError
from tracker.storage.atomic_write import replace_all
from tracker.storage.dataset_reader import Dataset, Reader, shown
from tracker.storage.file_lock import locked
from tracker.storage.record_builder import build
from tracker.storage.timestamps import MOMENT, next_moment
from tracker.storage.yaml_merge import merge
from tracker.storage.yaml_patch import splice
from tracker.storage.yaml_reader import BIGGEST, Broken, compose, decode, line_of, plain
from tracker.storage.yaml_writer import values_of

HEAD = "# Private notes: only editors see them.\nnotes:\n"
CHANGED = N_("This note was corrected or taken back in between. Nothing was changed.")


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Note:
    """A private note on a recommendation; `withdrawn` is when it was taken back."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    withdrawn: Timestamp | None = None
    withdrawn_by: Handle | None = None


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NotesFile:
    """notes/<recommendation>.yaml: the notes on it, the newest last."""

    notes: tuple[Note, ...]


Read = tuple[tuple[Note, ...], tuple[tuple[int, str], ...]]
"""The notes of one file, and (line, what is wrong) in it."""
After = Callable[[tuple[Note, ...], str], tuple[Note, ...]]
"""From the notes of a file and the time now to the notes that it is to hold."""


class NoteChanged(TrackerError):
    """The note is not there any more as it was seen."""


def told(notes: Iterable[Note], moment: str | None) -> tuple[Note, ...]:
    """The notes that had been recorded and not taken back by a moment, None for now."""
    at = moment or "9"
    there = (n for n in notes if moment is None or (n.recorded is not None and n.recorded <= at))
    return tuple(n for n in there if n.withdrawn is None or n.withdrawn > at)


def may_change(note: Note, by: Person) -> bool:
    """Whether this person may take the note back or correct it: it is their own, nobody's, or they are a reviewer."""
    if not by.can(Permission.SEE_PRIVATE) or not by.handle:
        return False
    return note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH)


@dataclass
class Notes:
    """The notes of one private folder. Threads and processes may share it."""

    root: Path
    reader: Reader
    _kept: dict[Path, tuple[tuple[int, ...], Read]] = field(default_factory=dict)

    def add(self, name: str, text: str, *, by: Person) -> Note:
        """Adds a note on a recommendation behind those that are there. Raises NotAllowed, Busy, Refused or NotSaved."""
        if not by.can(Permission.SEE_PRIVATE) or not by.handle:
            raise NotAllowed("Only an editor can add a note. Nothing was saved.")
        return self._write(name, lambda notes, at: (*notes, self._new(name, text, at, by)))[-1]

    def take_back(self, name: str, seen: Note, *, by: Person, instead: str | None = None) -> None:
        """Takes a note back, with another text in its place where it is corrected. It stays in the file.

        Raises NoteChanged where the note is not there as it was seen, and what `add` raises; then nothing was changed.
        """
        if not may_change(seen, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")

        def after(notes: tuple[Note, ...], at: str) -> tuple[Note, ...]:
            if seen not in notes or seen.withdrawn:
                raise NoteChanged(CHANGED)
            gone = replace(seen, withdrawn=at, withdrawn_by=by.handle)
            place = notes.index(seen)
            more = () if instead is None else (self._new(name, instead, at, by),)
            return (*notes[:place], gone, *notes[place + 1 :], *more)

        self._write(name, after)

    def read(self, dataset: Dataset) -> tuple[dict[str, tuple[Note, ...]], list[Problem]]:
        """The notes by recommendation, and what is wrong in their files."""
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

    def _new(self, name: str, text: str, at: str, by: Person) -> Note:
        new, wrong = build(Note, {"text": text.strip(), "recorded": at, "recorded_by": by.handle})
        if new is None:
            raise Refused(tuple(RuleViolation(self._path(name), where, what) for where, what in wrong))
        return new

    def _path(self, name: str) -> Path:
        return self.root / "notes" / f"{name}.yaml"

    def _write(self, name: str, after: After) -> tuple[Note, ...]:
        dataset = self.reader.read()
        if name not in dataset.recommendations:
            raise Refused((RuleViolation(self._path(name), (), f"there is no recommendation {name!r}"),))
        try:
            make(self.root)
            with locked(self.root / ".lock") as lock:
                at = next_moment(utc_now(), dataset, (), lock).strftime(MOMENT)
                notes = _put(self._path(name), after, at)
                os.pwrite(lock, at.encode(), 0)
        except OSError as bad:
            raise NotSaved(f"The disk did not take it ({bad.strerror}). Nothing was saved.") from None
        return notes


def make(root: Path) -> None:
    """Makes the private folder where there is none yet. NotSaved where that fails."""
    try:
        # nobody else on this machine looks in
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as bad:
        raise NotSaved(f"The private folder cannot be made ({bad.strerror}). Nothing was saved.") from None


def _put(path: Path, after: After, at: str) -> tuple[Note, ...]:
    """Writes the notes that are wanted, read back before they are trusted; what else stands in the file stays."""
    raw = path.read_bytes() if path.exists() else None
    try:
        text = decode(raw) if raw is not None else HEAD
        written = plain(compose(text))
        if raw is None:
            written = {"notes": []}
        before, _ = build(NotesFile, written)
        if before is not None:
            notes = after(before.notes, at)
            old, new = ([values_of(note) for note in some] for some in (before.notes, notes))
            wanted = {**written, "notes": merge(written["notes"], old, new)}
            for quoted in (False, True):
                out = splice(text, wanted, quoted=quoted).encode()
                again, _ = build(NotesFile, plain(compose(decode(out))))
                if again is not None and again.notes == notes:
                    replace_all([(path, raw, out)])
                    return notes
    except (Broken, AttributeError, TypeError):
        pass
    raise NotSaved(f"{path.name} cannot be read: correct it first. Nothing was saved.")


def _read(path: Path, size: int) -> Read:
    if size > BIGGEST:
        return (), ((1, f"the file has {size:,} bytes; at most {BIGGEST:,} are read"),)
    try:
        node = compose(decode(path.read_bytes()))
    except Broken as bad:
        return (), ((bad.line, bad.what),)
    read, wrong = build(NotesFile, plain(node))
    return read.notes if read else (), tuple((line_of(node, where), what) for where, what in wrong)
