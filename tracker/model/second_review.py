"""The second reader: where the settings ask for one, an assessment awaits another person, who confirms or declines it."""

from collections.abc import Iterable

from tracker.model.dataset import Record
from tracker.model.errors import NotAllowed
from tracker.model.lifecycle import events_by, is_active
from tracker.model.permissions import Permission, Person
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Settings
from tracker.model.vocabulary import EventType, Voice

CONFIRMATION_EVENTS = frozenset({EventType.CONFIRMED, EventType.CONFIRMATION_UNDONE})


def awaits_second_reader(settings: Settings, a: Assessment, moment: str | None) -> bool:
    """Whether civil society's assessment counts at a moment, and has a status that needs a second reader it has not had.

    Who wrote one by hand is not known: it awaits a second reader like any other.
    """
    asked = a.status in settings.second_reader and a.voice is Voice.CIVIL_SOCIETY
    return asked and is_active(a, moment) and not _confirmed(a, moment)


def _confirmed(a: Assessment, moment: str | None) -> bool:
    """Whether another person than the one who recorded it stands by it."""
    readers: list[str] = []
    for event in events_by(a, moment):
        if event.type is EventType.CONFIRMED and event.recorded_by not in (None, a.recorded_by):
            readers.append(event.recorded_by or "")
        elif event.type is EventType.CONFIRMATION_UNDONE and readers:
            readers.pop()  # what is taken back is the last confirmation
    return bool(readers)


def can_review(person: Person, a: Assessment) -> bool:
    """Whether somebody may be the second reader of an assessment: a reviewer, and not the one who recorded it."""
    return person.can(Permission.CONFIRM) and bool(person.handle) and person.handle != a.recorded_by


def require_reviewer_to_confirm(before: Iterable[Record | None], after: Iterable[Record], by: Person) -> None:
    """Raises NotAllowed where somebody else than a reviewer confirms an assessment, or takes a confirmation back."""
    pairs = zip(before, after, strict=True)
    if not by.can(Permission.CONFIRM) and any(_readings(new) > _readings(old) for old, new in pairs):
        raise NotAllowed("Only a reviewer confirms what somebody else recorded. Nothing was saved.")


def _readings(record: Record | None) -> int:
    said = record.assessments if isinstance(record, Recommendation) else ()
    return sum(event.type in CONFIRMATION_EVENTS for a in said for event in a.events)


def assessment_key(r: Recommendation, a: Assessment) -> str:
    """What an address calls an assessment: its recorded time; one that was written by hand has none, but a place."""
    return a.recorded or str(r.assessments.index(a))


def find_assessment(r: Recommendation, name: str) -> int | None:
    """The place of the assessment that an address names; None where there is no such one."""
    return next((i for i, a in enumerate(r.assessments) if name == (a.recorded or str(i))), None)
