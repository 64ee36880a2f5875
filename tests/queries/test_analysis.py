"""The counts behind the pictures, on a few records of which every number is in view."""

from datetime import date

import pytest

from tests.queries.test_overview_summary import DUE, SOME, TODAY, assessed, bearing
from tests.support.story_folder import ASKED, DOCUMENTS, RECOMMENDED, RECORDED, made
from tracker.i18n import get_language
from tracker.model.vocabulary import Issuer
from tracker.publishing.pictures.analysis import ANSWERS, Pictures
from tracker.publishing.render_context import ViewRequest
from tracker.queries.tables import analysis
from tracker.queries.tables.values import TableValues
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

CHECKED = f", events: [{{type: checked, date: 2026-03-01, {RECORDED}}}]"


@pytest.fixture
def values(tmp_path):
    """`values(files)` are the tables of the small folder with these files; `only` names the recommendations in them."""

    def of(files, *, only=None, as_of=None):
        view = View(DatasetReader(made(tmp_path / "data", files)).read(), TODAY, as_of)
        selected = None if only is None else tuple(view.recommendations[id] for id in only)
        return TableValues(view, get_language("en"), selected)

    return of


def again(status: str, day: str, more: str = "") -> str:
    return assessed(status, day, more).replace("assessments:\n", "")


def test_a_demand_stands_beside_each_committee_and_its_status(values):
    found = analysis.demands_and_committees(values(SOME))
    assert found.rows("id", "status", "cescr", "ccpr") == [
        ("r4", "not-assessed", "same-unchecked", ""),
        ("r1", "not-implemented", "taken-up", ""),
        ("r2", "partially-implemented", "addressed", ""),
        ("r3", "not-assessed", "addressed", ""),
    ]
    assert (found.facts["all"], found.facts["shared"]) == (4, 1)


def test_the_state_is_set_against_others_and_the_largest_gap_comes_first(values):
    found = analysis.claims_and_findings(values(SOME))
    assert found.rows("id", "state_status", "status", "claim_gap", "setbacks") == [
        ("r1", "implemented", "not-implemented", 2, 1),
        ("r3", "partially-implemented", "not-assessed", None, 0),
    ]
    assert found.facts == {"all": 2, "gaps": 1, "unassessed": 1, "differ": 0}


def test_larger_gaps_come_before_smaller_ones_and_none_at_all_last(values):
    claim = f"  - {{voice: state, status: implemented, date: '2026', reason: It says so., {RECORDED}}}\n"
    ours = {"r1": assessed("partially-implemented", "2025"), "r2": "assessments:\n"}
    ours |= {"r3": assessed("not-implemented", "2025"), "r4": assessed("implemented", "2025")}
    files = {f"recommendations/{id}.yaml": ASKED + said + claim for id, said in ours.items()}
    found = analysis.claims_and_findings(values(files, only=[*ours])).rows("id", "claim_gap")
    assert found == [("r3", 2), ("r1", 1), ("r4", 0), ("r2", None)]


def test_a_claim_without_a_status_is_there_and_claims_none(values):
    said = f"assessments:\n  - {{voice: state, date: '2020', reason: It says so., {RECORDED}}}\n"
    found = analysis.claims_and_findings(values({"recommendations/r1.yaml": ASKED + said}))
    assert found.rows("id", "state_status", "claim_gap") == [("r1", None, None)]
    assert analysis.claims_and_findings(values({"recommendations/r1.yaml": ASKED})).rows() == []


def test_themes_are_counted_for_civil_society_and_each_committee_apart(values):
    tags = "tags: [{tagged_by: ours, themes: [policing]}]\n"
    both = "tags: [{tagged_by: ours, themes: [policing, hiv]}]\n"
    files = {
        "recommendations/r1.yaml": ASKED + both,
        "recommendations/r2.yaml": ASKED + tags,
        "recommendations/co-4-12.yaml": RECOMMENDED + tags,
    }
    found = analysis.themes_and_committees(values(files))
    assert found.rows("theme", "civil-society", "cescr") == [("policing", 2, 1), ("hiv", 1, 0)]
    # ccpr has a recommendation without a theme: it is one of the committees, and has no column
    assert found.facts == {"committees": 2, "most": 1, "themes": ["policing"]}


def test_the_story_of_a_demand_has_its_reports_laws_evidence_and_assessments_in_order(values):
    only = values(SOME, only=["r4"])
    found = analysis.dates_of_recommendation(only)
    assert found.rows("date", "lane", "code", "id") == [
        ("2015-07-07", "report", "concluding-observations", "co-3"),
        ("2024-10-11", "report", "concluding-observations", "co-4"),
        ("2024", "report", "alternative-report", "report"),
        ("2025-03", "evidence", "setback", "law"),
    ]
    assert found.facts == {"setbacks": 1, "progress": 0}
    only = values(SOME | {"evidence/law.yaml": SOME["evidence/law.yaml"].replace("news", "law")}, only=["r1"])
    story = analysis.dates_of_recommendation(only).rows("date", "lane", "code", "voice")
    assert story[0] == ("2020", "assessment", "implemented", "state")
    assert ("2024", "assessment", "not-implemented", "civil-society") in story
    assert story[-1] == ("2025-03", "law", "setback", None)


