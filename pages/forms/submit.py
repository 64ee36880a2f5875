"""The end of a form that edits a record: the save button, error messages, and the differences after a conflict.

A conflict means that the record was changed after the form was opened.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.queries.field_diff import diff_records


def submit_or_show_conflict(
    page: Page,
    conflict: DeltaGenerator,
    current: Record | None,
    *,
    version: str,
    edited: Sequence[Record],
    errors: Sequence[str],
    label: str,
) -> bool:
    """Show the save button and return whether `edited` is to be saved now.

    `current` is the record as recorded now, None for a new one. `version` is the version on which the form was opened.
    If `current` has another version, the differences are shown in the container `conflict`, with a button that saves on
    top of the current version. `edited` is empty if the input makes no valid record; then `errors` says why.
    """
    language = page.context.language
    _ = language.gettext
    record_id = current.id if current else "new"
    if current is not None and version != current.version:
        with conflict:
            edits = diff_records(current, edited[0]) if edited else ()
            links = [n for n in RECORDED_LISTS if edited and getattr(current, n, ()) != getattr(edited[0], n, ())]
            page.show("forms/edit_conflict.html", edits=edits, links=links, wrong=() if edited else errors)
            # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
            pressed = bool(edits or links or not edited) and st.button(
                _("Save mine on top"), type="primary", key=f"on_top_{record_id}_{current.version}"
            )
    else:
        pressed = st.button(label, type="primary", key=f"save_{type(current).__name__}_{record_id}")
    if not pressed:
        return False
    if errors:
        st.error(escape_markdown("\n".join(f"- {error}" for error in errors)))
        return False
    if list(edited) == [current]:
        st.info(_("Nothing is different: there is nothing to save."))
        return False
    return True
