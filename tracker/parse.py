"""From the bytes of one file to its records, and what is wrong with them, line by line."""

import re
from pathlib import Path
from typing import Any

from tracker.build import build
from tracker.fields import ID
from tracker.files import compose, decode, line_of, plain, version_of
from tracker.model import Evidence, Recommendation
from tracker.registers import Document, Settings, TreatyBody

Wrong = list[tuple[int, str]]
RECORDS: dict[str, type] = {"recommendations": Recommendation, "evidence": Evidence}
LISTS = {"treaty_bodies.yaml": ("treaty_bodies", TreatyBody), "documents.yaml": ("documents", Document)}


def parse(name: Path, raw: bytes) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    """The records of one file, and (line, what is wrong) for what is not one. Broken when it is no YAML document."""
    node = compose(decode(raw))
    values = plain(node)
    folder = name.parent.name
    if folder in RECORDS and name.name not in LISTS:
        return _one(RECORDS[folder], name, raw, node, values)
    if name.name == "tracker.yaml":
        record, wrong = build(Settings, values)
        return (record,) if record else (), [(line_of(node, where), what) for where, what in wrong]
    key, kind = LISTS[name.name]
    return _many(key, kind, node, values)


def _one(kind: type, name: Path, raw: bytes, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if name.suffix != ".yaml":
        return (), [(1, f"the file name ends in {name.suffix}; rename it to {name.stem}.yaml")]
    if not _is_id(name.stem):
        return (), [
            (1, f"the file name {name.stem[:80]!r} is not an id; use small letters a-z, digits and single hyphens")
        ]
    if values in ({}, ""):
        return (), [(1, "the file is empty; delete it, or start with the fields of the schema")]
    record, wrong = build(kind, values, id=name.stem, version=version_of(raw))
    return (record,) if record else (), [(line_of(node, where), what) for where, what in wrong]


def _is_id(name: str) -> bool:
    return len(name) <= 80 and re.fullmatch(ID.strip("^$"), name) is not None


def _many(key: str, kind: type, node: Any, values: Any) -> tuple[tuple[Any, ...], list[tuple[int, str]]]:
    if not isinstance(values, dict) or not isinstance(values.get(key), list):
        return (), [(1, f"the list {key!r} is missing; start the file with '{key}:' and items after '- '")]
    wrong = [
        (line_of(node, (other,)), f"unknown key {other!r}; only {key!r} belongs here")
        for other in values
        if other != key
    ]
    records: list[Any] = []
    for index, item in enumerate(values[key]):
        record, bad = build(kind, item)
        wrong += [(line_of(node, (key, index, *where)), what) for where, what in bad]
        if record is not None and any(record.id == other.id for other in records):
            wrong.append((line_of(node, (key, index, "id")), f"the id {record.id!r} stands twice; ids are used once"))
        elif record is not None:
            records.append(record)
    return tuple(records), wrong
