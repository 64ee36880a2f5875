"""Who may sign in: people, their one-time links and their sessions. Pure values; only hashes of the links are kept."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from tracker.model.errors import InvalidInvite, InviteRejected, RejectReason
from tracker.model.permissions import READER, Person, Role, is_handle

LINK_DAYS = 7
MAX_LINK_DAYS = 90
SESSION_DAYS = 30


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A one-time link: the hash of its token, until when it lets somebody in, and whether it did."""

    sign: str
    until: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. A higher generation ends every session of a lower one."""

    handle: str
    role: Role
    generation: int = 0
    revoked: bool = False
    link: InviteLink | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everybody who may sign in, and the key that their sessions are signed with."""

    key: str = ""
    people: tuple[Account, ...] = ()

    def find(self, handle: str) -> Account | None:
        """The one with this handle, in whatever case it was typed."""
        return next((one for one in self.people if one.handle.casefold() == handle.casefold()), None)

    def with_account(self, one: Account) -> "Accounts":
        """The same people, with this one added or in place of the one before."""
        others = [other for other in self.people if other.handle != one.handle]
        return replace(self, people=tuple(sorted([*others, one], key=lambda known: known.handle)))


def safe_redirect_path(address: str) -> str:
    """The address where it leads to a page of the dashboard, else its first page."""
    # browsers take a backslash for a slash, and leave out control characters
    ours = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if ours and len(address) <= 2000 else "/"


def suggest_handle() -> str:
    """A handle that tells nothing about the person."""
    return f"editor-{secrets.choice('bcdfghjkmnpqrstvwxz')}{secrets.randbelow(900) + 100}"


def create_invite(
    people: Accounts, handle: str, role: Role, *, at: datetime, days: int = LINK_DAYS, taken: Collection[str] = (), again: bool = False
) -> tuple[Accounts, str]:  # fmt: skip
    """The people with the one invited, and the token of the link. A link given before lets nobody in any more.

    `taken` are the handles that recorded something; `again` says that this is the same person. Raises NotInvited.
    """
    if not is_handle(handle):
        raise InvalidInvite(
            f"{handle[:40]!r} cannot be a handle: it has 2 to 31 characters, small letters a-z, digits and hyphens. It stands "
            f"beside what the person records, in files that may become public: choose one that tells nothing, such as {suggest_handle()}."
        )
    if role is Role.READER or not 1 <= days <= MAX_LINK_DAYS:
        raise InvalidInvite(f"Only an editor or a reviewer is invited, for 1 to {MAX_LINK_DAYS} days.")
    before = people.find(handle)
    if not again and (before or handle.casefold() in {name.casefold() for name in taken}):
        raise InvalidInvite(
            f"{handle} is somebody's handle already. For the same person, say --again; for another, choose one such as {suggest_handle()}."
        )
    token = secrets.token_urlsafe(32)
    link = InviteLink(_sign(token), at + timedelta(days=days))
    one = replace(before, role=role, revoked=False, link=link) if before else Account(handle, role, link=link)
    return people.with_account(one), token


def account_for_token(people: Accounts, token: str, at: datetime) -> Account:
    """Whom a link lets in now; NotLetIn when it is nobody."""
    sign = _sign(token)
    # all are compared, in constant time: how long it takes tells nothing
    found = [one for one in people.people if one.link and hmac.compare_digest(one.link.sign, sign)]
    if not found or (link := found[0].link) is None:
        raise InviteRejected(RejectReason.UNKNOWN)
    for bad, why in (
        (found[0].revoked, RejectReason.REVOKED),
        (link.used, RejectReason.USED),
        (at >= link.until, RejectReason.OLD),
    ):
        if bad:
            raise InviteRejected(why)
    return found[0]


def redeem_invite(people: Accounts, token: str, at: datetime) -> tuple[Accounts, Account]:
    """The people after the link was used up, and whom it let in; NotLetIn when it lets nobody in."""
    one = account_for_token(people, token, at)
    assert one.link is not None
    return people.with_account(replace(one, link=replace(one.link, used=True))), one


def sign_out_everywhere(people: Accounts, handle: str) -> Accounts:
    """The people after every session of this one has ended."""
    one = people.find(handle)
    return people.with_account(replace(one, generation=one.generation + 1)) if one else people


def revoke_account(people: Accounts, handle: str) -> Accounts:
    """The people after this one may not sign in any more; NotInvited when there is no such person."""
    one = people.find(handle)
    if one is None:
        raise InvalidInvite(f"Nobody has the handle {handle[:40]!r}. Ask for `people` to see who has.")
    return people.with_account(replace(one, generation=one.generation + 1, revoked=True))


def issue_session(people: Accounts, one: Account, at: datetime) -> str:
    """What the cookie of a session holds: whom it is for, in which generation, until when; signed."""
    until = int((at + timedelta(days=SESSION_DAYS)).timestamp())
    return str(_signer(people).dumps([one.handle, one.generation, until]))


def person_from_cookie(people: Accounts, cookie: str, at: datetime) -> Person:
    """Who somebody is who shows this cookie now. A cookie that says nothing, or nothing any more, is a reader's."""
    if not people.key or not cookie:
        return READER
    try:
        handle, generation, until = map(str, _signer(people).loads(cookie))
        ended = at.timestamp() >= int(until)
    except (BadData, ValueError, TypeError):
        return READER
    one = people.find(handle)
    if one is None or one.revoked or str(one.generation) != generation or ended:
        return READER
    return Person(one.role, one.handle)


def _sign(token: str) -> str:
    # a token is random and long: unlike a password, it needs no slow hash
    return hashlib.sha256(token.encode()).hexdigest()


def _signer(people: Accounts) -> URLSafeSerializer:
    return URLSafeSerializer(people.key, salt="session", signer_kwargs={"digest_method": hashlib.sha256})
