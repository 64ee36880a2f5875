"""The overview: in ten seconds where things stand, what moved, what is due, what is stale and where the voices part."""

from urllib.parse import urlsplit

import streamlit as st

from pages.shared.charts import charts
from pages.shared.layout import PAGES, footer, header, open_page
from tracker.model.vocabulary import Issuer
from tracker.queries import overview_summary
from tracker.queries.activity_log import latest
from tracker.queries.agenda import coming, not_announced
from tracker.queries.data_health import without_copy
from tracker.queries.demand_matrix import demands, year
from tracker.queries.timeline import timeline

MOST = 12
"""Rows of a table of the overview; the list has the others."""

page = open_page("/")
view, _ = page.view, page.shown.language
charting = st.query_params.get("charts") == "yes"
header(page, [("charts", "yes")] if charting else ())
if urlsplit(st.context.url or "").path.rstrip("/") not in ("", *(path.rstrip("/") for path in PAGES)):
    page.show("layout/disconnected.html")
theirs = view.of(Issuer.COMMITTEE)
bars = [(_("What civil society asks"), "", [("by", "civil-society")], view.of(Issuer.CIVIL_SOCIETY))]
for body in view.bodies.values():
    rows = tuple(r for r in theirs if view.body_of(r) is body)
    name = _("What {committee} recommends", committee=body.code)
    bars.append((name, _.text(body.name).text, [("by", "committee"), ("body", body.id)], rows))
ahead, silent = coming(view), not_announced(view)
linked = [e for e in view.evidence.values() if e.link]
copies = (len(without_copy(view)), len(linked)) if linked else None
page.show(
    "pages/overview.html", ours=overview_summary.standing(view, Issuer.CIVIL_SOCIETY), since=overview_summary.first_year(view, Issuer.CIVIL_SOCIETY), bars=bars,
    matrix=demands(view), all_voices=overview_summary.voices(view), ahead=ahead, silent=silent, bearing=overview_summary.bearing, year=year, MOST=MOST,
)  # fmt: skip
page.show("pages/overview_time.html", open=charting)
if charting:
    charts(page)
page.show("pages/overview_dates.html", line=timeline(view), ahead=ahead, silent=silent, copies=copies, bearing=overview_summary.bearing, year=year, MOST=MOST)  # fmt: skip
page.show("pages/overview_latest.html", changes=latest(view, 3))
footer(page)
