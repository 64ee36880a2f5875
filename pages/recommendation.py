"""The page of one recommendation: its text, status, assessments and evidence, and the forms to assess or edit it."""

from urllib.parse import urlencode

import streamlit as st

from pages.forms.assessments.assessment import (
    FORM_PARAMS,
    OPEN_NOW,
    assessments_to_review,
    contest_link,
    has_contested,
    review_link,
    show_assessment_form,
)
from pages.forms.private.evidence import can_unpublish, evidence_of_recommendation, show_private_section
from pages.forms.private.files import show_private_files
from pages.forms.submit import show_files_left
from pages.shared.layout import open_page, show_footer, show_header, site_origin
from pages.shared.saving import show_saved
from pages.shared.url_state import url_params
from tracker.model.lifecycle import events_by, is_active
from tracker.model.permissions import READER, Permission
from tracker.model.records import Assessment
from tracker.model.signing import is_own
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import later_sentence
from tracker.queries.activity_log import is_slip
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.documents_by_cycle import follow_up_status
from tracker.queries.later_records import earlier_records, later_recommendation
from tracker.queries.lists.filters import Filters, find_neighbours
from tracker.queries.recommendation_details import assessment_history, same_demand_links, uptake_by

page = open_page("/recommendation")
view, language, link = page.view, page.context.language, page.context.link
_ = language.gettext
given = url_params()
recommendation_id = "".join(given.pop("id", [])[:1])
filters = Filters.from_params(view, given)
r = view.recommendations.get(recommendation_id)

if r is None:
    asked = [("id", recommendation_id), *filters.params()] if recommendation_id else filters.params()
    show_header(page, asked)
    retired = view.dataset.recommendations.get(recommendation_id)
    if retired and view.is_retired(recommendation_id):
        into = view.recommendations.get(view.successor_of(recommendation_id) or "")
        page.show(
            "layout/retired.html",
            r=without_later_edits(retired, view.recorded),
            into=into,
            reasons=[event.reason for event in events_by(retired, view.recorded) if event.reason],
        )
        show_saved(page, recommendation_id)
    elif later := later_recommendation(view, recommendation_id):
        today = "/recommendation?" + urlencode([*asked, ("lang", language.code)])
        earlier = earlier_records(view, view.dataset.recommendations[recommendation_id])
        page.show("layout/later.html", sentence=later_sentence(language, later), today=today)
        page.show("pages/earlier_records.html", earlier=earlier)
    else:
        similar = [view.recommendations[i] for i in view.suggest_ids(recommendation_id)]
        page.show("layout/missing.html", id=recommendation_id[:80], near=similar)
    show_footer(page, asked)
    st.stop()

own_params = [("id", r.id), *filters.params()]
st.set_page_config(page_title=language.resolve(r.title).text)
show_header(page, own_params)
before, place, count, after = find_neighbours(view, filters, r, lang=language.code)
page.show(
    "pages/recommendation_top.html",
    r=r,
    back=link("/recommendations", *filters.params()),
    place=place,
    count=count,
    before=link("/recommendation", ("id", before.id), *filters.params()) if before else "",
    after=link("/recommendation", ("id", after.id), *filters.params()) if after else "",
    second=assessments_to_review(page, r, own_params),
)
show_saved(page, r.id, tuple(name for name in FORM_PARAMS if name in st.query_params))
show_files_left(page, r.id)
show_assessment_form(page, r, own_params)
show_private_section(page, r)
show_private_files(page, evidence_of_recommendation(page, r))

history = assessment_history(view, r)
slips = [a for a in history if is_slip(a, view.recorded)]
standing = [a for a in history if not is_slip(a, view.recorded)]
withdrawn = [a for a in history if not is_active(a, view.recorded)]


def _ways(a: Assessment) -> list[tuple[str, str]]:
    """Return (name, link) for each form in which this person can review, withdraw or contest an assessment."""
    person, whole = page.context.person, view.dataset.recommendations[r.id]
    is_withdrawable = a.recorded and a not in withdrawn and person.can(Permission.SAVE) and not view.is_past
    form = (*own_params, ("editing", OPEN_NOW), ("withdraw", a.recorded or ""))
    ways = [
        (_("Confirm or decline"), review_link(page, whole, a, params=own_params)),
        (_("Withdraw"), link("/recommendation", *form) if is_withdrawable and is_own(view.settings, a, person) else ""),
        (
            _("Withdraw the objection") if has_contested(page, a) else _("Contest"),
            contest_link(page, whole, a, params=own_params),
        ),
    ]
    return [way for way in ways if way[1]]


def _values() -> dict[str, object]:
    return {
        "r": r,
        "cited": build_citation(ViewRequest(view, language, Filters(), origin=site_origin(), id=r.id), r),
        "changed": last_changed(view, r),
        "document": view.document(r.document),
        "body": view.body_of(r),
        "follow_up": follow_up_status(view, r),
        "same": same_demand_links(view, r),
        "taken": view.uptake_of(r),
        "takes": uptake_by(view, r),
        "evidence": view.evidence_for(r),
        "timeline": standing,
        "slips": slips,
        "gone": withdrawn,
        "events": lambda a: events_by(a, view.recorded),
        "ways_of": _ways,
    }


if page.context.person is READER:
    page.show_shared("pages/recommendation.html", _values, r.id, site_origin())
else:
    page.show("pages/recommendation.html", **_values(), may_unpublish=can_unpublish(page))
show_footer(page, own_params, r)
