"""Private notes and plans: editors can add, correct and take them back, but none is ever deleted.

A plan is a note on a committee, with the date until which something is to be done.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record_type

from tracker.editing.private.eyes import is_editor, require_editor
from tracker.editing.private.owned_lists import OwnedLists, saving_privately
from tracker.model import errors
from tracker.model.dataset import Dataset
from tracker.model.errors import NotAllowed, Problem, RuleViolation, ValidationFailed
from tracker.model.field_types import Handle, PartialDate, Timestamp
from tracker.model.labels import N_
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.organisations import Privacy
from tracker.model.permissions import Permission, Person
from tracker.storage.open_storage import open_storage
from tracker.storage.timestamps import TIMESTAMP_FORMAT, next_timestamp, utc_now
from tracker.storage.yaml.record_builder import build_record


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateNote:
    """A private note on a recommendation or a committee. `withdrawn` is the time when the note was taken back.

    `due` is the date of a plan, `done` when it was carried out. Without `private`, all organisations may change a note.
    """

    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_LENGTH)]
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    due: PartialDate | None = None
    done: PartialDate | None = None
    withdrawn: Timestamp | None = None
    withdrawn_by: Handle | None = None
    private: Privacy | None = None


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class NotesFile:
    """The contents of notes/<id>.<organisation>.yaml: notes on the recommendation or committee with this id, the newest last."""

    notes: tuple[PrivateNote, ...]


Notes = tuple[PrivateNote, ...]
_NOTES_HEADER = "# Private notes: only editors see them.\nnotes:\n"
NOTES_FOLDER = "notes"
"""The folder of the notes in the private storage."""


def active_notes(notes: Iterable[PrivateNote], moment: str | None) -> Notes:
    """Return the notes that were active at `moment` (ISO time in UTC, None for now). Notes without a time count only for now."""
    at = moment or "9"  # later than any timestamp
    recorded = (note for note in notes if moment is None or (note.recorded is not None and note.recorded <= at))
    return tuple(note for note in recorded if note.withdrawn is None or note.withdrawn > at)


def can_change_note(note: PrivateNote, by: Person) -> bool:
    """Return whether `by` may change a note: a reviewer all notes, an editor their own notes and those without an author."""
    return is_editor(by) and (note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH))


class PrivateNotes:
    """The notes in the storage `root`, on records that `read_dataset` returns. Threads and processes may share the notes."""

    def __init__(self, root: PurePath, read_dataset: Callable[[], Dataset]) -> None:
        self.root, self.read_dataset = root, read_dataset
        self._lists = OwnedLists[PrivateNote](NotesFile, "notes", _NOTES_HEADER, root=root)

    def add(
        self, subject_id: str, text: str, *, by: Person, due: str | None = None, private: Privacy | None = None
    ) -> PrivateNote:
        """Add a note (a plan, if `due` is given) at the end, and return it. `private` says to whom the note belongs.

        Raises NotAllowed, ValidationFailed, LockTimeout, WriteFailed or NoDataset; then nothing was saved.
        """
        require_editor(by)

        def change(notes: Notes, at: str) -> Notes:
            note = self._new_note(subject_id, {"text": text, "due": due}, at, by=by)
            return (*notes, replace(note, private=private))

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
        """Take back `note`, which stays in the file. With `instead`, add a new note with this text.

        The new note has the same `due`. Two arguments count only with `instead`: `done`, the date on which the plan was
        carried out, and `private`, which says to whom both notes belong now. Raises NoteChanged if the recorded note is
        not equal to `note`, and what `add` raises; then nothing was changed.
        """
        if not can_change_note(note, by):
            raise NotAllowed("Only who wrote a note, or a reviewer, can take it back. Nothing was changed.")

        def change(notes: Notes, at: str) -> Notes:
            if note not in notes or note.withdrawn:
                message = N_("This note was corrected or withdrawn in the meantime. Nothing was changed.")
                raise errors.NoteChanged(message)
            withdrawn = replace(note, withdrawn=at, withdrawn_by=by.handle)
            index, added = notes.index(note), tuple[PrivateNote, ...]()
            if instead is not None:
                values = {"text": instead, "due": note.due, "done": done or note.done}
                added = (replace(self._new_note(subject_id, values, at, by=by), private=private or note.private),)
                # who may not read the new note any more may not read the earlier one either
                withdrawn = replace(withdrawn, private=added[0].private)
            return (*notes[:index], withdrawn, *notes[index + 1 :], *added)

        self._write(subject_id, change)

    def read(self, dataset: Dataset) -> tuple[dict[str, Notes], list[Problem]]:
        """Return (mapping: id of recommendation or committee → notes, problems in the files). Include withdrawn notes."""

        def missing_kind(name: PurePath) -> str:
            is_known = name.stem in dataset.recommendations or name.stem in dataset.bodies
            return "" if is_known else "recommendation or committee"

        found, problems = self._lists.read_all(open_storage(self.root), NOTES_FOLDER, missing_kind=missing_kind)
        return {name.stem: notes for name, notes in found.items()}, problems

    def move_to_owners(self) -> None:
        """Move notes in old files to the files of their owners, as `OwnedLists.move_to_owners`."""
        self._lists.move_to_owners(open_storage(self.root), NOTES_FOLDER)

    def set_privacy(self, subject_id: str, chosen: Callable[[PrivateNote], Privacy | None]) -> None:
        """Give each note the Privacy that `chosen` returns. The caller checks the rights. Raises as `add`, except NotAllowed."""
        self._write(subject_id, lambda notes, _at: tuple(replace(note, private=chosen(note)) for note in notes))

    def _new_note(self, subject_id: str, values: Mapping[str, str | None], at: str, *, by: Person) -> PrivateNote:
        given = {name: value.strip() for name, value in values.items() if value is not None}
        note, errors = build_record(PrivateNote, {**given, "recorded": at, "recorded_by": by.handle})
        if note is None:
            path = self.root / NOTES_FOLDER / f"{subject_id}.yaml"
            raise ValidationFailed(tuple(RuleViolation(path, where, message) for where, message in errors))
        return note

    def _write(self, subject_id: str, change: Callable[[Notes, str], Notes]) -> Notes:
        """Change the notes on a recommendation or committee, save them, and return them."""
        dataset, name = self.read_dataset(), f"{NOTES_FOLDER}/{subject_id}.yaml"
        if subject_id not in dataset.recommendations and subject_id not in dataset.bodies:
            message = f"there is no recommendation or committee {subject_id!r}"
            raise ValidationFailed((RuleViolation(self.root / name, (), message),))
        with saving_privately(open_storage(self.root)) as transaction:
            now = next_timestamp(utc_now(), dataset, (), last_time=transaction.last_time)
            at = now.strftime(TIMESTAMP_FORMAT)
            storage = open_storage(self.root)
            notes, changed = self._lists.change_list(transaction, storage, name, lambda notes: change(notes, at))
            transaction.stage(changed, last_time=at)
        return notes
