"""The page of one recommendation, and for an editor the forms to assess or edit it."""

from functools import partial

import streamlit as st

from pages.forms.assessments import assessment
from pages.forms.private.entries import can_unpublish, evidence_of_recommendation, show_private_section
from pages.forms.private.files import count_private_files, show_private_files
from pages.forms.submit import show_unsaved_files
from pages.shared.form_drafts import show_typed_texts
from pages.shared.layout import open_page
from pages.shared.saving import show_saved, undo_offer
from tracker.publishing.pages.recommendation import own_params, render_recommendation

page = open_page("/recommendation")
id, params = page.request.param("id"), own_params(page.request)
r = page.view.recommendations.get(id)
whole, values = page.view.dataset.recommendations.get(id), {}
if r and whole and page.context.person.handle:
    handles: dict[str | None, str | None] = {one.recorded: one.recorded_by for one in whole.history}
    handles |= {a.recorded: a.recorded_by for a in whole.assessments}
    handles |= {event.recorded: event.recorded_by for a in whole.assessments for event in a.events}
    values = {
        "second": assessment.assessments_to_review(page, r, params),
        "handles": handles,
        "ways_of": assessment.assessment_links(page, r, params),
        "may_unpublish": can_unpublish(page),
        "undo_of": partial(undo_offer, page),
        "private_files": partial(count_private_files, page),
    }
for place in page.show_parts(render_recommendation, **values):
    if r is None and place == "end":
        show_saved(page, id)
        show_typed_texts(page)
    if r and place == "forms":
        form = tuple(name for name in assessment.FORM_PARAMS if name in st.query_params)
        show_saved(page, r.id, form, record=None if form else whole)
        show_unsaved_files(page, r.id)
        assessment.show_assessment_form(page, r, params)
        show_private_section(page, r)
        show_private_files(page, evidence_of_recommendation(page, r))
