"""The button that closes a form without saving, and what is wrong after a button whose save runs in its callback.

A callback runs before the page is drawn. What it would show itself would stand at the top of the page: the next run shows
it beside the button.
"""

from collections.abc import Callable

import streamlit as st

from pages.forms.typed_values import show_field_error
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown

ASKING = "discard_asking"


def show_discard_button(page: Page, *, has_input: Callable[[], bool], close: Callable[[], None]) -> None:
    """Show the button. `close` closes the form; it is called at once only if `has_input` returns False.

    Otherwise a question with two buttons is shown below: discard what was typed, or keep it.
    """
    _ = page.context.language.gettext
    # asked when the button is pressed: text that was typed just before arrives together with the click
    st.button(_("Discard and close"), type="tertiary", key="discard", on_click=_ask_or_close, args=(has_input, close))
    if not (st.session_state.get(ASKING) and has_input()):
        st.session_state.pop(ASKING, None)
        return
    st.warning(_("What you typed is not saved. Discard it?"))
    with st.container(horizontal=True):
        st.button(_("Discard it"), key="discard_now", on_click=_close, args=(close,))
        st.button(_("Keep editing"), key="discard_not", on_click=_keep)


def _ask_or_close(has_input: Callable[[], bool], close: Callable[[], None]) -> None:
    if has_input():
        st.session_state[ASKING] = True
    else:
        close()


def _close(close: Callable[[], None]) -> None:
    _keep()
    close()


def _keep() -> None:
    st.session_state.pop(ASKING, None)


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
