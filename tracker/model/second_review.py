"""Second review: the settings can require that another person confirms assessments with certain statuses."""

from collections.abc import Iterable

from tracker.model.dataset import Record
from tracker.model.errors import NotAllowed
from tracker.model.lifecycle import events_by, is_active, standing_events
from tracker.model.permissions import Permission, Person
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Settings
from tracker.model.vocabulary import EventType, Voice

CONFIRMATION_EVENTS = frozenset({EventType.CONFIRMED, EventType.CONFIRMATION_UNDONE})


def awaits_second_reader(settings: Settings, a: Assessment, moment: str | None) -> bool:
    """Return whether a second person must still confirm assessment `a` at `moment` (a timestamp, or None for now).

    This is so if all of these are true: an organisation or an editor made the assessment; its status is in `settings.second_reader`;
    it is not withdrawn; and no other person confirmed it. Assessments written by hand, without a known author, are
    included.
    """
    required = a.status in settings.second_reader and a.voice is Voice.CIVIL_SOCIETY
    return required and is_active(a, moment) and not _is_confirmed(a, moment)


def _is_confirmed(a: Assessment, moment: str | None) -> bool:
    """Return whether a person other than the author confirmed assessment `a` by `moment`.

    A confirmation that was undone does not count.
    """
    confirmations = standing_events(events_by(a, moment), EventType.CONFIRMED, EventType.CONFIRMATION_UNDONE)
    return any(event.recorded_by not in (None, a.recorded_by) for event in confirmations)


def can_review(person: Person, a: Assessment) -> bool:
    """Return whether `person` may confirm assessment `a`: a reviewer may, except the one who recorded it."""
    return person.can(Permission.CONFIRM) and bool(person.handle) and person.handle != a.recorded_by


def require_reviewer_to_confirm(before: Iterable[Record | None], after: Iterable[Record], by: Person) -> None:
    """Raise NotAllowed if `by` is not a reviewer and the change confirms an assessment or undoes a confirmation.

    `before` has the records before the change, `after` the same records after it, in the same order. For a new record,
    `before` has None.
    """
    pairs = zip(before, after, strict=True)
    if not by.can(Permission.CONFIRM) and any(
        _count_confirmations(new) > _count_confirmations(old) for old, new in pairs
    ):
        raise NotAllowed("Only a reviewer can confirm what someone else recorded. Nothing was saved.")


def _count_confirmations(record: Record | None) -> int:
    """Return how many events in the assessments of `record` are confirmations or undo a confirmation.

    Return 0 for None.
    """
    assessments = record.assessments if isinstance(record, Recommendation) else ()
    return sum(event.type in CONFIRMATION_EVENTS for a in assessments for event in a.events)


def assessment_key(r: Recommendation, a: Assessment) -> str:
    """Return the text that stands for assessment `a` in URLs: its recorded time, or its index in `r` if it has none."""
    return a.recorded or str(r.assessments.index(a))


def find_assessment_index(r: Recommendation, key: str) -> int | None:
    """Return the index of the assessment in `r` with this `key` (see `assessment_key`), or None if there is none."""
    return next((i for i, a in enumerate(r.assessments) if key == (a.recorded or str(i))), None)
