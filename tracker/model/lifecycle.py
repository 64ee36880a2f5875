"""What happens to records after they are recorded: which events and items count at a moment.

A moment is a recorded time (a timestamp), or None for now.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tracker.model import partial_dates
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.records import Assessment, Event
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType

REMOVING_EVENTS = {EventType.WITHDRAWN: True, EventType.RETIRED: True, EventType.RESTORED: False}
"""The events that remove an item (True) or bring it back (False)."""


def events_by(item: Any, moment: str | None) -> tuple[Event, ...]:
    """Return the events of an item that were recorded by a moment. An event without a recorded time counts only now."""
    return tuple(e for e in item.events if moment is None or (e.recorded is not None and e.recorded <= moment))


def existed_at(item: Any, moment: str | None) -> bool:
    """Return whether an item had been recorded by a moment, whether or not it was withdrawn since."""
    if moment is None or item.recorded is None:
        # A document written by hand needs no recorded time: the items that refer to it have their own.
        return moment is None or isinstance(item, Document)
    return bool(item.recorded <= moment)


def is_active(item: Any, moment: str | None) -> bool:
    """Return whether an item was recorded by a moment, and neither withdrawn nor retired by then."""
    return existed_at(item, moment) and not is_withdrawn(events_by(item, moment))


def is_withdrawn(events: Iterable[Event]) -> bool:
    """Return whether the last event that removes or restores an item removed it."""
    removals = [REMOVING_EVENTS[event.type] for event in events if event.type in REMOVING_EVENTS]
    return bool(removals) and removals[-1]


def last_checked(a: Assessment, moment: str | None, day: date | None = None) -> str | None:
    """Return the latest date on which someone checked that an assessment still holds, or None.

    Only dates up to `day` count; None for any date.
    """
    days: list[str] = []
    for event in events_by(a, moment):
        if event.type is EventType.CHECKED and event.date:
            days.append(event.date)
        elif event.type is EventType.CHECK_UNDONE and (event.date in days or (days and not event.date)):
            days.remove(event.date or days[-1])  # without a date, it undoes the last check
    return max(
        (checked for checked in days if partial_dates.known_by(checked, day)), key=partial_dates.last_day, default=None
    )


def timestamps_of(record: Record) -> Iterator[str]:
    """Return every recorded time in a record, with "" for each item or event that has none."""
    items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
    events = [*record.history, *(event for item in items for event in item.events)]
    return (item.recorded or "" for item in (*items, *events))
