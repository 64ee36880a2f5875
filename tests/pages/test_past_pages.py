"""What the pages say about an earlier day: nothing that was false then, and nothing that blames the reader."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import html
from tests.support.story_folder import ASKED, GRADED, NEWS, RECOMMENDED, TRACKER
from tracker.model.permissions import READER

FIRST = "recorded: 2026-01-10T12:00:00.000000Z\n"
SECOND = FIRST.replace("01-10", "01-20")
ASSESSED = """\
assessments:
  - {voice: state, status: implemented, date: 2020-04-20, reason: The Government names new services., recorded: 2026-01-20T12:00:00.000000Z}
  - {voice: civil-society, status: not-implemented, date: 2025-03, reason: Nothing was done., recorded: 2026-01-20T12:00:00.000000Z, evidence: [law]}
"""
BEARS = f"{SECOND}relevant_to: [{{{{recommendation: r1, effect: {{}}, {SECOND.strip()}}}}}]\npublished: {{}}\n"
FILES = {
    "tracker.yaml": TRACKER,
    "recommendations/r1.yaml": ASKED + FIRST + ASSESSED,
    "recommendations/co-4-12.yaml": f"{RECOMMENDED}{SECOND}same_demand: [{{recommendation: r1, {SECOND.strip()}}}]\n",
    "recommendations/hrc-3-20.yaml": f"{GRADED}{FIRST}same_demand: [{{recommendation: r1, {FIRST.strip()}}}]\n",
    "evidence/study.yaml": NEWS.replace("The law was signed.", "A study of 2021.") + BEARS.format("context", "2021"),
    "evidence/law.yaml": NEWS + BEARS.format("setback", "2025-02"),
}


@pytest.fixture
def said(opened: Callable[..., AppTest]) -> Callable[..., str]:
    """`said("evidence", as_of="2024-01-01")` is what a page shows to a reader."""

    def say(page: str, **params: str) -> str:
        shown: AppTest = opened(page, who=READER, **params)
        assert shown.exception == []
        return html(shown)

    return say


def test_the_overview_does_not_say_that_civil_society_asked_for_nothing(said):
    shown = said("overview", as_of="2023-01-01")
    assert "No civil-society recommendations dated on or before 1 January 2023 are recorded" in shown
    assert "asks for nothing" not in shown and "No recommendation by this date." not in shown
    assert "No entry by this date." in shown
    assert "rt-plain rt-latest" not in shown
    # dated earlier, but entered later
    assert "rt-plain rt-latest" not in said("overview", as_of="2025-06-01")
    assert "recorded on 20 January 2026" in said("overview", as_of="2026-01-31")


def test_a_page_as_published_says_what_it_said(said):
    shown = said("recommendation", id="r1", recorded="2026-01-10")
    assert "Showing this page as it was published on 10 January 2026." in shown
    assert "No assessment by this date." in shown and "No evidence by this date." in shown
    assert "No organisation has assessed this yet" not in shown
    assert "Nothing was done." in said("recommendation", id="r1", recorded="2026-01-20")


def test_a_later_recommendation_shows_what_was_known_about_it_on_the_day(said):
    shown = said("recommendation", id="r1", as_of="2023-06-01")
    assert "What was said by 1 June 2023" in shown and "20 April 2020" in shown
    assert "The Government names new services." in shown and "Nothing was done." not in shown
    assert 'Evidence by 1 June 2023 <span class="rt-count">1</span>' in shown and "A study of 2021." in shown
    assert "The law was signed." not in shown
    assert "Who had asked for the same by 1 June 2023" in shown and "id=hrc-3-20&amp;" in shown
    assert "Review the drug laws" in shown and "id=co-4-12&amp;" not in shown


@pytest.mark.parametrize("page", ["overview", "recommendation", "about", "edit"])
def test_no_page_answers_a_date_that_cannot_be_read_with_todays_data(said, page):
    for params in ({"recorded": "yesterday"}, {"as_of": "yesterday"}):
        shown = said(page, id="r1", **params)
        assert "This date cannot be read: yesterday. Write it as 2026-11-25." in shown
        assert "Repeal the punishments" not in shown and "The law was signed." not in shown


def test_the_panel_offers_two_days_and_says_what_each_leaves_out(said):
    shown = said("evidence", as_of="2025-06-01")
    assert 'name="as_of" required aria-describedby="rt-as-of-note" value="2025-06-01" min="2015-07-07"' in shown
    assert 'name="recorded" required aria-describedby="rt-recorded-note"' in shown and 'min="2026-01-10"' in shown
    assert shown.count("novalidate") == 2, "the browser would refuse a day in its own language, without a way on"
    assert "Nothing was recorded here before 10 January 2026." in shown
