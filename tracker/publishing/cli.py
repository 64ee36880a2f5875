"""From the command line to a file: which view is asked for, and the file written whole or not at all."""

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.config import Config
from tracker.i18n import LANGUAGES, get_language
from tracker.model.errors import TrackerError
from tracker.publishing.csv_export import render_csv
from tracker.publishing.json_api import render_list
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.xlsx_export import render_xlsx
from tracker.queries.current_view import parse_past
from tracker.queries.filters import Filters
from tracker.queries.view import View
from tracker.safety.small_counts import mask_small_counts
from tracker.storage.atomic_write import replace_all
from tracker.storage.dataset_reader import DatasetReader

EXPORTS: dict[str, Callable[[ViewRequest], RenderedFile]] = {
    ".csv": render_csv,
    ".xlsx": render_xlsx,
    ".json": render_list,
}
CURRENT_FOLDER = "http://127.0.0.1:8501"
"""Where links lead while no public address is set: to the dashboard on this machine."""


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which view is written: those of an address."""
    parser.add_argument("--as-of", default="", metavar="DATE", help="as things stood on a past day, such as 2024-06-18")
    parser.add_argument(
        "--recorded", default="", metavar="MOMENT", help="as recorded at a moment, as a citation gives it"
    )
    parser.add_argument(
        "--lang", default="", choices=sorted(LANGUAGES), help="the language; the dataset's main one if left out"
    )


def request_from_arguments(wanted: argparse.Namespace, where: Config, now: datetime) -> ViewRequest:
    """The view of such arguments, of all recommendations. TrackerError says what is wrong with an argument or the data folder."""
    dataset = DatasetReader(where.data).read()
    settings = dataset.settings
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    try:
        day = date.fromisoformat(wanted.as_of) if wanted.as_of else today
    except ValueError:
        day = date.max
    if day > today:
        raise TrackerError(f"--as-of {wanted.as_of[:40]}: not a day up to today; write it like 2024-06-18.")
    _, recorded = parse_past({"recorded": wanted.recorded}, today)
    if wanted.recorded and not recorded:
        raise TrackerError(
            f"--recorded {wanted.recorded[:40]}: not a moment; write it like 2024-06-18T09:30:00.000000Z."
        )
    language = get_language(wanted.lang or settings.language, settings.language, settings.timezone)
    return ViewRequest(
        View(mask_small_counts(dataset), today, day if day < today else None, recorded or None),
        language,
        Filters(),
        where.public_url or CURRENT_FOLDER,
    )


def write_export(file: Path, ask: ViewRequest) -> None:
    """Writes the data of a view in the format that the file's ending names; TrackerError when that cannot be done."""
    make = EXPORTS.get(file.suffix.lower())
    if make is None:
        raise TrackerError(f"{file}: a file of data ends in one of {', '.join(EXPORTS)}.")
    write_file(file, make(ask).body)


def write_file(file: Path, raw: bytes) -> None:
    """Puts the bytes in the place of the file, or leaves what was there."""
    try:
        replace_all([(file, file.read_bytes() if file.exists() else None, raw)])
    except OSError as bad:
        raise TrackerError(f"{file} cannot be written ({bad.strerror}).") from None


def notes_on_export(ask: ViewRequest, where: Config) -> list[str]:
    """What whoever runs the command should know, as sentences."""
    found = (
        []
        if where.public_url
        else [f"The links lead to {CURRENT_FOLDER}: set TRACKER_PUBLIC_URL to the public address."]
    )
    return [*found, *unreadable_notes(ask)]


def unreadable_notes(ask: ViewRequest) -> list[str]:
    """What is missing from a file since it cannot be read, as a sentence."""
    n = len(ask.view.dataset.problems)
    return [f"Left out, since they cannot be read: {n}. python -m tracker check says where."] if n else []
