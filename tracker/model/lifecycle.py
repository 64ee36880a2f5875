"""tracker.model.lifecycle."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tracker.model import partial_dates
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.records import Assessment, Event
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType

REMOVING_EVENTS = {EventType.WITHDRAWN: True, EventType.RETIRED: True, EventType.RESTORED: False}


def events_by(item: Any, moment: str | None) -> tuple[Event, ...]:
    """What became of an item by a moment (None for now). What has no recorded time is not in a recorded view."""
    return tuple(e for e in item.events if moment is None or (e.recorded is not None and e.recorded <= moment))


def existed_at(item: Any, moment: str | None) -> bool:
    """Whether an item had been recorded by a moment, withdrawn or not."""
    if moment is None or item.recorded is None:
        # a document that was written by hand needs no time: what stands in it has one of its own
        return moment is None or isinstance(item, Document)
    return bool(item.recorded <= moment)


def is_active(item: Any, moment: str | None) -> bool:
    """Whether an item was recorded by a moment, and not withdrawn or retired since."""
    return existed_at(item, moment) and not is_withdrawn(events_by(item, moment))


def is_withdrawn(events: Iterable[Event]) -> bool:
    """Whether the last of the events that take out or bring back took it out."""
    steps = [REMOVING_EVENTS[event.type] for event in events if event.type in REMOVING_EVENTS]
    return bool(steps) and steps[-1]


def last_checked(a: Assessment, moment: str | None, day: date | None = None) -> str | None:
    """The last day, by a day, on which somebody checked that an assessment is still so."""
    days: list[str] = []
    for event in events_by(a, moment):
        if event.type is EventType.CHECKED and event.date:
            days.append(event.date)
        elif event.type is EventType.CHECK_UNDONE and (event.date in days or (days and not event.date)):
            days.remove(event.date or days[-1])  # without a day it takes back the last check
    return max(
        (known for known in days if partial_dates.known_by(known, day)), key=partial_dates.last_day, default=None
    )


def timestamps_of(record: Record) -> Iterator[str]:
    """Every recorded time in a record; an empty text for what was written without one."""
    items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
    events = [*record.history, *(event for item in items for event in item.events)]
    return (event.recorded or "" for event in (*items, *events))
