"""Read a file while the page shows how long it takes, with a button that cancels it."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from pages.shared.layout import Page
from pages.shared.streamlit_internals import forget_uploads

ReadResult = TypeVar("ReadResult")
IsCancelled = Callable[[], bool]
QUICK_SECONDS = 0.4
"""What is read within this time shows no progress."""
NOTE_SECONDS = 30.0
"""How long the page says that a reading was cancelled."""


def show_reading(page: Page, read: Callable[[IsCancelled], ReadResult], *, key: str, seconds: float) -> ReadResult:
    """Call `read` in a thread, show the progress and a button that cancels it, and return what it returns.

    `read` gets a function that says whether it was cancelled; it must end soon after that. `seconds` is how long it may
    take at most. `key` names what is read, for `was_cancelled`.

    Raises what `read` raises. Whatever ends this run of the page, such as a press on the button, also cancels `read`.
    """
    _ = page.context.language.gettext
    cancelled, done = threading.Event(), threading.Event()
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            outcome["result"] = read(cancelled.is_set)
        except BaseException as error:
            outcome["error"] = error
        finally:
            done.set()

    st.session_state.pop(f"{key}_was_cancelled", None)
    threading.Thread(target=work, daemon=True).start()
    box = st.empty()
    try:
        if not done.wait(QUICK_SECONDS):
            with box.container(key="rt_reading"):
                bar = st.progress(0.0)
                st.button(_("Cancel"), key=f"{key}_cancel", on_click=_note_cancelled, args=(key,))
                started = time.monotonic()
                while not done.wait(0.2):
                    taken = time.monotonic() - started
                    # Streamlit ends the run here after a press on the button
                    bar.progress(min(taken / seconds, 1.0), _("Reading the file: {n} s", n=f"{taken:.0f}"))
        box.empty()
    finally:
        cancelled.set()
    if "error" in outcome:
        raise outcome["error"]
    result: ReadResult = outcome["result"]
    return result


def was_cancelled(key: str) -> bool:
    """Return whether the reading with this key was cancelled in the last NOTE_SECONDS, and nothing was read since.

    The page may run again right after the press on the button, and then says it again.
    """
    at = st.session_state.get(f"{key}_was_cancelled")
    return at is not None and time.monotonic() - at < NOTE_SECONDS


def _note_cancelled(key: str) -> None:
    st.session_state[f"{key}_was_cancelled"] = time.monotonic()
    forget_uploads()
    # a new key: the uploader is empty again, and does not read the file once more
    attempt = f"{key}_attempt"
    st.session_state[attempt] = st.session_state.get(attempt, 0) + 1
