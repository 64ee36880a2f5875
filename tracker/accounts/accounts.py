"""Accounts of people, their one-time sign-in links, and their sessions.

Only a hash of a link is stored. All values are immutable: a function returns the new accounts, and writes nothing.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from tracker.model.errors import InvalidInvite, InviteRejected, RejectReason
from tracker.model.permissions import READER, Person, Role, is_handle

LINK_DAYS = 7
"""For how many days a sign-in link works, unless the invitation says otherwise."""
MAX_LINK_DAYS = 90
SESSION_DAYS = 30
"""For how many days a person stays signed in."""


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A one-time sign-in link. `sign` is the hash of its token, `until` its expiry; `used` is True after a sign-in."""

    sign: str
    until: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Reminders:
    """The mail address to which one person asked to be reminded of deadlines, and the language of the mails.

    The links in mails depend on the random `serial`; a new address gets a new one, which ends old links. `until` is
    when an unconfirmed address is forgotten, None once it is confirmed. `told` is the day up to which the person was
    reminded, `sent` the time of the last mail, or of the last attempt to send one.
    """

    address: str = field(repr=False)
    language: str
    serial: str = field(repr=False)
    until: datetime | None = None
    told: date | None = None
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one person.

    `link` is the last sign-in link, `organisation` the id of the organisation for which the person assesses, or "". A
    session is valid only while the `generation` stored in the session is still that of the account.
    """

    handle: str
    role: Role
    generation: int = 0
    revoked: bool = False
    link: InviteLink | None = None
    organisation: str = ""
    reminders: Reminders | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts (`people`), and the secret key (`key`) that signs their sessions and the links in reminders."""

    key: str = ""
    people: tuple[Account, ...] = ()

    def find(self, handle: str) -> Account | None:
        """Return the account with this handle, or None. Upper and lower case make no difference."""
        return next((account for account in self.people if account.handle.casefold() == handle.casefold()), None)

    def with_account(self, account: Account) -> "Accounts":
        """Add `account`, or replace the one with the same handle. Return the new accounts, sorted by handle."""
        others = [other for other in self.people if other.handle != account.handle]
        return replace(self, people=tuple(sorted([*others, account], key=lambda each: each.handle)))


def safe_redirect_path(address: str) -> str:
    """Return `address` if it is a path on this server, otherwise "/"."""
    # browsers treat a backslash as a slash, and ignore control characters
    is_local = re.fullmatch(r"/(?!/)[^\\]{0,1999}", address) is not None and address.isprintable()
    return address if is_local else "/"


def suggest_handle() -> str:
    """Return a random handle for a new person, such as editor-k123. It contains nothing about the person."""
    return f"editor-{secrets.choice('bcdfghjkmnpqrstvwxz')}{secrets.randbelow(900) + 100}"


def create_invite(
    people: Accounts,
    handle: str,
    role: Role | None = None,
    *,
    at: datetime,
    days: int = LINK_DAYS,
    taken: Collection[str] = (),
    again: bool = False,
    organisation: str | None = None,
    lift_revocation: bool = False,
) -> tuple[Accounts, str]:
    """Create a sign-in link for the person `handle`. Return (accounts with this person, token of the link).

    An earlier link stops working; sessions last until the new link is used. `taken` has the handles in the data. For a
    `handle` in use, `again` must be True. If `role` or `organisation` is None, it stays as it was; a new person is
    then an editor without an organisation. Raises InvalidInvite, also for a revoked person without `lift_revocation`.
    """
    if not is_handle(handle):
        raise InvalidInvite(
            f"{handle[:40]!r} cannot be a handle: use 2 to 31 lower-case letters a-z, digits and hyphens. It is stored with "
            f"everything the person records, in files that may become public, so choose one that says nothing about them, "
            f"such as {suggest_handle()}."
        )
    if role is Role.READER or not 1 <= days <= MAX_LINK_DAYS:
        raise InvalidInvite(f"Only editors and reviewers can be invited, for 1 to {MAX_LINK_DAYS} days.")
    before = people.find(handle)
    if not again and (before or handle.casefold() in {name.casefold() for name in taken}):
        raise InvalidInvite(
            f"{handle} is already in use as a handle. For the same person, add --again; for another person, choose a handle "
            f"such as {suggest_handle()}."
        )
    if before and before.revoked and not lift_revocation:
        raise InvalidInvite(f"{handle} was revoked. To let this person sign in again, add --lift-revocation.")
    token = secrets.token_urlsafe(32)
    link = InviteLink(_hash_token(token), at + timedelta(days=days))
    known = before or Account(handle, Role.EDITOR)
    belongs = known.organisation if organisation is None else organisation
    invited = replace(known, role=role or known.role, organisation=belongs, revoked=False, link=link)
    return people.with_account(invited), token


