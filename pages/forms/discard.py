"""The button that closes a form without saving. If something was typed, it asks first."""

from collections.abc import Callable

import streamlit as st

from pages.shared.layout import Page

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
