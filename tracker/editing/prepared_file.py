"""The files of a save as they will be: each change in the person's own text, read back before it is trusted."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracker.model.dataset import Dataset, Record
from tracker.model.errors import InvalidFile
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, DocumentsFile
from tracker.storage.file_parser import item_version, parse_file
from tracker.storage.json_schema import schema_comment
from tracker.storage.yaml_merge import merge_values
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import compose, decode, hash_version, to_values
from tracker.storage.yaml_writer import record_values

RecordChange = tuple[Record | None, Record]
"""A record before and after; None before it was there."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file: the records that change in it, its bytes after and before (None where there is none yet)."""

    path: Path
    records: tuple[Record, ...]
    after: bytes
    before: bytes | None


def current_record(dataset: Dataset, record: Record, raw: bytes | None) -> tuple[Record | None, str]:
    """The record as the bytes of its file have it, and its version: empty where it is not there, the file's where it cannot be read."""
    if raw is None:
        return None, ""
    if not isinstance(record, Document):
        read = dataset.recommendations if isinstance(record, Recommendation) else dataset.evidence
        known: Record | None = read.get(record.id)
        if known is not None and known.version == hash_version(raw):
            return known, known.version
    try:
        records, _ = parse_file(dataset.path_of(record).relative_to(dataset.root), raw)
        found = next((now for now in records if now.id == record.id), None)
        if found is None and isinstance(record, Document) and not _names(raw, record.id):
            return None, ""
    except InvalidFile:
        found = None
    return found, found.version if found else hash_version(raw)


def with_records(dataset: Dataset, records: Sequence[Record]) -> Dataset:
    """The dataset with some records as they will be."""

    def over(there: Mapping[str, Any], kind: type) -> Mapping[str, Any]:
        # laid over the others and not copied: a copy touches each of 5,000 records
        return ChainMap({r.id: r for r in records if isinstance(r, kind)}, there)  # type: ignore[arg-type]

    return replace(
        dataset,
        recommendations=over(dataset.recommendations, Recommendation),
        evidence=over(dataset.evidence, Evidence),
        documents=over(dataset.documents, Document),
    )


def _names(raw: bytes, name: str) -> bool:
    """Whether an item of a list file has an id, be it readable or not."""
    return any(isinstance(item, dict) and item.get("id") == name for item in _items(to_values(compose(decode(raw)))))


def _items(values: Any) -> list[Any]:
    items = values.get("documents", []) if isinstance(values, dict) else None
    if not isinstance(items, list):
        raise InvalidFile(1, "no list of documents")
    return items


def prepare_file(root: Path, path: Path, raw: bytes | None, changes: Sequence[RecordChange]) -> PreparedFile:
    """A file with everything that changes in it, read back and found to say what was asked, and else what it said."""
    kind = type(changes[0][1])
    text = schema_comment(DocumentsFile if kind is Document else kind) if raw is None else decode(raw)
    node = compose(text)
    wanted = _wanted(to_values(node), changes)
    out, again = patch_file(
        raw,
        wanted,
        read_back=lambda new: _read_back(path.relative_to(root), new, wanted, [record for _, record in changes]),
        header=text,
        node=node,
    )
    return PreparedFile(path, again, out, raw)


def _wanted(written: Any, changes: Sequence[RecordChange]) -> dict[str, Any]:
    """What a file should hold, in its person's own way of writing."""
    if not isinstance(changes[0][1], Document):
        ((old, new),) = changes
        merged: dict[str, Any] = merge_values(written, _in_file(old), _in_file(new)) if old else _in_file(new)
        return merged
    items = list(_items(written))
    for old, new in changes:
        if old is None:
            items.append(record_values(new))
        else:
            place = next(i for i, item in enumerate(items) if item_version(item) == old.version)
            items[place] = merge_values(items[place], record_values(old), record_values(new))
    return {**written, "documents": items}


def _in_file(record: Record) -> dict[str, Any]:
    """The values of a record whose file is named like it."""
    return {name: value for name, value in record_values(record).items() if name != "id"}


def _read_back(path: Path, raw: bytes, wanted: dict[str, Any], asked: list[Record]) -> tuple[Record, ...] | None:
    """The records as the file has them now; None where it does not say what it should."""
    try:
        records, _ = parse_file(path, raw)
        # in a list the others stay too
        if isinstance(asked[0], Document) and to_values(compose(decode(raw))) != wanted:
            return None
    except InvalidFile:
        return None
    found = {record.id: record for record in records}
    again = tuple(found[new.id] for new in asked if new.id in found)
    return (
        again if [replace(now, version=new.version) for now, new in zip(again, asked, strict=False)] == asked else None
    )
