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
from tracker.model.file_kind import FileKind
from tracker.model.registers import BodiesFile, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile
from tracker.safety.redaction.files import entries_in, is_entry
from tracker.storage.attached_files import MAX_KEPT_BYTES, is_kept, kept_name, original_name
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileChange, FileSource, RecordStorage, StorageTransaction, list_files_in
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, parse_file
from tracker.storage.yaml.json_schema import SCHEMA_NAMES, schema_comment
from tracker.storage.yaml.patch import BOM, patch_file, patch_yaml
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import RECEIVED_DIGEST
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

    `handle` is written as `recorded_by`, unless it is empty. Raises NoDataset, LockTimeout or OSError. Then no file was
    changed.
    """
    reader = DatasetReader(root)
    reader.read()  # raises NoDataset before a lock file is created in a folder that is not one
    done, changes = list[str](), list[FileChange]()
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
    """Yield (name, type of the contents) of every data file: first those in no folder, then those of records."""
    top = files.list_files("")
    yield from ((name, kind) for name, kind in FILE_TYPES.items() if name in top)
    for folder, kind in sorted(RECORD_FOLDERS.items()):
        names = {**list_files_in(files, folder, ".yaml"), **list_files_in(files, folder, ".yml")}
        yield from ((name, kind) for name in sorted(names))


def _fixed(
    dataset: Dataset, name: str, kind: type, *, stamps: TimestampIssuer, transaction: StorageTransaction
) -> tuple[str, bytes, bytes]:
    """Return (what was done or "", present bytes, new bytes) for one file. If it is skipped, the bytes are equal."""
    issued, path, raw = list[str](), dataset.root / name, b""
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
        rest = iter(new)  # with all characters of `text` in the same order, no part of it was lost
        if problems or to_values(compose(new)) != stamped or not all(character in rest for character in text):
            reason = "more than the missing lines would have to change; write one key per line, without braces"
            return f"skipped; {reason}", raw, raw
    except InvalidFile:
        return skipped
    # The rules are checked with the new contents, because before a missing recorded time was a violation.
    is_record = kind in RECORD_FOLDERS.values()
    violations = rules.check_record(dataset, records[0]) if is_record else rules.check_registers(dataset)
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
    keys, missing = list(item), "recorded" not in item
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


OLDER_COPIES = (
    f"{RECEIVED_DIGEST} can show who gave a file. Git history, backups and packages that were made before still have it: "
    "see docs/redaction.md"
)
NEEDS_PRIVATE = (
    f"{RECEIVED_DIGEST} was not removed: the private folder may have untouched originals, and only this key leads to them. "
    "Set TRACKER_DATA to this folder and TRACKER_PRIVATE to the private one, and run it again. If no original was ever kept "
    "privately, add --no-originals."
)


def remove_received_digests(public: AnyPlace, private: AnyPlace | None, *, no_originals: bool = False) -> Iterator[str]:
    """Take the digests of originals out of the YAML files of both places, and yield what was done, as lines.

    `private` is the place of the private data, None if it is not known. First its originals get their new names, and what
    has only a digest is noted there: after that nothing else would lead to them. So without a private place nothing is
    removed, unless the host says that it never had an original (`no_originals`). If the machine stops, a second call
    finishes the work. Raises LockTimeout or OSError.
    """
    places = [place for place in (private, public) if place and open_storage(place).exists()]
    entries = [entry for place in places for entry in entries_in(open_storage(place))]
    if not any(RECEIVED_DIGEST in entry for entry in entries):
        return
    pairs = {(entry["sha256"], str(entry.get(RECEIVED_DIGEST, entry["sha256"]))) for entry in entries}
    if private and private in places:
        _name_originals(open_storage(private), pairs, kept={entry["sha256"] for entry in entries})
    elif not no_originals:
        yield NEEDS_PRIVATE
        return
    for place in places:
        storage, done = open_storage(place), list[str]()
        with storage.transaction() as transaction:
            for name in [name for name in storage.list_all() if name.endswith(".yaml")]:
                raw = transaction.read(name, None) or b""
                with suppress(InvalidFile):
                    new, count = _without_digests(raw)
                    if count:
                        transaction.stage([(name, raw, new)])
                        path = display_path(storage.root / name)
                        done.append(f"{path}: removed {count} digest{'s' * (count > 1)} of untouched originals")
            transaction.commit()
        yield from done
    yield OLDER_COPIES


def _name_originals(storage: RecordStorage, pairs: set[tuple[str, str]], *, kept: set[str]) -> None:
    for sha256, received in sorted(pairs):
        if sha256 == received:
            continue
        with storage.transaction() as transaction:
            old = {kind: name for kind in FileKind if is_kept(storage, name := kept_name(f"{received}.{kind.value}"))}
            new = {original_name(sha256, received, kind.value): storage.read(old[kind], MAX_KEPT_BYTES) for kind in old}
            new = new or {original_name(sha256, received): b""}
            transaction.stage([(name, None, raw) for name, raw in new.items() if not is_kept(storage, name)])
            # an original can be the file of another entry, or the original of two files
            if received not in kept and sum(received == each for _, each in pairs) == 1:
                transaction.discard(*old.values())
            transaction.commit()


def _without_digests(raw: bytes) -> tuple[bytes, int]:
    """Return (new bytes of a file, number of digests in it). Raises InvalidFile."""
    if RECEIVED_DIGEST.encode() not in raw:
        return raw, 0
    removed = list[str]()

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(item) for item in value]
        if not isinstance(value, dict):
            return value
        if is_entry(value) and RECEIVED_DIGEST in value:
            removed.append(value[RECEIVED_DIGEST])
            value = {key: item for key, item in value.items() if key != RECEIVED_DIGEST}
        return {key: without(item) for key, item in value.items()}

    values = without(to_values(compose(decode(raw))))
    patched, _ = patch_file(raw, values, read_back=lambda new: to_values(compose(decode(new))) == values or None)
    return patched, len(removed)
