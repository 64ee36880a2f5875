"""The texts of a record that are translated, each with its path: where in the record it is.

A path is the name of a field ("summary"), of a field in a field ("source/note"), of a part ("parts/a"), or of a text of
a recorded item ("assessments/2026-01-31T12:00:00.000000Z/reason"). Quotations are not translated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tracker.model.dataset import Record
from tracker.model.fields import RECORD_TYPES, FieldType, fields_of
from tracker.model.localized_text import LocalizedText, TextVariant

ITEM_TEXTS: Mapping[str, tuple[str, ...]] = {
    items.name: texts
    for kind in RECORD_TYPES
    for items in fields_of(kind, FieldType.ITEMS)
    if (texts := tuple(f.name for f in fields_of(items.of, FieldType.TEXT)))
}
"""Name of a list of recorded items → the fields of such an item that hold a text which is translated.

The wordings with which an item was recorded never change. Translations may be added, and translations that were added
may be changed. The history keeps each change.
"""


def record_texts(record: Record) -> Iterator[tuple[str, LocalizedText]]:
    """Yield (path, text) for every text of a record that is translated.

    Items without a recorded time are left out: nothing would show when their translation was added.
    """
    for field in fields_of(type(record), FieldType.TEXT):
        if text := getattr(record, field.name):
            yield field.name, text
    for group in fields_of(type(record), FieldType.GROUP):
        for field in fields_of(group.of, FieldType.TEXT):
            if text := getattr(getattr(record, group.name), field.name, None):
                yield f"{group.name}/{field.name}", text
    for part in getattr(record, "parts", ()):
        yield f"parts/{part.id}", part.summary
    for name in ITEM_TEXTS:
        for item in getattr(record, name, ()):
            if item.recorded:
                yield from item_texts(name, item).items()


def item_texts(list_name: str, item: Any) -> dict[str, LocalizedText]:
    """Return path → text for the texts of one recorded item in the list `list_name` of a record."""
    texts = {f"{list_name}/{item.recorded}/{name}": getattr(item, name) for name in ITEM_TEXTS.get(list_name, ())}
    return {path: text for path, text in texts.items() if text}


def parse_item_path(path: str) -> tuple[str, str, str] | None:
    """Return (list, recorded time of the item, field) if `path` is that of a text of a recorded item, otherwise None."""
    list_name, _, rest = path.partition("/")
    recorded, _, name = rest.partition("/")
    return (list_name, recorded, name) if name in ITEM_TEXTS.get(list_name, ()) else None


def with_text(record: Record, path: str, text: Mapping[str, TextVariant]) -> Record:
    """Return the record with another text at `path`. Raise KeyError if it has no text there."""
    if path not in dict(record_texts(record)):
        raise KeyError(path)
    field, _, rest = path.partition("/")
    value: Any = getattr(record, field)
    changed: Any
    if field == "parts":
        changed = tuple(replace(part, summary=text) if part.id == rest else part for part in value)
    elif field in ITEM_TEXTS:
        recorded, _, name = rest.partition("/")
        changed = tuple(replace(item, **{name: text}) if item.recorded == recorded else item for item in value)
    else:
        changed = replace(value, **{rest: text}) if rest else text
    changes: dict[str, Any] = {field: changed}
    return replace(record, **changes)


def is_same_item(list_name: str, before: Any, after: Any) -> bool:
    """Return whether two versions of an item differ only in its events and in the texts that may get translations."""
    texts = {name: getattr(before, name) for name in ITEM_TEXTS.get(list_name, ())}
    return bool(replace(after, events=before.events, **texts) == before)
