"""The first step of bringing in a document: upload a file or paste its text, and read it."""

import streamlit as st

from pages.shared import import_drafts
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.streamlit_internals import forget_uploads
from tracker.config import load_config
from tracker.importing.expected_state import check_state, expected_state
from tracker.importing.imported_document import UnreadableUpload
from tracker.importing.parser_process import ReadingLimits, parse_upload

FILE_KINDS = ("docx", "html", "htm", "txt")
MAX_PASTED = 400_000
"""The largest number of characters that can be pasted. Concluding observations have up to 100,000."""


def show_start(page: Page) -> None:
    """Show the uploader and the field for a pasted text. What was read becomes the draft of a review."""
    _ = page.context.language.gettext
    megabytes = load_config().upload_megabytes
    page.show("forms/import_start.html", most=f"{megabytes:g}")
    with st.container(key="rt_upload"):
        upload = st.file_uploader(_("File"), type=list(FILE_KINDS), key="bring_in_file", accept_multiple_files=False)
    if upload is not None:
        _read(page, upload.getvalue(), upload.name)
    with st.expander(_("Paste the text instead")):
        text = st.text_area(_("Text of the document"), key="bring_in_text", height=240, max_chars=MAX_PASTED)
        if st.button(_("Read the text"), key="bring_in_read"):
            _read(page, text.encode(), "")


def _read(page: Page, data: bytes, name: str) -> None:
    """Read a file and go on to the review. If it cannot be read, say why."""
    _ = page.context.language.gettext
    limits = ReadingLimits(upload=int(load_config().upload_megabytes * 1_000_000))
    try:
        with st.spinner(_("Reading the document…")):
            imported = parse_upload(data, name, limits=limits)
    except UnreadableUpload as error:
        st.error(escape_markdown(_(error.message, **error.values)))
        return
    finally:
        forget_uploads()
    imported = check_state(imported, expected_state(page.view.dataset))
    import_drafts.start_review(page.editor_handle, imported, name)
    for key in ("bring_in_file", "bring_in_text"):
        st.session_state.pop(key, None)
    st.rerun()
