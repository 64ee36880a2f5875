"""The forms below the private notes on a recommendation: add a note, correct one, or withdraw one."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error
from pages.forms.private.readers import choose_readers, chosen_readers, forget_readers
from pages.forms.private.warning import identifying_warning
from pages.shared import layout
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.saving import Saved, signed_out_sentence
from tracker.editing.private.notes import PrivateNote
from tracker.editing.private.seen import SeenFolder
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.organisations import ALL
from tracker.model.safety_config import TextField
from tracker.publishing.wording import error_sentence

ADDED, CORRECTED = "note_added", "note_corrected"
"""The places of errors: below the button that adds a note, and below those that correct or withdraw one."""
NOTE_EXCERPT_LENGTH = 60
"""The number of characters of a note that are shown in the field where an editor chooses a note."""


def show_note_forms(page: Page, folder: SeenFolder, recommendation_id: str, *, notes: Sequence[PrivateNote]) -> None:
    """Show the forms that add, correct or withdraw a note.

    `notes` are the active notes on the recommendation, the newest one last.
    """
    language = page.context.language
    _ = language.gettext
    with st.expander(_("Add a private note")):
        key = f"private_note_{recommendation_id}"
        st.text_area(_("Note"), key=key, max_chars=20_000)
        show_audience(page, is_public=False, private=choose_readers(page, f"{key}_readers"))
        st.button(
            _("Save the note"),
            key=f"keep_note_{recommendation_id}",
            on_click=_add,
            kwargs={"page": page, "folder": folder, "recommendation_id": recommendation_id, "key": key},
        )
        show_button_error(ADDED)
    if changeable := [note for note in reversed(notes) if folder.can_change_note(note)]:
        with st.expander(_("Correct or withdraw a private note")):
            _show_correction_form(page, folder, recommendation_id, notes=changeable)
    else:  # a colleague withdrew the only note
        show_button_error(CORRECTED)


def _show_correction_form(
    page: Page, folder: SeenFolder, recommendation_id: str, *, notes: Sequence[PrivateNote]
) -> None:
    language = page.context.language
    _ = language.gettext
    # choose by recorded time, not by position: a colleague's new note must not change which note is chosen
    by_time = {note.recorded or f"by hand: {note.text}": note for note in notes}
    chosen = st.selectbox(
        _("Which note?"),
        list(by_time),
        format_func=lambda time: _excerpt(page, by_time[time]),
        key=f"which_note_{recommendation_id}",
    )
    if chosen is None:
        return
    note, key = by_time[chosen], f"corrected_note_{recommendation_id}_{chosen}"
    st.text_area(_("Corrected"), st.session_state.get(key, note.text), key=key, max_chars=20_000)
    arguments = {"page": page, "folder": folder, "recommendation_id": recommendation_id, "note": note}
    show_audience(page, is_public=False, private=choose_readers(page, f"{key}_readers", note.private, is_new=False))
    with st.container(horizontal=True):
        st.button(
            _("Save the correction"),
            key=f"correct_note_{recommendation_id}",
            on_click=_correct,
            kwargs={**arguments, "key": key},
        )
        st.button(
            _("Withdraw the note"), key=f"take_back_note_{recommendation_id}", on_click=_take_back, kwargs=arguments
        )
    show_button_error(CORRECTED)


def _excerpt(page: Page, note: PrivateNote) -> str:
    text = " ".join(note.text.split())
    if len(text) > NOTE_EXCERPT_LENGTH:
        text = text[: NOTE_EXCERPT_LENGTH - 1] + "…"
    return f"{page.context.language.format_timestamp(note.recorded)}: {text}" if note.recorded else text


def _add(page: Page, folder: SeenFolder, recommendation_id: str, *, key: str) -> None:
    """Save the note that was typed into the field with the widget key `key`. After the save, empty the field."""
    language, text = page.context.language, str(st.session_state.get(key) or "")
    _ = language.gettext
    if not text.strip():
        note_error(ADDED, _("The note is empty."))
        return

    def save() -> None:
        shared_with = chosen_readers(f"{key}_readers") or ()
        folder.add_note(recommendation_id, text, by=layout.current_person(), shared_with=shared_with)

    message = _("The note is saved. Only editors can see it.")
    if _try_to_save(page, recommendation_id, save, place=ADDED, message=message, text=text):
        st.session_state[key] = ""
        forget_readers(f"{key}_readers")


def _correct(page: Page, folder: SeenFolder, recommendation_id: str, *, note: PrivateNote, key: str) -> None:
    """Replace the text of `note` with what was typed into the field with the widget key `key`."""
    language, text = page.context.language, str(st.session_state.get(key) or "").strip()
    _ = language.gettext
    if not text:
        note_error(CORRECTED, _("The note is empty. To remove it, withdraw it."))
        return
    shared_with = chosen_readers(f"{key}_readers")
    if text == note.text and shared_with in (None, note.private.shared_with if note.private else ALL):
        note_error(CORRECTED, _("Nothing was changed, so there is nothing to save."))
        return

    def save() -> None:
        folder.take_back(recommendation_id, note, by=layout.current_person(), instead=text, shared_with=shared_with)

    _try_to_save(page, recommendation_id, save, place=CORRECTED, message=_("The note is corrected."), text=text)


def _take_back(page: Page, folder: SeenFolder, recommendation_id: str, *, note: PrivateNote) -> None:
    language = page.context.language
    _ = language.gettext

    def save() -> None:
        folder.take_back(recommendation_id, note, by=layout.current_person())

    message = _("The note is withdrawn. It stays in its file but is no longer shown.")
    _try_to_save(page, recommendation_id, save, place=CORRECTED, message=message)


def _try_to_save(
    page: Page, page_id: str, save: Callable[[], None], *, place: str, message: str, text: str = ""
) -> bool:
    """Call `save`, and return whether it succeeded.

    The next run of the page shows `message` if `save` succeeded, with a warning if `text`, the saved note, may identify
    a person. Otherwise it shows at `place` what went wrong.
    """
    _ = page.context.language.gettext
    try:
        save()
    except NotAllowed:
        note_error(place, signed_out_sentence(page.context.language))
    except TrackerError as error:
        note_error(place, error_sentence(page.context.language, error))
    else:
        note = TextField(f"note {page_id}", "note", ("note",), text=text)
        st.session_state["saved"] = Saved(page_id, message, warning=identifying_warning(page, [note]))
        return True
    return False
