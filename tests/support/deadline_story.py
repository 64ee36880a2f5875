"""A committee with four deadlines, each in another state, and a committee about which nothing is known."""

from tests.support.story_folder import DOCUMENTS

DEADLINES = (
    DOCUMENTS.replace(
        "title: CO 4, cycle: 4, issued: 2024-10-11, verification: seen}",
        """title: CO 4, symbol: E/C.12/KGZ/CO/4, cycle: 4, issued: 2024-10-11, verification: seen,
     deadlines: [
       {kind: reply, date: 2026-06-06, source: {document: co-4, paragraph: 61}, sentence: "Reply by 6 June 2026."},
       {kind: next-report, date: 2029-10, set_by: computed, sentence: Within five years.},
       {kind: session, date: 2026-03-01/2026-03-20},
       {kind: list-of-issues, date: 2026-01-31, done: 2026-02-02, met_by: loi}]}""",
    )
    + "  - {id: loi, body: cescr, kind: list-of-issues, symbol: E/C.12/KGZ/Q/5, title: Issues, cycle: 5, issued: 2026-02-01, verification: seen}\n"
    + "  - {id: r-4, body: ccpr, kind: state-report, title: Report 4, cycle: 4, due: 2026-06-30, verification: reported}\n"
)
"""On 18 June 2026 the reply is overdue by 12 days, the next report is to come, the session passed, the list came."""
