"""The commands `database init`, which makes the tables of a database, and `copy`, which copies files to or from it."""

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from tracker.config import Area, Config, DatabasePlace, StoragePlace, parse_place
from tracker.model.errors import InvalidFile, TrackerError
from tracker.model.lifecycle import timestamps_of
from tracker.storage.dataset_reader import is_data_file
from tracker.storage.file_cache import CACHE_FOLDER
from tracker.storage.folder.atomic_write import TEMPORARY_NAME
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import GATHERED_FOLDER, FileChange, RecordStorage, display_path
from tracker.storage.yaml.file_parser import parse_file

BATCH_BYTES = 64_000_000
"""When a save has at least this many bytes of attached files, the next file is copied in another save."""
REQUIRED_FILE = "tracker.yaml"
"""The file that a storage must have to be copied as public data."""
DIGESTS_FILE = ".copied"
"""A file in a folder copied from a database. It has the name of the database, and all digests when both were the same."""
FOLDER_ORDER = ("files", "", "evidence", "recommendations")
"""Folders in the order of copying ("" is the storage itself), so that no file refers to one that is not copied yet."""

Digests = Mapping[str, bytes]
"""Name of a file → its SHA-256."""


_COPY_AGAIN = "Some files may be copied already; copy again when this is mended."


class CopyRefused(TrackerError):
    """The files cannot be copied. The message says whether some files were copied."""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The names of all files: those to copy (`new` and `changed`), and the others.

    `new` are only in the source. `newer` are those of `changed` that are newer in the target: copying overwrites them.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    only_in_target: tuple[str, ...] = ()


def copy_storage(source: StoragePlace, target: StoragePlace, *, replace_newer: bool = False) -> CopyPlan:
    """Copy all files of `source` into `target`, compare them by their SHA-256, and return what was copied.

    Files that are only in `target` stay. If a file is newer in `target`, nothing is copied, unless `replace_newer` is
    True. If the folder `source` was copied from the database `target`, newer means: it changed in `target` since then.
    Otherwise, newer means: it changed later in `target`, or has a recorded time there that it lacks in `source`.

    A target folder is closed to other users of the machine if `source` is. Attached files come first, then all
    records in one save. If the machine stops during this save, a folder (but not a database) can have some old and
    some new records. Then copy again. Raises CopyRefused or LockTimeout.
    """
    there, here = open_storage(target), open_storage(source)
    with _refusing_errors(here, "read"):
        if here.locate("") == there.locate(""):
            raise CopyRefused("Both are the same place. Nothing was copied.")
        digests = {name: digest for name, digest in here.digests().items() if _is_copied(name)}
    if not digests:
        raise CopyRefused(f"There are no files in {display_path(here.root)}. Nothing was copied.")
    if REQUIRED_FILE not in digests and Area.DATA in (getattr(place, "area", None) for place in (source, target)):
        raise CopyRefused(
            f"{display_path(here.root)} has no {REQUIRED_FILE}, so it is not the public data. If it is the private data or "
            "the state, add --area private or --area state. Nothing was copied."
        )
    _require_utf8_names(digests, here)
    with _refusing_errors(there, "written"):
        if isinstance(target, Path) and _is_closed(source):
            there.create()
        elif isinstance(target, Path):
            target.mkdir(parents=True, exist_ok=True)
        known = {name: digest for name, digest in there.digests().items() if _is_copied(name)}
        plan = _make_plan(here, there, digests, known=known, copied_before=_read_digests_of_copy(source, target))
    if plan.newer and not replace_newer:
        listed = "".join(f"\n{display_path(there.root / name)}" for name in plan.newer)
        raise CopyRefused(
            f"These files are newer than what would be copied over them:{listed}\nNothing was copied. Copy them the other "
            "way first and put both versions together, or give --replace to lose what is newer."
        )
    names = sorted((*plan.new, *plan.changed), key=_copy_order)
    last_time = _last_time(here)
    for batch in _batches(here, names):
        with _refusing_errors(there, "written", done=_COPY_AGAIN), there.transaction() as transaction:
            changes: list[FileChange] = [(name, transaction.read(name, None), raw) for name, raw in batch.items()]
            for name, before, _ in changes:
                if (sha256(before).digest() if before is not None else None) != known.get(name):
                    raise CopyRefused(f"{display_path(there.root / name)} changed at this moment. Copy again.")
            transaction.stage(changes, last_time=max(last_time, transaction.last_time))
            transaction.commit()
    with _refusing_errors(there, "read", done=_COPY_AGAIN):
        found = there.digests()
    if wrong := [name for name in names if found.get(name) != digests[name]]:
        path = display_path(there.root / wrong[0])
        raise CopyRefused(f"{path} is not what was copied. It changed meanwhile: copy again.")
    if isinstance(target, Path) and isinstance(source, DatabasePlace):
        with _refusing_errors(there, "written", done=_COPY_AGAIN):
            _write_digests_of_copy(target, source, digests)
    elif isinstance(source, Path) and isinstance(target, DatabasePlace) and here.stat(DIGESTS_FILE):
        with _refusing_errors(here, "written", done="The files were copied, but it is not noted there."):
            _write_digests_of_copy(source, target, digests)
    return plan


