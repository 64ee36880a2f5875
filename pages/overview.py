"""The overview: where civil society's recommendations stand, what committees said, the next dates, the latest entries."""

from dataclasses import replace
from urllib.parse import urlsplit

import streamlit as st

from pages.shared.layout import menu, open_page, show_footer, show_header
from pages.shared.navigation import PAGES
from tracker.model.vocabulary import Issuer
from tracker.queries import overview_summary
from tracker.queries.activity_log import latest_assessments_and_evidence
from tracker.queries.agenda import bodies_without_date, overdue, upcoming
from tracker.queries.overview_summary import demand_matrix, issue_year, uptake_not_checked

MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""

page = open_page("/")
view = page.view
# at an address where there is no page, Streamlit runs the overview
if urlsplit(st.context.url or "").path.rstrip("/") not in {path.rstrip("/") for path in PAGES}:
    show_header(replace(page, path=""), ())
    page.show("layout/no_page.html", ways=menu(page))
    show_footer(page)
    st.stop()
show_header(page, ())


def _summary() -> dict[str, object]:
    matrix = demand_matrix(view)
    return {
        "ours": overview_summary.summarize(view, Issuer.CIVIL_SOCIETY),
        "committees": overview_summary.summarize(view, Issuer.COMMITTEE),
        "gaps": sum(bool(voices.gap) for voices in overview_summary.summarize_voices(view)),
        "matrix": matrix,
        "unchecked": uptake_not_checked(view, matrix),
        "late": overdue(view),
        "ahead": upcoming(view),
        "silent": bodies_without_date(view),
        "changes": latest_assessments_and_evidence(view, 3),
        "year": issue_year,
        "MOST": MAX_ROWS,
    }


page.show_shared("pages/overview.html", _summary)
show_footer(page)
