"""Evidence and documents that were retired: they no longer count, and old links still lead to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tracker.model.events import Event
from tracker.model.lifecycle import REMOVING_EVENTS, events_by, existed_at, is_active
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.view import View

RetiredOne = TypeVar("RetiredOne", Evidence, Document)
MAX_RETIRED = 200
"""The largest number of retired items that are shown."""


@dataclass(frozen=True)
class Retired(Generic[RetiredOne]):
    """A record that no longer counts, and the event that retired it."""

    record: RetiredOne
    event: Event


def list_retired(view: View, records: Iterable[RetiredOne]) -> tuple[Retired[RetiredOne], ...]:
    """Return those of the records that were retired by the recorded time of the view, the last retired first.

    At most MAX_RETIRED items are returned. Evidence that was made private again is among them, as its stub.
    """
    found = []
    for record in records:
        if record.events and existed_at(record, view.recorded) and not is_active(record, view.recorded):
            removals = [event for event in events_by(record, view.recorded) if event.type in REMOVING_EVENTS]
            found.append(Retired(without_later_edits(record, view.recorded), removals[-1]))
    found.sort(key=lambda item: item.event.recorded or "", reverse=True)
    return tuple(found[:MAX_RETIRED])
