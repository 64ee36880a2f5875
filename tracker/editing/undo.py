"""Withdraw, check or confirm an assessment, and undo a save.

Each of these actions adds an event to what is recorded. Nothing is deleted.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.events import Event
from tracker.model.lifecycle import REMOVING_EVENTS, is_active, is_withdrawn
from tracker.model.localized_text import TextVariant
from tracker.model.record_texts import ITEM_TEXTS
from tracker.model.records import Recommendation
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
    EventType.CONTESTED: EventType.CONTEST_UNDONE,
    EventType.CONTEST_UNDONE: EventType.CONTESTED,
}
"""Type of event → the type of event that undoes it."""
CHECK_EVENTS = frozenset({EventType.CHECKED, EventType.CHECK_UNDONE})
IGNORED_FIELDS = {*RECORDED_LISTS, "events", "history", "version", "recorded", "recorded_by", "recorded_for"}
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


def contest_assessment(r: Recommendation, index: int, reason: Text) -> Recommendation:
    """Return `r` with its assessment number `index` contested. The first assessment is number 0. It counts as before."""
    return _with_event(r, index, Event(type=EventType.CONTESTED, reason=reason))


def take_contest_back(r: Recommendation, index: int) -> Recommendation:
    """Return `r` with the objection to its assessment number `index` taken back. The first assessment is number 0."""
    return _with_event(r, index, Event(type=EventType.CONTEST_UNDONE))


def _with_event(r: Recommendation, index: int, event: Event) -> Recommendation:
    a = r.assessments[index]
    updated = replace(a, events=(*a.events, event))
    return replace(r, assessments=(*r.assessments[:index], updated, *r.assessments[index + 1 :]))


def reversal_of(before: Record | None, after: Record, reason: Text, *, now: Record | None = None) -> Record:
    """Return the record to save in order to undo a save. That save changed the record `before` to `after`.

    `before` is None if that save created the record. `now` is the record as it is now, if it may have changed since that
    save: what was done since stays. The result is equal to `now` if nothing is left to undo, or if others need a record
    that the save created. Otherwise a created record is retired.
    """
    now = now or after
    if before is None:
        if is_withdrawn(now.events) or has_later_work(after, now):
            return now
        return replace(now, events=(*now.events, Event(type=EventType.RETIRED, reason=reason)))
    changes: dict[str, Any] = {
        name: getattr(before, name)
        for name in after.__dataclass_fields__
        if name not in IGNORED_FIELDS and name != "id" and getattr(now, name) == getattr(after, name)
    }
    for name in RECORDED_LISTS:
        if items := getattr(now, name, ()):
            versions = (getattr(before, name), getattr(after, name), items)
            changes[name] = _reverse_items(*versions, reason, texts=ITEM_TEXTS.get(name, ()))
    changes["events"] = _reverse_events(before.events, after.events, now.events, reason=reason)
    return replace(now, **changes)


def has_later_work(after: Record, now: Record) -> bool:
    """Return whether a record has something that counts now and was not in it right after a save."""
    later = (item for name in RECORDED_LISTS for item in getattr(now, name, ())[len(getattr(after, name, ())) :])
    is_edited = any(
        getattr(now, name) != getattr(after, name) for name in now.__dataclass_fields__ if name not in IGNORED_FIELDS
    )
    return is_edited or any(is_active(item, None) for item in later)


def _reverse_items(
    before: tuple[Any, ...], after: tuple[Any, ...], now: tuple[Any, ...], reason: Text, *, texts: tuple[str, ...]
) -> tuple[Any, ...]:
    """Return the items `now`, with a save undone that changed the items `before` to `after`.

    Items that the save added are withdrawn. Events that the save added to older items are reversed. The fields `texts`
    of older items are set back: only their translations can have changed.
    """
    reversed_items = []
    for index, item in enumerate(now):
        if index < len(before):
            old, new = before[index], after[index]
            back = {name: getattr(old, name) for name in texts if getattr(item, name) == getattr(new, name)}
            item = replace(item, events=_reverse_events(old.events, new.events, item.events, reason=reason), **back)
        elif index < len(after) and not is_withdrawn(item.events):
            item = replace(item, events=(*item.events, Event(type=EventType.WITHDRAWN, reason=reason)))
        reversed_items.append(item)
    return tuple(reversed_items)


def _reverse_events(
    before: tuple[Event, ...], after: tuple[Event, ...], now: tuple[Event, ...], *, reason: Text
) -> tuple[Event, ...]:
    """Return the events `now`, followed by new events that undo the events which a save added.

    `before` and `after` are the events before and after the save.
    """
    added, later = after[len(before) :], {(event.type, event.recorded_by) for event in now[len(after) :]}
    # If an item was withdrawn a second time, nothing changed: the opposite event would wrongly restore the item.
    changed = is_withdrawn(before) != is_withdrawn(after) == is_withdrawn(now)
    removals = [event for event in added if event.type in REMOVING_EVENTS][-1:] if changed else []
    others = [e for e in reversed(added) if e.type not in REMOVING_EVENTS and (e.date or e.type not in CHECK_EVENTS)]
    checks = [e for e in others if (OPPOSITE_EVENTS[e.type], e.recorded_by) not in later]
    # The new event has the same date, because the date shows which check is undone.
    opposites = [Event(type=OPPOSITE_EVENTS[e.type], date=e.date, reason=reason) for e in (*checks, *removals)]
    return (*now, *(_with_first_reason(event, after) for event in opposites))


def _with_first_reason(event: Event, events: tuple[Event, ...]) -> Event:
    """Return the event; if it contests an assessment again, with the reason that was given in `events`."""
    given = [one.reason for one in events if one.type is EventType.CONTESTED]
    return replace(event, reason=given[-1]) if event.type is EventType.CONTESTED and given else event
