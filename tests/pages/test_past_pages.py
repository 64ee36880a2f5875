"""What the pages say about an earlier day: nothing that was false then, and nothing that blames the reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.form_pages import html, opening
from tests.support.small_dataset import ANNA
from tests.support.story_folder import ASKED, GRADED, NEWS, RECOMMENDED, TRACKER
from tracker.model.permissions import READER

FIRST = "recorded: 2026-01-10T12:00:00.000000Z\n"
SECOND = FIRST.replace("01-10", "01-20")
ASSESSED = """\
assessments:
  - {voice: state, status: implemented, date: 2020-04-20, reason: The Government names new services., recorded: 2026-01-20T12:00:00.000000Z}
  - {voice: civil-society, status: not-implemented, date: 2025-03, reason: Nothing was done., recorded: 2026-01-20T12:00:00.000000Z, evidence: [law]}
"""
FILES = {
    "tracker.yaml": TRACKER,
    "recommendations/r1.yaml": ASKED + FIRST + ASSESSED,
    "recommendations/co-4-12.yaml": RECOMMENDED
    + SECOND
    + "same_demand: [{recommendation: r1, note: 'In part: only fines.', extent: part, recorded: 2026-01-20T12:00:00.000000Z}]\n",
    "recommendations/hrc-3-20.yaml": GRADED
    + FIRST
    + "same_demand: [{recommendation: r1, recorded: 2026-01-10T12:00:00.000000Z}]\n",
    "evidence/study.yaml": NEWS.replace("The law was signed.", "A study of 2021.")
    + SECOND
    + "published: 2021\nrelevant_to: [{recommendation: r1, effect: context, recorded: 2026-01-20T12:00:00.000000Z}]\n",
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
    assert "asks for nothing" not in shown and "No recommendation by this date." not in shown
    assert "Nothing was recorded here by 1 January 2023." in shown
    assert "rt-plain rt-latest" not in shown
    # dated earlier, but entered later
    assert "rt-plain rt-latest" not in said("overview", as_of="2025-06-01")
    assert "· 20 January 2026" in said("overview", as_of="2026-01-31")


def test_a_page_as_published_says_what_it_said(said):
    shown = said("recommendation", id="r1", recorded="2026-01-10")
    assert "Showing this page as it was published on 10 January 2026." in shown
    assert "No assessment by this date." in shown and "No evidence by this date." in shown
    assert "No organisation has assessed this yet" not in shown
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


def test_a_later_recommendation_shows_what_was_known_about_it_on_the_day(said):
    shown = said("recommendation", id="r1", as_of="2023-06-01")
    assert "What was said by 1 June 2023" in shown and "20 April 2020" in shown
    assert "The Government names new services." in shown and "Nothing was done." not in shown
    assert 'Evidence by 1 June 2023 <span class="rt-count">1</span>' in shown and "A study of 2021." in shown
    assert "The law was signed." not in shown
    assert "Who had asked for the same by 1 June 2023" in shown and "id=hrc-3-20&amp;" in shown
    assert "Review the drug laws" in shown and "id=co-4-12&amp;" not in shown


def test_a_later_recommendation_of_which_nothing_was_known_says_so(said):
    shown = said("recommendation", id="r1", as_of="2016-01-01")
    assert "Nothing about it with a date up to 1 January 2016 is recorded." in shown
    assert "What was said by" not in shown


def test_a_search_in_the_past_that_finds_nothing_names_the_day_and_leads_to_today(said):
    shown = said("search", q="punishments", as_of="2023-01-01")
    assert "Nothing found for “punishments” by 1 January 2023." in shown
    assert '<a href="/search?q=punishments&amp;lang=en">Search for “punishments” in today' in shown
    assert "today&#39;s data" not in said("search", q="punishments", as_of="2025-06-01")


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
    assert shown.count("novalidate") == 2, "the browser would refuse a day in its own language, without a way on"
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


def test_it_is_the_trackers_judgement_and_in_whole_or_in_part_wherever_they_are_joined(said):
    page = said("recommendation", id="r1").partition("Who else asks for this")[2].partition("</section>")[0]
    assert "the tracker&#39;s judgement" in page
    assert page.count(">in part</span>") == 1 and page.count("extent of match not yet checked") == 1
    row = "Same demand, in the tracker&#39;s judgement: Review the drug laws (in part); Review the drug laws (extent of match not yet checked)</p>"
    assert row in said("recommendations")
    overview = said("overview")
    assert "in part ·" in overview and "Which ones match is the tracker&#39;s judgement" in overview


def test_without_a_contact_a_report_is_a_text_to_copy_with_a_link_that_stays(said):
    shown = said("recommendation", id="r1")
    assert "send it to the person who shared the link with you." in shown and "mailto:" not in shown
    text = shown.split('<textarea readonly rows="11"')[1].split("</textarea>")[0]
    assert "Recommendation: Repeal the punishments\nPage: http" in text and "/r/r1?recorded=2026-" in text


def test_the_handle_of_the_first_data_is_no_person(tmp_path, monkeypatch):
    by_hand = {
        **FILES,
        "recommendations/r1.yaml": (ASKED + FIRST + ASSESSED).replace("evidence: [law]}", "recorded_by: seed}"),
    }
    opened = opening(tmp_path, monkeypatch, by_hand)
    assert "seed" not in html(opened("recommendation", id="r1")).partition('id="rt-timeline"')[2]
    assert "· seed" not in html(opened("activity"))


def test_only_an_editor_is_told_that_evidence_can_be_added(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, {})
    told = [html(opened("recommendation", who=who, id="co-4-12")) for who in (READER, ANNA)]
    assert ["No evidence yet." in page for page in told] == [True, True]
    assert ["It can be added together with an assessment." in page for page in told] == [False, True]


def test_who_runs_the_tracker_stands_near_the_top_of_about_and_the_editors_once(said):
    shown = said("about")
    assert shown.index("Who publishes this") < shown.index("The statuses") and "The editors" in shown


def test_an_entry_of_a_list_has_a_link_that_opens_a_report_about_it(said):
    shown = said("evidence")
    assert (
        'href="/evidence?mistake=law&amp;lang=en#rt-report-law" aria-label="Report a mistake: The law was signed."'
        in shown
    )
    assert 'id="rt-report-' not in shown
    opened = said("evidence", mistake="law")
    assert '<details class="rt-more rt-report" id="rt-report-law" open>' in opened
    text = opened.split('<textarea readonly rows="11"')[1].split("</textarea>")[0]
    assert "Evidence: The law was signed." in text and "#e-law" in text
    assert 'id="rt-report-co-4" open' in said("treaty_bodies", mistake="co-4")
    assert "#rt-report-co-4" in said("treaty_bodies")
