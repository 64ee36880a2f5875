"""Create recorded times. Each is later than all before it, even if the clock of the computer is set back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any

from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.events import Event
from tracker.model.fields import is_same_item
from tracker.model.lifecycle import timestamps_of

TIMESTAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class TimestampIssuer:
    """Gives the recorded times of a save, one for each call: `first`, then each a microsecond later."""

    def __init__(self, first: datetime, handle: str, organisation: str = "") -> None:
        self._next, self.handle, self.organisation = first, handle, organisation

    @property
    def author(self) -> dict[str, Any]:
        """Return the fields `recorded_by` and `recorded_for` with their values, which say who saves."""
        return {"recorded_by": self.handle, "recorded_for": self.organisation or None}

    def __call__(self) -> str:
        """Return the next recorded time, in TIMESTAMP_FORMAT."""
        timestamp = self._next.strftime(TIMESTAMP_FORMAT)
        self._next += timedelta(microseconds=1)
        return timestamp

    def stamp_new_items(self, list_name: str, items: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return `items` with a recorded time on each new item and each new event. `before` are the earlier items.

        An item is new if it differs from the one at its position in `before` in more than events and translated texts.
        New events get the author, too. So do new items that have the field `recorded_by`.
        """
        # Items written by hand without a time keep none: no one knows when they were recorded, or by whom.
        # Items are only ever added, so they are compared by position: a copy of an item is a new item.
        pairs = zip(items, chain(before, repeat(None)), strict=False)
        return tuple(item if item == old else self._stamp_item(list_name, item, old) for item, old in pairs)

    def _stamp_item(self, list_name: str, item: Any, old: Any) -> Any:
        if old is not None and is_same_item(list_name, old, item):
            return replace(item, events=self.stamp_new_events(item.events, old.events))
        author = self.author if hasattr(item, "recorded_by") else {}
        return replace(item, recorded=self(), **author, events=self.stamp_new_events(item.events, ()))

    def stamp_new_events(self, events: tuple[Event, ...], before: tuple[Event, ...]) -> tuple[Event, ...]:
        """Return `events`, which begin with those of `before`. All later ones get a recorded time and the author."""
        new = events[len(before) :]
        return (*events[: len(before)], *(replace(e, recorded=self(), **self.author) for e in new))

    @property
    def last(self) -> str:
        """Return the last recorded time that was given. A save stores it, and times of the next save are later."""
        return (self._next - timedelta(microseconds=1)).strftime(TIMESTAMP_FORMAT)


def next_timestamp(now: datetime, dataset: Dataset, before: Iterable[Record | None], last_time: str) -> datetime:
    """Return the first recorded time of a save: `now` or, if that is later, a microsecond after the latest known time.

    The known times are those in `before` (the records before the save), and the time of the last save: `last_time` or,
    if that is "", the latest time in `dataset`.
    """
    last = _parse(last_time) or _parse(latest_timestamp(dataset))
    recorded = [time for time in (last, *(_parse(max(timestamps_of(old))) for old in before if old)) if time]
    return max([now, *(time + timedelta(microseconds=1) for time in recorded)])


def latest_timestamp(dataset: Dataset) -> str:
    """Return the latest recorded time in the dataset, or "" if there is none."""
    return max((max(timestamps_of(record)) for record in all_records(dataset)), default="")


def _parse(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, TIMESTAMP_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
