"""Removing words for safety from all the folders of one dashboard: where they stand, the deed, and when it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.config import Config
from tracker.editing.store import Store
from tracker.model.errors import NoDataset, RedactionRefused
from tracker.model.permissions import Person
from tracker.safety.file_redaction import RedactedFile, redacted_files
from tracker.safety.redaction_terms import REDACTED_HANDLE, RedactionTerms
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import REDACTION_MARKER, append_redaction_marker
from tracker.storage.dataset_reader import DatasetReader, display_path
from tracker.storage.file_lock import lock_file
from tracker.storage.timestamps import TIMESTAMP_FORMAT


@dataclass(frozen=True, slots=True)
class RedactionEntry:
    """One removal: when, and by whom. Of what is kept nowhere."""

    at: datetime
    by: str


def find_occurrences(store: Store, places: Config, words: RedactionTerms, at: datetime) -> tuple[RedactedFile, ...]:
    """The files in which the words stand now; nothing is changed. NotRedacted when they cannot be removed, or not be looked for."""
    try:
        settings, day = store.reader.read_or_fail(fresh=True).settings, _day(store, at)
        found = [
            one
            for root in (store.root, *_others(places))
            for one in redacted_files(root, words, day, settings.language)
        ]
    except NoDataset as bad:
        raise RedactionRefused(f"{bad} Nothing was removed.") from None
    except OSError as bad:
        # a save that ends at this moment takes its own half away
        raise RedactionRefused(f"A file could not be read ({bad.strerror}). Nothing was removed; try again.") from None
    return tuple({one.path: one for one in found}.values())


def redact(
    store: Store, places: Config, words: RedactionTerms, *, by: Person, at: datetime
) -> tuple[RedactedFile, ...]:
    """Removes the words from every folder, or from none, as the store does; raises what it raises."""
    return store.redact(words, *_others(places), by=by, day=_day(store, at))


def drop_last_good(store: Store, places: Config, words: RedactionTerms, *, by: Person, at: datetime) -> bool:
    """Has running servers forget how files stood before they broke: words that are in no file may be shown from there.

    Whether there was anything to forget. Raises NoDataset, Busy or OSError.
    """
    if not (store.reader.read_or_fail(fresh=True).problems or any(map(_is_broken, _others(places)))):
        return False
    handle = REDACTED_HANDLE if words.occurs_in_code(by.handle) else by.handle
    with lock_file(store.root / ".lock"):
        replace_all([append_redaction_marker(store.root, "forgot ", at.strftime(TIMESTAMP_FORMAT), handle)])
    store.reader.read(fresh=True)
    return True


def _is_broken(folder: Path) -> bool:
    # there are no settings in a folder beside the data
    missing = display_path(folder / "tracker.yaml")
    return any(problem.path != missing for problem in DatasetReader(folder).read().problems)


def list_lines(found: Sequence[RedactedFile]) -> list[str]:
    """Where the words stand, as file:line, without the words."""
    return [f"{display_path(Path(one.path))}:{line}" for one in found for line in one.lines]


def redaction_log(root: Path) -> tuple[RedactionEntry, ...]:
    """When words were removed from a data folder, the last removal last."""
    try:
        told = (root / REDACTION_MARKER).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(removal for line in told if (removal := _removal(line)) is not None)


def _removal(line: str) -> RedactionEntry | None:
    moment, _, by = line.partition(" ")
    try:
        return RedactionEntry(datetime.fromisoformat(moment), by.strip())
    except ValueError:
        return None


def _others(places: Config) -> list[Path]:
    return [folder for folder in (places.private, places.state) if folder and folder.is_dir()]


def _day(store: Store, at: datetime) -> date:
    return at.astimezone(ZoneInfo(store.reader.read().settings.timezone)).date()
