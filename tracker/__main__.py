"""The command line: check and export the data, check a package, attach files, redact, read documents, manage who may sign in.

This module has `check`, `schema`, `snapshot` and `verify`. Most other commands are in a module `cli` of their package.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from tracker.accounts import cli as accounts_cli
from tracker.accounts.accounts_file import read_owner_handle
from tracker.config import Config, StoragePlace, has_password, load_config, parse_place
from tracker.editing import cli as editing_cli
from tracker.editing import new_tracker
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notes import active_notes
from tracker.importing import cli as importing_cli
from tracker.importing import gathering
from tracker.model.errors import TrackerError
from tracker.model.permissions import Person
from tracker.publishing import cli as publishing_cli
from tracker.publishing.announcing import cli as announcing_cli
from tracker.publishing.exports.data_package import verify_package
from tracker.publishing.mirror import cli as mirror_cli
from tracker.publishing.pages import snapshot
from tracker.publishing.submissions import cli as submission_cli
from tracker.safety.dismissals import load_dismissals
from tracker.sandbox.process_sandbox import hide_memory
from tracker.storage import cli as storage_cli
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.file_cache import remove_caches_of_ended_processes
from tracker.storage.folder.private_location import private_folder_problem, restrict_private_folder
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import display_path
from tracker.storage.yaml import json_schema
from tracker.validation.check import check_folder, fix_attached_files, fix_folder
from tracker.validation.shared_words import departures
from tracker.web import cli as web_cli

_NO_SCHEMAS = "A database has no schemas for text editors. Name a folder, such as one into which `copy` wrote the data."

_PASSWORD_GIVEN = """\
Everybody on this machine can read a password on the command line. Nothing was done. Leave it out of the URL and put it into
~/.pgpass or PGPASSWORD; or give the name of a setting that has the URL to `copy`, such as TRACKER_DATA. Change this password."""


NO_CONTACT = (
    "Warning: tracker.yaml names nobody whom readers can write to. Set publisher.contact to a mail address or a page, or "
    "demonstration to true."
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command, print its text, and return its exit code. `arguments` are the words after `python -m tracker`.

    The code is 0 for success, 1 if `check` or `verify` found problems, 2 for failure, and 130 if Ctrl+C cancelled it.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if any(map(has_password, arguments)):
        print(_PASSWORD_GIVEN, file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="python -m tracker", description="The recommendation tracker's command line.")
    commands = parser.add_subparsers(required=True)
    folder: dict[str, Any] = {"nargs": "?", "type": parse_place, "default": load_config().data, "metavar": "DIR"}
    check = commands.add_parser("check", help="print every problem in the data, with file and line")
    fix = (
        "first remove what interrupted saves left; then add missing timestamps and schema lines, make missing texts and "
        "previews of attached files again, and remove attached files that no record has named for a week; change nothing else"
    )
    check.add_argument("--fix", action="store_true", help=fix)
    check.add_argument("folder", help="a folder, or the URL of a database", **folder)
    does = "write the JSON Schemas for text editors into a folder, by default that of the data"
    schema = commands.add_parser("schema", help=does)
    schema.add_argument("folder", **folder)
    offline = commands.add_parser("snapshot", help="write all public data to one HTML file that can be read offline")
    offline.add_argument("file", type=Path, metavar="FILE.html")
    publishing_cli.add_view_arguments(offline)
    verify = commands.add_parser("verify", help="check a package that `export FILE.zip` made; needs no data folder")
    verify.add_argument("file", type=Path, metavar="FILE.zip")
    runs = ((check, _check), (schema, _write_schemas), (offline, _write_snapshot), (verify, _verify))
    for command, answer_of in runs:
        command.set_defaults(run=answer_of)
    for add_commands in (
        publishing_cli.add_export_command,
        accounts_cli.add_account_commands,
        editing_cli.add_redact_command,
        importing_cli.add_import_command,
        storage_cli.add_storage_commands,
        editing_cli.add_attach_command,
        mirror_cli.add_build_command,
        partial(announcing_cli.add_announce_commands, open_plans=_dates_of_open_plans),
        new_tracker.add_new_command,
        gathering.add_gather_command,
        submission_cli.add_submission_command,
        web_cli.add_run_command,
    ):
        add_commands(commands)
    options = parser.parse_args(arguments)
    config = load_config()
    if problem := private_folder_problem(config):
        print(problem, file=sys.stderr)
        return 2
    restrict_private_folder(config.private)
    try:
        answer: str | tuple[str, int] = options.run(options, config, datetime.now(UTC))
        text, code = answer if isinstance(answer, tuple) else (answer, 0)
        print(text)
    except KeyboardInterrupt:
        if not getattr(options, "is_cancellable", False):
            raise
        print("Cancelled. Nothing was saved.", file=sys.stderr)
        return 130
    except TrackerError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except OSError as error:
        place = error.filename if isinstance(error, DatabaseUnavailable) else None
        print(f"{place or getattr(options, 'folder', config.data)}: {error.strerror}", file=sys.stderr)
        return 2
    return code


def _check(options: argparse.Namespace, config: Config, now: datetime) -> tuple[str, int]:
    """Return (the problems in the data as text, the exit code). With `--fix`, correct the data first."""
    private = config.private if options.folder == config.data else None
    if options.fix:
        for line in _fix(options, config, private, now=now):
            print(line)
    problems = check_folder(options.folder, load_dismissals(config).covers, now=now)
    if private:
        problems += PrivateFolder(private, DatasetReader(options.folder), THE_HOST).check(now=now)
    dataset = DatasetReader(options.folder).read()
    if dataset.bodies and dataset.settings.lacks_contact:
        print(NO_CONTACT, file=sys.stderr)
    lines = [*map(str, problems)] or [f"{options.folder}: no problems"]
    return "\n".join([*lines, *departures(options.folder, dataset)]), 1 if problems else 0


def _fix(
    options: argparse.Namespace, config: Config, private: StoragePlace | None, *, now: datetime
) -> Iterator[object]:
    """Correct what a program can correct, and yield lines that say what was done."""
    places = (options.folder, private, config.state) if options.folder == config.data else (options.folder,)
    for storage in map(open_storage, filter(None, places)):
        for name in storage.remove_unfinished():
            yield f"{display_path(storage.root / name)}: removed; an interrupted save had left it"
    remove_caches_of_ended_processes(config.cache_folder)
    yield from fix_folder(options.folder, handle=read_owner_handle(config.state))
    yield from fix_attached_files(DatasetReader(options.folder), now=now)
    if private and open_storage(private).exists():
        yield from PrivateFolder(private, DatasetReader(options.folder), THE_HOST).fix_files(now=now)


def _dates_of_open_plans(config: Config) -> Callable[[Person], Iterable[str]]:
    """Return a function that takes a person. It returns the dates of the unfinished plans that this person may read."""
    if config.private is None:
        return lambda _person: ()
    folder = PrivateFolder(config.private, DatasetReader(config.data), THE_HOST)

    def dates_of(person: Person) -> Iterable[str]:
        """Return the dates of the unfinished plans that a person may read."""
        notes = chain.from_iterable(folder.seen_by(person).read().notes.values())
        return (note.due for note in active_notes(notes, None) if note.due and not note.done)

    return dates_of


def _write_schemas(options: argparse.Namespace, _config: Config, _now: datetime) -> str:
    if not isinstance(options.folder, Path):
        raise TrackerError(_NO_SCHEMAS)
    return "\n".join(map(str, json_schema.write_schemas(options.folder)))


def _write_snapshot(options: argparse.Namespace, config: Config, now: datetime) -> str:
    request = publishing_cli.request_from_arguments(options, config, now)
    return "\n".join(snapshot.write_snapshot(options.file, request))


def _verify(options: argparse.Namespace, _config: Config, _now: datetime) -> tuple[str, int]:
    verified = verify_package(options.file)
    return "\n".join(f"{options.file}: {line}" for line in str(verified).splitlines()), 1 if verified.faults else 0


def run() -> int:
    """Run the command of the command line. Return its exit code, or 0 if the program that reads the output ends early."""
    hide_memory()
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would try to write the rest once more when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(run())
