"""Correct files that were edited by hand: add recorded times and the schema line. Nothing else in a file is changed."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import Any

from yaml.nodes import MappingNode

from tracker.config import AnyPlace
from tracker.model.dataset import RECORDED_LISTS, Dataset, all_records
from tracker.model.errors import InvalidFile
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.record_storage import FileChange, FileSource, StorageTransaction, list_files_in
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, parse_file
from tracker.storage.yaml.json_schema import SCHEMA_NAMES, schema_comment
from tracker.storage.yaml.patch import BOM, patch_yaml
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.validation import rules

FILE_TYPES = {f"{SCHEMA_NAMES[kind]}.yaml": kind for kind in (DocumentsFile, SafetyFile, Settings, BodiesFile)}
"""Name of a file that is in no folder → the type of its contents."""
ATTRIBUTED_PLACES = {"", "assessments", "events"}
"""The places where `recorded_by` can be added: "" means the record itself, any other text the items of this list."""
KEYS_AFTER_RECORDED = {"recorded_by", "recorded_for", "events", "history"}
"""The keys that come after `recorded` in a file."""
SCHEMA_COMMENT_PATTERN = re.compile(r"^#\s*yaml-language-server:\s*\$schema=", re.M)


def fix_folder(root: AnyPlace, *, handle: str = "", clock: Callable[[], datetime] = utc_now) -> tuple[str, ...]:
    """Fix all files of a data folder. Return a line for each file that was changed or skipped.

    `handle` is the handle of the person to write as `recorded_by`. If `handle` is empty, no `recorded_by` is written.
    Raises NoDataset, LockTimeout or OSError. Then no file was changed.
    """
    reader = DatasetReader(root)
    reader.read()  # raises NoDataset before a lock file is created in a folder that is not one
    done = list[str]()
    changes: list[FileChange] = []
    with reader.storage.transaction() as transaction:
        dataset = reader.read(fresh=True)
        first = next_timestamp(clock(), dataset, all_records(dataset), last_time=transaction.last_time)
        stamps = TimestampIssuer(first, handle)
        for name, kind in _files(reader.storage):
            told, raw, new = _fixed(dataset, name, kind, stamps=stamps, transaction=transaction)
            if new != raw:
                changes.append((name, raw, new))
            if told:
                done.append(f"{display_path(dataset.root / name)}: {told}")
        if changes:
            transaction.stage(changes, last_time=stamps.last)
            transaction.commit()
    return tuple(done)


def _files(files: FileSource) -> Iterator[tuple[str, type]]:
    """Yield a (name, type of the contents) pair for every data file.

    The files that are in no folder come first, then the files of records, sorted by folder and by name.
    """
    top = files.list_files("")
    yield from ((name, kind) for name, kind in FILE_TYPES.items() if name in top)
    for folder, kind in sorted(RECORD_FOLDERS.items()):
        yield from (
            (name, kind)
            for name in sorted({**list_files_in(files, folder, ".yaml"), **list_files_in(files, folder, ".yml")})
        )


def _fixed(
    dataset: Dataset, name: str, kind: type, *, stamps: TimestampIssuer, transaction: StorageTransaction
) -> tuple[str, bytes, bytes]:
    """Return (what was done or "", present bytes, new bytes) for one file. If it is skipped, the bytes are equal."""
    issued: list[str] = []
    path = dataset.root / name
    raw = b""
    with suppress(OSError):
        raw = transaction.read(name) or b""
    skipped = "skipped; correct its problems first", raw, raw
    if display_path(path) in {problem.path for problem in dataset.problems}:
        return skipped

    def issue() -> str:
        issued.append(stamps())
        return issued[-1]

    try:
        text = decode(raw)
        node, head = compose(text), "" if SCHEMA_COMMENT_PATTERN.search(text) else schema_comment(kind)
        values = to_values(node)
        stamped = _stamped("", values, issue, handle=stamps.handle) if kind in RECORD_FOLDERS.values() else values
        is_flow_style = isinstance(node, MappingNode) and node.flow_style
        new = patch_yaml(text, node, stamped) if issued and not is_flow_style else text
        new = head.replace("\n", "\r\n" if "\r\n" in text else "\n") + new
        out = (BOM if raw.startswith(BOM) else b"") + new.encode()
        records, problems = parse_file(PurePath(name), out)
        if problems or to_values(compose(new)) != stamped or not _is_only_extended(text, new):
            reason = "more than the missing lines would have to change; write one key per line, without braces"
            return f"skipped; {reason}", raw, raw
    except InvalidFile:
        return skipped
    # The rules are checked with the new contents, because before a missing recorded time was a violation.
    violations = (
        rules.check_record(dataset, records[0]) if kind in RECORD_FOLDERS.values() else rules.check_registers(dataset)
    )
    # a mark without its place is shown as "not checked yet": that is no reason to leave the file as it is
    if any(violation.path == path and violation.message != rules.PLACE_MISSING for violation in violations):
        return skipped
    times = [f"{len(issued)} recorded time{'s' * (len(issued) > 1)}"] if issued else []
    added = " and ".join([*times, *(["the schema line"] if head else [])])
    return f"added {added}" if added else "", raw, out


def _stamped(place: str, item: dict[str, Any], issue: Callable[[], str], *, handle: str) -> dict[str, Any]:
    """Return `item` with missing recorded times added, also in the items and events inside `item`.

    `place` is the name of the list that contains `item`, or "" if `item` is a record. `issue` returns the next recorded
    time. `handle` is added as `recorded_by`, unless it is empty. The order of the present keys stays the same.
    """
    keys = list(item)
    missing = "recorded" not in item
    if missing:
        keys.insert(next((i for i, key in enumerate(keys) if key in KEYS_AFTER_RECORDED), len(keys)), "recorded")
    new: dict[str, Any] = {}
    for key in keys:
        if key == "recorded" and missing:
            new[key] = issue()
            if handle and place in ATTRIBUTED_PLACES and "recorded_by" not in item:
                new["recorded_by"] = handle
        elif key in RECORDED_LISTS or key == "events":
            new[key] = [_stamped(key, child, issue, handle=handle) for child in item[key]]
        else:
            new[key] = item[key]
    return new


def _is_only_extended(text: str, new: str) -> bool:
    """Return whether `new` contains all characters of `text` in the same order. If not, a part of `text` was lost."""
    rest = iter(new)
    return all(character in rest for character in text)
