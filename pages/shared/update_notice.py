"""The line that says that something was saved since the page was drawn. Nothing else moves under the reader's hands."""

import streamlit as st
from markupsafe import escape

from tracker.config import load_config
from tracker.model.errors import NoDataset
from tracker.publishing.html import RenderContext
from tracker.queries.current_view import reader_of

CHECK_EVERY_SECONDS = 7.0
"""Seconds between two looks. A look costs 3.5 ms: 50 open pages that nobody touches take 2.5 % of one core."""


def show_update_notice(context: RenderContext) -> None:
    """Watches the data for as long as the page is open. A view as recorded at a past moment never changes."""
    if context.view.recorded is None:
        language = context.language
        _ = language.gettext
        _watch(context.view.dataset.signature, _("Something was saved since you opened this page."), _("Show it"))


@st.fragment(run_every=CHECK_EVERY_SECONDS)
def _watch(drawn: str, words: str, show: str) -> None:
    with st.container(key="rt_live"):
        if _signature(drawn) == drawn:
            # the live region is there before it has something to say, and takes no place
            st.html('<div role="status"></div>')
            return
        st.html(f'<div role="status">{escape(words)}</div>')
        if st.button(show, key="show_what_was_saved"):
            st.rerun()


def _signature(drawn: str) -> str:
    try:
        return reader_of(load_config().data).read().signature
    except NoDataset:
        return drawn
