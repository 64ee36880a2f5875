"""The results of the search box in the header: recommendations, evidence, documents and attached files together."""

from urllib.parse import urlencode

import streamlit as st

from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.url_state import url_params
from tracker.config import load_config
from tracker.queries.lists.url_filters import SEARCH_ROW
from tracker.queries.search.file_search import look_at_texts, texts_of_files
from tracker.queries.search.site_search import search_everything

LOOK_EVERY_SECONDS = 2.0
"""How often a page looks whether the attached files have been read."""


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _wait_for_files() -> None:
    """Show the page again when all attached files have been read."""
    if not look_at_texts(page.view, texts).reading:
        st.rerun()


page = open_page("/search")
given = url_params()
typed = str(SEARCH_ROW.parse(page.view, given.get("q", [])))
exactly = "exactly" in given
own_params = [("q", typed)] * bool(typed) + [("exactly", "yes")] * exactly
show_header(page, own_params, searched=typed)
today = "/search?" + urlencode([*own_params, ("lang", page.context.language.code)])
texts = texts_of_files(load_config().data, load_config().cache_folder)
found = search_everything(page.view, typed, exactly=exactly, texts=texts)
page.show_shared(
    "pages/search.html", lambda: {"found": found, "today": today}, typed, exactly, found.in_files.generation
)
if found.in_files.reading:
    _wait_for_files()
if typed and page.context.person.handle:
    page.show("private/not_searched.html", typed=typed)
show_footer(page, own_params)
