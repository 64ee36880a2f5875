"""The line that says that data was saved since the page was drawn. The page itself does not change until it is asked to."""

import streamlit as st
from markupsafe import escape

from tracker.config import load_config
from tracker.model.errors import NoDataset
from tracker.publishing.html import RenderContext
from tracker.queries.current_view import reader_of

CHECK_EVERY_SECONDS = 7.0
"""A check costs 3.5 ms: 50 open pages that nobody touches take 2.5 % of one core."""


def show_update_notice(context: RenderContext) -> None:
    """Watch the data for as long as the page is open. A view as recorded at a past moment never changes."""
    if context.view.recorded is None:
        language = context.language
        _ = language.gettext
        _watch(context.view.dataset.signature, _("Something was saved since you opened this page."), _("Show it"))


@st.fragment(run_every=CHECK_EVERY_SECONDS)
def _watch(drawn_signature: str, notice: str, button_label: str) -> None:
    with st.container(key="rt_live"):
        if _current_signature(default=drawn_signature) == drawn_signature:
            # screen readers announce only what changes in a live region that is already there; empty, it takes no space
            st.html('<div role="status"></div>')
            return
        st.html(f'<div role="status">{escape(notice)}</div>')
        if st.button(button_label, key="show_what_was_saved"):
            st.rerun()


def _current_signature(*, default: str) -> str:
    """Return the signature of the data folder now, or `default` if the folder cannot be read."""
    try:
        return reader_of(load_config().data).read().signature
    except NoDataset:
        return default
