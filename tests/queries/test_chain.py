"""The chain of a recommendation under follow-up."""

from datetime import date

import pytest

from tests.support.small_dataset import BODIES, CONCLUDED, DOCUMENTS, folder
from tracker.queries.chain import build_chain, grade_meaning, printed_grades
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
assessments:
  - {voice: state, part: 1, date: 2024-05, reason: We did, recorded: 2024-08-01T00:00:00.000001Z}
  - {voice: committee, grade: B1, part: 1, date: 2024-06/2024-07, reason: Steps, source: {document: report-2}, recorded: 2024-08-01T00:00:00.000002Z}
  - {voice: committee, grade: A, scope: "(b) and (c)", date: 2024-06/2024-07, reason: Done, source: {document: report-2}, recorded: 2024-08-01T00:00:00.000003Z}
"""
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
        "r/y": CONCLUDED + "paragraph: 5\n",
        "r/z": CONCLUDED + "paragraph: 7\n",
    }
    dataset = DatasetReader(folder(tmp_path, files)).read()
    assert dataset.problems == ()
    return View(dataset, today=date(2026, 1, 1))


def test_a_chain_has_what_was_replied_graded_and_what_is_next(view):
    r = view.recommendations["x"]
    chain = build_chain(view, r)
    assert [(a.part, a.date) for a in chain.replies] == [("1", "2024-05")]
    assert [(turn.report.id, [(a.grade, a.part, a.scope) for a in turn.grades]) for turn in chain.rounds] == [
        ("report-2", [("B1", "1", None), ("A", None, "(b) and (c)")])
    ]
    assert (chain.latest.lists_ngos, chain.since_reply) == (False, False)
    assert [(item.date, state) for item, state in chain.next] == [("2025-06", "overdue")]
    meanings = [grade_meaning(view, r, a) for a in printed_grades(view, r)]
    assert (meanings[0][""].text, meanings[1]) == ("Some steps", None)


def test_a_selected_paragraph_has_an_empty_chain_and_another_has_none(view):
    chain = build_chain(view, view.recommendations["y"])
    assert (chain.asked_by, chain.replies, chain.rounds, chain.since_reply) == ((), (), (), True)
    assert build_chain(view, view.recommendations["z"]) is None


def test_a_report_of_a_later_day_is_not_in_a_past_view(view):
    past = View(view.dataset, today=date(2026, 1, 1), as_of=date(2024, 5, 31))
    chain = build_chain(past, past.recommendations["x"])
    assert (len(chain.replies), chain.rounds, chain.latest) == (1, (), None)
