"""The same document in another language: a second file in the review, matched by paragraph and letter."""

from dataclasses import replace

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error
from pages.forms.imports.cancellable_reading import show_reading, was_cancelled
from pages.shared.import_drafts import ReviewDraft, add_language
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.streamlit_internals import forget_uploads
from tracker.config import load_config
from tracker.i18n import native_name
from tracker.importing.documents.imported_document import ImportedDocument, match_languages
from tracker.importing.documents.reader import parse_upload
from tracker.model.errors import TrackerError
from tracker.publishing.wording import error_sentence
from tracker.sandbox.limits import UPLOAD

MAX_OTHER_PASTED = 400_000
"""The largest number of characters that can be pasted."""
KEY = "bring_other"


def show_other_language(page: Page, draft: ReviewDraft, imported: ImportedDocument) -> ImportedDocument | None:
    """Show the second file, or where to add one. Return it, or None. What does not fit together is said."""
    _ = page.context.language.gettext
    other = draft.document.other
    if other is None:
        _show_uploader(page, draft, imported)
        return None
    if other.language == imported.language:
        st.warning(_("Both files are in the same language. The second one is left out."))
    page.show("forms/import_other.html", language_name=native_name(other.language), name=draft.document.other_name)
    st.button(_("Remove the second file"), key=f"{KEY}_remove", on_click=_remove, args=(page, draft))
    show_button_error(f"{KEY}_remove")
    if other.language == imported.language:
        return None
    for notice in match_languages(imported, other):
        st.warning(escape_markdown(_(notice.message, **dict(notice.values))))
    return other


def _remove(page: Page, draft: ReviewDraft) -> None:
    try:
        add_language(draft, None, "")
    except TrackerError as error:
        note_error(f"{KEY}_remove", error_sentence(page.context.language, error))


def _show_uploader(page: Page, draft: ReviewDraft, imported: ImportedDocument) -> None:
    _ = page.context.language.gettext
    others = [native_name(code) for code in page.view.settings.languages if code != imported.language]
    if not others:
        return
    is_open = bool(st.session_state.get(f"{KEY}_text") or st.session_state.get(f"{KEY}_wrong"))
    with st.expander(_("Add the same document in another language"), expanded=is_open):
        attempt = st.session_state.get(f"{KEY}_attempt", 0)
        upload = st.file_uploader(_("File in another language"), key=f"{KEY}_file_{attempt}")
        if upload is not None and hasattr(upload, "getvalue"):
            _read(page, draft, imported, data=upload.getvalue(), name=upload.name)
        text = st.text_area(_("Or paste its text"), key=f"{KEY}_text", height=120, max_chars=MAX_OTHER_PASTED)
        if st.button(_("Read the text"), key=f"{KEY}_read"):
            _read(page, draft, imported, data=text.encode(), name="")
        if was_cancelled(KEY):
            st.info(_("Reading was cancelled. Nothing of the file is kept."))
        if wrong := st.session_state.pop(f"{KEY}_wrong", ""):
            st.error(escape_markdown(wrong))


def _read(page: Page, draft: ReviewDraft, imported: ImportedDocument, *, data: bytes, name: str) -> None:
    """Read the second file, and keep it with the draft. If this fails, say why."""
    _ = page.context.language.gettext
    limits = replace(UPLOAD, file_bytes=int(load_config().upload_megabytes * 1_000_000))
    wrong = ""
    try:
        other = show_reading(
            page,
            lambda is_cancelled: parse_upload(data, name, limits=limits, is_cancelled=is_cancelled),
            key=KEY,
            seconds=limits.seconds,
        )
        languages = page.view.settings.languages
        if other.language == imported.language:
            wrong = _("This file is in the same language as the first: {name}.", name=native_name(other.language))
        elif other.language not in languages:
            found = native_name(other.language)
            wrong = _("The text seems to be in this language: {name}. The dataset has no texts in it.", name=found)
        else:
            add_language(draft, other, name)
            st.session_state.pop(f"{KEY}_text", None)
    except TrackerError as error:
        wrong = error_sentence(page.context.language, error)
    if wrong:
        st.session_state[f"{KEY}_wrong"] = f"{name}: {wrong}" if name else wrong
    if name:
        forget_uploads()
        st.session_state[f"{KEY}_attempt"] = st.session_state.get(f"{KEY}_attempt", 0) + 1
    st.rerun()
