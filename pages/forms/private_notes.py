"""The forms below private notes: adding one, correcting one, taking one back."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import Saved
from tracker.editing.private_notes import PrivateNote, PrivateNotes, can_change_note
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.labels import N_

SIGNED_OUT = N_("You are not signed in any more. Nothing was recorded; what you typed is still here.")
MAX_NOTE_LENGTH = 60
"""Signs of a note by which one knows it in a list."""


def show_note_forms(page: Page, there: PrivateNotes, name: str, notes: Sequence[PrivateNote]) -> None:
    """The forms below the notes on a recommendation."""
    language = page.context.language
    _ = language.gettext
    with st.expander(_("Add a private note")):
        key = f"private_note_{name}"
        st.text_area(_("Note"), key=key, max_chars=20_000)
        st.button(_("Keep the note"), key=f"keep_note_{name}", on_click=_add, args=(page, there, name, key))
    if mine := [note for note in reversed(notes) if can_change_note(note, page.context.person)]:
        with st.expander(_("Correct a private note, or take it back")):
            _correct(page, there, name, mine)
    if wrong := st.session_state.pop("private_wrong", ""):
        st.error(escape_markdown(_(wrong)))


def _correct(page: Page, there: PrivateNotes, name: str, mine: Sequence[PrivateNote]) -> None:
    language = page.context.language
    _ = language.gettext
    # by their times: a colleague's note that comes in between moves no choice to another one
    known = {note.recorded or f"by hand: {note.text}": note for note in mine}
    chosen = st.selectbox(
        _("Which note?"), list(known), format_func=lambda at: _named(page, known[at]), key=f"which_note_{name}"
    )
    if chosen is None:
        return
    note, key = known[chosen], f"corrected_note_{name}_{chosen}"
    if key not in st.session_state:
        st.session_state[key] = note.text
    st.text_area(_("Corrected"), key=key, max_chars=20_000)
    args = (page, there, name, note)
    with st.container(horizontal=True):
        st.button(_("Save the correction"), key=f"correct_note_{name}", on_click=_change, args=(*args, key))
        st.button(_("Take the note back"), key=f"take_back_note_{name}", on_click=_change, args=args)


def _named(page: Page, note: PrivateNote) -> str:
    start = " ".join(note.text.split())
    start = start if len(start) <= MAX_NOTE_LENGTH else start[: MAX_NOTE_LENGTH - 1] + "…"
    return f"{page.context.language.format_timestamp(note.recorded)}: {start}" if note.recorded else start


def _add(page: Page, there: PrivateNotes, name: str, key: str) -> None:
    language, text = page.context.language, str(st.session_state.get(key) or "")
    _ = language.gettext
    if not text.strip():
        st.session_state["private_wrong"] = N_("The note is empty.")
    elif _done(
        page,
        name,
        lambda: there.add(name, text, by=layout.current_person()),
        _("The note is kept. Only editors see it."),
    ):
        st.session_state[key] = ""


def _change(page: Page, there: PrivateNotes, name: str, note: PrivateNote, key: str = "") -> None:
    """Takes the note back, with what was typed under `key` in its place where there is one."""
    language, text = page.context.language, str(st.session_state.get(key) or "").strip() if key else ""
    _ = language.gettext
    if key and not text:
        st.session_state["private_wrong"] = N_("The note is empty. To have it go, take it back.")
        return
    if key and text == note.text:
        st.session_state["private_wrong"] = N_("Nothing is different: there is nothing to save.")
        return
    words = (
        _("The note is corrected.") if key else _("The note is taken back. It stays in its file, and is shown no more.")
    )
    _done(
        page,
        name,
        lambda: there.take_back(name, note, by=layout.current_person(), instead=text if key else None),
        words,
    )


def _done(page: Page, name: str, deed: Callable[[], object], words: str) -> bool:
    try:
        deed()
    except NotAllowed:
        st.session_state["private_wrong"] = SIGNED_OUT
    except TrackerError as bad:
        st.session_state["private_wrong"] = str(bad)
    else:
        st.session_state["saved"] = Saved(name, words)
        return True
    return False
