"""The end of every review of an import: save all that is ticked at once, discard the review, or hand it to a colleague."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error
from pages.forms.imports.hand_over import show_hand_over
from pages.shared import import_drafts
from pages.shared.audience import show_audience
from pages.shared.import_drafts import ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records
from tracker.model.dataset import Record
from tracker.model.errors import TrackerError
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.publishing.wording import error_sentence

SEEN_KEY = "bring_seen"
"""Where the session keeps with what the review was compared when the editor saw it."""


def show_import_save(
    page: Page,
    draft: ReviewDraft,
    records: Sequence[Record],
    *,
    seen: Mapping[str, str],
    errors: Sequence[str],
    ticked: int,
    reason: str,
    document: str = "",
) -> None:
    """Show the sentences `errors` and three buttons. A press on the first one saves `records`, and ends the review.

    `seen` are the versions with which the review is compared. A press saves what is ticked and typed now, unless these
    versions changed since the editor saw the page, as after a colleague's save. `ticked` is how many rows are ticked,
    for the label while there are no records. The key of the button does not depend on what is ticked: otherwise a tick and a
    press that arrive together would lose the press. `document` is the id of the document that the page names after the save.
    """
    language = page.context.language
    _ = language.gettext
    n = sum(isinstance(record, Recommendation) for record in records) if records else ticked
    label = language.ngettext("Save {n} recommendation", "Save {n} recommendations", n)
    if records and not n:
        label = _("Save the document")
    for error in errors:
        st.info(escape_markdown(error))
    if records:
        show_audience(page, is_public=True)
    with st.container(horizontal=True):
        is_pressed = st.button(label, type="primary", key="bring_save", disabled=not records)
        st.button(_("Discard the review"), key="bring_discard", on_click=_discard, args=(page,))
        show_hand_over(page, draft.id)
    show_button_error("bring_discard")
    # what the editor saw when the button was pressed: the run before this one
    before = st.session_state.get(SEEN_KEY, (draft.id, seen))
    st.session_state[SEEN_KEY] = (draft.id, dict(seen))
    if not is_pressed or not records:
        return
    if before != (draft.id, seen):
        st.warning(
            _(
                "What is compared here has changed since you saw it. Nothing was saved: look again, then press once more."
            )
        )
        return
    message = language.ngettext("{n} recommendation was saved.", "{n} recommendations were saved.", n)
    message = message if n else _("The document is saved.")
    if dates := _new_deadlines(page, records):
        message += " " + language.ngettext("{n} deadline, too.", "{n} deadlines, too.", dates)
    if save_records(page, "import", records, reason=reason, message=message):
        with suppress(TrackerError):  # what was saved is said; the draft can be discarded later
            import_drafts.drop_review()
        st.session_state.pop(SEEN_KEY, None)
        st.session_state["bring_in_done"] = document
        st.rerun()


def _new_deadlines(page: Page, records: Sequence[Record]) -> int:
    """Return how many deadlines the documents among `records` have more than now."""
    before = page.view.dataset.documents
    documents = [record for record in records if isinstance(record, Document)]
    return sum(len(d.deadlines) - (len(before[d.id].deadlines) if d.id in before else 0) for d in documents)


def _discard(page: Page) -> None:
    try:
        import_drafts.drop_review()
    except TrackerError as error:
        note_error("bring_discard", error_sentence(page.context.language, error))
