"""Reminders by mail: only what an editor asked for and confirmed, one mail a day at most, and nothing of what is private."""

import socket
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from unittest.mock import Mock

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.support.command_line import run_command
from tests.support.deadline_story import DEADLINES
from tests.support.small_dataset import ANNA
from tests.support.story_folder import TRACKER, made
from tracker.__main__ import _dates_of_open_plans
from tracker.accounts import reminders
from tracker.accounts.accounts import Account, Reminders, revoke_account
from tracker.accounts.accounts_file import AccountsFile
from tracker.accounts.reminders import ReminderLink
from tracker.config import Config
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.model.errors import TrackerError
from tracker.model.permissions import Person, Role
from tracker.publishing.announcing.reminders import Reminding
from tracker.storage.dataset_reader import DatasetReader

ADDRESS, CANARY = "anna.canary@example.org", "Canary"
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""The day after the 30th before a report, and five days before a reply. See DEADLINES."""


class Post(Controller):
    """A mail server that keeps what it takes, and refuses while `refusal` is set."""

    def __init__(self, **options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.mails, self.refusal = [], ""
        super().__init__(self, hostname="127.0.0.1", port=port, **options)

    async def handle_DATA(self, _server, _session, envelope):
        if self.refusal:
            return self.refusal
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 taken"

    def texts(self):
        return [mail.get_content().replace("\r\n", "\n") for _to, mail in self.mails]


@contextmanager
def running(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def post():
    with running(Post()) as server:
        yield server


class Host:
    """A host with deadlines, an editor and a clock. `port` is that of the mail server."""

    def __init__(self, tmp_path, port):
        other = "organisations: [{id: other, name: Other, kind: civil-society}]\n"
        made(tmp_path / "data", {"documents.yaml": DEADLINES, "tracker.yaml": TRACKER + other})
        self.now = START
        places = {area: tmp_path / area for area in ("data", "state", "private")}
        mail = {"mail_from": "tracker@example.org", "smtp": f"smtp://127.0.0.1:{port}"}
        self.config = Config(public_url="https://tracker.example", **places, **mail)
        self.file = AccountsFile(self.config.state)
        self.file.update(lambda people: (people.with_account(Account(ANNA.handle, Role.EDITOR)), None))

    def ask(self, address=ADDRESS, language="en"):
        asked = {"address": address, "language": language, "at": self.now}
        self.file.update(lambda people: (reminders.request_reminders(people, ANNA.handle, **asked), None))

    def use(self, does, token):
        """Use a link, and return whether it works."""

        def change(people):
            if (account := reminders.account_for_reminder_link(people, token, does, at=self.now)) is None:
                return people, False
            if does is ReminderLink.CONFIRM:
                return reminders.confirm_reminders(people, account, self.now), True
            return reminders.stop_reminders(people, account.handle), True

        return self.file.update(change)

    def subscribe(self, told=date(2026, 6, 20), language="en"):
        on = Reminders(ADDRESS, language, "serial", told=told)
        self.file.update(lambda people: (people.with_account(replace(people.people[0], reminders=on)), None))

    def run(self, on=None, *, dry_run=False):
        """Run the command at this time, and return its messages."""
        self.now = on or self.now
        reminding = Reminding(self.config, self.now, _dates_of_open_plans(self.config))
        reminding.run(dry_run=dry_run)
        return reminding.messages


@pytest.fixture
def host(tmp_path, post):
    return Host(tmp_path, post.port)


def day(number, hour=9, month=6):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def token(text, does):
    return text.split(f"/reminders?{does}=")[1].split("&")[0]


def test_nothing_is_sent_until_the_address_is_confirmed(host, post):
    host.ask()
    assert host.run() == ["editor-anna: sent."]
    ((to, mail),) = post.mails
    assert (to, mail["Subject"], "Deadlines" in mail.get_content()) == ([ADDRESS], "Reminder", False)
    host.run(day(7, 8))
    assert len(post.mails) == 1, "one for each time that somebody asks"
    confirm = token(mail.get_content(), "confirm")
    assert host.use(ReminderLink.CONFIRM, confirm) and not host.use(ReminderLink.CONFIRM, confirm)
    host.run(day(7, 20))
    assert len(post.mails) == 1, "the first reminder comes on the next day"


def test_who_asks_again_and_again_gets_one_mail_an_hour(host, post):
    for minutes, sent in ((0, 1), (10, 1), (50, 1), (60, 2)):
        host.now = START + timedelta(minutes=minutes)
        host.ask(f"a{minutes}@example.org")
        host.run()
        assert len(post.mails) == sent


def test_an_address_that_nobody_confirms_is_forgotten_after_a_week(host, post):
    host.ask()
    host.run()
    host.run(day(8, 10))
    assert (host.file.read().people[0].reminders, len(post.mails)) == (None, 1)
    assert not host.use(ReminderLink.CONFIRM, token(post.texts()[0], "confirm"))


def test_each_deadline_is_told_30_7_and_1_days_before_and_when_it_is_overdue_once(host, post):
    host.subscribe(told=date(2026, 5, 30))
    told = {}
    for n in range(31):
        before = len(post.mails)
        host.run(day(1) + timedelta(days=n))
        host.run(day(1, 18) + timedelta(days=n))
        assert len(post.mails) - before <= 1
        told |= {n + 1: post.texts()[-1]} if len(post.mails) > before else {}
    lines = {n: [line for line in text.split("\n") if line[:1] == "•"] for n, text in told.items()}
    report, reply = "CCPR · due · Report 4", "CESCR · State's reply due · CO 4"
    assert {n: line[2:].split(",")[0] for n, (line,) in lines.items()} == {
        1: f"in 29 days: {report}",
        5: f"in 1 day: {reply}",
        7: f"overdue by 1 day: {reply}",
        23: f"in 7 days: {report}",
        29: f"in 1 day: {report}",
        31: f"overdue by 1 day: {report}",
    }


def test_a_day_without_a_run_is_made_up_for_and_nobody_is_woken(host, post):
    host.subscribe()
    assert host.run(day(24, 6)) == ["No mail is due."]
    host.run(day(24, 7))
    assert "• in 6 days: CCPR" in post.texts()[0]


def test_words_and_links_are_in_the_language_of_the_editor(host, post):
    host.subscribe(language="ky")
    host.run(day(23))
    (text,) = post.texts()
    assert "/deadlines?lang=ky#rt-r-4-due" in text and "&lang=ky" in text
    assert not {"Deadlines", "days", "Stop"} & set(text.replace(":", " ").split())


def test_of_a_private_plan_the_mail_has_only_the_date(host, post):
    folder = PrivateFolder(host.config.private, DatasetReader(host.config.data), THE_HOST)
    for person in (ANNA, Person(Role.EDITOR, "editor-other", "other")):
        folder.seen_by(person).add_note("cescr", CANARY, by=person, due="2026-07-15")
    host.subscribe(told=date(2026, 7, 1))
    host.run(day(8, month=7))
    (text,) = post.texts()
    assert text.count("•") == 1 and "• in 7 days: a plan that is not public\nhttps://tracker.example/deadlines" in text
    assert CANARY not in text and "CESCR" not in text
    host.file.update(lambda people: (people.with_account(replace(people.people[0], organisation="gone")), None))
    host.run(day(14, month=7))
    assert len(post.texts()) == 1, "the plan is not for who belongs to an organisation that is not listed"


def test_one_link_stops_them_and_so_does_whoever_revokes_the_person(host, post):
    for stop in ("link", "revoked"):
        host.subscribe()
        host.run(day(23))
        link = token(post.texts()[-1], "stop")
        assert post.mails[-1][1]["List-Unsubscribe"].count(link) == 1
        if stop == "link":
            assert host.use(ReminderLink.STOP, link)
        else:
            host.file.update(lambda people: (revoke_account(people, ANNA.handle), None))
        assert not host.use(ReminderLink.STOP, link), "a link works once"
        assert ADDRESS not in host.file.path.read_text()
        assert host.run(day(29)) == ["No mail is due."]


def test_the_link_of_an_address_does_not_stop_the_next_one(host, post):
    host.subscribe()
    host.run(day(23))
    host.ask("other@example.org")
    assert not host.use(ReminderLink.STOP, token(post.texts()[0], "stop"))
    for wrong in ("", "x", "é\udcff"):
        assert not host.use(ReminderLink.STOP, wrong)


def test_an_address_from_which_words_were_removed_is_deleted(host, post):
    host.subscribe()
    host.file.path.write_text(host.file.path.read_text().replace(ADDRESS, "(removed for safety 2026-06-20)"))
    assert host.run(day(23)) == ["No mail is due."]
    assert host.file.read().people[0].reminders is None


@pytest.mark.parametrize(
    "address", ["", "anna", "a b@c.org", "a@c.org\nBcc: x@y.org", "a@c.org,b@c.org", "a" * 250 + "@c.org"]
)
def test_what_is_no_single_plain_address_is_not_stored(host, address):
    host.ask(address)
    assert host.file.read().people[0].reminders is None


def test_the_address_is_in_the_state_alone_for_its_owner_and_in_no_message(host, post, tmp_path):
    host.subscribe()
    assert oct(host.file.path.stat().st_mode)[-3:] == "600"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if ADDRESS in path.read_text("utf-8")] == ["sign-in.json"]
    settings = {"TRACKER_DATA": str(host.config.data), "TRACKER_STATE": str(host.config.state)}
    said = [run_command("people", settings=settings)[1], repr(host.file.read()), repr(host.config)]
    said += host.run(day(23), dry_run=True) + host.run(day(23))
    assert (ADDRESS in "".join(said), said[-1], len(post.mails)) == (False, "editor-anna: sent.", 1)


def test_a_dry_run_shows_the_mail_without_sending_it(host, post):
    host.subscribe()
    before = host.file.path.read_bytes()
    (shown,) = host.run(day(23), dry_run=True)
    assert "• in 7 days: CCPR" in shown and "?stop=…&" in shown
    assert (host.file.path.read_bytes(), post.mails) == (before, [])


def test_a_mail_that_is_refused_is_tried_again_on_the_next_day(host, post):
    host.subscribe()
    post.refusal = "550 No"
    refused = "editor-anna: the mail server did not take the mail (SMTPDataError). The next try is tomorrow."
    assert host.run(day(23)) == [refused]
    post.refusal = ""
    assert host.run(day(23, 12)) == ["No mail is due."]
    assert host.run(day(24)) == ["editor-anna: sent."]
    assert "• in 6 days" in post.texts()[0]


def test_when_the_server_hangs_up_the_others_are_reminded_by_the_next_run(host, post):
    host.subscribe()
    other = replace(host.file.read().people[0], handle="editor-bolot")
    host.file.update(lambda people: (people.with_account(other), None))
    post.refusal = "421 Too much"
    assert [line.split(": ")[1][:8] for line in host.run(day(23))] == ["the mail", "not sent"]
    post.refusal = ""
    assert host.run(day(23, 10)) == ["editor-bolot: sent."]


def test_a_run_that_is_killed_sends_nothing_again_on_that_day(host, post, monkeypatch):
    host.subscribe()

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("smtplib.SMTP.send_message", Mock(side_effect=KeyboardInterrupt))
        host.run(day(23))
    assert host.run(day(23, 12)) == ["No mail is due."]
    assert host.run(day(24)) == ["editor-anna: sent."], "what the mail should have said is not lost"


@pytest.mark.parametrize("smtp", ["", "http://x", "smtp://127.0.0.1:9"])
def test_without_a_server_nothing_is_noted_and_the_password_is_not_told(host, smtp):
    host.subscribe()
    host.config = replace(host.config, smtp=smtp and smtp.replace("//", "//me:SECRET@"))
    with pytest.raises(TrackerError, match="Nothing was sent") as error:
        host.run(day(23))
    assert "SECRET" not in str(error.value)
    assert host.file.read().people[0].reminders.sent is None


def test_the_server_is_told_the_password_and_not_the_name_of_this_machine(host):
    seen = []

    def authenticate(_server, session, _envelope, _mechanism, given):
        seen.append((session.host_name, given.login, given.password))
        return AuthResult(success=True)

    with running(Post(authenticator=authenticate, auth_require_tls=False)) as server:
        host.subscribe()
        host.config = replace(host.config, smtp=f"smtp://me%40x:p%2Fw@127.0.0.1:{server.port}")
        assert host.run(day(23)) == ["editor-anna: sent."]
    assert seen == [("tracker.example", b"me@x", b"p/w")]
