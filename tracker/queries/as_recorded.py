"""What the dashboard tells of a record: now, or as it stood recorded at a past moment."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from tracker.model import partial_dates
from tracker.model.records import Assessment, Event, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.storage.record_builder import build_record
from tracker.storage.timestamps import RECORDED_LISTS
from tracker.storage.yaml_reader import InvalidFile, compose, to_values
from tracker.storage.yaml_writer import record_values

AnyRecord = TypeVar("AnyRecord", Recommendation, Evidence, Document)
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


def as_recorded(record: AnyRecord, moment: str | None = None) -> AnyRecord | None:
    """The record with what counts, its texts as they were at the moment; None when it was not there."""
    if not is_active(record, moment):
        return None
    record = texts_as_recorded(record, moment)
    lists = {name: getattr(record, name) for name in RECORDED_LISTS if getattr(record, name, ())}
    kept = {name: tuple(item for item in items if is_active(item, moment)) for name, items in lists.items()}
    changed: dict[str, Any] = {name: kept[name] for name in kept if len(kept[name]) != len(lists[name])}
    return replace(record, **changed) if changed else record


def texts_as_recorded(record: AnyRecord, moment: str | None) -> AnyRecord:
    """The record with every later edit of its texts taken back, the latest first."""
    if moment is None or all(change.recorded <= moment for change in record.history):
        return record
    values = record_values(record)
    for change in sorted(record.history, key=lambda change: change.recorded, reverse=True):
        if change.recorded <= moment:
            break
        if change.old is None:
            values.pop(change.field, None)
        else:
            values[change.field] = _read(change.old)
    values["history"] = [record_values(change) for change in record.history if change.recorded <= moment]
    older, _ = build_record(type(record), {key: value for key, value in values.items() if key != "id"}, id=record.id)
    return replace(older, version=record.version) if older is not None else record


def _read(was: str) -> Any:
    """A field as the history keeps it, in YAML."""
    try:
        # the history keeps it without its last line break, which a text in several lines may need
        return to_values(compose(was + "\n"))
    except InvalidFile:
        return was
