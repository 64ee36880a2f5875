"""The command line: check and export the data, check a package, attach files, redact, read documents, manage who may sign in."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tracker.accounts import cli as accounts_cli
from tracker.accounts.owner_handle import read_owner_handle
from tracker.config import has_password, load_config, parse_place
from tracker.editing import attach_cli
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction import redact_cli as editing_cli
from tracker.importing import cli as importing_cli
from tracker.model.errors import TrackerError
from tracker.publishing import cli as publishing_cli
from tracker.publishing.exports.package_check import verify_package
from tracker.publishing.mirror import cli as mirror_cli
from tracker.publishing.pages import snapshot
from tracker.safety.dismissals import load_dismissals
from tracker.sandbox.process_sandbox import hide_memory
from tracker.storage import cli as storage_cli
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.folder.private_location import private_folder_problem, restrict_private_folder
from tracker.storage.open_storage import open_storage
from tracker.storage.yaml import json_schema
from tracker.validation.autofix import fix_folder
from tracker.validation.check import check_folder
from tracker.validation.file_fix import fix_attached_files
from tracker.validation.key_migration import rename_folder
from tracker.validation.received_digests import remove_received_digests

CANCELLABLE = (
    *importing_cli.IMPORT_COMMANDS,
    *attach_cli.ATTACH_COMMANDS,
)
"""The commands that take long and can be cancelled with Ctrl+C."""

_NO_SCHEMAS = "A database has no schemas for text editors. Name a folder, such as one into which `copy` wrote the data."

_PASSWORD_GIVEN = """\
Everybody on this machine can read a password on the command line. Nothing was done. Leave it out of the URL and put it into
~/.pgpass or PGPASSWORD; or give the name of a setting that has the URL to `copy`, such as TRACKER_DATA. Change this password."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Return the exit code: 0 for success, 1 if `check` or `verify` found problems, 2 if the command failed.

    It is 130 if the person at the terminal cancelled a command of CANCELLABLE with Ctrl+C. `arguments` are the words after `python -m tracker`; if None, they are read from the command line.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if any(map(has_password, arguments)):
        print(_PASSWORD_GIVEN, file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="python -m tracker", description="The recommendation tracker's command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    data = load_config().data
    check = commands.add_parser("check", help="print every problem in the data, with file and line")
    check.add_argument(
        "--fix",
        action="store_true",
        help="first rename keys of version 0.1, remove digests of untouched originals, name organisations by their ids, add missing timestamps and schema lines, "
        "make missing texts and previews of attached files again, and remove attached files that no record has named for a "
        "week; change nothing else",
    )
    check.add_argument(
        "folder", nargs="?", type=parse_place, default=data, metavar="DIR", help="a folder, or the URL of a database"
    )
    schema = commands.add_parser(
        "schema", help="write the JSON Schemas for text editors into a folder, by default that of the data"
    )
    schema.add_argument("folder", nargs="?", type=parse_place, default=data, metavar="DIR")
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
    publishing_cli.add_view_arguments(export)
    snapshot_command = commands.add_parser(
        "snapshot", help="write all public data to one HTML file that can be read offline"
    )
    snapshot_command.add_argument("file", type=Path, metavar="FILE.html")
    publishing_cli.add_view_arguments(snapshot_command)
    verify = commands.add_parser("verify", help="check a package that `export FILE.zip` made; needs no data folder")
    verify.add_argument("file", type=Path, metavar="FILE.zip")
    mirror_cli.add_build_command(commands)
    accounts_cli.add_account_commands(commands)
    editing_cli.add_redact_command(commands)
    importing_cli.add_import_command(commands)
    storage_cli.add_storage_commands(commands)
    attach_cli.add_attach_command(commands)
    options = parser.parse_args(arguments)
    config, now = load_config(), datetime.now(UTC)
    if problem := private_folder_problem(config):
        print(problem, file=sys.stderr)
        return 2
    restrict_private_folder(config.private)
    try:
        if options.command in accounts_cli.ACCOUNT_COMMANDS:
            print(accounts_cli.run_account_command(options, config, now))
            return 0
        if options.command in editing_cli.REDACT_COMMANDS:
            print(editing_cli.run_redact_command(options, config, now))
            return 0
        if options.command in importing_cli.IMPORT_COMMANDS:
            print(importing_cli.run_import_command(options, config))
            return 0
        if options.command in storage_cli.STORAGE_COMMANDS:
            print(storage_cli.run_storage_command(options, config))
            return 0
        if options.command in attach_cli.ATTACH_COMMANDS:
            print(attach_cli.run_attach_command(options, config))
            return 0
        if options.command == "schema":
            if not isinstance(options.folder, Path):
                raise TrackerError(_NO_SCHEMAS)
            print("\n".join(str(path) for path in json_schema.write_schemas(options.folder)))
            return 0
        if options.command == "export":
            print(publishing_cli.run_export_command(options, config, now))
            return 0
        if options.command in mirror_cli.BUILD_COMMANDS:
            print(mirror_cli.run_build_command(options, config.data, config.public_url, now))
            return 0
        if options.command == "verify":
            verified = verify_package(options.file)
            print("\n".join(f"{options.file}: {line}" for line in str(verified).splitlines()))
            return 1 if verified.faults else 0
        if options.command == "snapshot":
            request = publishing_cli.request_from_arguments(options, config, now)
            print("\n".join(snapshot.write_snapshot(options.file, request)))
            return 0
        if options.fix:
            has_private = config.private and options.folder == config.data
            for line in remove_received_digests(options.folder, config.private if has_private else None):
                print(line)
            for fixed in fix_folder(options.folder, handle=read_owner_handle(config.state)):
                print(fixed)
            for attachment in fix_attached_files(DatasetReader(options.folder), now=now):
                print(attachment)
            if config.private and has_private and open_storage(config.private).exists():
                for renamed in rename_folder(config.private):
                    print(renamed)
                for attachment in PrivateFolder(config.private, DatasetReader(options.folder)).fix_files(now=now):
                    print(attachment)
        problems = check_folder(options.folder, load_dismissals(config).covers, now=now)
        if config.private and options.folder == config.data:
            problems += PrivateFolder(config.private, DatasetReader(options.folder)).check(now=now)
    except KeyboardInterrupt:
        if options.command not in CANCELLABLE:
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
    print("\n".join(map(str, problems)) if problems else f"{options.folder}: no problems")
    return 1 if problems else 0


def run() -> int:
    """Run the command, and return its exit code. A program that reads only a part of the output, as `head`, is no error."""
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
