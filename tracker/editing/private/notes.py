"""Private notes on recommendations, and private plans. Editors can add, correct and take back both; none is ever deleted.

A plan is a note on a committee, with the date until which something is to be done.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record

from tracker.editing.private.lists import ListCache, ListKind, change_list, saving
from tracker.model.dataset import Dataset
from tracker.model.errors import NotAllowed, NoteChanged, Problem, RuleViolation, ValidationFailed
from tracker.model.field_types import Handle, PartialDate, Timestamp
from tracker.model.labels import N_
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.organisations import Privacy
from tracker.model.permissions import Permission, Person
from tracker.storage.dataset_reader import display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.timestamps import TIMESTAMP_FORMAT, next_timestamp, utc_now
from tracker.storage.yaml.record_builder import build_record

NOTE_CHANGED_MESSAGE = N_("This note was corrected or withdrawn in the meantime. Nothing was changed.")


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateNote:
    """A private note on a recommendation or a committee. `withdrawn` is the time when the note was taken back.

    `due` is the date of a plan, `done` the date on which the plan was carried out. `private` says whose the note is.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    due: PartialDate | None = None
    done: PartialDate | None = None
    withdrawn: Timestamp | None = None
    withdrawn_by: Handle | None = None
    private: Privacy | None = None


@record(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NotesFile:
    """The contents of notes/<id>.yaml, with the id of a recommendation or a committee; the newest note is last."""

    notes: tuple[PrivateNote, ...]


NOTES_LIST: ListKind[PrivateNote] = ListKind(NotesFile, "notes", "# Private notes: only editors see them.\nnotes:\n")
NOTES_FOLDER = "notes"
"""The folder of the notes in the private storage."""
NotesChange = Callable[[tuple[PrivateNote, ...], str], tuple[PrivateNote, ...]]
"""A function that takes the notes of a file and the current time (ISO, UTC), and returns the new notes of the file."""


def active_notes(notes: Iterable[PrivateNote], moment: str | None) -> tuple[PrivateNote, ...]:
    """Return the notes that were active at the time `moment`: recorded by then, and not yet taken back.

    `moment` is an ISO time in UTC; None means now.
    """
    at = moment or "9"  # later than any timestamp
    recorded = (note for note in notes if moment is None or (note.recorded is not None and note.recorded <= at))
    return tuple(note for note in recorded if note.withdrawn is None or note.withdrawn > at)


def can_change_note(note: PrivateNote, by: Person) -> bool:
    """Return whether the person `by` may correct or take back the note.

    A reviewer may change every note. An editor may change their own notes, and notes that have no author.
    """
    if not by.can(Permission.SEE_PRIVATE) or not by.handle:
        return False
    return note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH)


