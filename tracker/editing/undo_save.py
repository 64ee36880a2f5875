"""Undo a save of several records, such as an import, within a day. What was done since stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.editing.private.unpublish import UNDO_PERIOD
from tracker.editing.undo import reversal_of
from tracker.model.dataset import RECORDED_LISTS, Record, all_records
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import Permission, Person
from tracker.model.registers import Document
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.saves import SavedTogether
from tracker.queries.view import View
from tracker.storage.timestamps import TIMESTAMP_FORMAT
from tracker.validation.references import referenced_documents


@dataclass(frozen=True, slots=True)
class SaveReversal:
    """What undoing a save means: the `records` to save, and those that are `kept` because they were used since."""

    records: tuple[Record, ...]
    kept: tuple[Record, ...]


def can_undo_save(save: SavedTogether, now: datetime, by: Person) -> bool:
    """Return whether `by` made the save, less than a day before `now`. `now` has a time zone."""
    is_own = bool(by.handle) and save.by == by.handle and by.can(Permission.SAVE)
    return is_own and now - datetime.fromisoformat(save.recorded) < UNDO_PERIOD


def reverse_save(view: View, save: SavedTogether, reason: Mapping[str, TextVariant]) -> SaveReversal:
    """Return what has to be saved to undo a save.

    A record that the save made is archived, unless somebody has used it since. One that it changed gets its earlier values
    back where nothing was changed since. A new document stays if something that stays names it.
    """
    first = datetime.fromisoformat(save.entries[-1].recorded) - timedelta(microseconds=1)
    moment = first.strftime(TIMESTAMP_FORMAT)
    names = {(type(r), r.id) for r in save.records}
    saved = [r for r in all_records(view.dataset) if (type(r), r.id) in names]
    reversals = {(type(r), r.id): _reversal(r, moment, save.recorded, reason=reason) for r in saved}
    after = [reversals.get((type(r), r.id), r) for r in all_records(view.dataset)]
    used = {name for r in after for _, name in referenced_documents(r)}
    kept = [
        r
        for r in saved
        if reversals[type(r), r.id] == r or (isinstance(r, Document) and _is_new(r, moment) and r.id in used)
    ]
    return SaveReversal(tuple(reversals[type(r), r.id] for r in saved if r not in kept), tuple(kept))


def _reversal(r: Record, moment: str, saved: str, *, reason: Mapping[str, TextVariant]) -> Record:
    """Return the record `r` without what was saved after `moment` and by the time `saved`."""
    before = None if _is_new(r, moment) else _as_at(r, moment)
    return reversal_of(before, _as_at(r, saved), reason, now=r)


def _is_new(r: Record, moment: str) -> bool:
    return r.recorded is not None and r.recorded > moment


def _as_at(r: Record, moment: str) -> Record:
    """Return the record as it was at the time `moment`, with everything that was withdrawn by then."""
    before: Record = without_later_edits(r, moment)  # type: ignore[type-var]
    lists: dict[str, Any] = {}
    for name in RECORDED_LISTS:
        if items := getattr(r, name, ()):
            lists[name] = tuple(
                replace(old, events=_by(new.events, moment))
                for old, new in zip(getattr(before, name), items, strict=True)
                if (new.recorded or "") <= moment
            )
    return replace(before, events=_by(r.events, moment), **lists)


def _by(events: tuple[Any, ...], moment: str) -> tuple[Any, ...]:
    return tuple(event for event in events if (event.recorded or "") <= moment)
