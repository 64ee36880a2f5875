"""Private notes on recommendations: added behind each other, taken back and corrected, never deleted."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record

from tracker.model.dataset import Dataset
from tracker.model.errors import InvalidFile, NotAllowed, NoteChanged, ValidationFailed, WriteFailed
from tracker.model.fields import Handle, Timestamp
from tracker.model.labels import N_
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.permissions import Permission, Person
from tracker.model.problems import Problem, RuleViolation
from tracker.storage.atomic_write import replace_all
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_lock import lock_file
from tracker.storage.record_builder import build_record
from tracker.storage.timestamps import TIMESTAMP_FORMAT, next_timestamp, utc_now
from tracker.storage.yaml_merge import merge_values
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import MAX_BYTES, compose, decode, find_line, to_values
from tracker.storage.yaml_writer import record_values

NOTES_HEADER = "# Private notes: only editors see them.\nnotes:\n"
NOTE_CHANGED_MESSAGE = N_("This note was corrected or taken back in between. Nothing was changed.")


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateNote:
    """A private note on a recommendation; `withdrawn` is when it was taken back."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    withdrawn: Timestamp | None = None
    withdrawn_by: Handle | None = None


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NotesFile:
    """notes/<recommendation>.yaml: the notes on it, the newest last."""

    notes: tuple[PrivateNote, ...]


Read = tuple[tuple[PrivateNote, ...], tuple[tuple[int, str], ...]]
"""The notes of one file, and (line, what is wrong) in it."""
After = Callable[[tuple[PrivateNote, ...], str], tuple[PrivateNote, ...]]
"""From the notes of a file and the time now to the notes that it is to hold."""


def active_notes(notes: Iterable[PrivateNote], moment: str | None) -> tuple[PrivateNote, ...]:
    """The notes that had been recorded and not taken back by a moment, None for now."""
    at = moment or "9"
    there = (n for n in notes if moment is None or (n.recorded is not None and n.recorded <= at))
    return tuple(n for n in there if n.withdrawn is None or n.withdrawn > at)


def can_change_note(note: PrivateNote, by: Person) -> bool:
    """Whether this person may take the note back or correct it: it is their own, nobody's, or they are a reviewer."""
    if not by.can(Permission.SEE_PRIVATE) or not by.handle:
        return False
    return note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH)


