"""One recommendation: what is asked, where it stands, what shows it, and the form to record an assessment."""

import streamlit as st

from pages.forms.assessment import assess
from pages.forms.private_evidence import show_on
from pages.forms.second_review import link_for, to_read
from pages.shared.layout import footer, header, open_page, origin
from pages.shared.saving import show_saved
from pages.shared.url_state import params
from tracker.model import partial_dates
from tracker.model.vocabulary import Verification
from tracker.publishing.citation import changed, citation
from tracker.queries.as_recorded import counts, events, was_there
from tracker.queries.documents_by_cycle import is_selected
from tracker.queries.filters import Query, asked, neighbours
from tracker.queries.view import newest_first
from tracker.web.responses import Ask

page = open_page("/recommendation")
view, _, link = page.view, page.shown.language, page.shown.link
given = params()
wanted = "".join(given.get("id", [])[:1])
r = view.recommendations.get(wanted)
query = asked(view, {name: values for name, values in given.items() if name != "id"})
carry = query.params()
if r is None:
    header(page, ())
    if (retired := view.dataset.recommendations.get(wanted)) and not view.is_past:
        into = view.recommendations.get(next((e.into for e in reversed(retired.events) if e.into), ""))
        page.show("layout/retired.html", r=retired, into=into)
        show_saved(page, wanted)
        footer(page)
        st.stop()
    page.show("layout/missing.html", id=wanted[:80], near=[view.recommendations[n] for n in view.near(wanted)])
    footer(page)
    st.stop()

here = [("id", r.id), *carry]
st.set_page_config(page_title=_.text(r.title).text)
header(page, here)
before, place, count, after = neighbours(view, query, r, _.code)
document = view.document(r.document)
follow_up = None
if document and r.issued_by == "committee":
    known = (
        is_selected(r, document.follow_up)
        if document.follow_up and document.follow_up.verification is not Verification.TO_CHECK
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
page.show(
    "pages/recommendation_top.html", r=r, back=back, place=place, count=count, before=turn[0], after=turn[1], second=to_read(page, r, here),
)  # fmt: skip
show_saved(page, r.id)
assess(page, r, here)
show_on(page, r)
whole = view.dataset.recommendations[r.id]
timeline = newest_first(
    a for a in whole.assessments if partial_dates.known_by(a.date, view.as_of) and was_there(a, view.recorded)
)
gone = [a for a in timeline if not counts(a, view.recorded)]
may = page.shown.person.handle and not view.is_past
withdrawing = {
    a.recorded: link("/recommendation", *here, ("editing", r.version), ("withdraw", a.recorded))
    for a in timeline
    if may and a.recorded and a not in gone
}
ask = Ask(view, _, Query(), origin(), r.id)
page.show(
    "pages/recommendation.html", r=r, cited=citation(ask, r), changed=changed(view, r), document=document, body=view.body_of(r), follow_up=follow_up,
    same=view.same_demand(r), taken=view.uptake_of(r), takes=[(view.recommendations[u.recommendation], u) for u in r.uptake if u.recommendation in view.recommendations],
    evidence=view.evidence_on(r), timeline=timeline, gone=gone,
    events=lambda a: events(a, view.recorded), withdraw_links=withdrawing,
    second_link=lambda a: link_for(page, whole, a, here),
)  # fmt: skip
footer(page, here)
