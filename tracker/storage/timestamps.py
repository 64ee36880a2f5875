"""Issue recorded times. Each is later than the one before, even if the clock of the computer is set back."""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any

from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.lifecycle import timestamps_of
from tracker.model.records import Event

TIMESTAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class TimestampIssuer:
    """Issue the recorded times of one save by one person. Each is one microsecond later than the one before."""

    def __init__(self, first: datetime, handle: str) -> None:
        self._next, self.handle = first, handle

    def __call__(self) -> str:
        """Return the next recorded time."""
        timestamp = self._next.strftime(TIMESTAMP_FORMAT)
        self._next += timedelta(microseconds=1)
        return timestamp

    def stamp_new_items(self, items: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the items of a list, and give each new item and each new event a recorded time.

        `before` are the items before the save. New items that have the field `recorded_by` also get the person's handle.
        """
        # Items written by hand without a time keep none: no one knows when they were recorded, or by whom.
        # Items are only ever added, so they are compared by position: a copy of an item is a new item.
        pairs = zip(items, chain(before, repeat(None)), strict=False)
        return tuple(item if item == old else self._stamp_item(item, old) for item, old in pairs)

    def _stamp_item(self, item: Any, old: Any) -> Any:
        if old is not None and replace(item, events=()) == replace(old, events=()):
            return replace(item, events=self.stamp_new_events(item.events, old.events))
        author = {"recorded_by": self.handle} if hasattr(item, "recorded_by") else {}
        return replace(item, recorded=self(), **author, events=self.stamp_new_events(item.events, ()))

    def stamp_new_events(self, events: tuple[Event, ...], before: tuple[Event, ...]) -> tuple[Event, ...]:
        """Return the events, and give each new one a recorded time and the person's handle. `before` are the earlier events."""
        new = events[len(before) :]
        return (*events[: len(before)], *(replace(e, recorded=self(), recorded_by=self.handle) for e in new))

    def store_last(self, lock: int) -> None:
        """Write the last time issued into the lock file, where the next save reads it. `lock` is its file descriptor."""
        os.pwrite(lock, (self._next - timedelta(microseconds=1)).strftime(TIMESTAMP_FORMAT).encode(), 0)


def next_timestamp(now: datetime, dataset: Dataset, before: Iterable[Record | None], lock: int) -> datetime:
    """Return the current time, or a later one, so that it is after every time issued or recorded before.

    It is always after the last time issued in this folder and after every recorded time in `before`.

    `before` are the records before the save. `lock` is the descriptor of the lock file, which holds the last time issued;
    if it holds none, the latest recorded time in the dataset is used.
    """
    last = _parse(os.pread(lock, 40, 0).decode(errors="replace").strip()) or _parse(latest_timestamp(dataset))
    recorded = [time for time in (last, *(_parse(_latest(old)) for old in before if old)) if time]
    return max([now, *(time + timedelta(microseconds=1) for time in recorded)])


def latest_timestamp(dataset: Dataset) -> str:
    """Return the latest recorded time in the dataset, or "" if there is none."""
    return max(map(_latest, all_records(dataset)), default="")


def _latest(record: Record) -> str:
    return max(timestamps_of(record))


def _parse(timestamp: str) -> datetime | None:
    """Parse a recorded time (a text); return None if it is not valid."""
    try:
        return datetime.strptime(timestamp, TIMESTAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
