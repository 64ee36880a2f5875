"""The command line: check a data folder, write its schemas, write what is public to a file, say who may sign in."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tracker.accounts import cli as accounts_cli
from tracker.accounts.owner_handle import read_owner_handle
from tracker.config import load_config
from tracker.editing import cli as editing_cli
from tracker.editing.private_evidence import PrivateFolder
from tracker.model.errors import TrackerError
from tracker.publishing import cli as publishing_cli
from tracker.publishing import snapshot
from tracker.safety.dismissals import load_dismissals
from tracker.storage import json_schema
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.private_location import private_folder_problem
from tracker.validation.autofix import fix_folder
from tracker.validation.check import check_folder
from tracker.validation.key_migration import rename_folder


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well, 1 when there are problems, 2 when the request could not be met."""
    parser = argparse.ArgumentParser(prog="python -m tracker", description="The recommendation tracker's command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    data = Path(os.environ.get("TRACKER_DATA", "data"))
    checking = commands.add_parser("check", help="print every problem of a data folder, with file and line")
    checking.add_argument(
        "--fix",
        action="store_true",
        help="first rename keys of version 0.1, fill recorded times and schema lines; nothing else",
    )
    checking.add_argument("folder", nargs="?", type=Path, default=data, metavar="DIR")
    writing = commands.add_parser("schema", help="write the JSON Schemas that editors use below a data folder")
    writing.add_argument("folder", nargs="?", type=Path, default=data, metavar="DIR")
    exporting = commands.add_parser("export", help="write the public data to a file that ends in .csv, .xlsx or .json")
    exporting.add_argument("file", type=Path, metavar="FILE")
    publishing_cli.add_view_arguments(exporting)
    keeping = commands.add_parser("snapshot", help="write all that is public to one file that needs no connection")
    keeping.add_argument("file", type=Path, metavar="FILE.html")
    publishing_cli.add_view_arguments(keeping)
    accounts_cli.add_account_commands(commands)
    editing_cli.add_redact_command(commands)
    wanted = parser.parse_args(arguments)
    if sentence := private_folder_problem(load_config()):
        print(sentence, file=sys.stderr)
        return 2
    try:
        if wanted.command in accounts_cli.ACCOUNT_COMMANDS:
            print(accounts_cli.run_account_command(wanted, load_config(), datetime.now(UTC)))
            return 0
        if wanted.command in editing_cli.REDACT_COMMANDS:
            print(editing_cli.run_redact_command(wanted, load_config(), datetime.now(UTC)))
            return 0
        if wanted.command == "schema":
            print("\n".join(str(path) for path in json_schema.write_schemas(wanted.folder)))
            return 0
        if wanted.command == "export":
            ask = publishing_cli.request_from_arguments(wanted, load_config(), datetime.now(UTC))
            publishing_cli.write_export(wanted.file, ask)
            print("\n".join([str(wanted.file), *publishing_cli.notes_on_export(ask, load_config())]))
            return 0
        if wanted.command == "snapshot":
            print(
                "\n".join(
                    snapshot.write_snapshot(
                        wanted.file, publishing_cli.request_from_arguments(wanted, load_config(), datetime.now(UTC))
                    )
                )
            )
            return 0
        if wanted.fix:
            for fixed in fix_folder(wanted.folder, handle=read_owner_handle(load_config().state)):
                print(fixed)
            if (private := load_config().private) and private.is_dir() and wanted.folder == load_config().data:
                for renamed in rename_folder(private):
                    print(renamed)
        found = check_folder(wanted.folder, load_dismissals(load_config()).covers)
        if (private := load_config().private) and wanted.folder == load_config().data:
            found += PrivateFolder(private, DatasetReader(wanted.folder)).check()
    except TrackerError as bad:
        print(bad, file=sys.stderr)
        return 2
    except OSError as bad:
        print(f"{wanted.folder}: {bad.strerror}", file=sys.stderr)
        return 2
    print("\n".join(map(str, found)) if found else f"{wanted.folder}: no problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
