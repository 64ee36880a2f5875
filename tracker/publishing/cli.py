"""From the command line to a file: which view is asked for, and the file written whole or not at all."""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.config import Places
from tracker.i18n import LANGUAGES, speaking
from tracker.model.problems import TrackerError
from tracker.publishing.csv_export import csv_file
from tracker.publishing.json_api import recommendations
from tracker.publishing.xlsx_export import workbook
from tracker.queries.filters import Query
from tracker.queries.past_parameters import past
from tracker.queries.view import View
from tracker.safety.small_counts import as_shown
from tracker.storage.atomic_write import replace_all
from tracker.storage.dataset_reader import Reader
from tracker.web.responses import Answer, Ask

EXPORTS: dict[str, Callable[[Ask], Answer]] = {".csv": csv_file, ".xlsx": workbook, ".json": recommendations}
HERE = "http://127.0.0.1:8501"
"""Where links lead while no public address is set: to the dashboard on this machine."""


def view_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which view is written: those of an address."""
    parser.add_argument("--as-of", default="", metavar="DATE", help="as things stood on a past day, such as 2024-06-18")
    parser.add_argument(
        "--recorded", default="", metavar="MOMENT", help="as recorded at a moment, as a citation gives it"
    )
    parser.add_argument(
        "--lang", default="", choices=sorted(LANGUAGES), help="the language; the dataset's main one if left out"
    )


def asked_for(wanted: argparse.Namespace, where: Places, now: datetime) -> Ask:
    """The view of such arguments, of all recommendations. TrackerError says what is wrong with an argument or the data folder."""
    dataset = Reader(where.data).read()
    settings = dataset.settings
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    try:
        day = date.fromisoformat(wanted.as_of) if wanted.as_of else today
    except ValueError:
        day = date.max
    if day > today:
        raise TrackerError(f"--as-of {wanted.as_of[:40]}: not a day up to today; write it like 2024-06-18.")
    _, recorded = past({"recorded": wanted.recorded}, today)
    if wanted.recorded and not recorded:
        raise TrackerError(
            f"--recorded {wanted.recorded[:40]}: not a moment; write it like 2024-06-18T09:30:00.000000Z."
        )
    language = speaking(wanted.lang or settings.language, settings.language, settings.timezone)
    return Ask(
        View(as_shown(dataset), today, day if day < today else None, recorded or None),
        language,
        Query(),
        where.public_url or HERE,
    )


def export(file: Path, ask: Ask) -> None:
    """Writes the data of a view in the format that the file's ending names; TrackerError when that cannot be done."""
    make = EXPORTS.get(file.suffix.lower())
    if make is None:
        raise TrackerError(f"{file}: a file of data ends in one of {', '.join(EXPORTS)}.")
    write(file, make(ask).body)


def write(file: Path, raw: bytes) -> None:
    """Puts the bytes in the place of the file, or leaves what was there."""
    try:
        replace_all([(file, file.read_bytes() if file.exists() else None, raw)])
    except OSError as bad:
        raise TrackerError(f"{file} cannot be written ({bad.strerror}).") from None


def remarks(ask: Ask, where: Places) -> list[str]:
    """What whoever runs the command should know, as sentences."""
    found = [] if where.public_url else [f"The links lead to {HERE}: set TRACKER_PUBLIC_URL to the public address."]
    return [*found, *unread(ask)]


def unread(ask: Ask) -> list[str]:
    """What is missing from a file since it cannot be read, as a sentence."""
    n = len(ask.view.dataset.problems)
    return [f"Left out, since they cannot be read: {n}. python -m tracker check says where."] if n else []
