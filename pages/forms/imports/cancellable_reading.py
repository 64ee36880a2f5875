"""Read a file while the page shows the elapsed time and a button that cancels the reading."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.forms.widgets import note_error
from pages.shared.messages import _, error_text
from pages.shared.streamlit_internals import forget_uploads
from tracker.config import load_config
from tracker.model.errors import TrackerError
from tracker.sandbox.limits import UPLOAD

ReadResult = TypeVar("ReadResult")
QUICK_SECONDS = 0.4
"""If the reading takes no longer than this, the page shows no progress."""
NOTE_SECONDS = 30.0
"""For how many seconds the page says that a reading was cancelled."""


def read_and_keep(parse: Callable[..., ReadResult], keep: Callable[[ReadResult], str], *, key: str, name: str) -> None:
    """Read a file (or, if `name` is "", a pasted text) in a thread, keep what was read, and run the page again.

    `parse` gets `limits` and `is_cancelled`. The reading is cancelled if the editor presses the button or this run of
    the page ends. `keep` gets what `parse` returned, and returns an error or "". An error of `parse` or `keep` is
    shown in the next run, at the place "<key>_file" or "<key>_text". The uploader is emptied.
    """
    limits = replace(UPLOAD, file_bytes=int(load_config().upload_megabytes * 1_000_000))
    st.session_state.pop(f"{key}_was_cancelled", None)
    box, bars = st.empty(), list[DeltaGenerator]()

    def show(taken: float) -> None:
        if not bars:
            with box.container(key="rt_reading"):
                bars.append(st.progress(0.0))
                st.button(_("Cancel"), key=f"{key}_cancel", on_click=_note_cancelled, args=(key,))
        bars[0].progress(min(taken / limits.seconds, 1.0), _("Reading the file: {n} s", n=f"{taken:.0f}"))

    try:
        wrong = keep(run_while_wanted(partial(parse, limits=limits), show))
    except TrackerError as error:
        wrong = error_text(error)
    box.empty()
    if wrong:
        note_error(f"{key}_file" if name else f"{key}_text", f"{name}: {wrong}" if name else wrong)
    else:
        st.session_state.pop(f"{key}_text", None)
    if name:
        _empty_uploader(key)
    st.rerun()


def run_while_wanted(work: Callable[..., ReadResult], show: Callable[[float], object]) -> ReadResult:
    """Call `work` in a thread, and return its result. Raises what `work` raises.

    After QUICK_SECONDS, `show` is called repeatedly with the seconds since the start. It must call Streamlit, because
    only such a call can end a run of the page that is no longer wanted. `work` gets `is_cancelled`, a function that returns
    True as soon as the run has ended. Then `work` must end soon.
    """
    cancelled, outcome = threading.Event(), Future[ReadResult]()

    def call() -> None:
        try:
            outcome.set_result(work(is_cancelled=cancelled.is_set))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    started = time.monotonic()
    try:
        if not wait([outcome], QUICK_SECONDS).done:
            show(0.0)
            while not wait([outcome], 0.2).done:
                show(time.monotonic() - started)
    finally:
        cancelled.set()
    return outcome.result()


def was_cancelled(key: str) -> bool:
    """Return whether a reading with this key was cancelled in the last NOTE_SECONDS, and none was started since."""
    at = st.session_state.get(f"{key}_was_cancelled")
    return at is not None and time.monotonic() - at < NOTE_SECONDS


def _note_cancelled(key: str) -> None:
    st.session_state[f"{key}_was_cancelled"] = time.monotonic()
    _empty_uploader(key)


def _empty_uploader(key: str) -> None:
    forget_uploads()
    # a new key: the uploader is empty again, and does not read the file once more
    attempt = f"{key}_attempt"
    st.session_state[attempt] = st.session_state.get(attempt, 0) + 1
