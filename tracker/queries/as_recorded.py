"""Reconstruct a record as it was recorded at a given time."""

from dataclasses import replace
from typing import Any, TypeVar

from tracker.model.dataset import RECORDED_LISTS
from tracker.model.errors import InvalidFile
from tracker.model.fields import parse_item_path
from tracker.model.lifecycle import is_active
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.verification import with_marks
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.reader import compose, to_values
from tracker.storage.yaml.record_builder import build_record

AnyRecord = TypeVar("AnyRecord", Recommendation, Evidence, Document)


def as_recorded(record: AnyRecord, moment: str | None = None) -> AnyRecord | None:
    """Return the record as recorded at `moment` (None: now). Return None if it did not exist then, or was withdrawn.

    Items that did not exist then or were withdrawn are left out. `verification` has the marks of `with_marks`.
    """
    if not is_active(record, moment):
        return None
    record = without_later_edits(record, moment)
    lists = {name: getattr(record, name) for name in RECORDED_LISTS if getattr(record, name, ())}
    active = {name: tuple(item for item in items if is_active(item, moment)) for name, items in lists.items()}
    changed: dict[str, Any] = {name: active[name] for name in active if len(active[name]) != len(lists[name])}
    return with_marks(replace(record, **changed) if changed else record)


def without_later_edits(record: AnyRecord, moment: str | None) -> AnyRecord:
    """Return the record with every edit after `moment` undone. Items and events that were added later are kept.

    Return the record unchanged if `moment` is None, or if the older values are no valid record.
    """
    if moment is None or all(change.recorded <= moment for change in record.history):
        return record
    values, later = record_values(record), (change for change in record.history if change.recorded > moment)
    for change in sorted(later, key=lambda change: change.recorded, reverse=True):
        if item_path := parse_item_path(change.field):
            list_name, recorded, name = item_path
            for item in values.get(list_name, ()):
                if item.get("recorded") == recorded and change.old is not None:
                    item[name] = parse_history(change.old)
        elif change.old is None:
            values.pop(change.field, None)
        else:
            values[change.field] = parse_history(change.old)
    values["history"] = [record_values(change) for change in record.history if change.recorded <= moment]
    older, _ = build_record(type(record), {key: value for key, value in values.items() if key != "id"}, id=record.id)
    return replace(older, version=record.version) if older is not None else record


def parse_history(old: str) -> Any:
    """Return the value of a text in a history (`old`), which is YAML. If the text is not valid YAML, return the text itself."""
    try:
        # the history drops the last line break, which a text of several lines may need
        return to_values(compose(old + "\n"))
    except InvalidFile:
        return old
