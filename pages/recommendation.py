"""One recommendation: what is asked, where it stands, what shows it, and the form to record an assessment."""

import streamlit as st

from pages.forms.assessment import show_assessment_form
from pages.forms.private_evidence import show_private_section
from pages.forms.second_review import assessments_to_review, review_link
from pages.shared.layout import open_page, show_footer, show_header, site_origin
from pages.shared.saving import show_saved
from pages.shared.url_state import url_params
from tracker.model import partial_dates
from tracker.model.lifecycle import events_by, existed_at, is_active
from tracker.model.vocabulary import Verification
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.request import ViewRequest
from tracker.queries.documents_by_cycle import selected_for_follow_up
from tracker.queries.filters import Filters, find_neighbours, parse_filters
from tracker.queries.view import sort_newest_first

page = open_page("/recommendation")
view, language, link = page.view, page.context.language, page.context.link
_ = language.gettext
given = url_params()
wanted = "".join(given.get("id", [])[:1])
r = view.recommendations.get(wanted)
query = parse_filters(view, {name: values for name, values in given.items() if name != "id"})
carry = query.params()
if r is None:
    show_header(page, ())
    if (retired := view.dataset.recommendations.get(wanted)) and not view.is_past:
        into = view.recommendations.get(next((e.into for e in reversed(retired.events) if e.into), ""))
        page.show("layout/retired.html", r=retired, into=into)
        show_saved(page, wanted)
        show_footer(page)
        st.stop()
    page.show("layout/missing.html", id=wanted[:80], near=[view.recommendations[n] for n in view.suggest_ids(wanted)])
    show_footer(page)
    st.stop()

here = [("id", r.id), *carry]
st.set_page_config(page_title=language.resolve(r.title).text)
show_header(page, here)
before, place, count, after = find_neighbours(view, query, r, language.code)
document = view.document(r.document)
follow_up = None
if document and r.issued_by == "committee":
    known = (
        selected_for_follow_up(r, document.follow_up)
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
    "pages/recommendation_top.html", r=r, back=back, place=place, count=count, before=turn[0], after=turn[1], second=assessments_to_review(page, r, here),
)  # fmt: skip
show_saved(page, r.id)
show_assessment_form(page, r, here)
show_private_section(page, r)
whole = view.dataset.recommendations[r.id]
timeline = sort_newest_first(
    a for a in whole.assessments if partial_dates.known_by(a.date, view.as_of) and existed_at(a, view.recorded)
)
gone = [a for a in timeline if not is_active(a, view.recorded)]
may = page.context.person.handle and not view.is_past
withdrawing = {
    a.recorded: link("/recommendation", *here, ("editing", r.version), ("withdraw", a.recorded))
    for a in timeline
    if may and a.recorded and a not in gone
}
ask = ViewRequest(view, language, Filters(), site_origin(), r.id)
page.show(
    "pages/recommendation.html", r=r, cited=build_citation(ask, r), changed=last_changed(view, r), document=document, body=view.body_of(r), follow_up=follow_up,
    same=view.same_demand(r), taken=view.uptake_of(r), takes=[(view.recommendations[u.recommendation], u) for u in r.uptake if u.recommendation in view.recommendations],
    evidence=view.evidence_for(r), timeline=timeline, gone=gone,
    events=lambda a: events_by(a, view.recorded), withdraw_links=withdrawing,
    second_link=lambda a: review_link(page, whole, a, here),
)  # fmt: skip
show_footer(page, here)
