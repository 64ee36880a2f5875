"""What was recorded as a feed, as a feed reader gets it: its entries, its filters, hostile words, and the past."""

from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from icalendar import Calendar

from tests.support.feed_parsing import BEFORE, LAW, R1, SAID, TODAY, asking, assess, following, got, titles
from tests.support.small_dataset import ANNA, BOLOT, said
from tests.support.story_folder import ASKED, NEWS, TRACKER, made
from tests.support.view_requests import ask
from tracker.editing.undo import reversal_of, with_event
from tracker.model.records import EvidenceLink, SameDemand
from tracker.model.vocabulary import EventType, EvidenceEffect, Status
from tracker.publishing.announcing.sending import announcement
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.pages.frame import feed_link
from tracker.queries.activity_log import ActivityFilters, activity_log
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.web.routes import ROUTES_BY_PATH

HOSTILE = "'<script>alert(1)</script> & ]]> \"quoted\" &amp; <b>bold'"


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


def withdraw_first(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.WITHDRAWN, r, 0, said("A mistake.")), by=BOLOT, reason="-")


def test_a_withdrawal_is_an_entry_with_its_reason_and_what_was_withdrawn_says_so(store):
    ids = [entry.id for entry in got(store).entries]
    withdraw_first(store)
    gone, *before = got(store).entries
    assert (gone.title, gone.summary) == (f"Withdrawn: {BEFORE[1]}", "A mistake.\nAssessment of 2025.")
    assert [e.title for e in before] == [BEFORE[0], f"{BEFORE[1]} (withdrawn)", BEFORE[2]]
    assert before[1].summary.startswith("This was withdrawn later and no longer counts.\nNothing was done.")
    assert [entry.id for entry in before] == ids


def test_edits_checks_documents_and_connections_are_no_news_of_their_own(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.CHECKED, r, 0, day="2026-01-30", reason=said("Asked again.")), by=ANNA, reason="-")
    r = store.reader.read().recommendations["r1"]
    store.save(replace(r, paragraph="7", same_demand=(SameDemand(recommendation="co-4-12"),)), by=ANNA, reason="-")
    d = store.reader.read().documents["co-4"]
    store.save(replace(d, id="co-5", version="", history=()), by=ANNA, reason="-")
    (r,) = store.save(reversal_of(None, store.reader.read().documents["co-5"], said("Twice.")), by=ANNA, reason="-")
    assert (len(activity_log(asking(store).view)), len(titles(store))) == (8, 3)


def test_a_withdrawn_assessment_is_nothing_that_a_later_one_comes_from_and_one_of_an_earlier_day_is_no_step(store):
    withdraw_first(store)
    assess(store)
    assert titles(store)[0].endswith("): In part, getting better")
    assess(store, date="2024", status=Status.NO_INFORMATION, direction=None)
    assert titles(store)[0].endswith(": Not known (2024)")


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


def test_the_author_of_a_feed_is_the_publisher_of_an_entry_its_organisation_and_no_handle_is_told(store):
    body = render_feed(asking(store)).body.decode()
    assert {entry.author for entry in got(store).entries} == {"Editors of this tracker"}
    assert ("editor-anna" in body, got(store).feed.author) == (False, "The editors")


def test_an_entry_says_whose_entry_or_change_it_is(tmp_path):
    by = ", recorded_by: editor-w, recorded_for: watch"
    edit = f"{{field: summary, old: Before, reason: Clearer., recorded: '2026-01-05T00:00:00.000000Z'{by}}}"
    asked = ASKED + "recorded: 2026-01-01T09:00:00.000000Z\nrecorded_by: editor-anna\n" + f"history: [{edit}]\n"
    watch = "\norganisations: [{id: watch, name: Health Watch, kind: civil-society}]\n"
    news = NEWS + "recorded: 2026-01-03T09:00:00.000000Z\nrecorded_by: editor-w\nrecorded_for: watch\n"
    files = {"recommendations/r1.yaml": asked, "evidence/law.yaml": news, "tracker.yaml": TRACKER + watch}
    root = made(tmp_path, files)
    assert [(e.title, e.author) for e in got(root).entries] == [
        (f"Changed by Health Watch: Edit: {R1}: Summary", "Health Watch"),
        ("Health Watch recorded: New evidence: 24.kg", "Health Watch"),
        (f"Editors of this tracker recorded: New recommendation: {R1}", "Editors of this tracker"),
    ]
    edited, entered, _ours = got(root, "ru").entries
    assert edited.title.startswith("Изменено (Health Watch): ")
    assert entered.title.startswith("Внесено (Health Watch): ")
    request = asking(root)
    told = announcement(request, activity_log(request.view), 5000)
    assert "• Changed by Health Watch: Edit:" in told and "• Health Watch recorded: New evidence" in told


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
    found = feedparser.parse(render_feed(ask(dataset, "ru")).body)
    times = [datetime.fromisoformat(entry.updated) for entry in found.entries]
    assert (found.bozo, found.entries != [], times) == (False, True, sorted(times, reverse=True))
    assert all(time.tzinfo == UTC for time in times)


def test_the_filters_of_the_list_work(store):
    for asked in ({"body": "cescr"}, {"id": ["r1", "../etc/passwd"]}, {"page": "7", "sort": "title"}):
        assert titles(store, **asked) == BEFORE
    assert titles(store, body="ccpr") == []


