"""The end of a form that edits a record: the button that saves, what is missing, and both versions where they differ."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.model.dataset import RECORDED_LISTS, Record
from tracker.queries.field_diff import diff_records


def submit_or_show_conflict(
    page: Page, conflict: DeltaGenerator, now: Record | None, version: str, mine: Sequence[Record], wrong: Sequence[str], label: str
) -> bool:  # fmt: skip
    """Whether `mine` is to be saved at this moment; it is empty where what was typed makes no record.

    `now` is the record as it is, `version` the one that the form was opened on.
    """
    language = page.context.language
    _ = language.gettext
    name = now.id if now else "new"
    if now is not None and version != now.version:
        with conflict:
            edits = diff_records(now, mine[0]) if mine else ()
            links = [name for name in RECORDED_LISTS if mine and getattr(now, name, ()) != getattr(mine[0], name, ())]
            page.show("forms/edit_conflict.html", edits=edits, links=links, wrong=() if mine else wrong)
            # The key holds the version that is shown: a click on what somebody has not seen does nothing.
            pressed = bool(edits or links or not mine) and st.button(
                _("Save mine on top"), type="primary", key=f"on_top_{name}_{now.version}"
            )
    else:
        pressed = st.button(label, type="primary", key=f"save_{type(now).__name__}_{name}")
    if not pressed:
        return False
    if wrong:
        st.error(escape_markdown("\n".join(f"- {sentence}" for sentence in wrong)))
        return False
    if list(mine) == [now]:
        st.info(_("Nothing is different: there is nothing to save."))
        return False
    return True
