"""The commands `announce` and `remind`: send changes to the channels in channels.yaml, and mail deadlines to people."""

import argparse
from collections.abc import Callable
from datetime import datetime

from tracker.config import Config
from tracker.model.errors import TrackerError
from tracker.publishing.announcing.reminders import PlansOf, Reminding
from tracker.publishing.announcing.sending import Announcer


def add_announce_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", open_plans: Callable[[Config], PlansOf]
) -> None:
    """Add the commands `announce` and `remind`. `open_plans` returns the function that reads private plans."""
    announce = commands.add_parser(
        "announce",
        help="send what was published a day ago or earlier to the channels in channels.yaml, each change once",
    )
    announce.add_argument("--dry-run", action="store_true", help="print the texts, send nothing and remember nothing")
    announce.add_argument(
        "--correct", default="", metavar="ID", help="instead, send a correction about this recommendation or evidence"
    )
    announce.set_defaults(run=run_announce_command)
    remind = commands.add_parser(
        "remind", help="mail what is due to the people with an account who asked to be reminded"
    )
    remind.add_argument("--dry-run", action="store_true", help="print the texts, send nothing and remember nothing")

    def run_remind(options: argparse.Namespace, config: Config, now: datetime) -> str:
        reminding = Reminding(config, now, open_plans(config))
        reminding.run(dry_run=options.dry_run)
        return _report(reminding)

    remind.set_defaults(run=run_remind)


def run_announce_command(options: argparse.Namespace, config: Config, now: datetime) -> str:
    """Run `announce` and return the text to print. Raises TrackerError, also if a text could not be sent."""
    announcer = Announcer(config, now)
    if options.correct:
        announcer.correct(options.correct, dry_run=options.dry_run)
    else:
        announcer.run(dry_run=options.dry_run)
    return _report(announcer)


def _report(run: Announcer | Reminding) -> str:
    """Return the messages of a run, each on a line. If something could not be sent, raise them as a TrackerError."""
    if run.failed:
        raise TrackerError("\n".join(run.messages))
    return "\n".join(run.messages)
