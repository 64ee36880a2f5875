"""The form that undoes a save of several records, such as an import, within a day."""

from datetime import UTC, datetime

import streamlit as st

from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.saving import place_of, save_records
from tracker.editing.forms.values import text_from_input
from tracker.editing.undo import can_undo_save, reverse_save
from tracker.queries.activity_log import find_save


def show_undo_save(page: Page, recorded: str) -> None:
    """Show what undoing the save of the time `recorded` changes, what stays, and the button that does it."""
    language, back = page.context.language, page.context.link("/activity")
    _ = language.gettext
    save = find_save(page.view, recorded)
    if save is None or not can_undo_save(save, datetime.now(UTC), page.context.person):
        page.show("forms/undo_save.html", reversal=None, back=back)
        return
    reason = _("Undone within a day.")
    reversal = reverse_save(page.view, save, text_from_input(reason, language))
    page.show("forms/undo_save.html", reversal=reversal, back=back, place=lambda r: place_of(page, r)[1])
    if not reversal.records:
        return
    show_audience(page, is_public=True)
    # the key holds the versions that are shown: nobody undoes what they have not seen
    key = "undo_save_" + "_".join(record.version[:8] for record in reversal.records)[:200]
    n = len(reversal.records)
    if st.button(language.ngettext("Undo {n} entry", "Undo {n} entries", n), type="primary", key=key) and save_records(
        page,
        "edit",
        reversal.records,
        reason=reason,
        message=_("Undone. It stays in the history but no longer counts."),
    ):
        st.rerun()
