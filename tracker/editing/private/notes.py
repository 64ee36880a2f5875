"""Private notes and plans: editors can add, correct and take them back, but none is ever deleted.

A plan is a note on a committee, with the date until which something is to be done.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass as record_type

from tracker.editing.private.eyes import is_editor
from tracker.editing.private.owned_lists import ListKind
from tracker.model.field_types import Handle, PartialDate, Timestamp
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, MAX_TEXT_LENGTH
from tracker.model.organisations import Privacy
from tracker.model.permissions import Permission, Person


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
NOTES_FOLDER = "notes"
"""The folder of the notes in the private storage."""
NOTES = ListKind(
    NotesFile,
    "notes",
    "Private notes: only editors see them.",
    subjects={NOTES_FOLDER: ("recommendation or committee", ("recommendations", "bodies"))},
)


def active_notes(notes: Iterable[PrivateNote], moment: str | None) -> Notes:
    """Return the notes that were active at `moment` (ISO time in UTC, None for now). Notes without a time count only for now."""
    at = moment or "9"  # later than any timestamp
    recorded = (note for note in notes if moment is None or (note.recorded is not None and note.recorded <= at))
    return tuple(note for note in recorded if note.withdrawn is None or note.withdrawn > at)


def can_change_note(note: PrivateNote, by: Person) -> bool:
    """Return whether `by` may change a note: a reviewer all notes, an editor their own notes and those without an author."""
    return is_editor(by) and (note.recorded_by in (None, by.handle) or by.can(Permission.PUBLISH))


def notes_name(subject_id: str) -> str:
    """Return the name of the list of notes on a recommendation or committee."""
    return f"{NOTES_FOLDER}/{subject_id}.yaml"
