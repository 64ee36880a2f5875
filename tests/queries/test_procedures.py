"""Where civil society can still write to a committee, cycle by cycle."""

from datetime import date

import pytest

from tests.support.small_dataset import DOCUMENTS, folder
from tracker.queries.procedures import closed_procedure, list_procedures, propose_procedure
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SELECTED = "follow_up: {verification: seen, paragraphs: ['3']%s},"
REPORT = "  - {id: told, body: cescr, kind: follow-up-assessment, title: T, cycle: cescr-2024, adopted: 2025-07, verification: seen}\n"
ROUND = ", rounds: [{verification: seen, report: told, action: %s}]"
LATER = "  - {id: %s, body: cescr, kind: %s, title: L, cycle: cescr-2028, issued: 2025-%s, verification: seen%s}\n"
REPLIED = "{date: 2025-02, description: The State replied.}"
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
    assert [closed_procedure(view, body, p.stage) for p in over] == over
