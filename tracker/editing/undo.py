"""Add events to what is recorded: withdraw, check or confirm an assessment, and undo a save. Nothing is deleted."""

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
"""For each type of event, the type of event that undoes it."""
IGNORED_FIELDS = {*RECORDED_LISTS, "events", "history", "version", "recorded", "recorded_by"}
"""Fields that an undo does not reset: lists and events may only be added to, and the store sets the other fields."""


def withdraw_assessment(r: Recommendation, index: int, reason: Text) -> Recommendation:
    """Return the recommendation with the assessment at an index withdrawn.

    The assessment stays in the history but no longer counts.
    """
    return _with_event(r, index, Event(type=EventType.WITHDRAWN, reason=reason))


def confirm_unchanged(r: Recommendation, index: int, day: str, note: Text | None = None) -> Recommendation:
    """Return the recommendation with the assessment at an index marked as checked and unchanged on a day (ISO date)."""
    return _with_event(r, index, Event(type=EventType.CHECKED, date=day, reason=note))


def confirm_assessment(r: Recommendation, index: int) -> Recommendation:
    """Return the recommendation with the assessment at an index confirmed by a second reader."""
    return _with_event(r, index, Event(type=EventType.CONFIRMED))


def _with_event(r: Recommendation, index: int, event: Event) -> Recommendation:
    a = r.assessments[index]
    updated = replace(a, events=(*a.events, event))
    return replace(r, assessments=(*r.assessments[:index], updated, *r.assessments[index + 1 :]))


def reversal_of(before: Record | None, after: Record, reason: Text) -> Record:
    """Return the record to save in order to undo the save that changed `before` to `after`.

    `before` is None if that save created the record; then the record is retired.
    """
    if before is None:
        return replace(after, events=(*after.events, Event(type=EventType.RETIRED, reason=reason)))
    changes: dict[str, Any] = {
        name: getattr(before, name)
        for name in after.__dataclass_fields__
        if name not in IGNORED_FIELDS and name != "id"
    }
    for name in RECORDED_LISTS:
        if items := getattr(after, name, ()):
            changes[name] = _reverse_items(getattr(before, name), items, reason)
    changes["events"] = _reverse_events(before.events, after.events, reason)
    return replace(after, **changes)


def _reverse_items(before: tuple[Any, ...], after: tuple[Any, ...], reason: Text) -> tuple[Any, ...]:
    """Return the items with the save undone: items that it added are withdrawn, events that it added are reversed."""
    reversed_items = []
    for index, item in enumerate(after):
        if index < len(before):
            events = _reverse_events(before[index].events, item.events, reason)
        else:
            events = (*item.events, Event(type=EventType.WITHDRAWN, reason=reason))
        reversed_items.append(replace(item, events=events))
    return tuple(reversed_items)


def _reverse_events(before: tuple[Event, ...], after: tuple[Event, ...], reason: Text) -> tuple[Event, ...]:
    """Return the events after the save, followed by events that undo those that it added."""
    new = after[len(before) :]
    # If an item was withdrawn a second time, nothing changed: the opposite event would wrongly restore the item.
    changed = is_withdrawn(before) != is_withdrawn(after)
    removals = [event for event in new if event.type in REMOVING_EVENTS][-1:] if changed else []
    checks = [e for e in reversed(new) if e.type not in REMOVING_EVENTS and (e.date or e.type in CONFIRMATION_EVENTS)]
    # The new event has the same date, because the date shows which check is undone.
    return (*after, *(Event(type=OPPOSITE_EVENTS[e.type], date=e.date, reason=reason) for e in [*checks, *removals]))
