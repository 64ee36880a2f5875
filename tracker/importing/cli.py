"""The command `import`: it prints, as JSON, what was read from documents and tables. It never changes the data.

With --output it writes the chosen records of an export of UHRI to a new file.
"""

import argparse
from datetime import datetime
from pathlib import Path

from tracker.config import Config
from tracker.model.errors import UnusableFile

_NOTHING_SAVED = (
    "Nothing was saved: a person reads every recommendation before it becomes public. Sign in and open the page /import, "
    "or add --dry-run to see what was found."
)


def add_import_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `import`, with its options, to `commands`, the subcommands of the command line."""
    about = "read concluding observations or a report on follow-up (.docx, PDF, a saved web page, or text), a spreadsheet, or an export of UHRI"
    parser = commands.add_parser("import", help=about, description=about)
    parser.add_argument("file", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--document", metavar="ID", help="the document in documents.yaml that these files are")
    parser.add_argument("--lang", metavar="CODE", help="the language of the files; without it, it is recognized")
    parser.add_argument("--dry-run", action="store_true", help="only print what was read; change nothing")
    parser.add_argument(
        "--json", action="store_true", help="as without it: what was read is printed as JSON, of several files a list"
    )
    parser.set_defaults(run=run_import_command, is_cancellable=True)
    uhri = parser.add_argument_group("an export of UHRI", "which records are wanted")
    uhri.add_argument(
        "--state",
        action="append",
        metavar="NAME",
        help="the State as UHRI writes it; without it, the State of the dataset; 'all' for all. Of a report on follow-up, "
        "the State whose section is printed; without it, all sections",
    )
    uhri.add_argument("--body", action="append", metavar="CODE", default=[], help="the code of a treaty body")
    uhri.add_argument("--theme", action="append", metavar="NAME", default=[], help="a theme as UHRI writes it")
    uhri.add_argument("--since", type=int, metavar="YEAR", default=0, help="the first year of publication")
    uhri.add_argument("--until", type=int, metavar="YEAR", default=9999, help="the last year of publication")
    uhri.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the wanted records to a new, smaller .json file, which the page /import takes",
    )


def run_import_command(options: argparse.Namespace, config: Config, _now: datetime) -> str:
    """Return JSON with --dry-run, or a line about the new file with --output. Otherwise raise UnusableFile."""
    # imported here: the other commands do not need the libraries that read files
    from tracker.importing.dry_run import describe_files, write_smaller_export

    if options.output:
        return write_smaller_export(options, config)
    if not options.dry_run:
        raise UnusableFile(_NOTHING_SAVED)
    return describe_files(options, config)
