"""The command that removes words for safety. The words are typed or read, never an argument: a shell keeps those."""

import argparse
import sys
from datetime import datetime
from typing import TextIO

from tracker.accounts.owner_handle import read_owner_handle
from tracker.config import Config
from tracker.editing.redaction import drop_last_good, find_occurrences, list_lines, redact
from tracker.editing.store import Store
from tracker.model.permissions import Person, Role
from tracker.safety.redaction_terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader

REDACT_COMMANDS = ("redact",)
PROMPT = """\
Type the words to remove, one phrase a line, and then an empty line. Give every form of a name: each language, initials.
They are not kept. (Do not put them behind a command or into echo: your shell would keep them.)"""
CLI_HANDLE = "terminal"


def add_redact_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line's."""
    about = (
        "remove words for safety from every version and note; it asks for them, so that your shell does not keep them"
    )
    redacting = commands.add_parser("redact", help=about, description=about)
    redacting.add_argument("--dry-run", action="store_true", help="only list the files and lines, without the words")
    redacting.add_argument("--whole-words", action="store_true", help="leave longer words alone that hold one of them")


def run_redact_command(wanted: argparse.Namespace, places: Config, at: datetime, source: TextIO | None = None) -> str:
    """Does what was asked and gives what is to be said; TrackerError when it cannot be done."""
    source = source or sys.stdin
    words = RedactionTerms(_typed(source), whole=wanted.whole_words)
    store = Store(DatasetReader(places.data))
    found = find_occurrences(store, places, words, at)
    listed = "\n".join(list_lines(found))
    by = Person(Role.REVIEWER, read_owner_handle(places.state) or CLI_HANDLE)
    if not found:
        nowhere = "The words stand nowhere in these folders."
        if wanted.dry_run or not drop_last_good(store, places, words, by=by, at=at):
            return nowhere
        return (
            f"{nowhere} Some files cannot be read: a running dashboard forgets how they stood before, at its next look."
        )
    if wanted.dry_run:
        return f"{listed}\nNothing was removed: this was a dry run."
    if source.isatty():
        print(listed)
        if input("Remove them for good, on these lines? There is no undo. Type yes: ").strip().lower() != "yes":
            return "Nothing was removed."
    done = redact(store, places, words, by=by, at=at)
    return (
        "\n".join(list_lines(done)) + "\nRemoved. A running dashboard forgets it at its next look at the files; to be certain, restart it. "
        "What git, backups and copies hold is not gone: see 'Removing words for safety' in README.md."
    )  # fmt: skip


def _typed(source: TextIO) -> list[str]:
    if not source.isatty():
        return source.read().splitlines()
    print(PROMPT)
    return list(iter(lambda: source.readline().strip(), ""))
