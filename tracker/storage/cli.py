"""The commands for storages: `database init` makes the tables of a database, `copy` copies between folder and database."""

import argparse
from datetime import datetime

from tracker.config import Area, Config, DatabasePlace, StoragePlace, parse_place
from tracker.model.errors import TrackerError
from tracker.storage.copy_storage import copy_storage

_SETTINGS = {f"TRACKER_{area.value.upper()}": area.value for area in Area}


def add_storage_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands `database` and `copy` to the command line. `commands` is the list of all commands."""
    database = commands.add_parser(
        "database", help="make the tables of a PostgreSQL database, or bring them up to date"
    )
    database.add_argument("what", choices=["init"], help="init: make what is missing; it may run again at any time")
    database.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help="a database for all areas, with a user who may create schemas; default: those of the settings",
    )
    database.set_defaults(run=_run_init)
    about = "copy all files from a folder into a database, or back; files that are newer there are not overwritten"
    copy = commands.add_parser("copy", help=about, description=about)
    place = f"a folder, the URL of a database without a password, or one of {', '.join(_SETTINGS)} for what this setting names"
    copy.add_argument("source", metavar="FROM", help=place)
    copy.add_argument("target", metavar="TO", help=place)
    copy.add_argument(
        "--area",
        choices=[area.value for area in Area],
        default=Area.DATA.value,
        help="which files of a database: public data, private ones, or accounts and keys (default: %(default)s)",
    )
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
    if arguments.url:
        given = [parse_place(arguments.url, area) for area in Area]
    else:
        given = [place for place in (config.data, config.private, config.state) if place is not None]
    places = [place for place in given if isinstance(place, DatabasePlace)]
    if not places:
        raise TrackerError("No setting is the URL of a database. Give one that begins with postgresql://")
    # only who uses a database needs the packages for it
    from tracker.storage.database.setup import make_tables

    return "\n".join(line for place in places for line in make_tables(place))
