"""Removing words for safety from all the folders of one dashboard: where they stand, the deed, and when it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.config import Places
from tracker.editing.store import Store
from tracker.model.permissions import Person
from tracker.model.problems import NoDataset
from tracker.safety.file_redaction import Cleaned, cleaned
from tracker.safety.redaction_terms import NOBODY, NotRedacted, Words
from tracker.storage.atomic_write import replace_all
from tracker.storage.cache_registry import SIGN, with_a_line
from tracker.storage.dataset_reader import Reader, shown
from tracker.storage.file_lock import locked
from tracker.storage.timestamps import MOMENT


@dataclass(frozen=True, slots=True)
class Removal:
    """One removal: when, and by whom. Of what is kept nowhere."""

    at: datetime
    by: str


def standing(store: Store, places: Places, words: Words, at: datetime) -> tuple[Cleaned, ...]:
    """The files in which the words stand now; nothing is changed. NotRedacted when they cannot be removed, or not be looked for."""
    try:
        settings, day = store.reader.certain(fresh=True).settings, _day(store, at)
        found = [one for root in (store.root, *_others(places)) for one in cleaned(root, words, day, settings.language)]
    except NoDataset as bad:
        raise NotRedacted(f"{bad} Nothing was removed.") from None
    except OSError as bad:
        # a save that ends at this moment takes its own half away
        raise NotRedacted(f"A file could not be read ({bad.strerror}). Nothing was removed; try again.") from None
    return tuple({one.path: one for one in found}.values())


def remove(store: Store, places: Places, words: Words, *, by: Person, at: datetime) -> tuple[Cleaned, ...]:
    """Removes the words from every folder, or from none, as the store does; raises what it raises."""
    return store.redact(words, *_others(places), by=by, day=_day(store, at))


def forget_broken(store: Store, places: Places, words: Words, *, by: Person, at: datetime) -> bool:
    """Has running servers forget how files stood before they broke: words that are in no file may be shown from there.

    Whether there was anything to forget. Raises NoDataset, Busy or OSError.
    """
    if not (store.reader.certain(fresh=True).problems or any(map(_is_broken, _others(places)))):
        return False
    handle = NOBODY if words.in_code(by.handle) else by.handle
    with locked(store.root / ".lock"):
        replace_all([with_a_line(store.root, "forgot ", at.strftime(MOMENT), handle)])
    store.reader.read(fresh=True)
    return True


def _is_broken(folder: Path) -> bool:
    # there are no settings in a folder beside the data
    missing = shown(folder / "tracker.yaml")
    return any(problem.path != missing for problem in Reader(folder).read().problems)


def lines(found: Sequence[Cleaned]) -> list[str]:
    """Where the words stand, as file:line, without the words."""
    return [f"{shown(Path(one.path))}:{line}" for one in found for line in one.lines]


def removals(root: Path) -> tuple[Removal, ...]:
    """When words were removed from a data folder, the last removal last."""
    try:
        told = (root / SIGN).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return tuple(removal for line in told if (removal := _removal(line)) is not None)


def _removal(line: str) -> Removal | None:
    moment, _, by = line.partition(" ")
    try:
        return Removal(datetime.fromisoformat(moment), by.strip())
    except ValueError:
        return None


def _others(places: Places) -> list[Path]:
    return [folder for folder in (places.private, places.state) if folder and folder.is_dir()]


def _day(store: Store, at: datetime) -> date:
    return at.astimezone(ZoneInfo(store.reader.read().settings.timezone)).date()