@dataclass
class PrivateNotes:
    """The notes in one private storage. Several threads and processes may use it at the same time.

    `read_dataset` returns the dataset with the recommendations and committees that notes may be about.
    """

    root: PurePath
    read_dataset: Callable[[], Dataset]
    _cache: ListCache[PrivateNote] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without anything read."""
        self._cache = ListCache(NOTES_LIST, self.root)

    def add(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, private: Privacy | None = None
    ) -> PrivateNote:
        """Add a note with `text` after the other notes on the recommendation or committee, and return the new note.

        `due` is the date of a plan. `private` says whose the note is.

        Raises NotAllowed, ValidationFailed, LockTimeout, WriteFailed or NoDataset. After an error nothing was saved.
        """
        if not by.can(Permission.SEE_PRIVATE) or not by.handle:
            raise NotAllowed("Only an editor can add a note. Nothing was saved.")
        values = {"text": text, "due": due}

        def change(notes: tuple[PrivateNote, ...], at: str) -> tuple[PrivateNote, ...]:
            return (*notes, replace(self._new_note(subject_id, values, at, by=by), private=private))

        return self._write(subject_id, change)[-1]

    def take_back(
        self,
        subject_id: str,
        note: PrivateNote,
        *,
        by: Person,
        instead: str | None = None,
        done: str | None = None,
        private: Privacy | None = None,
    ) -> None:
        """Take back `note`. If `instead` is given, add a note with that text. The old note stays in the file.

        The new note keeps the date of a plan, and whose it is, unless `private` says otherwise. `done` is the date on
        which the plan was carried out.

        Raises NoteChanged if the note in the file is no longer equal to `note`, and what `add` raises. After an error
        nothing was changed.
        """
        if not can_change_note(note, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")

        def change(notes: tuple[PrivateNote, ...], at: str) -> tuple[PrivateNote, ...]:
            if note not in notes or note.withdrawn:
                raise NoteChanged(NOTE_CHANGED_MESSAGE)
            withdrawn = replace(note, withdrawn=at, withdrawn_by=by.handle)
            index = notes.index(note)
            values = {"text": instead, "due": note.due, "done": done or note.done}
            if instead is None:
                return (*notes[:index], withdrawn, *notes[index + 1 :])
            new = replace(self._new_note(subject_id, values, at, by=by), private=private or note.private)
            # what no longer is shared stays with nobody but its owner, in the earlier version too
            withdrawn = replace(withdrawn, private=new.private)
            return (*notes[:index], withdrawn, *notes[index + 1 :], new)

        self._write(subject_id, change)

    def read(self, dataset: Dataset) -> tuple[dict[str, tuple[PrivateNote, ...]], list[Problem]]:
        """Return the notes as id of the recommendation or committee → notes, and the problems in the files.

        A file that has not changed since the last call is not parsed again.
        """
        found, problems = dict[str, tuple[PrivateNote, ...]](), list[Problem]()
        for name, found[name.stem], wrong in self._cache.read_all(open_storage(self.root), NOTES_FOLDER):
            if name.stem not in dataset.recommendations and name.stem not in dataset.bodies:
                message = "there is no recommendation or committee with this id; correct the file's name"
                problems.append(Problem(display_path(self.root / name), 1, message))
            problems += wrong
        return found, problems

    def share(self, subject_id: str, chosen: Callable[[PrivateNote], Privacy | None]) -> None:
        """Let the notes on a subject belong to whom `chosen` says. Raises what `add` raises."""
        self._write(subject_id, lambda notes, _at: tuple(replace(note, private=chosen(note)) for note in notes))

    def _new_note(self, subject_id: str, values: Mapping[str, str | None], at: str, *, by: Person) -> PrivateNote:
        given = {name: value.strip() for name, value in values.items() if value is not None}
        note, errors = build_record(PrivateNote, {**given, "recorded": at, "recorded_by": by.handle})
        if note is None:
            path = self._path(subject_id)
            raise ValidationFailed(tuple(RuleViolation(path, where, message) for where, message in errors))
        return note

    def _path(self, subject_id: str) -> PurePath:
        return self.root / _name_of(subject_id)

    def _write(self, subject_id: str, change: NotesChange) -> tuple[PrivateNote, ...]:
        """Change the notes on a recommendation or committee with the function `change`, and return the new notes."""
        dataset = self.read_dataset()
        if subject_id not in dataset.recommendations and subject_id not in dataset.bodies:
            raise ValidationFailed(
                (RuleViolation(self._path(subject_id), (), f"there is no recommendation or committee {subject_id!r}"),)
            )
        with saving(open_storage(self.root)) as transaction:
            now = next_timestamp(utc_now(), dataset, (), last_time=transaction.last_time)
            at = now.strftime(TIMESTAMP_FORMAT)
            notes, changed = change_list(
                transaction, _name_of(subject_id), lambda notes: change(notes, at), kind=NOTES_LIST
            )
            transaction.stage([changed], last_time=at)
        return notes


def _name_of(subject_id: str) -> str:
    return f"{NOTES_FOLDER}/{subject_id}.yaml"
