"""Announcements: each change once, a day later, without what was taken back, to channels that the host lists."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import pytest
import requests

from tests.support.examples import examples
from tests.support.feed_parsing import R1, assess, following
from tests.support.small_dataset import ANNA, said
from tracker.config import Config
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of, with_event
from tracker.model.errors import TrackerError
from tracker.model.vocabulary import EventType, Status
from tracker.publishing.announcing.sending import Announcer, Channel, open_with_apprise
from tracker.queries.lists.filters import Filters

EXAMPLES = examples(__file__)

START = datetime(2026, 2, 1, 12, tzinfo=UTC)
SENTENCE = f"Editors of this tracker assessed {R1}: Not done → In part, getting better"
CHANNELS = EXAMPLES["channels"]


class Service:
    """A service that remembers what it took. It refuses as often as `refusals` says."""

    def __init__(self):
        self.limit, self.refusals, self.sent, self.tries = 5000, 0, [], 0

    def send(self, text):
        self.tries += 1
        if self.tries <= self.refusals:
            return False
        self.sent.append(text)
        return True


class Host:
    """A host with a data folder, a folder of channels, and a clock. It has no state folder: the command needs none."""

    def __init__(self, tmp_path):
        self.now, self.service = START, Service()
        self.store = Store(following(tmp_path).reader, clock=self.tick)
        self.channels = tmp_path / "channels"
        self.channels.mkdir(mode=0o700)
        self.write(CHANNELS)
        places = {area: tmp_path / area for area in ("data", "state", "private", "channels")}
        self.config = Config(public_url="https://tracker.example", **places)

    def write(self, channels):
        path = self.channels / "channels.yaml"
        path.write_text(channels)
        path.chmod(0o600)

    def tick(self):
        self.now += timedelta(seconds=1)
        return self.now

    def later(self, hours):
        self.now += timedelta(hours=hours)

    def run(self, *, correct="", **options):
        """Run the command, and return its messages."""
        service = self.service.limit, self.service.send
        announcer = Announcer(self.config, self.now, open_sender=lambda _channel: service, pauses=(0.0, 0.0))
        announcer.correct(correct, **options) if correct else announcer.run(**options)
        return announcer.messages

    def r1(self):
        return self.store.reader.read().recommendations["r1"]


@pytest.fixture
def host(tmp_path):
    """A host that has announced before, so that what is saved now is new."""
    host = Host(tmp_path)
    assert "new. What is recorded from now on" in host.run()[0]
    return host


@pytest.fixture
def due(host):
    """The host when a change is old enough to be announced."""
    assess(host.store)
    host.later(25)
    return host


def test_a_change_is_sent_once_and_a_day_later(host):
    assess(host.store)
    host.later(23)
    host.run()
    assert host.service.sent == []
    host.later(2)
    host.run()
    host.run()
    assert host.service.sent == [f"News from “Drug policy”\n\n• {SENTENCE}\nhttps://tracker.example/r/r1?lang=en"]
    assert json.loads((host.channels / "announced.json").read_text()) == {
        "news": {"sent": "2026-02-01T12:00:01.000000Z"}
    }
    assert (host.channels / "announced.json").stat().st_mode & 0o077 == 0
    assert not host.config.state.exists()


def test_links_and_words_are_in_the_language_of_the_channel(due):
    due.write(CHANNELS.replace("language: en", "language: ru"))
    due.run()
    (text,) = due.service.sent
    assert "https://tracker.example/r/r1?lang=ru" in text and "assessed" not in text


def withdraw(host):
    host.store.save(with_event(EventType.WITHDRAWN, host.r1(), 1, said("A slip.")), by=ANNA, reason="-")


def retire(host):
    law = host.store.reader.read().evidence["law"]
    new = replace(law, id="new", version="", recorded=None, publisher="Canary", relevant_to=())
    host.store.save(new, by=ANNA, reason="-")
    host.store.save(reversal_of(None, host.store.reader.read().evidence["new"], said("Twice.")), by=ANNA, reason="-")


def unpublish(host):
    """Publish evidence, and make it private again, which leaves no record."""
    law = host.store.reader.read().evidence["law"]
    host.store.save(replace(law, id="new", version="", recorded=None, publisher="Canary"), by=ANNA, reason="-")
    (host.store.root / "evidence" / "new.yaml").unlink()


@pytest.mark.parametrize("hours", [1, 40])
@pytest.mark.parametrize("take_back", [withdraw, retire, unpublish])
def test_what_was_taken_back_is_never_sent_and_neither_is_its_withdrawal(host, take_back, hours):
    assess(host.store) if take_back is withdraw else None
    host.later(hours)
    take_back(host)
    host.later(48)
    assert host.run() == ["news: nothing new."]
    assert host.service.sent == []


def test_words_that_were_redacted_during_the_hold_are_not_sent(host):
    host.store.save(replace(host.r1(), title=said("Repeal Canary")), by=ANNA, reason="-")
    path = host.store.root / "recommendations" / "r1.yaml"
    path.write_text(path.read_text().replace("Canary", "(gone)"))
    host.later(25)
    host.run()
    assert "“Repeal (gone)”" in host.service.sent[0] and "Canary" not in host.service.sent[0]


def test_the_withdrawal_of_what_was_announced_is_sent(due):
    due.run()
    withdraw(due)
    due.later(25)
    due.run()
    assert f"• Withdrawn: {SENTENCE}\n" in due.service.sent[1]


def test_words_that_were_edited_away_during_the_hold_are_not_sent(host):
    for title in ("Repeal Canary", "Repeal all"):
        host.store.save(replace(host.r1(), title=said(title)), by=ANNA, reason="-")
        host.later(2)
    host.later(24)
    host.run()
    (text,) = host.service.sent
    assert (text.count("Edit: "), "Canary" in text, "“Repeal all”" in text) == (1, False, True)


def test_nothing_private_is_sent_and_messages_have_no_address(due):
    private = due.config.private / "evidence"
    private.mkdir(parents=True)
    canary = "kind: news\npublisher: Canary\nsummary: Canary\nrecorded: 2026-02-01T12:00:02.000000Z\n"
    (private / "canary.yaml").write_text(canary)
    due.service.refusals = 1
    messages = due.run()
    assert "Canary" not in "".join(due.service.sent) and "SECRET" not in "".join(messages)


def test_three_refusals_stop_with_a_sentence_and_the_next_run_sends(due):
    due.service.refusals = 3
    assert due.run() == ["news: the service did not take the text, 3 times. The next run tries again."]
    assert (due.service.tries, due.service.sent) == (3, [])
    assert (due.run(), len(due.service.sent)) == (["news: sent."], 1)


def test_what_is_sent_is_written_down_first_so_that_a_killed_run_is_not_repeated(due):
    written = []

    def killed(_text):
        written.append(json.loads((due.channels / "announced.json").read_text())["news"].get("sending"))
        raise KeyboardInterrupt

    due.service.send = killed
    with pytest.raises(KeyboardInterrupt):
        due.run()
    assert written == ["2026-02-01T12:00:01.000000Z"], "a run that is killed here is not known to have sent anything"
    due.service = Service()
    messages = due.run()
    assert "ended while it was sending" in messages[0] and messages[1:] == ["news: nothing new."]
    assert due.service.sent == []


def test_channels_beside_the_session_key_are_still_read_with_a_sentence_that_says_to_move_them(due):
    """Earlier versions had them there."""
    due.channels.rename(due.config.state)
    moves = f"Move both to {due.config.channels}"
    said = due.run()
    assert (moves in said[0], said[1:], len(due.service.sent)) == (True, ["news: sent."], 1)
    due.config.state.rename(due.channels)
    assert due.run() == ["news: nothing new."]


HOSTILE = (
    "@everyone @here @all <!channel> <@U123> <users/all> **b** __i__ `c` ~~s~~ ||p|| #tag [x](https://evil.example) <b>h</b> "
    "www.evil.example https://evil.example :skull: \\"
)


@pytest.mark.parametrize("address", EXAMPLES["addresses"], ids=lambda address: address.split(":")[0])
def test_no_service_makes_something_of_a_hostile_title(due, monkeypatch, address):
    hostile = {
        "recommendations/r1.yaml": ("Repeal the punishments", HOSTILE),
        "tracker.yaml": ("Drug policy", "@everyone"),
    }
    for name, (old, new) in hostile.items():
        path = due.store.root / name
        path.write_text(path.read_text().replace(old, json.dumps(new)))
    asked = []

    def take(_session, request, **_options):
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer._content = b'{"ok": true, "access_token": "x", "user_id": "@a:b", "home_server": "b", "room_id": "!r:b"}'
        asked.append(request.body.decode() if isinstance(request.body, bytes) else request.body or "")
        return answer

    monkeypatch.setattr(requests.Session, "send", take)
    most, send = open_with_apprise(Channel("x", address, "en", filters=Filters()))
    due.service.limit, due.service.send = most, lambda text: due.service.sent.append(text) or send(text) or True
    due.run()
    # what is sent differs by service; the title is in the last request, as JSON or as a form
    sent = (
        asked[-1].encode().decode("unicode_escape", "ignore") if asked[-1].startswith("{") else unquote_plus(asked[-1])
    )
    sent += due.service.sent[0]
    assert "everyone" in sent and "https://tracker.example/r/r1?lang=en" in sent
    for active in (
        "@everyone",
        "@here",
        "@all",
        "<!",
        "<@",
        "<users",
        "**",
        "__",
        "`",
        "~~",
        "||",
        "#tag",
        "[x]",
        "<b",
    ):
        assert active not in sent, active
    for link in ("evil.example", ":skull", "://evil"):
        assert link not in sent, link
    # nothing but signs that are not seen is between the words
    assert "www.evil.example https://evil.example :skull:" in due.service.sent[0].replace("\u2060", "")


def test_a_dry_run_prints_and_remembers_nothing(due):
    before = (due.channels / "announced.json").read_text()
    assert SENTENCE in due.run(dry_run=True)[0]
    assert ((due.channels / "announced.json").read_text(), due.service.tries) == (before, 0)


@pytest.mark.parametrize("limit", [200, 1000])
def test_a_text_fits_and_no_sentence_is_cut(host, limit):
    host.service.limit = limit
    for status in (Status.PARTIALLY, Status.NO_INFORMATION, Status.NOT_IMPLEMENTED) * 2:
        assess(host.store, status=status)
    host.later(25)
    host.run()
    (text,) = host.service.sent
    assert len(text) <= limit
    _news, *told, rest = text.split("\n\n")
    assert all(one.startswith("• Editors of this tracker assessed") and "/r/r1?lang=en" in one for one in told)
    assert rest.startswith(f"{6 - len(told)} more change") and "/activity?since=2026-02-01&lang=en" in rest


def test_a_channel_gets_what_its_filters_let_pass(due):
    due.write(CHANNELS + "    body: [ccpr]\n")
    assert due.run() == ["news: nothing new."]


def test_a_correction_repeats_nothing(host):
    host.run(correct="r1")
    host.run(correct="gone-evidence")
    links = [text.split("\n")[1].removeprefix("https://tracker.example/") for text in host.service.sent]
    assert (links, "Repeal" in "".join(host.service.sent)) == (["r/r1?lang=en", "?lang=en"], False)


@pytest.mark.parametrize(
    ("channels", "why"), EXAMPLES["a wrong file of channels stops with a sentence without addresses"]
)
def test_a_wrong_file_of_channels_stops_with_a_sentence_without_addresses(host, channels, why):
    host.write(channels)
    with pytest.raises(TrackerError, match=why) as error:
        host.run()
    assert "SECRET" not in str(error.value)


def test_channels_that_others_can_read_are_refused(host):
    (host.channels / "channels.yaml").chmod(0o640)
    with pytest.raises(TrackerError, match="chmod 600"):
        host.run()
