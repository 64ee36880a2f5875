"""Asking once under which handle somebody records."""

import streamlit as st

from pages.frame import Page
from tracker.local import NoHandle, keep_handle, proposal
from tracker.places import places


def ask_for_a_handle(page: Page) -> None:
    """The form that asks for a handle, and keeps it."""
    _ = page.shown.language
    with st.form("handle", border=True):
        st.html(
            f"<h2>{_('Under which handle do you record?')}</h2><p>{_('The handle stands beside what you record, in files that may become public. It is all that is kept of you: choose one that tells nothing about you.')}</p>"
        )
        handle = st.text_input(_("Handle"), value=st.session_state.setdefault("proposal", proposal()), max_chars=31)
        if st.form_submit_button(_("Use this handle"), type="primary"):
            try:
                keep_handle(places().state, handle.strip())
            except NoHandle:
                st.error(
                    _("The handle could not be kept. It has 2 to 31 characters: small letters a-z, digits and hyphens.")
                )
            else:
                st.rerun()
