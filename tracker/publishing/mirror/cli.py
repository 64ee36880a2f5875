"""The command `build`: read the public data, build the mirror, and say which addresses caches must forget."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.config import StoragePlace
from tracker.i18n import LANGUAGES
from tracker.model.errors import TrackerError
from tracker.publishing.cli import read_view
from tracker.publishing.wording import unreadable_notes

NO_ADDRESS = (
    "The mirror has no sitemap, and no pictures for link previews, because these need its address: "
    "--base-url https://mirror.example.org"
)


def add_build_command(commands: Any) -> None:
    """Add the command `build` to the command line."""
    build = commands.add_parser("build", help="write the whole dashboard to a folder, as static files for any web host")
    build.add_argument("folder", type=Path, metavar="DIR")
    build.add_argument("--base-url", default="", metavar="URL", help="the address at which the mirror will be")
    build.add_argument("--lang", nargs="+", default=[], choices=sorted(LANGUAGES), help="the languages; by default all")
    # nothing else of the settings: not the place of the private folder
    build.set_defaults(
        run=lambda options, config, now: run_build_command(options, config.data, config.public_url, now=now)
    )


def run_build_command(arguments: argparse.Namespace, data: StoragePlace, public_url: str, *, now: datetime) -> str:
    """Build the mirror, with links to the dashboard unless `public_url` is "". Return the text to print. Raises TrackerError."""
    # other commands need no library for pictures
    from tracker.publishing.mirror.build import build_mirror
    from tracker.publishing.mirror.pages import MirrorPages

    folder, base_url = arguments.folder.absolute(), arguments.base_url.rstrip("/")
    if base_url and not base_url.startswith(("https://", "http://")):
        raise TrackerError(f"--base-url: {base_url} does not begin with https:// or http://.")
    if isinstance(data, Path) and (data.absolute().is_relative_to(folder) or folder.is_relative_to(data.absolute())):
        raise TrackerError(f"{folder}: a mirror is neither in the data folder nor around it. Name another folder.")
    view = read_view(data, now)
    main, order, wanted = view.settings.language, [*LANGUAGES], arguments.lang or LANGUAGES
    languages = tuple(sorted({*wanted}, key=lambda code: (code != main, order.index(code))))
    pages = MirrorPages(view, languages, base_url=base_url, dashboard=public_url)
    built = build_mirror(folder, pages)
    megabytes = built.size / 1_000_000
    lines = [
        f"{folder}: {built.files:,} files, {megabytes:.1f} MB; {built.written:,} new or changed, {len(built.gone):,} gone",
        *([] if base_url else [NO_ADDRESS]),
        *built.notes,
        *unreadable_notes(view.dataset),
    ]
    if built.to_purge:
        lines.append("Something was taken back. Purge these addresses from every cache in front of the mirror:")
        lines += [f"{base_url}/{path}" for path in built.to_purge]
    return "\n".join(lines)
