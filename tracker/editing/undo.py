"""Withdraw, check or confirm an assessment, and undo a save.

Each of these actions adds an event to what is recorded. Nothing is deleted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.events import Event
from tracker.model.lifecycle import REMOVING_EVENTS, is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.record_texts import ITEM_TEXTS
from tracker.model.records import Recommendation
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
"""Type of event → the type of event that undoes it."""
IGNORED_FIELDS = {*RECORDED_LISTS, "events", "history", "version", "recorded", "recorded_by"}
"""Fields that an undo does not reset. A save may only add to lists and events; the store sets the other fields."""


def withdraw_assessment(r: Recommendation, index: int, reason: Text) -> Recommendation:
    """Return the recommendation `r` with its assessment number `index` withdrawn. The first assessment is number 0.

    The assessment stays in the history but no longer counts.
    """
    return _with_event(r, index, Event(type=EventType.WITHDRAWN, reason=reason))


def confirm_unchanged(r: Recommendation, index: int, day: str, note: Text | None = None) -> Recommendation:
    """Return `r` with its assessment number `index` marked as checked and still true on `day` (ISO date).

    The first assessment is number 0.
    """
    return _with_event(r, index, Event(type=EventType.CHECKED, date=day, reason=note))


def confirm_assessment(r: Recommendation, index: int) -> Recommendation:
    """Return `r` with its assessment number `index` confirmed in a second review. The first assessment is number 0."""
    return _with_event(r, index, Event(type=EventType.CONFIRMED))


def _with_event(r: Recommendation, index: int, event: Event) -> Recommendation:
    a = r.assessments[index]
    updated = replace(a, events=(*a.events, event))
    return replace(r, assessments=(*r.assessments[:index], updated, *r.assessments[index + 1 :]))


def reversal_of(before: Record | None, after: Record, reason: Text) -> Record:
    """Return the record to save in order to undo a save. That save changed the record `before` to `after`.

    `before` is None if that save created the record. In this case the returned record is `after`, retired.
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
            changes[name] = _reverse_items(getattr(before, name), items, reason, texts=ITEM_TEXTS.get(name, ()))
    changes["events"] = _reverse_events(before.events, after.events, reason)
    return replace(after, **changes)


def _reverse_items(
    before: tuple[Any, ...], after: tuple[Any, ...], reason: Text, *, texts: tuple[str, ...]
) -> tuple[Any, ...]:
    """Return the items `after` a save, with the save undone.

    Items that the save added are withdrawn. Events that the save added to older items are reversed. The fields `texts`
    of older items are set back: only their translations can have changed.
    """
    reversed_items = []
    for index, item in enumerate(after):
        if index < len(before):
            old = {name: getattr(before[index], name) for name in texts}
            events = _reverse_events(before[index].events, item.events, reason)
        else:
            old, events = {}, (*item.events, Event(type=EventType.WITHDRAWN, reason=reason))
        reversed_items.append(replace(item, events=events, **old))
    return tuple(reversed_items)


def _reverse_events(before: tuple[Event, ...], after: tuple[Event, ...], reason: Text) -> tuple[Event, ...]:
    """Return the events `after` a save, followed by new events that undo the events which the save added.

    `before` are the events before the save.
    """
    new = after[len(before) :]
    # If an item was withdrawn a second time, nothing changed: the opposite event would wrongly restore the item.
    changed = is_withdrawn(before) != is_withdrawn(after)
    removals = [event for event in new if event.type in REMOVING_EVENTS][-1:] if changed else []
    checks = [e for e in reversed(new) if e.type not in REMOVING_EVENTS and (e.date or e.type in CONFIRMATION_EVENTS)]
    # The new event has the same date, because the date shows which check is undone.
    return (*after, *(Event(type=OPPOSITE_EVENTS[e.type], date=e.date, reason=reason) for e in [*checks, *removals]))
