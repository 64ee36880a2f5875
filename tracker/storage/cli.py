"""The commands for storages: `database init` makes the tables of a database, `copy` copies between folder and database."""

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
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import FileChange, RecordStorage, display_path
from tracker.storage.yaml.file_parser import parse_file

BATCH_BYTES = 64_000_000
"""How many bytes of attached files are copied in one save."""
SETTINGS_FILE = "tracker.yaml"
"""The file that all public data has."""
DIGESTS_FILE = ".copied"
"""A file in a folder with the name of the database with which it was the same, and name → SHA-256 of the files."""
FOLDER_ORDER = ("files", "", "evidence", "recommendations")
"""The order in which folders are copied; others follow. So no file refers to one that is not there yet."""

Digests = Mapping[str, bytes]
"""Name → SHA-256 of files."""


_COPY_AGAIN = "Some files may be copied already; copy again when this is mended."


class CopyRefused(TrackerError):
    """The files cannot be copied. Nothing was copied, or the text says what was."""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What copying would do, as names of files. `newer` are those of `changed` where something would be lost."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()


def copy_storage(source: StoragePlace, target: StoragePlace, *, replace_newer: bool = False) -> CopyPlan:
    """Copy all files of `source` into `target`, compare them there by their digests, and return what was done.

    Files that are only in `target` stay. A file that is newer in `target` is overwritten only with `replace_newer`. It is
    newer if it changed after it was copied from there into `source`. If that is not known, it is newer if it has the later
    time, or a recorded time that is not in the one in `source`.

    A folder for private files is closed to other users of the machine. Records are copied in one save, after attached
    files: if the machine stops, a database has all records as before or as now, a folder some of each, and copying
    again finishes it. Raises CopyRefused or LockTimeout.
    """
    there, here = open_storage(target), open_storage(source)
    with _naming(here, "read"):
        if here.locate("") == there.locate(""):
            raise CopyRefused("Both are the same place. Nothing was copied.")
        digests = {name: digest for name, digest in here.digests().items() if _is_copied(name)}
    if not digests:
        raise CopyRefused(f"There are no files in {display_path(here.root)}. Nothing was copied.")
    if SETTINGS_FILE not in digests and Area.DATA in (getattr(place, "area", None) for place in (source, target)):
        raise CopyRefused(
            f"{display_path(here.root)} has no {SETTINGS_FILE}, so it is not the public data. If it is the private data or "
            "the state, add --area private or --area state. Nothing was copied."
        )
    _require_names(digests, here)
    with _naming(there, "written"):
        if isinstance(target, Path) and _is_closed(source):
            there.create()
        elif isinstance(target, Path):
            target.mkdir(parents=True, exist_ok=True)
        known = {name: digest for name, digest in there.digests().items() if _is_copied(name)}
        plan = _plan(here, there, digests, known=known, copied_before=_read_digests_of_copy(source, target))
    if plan.newer and not replace_newer:
        listed = "".join(f"\n{display_path(there.root / name)}" for name in plan.newer)
        raise CopyRefused(
            f"These files are newer than what would be copied over them:{listed}\nNothing was copied. Copy them the other "
            "way first and put both versions together, or give --replace to lose what is newer."
        )
    names = sorted((*plan.new, *plan.changed), key=_copy_order)
    last_time = _last_time(here)
    for batch in _batches(here, names):
        with _naming(there, "written", done=_COPY_AGAIN), there.transaction() as transaction:
            changes: list[FileChange] = [(name, transaction.read(name, None), raw) for name, raw in batch.items()]
            for name, before, _ in changes:
                if (sha256(before).digest() if before is not None else None) != known.get(name):
                    raise CopyRefused(f"{display_path(there.root / name)} changed at this moment. Copy again.")
            transaction.stage(changes, last_time=max(last_time, transaction.last_time))
            transaction.commit()
    with _naming(there, "read", done=_COPY_AGAIN):
        found = there.digests()
    if wrong := [name for name in names if found.get(name) != digests[name]]:
        path = display_path(there.root / wrong[0])
        raise CopyRefused(f"{path} is not what was copied. It changed meanwhile: copy again.")
    if isinstance(target, Path) and isinstance(source, DatabasePlace):
        with _naming(there, "written", done=_COPY_AGAIN):
            _write_digests_of_copy(target, source, digests)
    elif isinstance(source, Path) and isinstance(target, DatabasePlace) and here.stat(DIGESTS_FILE):
        with _naming(here, "written", done="The files were copied, but it is not noted there."):
            _write_digests_of_copy(source, target, digests)
    return plan


@contextmanager
def _naming(storage: RecordStorage, what: str, *, done: str = "Nothing was copied.") -> Iterator[None]:
    """Turn an OSError into a CopyRefused that names the storage. `what` is what could not be done with it."""
    try:
        yield
    except OSError as error:
        raise CopyRefused(f"{display_path(storage.root)} cannot be {what} ({error.strerror}). {done}") from None


def _is_closed(place: StoragePlace) -> bool:
    if isinstance(place, DatabasePlace):
        return place.area is not Area.DATA
    return not place.stat().st_mode & 0o077


