"""Check that a save only adds to what was recorded: new items, events and translations."""

from collections.abc import Iterator, Mapping
from typing import Any

from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.record_texts import ITEM_TEXTS, is_same_item
from tracker.queries.as_recorded import parse_history
from tracker.queries.translations import parse_wordings


def overwritten_items(old: Record, new: Record, main: str) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for each list of the record in which the save changed or removed recorded items.

    `main` is the main language of the dataset.
    """
    for name in RECORDED_LISTS:
        if not _is_only_added_to(old, new, name, main=main):
            label = name if name == "assessments" else f"items of {name!r}"
            yield name, f"{label} are added, never overwritten"
    if new.events[: len(old.events)] != old.events:
        yield "events", "events are added, never overwritten"


def _is_only_added_to(old: Record, new: Record, name: str, *, main: str) -> bool:
    """Return whether every item in the list `name` of `old` is still in `new`, with nothing but additions.

    Events and translations may be added to an item, and translations that were added may change. New items may follow
    after the old ones. `main` is the main language of the dataset.
    """
    items, new_items = getattr(old, name, ()), getattr(new, name, ())
    return len(new_items) >= len(items) and all(
        after == before
        or (
            is_same_item(name, before, after)
            and after.events[: len(before.events)] == before.events
            and _keeps_first_wordings(old, name, (before, after), main=main)
        )
        for before, after in zip(items, new_items, strict=False)
    )


def _keeps_first_wordings(record: Record, name: str, items: tuple[Any, Any], *, main: str) -> bool:
    """Return whether the texts of an item still have the wordings with which it was recorded.

    `items` are the item in the list `name` before and after the save, `record` is its record before the save. An item
    without a recorded time keeps all its wordings: the history could not say which item got a translation.
    """
    before, after = items
    for field in ITEM_TEXTS.get(name, ()):
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        if before.recorded is None or not old or not new:
            return False
        path = f"{name}/{before.recorded}/{field}"
        first = next((r.old for r in record.history if r.field == path and r.old is not None), None)
        written = parse_wordings(parse_history(first), main) if first is not None else {code or main for code in old}
        if any(_wording_in(old, code, main) != _wording_in(new, code, main) for code in written):
            return False
    return True


def _wording_in(text: Mapping[str, TextVariant], code: str, main: str) -> TextVariant | None:
    return text.get(code) or (text.get(NO_LANGUAGE_CODE) if code == main else None)
