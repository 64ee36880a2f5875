"""What is wrong after a button whose save runs in its callback: the next run of the page shows it beside the button.

A callback runs before the page is drawn. What it would show itself would stand at the top of the page.
"""

import streamlit as st

from pages.forms.typed_values import show_field_error
from pages.shared.markdown import escape_markdown

_KEY = "error_at_"


def note_error(place: str, sentence: str) -> None:
    """Keep a translated sentence for the next run of the page. `place` names the button or the field to which it belongs."""
    st.session_state[_KEY + place] = sentence


def show_button_error(place: str) -> None:
    """Show the sentence that was kept for `place`, if there is one. Call this right after the button."""
    if sentence := st.session_state.pop(_KEY + place, ""):
        st.error(escape_markdown(sentence))


def show_error_below(place: str) -> None:
    """Show the sentence that was kept for a field, if there is one. Call this right after the field."""
    if sentence := st.session_state.pop(_KEY + place, ""):
        show_field_error(st.container(), sentence)
