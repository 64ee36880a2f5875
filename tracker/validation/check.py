"""Find all problems in a data folder, each with its file and line. Correct some of them (`check --fix`)."""

import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import chain, groupby
from math import inf
from operator import attrgetter
from pathlib import Path, PurePath
from typing import Any

from yaml.nodes import MappingNode

from tracker.config import AnyPlace
from tracker.files.kept_file import FilePage
from tracker.files.new_file import NewFile
from tracker.files.process import preview_of_file, text_of_file
from tracker.files.scan import scan_file_text
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import RECORDED_LISTS, Dataset, all_records
from tracker.model.errors import FieldPath, InvalidFile, Problem, RuleViolation, UnusableFile
from tracker.model.lifecycle import active_files
from tracker.model.registers import BodiesFile, Document, DocumentsFile, Settings
from tracker.model.safety_config import SafetyFile
from tracker.safety import scanner
from tracker.sandbox.limits import FileLimits
from tracker.storage import attached_files
from tracker.storage.attached_files import FILES_FOLDER, TEXT_SUFFIX, is_kept, kept_name, names_beside
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import (
    FileChange,
    FileSource,
    StorageTransaction,
    display_path,
    list_files_in,
)
from tracker.storage.timestamps import TimestampIssuer, next_timestamp, utc_now
from tracker.storage.word_templates import read_template, template_files
from tracker.storage.yaml.file_parser import RECORD_FOLDERS, parse_file
from tracker.storage.yaml.json_schema import SCHEMA_NAMES, schema_comment
from tracker.storage.yaml.patch import BOM, patch_yaml
from tracker.storage.yaml.reader import compose, decode, find_line, to_values
from tracker.validation import rules


def check_folder(
    root: AnyPlace, is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed, *, now: datetime | None = None
) -> list[Problem]:
    """Return all problems of a data folder, sorted by file and line, without dismissed findings. Raises NoDataset.

    If `now` is None, dates in the future are no problems. Attached files and Word templates are read whole. Files that
    no record names are problems too, but not if a data file has problems: it might name them.
    """
    dataset = DatasetReader(root).read()
    problems = find_problems(dataset, is_dismissed, now=now, with_digests=True)
    if not dataset.problems:  # a file that cannot be read may name them
        named = (file for record in all_records(dataset) for file in getattr(record, "files", ()))
        problems += unnamed_file_problems(dataset.root, named)
    return sorted([*problems, *check_templates(dataset, is_dismissed)])


def find_problems(
    dataset: Dataset,
    is_dismissed: scanner.IsDismissed = scanner.nothing_dismissed,
    *,
    now: datetime | None = None,
    with_digests: bool = False,
) -> list[Problem]:
    """Return all problems of a dataset and its attached files, sorted by file and line, without dismissed findings."""
    broken, unsafe = rules.check_dataset(dataset, now), scanner.scan_dataset(dataset, is_dismissed)
    violations = chain(broken, unsafe, check_attached_files(dataset, with_digests=with_digests))
    return sorted([*dataset.problems, *locate_violations(violations, dataset), *scanner.scan_files(dataset)])


