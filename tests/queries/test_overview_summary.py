"""The overview: what is said in ten seconds, the demands against the committees, three voices, the dates."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.support.form_pages import html, opening
from tests.support.story_folder import ASKED, DOCUMENTS, NEWS, RECOMMENDED, RECORDED, made
from tracker.model.permissions import READER
from tracker.model.vocabulary import EvidenceEffect, Issuer, Status, Voice
from tracker.publishing.pictures.analysis import ANSWERS
from tracker.publishing.render_context import ASSETS
from tracker.queries import overview_summary
from tracker.queries.deadlines import build_timeline
from tracker.queries.lists.filters import document_year
from tracker.queries.overview_summary import demand_matrix
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)
ASSESSED = (
    "assessments:\n  - {{voice: civil-society, status: {status}, date: '{day}', reason: As it is.{more}, "
    + RECORDED
    + "}}\n"
)


def assessed(status: str, day: str, more: str = "") -> str:
    return ASSESSED.format(status=status, day=day, more=more)


def claimed(status: str) -> str:
    return f"  - {{voice: state, status: {status}, date: '2020', reason: It says so., {RECORDED}}}\n"


def bearing(*those: tuple[str, str]) -> str:
    return (
        NEWS
        + "published: 2025-03\nrelevant_to:\n"
        + "".join(f"  - {{recommendation: {r}, effect: {way}, {RECORDED}}}\n" for r, way in those)
    )


@pytest.fixture
def view(tmp_path: Path) -> Callable[..., View]:
    return lambda files=None, **past: View(DatasetReader(made(tmp_path / "data", files)).read(), TODAY, **past)


DUE = "  - {id: r-5, body: cescr, kind: state-report, title: Report, cycle: 5, due: 2029-10-31, verification: seen}\n"
SOME = {
    "recommendations/r1.yaml": ASKED + assessed("not-implemented", "2024") + claimed("implemented"),
    "recommendations/r2.yaml": ASKED + assessed("partially-implemented", "2026-02", ", direction: backward"),
    "recommendations/r3.yaml": ASKED + "assessments:\n" + claimed("partially-implemented"),
    "recommendations/r4.yaml": ASKED,
    "recommendations/co-4-12.yaml": RECOMMENDED
    + "same_demand: [{recommendation: r4, recorded: 2026-01-31T12:00:00.000001Z}]\nuptake: [{recommendation: r1, result: taken-up, recorded: 2026-01-31T12:00:00.000002Z}]\n",
    "recommendations/co-3-9.yaml": RECOMMENDED.replace("co-4", "co-3")
    + "same_demand: [{recommendation: r4, recorded: 2026-01-31T12:00:00.000003Z}]\n",
    "evidence/law.yaml": bearing(("r1", "setback"), ("r2", "progress"), ("r4", "setback")),
}


def ids(those) -> list[str]:
    return [r.id for r in those]


def test_in_short_counts_civil_societys_alone(view):
    ours = overview_summary.summarize(some := view(SOME), Issuer.CIVIL_SOCIETY, some.states[0])
    assert ours.counts == {Status.PARTIALLY: 1, Status.NOT_IMPLEMENTED: 1, Status.NOT_ASSESSED: 2}
    assert (ours.assessed, ids(ours.backward), ids(ours.forward)) == (2, ["r2"], [])
    assert (ids(ours.stale), ids(ours.setbacks), ids(ours.progress)) == (["r1"], ["r1", "r4"], ["r2"])
    assert ours.changed == ()
    # one item is counted once, also if it is there for the whole recommendation and for a part of it
    twice = view(SOME | {"evidence/law.yaml": bearing(("r1", "setback"), ("r1", "setback"))})
    assert overview_summary.count_evidence(twice, twice.recommendations["r1"], EvidenceEffect.SETBACK) == 1


def test_a_status_has_changed_where_the_last_assessment_says_another_one(view):
    later = assessed("partially-implemented", "2025").replace("assessments:\n", "")
    same = assessed("not-implemented", "2025").replace("assessments:\n", "")
    r1, r2 = (ASKED + assessed("not-implemented", "2024") + more for more in (later, same))
    both = view({"recommendations/r1.yaml": r1, "recommendations/r2.yaml": r2})
    assert ids(overview_summary.summarize(both, Issuer.CIVIL_SOCIETY, both.states[0]).changed) == ["r1"]


def test_where_the_state_claims_more_comes_first_then_where_nobody_assessed_its_claim(view):
    found = overview_summary.summarize_voices(view(SOME))
    assert [(v.recommendation.id, v.gap, v.is_unanswered) for v in found] == [("r1", 2, False), ("r3", 0, True)]
    assert found[0].latest[Voice.COMMITTEE] is None
    graded = found[1].latest | {Voice.COMMITTEE: found[1].latest[Voice.STATE]}
    assert not found[1]._replace(latest=graded).is_unanswered


def test_a_demand_says_how_often_by_how_many_committees(view):
    v = view(SOME)
    first, second, *others = demand_matrix(v)
    assert (first.recommendation.id, first.same_demand_count, first.committees) == ("r4", 2, 1)
    cells = [(c.body.id, ids(c.same), c.addressed) for c in first.cells]
    assert cells == [("cescr", ["co-3-9", "co-4-12"], True), ("ccpr", [], False)]
    assert (second.recommendation.id, second.same_demand_count) == ("r1", 0)
    assert [d.recommendation.id for d in others] == ["r2", "r3"]
    assert [(r.id, u.result) for r, u in second.cells[0].uptake] == [("co-4-12", "taken-up")]
    assert document_year(v, v.recommendations["co-3-9"]) == "2015"


def test_a_date_stands_on_the_line_of_its_committee_and_what_is_to_come_is_ahead(view):
    line = build_timeline(view({"documents.yaml": DOCUMENTS + DUE}))
    assert [(body.id, [(p.item.document.id, p.ahead) for p in placed]) for body, placed in line.lanes] == [
        ("cescr", [("co-3", False), ("co-4", False), ("report", False), ("r-5", True)]),
        ("ccpr", [("hrc-3", False)]),
    ]
    assert (line.years[0][0], line.lanes[0][1][-1].at > line.today > line.lanes[0][1][0].at) == (2015, True)
    (long,) = [p for p in line.lanes[0][1] if p.is_long]
    assert (long.item.document.id, long.at < line.lanes[0][1][1].at) == ("report", True)


def test_each_answer_of_a_committee_has_its_sign_in_the_style_sheet():
    style = (ASSETS / "app.css").read_text("utf-8")
    assert [shape for _words, shape in ANSWERS.values() if f".rt-sign-{shape} {{" not in style] == []


def test_the_page_says_it_in_words_and_every_piece_leads_to_its_list(tmp_path, monkeypatch):
    opened = opening(tmp_path, monkeypatch, SOME)
    shown = html(opened("overview", who=READER))
    assert "0 of 4 recommendations by civil society are implemented" in shown
    assert (
        "1 getting worse</a>, <a" in shown
        and "0 getting better</a>" in shown
        and "Evidence of setbacks on 2 of 4" in shown
    )
    assert "On 1 recommendation the State claims more than the assessment finds" in shown
    assert "1 of 2 assessed recommendations: assessed more than 12 months ago" in shown
    assert "/recommendations?status=not-assessed&amp;by=civil-society" in shown
    assert "Committees make 1 of civil society&#39;s 4 demands, fully or partly" in shown and "2015" in shown
    # what a committee made of a demand is a sign, and its words are the name of the sign
    names = [one.partition('"')[0] for one in shown.split('aria-label="')]
    assert "CESCR: asks for the same, extent not checked; 2015, reported by others; 2024, reported by others" in names
    assert "CESCR: taken up; 2024" in names
    assert "The State&#39;s claim of 2020, as we classify it: Done" in names
    assert "No upcoming date is known for any committee." in shown
    assert "plotly" not in shown.lower()
    assert "/analysis?lang=en" in shown
