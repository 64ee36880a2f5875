"""Recorded times: each later than every one before it, whatever the clock says."""

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
    """Gives the recorded times of one save, in the name of one person."""

    def __init__(self, first: datetime, handle: str) -> None:
        self._next, self.handle = first, handle

    def __call__(self) -> str:
        """The next recorded time."""
        given = self._next.strftime(TIMESTAMP_FORMAT)
        self._next += timedelta(microseconds=1)
        return given

    def stamp_new_items(self, items: tuple[Any, ...], there: tuple[Any, ...]) -> tuple[Any, ...]:
        """The items, the new ones and their new events with a recorded time and, where they say so, who recorded them."""
        # What was written by hand without a time keeps none: nobody knows when, and by whom.
        # By place, since items are only added: a copy of an item is a new one, and is recorded now.
        before = zip(items, chain(there, repeat(None)), strict=False)
        return tuple(item if item == was else self._on(item, was) for item, was in before)

    def _on(self, item: Any, was: Any) -> Any:
        if was is not None and replace(item, events=()) == replace(was, events=()):
            return replace(item, events=self.stamp_new_events(item.events, was.events))
        named = {"recorded_by": self.handle} if hasattr(item, "recorded_by") else {}
        return replace(item, recorded=self(), **named, events=self.stamp_new_events(item.events, ()))

    def stamp_new_events(self, events: tuple[Event, ...], there: tuple[Event, ...]) -> tuple[Event, ...]:
        """Events, those behind the ones that were there stamped."""
        new = events[len(there) :]
        return (*events[: len(there)], *(replace(e, recorded=self(), recorded_by=self.handle) for e in new))

    def store_last(self, lock: int) -> None:
        """Keeps the last time given in the lock file, for the next save."""
        os.pwrite(lock, (self._next - timedelta(microseconds=1)).strftime(TIMESTAMP_FORMAT).encode(), 0)


def next_timestamp(now: datetime, dataset: Dataset, before: Iterable[Record | None], lock: int) -> datetime:
    """A time later than every recorded one, even if the clock was set back or a file came from elsewhere."""
    kept = _moment(os.pread(lock, 40, 0).decode(errors="replace").strip()) or _moment(latest_timestamp(dataset))
    known = [time for time in (kept, *(_moment(_latest(old)) for old in before if old)) if time]
    return max([now, *(time + timedelta(microseconds=1) for time in known)])


def latest_timestamp(dataset: Dataset) -> str:
    """The latest recorded time in the dataset; empty when there is none."""
    return max(map(_latest, all_records(dataset)), default="")


def _latest(record: Record) -> str:
    return max(timestamps_of(record))


def _moment(recorded: str) -> datetime | None:
    """The time of a recorded time; None where it is no time."""
    try:
        return datetime.strptime(recorded, TIMESTAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def utc_now() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)
