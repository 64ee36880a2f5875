"""The command line: check a data folder, write its schemas, write what is public to a file, say who may sign in."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tracker.accounts import cli as accounts_cli
from tracker.accounts.owner_handle import kept_handle
from tracker.config import places
from tracker.editing import cli as editing_cli
from tracker.editing.private_evidence import PrivateFolder
from tracker.model.problems import TrackerError
from tracker.publishing import cli as publishing_cli
from tracker.publishing import snapshot
from tracker.safety.dismissals import settled_at
from tracker.storage import json_schema
from tracker.storage.dataset_reader import Reader
from tracker.storage.private_location import refusal
from tracker.validation.autofix import fix
from tracker.validation.check import check


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well, 1 when there are problems, 2 when the request could not be met."""
    parser = argparse.ArgumentParser(prog="python -m tracker", description="The recommendation tracker's command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    data = Path(os.environ.get("TRACKER_DATA", "data"))
    checking = commands.add_parser("check", help="print every problem of a data folder, with file and line")
    checking.add_argument("--fix", action="store_true", help="first fill recorded times and schema lines; nothing else")
    checking.add_argument("folder", nargs="?", type=Path, default=data, metavar="DIR")
    writing = commands.add_parser("schema", help="write the JSON Schemas that editors use below a data folder")
    writing.add_argument("folder", nargs="?", type=Path, default=data, metavar="DIR")
    exporting = commands.add_parser("export", help="write the public data to a file that ends in .csv, .xlsx or .json")
    exporting.add_argument("file", type=Path, metavar="FILE")
    publishing_cli.view_arguments(exporting)
    keeping = commands.add_parser("snapshot", help="write all that is public to one file that needs no connection")
    keeping.add_argument("file", type=Path, metavar="FILE.html")
    publishing_cli.view_arguments(keeping)
    accounts_cli.add(commands)
    editing_cli.add(commands)
    wanted = parser.parse_args(arguments)
    if sentence := refusal(places()):
        print(sentence, file=sys.stderr)
        return 2
    try:
        if wanted.command in accounts_cli.COMMANDS:
            print(accounts_cli.run(wanted, places(), datetime.now(UTC)))
            return 0
        if wanted.command in editing_cli.COMMANDS:
            print(editing_cli.run(wanted, places(), datetime.now(UTC)))
            return 0
        if wanted.command == "schema":
            print("\n".join(str(path) for path in json_schema.write(wanted.folder)))
            return 0
        if wanted.command == "export":
            ask = publishing_cli.asked_for(wanted, places(), datetime.now(UTC))
            publishing_cli.export(wanted.file, ask)
            print("\n".join([str(wanted.file), *publishing_cli.remarks(ask, places())]))
            return 0
        if wanted.command == "snapshot":
            print("\n".join(snapshot.write(wanted.file, publishing_cli.asked_for(wanted, places(), datetime.now(UTC)))))
            return 0
        if wanted.fix:
            for fixed in fix(wanted.folder, handle=kept_handle(places().state)):
                print(fixed)
        found = check(wanted.folder, settled_at(places()).covers)
        if (private := places().private) and wanted.folder == places().data:
            found += PrivateFolder(private, Reader(wanted.folder)).check()
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
