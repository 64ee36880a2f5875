"""What was recorded as a feed: an entry for each recorded item, as a feed reader gets it."""

from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest

from tests.support.feed_parsing import BEFORE, R1, TODAY, asking, assess, following, got, titles
from tests.support.small_dataset import ANNA, BOLOT, said
from tests.support.story_folder import ASKED, made
from tracker.editing.undo import reversal_of, with_event
from tracker.i18n import get_language
from tracker.model.records import EvidenceLink, SameDemand
from tracker.model.vocabulary import EventType, EvidenceEffect, Status
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import activity_log
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View


@pytest.fixture
def store(tmp_path):
    """Where r1 has an assessment, and the law bears on it. The clock stands at noon on 31 January 2026."""
    return following(tmp_path)


def test_there_is_an_entry_for_every_recorded_item_the_newest_first(store):
    assert titles(store) == BEFORE
    assess(store)
    (entry, *before) = got(store).entries
    assert entry.title == f"Editors of this tracker assessed {R1}: Not done → In part, getting better"
    assert entry.summary == "A law was signed.\nAssessment of 15 January 2026."
    assert entry.link == "https://tracker.example/r/r1?lang=en"
    assert entry.updated == entry.published == "2026-01-31T12:00:01+00:00"
    assert [e.title for e in before] == BEFORE
    assert [tag.term for tag in entry.tags] == ["assessment", "cescr"]


def test_evidence_says_what_it_bears_on_and_leads_to_the_card(store):
    entry = got(store).entries[0]
    assert entry.summary == "The law was signed.\nRelevant to: Repeal the punishments (context)"
    assert entry.link == "https://tracker.example/r/r1?lang=en"


def test_what_the_evidence_bears_on_later_is_an_entry_of_its_own(store):
    e = store.reader.read().evidence["law"]
    more = (*e.relevant_to, EvidenceLink(recommendation="hrc-3-20", effect=EvidenceEffect.SETBACK))
    store.save(replace(e, relevant_to=more), by=ANNA, reason="-")
    entry = got(store).entries[0]
    assert entry.title == "Evidence: 24.kg. Relevant to: Review the drug laws (setback)"
    assert entry.link == "https://tracker.example/r/hrc-3-20?lang=en"


def test_a_file_of_evidence_is_an_entry_of_its_own(store):
    e = store.reader.read().evidence["law"]
    path = store.reader.read().path_of(e)
    scan = (
        f"  - {{sha256: {'a1' * 32}, kind: pdf, name: scan.pdf, size: 2300000,\n"
        "     caption: The signed law, recorded: 2026-01-30T09:00:00.000000Z}\n"
    )
    path.write_text(f"{path.read_text()}files:\n{scan}{scan.replace('a1', 'a3').replace('00.000000Z', '00.000001Z')}")
    second, first = got(store).entries[:2]
    assert first.title == second.title == "Evidence: 24.kg. File: scan.pdf"
    assert first.summary == f"The signed law (PDF, 2.3\N{NO-BREAK SPACE}MB, SHA-256 {'a1' * 32})"
    assert first.link == "https://tracker.example/r/r1?lang=en"
    assert first.id != second.id


def test_a_withdrawal_is_an_entry_with_its_reason_and_what_was_withdrawn_says_so(store):
    ids = [entry.id for entry in got(store).entries]
    store.save(
        with_event(EventType.WITHDRAWN, store.reader.read().recommendations["r1"], 0, said("A mistake.")),
        by=BOLOT,
        reason="-",
    )
    gone, *before = got(store).entries
    assert (gone.title, gone.summary) == (f"Withdrawn: {BEFORE[1]}", "A mistake.\nAssessment of 2025.")
    assert [e.title for e in before] == [BEFORE[0], f"{BEFORE[1]} (withdrawn)", BEFORE[2]]
    assert before[1].summary.startswith("This was withdrawn later but no longer counts.\nNothing was done.")
    assert [entry.id for entry in before] == ids


def test_what_was_undone_within_minutes_is_not_in_the_feed(store):
    (r,) = assess(store)
    store.save(with_event(EventType.WITHDRAWN, r, 1, said("A slip.")), by=ANNA, reason="-")
    assert titles(store) == BEFORE


def test_edits_checks_documents_and_connections_are_no_news_of_their_own(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.CHECKED, r, 0, day="2026-01-30", reason=said("Asked again.")), by=ANNA, reason="-")
    r = store.reader.read().recommendations["r1"]
    store.save(replace(r, paragraph="7", same_demand=(SameDemand(recommendation="co-4-12"),)), by=ANNA, reason="-")
    d = store.reader.read().documents["co-4"]
    store.save(replace(d, id="co-5", version="", history=()), by=ANNA, reason="-")
    (r,) = store.save(reversal_of(None, store.reader.read().documents["co-5"], said("Twice.")), by=ANNA, reason="-")
    assert (len(activity_log(asking(store).view)), len(titles(store))) == (8, 3)


def test_an_assessment_of_an_earlier_day_is_no_step(store):
    assess(store)
    assess(store, date="2024", status=Status.NO_INFORMATION, direction=None)
    assert titles(store)[0].endswith(": Not known (2024)")


def test_a_withdrawn_assessment_is_nothing_that_a_later_one_comes_from(store):
    store.save(
        with_event(EventType.WITHDRAWN, store.reader.read().recommendations["r1"], 0, said("A mistake.")),
        by=BOLOT,
        reason="-",
    )
    assess(store)
    assert titles(store)[0].endswith("): In part, getting better")


def test_ids_are_the_same_in_every_language_under_every_address_and_after_a_later_save(store):
    ids = {entry.id for entry in got(store).entries}
    assert len(ids) == 3
    assert {entry.id for entry in got(store, "ru").entries} == ids
    moved = feedparser.parse(render_feed(replace(asking(store), origin="https://elsewhere.example")).body)
    assert {entry.id for entry in moved.entries} == ids
    r = store.reader.read().recommendations["r1"]
    store.save(replace(r, title=said("Repeal them")), by=ANNA, reason="Shorter.")
    assess(store)
    assert {entry.id for entry in got(store).entries} > ids


def test_the_author_is_the_publisher_and_no_handle_is_told(store):
    body = render_feed(asking(store)).body.decode()
    assert {entry.author for entry in got(store).entries} == {"The editors"}
    assert ("editor-anna" in body, got(store).feed.author) == (False, "The editors")


def test_at_most_a_hundred_entries(tmp_path):
    often = "".join(
        f"  - {{voice: civil-society, status: not-implemented, date: 2025, reason: R{n}., recorded: 2026-01-02T09:00:00.{n:06}Z}}\n"
        for n in range(120)
    )
    made(tmp_path, {"recommendations/r1.yaml": ASKED + "assessments:\n" + often})
    found = got(tmp_path).entries
    assert (len(found), found[0].summary.split("\n")[0], found[-1].summary.split("\n")[0]) == (100, "R119.", "R20.")
    assert len({entry.id for entry in found}) == 100


def test_the_shipped_data_are_a_feed(dataset):
    view = View(dataset, TODAY)
    ask = ViewRequest(view, get_language("ru"), Filters.from_params(view, {}), "https://tracker.example")
    found = feedparser.parse(render_feed(ask).body)
    times = [datetime.fromisoformat(entry.updated) for entry in found.entries]
    assert (found.bozo, found.entries != [], times) == (False, True, sorted(times, reverse=True))
    assert all(time.tzinfo == UTC for time in times)
