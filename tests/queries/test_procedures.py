"""Where civil society can still write to a committee, cycle by cycle."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import DOCUMENTS, folder
from tracker.model.vocabulary import MechanismKind
from tracker.queries.procedures import closed_procedure, list_procedures, propose_procedure
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SELECTED = "follow_up: {verification: seen, paragraphs: ['3']%s},"
REPORT = "  - {id: told, body: cescr, kind: follow-up-assessment, title: T, cycle: cescr-2024, adopted: 2025-07, verification: seen}\n"
ROUND = ", rounds: [{verification: seen, report: told, action: %s}]"
LATER = "  - {id: %s, body: cescr, kind: %s, title: L, cycle: cescr-2028, issued: 2025-%s, verification: seen%s}\n"
REPLIED = "{date: 2025-02, description: The State replied.}"
LISTED = ", deadlines: [{kind: list-of-issues, date: '2026-05'}]"
UNTIL = ", deadlines: [{kind: alternative-reports, date: '%s'}]"


@pytest.mark.parametrize(
    ("more", "documents", "expected", "proposed"),
    [
        (
            SELECTED % "",
            "",
            ["follow-up open", "list-of-issues open", "alternative-report over 2024-03-28"],
            "follow-up",
        ),
        ("", "", ["follow-up unknown", "list-of-issues open", "alternative-report over 2024-03-28"], "list-of-issues"),
        (
            SELECTED % (ROUND % "The procedure is discontinued."),
            REPORT,
            ["follow-up over 2025-07 said", "list-of-issues open", "alternative-report over 2024-03-28"],
            "list-of-issues",
        ),
        (
            SELECTED % (ROUND % "A letter.") + " deadlines: [{kind: list-of-issues, date: '2026-09'}],",
            REPORT,
            ["follow-up over 2025-07", "list-of-issues open 2026-09", "alternative-report over 2024-03-28"],
            "list-of-issues",
        ),
        (  # the committee asks for another reply
            SELECTED % (ROUND % "A letter.") + " deadlines: [{kind: reply, date: '2026-09'}],",
            REPORT,
            ["follow-up open 2026-09", "list-of-issues open", "alternative-report over 2024-03-28"],
            "follow-up",
        ),
        *(  # the next review has begun: it is proposed once reply and letter are out
            (
                SELECTED % f", steps: [{steps}]",
                LATER % ("loipr", "list-of-issues-prior-to-reporting", "11", ""),
                ["alternative-report open", "list-of-issues-prior-to-reporting over 2025-11", "follow-up open"],
                proposed,
            )
            for steps, proposed in ((REPLIED, "follow-up"), (f"{REPLIED}, {REPLIED}", "alternative-report"))
        ),
        (
            "",
            LATER % ("loipr", "list-of-issues-prior-to-reporting", "11", UNTIL % "2026-02-01"),
            [
                "alternative-report open 2026-02-01",
                "list-of-issues-prior-to-reporting over 2025-11",
                "follow-up unknown",
            ],
            "alternative-report",
        ),
        (
            "",
            LATER % ("loi", "list-of-issues", "11", UNTIL % "2025-12-01"),
            ["alternative-report over 2025-12-01", "list-of-issues over 2025-11", "follow-up unknown"],
            None,
        ),
        (
            "",
            LATER % ("state", "state-report", "11", ""),
            ["list-of-issues open", "follow-up unknown"],
            "list-of-issues",
        ),
        (
            SELECTED % "",
            LATER % ("co", "concluding-observations", "12", ""),
            ["follow-up unknown", "follow-up over 2025-12", "list-of-issues open", "alternative-report over 2025-12"],
            "list-of-issues",
        ),
        (  # the older one is over, but the later one is open
            SELECTED % "",
            LATER % ("co", "concluding-observations", "12", ", follow_up: {verification: seen, paragraphs: ['3']}"),
            ["follow-up open", "follow-up over 2025-12", "list-of-issues open", "alternative-report over 2025-12"],
            "follow-up",
        ),
        (  # a list of issues of before the last concluding observations is not of a running review
            "",
            (LATER % ("old", "list-of-issues-prior-to-reporting", "11", "")).replace("2028", "2020"),
            ["follow-up unknown", "list-of-issues-prior-to-reporting open", "alternative-report over 2024-03-28"],
            "list-of-issues-prior-to-reporting",
        ),
        (  # what another committee asks
            "",
            (LATER % ("cat", "list-of-issues-prior-to-reporting", "11", LISTED)).replace("body: cescr", "body: cat"),
            ["follow-up unknown", "list-of-issues open", "alternative-report over 2024-03-28"],
            "list-of-issues",
        ),
        (  # another round has begun since the report of the committee
            SELECTED % (ROUND % "A letter.}, {verification: seen, lists_ngos: true"),
            REPORT,
            ["follow-up open", "list-of-issues open", "alternative-report over 2024-03-28"],
            "follow-up",
        ),
        (  # the State has replied; a date that has passed is no next date
            SELECTED
            % (ROUND % "A letter.")
            + " deadlines: [{kind: reply, date: '2025-01', done: '2025-02'}, {kind: list-of-issues, date: '2025-09'},"
            " {kind: list-of-issues, date: '2026-09'}],",
            REPORT,
            ["follow-up over 2025-07", "list-of-issues open 2026-09", "alternative-report over 2024-03-28"],
            "list-of-issues",
        ),
        (  # the document was read, and nothing is selected
            "follow_up: {verification: seen, source: {document: co-2024, paragraph: 9}},",
            "",
            ["follow-up over", "list-of-issues open", "alternative-report over 2024-03-28"],
            "list-of-issues",
        ),
        (  # the later of two lists
            "",
            "".join(LATER % (f"loi-{month}", "list-of-issues", month, "") for month in ("10", "11")),
            ["alternative-report open", "list-of-issues over 2025-11", "follow-up unknown"],
            "alternative-report",
        ),
        (  # the later of two dates
            "",
            LATER
            % ("loi", "list-of-issues", "11", UNTIL % "2026-02-01'}, {kind: alternative-reports, date: '2025-12-01"),
            ["alternative-report open 2026-02-01", "list-of-issues over 2025-11", "follow-up unknown"],
            "alternative-report",
        ),
        (
            SELECTED % "",
            LATER % ("state", "state-report", "11", LISTED),
            ["list-of-issues open 2026-05", "follow-up open"],
            "follow-up",
        ),
    ],
)
def test_each_procedure_says_whether_something_can_still_be_said(tmp_path, more, documents, expected, proposed):
    told = DOCUMENTS.replace("{id: co-2024,", "{id: co-2024, " + more) + documents
    view = View(DatasetReader(folder(tmp_path, {"documents": told})).read(), today=date(2026, 1, 1))
    body, words = view.bodies["cescr"], {True: "open", False: "over", None: "unknown"}
    found = list_procedures(view, body)
    lines = [
        " ".join(
            filter(
                None, [p.stage, words[p.is_open], p.date, "said" if p.is_said and p.by and p.by.id == "told" else ""]
            )
        )
        for p in found
    ]
    assert (lines, getattr(propose_procedure(view, body), "stage", None)) == (expected, proposed)
    over = [p for p in found if p.is_open is False and not any(one.is_open for one in found if one.stage is p.stage)]
    assert [closed_procedure(view, body, p.stage) for p in over] == [p if p.date else None for p in over]
    assert not any(closed_procedure(view, body, p.stage) for p in found if p.is_open)
    assert list_procedures(view, replace(body, kind=MechanismKind.UPR)) == ()
