"""The line that says that something was saved since the page was drawn. Nothing else moves under the reader's hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import escape
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tracker.model.errors import NoDataset
from tracker.storage.cache_registry import register_cache

if TYPE_CHECKING:
    from pages.shared.layout import Page

CHECK_EVERY_SECONDS = 7.0
"""Seconds between two looks. A look costs 3.5 ms: 50 open pages that nobody touches take 2.5 % of one core."""


def show_update_notice(page: Page) -> None:
    """Watches the data for as long as the page is open. A view as recorded at a past moment never changes."""
    if page.view.recorded is None:
        language = page.context.language
        _ = language.gettext
        _watch(page.view.dataset.signature, _("Something was saved since you opened this page."), _("Show it"))


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
    # frame puts this line on every page, and imports this module for it
    from pages.shared.layout import store

    try:
        return store().reader.read().signature
    except NoDataset:
        return drawn


def release_widget_state(here: str) -> None:
    """Lets go of the pages that a tab showed before this one: Streamlit keeps for good what their buttons would be called with."""
    context = get_script_run_ctx()
    if context is None or st.session_state.get("rt_here") == here:
        return
    st.session_state["rt_here"] = here
    widgets = context.session_state._state._new_widget_state
    for name in [name for name in widgets.widget_metadata if name not in widgets.states]:
        del widgets.widget_metadata[name]


def reset_sessions() -> None:
    """Forgets every view and open form, and draws every open page anew: for when words were removed for safety."""
    st.cache_resource.clear()
    if runtime.exists():
        # Streamlit has no public way to its sessions
        for known in runtime.get_instance()._session_mgr.list_sessions():
            session = known.session
            session._client_state.widget_states.Clear()
            # what a button or a fragment would be called with: the page as it was, and its records
            session.session_state._new_widget_state.widget_metadata.clear()
            session._fragment_storage.clear()
            session.request_rerun(session._client_state)
            session.session_state.clear()


register_cache(reset_sessions)