@pytest.mark.parametrize("row", ROUTES_BY_PATH["/calendar.ics"].params)
def test_every_filter_of_the_list_gives_a_feed_and_a_calendar(dataset, row):
    rows = {each.name: each for each in (*Filters.rows(), *ActivityFilters.rows())}
    options = rows[row].options and rows[row].options(View(dataset, TODAY))
    value = next(iter(options)) if options else "cescr-2024-11"
    asked = ask(dataset, "ru", **{row: [value]})
    found = feedparser.parse(render_feed(asked).body)
    assert (found.bozo, options == {} or f"{row}={value}" in str(found.feed.links)) == (False, True)
    assert Calendar.from_ical(render_calendar(asked).body).name == "VCALENDAR"


def test_the_calendar_of_a_recommendation_is_that_of_its_committee(dataset):
    def events(**params):
        answer = render_calendar(ask(dataset, **params))
        return {str(event["uid"]) for event in Calendar.from_ical(answer.body).events}

    own = events(id=["cescr-2024-11"])
    assert own == events(body=["cescr"]) and own < events()
    assert events(since=["2999-01-01"]) == set()


def test_the_title_tells_the_filters(store):
    assert got(store).feed.title == "Drug policy · Activity"
    found = got(store, body=["cescr", "ccpr"], status="not-implemented", q="<law>").feed
    assert found.title_detail.value == "Drug policy · Recommendations: CESCR, CCPR; Not done · “<law>”"
    query = "body=cescr&body=ccpr&status=not-implemented&q=%3Claw%3E&lang=en"
    links = {link.rel: link.href for link in found.links}
    assert links["self"] == f"https://tracker.example/feed.xml?{query}"
    assert links["alternate"] == f"https://tracker.example/recommendations?{query}"


def test_a_page_names_its_feed_in_its_head(store):
    assert feed_link(asking(store, body="cescr", page="3", q='"><script>')) == (
        '<link rel="alternate" type="application/atom+xml" title="Drug policy · Recommendations: CESCR · “&#34;&gt;&lt;script&gt;”" '
        'href="https://tracker.example/feed.xml?body=cescr&amp;q=%22%3E%3Cscript%3E&amp;lang=en">'
    )


@pytest.mark.parametrize("asked", [{}, {"body": "cescr"}, {"id": "r1"}])
def test_a_retired_recommendation_is_told_to_those_who_follow_it(store, asked):
    """Also to who picked it by hand: without its id the feed would be of everything."""
    assess(store, "hrc-3-20")
    store.save(reversal_of(None, store.reader.read().recommendations["r1"], said("Twice.")), by=ANNA, reason="-")
    found = [entry for entry in got(store, **asked).entries if "Repeal" in entry.title and entry.title != BEFORE[0]]
    assert [entry.title for entry in found] == [
        f"Withdrawn: {R1}",
        f"{BEFORE[1]} (withdrawn)",
        f"{BEFORE[2]} (withdrawn)",
    ]
    assert (found[0].summary, len(got(store, id="r1").entries)) == ("Twice.", 4)


def test_no_text_breaks_it(tmp_path):
    hostile = HOSTILE[1:-1].replace('"', '\\"')
    control = f'"{hostile} \\x7f\\x85\\u2028\\U0001F600"'
    files = {
        "tracker.yaml": TRACKER.replace("The editors", HOSTILE).replace("title: Drug policy", f"title: {HOSTILE}"),
        "recommendations/r1.yaml": ASKED.replace("Repeal the punishments", control)
        + SAID.replace("Nothing was done.", control),
        "evidence/law.yaml": NEWS.replace("24.kg", control) + LAW,
    }
    found = got(made(tmp_path, files))
    assert (len(found.entries), found.entries[1].title_detail.type) == (3, "text/plain")
    shown = f"Editors of this tracker assessed “{HOSTILE[1:-1]} 😀” (Civil society → CESCR): Not done"
    assert found.entries[1].title_detail.value == shown


def test_texts_that_no_file_can_hold_do_not_break_it_either(store):
    asked = asking(store)
    r = replace(asked.view.dataset.recommendations["r1"], title=said("a\x00b\x1fc\ufffe"))
    data = replace(asked.view.dataset, recommendations={"r1": r})
    found = feedparser.parse(render_feed(replace(asked, view=View(data, TODAY))).body)
    assert (found.bozo, found.entries[-1].title) == (False, BEFORE[2].replace("Repeal the punishments", "a b c "))


def test_as_recorded_earlier_it_says_what_was_said_then(store):
    moment = "2026-01-05T00:00:00.000000Z"
    then = render_feed(asking(store, past={"recorded": moment})).body
    assess(store)
    r = store.reader.read().recommendations["r1"]
    store.save(replace(r, title=said("Repeal them")), by=ANNA, reason="Shorter.")
    withdraw_first(store)
    store.save(reversal_of(None, store.reader.read().recommendations["r1"], said("Twice.")), by=ANNA, reason="-")
    assert render_feed(asking(store, past={"recorded": moment})).body == then
    found = got(store, past={"recorded": moment})
    assert [entry.title for entry in found.entries] == BEFORE
    assert found.entries[0].link == f"https://tracker.example/r/r1?lang=en&recorded={moment.replace(':', '%3A')}"
    now = "See the current version: https://tracker.example/feed.xml?lang=en"
    assert found.feed.subtitle == f"Showing this page as it was published on 5 January 2026, 00:00 (UTC). {now}"
