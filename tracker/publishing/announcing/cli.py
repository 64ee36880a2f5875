"""The command line for `announce`: send what is new to the channels of the host."""

import argparse
from datetime import datetime

from tracker.config import Config
from tracker.model.errors import TrackerError
from tracker.publishing.announcing.sending import Announcer


def add_announce_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `announce` to the command line. `commands` is the list of all commands."""
    announce = commands.add_parser(
        "announce",
        help="send what was published a day ago or earlier to the channels in channels.yaml, each change once",
    )
    announce.add_argument("--dry-run", action="store_true", help="print the texts, send nothing and remember nothing")
    announce.add_argument(
        "--correct", default="", metavar="ID", help="instead, send a correction about this recommendation or evidence"
    )
    announce.set_defaults(run=run_announce_command)


def run_announce_command(options: argparse.Namespace, config: Config, now: datetime) -> str:
    """Run the command `announce`, and return the text to print. Raises TrackerError, also if a channel took nothing."""
    announcer = Announcer(config, now)
    if options.correct:
        announcer.correct(options.correct, dry_run=options.dry_run)
    else:
        announcer.run(dry_run=options.dry_run)
    said = "\n".join(announcer.messages)
    if announcer.failed:
        raise TrackerError(said)
    return said
