"""Slips: entries that were undone within minutes. They stay in the data but do not head a history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tracker.model.events import Event
from tracker.model.lifecycle import REMOVING_EVENTS, events_by, is_withdrawn
from tracker.model.vocabulary import EventType
from tracker.queries.activity_log import ENTRIES_PER_PAGE, ActivityEntry, HasTime, activity_log
from tracker.queries.view import View

SLIP_PERIOD = timedelta(minutes=15)
"""What is undone within this time after it was recorded is a slip."""
ONE_DAY = timedelta(days=1)
"""What is undone within this time is no news in a feed: editors can undo a save for one day."""
MAX_CORRECTED = 100
"""The largest number of slips that are shown on one page of the activity."""
UNDOES: dict[EventType, Set[EventType]] = {
    EventType.RESTORED: {EventType.WITHDRAWN, EventType.RETIRED},
    EventType.WITHDRAWN: {EventType.RESTORED},
    EventType.RETIRED: {EventType.RESTORED},
    EventType.CHECK_UNDONE: {EventType.CHECKED},
    EventType.CONFIRMATION_UNDONE: {EventType.CONFIRMED},
    EventType.CONTEST_UNDONE: {EventType.CONTESTED},
}
"""Type of event → the types of the earlier events that it undoes."""


def is_slip(item: Any, moment: str | None, within: timedelta = SLIP_PERIOD) -> bool:
    """Return whether an item was withdrawn or retired by the time `moment`, and `within` this time after it was recorded."""
    removal = last_removal(item, moment)
    return removal is not None and item.recorded is not None and _is_soon(item.recorded, removal, within)


def split_corrected(
    entries: Iterable[ActivityEntry], moment: str | None, within: timedelta = SLIP_PERIOD
) -> tuple[tuple[ActivityEntry, ...], tuple[ActivityEntry, ...]]:
    """Return (entries that stand, slips and what undid them), both in the given order.

    `moment` is the recorded time of the view. What was undone `within` this time is a slip. A record that is a slip takes
    all its entries with it.
    """
    listed = list(entries)
    edits, undone_by_item = _undone_edits(listed, within), dict[int, Set[int]]()
    standing, corrected = list[ActivityEntry](), list[ActivityEntry]()
    for i, entry in enumerate(listed):
        item: Any = entry.record if entry.item is None else entry.item
        if entry.event is not None and id(item) not in undone_by_item:
            undone_by_item[id(item)] = undone_events(item.events, within)
        is_corrected = (
            i in edits
            or _belongs_to_slip(entry, item, moment, within)
            or (entry.event is not None and id(entry.event) in undone_by_item[id(item)])
        )
        (corrected if is_corrected else standing).append(entry)
    return tuple(standing), tuple(corrected)


def split_activity(
    view: View, within: timedelta = SLIP_PERIOD
) -> tuple[tuple[ActivityEntry, ...], tuple[ActivityEntry, ...]]:
    """Return (entries that stand, slips and what undid them) of the whole activity log of a view, newest first."""
    return view.cached("activity log", within, lambda: split_corrected(activity_log(view), view.recorded, within))


def corrected_on_page(
    corrected: Iterable[ActivityEntry], standing: Sequence[HasTime], number: int
) -> tuple[ActivityEntry, ...]:
    """Return the slips from the time that page `number` of the activity covers, at most MAX_CORRECTED.

    The pages divide the `standing` entries. The first page reaches to the present, the last page to the start.
    """
    start, end = (number - 1) * ENTRIES_PER_PAGE, number * ENTRIES_PER_PAGE
    newest = standing[start - 1].recorded if start else "9"  # later than any timestamp
    oldest = standing[end - 1].recorded if end < len(standing) else ""
    return tuple(entry for entry in corrected if oldest <= entry.recorded < newest)[:MAX_CORRECTED]


def _belongs_to_slip(entry: ActivityEntry, item: Any, moment: str | None, within: timedelta) -> bool:
    """Return whether the record of the entry is a slip, or the `item` that the entry is about."""
    if is_slip(entry.record, moment, within):
        removal = last_removal(entry.record, moment)
        return removal is not None and entry.recorded <= (removal.recorded or "")
    if entry.item is None or not is_slip(item, moment, within):
        return False
    return entry.event is None or entry.event == last_removal(item, moment)


def last_removal(item: Any, moment: str | None) -> Event | None:
    """Return the event that withdrew or retired an item by the time `moment`, or None if the item still counted then."""
    events = events_by(item, moment)
    return [event for event in events if event.type in REMOVING_EVENTS][-1] if is_withdrawn(events) else None


def _is_soon(recorded: str, later: Event, within: timedelta) -> bool:
    if later.recorded is None:
        return False
    return datetime.fromisoformat(later.recorded) - datetime.fromisoformat(recorded) <= within


def undone_events(events: Sequence[Event], within: timedelta) -> Set[int]:
    """Return the identities of the events that a later event soon undid, and of these later events."""
    undone: set[int] = set()
    not_undone: dict[EventType, list[Event]] = defaultdict(list)
    for event in events:
        earlier = [not_undone[kind][-1] for kind in UNDOES.get(event.type, ()) if not_undone[kind]]
        last = max(earlier, key=lambda one: one.recorded or "", default=None)
        if last is not None and last.recorded and _is_soon(last.recorded, event, within):
            not_undone[last.type].pop()
            undone |= {id(last), id(event)}
        else:
            not_undone[event.type].append(event)
    return undone


def _undone_edits(entries: Sequence[ActivityEntry], within: timedelta) -> Set[int]:
    """Return the positions of the edits that the next edit of the same record soon undid, and of this one."""
    by_record: dict[tuple[type, str], list[int]] = defaultdict(list)
    for i, entry in enumerate(entries):
        if entry.edits:
            by_record[type(entry.record), entry.record.id].append(i)
    found: set[int] = set()
    for positions in by_record.values():
        for later, earlier in pairwise(positions):
            before, after = entries[earlier], entries[later]
            is_reversal = {(c.field, c.old, c.new) for c in before.edits} == {
                (c.field, c.new, c.old) for c in after.edits
            }
            gap = datetime.fromisoformat(after.recorded) - datetime.fromisoformat(before.recorded)
            if is_reversal and gap <= within and later not in found:
                found |= {later, earlier}
    return found