@contextmanager
def _refusing_errors(storage: RecordStorage, what: str, *, done: str = "Nothing was copied.") -> Iterator[None]:
    """Raise CopyRefused in place of an OSError in a `with` block. The message contains the path of the storage."""
    try:
        yield
    except OSError as error:
        raise CopyRefused(f"{display_path(storage.root)} cannot be {what} ({error.strerror}). {done}") from None


def _is_closed(place: StoragePlace) -> bool:
    if isinstance(place, DatabasePlace):
        return place.area is not Area.DATA
    return not place.stat().st_mode & 0o077


def _read_digests_of_copy(source: StoragePlace, target: StoragePlace) -> dict[str, str] | None:
    """Return a mapping: name → SHA-256 in hex, from when the folder and the database were last the same. None if unknown."""
    if not isinstance(source, Path) or not isinstance(target, DatabasePlace):
        return None
    with suppress(OSError, ValueError, TypeError, LookupError):
        copied = json.loads(open_storage(source).read(DIGESTS_FILE, None))
        return dict(copied["files"]) if copied["database"] == str(target) else None
    return None


def _write_digests_of_copy(folder: Path, database: DatabasePlace, digests: Digests) -> None:
    """Write DIGESTS_FILE into `folder`. `digests` are those of all files that are the same in `database` now."""
    copied = {"database": str(database), "files": {name: digests[name].hex() for name in sorted(digests)}}
    written = json.dumps(copied, indent=1, ensure_ascii=False).encode()
    with open_storage(folder).transaction() as transaction:
        before = transaction.read(DIGESTS_FILE, None)
        transaction.stage([(DIGESTS_FILE, before, written)])
        transaction.commit()


def _make_plan(
    here: RecordStorage, there: RecordStorage, digests: Digests, *, known: Digests, copied_before: dict[str, str] | None
) -> CopyPlan:
    """Return what to copy from `here` to `there`. `digests` are those of the files in `here`, `known` of those in `there`."""

    def is_newer(name: str) -> bool:
        if copied_before is not None:
            return copied_before.get(name) != known[name].hex()
        # it changed later than in `here`, or has a recorded time that is not there
        ours, theirs = here.stat(name), there.stat(name)
        is_later = bool(ours and theirs and theirs[0] > ours[0])
        times = [_recorded_times(name, storage.read(name, None)) for storage in (there, here)]
        return is_later or not times[0] <= times[1]

    changed = tuple(name for name in sorted(digests) if name in known and known[name] != digests[name])
    return CopyPlan(
        new=tuple(sorted(digests.keys() - known.keys())),
        changed=changed,
        newer=tuple(filter(is_newer, changed)),
        same=tuple(name for name in sorted(digests) if known.get(name) == digests[name]),
        only_in_target=tuple(sorted(known.keys() - digests.keys())),
    )


def _recorded_times(name: str, raw: bytes) -> set[str]:
    """Return the recorded times in the bytes of a file. An empty set if it is not a data file, or is not valid."""
    records: tuple[Any, ...] = ()
    with suppress(InvalidFile):
        records = parse_file(PurePath(name), raw)[0] if is_data_file(name) else ()
    return {time for record in records if hasattr(record, "history") for time in timestamps_of(record) if time}


def _last_time(storage: RecordStorage) -> str:
    """Return the latest recorded time of the saves in a storage; "" if there is none, or if the storage is read-only."""
    try:
        with storage.transaction() as transaction:
            return transaction.last_time
    except OSError:
        return ""  # a storage that can only be read cannot be locked; then the recorded times in the files count


