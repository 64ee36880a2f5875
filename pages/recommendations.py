"""The page that lists the recommendations, or shows the form that adds evidence or a tag to the selected ones."""

import streamlit as st

from pages.forms.records import bulk_edit
from pages.shared.form_drafts import show_waiting_drafts
from pages.shared.layout import open_page
from pages.shared.saving import show_saved
from tracker.publishing.pages.recommendations import render_recommendations
from tracker.queries.lists.filters import Selection

page = open_page("/recommendations")
filters, selection = page.request.filters, Selection.from_params(page.view, page.request.params)
if selection.step == "add" and page.can_edit:
    bulk_edit.show_bulk_form(page, filters, selection)
    st.stop()
bulk_edit.keep_fields(selection)
add = page.context.link("/recommendations", *filters.params(), *Selection("add", selection.ids).params())
for place in page.show_parts(render_recommendations, add_to_selected=add):
    if place == "top":
        show_saved(page, "/recommendations")
        show_waiting_drafts(page, what="recommendation")