def locate_violations(violations: Iterable[RuleViolation], dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each violation, sorted by file. The line is where it stands now, or 1 if the file cannot be read."""
    files = open_storage(dataset.root)
    for path, group in groupby(sorted(violations, key=lambda one: str(one.path)), key=attrgetter("path")):
        node = None
        with suppress(InvalidFile, OSError):
            node = compose(decode(files.read(dataset.name_of(path))))
        yield from (Problem(display_path(path), find_line(node, one.field_path), one.message) for one in group)


def check_templates(dataset: Dataset, is_dismissed: scanner.IsDismissed) -> Iterator[Problem]:
    """Yield a problem for each finding in a Word template, and for what is refused in it. The line is that of its text."""
    files = open_storage(dataset.root)
    for name, file in template_files(dataset.root).items():
        path, about = display_path(dataset.root / file), f"template {name}"
        try:
            (text, fault), digest = read_template(files, file), files.digest(file).hex()
            pages, shown = (FilePage(None, text),), PurePath(file).name
            check = scan_file_text(pages, dataset, is_dismissed, record=about, name=shown, digest=digest)
        except (UnusableFile, OSError) as error:
            yield Problem(path, 1, str(error))
            continue
        for found in check.findings:
            before = found.text_field.text[: found.match.start]
            line = text.count("\n", 0, text.index(before) + len(before)) + 1
            yield Problem(path, line, scanner.describe_finding(found.match.rule))
        if fault:
            yield Problem(path, 1, fault)


HOW_TO_RESTORE = "restore it from a backup, or withdraw it from the record"
NAMED_BY_NO_RECORD = "no record names this file; check --fix removes it a week after it was written"
NO_ATTACHED_FILE = "this is no attached file; move it to another folder"
OLD_TEXT = "the text of the file {name} was made by an older version, which did not read all of it"
HOW_TO_MAKE_AGAIN = "make it again on the server with: python -m tracker check --fix"


def check_attached_files(dataset: Dataset, *, with_digests: bool) -> Iterator[RuleViolation]:
    """Yield a violation for each attached file that is missing or changed, or whose text or preview is missing.

    Withdrawn files are left out. `with_digests` compares SHA-256, not only sizes, and finds texts of an old version.
    """
    digests: dict[str, str] = {}
    for record in all_records(dataset):
        active, path = active_files(record), dataset.path_of(record)
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        for index, file in enumerate(getattr(record, "files", ())):
            for message in file_faults(dataset.root, file, digests if with_digests else None) if file in active else ():
                yield RuleViolation(path, (*at, "files", index), message)


def file_faults(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> Iterator[str]:
    """Yield a message for each fault of an attached file, its text or its preview. `root` is a data folder or database.

    `digests` maps name → SHA-256; a file that it lacks is read whole and added. If it is None, only sizes are compared.
    """
    if fault := content_fault(root, file, digests):
        yield f"the file {file.name} {fault}; {HOW_TO_RESTORE}"
        return
    for name in names_beside(file):
        if not is_kept(open_storage(root), kept_name(name)):
            is_text = name.endswith(TEXT_SUFFIX)
            what, lost = ("text", ", so a search finds nothing in it") if is_text else ("preview", "")
            yield f"the {what} of the file {file.name} is missing{lost}; {HOW_TO_MAKE_AGAIN}"
        elif digests is not None and is_old_text(root, file, name):
            yield f"{OLD_TEXT.format(name=file.name)}; {HOW_TO_MAKE_AGAIN}"


def is_old_text(root: PurePath, file: AttachedFile, name: str) -> bool:
    """Return whether `name` is the name of the text of `file`, and an older version made this text. Raises OSError."""
    return name.endswith(TEXT_SUFFIX) and 0 not in attached_files.read_text_pages(root, file.sha256)


def content_fault(root: PurePath, file: AttachedFile, digests: dict[str, str] | None = None) -> str:
    """Return what is wrong with the bytes of an attached file, in words, or "". `digests` is as in `file_faults`."""
    storage, name = open_storage(root), kept_name(file.file_name)
    try:
        if not attached_files.is_own_file(root, name):
            return "is a link or a folder, not a file" if storage.stat(name) else "is missing"
        size = found[1] if (found := storage.stat(name)) else 0
        if size != file.size:
            return f"was changed: it has {size:,} bytes, and {file.size:,} when it was attached"
        if digests is None:
            return ""
        if name not in digests:
            digests[name] = storage.digest(name).hex()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return "" if digests[name] == file.sha256 else "was changed: it has other bytes than when it was attached"


def unnamed_file_problems(
    root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield a problem for each of `unnamed_files`. Do not call this if a data file cannot be read. Raises OSError."""
    for name in unnamed_files(root, named, originals=originals):
        is_ours = attached_files.digest_of_name(PurePath(name).name)
        yield Problem(display_path(root / name), 1, NAMED_BY_NO_RECORD if is_ours else NO_ATTACHED_FILE)


def unnamed_files(root: PurePath, named: Iterable[AttachedFile], *, originals: Iterable[str] = ()) -> list[str]:
    """Return the sorted names of all files in the folder `files/` that are not among the `named` files. Raises OSError.

    Leave out unfinished saves, texts and previews of `named` files, and originals of files in `originals` (digests).
    """
    kept = set(originals)
    names = {name for file in named for name in (file.file_name, *names_beside(file))}
    listed = [(name, PurePath(name).name) for name in sorted(open_storage(root).list_files(FILES_FOLDER))]
    unnamed = [(name, short) for name, short in listed if short not in names and not short.startswith(".")]
    return [name for name, short in unnamed if not attached_files.is_original(short, kept)]


UNNAMED_FOR = timedelta(days=7)
"""A file that is in no record is kept for this time: a person may still be about to save the record."""
NamedFiles = tuple[tuple[AttachedFile, ...], frozenset[str]]
"""(the files that records name, the digests of the files whose originals are kept)."""


def fix_attached_files(reader: DatasetReader, *, now: datetime) -> tuple[str, ...]:
    """Remove files that no record names and that are over a week old. Make missing texts and previews again.

    Return a line for each. If a data file is unreadable, remove nothing. Raises NoDataset, LockTimeout or OSError.
    """
    dataset = reader.read(fresh=True)
    made = restore_texts_and_previews(reader.root, [file for r in all_records(dataset) for file in active_files(r)])

    def named() -> NamedFiles | None:
        current = reader.read(fresh=True)
        files = tuple(file for record in all_records(current) for file in getattr(record, "files", ()))
        return None if current.problems else (files, frozenset())

    return (*made, *remove_unnamed_files(reader.root, named, now=now))


def remove_unnamed_files(
    root: PurePath, read_named: Callable[[], NamedFiles | None], *, now: datetime
) -> tuple[str, ...]:
    """Remove attached files that no record names and that are over a week old. Return a line for each removed file.

    `read_named` is called while the storage is locked. If it returns None, nothing is removed. Files that the tracker
    did not write are never removed. Raises LockTimeout or OSError.
    """
    storage = open_storage(root)
    if not storage.list_files(FILES_FOLDER):
        return ()
    with storage.transaction() as transaction:
        if (named := read_named()) is None:
            return ()
        files, originals = named
        unnamed = unnamed_files(root, files, originals=originals)
        ours = (name for name in unnamed if attached_files.digest_of_name(PurePath(name).name))
        outdated = [name for name in ours if _is_old(root, name, now)]
        transaction.discard(*outdated)
        transaction.commit()
    return tuple(f"{display_path(root / name)}: removed; no record names it" for name in outdated)


def _is_old(root: PurePath, name: str, now: datetime) -> bool:
    """Return whether a file or a symbolic link was written at least a week ago. Return False for a folder."""
    if isinstance(root, Path):
        found = (root / name).lstat()
        written = found.st_mtime if stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode) else inf
    else:
        there = open_storage(root).stat(name)
        written = there[0] / 1e9 if there else inf
    return written <= (now - UNNAMED_FOR).timestamp()


