"""Filling what a machine knows in files that were edited by hand: recorded times and the schema line. Nothing else moves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode

from tracker.model.dataset import RECORDED_LISTS, Dataset, all_records
from tracker.model.errors import InvalidFile
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile
from tracker.storage.atomic_write import replace_all
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_lock import lock_file
from tracker.storage.file_parser import RECORD_FOLDERS, parse_file
from tracker.storage.json_schema import schema_comment
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml_patch import BOM, patch_text
from tracker.storage.yaml_reader import compose, decode, to_values
from tracker.validation import rules
from tracker.validation.key_migration import RenamedFile, rename_folder

FILE_TYPES = {
    "documents.yaml": DocumentsFile,
    "safety.yaml": SafetyFile,
    "tracker.yaml": Settings,
    "treaty_bodies.yaml": BodiesFile,
}
ATTRIBUTED_PLACES = {"", "assessments", "events"}
"""Where it is said who recorded something: at the record itself, an assessment, an event."""
KEYS_AFTER_RECORDED = {"recorded_by", "events", "history"}
"""What stands behind the recorded time."""
SCHEMA_COMMENT_PATTERN = re.compile(r"^#\s*yaml-language-server:\s*\$schema=", re.M)


@dataclass(frozen=True, slots=True)
class FixedFile:
    """What was filled in a file: how many recorded times, and whether the schema line; or why it was left alone."""

    path: str
    times: int = 0
    schema: bool = False
    skipped_because: str = ""

    def __str__(self) -> str:
        times = f"{self.times} recorded time{'s' * (self.times > 1)}" if self.times else ""
        filled = " and ".join(filter(None, (times, "the schema line" if self.schema else "")))
        return (
            f"{self.path}: left alone; {self.skipped_because}"
            if self.skipped_because
            else f"{self.path}: filled {filled}"
        )


def fix_folder(
    root: Path, *, handle: str = "", clock: Callable[[], datetime] = utc_now
) -> tuple[FixedFile | RenamedFile, ...]:
    """Fills all the files of a folder or none, and says what was done; a file that needs nothing is not named.

    `handle` is who recorded it; it stays open when empty. Raises NoDataset, Busy or OSError; then nothing was changed.
    """
    reader = DatasetReader(root)
    reader.read()  # a folder that is not there gets no lock file, but a sentence
    # first: a file with an old key is invalid, and an invalid file is not filled
    done: list[FixedFile | RenamedFile] = [*rename_folder(root)]
    swaps: list[tuple[Path, bytes | None, bytes]] = []
    with lock_file(root / ".lock") as lock:
        dataset = reader.read(fresh=True)
        stamps = TimestampIssuer(next_timestamp(clock(), dataset, all_records(dataset), lock), handle)
        for path, kind in _files(root):
            fixed, raw, new = _fixed(dataset, path, kind, stamps)
            if new != raw:
                swaps.append((path, raw, new))
            if new != raw or fixed.skipped_because:
                done.append(fixed)
        if swaps:
            stamps.store_last(lock)
            replace_all(swaps)
    return tuple(done)


def _files(root: Path) -> Iterator[tuple[Path, type]]:
    """The data files there are, in the order of their names, and what they hold."""
    for name, kind in FILE_TYPES.items():
        if (root / name).exists():
            yield root / name, kind
    for folder, kind in sorted(RECORD_FOLDERS.items()):
        found = (path for end in ("yaml", "yml") for path in (root / folder).glob(f"*.{end}"))
        yield from ((path, kind) for path in sorted(found) if not path.name.startswith("."))


def _fixed(dataset: Dataset, path: Path, kind: type, stamps: TimestampIssuer) -> tuple[FixedFile, bytes, bytes]:
    """What was filled, and the bytes of the file before and after; the same where it has problems of another sort."""
    given: list[str] = []
    raw = path.read_bytes() if path.is_file() else b""
    with_problems = FixedFile(display_path(path), skipped_because="correct its problems first"), raw, raw
    if display_path(path) in {problem.path for problem in dataset.problems}:
        return with_problems

    def give() -> str:
        given.append(stamps())
        return given[-1]

    try:
        text = decode(raw)
        node, head = compose(text), "" if SCHEMA_COMMENT_PATTERN.search(text) else schema_comment(kind)
        values = to_values(node)
        wanted = _stamped("", values, give, stamps.handle) if kind in RECORD_FOLDERS.values() else values
        braces = isinstance(node, MappingNode) and node.flow_style
        new = patch_text(text, wanted) if given and not braces else text
        new = head.replace("\n", "\r\n" if "\r\n" in text else "\n") + new
        out = (BOM if raw.startswith(BOM) else b"") + new.encode()
        records, wrong = parse_file(path.relative_to(dataset.root), out)
        if wrong or to_values(compose(new)) != wanted or not _only_more(text, new):
            return (
                FixedFile(
                    display_path(path), skipped_because="to fill it, more would have to change; write it in lines"
                ),
                raw,
                raw,
            )
    except InvalidFile:
        return with_problems
    # a time that was missing is a problem too: what counts is what is left
    found = (
        rules.check_record(dataset, records[0]) if kind in RECORD_FOLDERS.values() else rules.check_registers(dataset)
    )
    if any(finding.path == path for finding in found):
        return with_problems
    return FixedFile(display_path(path), len(given), bool(head)), raw, out


def _stamped(place: str, item: dict[str, Any], give: Callable[[], str], handle: str) -> dict[str, Any]:
    """An item with recorded times in it and below it wherever they are missing, in the order of the file."""
    keys = list(item)
    missing = "recorded" not in item
    if missing:
        keys.insert(next((i for i, key in enumerate(keys) if key in KEYS_AFTER_RECORDED), len(keys)), "recorded")
    new: dict[str, Any] = {}
    for key in keys:
        if key == "recorded" and missing:
            new[key] = give()
            if handle and place in ATTRIBUTED_PLACES and "recorded_by" not in item:
                new["recorded_by"] = handle
        elif key in RECORDED_LISTS or key == "events":
            new[key] = [_stamped(key, below, give, handle) for below in item[key]]
        else:
            new[key] = item[key]
    return new


def _only_more(text: str, new: str) -> bool:
    """Whether every character of a text is in the new one, in its order: then nothing was changed or taken away."""
    rest = iter(new)
    return all(character in rest for character in text)
