"""Second review: the settings can require that another person confirms assessments with certain statuses."""

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
    """Return whether a second person still has to confirm an assessment, at a moment (a timestamp, or None for now).

    This is the case for an active assessment by civil society that has one of the statuses in `settings.second_reader` and
    was not confirmed by another person. It also applies to assessments written by hand, whose author is not known.
    """
    required = a.status in settings.second_reader and a.voice is Voice.CIVIL_SOCIETY
    return required and is_active(a, moment) and not _is_confirmed(a, moment)


def _is_confirmed(a: Assessment, moment: str | None) -> bool:
    """Return whether someone other than the author confirmed the assessment, and the confirmation was not undone."""
    readers: list[str] = []
    for event in events_by(a, moment):
        if event.type is EventType.CONFIRMED and event.recorded_by not in (None, a.recorded_by):
            readers.append(event.recorded_by or "")
        elif event.type is EventType.CONFIRMATION_UNDONE and readers:
            readers.pop()  # it undoes the last confirmation
    return bool(readers)


def can_review(person: Person, a: Assessment) -> bool:
    """Return whether a person may confirm an assessment: only a reviewer who did not record it."""
    return person.can(Permission.CONFIRM) and bool(person.handle) and person.handle != a.recorded_by


def require_reviewer_to_confirm(before: Iterable[Record | None], after: Iterable[Record], by: Person) -> None:
    """Raise NotAllowed if a person who is not a reviewer confirms an assessment or undoes a confirmation.

    `before` and `after` are the same records, in the same order, before and after the change; None for a new record.
    """
    pairs = zip(before, after, strict=True)
    if not by.can(Permission.CONFIRM) and any(
        _count_confirmations(new) > _count_confirmations(old) for old, new in pairs
    ):
        raise NotAllowed("Only a reviewer can confirm what someone else recorded. Nothing was saved.")


def _count_confirmations(record: Record | None) -> int:
    """Return the number of confirmations in the assessments of a record, plus the number of undone confirmations."""
    assessments = record.assessments if isinstance(record, Recommendation) else ()
    return sum(event.type in CONFIRMATION_EVENTS for a in assessments for event in a.events)


def assessment_key(r: Recommendation, a: Assessment) -> str:
    """Return the key of an assessment in URLs: its recorded time, or its index if it has no recorded time."""
    return a.recorded or str(r.assessments.index(a))


def find_assessment(r: Recommendation, key: str) -> int | None:
    """Return the index of the assessment that has this key (see `assessment_key`), or None if there is none."""
    return next((i for i, a in enumerate(r.assessments) if key == (a.recorded or str(i))), None)
