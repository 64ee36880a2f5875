"""What nobody of civil society has said to a committee yet, and how it is resolved."""

from datetime import date

import pytest

from tests.support.small_dataset import CONCLUDED, DOCUMENTS, folder
from tracker.queries.follow_up import list_unheard, next_dates
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SELECTED = "follow_up: {verification: seen, source: {document: co-2024, paragraph: 9}, paragraphs: ['3']%s}, deadlines: [{kind: reply, date: '2025-03-28'}],"
LATER_REPORT = "  - {id: ours, body: cescr, kind: alternative-report, title: O, cycle: '4', issued: 2025-04, verification: to-check}\n"
STATES_REPLY = "  - {id: reply, body: cescr, kind: follow-up-report, title: R, cycle: '4', received: 2025-05-02, verification: seen}\n"
ROUND = ", rounds: [{verification: "
ANSWERED = ", rounds: [{verification: seen, reply: reply, report: reported, lists_ngos: true}]"
REPORTED = "  - {id: reported, body: cescr, kind: follow-up-report, title: C, cycle: '4', adopted: 2025-10-02, verification: seen}\n"
TIME = "recorded: 2025-02-01T00:00:00.000001Z"
REPLY = f"{CONCLUDED}paragraph: 3\nassessments: [{{voice: state, date: 2025-02, reason: We did, {TIME}}}]\n"


def unheard(tmp_path, *, more="", documents="", day=date(2026, 1, 1), with_coming=False, **records):
    told = DOCUMENTS.replace("{id: co-2024,", "{id: co-2024, " + SELECTED % more) + documents
    files = {f"r/{name}": text for name, text in records.items()}
    dataset = DatasetReader(folder(tmp_path, {"documents": told, **files})).read()
    return [(item.kind.value, item.since) for item in list_unheard(View(dataset, today=day), with_coming=with_coming)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("follow-up", "2025-03-28")]),
        ({"day": date(2025, 3, 27)}, []),
        ({"day": date(2025, 3, 27), "with_coming": True}, [("follow-up", "2025-03-28")]),
        ({"documents": LATER_REPORT}, []),
        ({"documents": LATER_REPORT.replace("cescr", "cat")}, [("follow-up", "2025-03-28")]),
        ({"more": f"{ROUND}seen, reply: reply}}]", "documents": STATES_REPLY}, [("follow-up", "2025-05-02")]),
        ({"more": ", no_submission: We have no capacity"}, []),
        ({"more": f"{ROUND}to-check, lists_ngos: true}}]"}, []),
        ({"more": f"{ROUND}to-check, report: co-2021}}]"}, []),
        ({"x": REPLY, "documents": LATER_REPORT}, [("not-assessed", "2025-02")]),
        ({"more": ANSWERED, "documents": STATES_REPLY + REPORTED}, []),
    ],
)
def test_a_follow_up_waits_for_civil_society_from_the_reply_until_something_is_said(tmp_path, given, expected):
    assert unheard(tmp_path, **given) == expected


def test_on_a_past_day_the_later_report_of_the_committee_is_not_known(tmp_path):
    told = DOCUMENTS.replace("{id: co-2024,", "{id: co-2024, " + SELECTED % ANSWERED) + STATES_REPLY + REPORTED
    view = View(DatasetReader(folder(tmp_path, {"documents": told})).read(), date(2026, 1, 1), as_of=date(2025, 6, 1))
    assert [(item.kind.value, item.since) for item in list_unheard(view)] == [("follow-up", "2025-05-02")]


def test_a_session_waits_for_a_report_until_its_date(tmp_path):
    session = "deadlines: [{kind: alternative-reports, date: '2026-02-01'}]"
    due = DOCUMENTS.replace("{id: co-2021,", f"{{id: co-2021, {session},")
    dataset = DatasetReader(folder(tmp_path, {"documents": due})).read()
    days = (date(2026, 1, 1), date(2026, 2, 2))
    assert [[item.kind.value for item in list_unheard(View(dataset, today=day))] for day in days] == [["session"], []]


def test_the_day_of_a_reply_is_a_date_of_the_selected_paragraphs_only(tmp_path):
    """The next date of the committee is one of all its recommendations."""
    told = DOCUMENTS.replace("{id: co-2024,", "{id: co-2024, " + SELECTED % "")
    told = told.replace("deadlines: [", "deadlines: [{kind: next-report, date: '2027-10'}, ")
    files = {"documents": told, "r/three": f"{CONCLUDED}paragraph: 3 (a)\n", "r/four": f"{CONCLUDED}paragraph: 4\n"}
    view = View(DatasetReader(folder(tmp_path, files)).read(), date(2025, 1, 1))
    dates = {r.id: [item.date for item in next_dates(view, r)] for r in view.recommendations.values()}
    assert dates == {"three": ["2025-03-28"], "four": ["2027-10"]}