def _read_digests_of_copy(source: StoragePlace, target: StoragePlace) -> dict[str, str] | None:
    """Return name → SHA-256 of the files when folder and database were last the same, None if that is not known."""
    if not isinstance(source, Path) or not isinstance(target, DatabasePlace):
        return None
    with suppress(OSError, ValueError, TypeError, LookupError):
        copied = json.loads(open_storage(source).read(DIGESTS_FILE, None))
        return dict(copied["files"]) if copied["database"] == str(target) else None
    return None


def _write_digests_of_copy(folder: Path, database: DatabasePlace, digests: Digests) -> None:
    """Write into a folder which of its files are the same in a database now."""
    copied = {"database": str(database), "files": {name: digests[name].hex() for name in sorted(digests)}}
    written = json.dumps(copied, indent=1, ensure_ascii=False).encode()
    with open_storage(folder).transaction() as transaction:
        before = transaction.read(DIGESTS_FILE, None)
        transaction.stage([(DIGESTS_FILE, before, written)])
        transaction.commit()


def _plan(
    here: RecordStorage, there: RecordStorage, digests: Digests, *, known: Digests, copied_before: dict[str, str] | None
) -> CopyPlan:
    def is_newer(name: str) -> bool:
        return _is_newer(name, here, there) if copied_before is None else copied_before.get(name) != known[name].hex()

    changed = tuple(name for name in sorted(digests) if name in known and known[name] != digests[name])
    return CopyPlan(
        new=tuple(sorted(digests.keys() - known.keys())),
        changed=changed,
        newer=tuple(filter(is_newer, changed)),
        same=tuple(name for name in sorted(digests) if known.get(name) == digests[name]),
        only_there=tuple(sorted(known.keys() - digests.keys())),
    )


def _is_newer(name: str, here: RecordStorage, there: RecordStorage) -> bool:
    """Return whether the file in `there` changed later, or has a recorded time that the file in `here` has not."""
    ours, theirs = here.stat(name), there.stat(name)
    is_later = bool(ours and theirs and theirs[0] > ours[0])
    return is_later or not _times(name, there.read(name, None)) <= _times(name, here.read(name, None))


def _times(name: str, raw: bytes) -> set[str]:
    """Return the recorded times in a data file. There are none in other files, and in one that cannot be read."""
    records: tuple[Any, ...] = ()
    with suppress(InvalidFile):
        records = parse_file(PurePath(name), raw)[0] if is_data_file(name) else ()
    return {time for record in records if hasattr(record, "history") for time in timestamps_of(record) if time}


def _last_time(storage: RecordStorage) -> str:
    """Return the last recorded time that was committed in a storage, or "" if it cannot be asked."""
    try:
        with storage.transaction() as transaction:
            return transaction.last_time
    except OSError:
        return ""  # it may be read but not written; then the recorded times in the files count


def _batches(storage: RecordStorage, names: list[str]) -> Iterator[dict[str, bytes]]:
    """Yield name → bytes for all `names`, in order: attached files with about BATCH_BYTES at a time, then all others."""
    batch, size = dict[str, bytes](), 0
    for name in names:
        if size >= BATCH_BYTES and next(iter(batch)).startswith(f"{FOLDER_ORDER[0]}/"):
            yield batch
            batch, size = {}, 0
        with _naming(storage, "read", done=_COPY_AGAIN):
            batch[name] = storage.read(name, None)
        size += len(batch[name])
    if batch:
        yield batch


def _require_names(digests: Digests, storage: RecordStorage) -> None:
    for name in digests:
        try:
            name.encode()
        except UnicodeEncodeError:
            path = display_path(storage.root / name)
            raise CopyRefused(f"{path}: the file name is not UTF-8. Rename the file. Nothing was copied.") from None


def _is_copied(name: str) -> bool:
    """Return whether a file is copied: not if it is in a cache, the rest of an interrupted save, or DIGESTS_FILE."""
    path = PurePath(name)
    is_unfinished = path.name.startswith(".") and path.suffix == ".new"
    return path.parts[0] != CACHE_FOLDER and name != DIGESTS_FILE and not is_unfinished


def _copy_order(name: str) -> tuple[int, str]:
    folder = name.partition("/")[0] if "/" in name else ""
    return FOLDER_ORDER.index(folder) if folder in FOLDER_ORDER else len(FOLDER_ORDER), name


_SETTINGS = {f"TRACKER_{area.value.upper()}": area.value for area in Area}


def add_storage_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands `database` and `copy` to the command line. `commands` is the list of all commands."""
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
    source, target = (_place(text, area, config) for text in (arguments.source, arguments.target))
    plan = copy_storage(source, target, replace_newer=arguments.replace)
    done = f"Copied {len(plan.new)} new and {len(plan.changed)} changed files; {len(plan.same)} were the same already."
    only_there = f" {len(plan.only_there)} files are only in {target}; they stay." if plan.only_there else ""
    return f"{done} All were compared by their digests.{only_there}"


def _place(text: str, area: Area, config: Config) -> StoragePlace:
    """Return the place that an argument names. With the name of a setting, no password has to be on the command line."""
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
