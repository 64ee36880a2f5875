"""What the pages say about an earlier day: nothing that was false then, and nothing that blames the reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import html, opening
from tests.support.story_folder import ASKED, GRADED, NEWS, RECOMMENDED, TRACKER
from tracker.model.permissions import READER

FIRST = "recorded: 2026-01-10T12:00:00.000000Z\n"
SECOND = FIRST.replace("01-10", "01-20")
ASSESSED = """\
assessments:
  - {voice: civil-society, status: not-implemented, date: 2025-03, reason: Nothing was done., recorded: 2026-01-20T12:00:00.000000Z, evidence: [law]}
"""
FILES = {
    "tracker.yaml": TRACKER,
    "recommendations/r1.yaml": ASKED + FIRST + ASSESSED,
    "recommendations/co-4-12.yaml": RECOMMENDED
    + SECOND
    + "same_demand: [{recommendation: r1, note: 'In part: only fines.', recorded: 2026-01-20T12:00:00.000000Z}]\n",
    "recommendations/hrc-3-20.yaml": GRADED + FIRST,
    "evidence/law.yaml": NEWS
    + SECOND
    + "published: 2025-02\nrelevant_to: [{recommendation: r1, effect: setback, recorded: 2026-01-20T12:00:00.000000Z}]\n",
}


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """`said("evidence", as_of="2024-01-01")` is what a page shows to a reader."""
    opened = opening(tmp_path, monkeypatch, FILES)

    def say(page: str, **params: str) -> str:
        shown: AppTest = opened(page, who=READER, **params)
        assert shown.exception == []
        return html(shown)

    return say


def test_the_overview_does_not_say_that_civil_society_asked_for_nothing(said):
    shown = said("overview", as_of="2023-01-01")
    assert "No civil-society recommendations dated on or before 1 January 2023 are recorded" in shown
    assert "asks for nothing" not in shown
    assert "Nothing was recorded here by 1 January 2023." in shown
    assert "recorded on" not in shown
    # dated earlier, but entered later
    assert "recorded on" not in said("overview", as_of="2025-06-01")
    assert "recorded on 20 January 2026" in said("overview", as_of="2026-01-31")


def test_a_page_as_published_says_what_it_said(said):
    shown = said("recommendation", id="r1", recorded="2026-01-10")
    assert "Showing this page as it was published on 10 January 2026." in shown
    assert "No assessment by this date." in shown and "No evidence by this date." in shown
    assert "Nobody has assessed this yet" not in shown
    assert "Nothing was done." in said("recommendation", id="r1", recorded="2026-01-20")


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"id": "r1", "as_of": "2023-01-01"}, "This recommendation dates from 2024."),
        ({"id": "co-4-12", "recorded": "2026-01-10"}, "This recommendation was entered here on 20 January 2026."),
    ],
)
def test_a_later_recommendation_says_from_when_it_is_and_leads_to_today(said, params, sentence):
    shown = said("recommendation", **params)
    assert sentence in shown and "cut off" not in shown
    assert f'<a href="/recommendation?id={params["id"]}&amp;lang=en">See today' in shown


def test_what_never_was_is_a_broken_link_on_a_past_day_too(said):
    assert "The link may have been cut off" in said("recommendation", id="never", as_of="2023-01-01")


@pytest.mark.parametrize(
    "page", ["overview", "recommendations", "recommendation", "evidence", "treaty_bodies", "activity", "about", "edit"]
)
def test_no_page_answers_a_date_that_cannot_be_read_with_todays_data(said, page):
    for params in ({"recorded": "yesterday"}, {"as_of": "yesterday"}):
        shown = said(page, id="r1", **params)
        assert "This date cannot be read: yesterday. Write it as 2026-11-25." in shown
        assert "Repeal the punishments" not in shown and "The law was signed." not in shown


def test_before_the_first_day_there_are_links_to_it_and_to_today(said):
    shown = said("recommendations", body="cescr", recorded="2026-01-09")
    assert "Nothing was recorded here before 10 January 2026." in shown
    assert 'href="/recommendations?body=cescr&amp;recorded=2026-01-10&amp;lang=en">See the first day' in shown
    assert 'href="/recommendations?body=cescr&amp;lang=en">See today' in shown


def test_the_panel_offers_two_days_and_says_what_each_leaves_out(said):
    shown = said("evidence", as_of="2025-06-01")
    assert 'name="as_of" required aria-describedby="rt-as-of-note" value="2025-06-01" min="2015-07-07"' in shown
    assert 'name="recorded" required aria-describedby="rt-recorded-note"' in shown and 'min="2026-01-10"' in shown
    assert "Leaves out everything with a later date, even if it is known now." in shown
    assert "Nothing was recorded here before 10 January 2026." in shown


def test_a_scale_of_later_years_is_not_on_the_page_of_an_earlier_day(said):
    assert "2008–2017" in said("treaty_bodies", as_of="2016-01-01")
    assert "since 2017" not in said("treaty_bodies", as_of="2016-01-01")
    assert "since 2017" in said("treaty_bodies", as_of="2017-01-01")


def test_activity_says_which_days_are_listed(said):
    assert "Only what is dated on or before 1 January 2025 is listed." in said("activity", as_of="2025-01-01")
    assert "No entry by this date." in said("activity", as_of="2001-01-01")


def test_a_note_says_how_far_two_recommendations_ask_for_the_same(said):
    for name in ("r1", "co-4-12"):
        assert "In part: only fines." in said("recommendation", id=name)
    assert "In part: only fines." not in said("recommendation", id="r1", recorded="2026-01-10")


def test_without_a_contact_a_report_is_a_text_to_copy_with_a_link_that_stays(said):
    shown = said("recommendation", id="r1")
    assert "send it to the person who shared the link with you." in shown and "mailto:" not in shown
    text = shown.split('<textarea readonly rows="11"')[1].split("</textarea>")[0]
    assert "Recommendation: Repeal the punishments\nPage: http" in text and "/r/r1?recorded=2026-" in text
