"""The command line: check a data folder, write its schemas, write what is public to a file, say who may sign in."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from tracker import commands_people, commands_redact, schema, snapshot, to_file
from tracker.apart import refusal
from tracker.check import check
from tracker.dataset import Reader
from tracker.fix import fix
from tracker.local import kept_handle
from tracker.places import places
from tracker.private import PrivateFolder
from tracker.problems import TrackerError
from tracker.settled import settled_at


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
    to_file.view_arguments(exporting)
    keeping = commands.add_parser("snapshot", help="write all that is public to one file that needs no connection")
    keeping.add_argument("file", type=Path, metavar="FILE.html")
    to_file.view_arguments(keeping)
    commands_people.add(commands)
    commands_redact.add(commands)
    wanted = parser.parse_args(arguments)
    if sentence := refusal(places()):
        print(sentence, file=sys.stderr)
        return 2
    try:
        if wanted.command in commands_people.COMMANDS:
            print(commands_people.run(wanted, places(), datetime.now(UTC)))
            return 0
        if wanted.command in commands_redact.COMMANDS:
            print(commands_redact.run(wanted, places(), datetime.now(UTC)))
            return 0
        if wanted.command == "schema":
            print("\n".join(str(path) for path in schema.write(wanted.folder)))
            return 0
        if wanted.command == "export":
            ask = to_file.asked_for(wanted, places(), datetime.now(UTC))
            to_file.export(wanted.file, ask)
            print("\n".join([str(wanted.file), *to_file.remarks(ask, places())]))
            return 0
        if wanted.command == "snapshot":
            print("\n".join(snapshot.write(wanted.file, to_file.asked_for(wanted, places(), datetime.now(UTC)))))
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
