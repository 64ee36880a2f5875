"""How many recommendations by who asks, where they stand for each committee, and what changed last."""

from urllib.parse import urlsplit

import streamlit as st

from pages.frame import PAGES, footer, header, open_page
from tracker.changes import latest
from tracker.words import Asker

page = open_page("/")
view, _ = page.view, page.shown.language

header(page, ())
if urlsplit(st.context.url or "").path.rstrip("/") not in ("", *(path.rstrip("/") for path in PAGES)):
    page.show("lost.html")
theirs = view.of(Asker.COMMITTEE)
bars = [(_("What civil society asks"), "", [("by", "civil-society")], view.of(Asker.CIVIL_SOCIETY))]
for body in view.bodies.values():
    rows = tuple(r for r in theirs if view.body_of(r) is body)
    name = _("What {committee} recommends", committee=body.code)
    bars.append((name, _.text(body.name).text, [("by", "committee"), ("body", body.id)], rows))
page.show("overview.html", bars=bars, changes=latest(view, 6))
footer(page)
