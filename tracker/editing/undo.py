"""Taking things back without deleting them: undoing a save, withdrawing an assessment, checking that it is still so, confirming it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.lifecycle import REMOVING_EVENTS, is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.records import Event, Recommendation
from tracker.model.second_review import CONFIRMATION_EVENTS
from tracker.model.vocabulary import EventType

Text = Mapping[str, TextVariant]
OPPOSITE_EVENTS = {
    EventType.WITHDRAWN: EventType.RESTORED,
    EventType.RETIRED: EventType.RESTORED,
    EventType.RESTORED: EventType.WITHDRAWN,
    EventType.CHECKED: EventType.CHECK_UNDONE,
    EventType.CHECK_UNDONE: EventType.CHECKED,
    EventType.CONFIRMED: EventType.CONFIRMATION_UNDONE,
    EventType.CONFIRMATION_UNDONE: EventType.CONFIRMED,
}
IGNORED_FIELDS = {*RECORDED_LISTS, "events", "history", "version", "recorded", "recorded_by"}


def withdraw_assessment(r: Recommendation, place: int, reason: Text) -> Recommendation:
    """The recommendation with the assessment at a place withdrawn: it stays in the history and counts no more."""
    return _happened(r, place, Event(type=EventType.WITHDRAWN, reason=reason))


def confirm_unchanged(r: Recommendation, place: int, day: str, note: Text | None = None) -> Recommendation:
    """The recommendation with the assessment at a place checked on a day: nothing has changed."""
    return _happened(r, place, Event(type=EventType.CHECKED, date=day, reason=note))


def confirm_assessment(r: Recommendation, place: int) -> Recommendation:
    """The recommendation with the assessment at a place confirmed by a second reader."""
    return _happened(r, place, Event(type=EventType.CONFIRMED))


def _happened(r: Recommendation, place: int, event: Event) -> Recommendation:
    a = r.assessments[place]
    said = replace(a, events=(*a.events, event))
    return replace(r, assessments=(*r.assessments[:place], said, *r.assessments[place + 1 :]))


def reversal_of(before: Record | None, after: Record, reason: Text) -> Record:
    """What to save so that a save counts no more: `before` is None where the save made the record."""
    if before is None:
        return replace(after, events=(*after.events, Event(type=EventType.RETIRED, reason=reason)))
    changes: dict[str, Any] = {
        name: getattr(before, name)
        for name in after.__dataclass_fields__
        if name not in IGNORED_FIELDS and name != "id"
    }
    for name in RECORDED_LISTS:
        if items := getattr(after, name, ()):
            changes[name] = _items(getattr(before, name), items, reason)
    changes["events"] = _opposite(before.events, after.events, reason)
    return replace(after, **changes)


def _items(before: tuple[Any, ...], after: tuple[Any, ...], reason: Text) -> tuple[Any, ...]:
    """The items of after, those that the save added withdrawn, what it did to others reversed."""
    kept = []
    for place, item in enumerate(after):
        was = before[place] if place < len(before) else None
        if was is None:
            gone = Event(type=EventType.WITHDRAWN, reason=reason)
            kept.append(replace(item, events=(*item.events, gone)))
        else:
            kept.append(replace(item, events=_opposite(was.events, item.events, reason)))
    return tuple(kept)


def _opposite(before: tuple[Event, ...], after: tuple[Event, ...], reason: Text) -> tuple[Event, ...]:
    new = after[len(before) :]
    # a second withdrawal took nothing out, so taking it back brings nothing in
    gone = (
        [event for event in new if event.type in REMOVING_EVENTS][-1:]
        if is_withdrawn(before) != is_withdrawn(after)
        else []
    )
    checks = [e for e in reversed(new) if e.type not in REMOVING_EVENTS and (e.date or e.type in CONFIRMATION_EVENTS)]
    # the day goes along: it says which check is taken back
    return (*after, *(Event(type=OPPOSITE_EVENTS[e.type], date=e.date, reason=reason) for e in [*checks, *gone]))
