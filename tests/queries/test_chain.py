"""The chain of a recommendation under follow-up."""

from dataclasses import replace
from datetime import date

import lxml.html
import pytest

from tests.support.small_dataset import BODIES, CONCLUDED, DOCUMENTS, TRACKER, folder
from tests.support.view_requests import ORIGIN
from tracker.i18n import get_language
from tracker.publishing.pages.recommendation import render_recommendation
from tracker.publishing.pictures.analysis import Pictures
from tracker.publishing.render_context import ViewRequest
from tracker.queries.follow_up import build_chain, grade_meaning, graded_paragraphs, printed_grades
from tracker.queries.lists.filters import Filters
from tracker.queries.tables.analysis import follow_up_of_cycle
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

GRADED = DOCUMENTS.replace(
    "{id: co-2024,",
    "{id: co-2024, follow_up: {verification: seen, source: {document: report-2, paragraph: 1}, paragraphs: ['3', '5'], "
    "rounds: [{verification: seen, report: report-2, lists_ngos: false, action: A letter}]}, "
    "deadlines: [{kind: next-report, date: '2025-06'}, {kind: session, date: '2025-07'}],",
) + (
    "  - {id: report-2, body: cescr, kind: follow-up-assessment, title: R, cycle: cescr-2024, considered: 2024-06/2024-07, verification: seen}\n"
)
SAID = (
    CONCLUDED
    + """paragraph: 3
parts: [{id: 1, summary: One}, {id: b, summary: Two}]
same_demand: [{recommendation: ngo, extent: whole}, {recommendation: z, extent: part}]
assessments:
  - {voice: civil-society, status: not-implemented, date: 2024-04, reason: Before the reply, recorded: 2024-08-01T00:00:00.000000Z}
  - {voice: committee, grade: not-selected, date: 2024-02, reason: Not asked, source: {document: report-2}, recorded: 2024-08-01T00:00:00.000000Z}
  - {voice: state, part: 1, date: 2024-05, reason: We did, recorded: 2024-08-01T00:00:00.000001Z}
  - {voice: committee, grade: B1, part: 1, date: 2024-06/2024-07, reason: Steps, source: {document: report-2}, recorded: 2024-08-01T00:00:00.000002Z}
  - {voice: committee, grade: A, scope: "(b) and (c)", date: 2024-06/2024-07, reason: Done, source: {document: report-2}, recorded: 2024-08-01T00:00:00.000003Z}
"""
)
WITHDRAWN = (
    "{voice: civil-society, status: implemented, date: 2024-06, reason: Done, recorded: 2024-08-02T00:00:00.000000Z, "
    "events: [{type: withdrawn, reason: We erred., recorded: 2024-09-01T00:00:00.000000Z}]}"
)
BODIES_WITH_SCALE = BODIES.replace(
    "treaty: Covenant}",
    "treaty: Covenant, scales: [{verification: seen, since: 2010, grades: [{grade: A}, {grade: B1, meaning: Some steps}]}]}",
)


@pytest.fixture
def view(tmp_path):
    files = {
        "documents": GRADED,
        "treaty_bodies": BODIES_WITH_SCALE,
        "r/x": SAID,
        "r/y": CONCLUDED + "paragraph: 5\nassessments: [" + WITHDRAWN + "]\n",
        "r/z": CONCLUDED + "paragraph: 7\n",
        "r/ngo": CONCLUDED.replace("committee\ndocument: co-2024", "civil-society\ndocument: report-2024"),
    }
    dataset = DatasetReader(folder(tmp_path, files)).read()
    assert dataset.problems == ()
    return View(dataset, today=date(2026, 1, 1))


def page_of(view, id):
    asked = ViewRequest(view, get_language("en"), Filters(), ORIGIN, params={"id": [id]})
    return lxml.html.fromstring(render_recommendation(asked).content)


def test_a_chain_has_what_was_replied_graded_and_what_is_next(view):
    r = view.recommendations["x"]
    chain = build_chain(view, r)
    assert [other.id for other, _ in chain.asked_by] == ["ngo"], "only demands of civil society, not other committees'"
    assert [(a.part, a.date) for a in chain.replies] == [("1", "2024-05")]
    (turn,) = chain.rounds
    grades = [(a.grade, a.part, a.scope) for a in turn.grades]
    assert (turn.report.id, grades) == ("report-2", [("B1", "1", None), ("A", None, "(b) and (c)")])
    assert chain.latest.lists_ngos is False
    assert chain.is_assessed_since_reply is False, "an assessment from before the reply is none of the reply"
    assert [(item.date, state) for item, state in chain.next] == [("2025-06", "overdue")]
    meanings = [grade_meaning(view, r, a) for a in printed_grades(view, r)]
    assert (meanings[0][""].text, meanings[1]) == ("Some steps", None)


def test_a_grade_and_a_claim_that_an_organisation_entered_say_so_beside_it(tmp_path):
    """An organisation entered words and a grade as the State's and the committee's."""
    said = SAID.replace("000002Z}", "000002Z, recorded_for: watch}").replace(
        "000001Z}", "000001Z, recorded_for: watch}"
    )
    watch = "languages: [en]\norganisations: [{id: watch, name: Health Watch, kind: civil-society}]\n"
    files = {"tracker": TRACKER + watch, "documents": GRADED, "treaty_bodies": BODIES_WITH_SCALE, "r/x": said}
    files["r/ngo"] = CONCLUDED.replace("committee\ndocument: co-2024", "civil-society\ndocument: report-2024")
    files["r/z"] = CONCLUDED + "paragraph: 7\n"
    view = View(DatasetReader(folder(tmp_path, files)).read(), today=date(2026, 1, 1))
    page = page_of(view, "x")
    top = page.xpath("string(//div[@class='rt-answer']//p[a/@href='#rt-grades'])")
    assert "B1 part 1 · Entry of Health Watch; A" in " ".join(top.split())
    shown = " ".join(page.xpath("string(//ol[@class='rt-chain'])").split())
    assert shown.count("Entry of Health Watch") == 2
    found = TableValues(view, get_language("en")).assessment_columns()["entry_of"]
    assert sorted(map(str, found)) == ["None", "None", "None", "watch", "watch"]