def test_the_story_that_is_told_first_is_that_of_the_demand_with_most_evidence(values):
    files = SOME | {"evidence/more.yaml": bearing(("r4", "context"))}
    assert analysis.most_documented(values(files)) == "r4"
    assert analysis.most_documented(values(files, only=["r3", "co-4-12"])) == "r3"
    assert analysis.most_documented(values(files, only=["co-4-12"])) == "co-4-12"
    assert analysis.most_documented(values(files, only=[])) is None


def test_a_year_without_an_assessment_is_empty_and_repeats_no_status(values):
    r1 = ASKED + assessed("not-implemented", "2022") + again("partially-implemented", "2025")
    r2 = ASKED + assessed("implemented", "2022-05")
    found = analysis.statuses_by_year(values({"recommendations/r1.yaml": r1, "recommendations/r2.yaml": r2}))
    assert found.rows("year", "not-implemented", "partially-implemented", "implemented", "changed") == [
        (2022, 1, 0, 1, 0),
        (2023, 0, 0, 0, 0),
        (2024, 0, 0, 0, 0),
        (2025, 0, 1, 0, 1),
        (2026, 0, 0, 0, 0),
    ]
    facts = {"issuer": Issuer.CIVIL_SOCIETY, "first": 2022, "last": 2025, "assessed": 2, "changed": 1, "reviewed": True}
    assert found.facts == facts


def test_only_the_last_assessment_of_a_year_counts_and_a_check_is_no_assessment(values):
    r1 = ASKED + assessed("not-implemented", "2025-01") + again("implemented", "2025-11", CHECKED)
    found = analysis.statuses_by_year(values({"recommendations/r1.yaml": r1}))
    assert list(found.table) == ["year", "implemented", "changed", "checked"]
    assert found.rows("year", "implemented", "changed", "checked") == [(2025, 1, 0, 0), (2026, 0, 0, 1)]
    assert (found.facts["changed"], found.facts["reviewed"]) == (0, True)


def test_demands_and_recommendations_of_committees_are_not_counted_together(values):
    files = {
        "recommendations/r1.yaml": ASKED + assessed("not-implemented", "2025"),
        "recommendations/co-4-12.yaml": RECOMMENDED + assessed("implemented", "2026"),
    }
    assert analysis.statuses_by_year(values(files)).facts["assessed"] == 1
    of_committees = analysis.statuses_by_year(values(files, only=["co-4-12"]))
    assert (of_committees.facts["issuer"], of_committees.table["year"]) == (Issuer.COMMITTEE, [2026])


def test_dates_are_ahead_or_behind_and_those_of_the_committees_in_the_list(values):
    files = {"documents.yaml": DOCUMENTS + DUE}
    found = analysis.dates_by_committee(values(files))
    assert found.rows("body", "document") == [
        *(("cescr", document) for document in ("co-3", "co-4", "report", "r-5")),
        ("ccpr", "hrc-3"),
    ]
    assert [name for name, is_ahead in found.rows("document", "ahead") if is_ahead] == ["r-5"]
    assert found.facts["next"].document.id == "r-5"
    one = analysis.dates_by_committee(values(files, only=["hrc-3-20"]))
    assert (one.rows("document"), one.facts["next"]) == ([("hrc-3",)], None)


def test_the_past_knows_nothing_of_later_years(values):
    found = analysis.statuses_by_year(values(SOME, as_of=date(2025, 7, 1)))
    assert found.rows("year", "not-implemented") == [(2024, 1), (2025, 0)]


def test_without_recommendations_every_table_is_empty(values):
    nothing = values({}, only=[])
    tables = "demands_and_committees claims_and_findings themes_and_committees statuses_by_year dates_by_committee"
    for name in tables.split():
        assert getattr(analysis, name)(nothing).rows() == [], name


@pytest.mark.parametrize(
    ("extent", "code"), [("", "same-unchecked"), ("extent: whole", "same-demand"), ("extent: part", "same-in-part")]
)
def test_how_far_two_ask_for_the_same_is_a_sign_of_its_own_where_nobody_has_decided_it(values, extent, code):
    files = {
        "recommendations/r1.yaml": ASKED,
        "recommendations/c.yaml": RECOMMENDED + f"same_demand: [{{recommendation: r1, {extent}}}]\n",
    }
    found = values(files)
    assert analysis.demands_and_committees(found).rows("id", "cescr") == [("r1", code)]
    shown = Pictures(found, ViewRequest(found.view, found.language)).demands(analysis.demands_and_committees(found))
    said = {"same-unchecked": "asks for the same, extent not checked", "same-in-part": "asks for the same, in part"}
    assert shown.table["CESCR"] == [said.get(code, "asks for the same")]
    assert len({shape for _words, shape in ANSWERS.values()}) == len(ANSWERS), "two answers have one sign"
