"""Parse the bytes of one data file into records, and into problems with line numbers."""

from pathlib import PurePath
from typing import Any

from tracker.model.errors import FieldPath
from tracker.model.field_types import is_id
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile
from tracker.storage.yaml.defaults import with_defaults
from tracker.storage.yaml.reader import compose, decode, find_line, hash_version, to_values
from tracker.storage.yaml.record_builder import build_record

RECORD_FOLDERS: dict[str, type] = {"recommendations": Recommendation, "evidence": Evidence}
MAX_PROBLEMS_PER_FILE = 200
"""The maximum number of problems that are reported for one file."""
SETTINGS_FILES: dict[str, type] = {"tracker.yaml": Settings, "safety.yaml": SafetyFile}
REGISTER_FILES = {"treaty_bodies.yaml": ("treaty_bodies", TreatyBody), "documents.yaml": ("documents", Document)}


ParsedFile = tuple[tuple[Any, ...], list[tuple[int, str]]]
"""(valid records of a file, problems of the file). A problem is (line from 1, message)."""


def parse_file(name: PurePath, raw: bytes) -> ParsedFile:
    """Return (valid records, problems) of a data file. Raises InvalidFile if its bytes are not valid YAML."""
    node = compose(decode(raw))
    values = to_values(node)
    if kind := RECORD_FOLDERS.get(name.parent.name):
        if name.suffix != ".yaml":
            return (), [(1, f"the file name ends in {name.suffix}; rename it to {name.stem}.yaml")]
        if not is_id(name.stem):
            named = f"the file name {name.stem[:80]!r} is not an id"
            return (), [(1, f"{named}; use lower-case letters a-z, digits and single hyphens")]
        if values in ({}, ""):
            return (), [(1, "the file is empty; delete it, or start with the fields of the schema")]
        record, wrong = build_record(kind, values, id=name.stem, version=hash_version(raw))
        return (record,) if record else (), _with_lines(node, wrong)
    values = with_defaults(name.name, values)
    if name.name in SETTINGS_FILES:
        record, wrong = build_record(SETTINGS_FILES[name.name], values)
        return (record,) if record else (), _with_lines(node, wrong)
    key, kind = REGISTER_FILES[name.name]
    return _parse_register(key, kind, node, values=values)


def _parse_register(key: str, kind: type, node: Any, *, values: Any) -> ParsedFile:
    if not isinstance(values, dict) or not isinstance(values.get(key), list):
        return (), [(1, f"the list {key!r} is missing; start the file with '{key}:' and items after '- '")]
    others = (other for other in values if other != key)
    wrong: list[tuple[FieldPath, str]]
    wrong = [((other,), f"unknown key {other[:60]!r}; only {key!r} belongs here") for other in others]
    records: dict[str, Any] = {}
    for index, item in enumerate(values[key]):
        derived = {"version": item_version(item)} if kind is Document else {}
        record, item_problems = build_record(kind, item, **derived)
        wrong += [((key, index, *field_path), message) for field_path, message in item_problems]
        if record is not None and record.id in records:
            wrong.append(((key, index, "id"), f"the id {record.id!r} is used twice; use each id once"))
        elif record is not None:
            records[record.id] = record
    return tuple(records.values()), _with_lines(node, wrong)


def item_version(item: Any) -> str:
    """Return the version of one record in a file with a list of records: a hash of `item`, the record's values."""
    return hash_version(repr(item).encode())


def _with_lines(node: Any, wrong: list[tuple[FieldPath, str]]) -> list[tuple[int, str]]:
    """Turn (field path, message) pairs into (line, message) pairs. After MAX_PROBLEMS_PER_FILE, only count the others."""
    problems = [(find_line(node, field_path), message) for field_path, message in wrong[:MAX_PROBLEMS_PER_FILE]]
    if len(wrong) > MAX_PROBLEMS_PER_FILE:
        left_out = len(wrong) - MAX_PROBLEMS_PER_FILE
        problems.append((max(problems)[0], f"{left_out:,} more problems in this file; correct these first"))
    return problems
