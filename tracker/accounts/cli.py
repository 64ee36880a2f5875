"""The commands about accounts: `invite`, `people`, `revoke` and `rotate-key`."""

import argparse
import os
import sys
from datetime import datetime
from urllib.parse import urlencode

from tracker.accounts import accounts
from tracker.accounts.accounts import Account, Accounts, suggest_handle
from tracker.accounts.accounts_file import accounts_file, choose_owner_handle, handles_in_data
from tracker.config import Config, is_loopback
from tracker.i18n import LANGUAGES
from tracker.model.errors import InvalidInvite, TrackerError
from tracker.model.permissions import Role
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.record_storage import display_path

ALL_HOSTS = ("0.0.0.0", "::")


def add_account_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands `invite`, `people`, `revoke` and `rotate-key` to the `commands` of the command line."""
    invite = commands.add_parser("invite", help="print a one-time sign-in link for a person")
    stored = "name stored with their records; it should say nothing about them"
    invite.add_argument("handle", nargs="?", metavar="HANDLE", help=stored)
    for flag, does in (
        ("--here", "a link for yourself, on the machine that runs the dashboard"),
        ("--again", "a new link for a person who already has this handle; who uses it is signed out everywhere else"),
        ("--lift-revocation", "with --again: let a person sign in whose access was revoked"),
    ):
        invite.add_argument(flag, action="store_true", help=does)
    roles = [Role.EDITOR.value, Role.REVIEWER.value]
    invite.add_argument("--role", choices=roles, help="default: the role from before, or editor for a new person")
    expires = "days until the link expires (default: %(default)s)"
    invite.add_argument("--expires", type=int, default=accounts.LINK_DAYS, metavar="DAYS", help=expires)
    assesses = "organisation for which the person assesses, an id in tracker.yaml; '' for the tracker's editors"
    invite.add_argument("--organisation", metavar="ID", help=f"{assesses}; default: the one from before")
    invite.add_argument("--to", default="/", metavar="PATH", help="page to open after signing in, such as /edit")
    invite.add_argument("--lang", choices=LANGUAGES, help="language of the sign-in page and of the page after it")
    people = commands.add_parser("people", help="list everyone who may sign in")
    revoke = commands.add_parser("revoke", help="end a person's access at once")
    revoke.add_argument("handle", metavar="HANDLE")
    rotate = commands.add_parser("rotate-key", help="sign everybody out, in case somebody has the key of the sessions")
    runs = ((invite, _run_invite), (people, _run_people), (revoke, _run_revoke), (rotate, _run_rotate_key))
    for parser, run in runs:
        parser.set_defaults(run=run)


def _run_people(_arguments: argparse.Namespace, config: Config, at: datetime) -> str:
    people = accounts_file(config).read().people
    return "\n".join(_account_line(one, at) for one in people) or "No one has been invited yet."


def _run_revoke(arguments: argparse.Namespace, config: Config, _at: datetime) -> str:
    accounts_file(config).update(lambda people: (accounts.revoke_account(people, arguments.handle), None))
    return f"{arguments.handle} can no longer sign in or save, even on pages that are already open. Everything they recorded stays."


def _run_rotate_key(_arguments: argparse.Namespace, config: Config, _at: datetime) -> str:
    accounts_file(config).update(lambda people: (accounts.with_new_key(people), None))
    return (
        "The key of the sessions is new: everybody is signed out, also on pages that are already open, and links in earlier "
        "reminders no longer work. Sign in again with new links: .venv/bin/python -m tracker invite HANDLE --again"
    )


def _run_invite(arguments: argparse.Namespace, config: Config, at: datetime) -> str:
    file, base, wanted = accounts_file(config), _base_url(config), arguments.organisation
    known = [o.id for o in DatasetReader(config.data).read().settings.organisations] if wanted else []
    if wanted and wanted not in known:
        raise InvalidInvite(
            f"tracker.yaml has no organisation {wanted[:40]!r}; one of {', '.join(known)}. "
            "Add it there under 'organisations' first."
        )
    if arguments.here and config.public_url and not sys.stdout.isatty():
        # output of a service goes to a log, which must not contain a working sign-in link
        return f"The dashboard is at {base}. To edit, create a link with the same settings: .venv/bin/python -m tracker invite HANDLE"
    if not arguments.here and not arguments.handle:
        raise InvalidInvite(
            f"Give a handle for the person. Choose one that says nothing about them, such as {suggest_handle()}."
        )
    taken = handles_in_data(config)
    handle = choose_owner_handle(config, taken) if arguments.here else arguments.handle

    def invite(people: Accounts) -> tuple[Accounts, tuple[Account | None, Account | None, str]]:
        before = people.find(handle)
        role = Role(arguments.role) if arguments.role else None
        if arguments.here and not before:
            role = role or Role.REVIEWER  # who is at this machine can change all files anyway
        days, again = 1 if arguments.here else arguments.expires, arguments.again or arguments.here
        lift = arguments.lift_revocation
        after, token = accounts.create_invite(
            people, handle, role, at=at, days=days, taken=taken, again=again, organisation=wanted, lift_revocation=lift
        )
        return after, (before, after.find(handle), token)

    before, account, token = file.update(invite)
    assert account is not None and account.link is not None
    to = accounts.safe_redirect_path(arguments.to)
    params = {"token": token, "next": to if to != "/" else "", "lang": arguments.lang or ""}
    link = f"{base}/sign-in?" + urlencode({name: value for name, value in params.items() if value})
    changes = "".join(f"\nChanged: {change}." for change in _changes(before, account)) if before else ""
    if arguments.here:
        return f"To edit as {handle}, open this link. It works once:\n{link}{changes}"
    belongs = f", for the organisation {account.organisation!r}" if account.organisation else ""
    ends = " Using it ends every earlier session of this person." if before else ""
    return (
        f"{link}\n"
        f"The link signs {handle} in once, as {account.role.value}{belongs}, until {account.link.until:%Y-%m-%d %H:%M} UTC.{ends} Whoever opens it first is signed in, so send it "
        f"over a secure channel. The account is stored in {display_path(file.folder)}: run the dashboard with the same TRACKER_STATE.{changes}"
    )


def _changes(before: Account, after: Account) -> list[str]:
    pairs = {"role": (before.role, after.role), "organisation": (before.organisation, after.organisation)}
    changes = [f"{name}, from {old or 'none'} to {new or 'none'}" for name, (old, new) in pairs.items() if old != new]
    return changes + ["the revocation was lifted"] * (before.revoked and not after.revoked)


def _account_line(account: Account, at: datetime) -> str:
    link = account.link
    open_until = f"link valid until {link.until:%Y-%m-%d}" if link and not link.used and at < link.until else ""
    state = "revoked" if account.revoked else open_until or ("has signed in" if link and link.used else "link expired")
    return f"{account.handle:31} {account.role.value:8} {account.organisation or '-':20} {state}"


def _base_url(config: Config) -> str:
    if config.public_url:
        return config.public_url
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8501"
    if host not in ALL_HOSTS and not is_loopback(host):
        raise TrackerError(
            f"No one can sign in at http://{host}:{port}: it is read-only. Set TRACKER_PUBLIC_URL to its https address."
        )
    return f"http://{'127.0.0.1' if host in ALL_HOSTS else f'[{host}]' if ':' in host else host}:{port}"
