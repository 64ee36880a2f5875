"""One recommendation: what is asked, where it stands, what shows it, and the form to record an assessment."""

import streamlit as st

from pages.address import params
from pages.assess import assess
from pages.frame import footer, header, open_page
from tracker.documents import is_selected
from tracker.query import asked, neighbours
from tracker.words import Mark

page = open_page("/recommendation")
view, _, link = page.view, page.shown.language, page.shown.link
given = params()
wanted = "".join(given.get("id", [])[:1])
r = view.recommendations.get(wanted)
query = asked(view, given)
carry = query.params()
if r is None:
    header(page, ())
    page.show("missing.html", id=wanted[:80], near=[view.recommendations[n] for n in view.near(wanted)])
    footer(page)
    st.stop()

here = [("id", r.id), *carry]
st.set_page_config(page_title=_.text(r.title).text)
header(page, here)
before, place, count, after = neighbours(view, query, r, _.code)
document = view.dataset.documents.get(r.document)
follow_up = None
if document and r.by == "committee":
    known = (
        is_selected(r, document.follow_up)
        if document.follow_up and document.follow_up.mark is not Mark.TO_CHECK
        else None
    )
    follow_up = (
        _("to be checked")
        if known is None
        else _("selected for follow-up")
        if known
        else _("not selected for follow-up")
    )
turn = [link("/recommendation", ("id", other.id), *carry) if other else "" for other in (before, after)]
back = link("/recommendations", *carry)
page.show("recommendation_top.html", r=r, back=back, place=place, count=count, before=turn[0], after=turn[1])
assess(page, r, here)
page.show(
    "recommendation.html", r=r, document=document, body=view.body_of(r), follow_up=follow_up,
    same=view.same_demand(r), taken=view.uptake_of(r), takes=[(view.recommendations[u.recommendation], u) for u in r.uptake if u.recommendation in view.recommendations],
    evidence=view.evidence_on(r), timeline=view.assessments[r.id],
)  # fmt: skip
footer(page, here)
