"""The first step of bringing in a document: upload a file or paste its text, and read it."""

import io
from dataclasses import replace

import streamlit as st

from pages.forms.imports.cancellable_reading import show_reading, was_cancelled
from pages.shared import import_drafts
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.streamlit_internals import forget_uploads
from tracker.config import load_config
from tracker.i18n import Language
from tracker.importing.documents.imported_document import check_state
from tracker.importing.documents.reader import parse_upload
from tracker.importing.entry import expected_state
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uploads import start_table_upload
from tracker.model.errors import TrackerError, UnusableFile
from tracker.publishing.wording import error_sentence
from tracker.sandbox.host import IsCancelled
from tracker.sandbox.kinds import is_table
from tracker.sandbox.limits import UPLOAD, FileLimits

MAX_PASTED = 400_000
"""The largest number of characters that can be pasted. Concluding observations have up to 100,000."""


def show_start(page: Page) -> None:
    """Show the uploader and the field for a pasted text. What was read becomes the draft of a review."""
    _ = page.context.language.gettext
    state = page.view.settings.state_party
    name = Language("en", page.view.settings.language).resolve(state).text
    page.show("forms/import_start.html", most=f"{load_config().upload_megabytes:g}", state=name)
    # every kind of file is taken: the reader of documents says best what a wrong one is, and what to do
    upload = st.file_uploader(_("File"), key=f"bring_in_file_{st.session_state.get('bring_in_attempt', 0)}")
    data = upload.getvalue() if upload is not None and hasattr(upload, "getvalue") else None
    if data is not None:
        _read(page, data, upload.name)
    if was_cancelled("bring_in"):
        st.info(_("Reading was cancelled. Nothing of the file is kept."))
    if wrong := st.session_state.pop("bring_in_file_wrong", ""):
        st.error(escape_markdown(wrong))
    with st.expander(_("Paste the text instead"), expanded=bool(st.session_state.get("bring_in_text"))):
        text = st.text_area(_("Text of the document"), key="bring_in_text", height=240, max_chars=MAX_PASTED)
        if st.button(_("Read the text"), key="bring_in_read"):
            _read(page, text.encode(), "")
        if wrong := st.session_state.pop("bring_in_text_wrong", ""):
            st.error(escape_markdown(wrong))


def _read(page: Page, data: bytes, name: str) -> None:
    """Read a file, or a pasted text if it has no `name`, and go on to the review. If this fails, say why."""
    _ = page.context.language.gettext
    limits = replace(UPLOAD, file_bytes=int(load_config().upload_megabytes * 1_000_000))
    try:
        upload = show_reading(
            page,
            lambda is_cancelled: _parse(page, data, name, limits=limits, is_cancelled=is_cancelled),
            key="bring_in",
            seconds=limits.seconds,
        )
    except UnusableFile as error:
        sentence = _(error.message, **error.values)
        st.session_state["bring_in_file_wrong" if name else "bring_in_text_wrong"] = (
            f"{name}: {sentence}" if name else sentence
        )
    else:
        try:
            import_drafts.start_review(upload, name)
        except TrackerError as error:  # the private folder cannot be written
            st.session_state["bring_in_file_wrong" if name else "bring_in_text_wrong"] = error_sentence(
                page.context.language, error
            )
        else:
            st.session_state.pop("bring_in_text", None)
    if name:
        forget_uploads()
        # a new key: the uploader is empty again
        st.session_state["bring_in_attempt"] = st.session_state.get("bring_in_attempt", 0) + 1
    if name or import_drafts.has_review():
        st.rerun()


def _parse(
    page: Page, data: bytes, name: str, *, limits: FileLimits, is_cancelled: IsCancelled
) -> import_drafts.Upload:
    """Return what a file holds: a document, a spreadsheet or an export of UHRI. Raise UnusableFile if this fails."""
    if name and is_table(io.BytesIO(data), name):
        language = page.context.language
        vocabulary = ImportVocabulary.from_view(page.view, language)
        return start_table_upload(data, vocabulary, language, limits=limits, is_cancelled=is_cancelled)
    imported = parse_upload(data, name, limits=limits, is_cancelled=is_cancelled)
    if imported.follow_up_reports:
        return imported  # the review asks for the State, and refuses another one
    return check_state(imported, expected_state(page.view.dataset, page.context.language.code))