def _batches(storage: RecordStorage, names: list[str]) -> Iterator[dict[str, bytes]]:
    """Yield batches (name → bytes) of the files `names` in order: attached files (see BATCH_BYTES), then all others at once."""
    batch, size, attached = dict[str, bytes](), 0, f"{FOLDER_ORDER[0]}/"
    for name in names:
        if batch and next(iter(batch)).startswith(attached) and (size >= BATCH_BYTES or not name.startswith(attached)):
            yield batch
            batch, size = {}, 0
        with _refusing_errors(storage, "read", done=_COPY_AGAIN):
            batch[name] = storage.read(name, None)
        size += len(batch[name])
    if batch:
        yield batch


def _require_utf8_names(digests: Digests, storage: RecordStorage) -> None:
    """Raise CopyRefused if the name of a file is not valid UTF-8."""
    for name in digests:
        try:
            name.encode()
        except UnicodeEncodeError:
            path = display_path(storage.root / name)
            raise CopyRefused(f"{path}: the file name is not UTF-8. Rename the file. Nothing was copied.") from None


def _is_copied(name: str) -> bool:
    """Return whether a file is copied. Cached files, notes about gathered packages, files of an interrupted save, and DIGESTS_FILE are not."""
    path = PurePath(name)
    return (
        path.parts[0] not in (CACHE_FOLDER, GATHERED_FOLDER)
        and name != DIGESTS_FILE
        and not TEMPORARY_NAME.match(path.name)
    )


def _copy_order(name: str) -> tuple[int, str]:
    folder = name.partition("/")[0] if "/" in name else ""
    return FOLDER_ORDER.index(folder) if folder in FOLDER_ORDER else len(FOLDER_ORDER), name


_SETTINGS = {f"TRACKER_{area.value.upper()}": area.value for area in Area}


def add_storage_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands `database` and `copy` to `commands`, the commands of the command line."""
    about = "make the tables of a PostgreSQL database, or bring them up to date"
    database = commands.add_parser("database", help=about)
    database.add_argument("what", choices=["init"], help="init: make what is missing; it may run again at any time")
    about = "a database for all areas, with a user who may create schemas; default: those of the settings"
    database.add_argument("url", nargs="?", metavar="URL", help=about)
    database.set_defaults(run=_run_init)
    about = "copy all files from a folder into a database, or back; files that are newer there are not overwritten"
    copy = commands.add_parser("copy", help=about, description=about)
    place = f"a folder, the URL of a database without a password, or one of {', '.join(_SETTINGS)} for what this setting names"
    copy.add_argument("source", metavar="FROM", help=place)
    copy.add_argument("target", metavar="TO", help=place)
    about = "which files of a database: public data, private ones, or accounts and keys (default: %(default)s)"
    copy.add_argument("--area", choices=[area.value for area in Area], default=Area.DATA.value, help=about)
    copy.add_argument("--replace", action="store_true", help="overwrite also what is newer")
    copy.set_defaults(run=_run_copy)


def _run_copy(arguments: argparse.Namespace, config: Config, _now: datetime) -> str:
    area = Area(arguments.area)
    source, target = (_place_of_argument(text, area, config) for text in (arguments.source, arguments.target))
    plan = copy_storage(source, target, replace_newer=arguments.replace)
    done = f"Copied {len(plan.new)} new and {len(plan.changed)} changed files; {len(plan.same)} were the same already."
    left = f" {len(plan.only_in_target)} files are only in {target}; they stay." if plan.only_in_target else ""
    return f"{done} All were compared by their digests.{left}"


def _place_of_argument(text: str, area: Area, config: Config) -> StoragePlace:
    """Return the place that `text` names: a folder, the URL of a database, or a setting such as TRACKER_DATA."""
    if text not in _SETTINGS:
        return parse_place(text, area)
    place: StoragePlace | None = getattr(config, _SETTINGS[text])
    if place is None:
        raise TrackerError(f"{text} is not set.")
    return place


def _run_init(arguments: argparse.Namespace, config: Config, _now: datetime) -> str:
    set_places = (config.data, config.private, config.state)
    given = [parse_place(arguments.url, area) for area in Area] if arguments.url else set_places
    places = [place for place in given if isinstance(place, DatabasePlace)]
    if not places:
        raise TrackerError("No setting is the URL of a database. Give one that begins with postgresql://")
    # only who uses a database needs the packages for it
    from tracker.storage.database.connection import make_tables

    return "\n".join(line for place in places for line in make_tables(place))
