"""The results of the search box in the header: recommendations, evidence, documents and attached files together."""

import streamlit as st

from pages.shared.layout import open_page
from tracker.publishing.pages.search import render_search, searchable_texts_key
from tracker.queries.search.file_search import prepare_file_search

LOOK_EVERY_SECONDS = 2.0
"""How often, in seconds, the page checks whether more attached files have been read."""

page = open_page("/search")
read = searchable_texts_key(page.request)


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _wait_for_files() -> None:
    """Run the page again when more of the attached files have been read."""
    if searchable_texts_key(page.request) != read:
        st.rerun()


for place in page.show_parts(render_search):
    typed = page.request.param("q").strip()
    if place == "end" and typed and page.context.person.handle:
        page.show("private/not_searched.html", typed=typed)
if page.request.texts and prepare_file_search(page.view, page.request.texts).reading:
    _wait_for_files()