def account_for_token(people: Accounts, token: str, at: datetime) -> Account:
    """Return the account with this sign-in link. Raises InviteRejected unless the link and the account are valid."""
    token_hash = _hash_token(token)
    # compare with every account, in constant time, so that the duration reveals nothing
    matches = [one for one in people.people if one.link and hmac.compare_digest(one.link.sign, token_hash)]
    if not matches or (link := matches[0].link) is None:
        raise InviteRejected(RejectReason.UNKNOWN)
    account = matches[0]
    reasons = {RejectReason.REVOKED: account.revoked, RejectReason.USED: link.used, RejectReason.OLD: at >= link.until}
    if why := next((why for why, is_so in reasons.items() if is_so), None):
        raise InviteRejected(why)
    return account


def redeem_invite(people: Accounts, token: str, at: datetime) -> tuple[Accounts, Account]:
    """Use a sign-in link, which ends earlier sessions. Return (new accounts, account). Raises InviteRejected."""
    account = account_for_token(people, token, at)
    assert account.link is not None
    account = replace(account, link=replace(account.link, used=True), generation=account.generation + 1)
    return people.with_account(account), account


def sign_out_everywhere(people: Accounts, handle: str) -> Accounts:
    """End all sessions of the account `handle`, if there is one, and return the changed accounts."""
    account = people.find(handle)
    return people.with_account(replace(account, generation=account.generation + 1)) if account else people


def revoke_account(people: Accounts, handle: str) -> Accounts:
    """Revoke an account, end its sessions and delete its mail address. Return the new accounts. Raises InvalidInvite."""
    account = people.find(handle)
    if account is None:
        raise InvalidInvite(f"No one has the handle {handle[:40]!r}. Run `people` to list all handles.")
    return people.with_account(replace(account, generation=account.generation + 1, revoked=True, reminders=None))


def accounts_with(people: Accounts, is_value: Callable[[str], bool]) -> tuple[Account, ...]:
    """Return the accounts for whose handle or address `is_value` holds."""
    return tuple(a for a in people.people if is_value(a.handle) or (a.reminders and is_value(a.reminders.address)))


def without_values(people: Accounts, is_value: Callable[[str], bool], taken: Collection[str]) -> Accounts:
    """Return the accounts without mail addresses and handles that are a value.

    A random handle that is not in `taken` replaces such a handle, which ends the sessions of this account.
    """
    for account in accounts_with(people, is_value):
        reminders = account.reminders if account.reminders and not is_value(account.reminders.address) else None
        others, handle = tuple(one for one in people.people if one is not account), account.handle
        while is_value(handle) or handle in taken or any(handle == one.handle for one in others):
            handle = suggest_handle()
        people = replace(people, people=others).with_account(replace(account, handle=handle, reminders=reminders))
    return people


def with_new_key(people: Accounts) -> Accounts:
    """Return the accounts with another key: all sessions, and all links in reminders, have ended."""
    return replace(people, key=secrets.token_hex(32))


def issue_session(people: Accounts, account: Account, at: datetime) -> str:
    """Return the value of a new session cookie for `account`, which is valid for SESSION_DAYS after `at`."""
    until = int((at + timedelta(days=SESSION_DAYS)).timestamp())
    return str(_session_signer(people).dumps([account.handle, account.generation, until]))


def person_from_cookie(people: Accounts, cookie: str, at: datetime) -> Person:
    """Return the person of a session cookie. If the cookie, its session or its account is not valid at `at`, return READER."""
    if not people.key or not cookie:
        return READER
    try:
        handle, generation, until = map(str, _session_signer(people).loads(cookie))
        is_expired = at.timestamp() >= int(until)
    except (BadData, ValueError, TypeError):
        return READER
    account = people.find(handle)
    if account is None or account.revoked or str(account.generation) != generation or is_expired:
        return READER
    return Person(account.role, account.handle, account.organisation)


def _hash_token(token: str) -> str:
    # a token is long and random, so unlike a password it needs no slow hash
    return hashlib.sha256(token.encode()).hexdigest()


def _session_signer(people: Accounts) -> URLSafeSerializer:
    return URLSafeSerializer(people.key, salt="session", signer_kwargs={"digest_method": hashlib.sha256})
