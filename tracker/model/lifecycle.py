"""Decide which records, items and events count at a moment, for example whether an item is withdrawn.

A moment is a recorded time as text, or None for now. An item is a record, or an entry in a list of a record, such as an
assessment. "By a moment" means: at this moment or before.
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
"""Type of event → whether it removes an item (True) or brings it back (False). Other types have no key."""
UNKNOWN_PUBLISHER = "—"
"""The publisher of a stub: what stays public of evidence that was made private again (see `is_unpublished`)."""


def events_until(item: Any, moment: str | None) -> tuple[Event, ...]:
    """Return the events of an item that were recorded by `moment`. For None, return all, even those without a time."""
    return tuple(e for e in item.events if moment is None or (e.recorded is not None and e.recorded <= moment))


def existed_at(item: Any, moment: str | None) -> bool:
    """Return whether `item` was recorded by `moment`. True if `moment` is None, or for documents without a recorded time."""
    if moment is None or item.recorded is None:
        # A document written by hand needs no recorded time: the items that refer to it have their own.
        return moment is None or isinstance(item, Document)
    return bool(item.recorded <= moment)


def is_active(item: Any, moment: str | None) -> bool:
    """Return whether `item` was recorded by `moment` (see `existed_at`), and was not withdrawn or retired then."""
    return existed_at(item, moment) and not is_withdrawn(events_until(item, moment))


def is_withdrawn(events: Iterable[Event]) -> bool:
    """Return whether an item with these events is withdrawn or retired. Its last removal or restoration decides."""
    removals = [REMOVING_EVENTS[event.type] for event in events if event.type in REMOVING_EVENTS]
    return bool(removals) and removals[-1]


def last_checked(a: Assessment, moment: str | None, day: date | None = None) -> str | None:
    """Return the latest date, up to `day`, of a check of `a` that was recorded by `moment` and not undone, or None."""
    days: list[str] = []
    for event in events_until(a, moment):
        if event.type is EventType.CHECKED and event.date:
            days.append(event.date)
        elif event.type is EventType.CHECK_UNDONE and (event.date in days or (days and not event.date)):
            days.remove(event.date or days[-1])  # an undoing without a date is that of the last check
    known = (checked for checked in days if partial_dates.is_known_by(checked, day))
    return max(known, key=partial_dates.last_day, default=None)


def standing_events(events: Iterable[Event], done: EventType, undone: EventType) -> tuple[Event, ...]:
    """Return the events of the type `done` that no later event of the type `undone` cancelled, in their order.

    An event `undone` cancels the last event `done` by the same person; if there is none, the last one for the same
    organisation; if there is none either, the last one of all.
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
    """Return the events that were recorded for the organisation with this id, none if `organisation` is None or ""."""
    return [event for event in events if event.recorded_for and event.recorded_for == organisation]


def standing_contests(item: Any, moment: str | None) -> tuple[Event, ...]:
    """Return the objections to an assessment or record that were recorded by `moment` and not withdrawn by then."""
    return standing_events(events_until(item, moment), EventType.CONTESTED, EventType.CONTEST_UNDONE)


def active_files(record: Record) -> tuple[AttachedFile, ...]:
    """Return the attached files of a record that are not withdrawn now, even if the record itself is retired."""
    return tuple(file for file in getattr(record, "files", ()) if not is_withdrawn(file.events))


def timestamps_of(record: Record) -> Iterator[str]:
    """Return an iterator over the recorded times of `record`, its items, events and revisions, "" for missing ones."""
    items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
    events = [*record.history, *(event for item in items for event in item.events)]
    return (item.recorded or "" for item in (*items, *events))


def is_unpublished(e: Evidence) -> bool:
    """Return whether public evidence `e` is a stub: it was made private again and not restored since."""
    return e.publisher == UNKNOWN_PUBLISHER and is_withdrawn(e.events) and e.title == e.summary
