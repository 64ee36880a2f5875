"""Prepare the new contents of each file that a save writes.

The new contents are parsed again, to verify that they give exactly the intended records.
"""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from tracker.model.dataset import Dataset, Record
from tracker.model.errors import InvalidFile, WriteFailed
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, DocumentsFile
from tracker.storage.yaml.file_parser import ParsedFile, item_version, parse_file
from tracker.storage.yaml.format import record_values
from tracker.storage.yaml.json_schema import schema_comment
from tracker.storage.yaml.patch import merge_values, patch_file
from tracker.storage.yaml.reader import compose, decode, hash_version, to_values

RecordChange = tuple[Record | None, Record]
"""(the record before the save, the record after it). The first is None for a new record."""


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file to write.

    `before` is the contents of the file now, None for a new file. `after` is the new contents. `records` are the
    changed records, and `parsed` is everything in the file; both were parsed from `after`.
    """

    path: PurePath
    records: tuple[Record, ...]
    after: bytes
    before: bytes | None
    parsed: ParsedFile


def current_record(dataset: Dataset, record: Record, raw: bytes | None) -> tuple[Record | None, str]:
    """Return (record, version): the state of `record` in its file now.

    `raw` is the contents of the file, None if there is no file. If the file has no such record, return (None, ""). If
    the file cannot be read, return (None, the version of the whole file).
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
    except InvalidFile:
        return None, hash_version(raw)
    if current := next((item for item in records if item.id == record.id), None):
        return current, current.version
    return None, "" if isinstance(record, Document) else hash_version(raw)


def with_records(dataset: Dataset, records: Sequence[Record]) -> Dataset:
    """Return the dataset with `records` added. A record replaces the record that has the same id."""

    def overlay(existing: Mapping[str, Any], kind: type) -> Mapping[str, Any]:
        # An overlay, because a copy would touch each of 5,000 records.
        return ChainMap({r.id: r for r in records if isinstance(r, kind)}, existing)  # type: ignore[arg-type]

    return replace(
        dataset,
        recommendations=overlay(dataset.recommendations, Recommendation),
        evidence=overlay(dataset.evidence, Evidence),
        documents=overlay(dataset.documents, Document),
    )


def prepare_file(root: PurePath, path: PurePath, raw: bytes | None, changes: Sequence[RecordChange]) -> PreparedFile:
    """Return the file `path` with the `changes` made. The rest of the file stays the same.

    `raw` is the contents of the file now, None for a new file. Raises WriteFailed if the new contents do not parse to
    the new records, or if the file has an invalid entry: until it is corrected, readers see the last good version of the
    file, without what is saved now. Raises InvalidFile if the file cannot be patched.
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
    if parsed[1]:
        raise WriteFailed(f"{path.name}: {parsed[1][0][1]}. Correct this first. Nothing was saved.")
    return PreparedFile(path, records, after, before=raw, parsed=parsed)


def _new_values(written: Any, changes: Sequence[RecordChange]) -> dict[str, Any]:
    """Return the values that the file must have after the save. Values that did not change stay as written."""
    if not isinstance(changes[0][1], Document):
        ((old, new),) = changes
        merged: dict[str, Any] = (
            merge_values(written, _file_values(old), _file_values(new)) if old else _file_values(new)
        )
        return merged
    items = written.get("documents", []) if isinstance(written, dict) else None
    if not isinstance(items, list):
        raise WriteFailed("documents.yaml has no list of documents. Correct this first. Nothing was saved.")
    items = items.copy()
    for old, new in changes:
        if old is None:
            items.append(record_values(new))
        else:
            index = next(i for i, item in enumerate(items) if item_version(item) == old.version)
            items[index] = merge_values(items[index], record_values(old), record_values(new))
    return {**written, "documents": items}


def _file_values(record: Record) -> dict[str, Any]:
    """Return the values to write for a record that has its own file. The id is not included: it is the file's name."""
    return {name: value for name, value in record_values(record).items() if name != "id"}


def _read_back(
    path: PurePath, raw: bytes, values: dict[str, Any], *, expected: list[Record]
) -> tuple[tuple[Record, ...], ParsedFile] | None:
    """Return (the records, the whole parsed file), parsed from the new contents `raw`.

    Return None if the records differ from `expected`. If the file is a list, return None also if `raw` does not parse
    to `values`.
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