def test_a_selected_paragraph_has_an_empty_chain_and_another_has_none(view):
    chain = build_chain(view, view.recommendations["y"])
    assert (chain.asked_by, chain.replies, chain.rounds, chain.is_assessed_since_reply) == ((), (), (), True)
    assert build_chain(view, view.recommendations["z"]) is None


def test_a_paragraph_has_the_grades_of_all_recommendations_made_of_its_parts(tmp_path):
    said = "assessments: [{{voice: committee, grade: {}, date: 2024-06, reason: R, recorded: 2024-08-01T00:00:00.00000{}Z}}]"
    parts = {f"r/{part}": f"{CONCLUDED}paragraph: 5 ({part})\n" for part in "abc"}
    parts["r/a"] += said.format("B1", 2)
    parts["r/b"] += said.format("A", 1)
    dataset = DatasetReader(folder(tmp_path, {"documents": GRADED, "treaty_bodies": BODIES, **parts})).read()
    view = View(dataset, today=date(2026, 1, 1))
    _, (number, (turn,)) = graded_paragraphs(view, view.documents["co-2024"])
    assert (number, [(a.grade, a.scope) for a in turn.grades]) == ("5", [("B1", "(a)"), ("A", "(b)")])


def test_a_report_of_a_later_day_is_not_in_a_past_view(view):
    past = View(view.dataset, today=date(2026, 1, 1), as_of=date(2024, 5, 31))
    chain = build_chain(past, past.recommendations["x"])
    assert (len(chain.replies), chain.rounds, chain.latest) == (1, (), None)


@pytest.mark.parametrize(
    ("as_of", "ngos", "grade"),
    [
        (None, "No NGO information is listed in the committee's report.", "No grade is recorded."),
        (date(2024, 4, 1), "Whether NGOs informed the committee is not recorded.", "No grade by this date."),
    ],
)
def test_what_is_missing_in_a_chain_is_said_in_its_place(view, as_of, ngos, grade):
    asked = ViewRequest(
        View(view.dataset, date(2026, 1, 1), as_of), get_language("en"), Filters(), ORIGIN, params={"id": ["y"]}
    )
    steps = lxml.html.fromstring(render_recommendation(asked).body).xpath("//ol[@class='rt-chain']/li")
    said = {step[0].text_content(): step.text_content() for step in steps}
    missing = {
        "Asked by civil society": "No demand of civil society for the same is recorded.",
        "The State's reply": "No reply is recorded.",
        "Assessments of organisations": ngos,
        "The committee's grade": grade,
    }
    assert [(name, words) for name, words in missing.items() if words not in said[name]] == []
    assert "No organisation has assessed this yet." in said["Assessments of organisations"]


def test_what_was_withdrawn_stays_in_the_chain_where_it_stood(view):
    page = page_of(view, "y")
    (said,) = page.xpath("//ol[@class='rt-chain']/li[h3='Assessments of organisations']//div[@class='rt-gone']")
    assert "· implemented · June 2024 withdrawn 1 September 2024: We erred." in " ".join(said.text_content().split())
    assert page.text_content().count("We erred.") == 2, "the history says why each of them was withdrawn"


def test_the_answer_at_the_top_has_the_committees_last_grade_and_leads_to_it(view):
    grade = "The committee's grade June 2024 – July 2024: B1 part 1; A (b) and (c)"
    for id, expected in (("x", [grade]), ("y", [])):
        page = page_of(view, id)
        (answer,) = page.xpath("//div[@class='rt-answer']")
        top = [" ".join(p.text_content().split()) for p in answer if p.xpath("a[@href='#rt-grades']")]
        assert (top, len(page.xpath("//li[@id='rt-grades']"))) == (expected, 1)


def test_a_picture_shows_how_far_the_chain_of_a_cycle_goes(view):
    count = follow_up_of_cycle(values := TableValues(view, get_language("en")))
    assert count.rows() == [("x", "2024-05", "not-implemented", "B1 A"), ("y", None, "not-assessed", None)]
    picture = Pictures(values, ViewRequest(view, get_language("en"), Filters(), ORIGIN)).follow_up(count)
    assert picture.title == (
        "E/C.12/RUR/CO/4: 2 under follow-up; the State replied on 1, civil society assessed 1, the committee graded 1"
    )
    assert len(picture.spec["data"]) > 0
    # a filter hides no paragraph from the register; what the register lacks is counted
    assert follow_up_of_cycle(replace(values, selected=(view.recommendations["x"],))).facts["missing"] == 0
    without_y = {id: r for id, r in view.recommendations.items() if id != "y"}
    fewer = View(replace(view.dataset, recommendations=without_y), view.today)
    count = follow_up_of_cycle(values := TableValues(fewer, get_language("en")))
    picture = Pictures(values, ViewRequest(fewer, get_language("en"), Filters(), ORIGIN)).follow_up(count)
    assert picture.title.startswith("E/C.12/RUR/CO/4: 1 under follow-up (paragraphs that are not in the register: 1);")
    assert follow_up_of_cycle(replace(values, selected=(view.recommendations["z"],))).rows() == []
