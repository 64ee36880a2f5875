"""Mail reminders of deadlines to people with an account who asked for them, at most once a day."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import cached_property
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from tracker.accounts.accounts import LINK_DAYS, Account, Accounts, Reminders
from tracker.accounts.accounts_file import accounts_file
from tracker.accounts.reminders import ReminderLink, reminder_token, without_unusable_addresses
from tracker.config import Config, is_loopback
from tracker.i18n import get_language
from tracker.model import partial_dates
from tracker.model.errors import TrackerError
from tracker.model.organisations import as_listed
from tracker.model.permissions import Permission, Person
from tracker.model.vocabulary import DeadlineState
from tracker.publishing.cli import read_view
from tracker.publishing.exports.ics_calendar import date_heading, date_link
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.sentences import time_left, time_until
from tracker.publishing.wording import site_name
from tracker.queries.deadlines import list_deadlines
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View

_DAYS_BEFORE = (30, 7, 1)
_FROM_HOUR = 7
"""The hour of the day, in the time zone of the tracker, before which no reminder is sent, so that nobody is woken."""
_PAUSE = timedelta(hours=1)
"""The least time between two mails that ask to confirm an address, so that nobody is flooded with them."""
_ANSWER_SECONDS = 30.0
_NOT_SET = (
    "Reminders need TRACKER_PUBLIC_URL, TRACKER_MAIL_FROM and TRACKER_SMTP: see docs/hosting.md. Nothing was sent."
)
_WRONG_URL = "TRACKER_SMTP is not like smtps://USER:PASSWORD@HOST. Nothing was sent."
_NO_SERVER = "The mail server {host} cannot be used ({error}). Nothing was sent; the next run tries again."
_REFUSED = "{handle}: the mail server did not take the mail ({error}). {then}"

_TOKEN = re.compile("=[0-9a-f]{64}")
"""Matches the token of a link. It is left out of messages, because they may end up in a log."""

PlansOf = Callable[[Person], Iterable[str]]
"""A function that returns the partial date of each private plan that a person may read and that is not done."""


def open_mail_server(config: Config) -> smtplib.SMTP:
    """Return a connection to the mail server. It is encrypted, unless the server is on this machine. Raises TrackerError."""
    try:
        url, context = urlsplit(config.smtp), ssl.create_default_context()
        host, port, name = url.hostname or "", url.port or 0, urlsplit(config.public_url).hostname
        if url.scheme not in ("smtp", "smtps") or not host:
            raise ValueError
    except ValueError:
        raise TrackerError(_WRONG_URL) from None
    try:
        # without a name of its own the library would tell that of this machine
        server = (
            smtplib.SMTP_SSL(host, port or 465, name, timeout=_ANSWER_SECONDS, context=context)
            if url.scheme == "smtps"
            else smtplib.SMTP(host, port or (25 if is_loopback(host) else 587), name, timeout=_ANSWER_SECONDS)
        )
        if url.scheme == "smtp" and not is_loopback(host):
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except (OSError, smtplib.SMTPException) as error:
        raise TrackerError(_NO_SERVER.format(host=host, error=type(error).__name__)) from None
    return server


@dataclass
class Reminding:
    """One run of the command `remind` at the time `now`. Raises TrackerError if a setting is missing.

    `messages`, which contain no mail address, are for the person who runs the command. `failed`: a mail was refused.
    """

    config: Config
    now: datetime
    plans_of: PlansOf
    open_server: Callable[[Config], smtplib.SMTP] = open_mail_server

    def __post_init__(self) -> None:
        if not (self.config.public_url and self.config.mail_from and self.config.smtp):
            raise TrackerError(_NOT_SET)
        self.file = accounts_file(self.config)
        self.messages, self.failed = list[str](), False

    def run(self, *, dry_run: bool = False) -> None:
        """Send a mail to each person for whom one is due, and delete addresses that were not confirmed in time.

        The time of a mail is saved before it is sent, so that nobody gets two reminders on one day. If a reminder is
        lost, its deadlines are in the next one. With `dry_run`, nothing is sent or saved: the texts are only added to
        `messages`. Raises TrackerError if the mail server cannot be used.
        """
        if not dry_run:
            self.file.update(lambda people: (without_unusable_addresses(people, self.now), None))
        people = without_unusable_addresses(self.file.read(), self.now)
        due = [(account, text) for account in people.people if (text := self._text(people, account))]
        server = None if dry_run or not due else self.open_server(self.config)
        for account, text in due:
            if server is None:
                self.messages.append(f"{account.handle}:\n{_TOKEN.sub('=…', text)}")
            elif server.sock is None:
                self.messages.append(
                    f"{account.handle}: not sent, the mail server ended the connection. The next run tries again."
                )
            elif self._note(account, sent=self.now):
                self._send(server, people, account, text=text)
        if server is not None:
            server.close()
        self.messages = self.messages or ["No mail is due."]

    def _send(self, server: smtplib.SMTP, people: Accounts, account: Account, *, text: str) -> None:
        """Send one mail, and add a message about it. After a reminder, save that the person was reminded up to today."""
        reminders = account.reminders
        assert reminders
        message = EmailMessage()
        message["From"], message["To"] = self.config.mail_from, reminders.address
        # the subject is on a locked phone: it says nothing about what this is
        message["Subject"] = get_language(reminders.language).gettext("Reminder")
        message["Date"] = format_datetime(self.now)
        message["Auto-Submitted"] = "auto-generated"
        message["Message-ID"] = make_msgid(domain=urlsplit(self.config.public_url).hostname)
        message["List-Unsubscribe"] = f"<{self._link(people, account, ReminderLink.STOP)}>"
        message.set_content(text)
        try:
            server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            self.failed = True
            then = "They have to ask for it again." if reminders.until else "The next try is tomorrow."
            self.messages.append(_REFUSED.format(handle=account.handle, error=type(error).__name__, then=then))
            return
        self.messages.append(f"{account.handle}: sent.")
        if not reminders.until:
            self._note(replace(account, reminders=replace(reminders, sent=self.now)), told=self._view.today)

    def _note(self, account: Account, **changes: object) -> bool:
        """Save `changes` to the reminders of `account`, unless these have changed in the file. Return whether it was saved."""

        def note(people: Accounts) -> tuple[Accounts, bool]:
            current = people.find(account.handle)
            if not (current and current.reminders) or current.reminders != account.reminders:
                return people, False
            return people.with_account(replace(current, reminders=replace(current.reminders, **changes))), True  # type: ignore[arg-type]

        return self.file.update(note)

    def _text(self, people: Accounts, account: Account) -> str:
        """Return the text of the mail that is due to a person now, or "" if none is."""
        if (reminders := account.reminders) is None:
            return ""
        if reminders.until:
            asked = reminders.until - timedelta(days=LINK_DAYS)
            is_due = reminders.sent is None or (reminders.sent < asked and self.now - reminders.sent >= _PAUSE)
            _, link = self._request(reminders).language.gettext, self._link(people, account, ReminderLink.CONFIRM)
            please = _("Somebody wants to be reminded of deadlines at this address. If it was you, confirm it here:")
            otherwise = _("Otherwise do nothing: the address is deleted after a week.")
            return f"{please}\n\n{link}\n\n{otherwise}\n" if is_due else ""
        zone = ZoneInfo(self._view.settings.timezone)
        is_told = reminders.sent is not None and reminders.sent.astimezone(zone).date() >= self._view.today
        is_early = self.now.astimezone(zone).hour < _FROM_HOUR
        return "" if is_told or is_early else self._reminder(people, account, reminders)

    def _reminder(self, people: Accounts, account: Account, reminders: Reminders) -> str:
        """Return the text that reminds a person of deadlines and plans, or "" if there is nothing to remind of."""
        request, today = self._request(reminders), self._view.today
        language, told = request.language, reminders.told or today
        _ = language.gettext
        items = [
            f"• {time_left(language, item, today)}: "
            + request.date_words(item, f"{date_heading(request, item)}, {language.format_date(item.date)}")
            + f"\n{date_link(request, item)}"
            for item in list_deadlines(request.view)
            if item.state(today) in (DeadlineState.NEXT, DeadlineState.OVERDUE)
            if _is_to_be_told(item.last_day, told, today, can_be_late=not item.is_passing)
        ]
        known = Person(account.role, account.handle, account.organisation)
        person = as_listed(known, self._view.settings.organisations)
        # of what is private, the mail says only that there is something: others carry and keep mails
        plan = f"{_('a plan that is not public')}\n{request.link('/deadlines')}#rt-plans"
        items += [
            f"• {time_until(language, day, today)}: {plan}"
            for day in sorted(self.plans_of(person) if person.can(Permission.SEE_PRIVATE) else ())
            if _is_to_be_told(partial_dates.last_day(day), told, today, can_be_late=True)
        ]
        if not items:
            return ""
        stop = f"{_('Stop these mails and delete my address')}: {self._link(people, account, ReminderLink.STOP)}"
        head = f"{site_name(request)} · {_('Deadlines')}"
        return "\n\n".join([head, *items, stop]) + "\n"

    def _link(self, people: Accounts, account: Account, does: ReminderLink) -> str:
        assert account.reminders
        token = reminder_token(people, account, does)
        return f"{self.config.public_url}/reminders?{does}={token}&lang={account.reminders.language}"

    def _request(self, reminders: Reminders) -> ViewRequest:
        language = get_language(reminders.language, self._view.settings)
        return ViewRequest(self._view, language, Filters(), origin=self.config.public_url)

    @cached_property
    def _view(self) -> View:
        return read_view(self.config.data, self.now)


def _is_to_be_told(day: date, told: date, today: date, *, can_be_late: bool) -> bool:
    """Return whether a reminder of `day` became due after the day `told`. With `can_be_late`, the day after `day` counts too."""
    moments = [day - timedelta(days=n) for n in _DAYS_BEFORE] + [day + timedelta(days=1)] * can_be_late
    return any(told < moment <= today for moment in moments)
