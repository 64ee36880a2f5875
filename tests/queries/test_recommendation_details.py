"""What the page of a recommendation says about follow-up, its history and what it takes up."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.small_dataset import ASKED, CONCLUDED, DOCUMENTS, dataset
from tracker.queries.follow_up import FollowUpStatus, follow_up_status, recommendations_of_body
from tracker.queries.recommendation_details import assessment_history, uptake_by
from tracker.queries.view import View

TODAY = date(2026, 6, 18)
RECORDED = "2026-01-0{}T00:00:00.000000Z"


def view(folder: Path, files: dict[str, str], as_of: date | None = None) -> View:
    return View(dataset(folder, files), TODAY, as_of)


@pytest.mark.parametrize(
    ("paragraph", "follow_up", "status"),
    [
        ("44", ", follow_up: {verification: seen, source: {document: co-2021, paragraph: 47}, paragraphs: ['44 (c)']}", FollowUpStatus.SELECTED),
        ("45", ", follow_up: {verification: seen, source: {document: co-2021, paragraph: 47}, paragraphs: ['44 (c)']}", FollowUpStatus.NOT_SELECTED),
        ("44", ", follow_up: {verification: to-check, paragraphs: ['44 (c)']}", FollowUpStatus.TO_CHECK),
        ("44", ", follow_up: {verification: seen}", FollowUpStatus.TO_CHECK),
        ("44", "", FollowUpStatus.TO_CHECK),
    ],
)  # fmt: skip
def test_a_paragraph_was_selected_or_not_or_that_is_to_be_checked(tmp_path, paragraph, follow_up, status):
    documents = DOCUMENTS.replace("issued: 2024-03-28", f"issued: 2024-03-28{follow_up}")
    v = view(tmp_path, {"documents": documents, "r/x": CONCLUDED + f"paragraph: {paragraph}\n"})
    assert follow_up_status(v, v.recommendations["x"]) is status


def test_a_paragraph_that_nobody_has_compared_yet_is_not_said_to_be_left_out_of_the_selection(tmp_path):
    selected = ", follow_up: {verification: seen, source: {document: co-2021, paragraph: 47}, paragraphs: ['44']}"
    documents = DOCUMENTS.replace("issued: 2024-03-28", f"issued: 2024-03-28{selected}")
    unread = CONCLUDED.replace("verification: seen", "verification: to-check")
    v = view(tmp_path, {"documents": documents, "r/x": f"{unread}paragraph: 99\n"})
    assert follow_up_status(v, v.recommendations["x"]) is FollowUpStatus.TO_CHECK


def test_civil_society_selects_nothing_for_follow_up(tmp_path):
    v = view(tmp_path, {"r/x": ASKED})
    assert follow_up_status(v, v.recommendations["x"]) is None


def test_a_committees_own_recommendations_are_not_those_addressed_to_it(tmp_path):
    v = view(tmp_path, {"r/asked": ASKED, "r/own": CONCLUDED})
    own = {body.id: [r.id for _, rs in recommendations_of_body(v, body) for r in rs] for body in v.bodies.values()}
    assert own == {"cescr": ["own"], "cat": []}


def test_the_history_has_what_was_withdrawn_and_nothing_of_a_later_day(tmp_path):
    said = f"""assessments:
  - {{voice: civil-society, status: not-implemented, date: 2024, reason: R., recorded: {RECORDED.format(1)}}}
  - {{voice: civil-society, status: implemented, date: 2025, reason: R., recorded: {RECORDED.format(2)},
     events: [{{type: withdrawn, recorded: {RECORDED.format(3)}, reason: Wrong.}}]}}
"""
    files = {"r/x": ASKED + said}
    now, then = view(tmp_path, files), view(tmp_path, files, date(2025, 6, 1))
    assert [a.date for a in assessment_history(now, now.recommendations["x"])] == ["2025", "2024"]
    assert [a.date for a in assessment_history(then, then.recommendations["x"])] == ["2024"]
    assert [a.date for a in now.assessments["x"]] == ["2024"]


def test_what_a_committee_takes_up_is_given_with_the_result(tmp_path):
    uptake = f"uptake: [{{recommendation: asked, result: taken-up, recorded: {RECORDED.format(1)}}}]\n"
    v = view(tmp_path, {"r/asked": ASKED, "r/own": CONCLUDED + uptake})
    assert [(r.id, u.result) for r, u in uptake_by(v, v.recommendations["own"])] == [("asked", "taken-up")]
    assert uptake_by(v, v.recommendations["asked"]) == ()
