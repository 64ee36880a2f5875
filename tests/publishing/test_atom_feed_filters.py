"""The feed with filters, with hostile words, and of the past."""

from dataclasses import replace
from datetime import date

import feedparser
import pytest
from icalendar import Calendar

from tests.support.feed_parsing import BEFORE, LAW, R1, SAID, TODAY, asking, assess, following, got, titles
from tests.support.small_dataset import ANNA, BOLOT, said
from tests.support.story_folder import ASKED, NEWS, TRACKER, made
from tracker.editing.undo import reversal_of, withdraw_assessment
from tracker.i18n import get_language
from tracker.publishing.exports.atom_feed import feed_link, render_feed
from tracker.publishing.exports.ics_calendar import render_calendar
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import ActivityFilters
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.web.routes import ROUTES_BY_PATH

HOSTILE = "'<script>alert(1)</script> & ]]> \"quoted\" &amp; <b>bold'"


@pytest.fixture
def store(tmp_path):
    """Where r1 has an assessment, and the law bears on it. The clock stands at noon on 31 January 2026."""
    return following(tmp_path)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"body": "cescr"}, BEFORE),
        ({"body": "ccpr"}, []),
        ({"id": ["r1", "../etc/passwd"]}, BEFORE),
        ({"page": "7", "sort": "title"}, BEFORE),
    ],
)
def test_the_filters_of_the_list_work(store, asked, found):
    assert titles(store, **asked) == found


@pytest.mark.parametrize("row", ROUTES_BY_PATH["/calendar.ics"].params)
def test_every_filter_of_the_list_gives_a_feed_and_a_calendar(dataset, row):
    view = View(dataset, TODAY)
    rows = {each.name: each for each in (*Filters.rows(), *ActivityFilters.rows())}
    options = rows[row].options and rows[row].options(view)
    value = next(iter(options)) if options else "cescr-2024-11"
    params = {row: [value]}
    ask = ViewRequest(view, get_language("ru"), Filters.from_params(view, params), "https://x.example", params=params)
    found = feedparser.parse(render_feed(ask).body)
    assert (found.bozo, options == {} or f"{row}={value}" in str(found.feed.links)) == (False, True)
    assert Calendar.from_ical(render_calendar(ask).body).name == "VCALENDAR"


def test_the_calendar_of_a_recommendation_is_that_of_its_committee(dataset):
    view = View(dataset, TODAY)
    r = view.recommendations["cescr-2024-11"]

    def events(**params):
        ask = ViewRequest(
            view, get_language("en"), Filters.from_params(view, params), "https://x.example", params=params
        )
        return {str(event["uid"]) for event in Calendar.from_ical(render_calendar(ask).body).events}

    own = events(id=[r.id])
    assert own == events(body=[view.body_of(r).id]) and own < events()
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
    ask = asking(store, body="cescr", page="3", q='"><script>')
    assert feed_link(ask) == (
        '<link rel="alternate" type="application/atom+xml" title="Drug policy · Recommendations: CESCR · “&#34;&gt;&lt;script&gt;”" '
        'href="https://tracker.example/feed.xml?body=cescr&amp;q=%22%3E%3Cscript%3E&amp;lang=en">'
    )


@pytest.mark.parametrize("asked", [{}, {"body": "cescr"}, {"id": "r1"}])
def test_a_retired_recommendation_is_told_to_those_who_follow_it(store, asked):
    """Also to who picked it by hand: without its id the feed would be of everything."""
    assess(store, "hrc-3-20")
    store.save(reversal_of(None, store.reader.read().recommendations["r1"], said("Twice.")), by=ANNA, reason="-")
    found = [entry for entry in got(store, **asked).entries if "Repeal" in entry.title and entry.title != BEFORE[0]]
    assert [entry.title for entry in found] == [f"Archived: {R1}", f"{BEFORE[1]} (archived)", f"{BEFORE[2]} (archived)"]
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
    assert found.entries[1].title_detail == {
        "type": "text/plain",
        "language": "en",
        "base": "",
        "value": f"Editors of this tracker assessed “{HOSTILE[1:-1]} 😀” (Civil society → CESCR): Not done",
    }
    assert len(found.entries) == 3


def test_texts_that_no_file_can_hold_do_not_break_it_either(store):
    ask = asking(store)
    view = ask.view
    r = replace(view.dataset.recommendations["r1"], title=said("a\x00b\x1fc\ufffe"))
    data = replace(view.dataset, recommendations={"r1": r})
    found = feedparser.parse(render_feed(replace(ask, view=View(data, TODAY))).body)
    assert (found.bozo, found.entries[-1].title) == (False, BEFORE[2].replace("Repeal the punishments", "a b c "))


def test_as_recorded_earlier_it_says_what_was_said_then(store):
    moment = "2026-01-05T00:00:00.000000Z"
    then = render_feed(asking(store, past={"recorded": moment})).body
    assess(store)
    r = store.reader.read().recommendations["r1"]
    (r,) = store.save(replace(r, title=said("Repeal them")), by=ANNA, reason="Shorter.")
    store.save(withdraw_assessment(r, 0, said("A mistake.")), by=BOLOT, reason="-")
    store.save(reversal_of(None, store.reader.read().recommendations["r1"], said("Twice.")), by=ANNA, reason="-")
    assert render_feed(asking(store, past={"recorded": moment})).body == then
    found = got(store, past={"recorded": moment})
    assert [entry.title for entry in found.entries] == BEFORE
    assert found.entries[0].link == f"https://tracker.example/r/r1?lang=en&recorded={moment.replace(':', '%3A')}"
    assert found.feed.subtitle == (
        "Showing this page as it was published on 5 January 2026. "
        "See the current version: https://tracker.example/feed.xml?lang=en"
    )


def test_as_of_an_earlier_day_what_is_dated_later_is_left_out(store):
    found = got(store, past={"as_of": date(2025, 6, 1)})
    assert [entry.title for entry in found.entries] == [BEFORE[0], BEFORE[2]]
    assert "Showing only what is dated on or before 1 June 2025" in found.feed.subtitle


def test_what_was_written_into_a_record_before_it_was_there_is_left_out(tmp_path):
    """A recommendation without a recorded time is in no recorded view, and neither is what stands in it."""
    by_hand = ASKED + SAID.split("\n", 2)[2]
    made(tmp_path, {"recommendations/r1.yaml": by_hand})
    assert titles(tmp_path) == BEFORE[1:2]
    assert titles(tmp_path, past={"recorded": "2026-01-05T00:00:00.000000Z"}) == []
