"""The command `export`. Other commands that write a file also use its functions for arguments, requests and writing."""

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.config import Config, StoragePlace
from tracker.i18n import LANGUAGES, get_language
from tracker.model.errors import PastDateRefused, TrackerError
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.json_api import render_list
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import Renderer
from tracker.publishing.wording import unreadable_notes
from tracker.queries.current_view import parse_past
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.atomic_write import replace_all

EXPORTS: dict[str, Renderer] = {".csv": render_csv, ".xlsx": render_xlsx, ".json": render_list}
"""Ending of the file name → the function that renders this export."""
PACKAGE_ENDING = ".zip"
LOCAL_ADDRESS = "http://127.0.0.1:8501"
"""The start of all links if TRACKER_PUBLIC_URL is not set: the dashboard on this machine."""


def add_view_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --as-of, --recorded and --lang to a command. They mean the same as the URL parameters with these names."""
    as_of = "only what is dated up to this day, such as 2024-06-18"
    recorded = "as published on a past day, such as 2026-11-25, or at a past time"
    parser.add_argument("--as-of", default="", metavar="DATE", help=as_of)
    parser.add_argument("--recorded", default="", metavar="DATE", help=recorded)
    language = "the language; by default the dataset's main language"
    parser.add_argument("--lang", default="", choices=sorted(LANGUAGES), help=language)


def add_export_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `export` to the `commands` of the command line."""
    export = commands.add_parser(
        "export",
        help="write the public data to a file that ends in .csv, .xlsx or .json, or .zip with the attached files",
    )
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument(
        "--for-archive",
        action="store_true",
        help="in a .zip for your own archive: with the handles of editors and safety.yaml; do not hand it out",
    )
    add_view_arguments(export)
    export.set_defaults(run=run_export_command)


def read_view(place: StoragePlace, now: datetime) -> View:
    """Return the current view, with today in the dataset's time zone. Raises TrackerError if data are unreadable."""
    dataset = DatasetReader(place).read()
    return View(dataset, now.astimezone(ZoneInfo(dataset.settings.timezone)).date())


def request_from_arguments(arguments: argparse.Namespace, config: Config, now: datetime) -> ViewRequest:
    """Return the request with the past dates and language in `arguments`. Raises TrackerError if a date is refused."""
    view = read_view(config.data, now)
    settings = view.settings
    try:
        past = parse_past({"as_of": arguments.as_of, "recorded": arguments.recorded}, view.dataset, view.today)
    except PastDateRefused as error:
        raise TrackerError(f"--{error.parameter.replace('_', '-')}: {error}") from None
    return ViewRequest(
        replace(view, as_of=past.as_of, recorded=past.recorded),
        get_language(arguments.lang or settings.language, settings),
        Filters(),
        origin=config.public_url or LOCAL_ADDRESS,
    )


def run_export_command(arguments: argparse.Namespace, config: Config, now: datetime) -> str:
    """Write the file and return the text to print. Raises TrackerError, also if the ending of the name is unknown."""
    request = request_from_arguments(arguments, config, now)
    if arguments.file.suffix.lower() == PACKAGE_ENDING:
        from tracker.publishing.exports.data_package import write_data_package

        return "\n".join(write_data_package(arguments.file, request, for_archive=arguments.for_archive))
    if arguments.for_archive:
        raise TrackerError(f"--for-archive is for a package: the name of the file ends in {PACKAGE_ENDING}.")
    render_export = EXPORTS.get(arguments.file.suffix.lower())
    if render_export is None:
        endings = ", ".join([*EXPORTS, PACKAGE_ENDING])
        raise TrackerError(f"{arguments.file}: the name of an export ends in one of {endings}.")
    write_file(arguments.file, render_export(request).body)
    return "\n".join([str(arguments.file), *notes_on_export(request, config)])


def write_file(file: Path, raw: bytes) -> None:
    """Write `raw` to a file. Raises TrackerError if that fails; then the file that was there stays as it was."""
    try:
        replace_all([(file, file.read_bytes() if file.exists() else None, raw)])
    except OSError as error:
        raise TrackerError(f"{file} cannot be written ({error.strerror}).") from None


def notes_on_export(request: ViewRequest, config: Config) -> list[str]:
    """Return warnings for the person who exports: that links lead to this machine, and that entries cannot be read."""
    note = f"The links lead to {LOCAL_ADDRESS}: set TRACKER_PUBLIC_URL to the public address."
    return [*([] if config.public_url else [note]), *unreadable_notes(request.view.dataset)]
