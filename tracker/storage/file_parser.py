"""From the bytes of one file to its records, and what is wrong with them, line by line."""

from pathlib import Path
from typing import Any

from tracker.model.fields import is_id
from tracker.model.problems import FieldPath
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_reader import compose, decode, find_line, hash_version, to_values

RECORD_FOLDERS: dict[str, type] = {"recommendations": Recommendation, "evidence": Evidence}
MAX_PROBLEMS_PER_FILE = 200
"""Problems told of one file."""
SETTINGS_FILES: dict[str, type] = {"tracker.yaml": Settings, "safety.yaml": SafetyFile}
REGISTER_FILES = {"treaty_bodies.yaml": ("treaty_bodies", TreatyBody), "documents.yaml": ("documents", Document)}


def parse_file(name: Path, raw: bytes) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    """The records of one file, and (line, what is wrong) for what is not one. Broken when it is no YAML document.

    `name` is the file's place below the data folder: a folder of that name elsewhere on the way does not matter.
    """
    node = compose(decode(raw))
    values = to_values(node)
    folder = name.parent.name
    if folder in RECORD_FOLDERS:
        return _one(RECORD_FOLDERS[folder], name, raw, node, values)
    if name.name in SETTINGS_FILES:
        record, wrong = build_record(SETTINGS_FILES[name.name], values)
        return (record,) if record else (), _lined(node, wrong)
    key, kind = REGISTER_FILES[name.name]
    return _many(key, kind, node, values)


def _one(kind: type, name: Path, raw: bytes, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if name.suffix != ".yaml":
        return (), [(1, f"the file name ends in {name.suffix}; rename it to {name.stem}.yaml")]
    if not is_id(name.stem):
        return (), [
            (1, f"the file name {name.stem[:80]!r} is not an id; use small letters a-z, digits and single hyphens")
        ]
    if values in ({}, ""):
        return (), [(1, "the file is empty; delete it, or start with the fields of the schema")]
    record, wrong = build_record(kind, values, id=name.stem, version=hash_version(raw))
    return (record,) if record else (), _lined(node, wrong)


def _many(key: str, kind: type, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if not isinstance(values, dict) or not isinstance(values.get(key), list):
        return (), [(1, f"the list {key!r} is missing; start the file with '{key}:' and items after '- '")]
    wrong: list[tuple[FieldPath, str]] = [
        ((other,), f"unknown key {other[:60]!r}; only {key!r} belongs here") for other in values if other != key
    ]
    records: dict[str, Any] = {}
    for index, item in enumerate(values[key]):
        given = {"version": item_version(item)} if kind is Document else {}
        record, bad = build_record(kind, item, **given)
        wrong += [((key, index, *where), what) for where, what in bad]
        if record is not None and record.id in records:
            wrong.append(((key, index, "id"), f"the id {record.id!r} stands twice; ids are used once"))
        elif record is not None:
            records[record.id] = record
    return tuple(records.values()), _lined(node, wrong)


def item_version(item: Any) -> str:
    """The version of one item of a list file: a hash of its own values, whatever happens to the items around it."""
    return hash_version(repr(item).encode())


def _lined(node: Any, wrong: list[tuple[FieldPath, str]]) -> list[tuple[int, str]]:
    """The first problems of a file with their lines; how many more there are stands at the last of them."""
    lined = [(find_line(node, where), what) for where, what in wrong[:MAX_PROBLEMS_PER_FILE]]
    if len(wrong) > MAX_PROBLEMS_PER_FILE:
        lined.append(
            (max(lined)[0], f"{len(wrong) - MAX_PROBLEMS_PER_FILE:,} more problems in this file; correct these first")
        )
    return lined
