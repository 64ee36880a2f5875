"""Prepare the new contents of each file of a save, and verify that they parse back to the intended records."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracker.model.dataset import Dataset, Record
from tracker.model.errors import InvalidFile
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, DocumentsFile
from tracker.storage.file_parser import ParsedFile, item_version, parse_file
from tracker.storage.guarded_read import read_file
from tracker.storage.json_schema import schema_comment
from tracker.storage.yaml_format import record_values
from tracker.storage.yaml_merge import merge_values
from tracker.storage.yaml_patch import patch_file
from tracker.storage.yaml_reader import compose, decode, hash_version, to_values

RecordChange = tuple[Record | None, Record]
"""(the record before the save, the record after it). The first is None for a new record."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file to write.

    `records` are the changed records, as parsed from the new bytes `after`. `before` are the bytes before the save,
    None for a new file. `parsed` is all that the new bytes contain.
    """

    path: Path
    records: tuple[Record, ...]
    after: bytes
    before: bytes | None
    parsed: ParsedFile


def read_bytes(path: Path) -> bytes | None:
    """Return the contents of a file, or None if there is no such file."""
    try:
        return read_file(path)
    except FileNotFoundError:
        return None


def current_record(dataset: Dataset, record: Record, raw: bytes | None) -> tuple[Record | None, str]:
    """Return the record as it is in its file now, and its version.

    `raw` are the bytes of the file, None if there is no file. The version is "" if there is no such record. If the
    record is there but cannot be read, the record is None and the version is that of the whole file.
    """
    if raw is None:
        return None, ""
    if not isinstance(record, Document):
        records_by_id = dataset.recommendations if isinstance(record, Recommendation) else dataset.evidence
        known: Record | None = records_by_id.get(record.id)
        if known is not None and known.version == hash_version(raw):
            return known, known.version
    try:
        records, _ = parse_file(dataset.path_of(record).relative_to(dataset.root), raw)
        current = next((item for item in records if item.id == record.id), None)
        if current is None and isinstance(record, Document) and not _has_item(raw, record.id):
            return None, ""
    except InvalidFile:
        current = None
    return current, current.version if current else hash_version(raw)


def with_records(dataset: Dataset, records: Sequence[Record]) -> Dataset:
    """Return the dataset with these records added or replaced."""

    def overlay(existing: Mapping[str, Any], kind: type) -> Mapping[str, Any]:
        # An overlay, because a copy would touch each of 5,000 records.
        return ChainMap({r.id: r for r in records if isinstance(r, kind)}, existing)  # type: ignore[arg-type]

    return replace(
        dataset,
        recommendations=overlay(dataset.recommendations, Recommendation),
        evidence=overlay(dataset.evidence, Evidence),
        documents=overlay(dataset.documents, Document),
    )


def _has_item(raw: bytes, item_id: str) -> bool:
    """Return whether a list file has an item with this id, even if the item is not valid."""
    items = _items(to_values(compose(decode(raw))))
    return any(isinstance(item, dict) and item.get("id") == item_id for item in items)


def _items(values: Any) -> list[Any]:
    """Return the items of a list file. Raises InvalidFile if it has no list."""
    items = values.get("documents", []) if isinstance(values, dict) else None
    if not isinstance(items, list):
        raise InvalidFile(1, "no list of documents")
    return items


def prepare_file(root: Path, path: Path, raw: bytes | None, changes: Sequence[RecordChange]) -> PreparedFile:
    """Return a file with the changes made. Its new bytes parse to the new records; the rest of it stays the same.

    `raw` are the bytes of the file, None for a new file. Raises WriteFailed if the new bytes do not parse to the new
    records, and InvalidFile if the file cannot be patched.
    """
    kind = type(changes[0][1])
    text = schema_comment(DocumentsFile if kind is Document else kind) if raw is None else decode(raw)
    node = compose(text)
    values = _new_values(to_values(node), changes)
    new_records = [record for _, record in changes]
    after, (records, parsed) = patch_file(
        raw,
        values,
        read_back=lambda new: _read_back(path.relative_to(root), new, values, expected=new_records),
        header=text,
        node=node,
    )
    return PreparedFile(path, records, after, before=raw, parsed=parsed)


def _new_values(written: Any, changes: Sequence[RecordChange]) -> dict[str, Any]:
    """Return the values that a file should have; what did not change stays as it was written."""
    if not isinstance(changes[0][1], Document):
        ((old, new),) = changes
        merged: dict[str, Any] = (
            merge_values(written, _file_values(old), _file_values(new)) if old else _file_values(new)
        )
        return merged
    items = list(_items(written))
    for old, new in changes:
        if old is None:
            items.append(record_values(new))
        else:
            index = next(i for i, item in enumerate(items) if item_version(item) == old.version)
            items[index] = merge_values(items[index], record_values(old), record_values(new))
    return {**written, "documents": items}


def _file_values(record: Record) -> dict[str, Any]:
    """Return the values of a record that has a file of its own. The id is left out, because it is the file's name."""
    return {name: value for name, value in record_values(record).items() if name != "id"}


def _read_back(
    path: Path, raw: bytes, values: dict[str, Any], *, expected: list[Record]
) -> tuple[tuple[Record, ...], ParsedFile] | None:
    """Return the expected records as parsed from the new bytes, and all that was parsed. None if the records differ.

    In a list file, return None also if the new bytes do not parse to `values`.
    """
    try:
        parsed = parse_file(path, raw)
        # In a list file, the other items must stay the same too.
        if isinstance(expected[0], Document) and to_values(compose(decode(raw))) != values:
            return None
    except InvalidFile:
        return None
    by_id = {record.id: record for record in parsed[0]}
    records = tuple(by_id[new.id] for new in expected if new.id in by_id)
    with_same_versions = [replace(now, version=new.version) for now, new in zip(records, expected, strict=False)]
    return (records, parsed) if with_same_versions == expected else None
