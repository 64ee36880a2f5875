"""What the dashboard tells of a record: now, or as it stood recorded at a past moment."""

from dataclasses import replace
from typing import Any, TypeVar

from tracker.model.dataset import RECORDED_LISTS
from tracker.model.errors import InvalidFile
from tracker.model.lifecycle import is_active
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_reader import compose, to_values
from tracker.storage.yaml_writer import record_values

AnyRecord = TypeVar("AnyRecord", Recommendation, Evidence, Document)


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
