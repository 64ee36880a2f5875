"""Decide which items and events count at a moment, for example whether an item was withdrawn by then.

A moment is a timestamp, or None for now. An item is a record, or an entry in one of its lists, such as an assessment.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tracker.model import partial_dates
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.events import Event
from tracker.model.records import Assessment, Evidence
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType

REMOVING_EVENTS = {EventType.WITHDRAWN: True, EventType.RETIRED: True, EventType.RESTORED: False}
"""Type of event → True if the event removes an item, False if the event brings the item back."""
UNKNOWN_PUBLISHER = "—"
"""The publisher in the stub that stays where public evidence was made private again."""


def events_by(item: Any, moment: str | None) -> tuple[Event, ...]:
    """Return the events of an item that were recorded by a moment. Without a recorded time they count only now."""
    return tuple(e for e in item.events if moment is None or (e.recorded is not None and e.recorded <= moment))


def existed_at(item: Any, moment: str | None) -> bool:
    """Return whether `item` was recorded before or at `moment`. Later events, such as a withdrawal, do not matter."""
    if moment is None or item.recorded is None:
        # A document written by hand needs no recorded time: the items that refer to it have their own.
        return moment is None or isinstance(item, Document)
    return bool(item.recorded <= moment)


def is_active(item: Any, moment: str | None) -> bool:
    """Return whether an item was already recorded at a moment, and was neither withdrawn nor retired then."""
    return existed_at(item, moment) and not is_withdrawn(events_by(item, moment))


def is_withdrawn(events: Iterable[Event]) -> bool:
    """Return whether an item is withdrawn or retired: the last of its events that removes or restores it decides."""
    removals = [REMOVING_EVENTS[event.type] for event in events if event.type in REMOVING_EVENTS]
    return bool(removals) and removals[-1]


def last_checked(a: Assessment, moment: str | None, day: date | None = None) -> str | None:
    """Return the latest date by `day` of a check, recorded by `moment`, that found `a` still correct, or None."""
    days: list[str] = []
    for event in events_by(a, moment):
        if event.type is EventType.CHECKED and event.date:
            days.append(event.date)
        elif event.type is EventType.CHECK_UNDONE and (event.date in days or (days and not event.date)):
            days.remove(event.date or days[-1])  # without a date, it undoes the last check
    known = (checked for checked in days if partial_dates.known_by(checked, day))
    return max(known, key=partial_dates.last_day, default=None)


def standing_events(events: Iterable[Event], done: EventType, undone: EventType) -> tuple[Event, ...]:
    """Return the events of the type `done` that no later event of the type `undone` took back.

    An event takes back the last one by the same person or, without one, by the same organisation. One that fits nobody,
    as somebody may write by hand, takes back the last one of all.
    """
    standing: list[Event] = []
    for event in events:
        if event.type is done:
            standing.append(event)
        elif event.type is undone and standing:
            by_person = [one for one in standing if one.recorded_by == event.recorded_by]
            standing.remove((by_person or events_for(standing, event.recorded_for) or standing)[-1])
    return tuple(standing)


def events_for(events: Iterable[Event], organisation: str | None) -> list[Event]:
    """Return the events that were recorded for the organisation with this id. Older events name none."""
    return [event for event in events if event.recorded_for and event.recorded_for == organisation]


def standing_contests(a: Assessment, moment: str | None) -> tuple[Event, ...]:
    """Return the events by which reviewers of other organisations contest the assessment `a` at a moment."""
    return standing_events(events_by(a, moment), EventType.CONTESTED, EventType.CONTEST_UNDONE)


def active_files(record: Record) -> tuple[AttachedFile, ...]:
    """Return the attached files of a record that are not withdrawn. The record itself may be retired."""
    return tuple(file for file in getattr(record, "files", ()) if not is_withdrawn(file.events))


def timestamps_of(record: Record) -> Iterator[str]:
    """Return the recorded times of `record` and of all its items, events and revisions, "" for a missing one."""
    items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
    events = [*record.history, *(event for item in items for event in item.events)]
    return (item.recorded or "" for item in (*items, *events))


def is_unpublished(e: Evidence) -> bool:
    """Return whether `e` is a stub: evidence that was made private again and was not restored since."""
    return e.publisher == UNKNOWN_PUBLISHER and is_withdrawn(e.events) and e.events[-1].reason == e.summary
