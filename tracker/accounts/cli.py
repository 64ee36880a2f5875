"""The commands about who may sign in: invite, people, revoke."""

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlencode

from tracker.accounts.accounts import (
    LINK_DAYS,
    Account,
    Accounts,
    create_invite,
    revoke_account,
    safe_redirect_path,
    suggest_handle,
)
from tracker.accounts.accounts_file import AccountsFile, accounts_file
from tracker.accounts.owner_handle import read_owner_handle, store_owner_handle
from tracker.config import Config, is_loopback
from tracker.model.dataset import RECORDED_LISTS, Dataset, all_records
from tracker.model.errors import InvalidInvite, NoDataset, TrackerError
from tracker.model.permissions import Role
from tracker.storage.dataset_reader import DatasetReader, display_path

ACCOUNT_COMMANDS = ("invite", "people", "revoke")
ALL_HOSTS = ("0.0.0.0", "::")


def add_account_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands to the command line's."""
    inviting = commands.add_parser("invite", help="print a one-time link with which somebody signs in")
    inviting.add_argument("handle", nargs="?", metavar="HANDLE", help="under which they record; it should tell nothing")
    inviting.add_argument("--here", action="store_true", help="for yourself, who runs the dashboard on this machine")
    inviting.add_argument("--role", choices=[Role.EDITOR.value, Role.REVIEWER.value], default=Role.EDITOR.value)
    inviting.add_argument("--expires", type=int, default=LINK_DAYS, metavar="DAYS", help="7 unless you say")
    inviting.add_argument("--again", action="store_true", help="a new link for the same person as before")
    inviting.add_argument("--to", default="/", metavar="PATH", help="the page that it leads on to, from the first / on")
    commands.add_parser("people", help="list who may sign in")
    revoking = commands.add_parser("revoke", help="end at once what somebody may do")
    revoking.add_argument("handle", metavar="HANDLE")


def run_account_command(
    wanted: argparse.Namespace, places: Config, at: datetime, environment: Mapping[str, str] = os.environ
) -> str:
    """Does what was asked and gives what is to be said; TrackerError when it cannot be done."""
    file = accounts_file(places)
    if wanted.command == "people":
        return "\n".join(_line(one, at) for one in file.read().people) or "Nobody was invited yet."
    if wanted.command == "revoke":
        file.update(lambda people: (revoke_account(people, wanted.handle), None))
        return f"{wanted.handle} may not sign in or save any more, on pages that are open too. What was recorded stays."
    base = _address(places, environment)
    if wanted.here and places.public_url and not sys.stdout.isatty():
        # a service's log keeps what is printed: no link that lets somebody in stands there
        return f"To edit it, make a link: .venv/bin/python -m tracker invite HANDLE, with the same settings. It is at {base}"
    if wanted.here:
        handle, token = _here(file, places, at)
        return f"To edit it as {handle}, open this link. It works once:\n{_link(base, token, wanted.to)}"
    if not wanted.handle:
        raise InvalidInvite(
            f"Say under which handle they record. Choose one that tells nothing, such as {suggest_handle()}."
        )
    taken, role = handles_in_data(places), Role(wanted.role)

    def inviting(people: Accounts) -> tuple[Accounts, str]:
        return create_invite(people, wanted.handle, role, at=at, days=wanted.expires, taken=taken, again=wanted.again)

    token = file.update(inviting)
    known = file.read().find(wanted.handle)
    until = f"{known.link.until:%Y-%m-%d %H:%M} UTC" if known and known.link else ""
    return (
        f"{_link(base, token, wanted.to)}\n"
        f"It lets {wanted.handle} in once, as {role.value}, until {until}. Whoever opens it first is {wanted.handle}: send it on a safe way. "
        f"It is kept in {display_path(places.state)}: the dashboard has to run with the same TRACKER_STATE."
    )


def _here(file: AccountsFile, places: Config, at: datetime) -> tuple[str, str]:
    """A link for the person at this machine, who may do everything: the files are theirs anyway."""
    taken, kept = handles_in_data(places), read_owner_handle(places.state)

    def inviting(people: Accounts) -> tuple[Accounts, tuple[str, str]]:
        handle = kept or next(new for new in iter(suggest_handle, "") if not people.find(new) and new not in taken)
        after, token = create_invite(people, handle, Role.REVIEWER, at=at, days=1, again=True)
        store_owner_handle(places.state, handle)
        return after, (handle, token)

    return file.update(inviting)


def handles_in_data(places: Config) -> frozenset[str]:
    """Every handle that something in the data folder was recorded under."""
    found: Dataset | None = None
    with suppress(NoDataset):
        found = DatasetReader(places.data).read()
    things: list[object] = []
    for record in all_records(found) if found else ():
        items = [record, *(item for name in RECORDED_LISTS for item in getattr(record, name, ()))]
        things += [*items, *record.history, *(event for item in items for event in item.events)]
    return frozenset(handle for thing in things if (handle := getattr(thing, "recorded_by", None)))


def _line(one: Account, at: datetime) -> str:
    link = one.link
    open_until = f"link open until {link.until:%Y-%m-%d}" if link and not link.used and at < link.until else ""
    state = "revoked" if one.revoked else open_until or ("signed in before" if link and link.used else "link too old")
    return f"{one.handle:31} {one.role.value:8} {state}"


def _link(base: str, token: str, to: str) -> str:
    next_ = [("next", safe_redirect_path(to))] if safe_redirect_path(to) != "/" else []
    return f"{base}/sign-in?" + urlencode([("token", token), *next_])


def _address(places: Config, environment: Mapping[str, str]) -> str:
    """Where somebody signs in: at the public address, else on this machine."""
    if places.public_url:
        return places.public_url
    host, port = environment.get("HOST") or "127.0.0.1", environment.get("PORT") or "8501"
    if host not in ALL_HOSTS and not is_loopback(host):
        raise TrackerError(
            f"Nobody can sign in at http://{host}:{port}: it is read-only. Set TRACKER_PUBLIC_URL to its https address."
        )
    return f"http://{'127.0.0.1' if host in ALL_HOSTS else f'[{host}]' if ':' in host else host}:{port}"
