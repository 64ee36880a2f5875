"""The command line: check a data folder, write its schemas."""

import argparse
import os
import sys
from pathlib import Path

from tracker import schema
from tracker.check import check
from tracker.fix import fix
from tracker.local import local_person
from tracker.places import places
from tracker.problems import TrackerError


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
    wanted = parser.parse_args(arguments)
    try:
        if wanted.command == "schema":
            print("\n".join(str(path) for path in schema.write(wanted.folder)))
            return 0
        if wanted.fix:
            for fixed in fix(wanted.folder, handle=local_person(places().state).handle):
                print(fixed)
        found = check(wanted.folder)
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