@dataclass
class PrivateNotes:
    """The notes of one private folder. Threads and processes may share it."""

    root: Path
    reader: DatasetReader
    _kept: dict[Path, tuple[tuple[int, ...], Read]] = field(default_factory=dict)

    def add(self, name: str, text: str, *, by: Person) -> PrivateNote:
        """Adds a note on a recommendation behind those that are there. Raises NotAllowed, Busy, Refused or NotSaved."""
        if not by.can(Permission.SEE_PRIVATE) or not by.handle:
            raise NotAllowed("Only an editor can add a note. Nothing was saved.")
        return self._write(name, lambda notes, at: (*notes, self._new(name, text, at, by)))[-1]

    def take_back(self, name: str, seen: PrivateNote, *, by: Person, instead: str | None = None) -> None:
        """Takes a note back, with another text in its place where it is corrected. It stays in the file.

        Raises NoteChanged where the note is not there as it was seen, and what `add` raises; then nothing was changed.
        """
        if not can_change_note(seen, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")

        def after(notes: tuple[PrivateNote, ...], at: str) -> tuple[PrivateNote, ...]:
            if seen not in notes or seen.withdrawn:
                raise NoteChanged(NOTE_CHANGED_MESSAGE)
            gone = replace(seen, withdrawn=at, withdrawn_by=by.handle)
            place = notes.index(seen)
            more = () if instead is None else (self._new(name, instead, at, by),)
            return (*notes[:place], gone, *notes[place + 1 :], *more)

        self._write(name, after)

    def read(self, dataset: Dataset) -> tuple[dict[str, tuple[PrivateNote, ...]], list[Problem]]:
        """The notes by recommendation, and what is wrong in their files."""
        kept, problems = dict[Path, tuple[tuple[int, ...], Read]](), list[Problem]()
        for path in sorted((self.root / "notes").glob("[!.]*.yaml")):
            if path.stem not in dataset.recommendations:
                problems.append(
                    Problem(display_path(path), 1, "no recommendation has this name; correct the file's name")
                )
            try:
                seen = path.stat()
                sign = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
                known = self._kept.get(path)
                kept[path] = known if known and known[0] == sign else (sign, _read(path, seen.st_size))
                problems += [Problem(display_path(path), line, what) for line, what in kept[path][1][1]]
            except OSError as bad:
                problems.append(
                    Problem(display_path(path), 1, f"cannot be read ({bad.strerror}); check who may read it")
                )
        # what a file said before is kept nowhere: words that were removed are gone from memory too
        self._kept = kept
        return {path.stem: read[0] for path, (_, read) in kept.items()}, problems

    def _new(self, name: str, text: str, at: str, by: Person) -> PrivateNote:
        new, wrong = build_record(PrivateNote, {"text": text.strip(), "recorded": at, "recorded_by": by.handle})
        if new is None:
            raise ValidationFailed(tuple(RuleViolation(self._path(name), where, what) for where, what in wrong))
        return new

    def _path(self, name: str) -> Path:
        return self.root / "notes" / f"{name}.yaml"

    def _write(self, name: str, after: After) -> tuple[PrivateNote, ...]:
        dataset = self.reader.read()
        if name not in dataset.recommendations:
            raise ValidationFailed((RuleViolation(self._path(name), (), f"there is no recommendation {name!r}"),))
        try:
            create_note(self.root)
            with lock_file(self.root / ".lock") as lock:
                at = next_timestamp(utc_now(), dataset, (), lock).strftime(TIMESTAMP_FORMAT)
                notes = _put(self._path(name), after, at)
                os.pwrite(lock, at.encode(), 0)
        except OSError as bad:
            raise WriteFailed(f"The disk did not take it ({bad.strerror}). Nothing was saved.") from None
        return notes


def create_note(root: Path) -> None:
    """Makes the private folder where there is none yet. NotSaved where that fails."""
    try:
        # nobody else on this machine looks in
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as bad:
        raise WriteFailed(f"The private folder cannot be made ({bad.strerror}). Nothing was saved.") from None


def _put(path: Path, after: After, at: str) -> tuple[PrivateNote, ...]:
    """Writes the notes that are wanted, read back before they are trusted; what else stands in the file stays."""
    raw = path.read_bytes() if path.exists() else None
    try:
        written = to_values(compose(decode(raw))) if raw is not None else {"notes": []}
        before, _ = build_record(NotesFile, written)
        if before is not None:
            notes = after(before.notes, at)
            old, new = ([record_values(note) for note in some] for some in (before.notes, notes))
            wanted = {**written, "notes": merge_values(written["notes"], old, new)}

            def read_back(out: bytes) -> NotesFile | None:
                again, _ = build_record(NotesFile, to_values(compose(decode(out))))
                return again if again is not None and again.notes == notes else None

            out, _ = patch_file(raw, wanted, read_back=read_back, header=NOTES_HEADER)
            replace_all([(path, raw, out)])
            return notes
    except (InvalidFile, AttributeError, TypeError):
        pass
    raise WriteFailed(f"{path.name} cannot be read: correct it first. Nothing was saved.")


def _read(path: Path, size: int) -> Read:
    if size > MAX_BYTES:
        return (), ((1, f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read"),)
    try:
        node = compose(decode(path.read_bytes()))
    except InvalidFile as bad:
        return (), ((bad.line, bad.message),)
    read, wrong = build_record(NotesFile, to_values(node))
    return read.notes if read else (), tuple((find_line(node, where), what) for where, what in wrong)
