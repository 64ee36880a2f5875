"""Reminders of deadlines by mail, for people with an account: their addresses, and links that confirm or delete one.

An address is stored with the account, in the state only. All values are immutable: a function returns the new accounts.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.accounts.accounts import LINK_DAYS, Account, Accounts, Reminders

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class ReminderLink(StrEnum):
    """What a link in a mail does. The value is its URL parameter."""

    CONFIRM = "confirm"
    STOP = "stop"


def is_mail_address(text: str) -> bool:
    """Return whether `text` is one plain mail address, without a name or a second address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def request_reminders(people: Accounts, handle: str, *, address: str, language: str, at: datetime) -> Accounts:
    """Return the accounts with an unconfirmed `address` for `handle`; unchanged if the address or account is not usable."""
    account = people.find(handle)
    if account is None or account.revoked or not is_mail_address(address):
        return people
    sent = account.reminders.sent if account.reminders else None
    asked = Reminders(address, language, secrets.token_hex(8), until=at + timedelta(days=LINK_DAYS), sent=sent)
    return people.with_account(replace(account, reminders=asked))


def confirm_reminders(people: Accounts, account: Account, at: datetime) -> Accounts:
    """Confirm the mail address of `account`, which must have one. Return the new accounts. Reminders begin after `at`."""
    assert account.reminders is not None
    confirmed = replace(account.reminders, until=None, told=at.date())
    return people.with_account(replace(account, reminders=confirmed))


def stop_reminders(people: Accounts, handle: str) -> Accounts:
    """Return the accounts without the mail address of the account `handle`, if there is one."""
    account = people.find(handle)
    return people.with_account(replace(account, reminders=None)) if account else people


def without_unusable_addresses(people: Accounts, at: datetime) -> Accounts:
    """Return the accounts without addresses that nobody confirmed in time or that a redaction damaged."""
    known = ((one, one.reminders) for one in people.people if one.reminders)
    for account in (one for one, r in known if (r.until and r.until <= at) or not is_mail_address(r.address)):
        people = stop_reminders(people, account.handle)
    return people


def reminder_token(people: Accounts, account: Account, does: ReminderLink) -> str:
    """Return the token of a link in mails to `account`. The link works until the address is replaced or removed."""
    assert account.reminders is not None
    message = f"reminders {does} {account.handle} {account.reminders.serial}"
    return hmac.new(people.key.encode(), message.encode(), hashlib.sha256).hexdigest()


def account_for_reminder_link(people: Accounts, token: str, does: ReminderLink, at: datetime) -> Account | None:
    """Return the account whose link has this token, or None. A link that confirms works once, and only in time."""
    for account in without_unusable_addresses(people, at).people:
        if account.reminders and hmac.compare_digest(
            reminder_token(people, account, does).encode(), token.encode("utf-8", "replace")
        ):
            return account if does is ReminderLink.STOP or account.reminders.until else None
    return None
