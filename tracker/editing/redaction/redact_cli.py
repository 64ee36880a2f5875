"""The command `redact`, which removes words from all files of the dashboard.

The words to remove are read from standard input, because a shell would keep command arguments in its history.
"""

import argparse
import sys
from datetime import datetime
from typing import TextIO

from tracker.accounts.accounts_file import read_owner_handle
from tracker.config import Config
from tracker.editing.redaction.remove_words import drop_last_good, find_occurrences, list_lines, redact
from tracker.editing.store import Store
from tracker.model.permissions import Person, Role
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader

PROMPT = """\
Type the words to remove, one phrase a line, then an empty line. Give every form of a name: each language, initials.
The words are not stored. (Do not pass them as an argument or through echo: your shell would keep them in its history.)"""
CLI_HANDLE = "terminal"


def add_redact_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `redact` to the `commands` of the command line."""
    about = (
        "remove words for safety from every version and note; it asks for them, so that your shell does not keep them"
    )
    parser = commands.add_parser("redact", help=about, description=about)
    parser.add_argument("--dry-run", action="store_true", help="only list the files and lines, without the words")
    parser.add_argument(
        "--whole-words", action="store_true", help="do not change longer words that contain one of them"
    )
    parser.set_defaults(run=run_redact_command)


def run_redact_command(args: argparse.Namespace, config: Config, at: datetime, source: TextIO | None = None) -> str:
    """Run the command `redact`, and return the message to print.

    The words to remove are read from `source`; None means standard input. If `source` is a terminal, the person must
    confirm. Raises TrackerError if the words cannot be removed.
    """
    source = source or sys.stdin
    terms = RedactionTerms(_read_terms(source), whole=args.whole_words)
    store = Store(DatasetReader(config.data))
    found = find_occurrences(store, config, terms, at=at)
    lines = "\n".join(list_lines(found))
    by = Person(Role.REVIEWER, read_owner_handle(config.state) or CLI_HANDLE)
    if not found:
        not_found = "The words are in none of the files."
        if args.dry_run or not drop_last_good(store, config, terms, by=by, at=at):
            return not_found
        return (
            f"{not_found} Some files cannot be read. A running dashboard drops their earlier contents "
            "when it next checks the files."
        )
    if args.dry_run:
        return f"{lines}\nNothing was removed: this was a dry run."
    if source.isatty():
        print(lines)
        if input("Remove the words from these lines? This cannot be undone. Type yes: ").strip().lower() != "yes":
            return "Nothing was removed."
    redacted = redact(store, config, terms, by=by, at=at)
    return (
        "\n".join(list_lines(redacted))
        + "\nRemoved. A running dashboard drops the words from memory when it next checks the files; to be certain, "
        "restart it. Git, backups and copies still have the words: see docs/redaction.md."
    )


def _read_terms(source: TextIO) -> list[str]:
    if not source.isatty():
        return source.read().splitlines()
    print(PROMPT)
    return list(iter(lambda: source.readline().strip(), ""))
