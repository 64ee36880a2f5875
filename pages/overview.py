"""The overview: statuses, changes, upcoming dates, outdated assessments, and where the voices disagree."""

from dataclasses import replace
from urllib.parse import urlsplit

import streamlit as st

from pages.shared.layout import menu, open_page, show_footer, show_header
from pages.shared.navigation import PAGES
from tracker.model.vocabulary import Issuer
from tracker.queries import overview_summary
from tracker.queries.activity_log import latest_assessments_and_evidence
from tracker.queries.agenda import bodies_without_date, upcoming
from tracker.queries.data_health import without_archived_copy
from tracker.queries.demand_matrix import demand_matrix, issue_year
from tracker.queries.documents_by_cycle import recommendations_of_body
from tracker.queries.timeline import build_timeline

MAX_ROWS = 12
"""The largest number of rows in a table of the overview. All rows are on the list page."""

page = open_page("/")
view, language = page.view, page.context.language
_ = language.gettext
# at an address where there is no page, Streamlit runs the overview
if urlsplit(st.context.url or "").path.rstrip("/") not in {path.rstrip("/") for path in PAGES}:
    show_header(replace(page, path=""), ())
    page.show("layout/no_page.html", ways=menu(page))
    show_footer(page)
    st.stop()
show_header(page, ())


def _summary() -> dict[str, object]:
    # (name, note, URL parameters of the list, recommendations) for each bar
    bars = [(_("What civil society asks"), "", [("by", "civil-society")], view.by_issuer(Issuer.CIVIL_SOCIETY))]
    for body in view.bodies.values():
        name, note = _("What {committee} recommends", committee=body.code), language.resolve(body.name).text
        bars.append((name, note, [("by", "committee"), ("body", body.id)], recommendations_of_body(view, body)))
    linked = [e for e in view.evidence.values() if e.link]
    return {
        "ours": overview_summary.summarize(view, Issuer.CIVIL_SOCIETY),
        "since": overview_summary.first_assessment_year(view, Issuer.CIVIL_SOCIETY),
        "bars": bars,
        "matrix": demand_matrix(view),
        "all_voices": overview_summary.summarize_voices(view),
        "line": build_timeline(view),
        "copies": (len(without_archived_copy(view)), len(linked)) if linked else None,
        "ahead": upcoming(view),
        "silent": bodies_without_date(view),
        "bearing": overview_summary.count_evidence,
        "year": issue_year,
        "MOST": MAX_ROWS,
    }


page.show_shared("pages/overview.html", _summary)
page.show_shared("pages/overview_latest.html", lambda: {"changes": latest_assessments_and_evidence(view, 3)})
show_footer(page)