def restore_texts_and_previews(root: PurePath, files: Iterable[AttachedFile]) -> tuple[str, ...]:
    """Make the missing texts and previews of attached files again, and also the texts that an older version made.

    Return a line for each file where something was made or failed. Leave out changed or missing files. Raises OSError.
    """
    done, storage = [], open_storage(root)
    for file in {file.sha256: file for file in files}.values():
        names = map(kept_name, names_beside(file))
        missing = [name for name in names if not is_kept(storage, name) or is_old_text(root, file, name)]
        if missing and not content_fault(root, file, {}):
            path = display_path(root / kept_name(file.file_name))
            done.append(f"{path}: {_restore(root, file, missing)}")
    return tuple(done)


def _restore(root: PurePath, file: AttachedFile, missing: list[str]) -> str:
    """Make the text or preview of a file again: those with a name in `missing`. Return words that say what was made or failed."""
    limits = FileLimits(file_bytes=attached_files.MAX_KEPT_BYTES)
    failed = "its text and preview could not be made again"
    endings = (TEXT_SUFFIX, attached_files.PREVIEW_SUFFIX)
    needs_text, needs_preview = (any(name.endswith(end) for name in missing) for end in endings)
    try:
        data = attached_files.read_kept(root, file)
        pages = text_of_file(data, file.kind, limits=limits) if needs_text else ()
        preview = preview_of_file(data, limits=limits) if needs_preview else None
    except UnusableFile as error:
        return f"{failed} ({error})"
    new = NewFile(file, data, pages, preview=preview.data if preview else None)
    storage = open_storage(root)
    with storage.transaction() as transaction:
        wanted = {name: raw for name, raw in new.contents(with_original=False) if name in missing}
        # meanwhile the file may have been removed for somebody's safety: then nothing of it is written
        if is_kept(storage, kept_name(file.file_name)):
            old = {name: storage.read(name, None) if is_kept(storage, name) else None for name in wanted}
            transaction.stage([(name, old[name], raw) for name, raw in wanted.items()])
            transaction.commit()
    words = ["its text" if name.endswith(TEXT_SUFFIX) else "its preview" for name in missing if name in wanted]
    return f"made {' and '.join(words)} again" if words else failed


FILE_TYPES = {f"{SCHEMA_NAMES[kind]}.yaml": kind for kind in (DocumentsFile, SafetyFile, Settings, BodiesFile)}
"""Name of a file that is in no folder → the type of its contents."""
ATTRIBUTED_PLACES = {"", "assessments", "events"}
"""Where `recorded_by` is added: "" stands for the record itself, every other text for the items of this list."""
KEYS_AFTER_RECORDED = {"recorded_by", "recorded_for", "events", "history"}
"""The keys that come after `recorded` in a file."""
SCHEMA_COMMENT_PATTERN = re.compile(r"^#\s*yaml-language-server:\s*\$schema=", re.M)


def fix_folder(root: AnyPlace, *, handle: str = "", clock: Callable[[], datetime] = utc_now) -> tuple[str, ...]:
    """Add missing recorded times and schema comments. Return a line for each file that was changed or skipped.

    A file with other problems is skipped. Raises NoDataset, LockTimeout or OSError; then no file was changed.
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
    """Yield (name, type of its contents) of every data file: first the files that are in no folder."""
    top = files.list_files("")
    yield from ((name, kind) for name, kind in FILE_TYPES.items() if name in top)
    for folder, kind in sorted(RECORD_FOLDERS.items()):
        names = {**list_files_in(files, folder, ".yaml"), **list_files_in(files, folder, ".yml")}
        yield from ((name, kind) for name in sorted(names))


def _fixed(
    dataset: Dataset, name: str, kind: type, *, stamps: TimestampIssuer, transaction: StorageTransaction
) -> tuple[str, bytes, bytes]:
    """Return (what was done, bytes now, new bytes) for one file."""
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
    """Return a copy of `item` with missing recorded times added, also in the items and events inside `item`."""
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
