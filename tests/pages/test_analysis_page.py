"""The page of pictures: each with its finding, table and source; empty ones are not there; the filters of the list count."""

import json

import pytest

from tests.queries.test_overview_summary import SOME, assessed
from tests.support.form_pages import html, opening
from tests.support.story_folder import ASKED, GRADED, RECORDED
from tracker.model.permissions import READER


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """`shown(files)` opens the page as a reader."""
    return lambda files=SOME, **params: opening(tmp_path, monkeypatch, files)("analysis", who=READER, **params)


def titles(page):
    return [part.split("</h2>")[0].split(">")[-1] for part in html(page).split("<h2")[1:]]


def drawn(page):
    """Each figure as Plotly gets it."""
    return [json.loads(chart.proto.spec) for chart in page.get("plotly_chart")]


def test_each_picture_has_its_finding_a_table_the_source_and_two_buttons(shown):
    page = shown()
    assert page.exception == []
    assert titles(page) == [
        "Committees make 1 of civil society&#39;s 4 demands, fully or partly",
        "On 1 recommendation the State claims more than the assessment finds",
        "Repeal the punishments. Evidence: 1 of setbacks, 0 of progress",
        "2 recommendations assessed since 2024, each once",
        "No upcoming date is known for any committee",
        "What each side says",
        "Things are getting worse on 1 of 4",
    ]
    text = html(page).partition('id="rt-three"')[0]
    assert (
        len(drawn(page)) == text.count("<table") == text.count('data-save="png"') == text.count('data-save="svg"') == 5
    )
    assert text.count("Source: The editors, Drug policy") == 5 and "/analysis?lang=en#rt-claims" in text
    assert "asks for the same" in text and "+2" in text


def test_a_year_without_an_assessment_says_so_in_the_table_and_has_no_bar(shown):
    page = shown({"recommendations/r1.yaml": ASKED + assessed("not-implemented", "2024")})
    text, figure = html(page), drawn(page)[-2]
    assert text.count(">no assessment<") >= 1 and "Assessed once, in 2024; not reviewed since" in titles(page)
    (bars,) = figure["data"]
    assert (bars["x"], bars["y"], "annotations" in figure["layout"]) == (["2024"], [1], False)


def test_the_chain_of_a_cycle_stands_beside_its_table(shown):
    grade = f"paragraph: 20\nassessments: [{{voice: committee, grade: B, date: '2024', reason: Some, {RECORDED}}}]\n"
    page = shown({"recommendations/hrc-3-20.yaml": GRADED + grade})
    heading = "HRC 3: 1 under follow-up; the State replied on 0, civil society assessed 0, the committee graded 1"
    assert heading in titles(page)
    pictures = html(page).partition('id="rt-three"')[0]
    assert len(drawn(page)) == pictures.count("<table") == pictures.count('data-save="png"')


def test_a_committee_that_asks_for_a_part_is_shown_so(shown):
    part = ASKED + "same_demand: [{recommendation: co-4-12, extent: part}]\n"
    page = shown(SOME | {"recommendations/r1.yaml": part})
    assert "asks for the same, in part" in html(page).partition("rt-claims")[0]
    named = {trace["name"]: trace["marker"]["symbol"] for trace in drawn(page)[0]["data"]}
    assert named["asks for the same, in part"] == "triangle-sw"


def test_filters_narrow_the_pictures_and_stay_in_the_links(shown):
    page = shown(status="partially-implemented")
    assert "Filters in use: <b>In part</b>. 1 recommendation." in html(page)
    # the saved file says it too
    assert '<span class="rt-source">Filters in use: In part</span>' in html(page)
    assert 'href="/recommendations?status=partially-implemented&amp;lang=en"' in html(page)
    assert titles(page)[0] == "Committees make 0 of civil society&#39;s 1 demands, fully or partly"
    nothing = shown(q="zzzz")
    assert (titles(nothing), drawn(nothing)) == ([], [])
    assert "There is nothing to show here yet." in html(nothing)


def test_the_story_of_another_demand_is_in_the_address(shown):
    titled = {f"recommendations/{id}.yaml": ASKED.replace("Repeal", id) for id in ("r1", "r2", "r4")}
    page = shown(SOME | titled, demand="r4")
    assert "r4 the punishments. Evidence: 1 of setbacks" in html(page)
    assert '<option value="r4" selected>r4 the punishments</option>' in html(page)
    assert "r2 the punishments. Evidence: 0 of setbacks, 1 of progress" in html(shown(SOME | titled, demand="r2"))
    # the one with most evidence is the usual one
    assert '<option value="r1" selected>' in html(shown(SOME | titled, demand="no-such"))


def test_texts_of_the_data_are_text_in_a_picture(shown):
    page = shown({"recommendations/r1.yaml": ASKED.replace("Repeal the punishments", "'<a href=\"x\">Repeal</a>'")})
    notes = [note["text"] for figure in drawn(page) for note in figure["layout"].get("annotations", [])]
    assert "&lt;a href=&quot;x&quot;&gt;Repeal&lt;/a&gt;" in notes and not any("<a" in note for note in notes)
