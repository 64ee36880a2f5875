"""A line about each unsaved draft of the editor, with a link that continues it and a button that discards it."""

import streamlit as st

from pages.shared import form_drafts
from pages.shared.form_drafts import FormAddress
from pages.shared.layout import Page
from tracker.model.permissions import Permission

MAX_DRAFTS_SHOWN = 3
"""The largest number of drafts that a page shows."""


def show_waiting_drafts(page: Page, *, record_id: str = "", what: str = "") -> None:
    """Show an editor the unsaved drafts that belong to a page: of forms on the record `record_id`, or of the kind `what`.

    A reader sees nothing.
    """
    if not page.can_edit or not page.context.person.can(Permission.SAVE):
        return
    _ = page.context.language.gettext
    drafts = [
        draft
        for draft in form_drafts.own_drafts()
        if (record_id in (draft.id, draft.recommendation) if record_id else draft.what == what)
    ]
    for draft in drafts[:MAX_DRAFTS_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"rt_draft_{'_'.join(draft)}"):
            href = page.context.link("/edit" if draft.what else "/recommendation", *draft.params)
            page.show("forms/waiting_draft.html", sentence=_sentence(page, draft), href=href)
            st.button(
                _("Discard the draft"),
                type="tertiary",
                key=f"discard_draft_{'_'.join(draft)}",
                on_click=form_drafts.discard,
                args=(draft,),
            )


def _sentence(page: Page, draft: FormAddress) -> str:
    _ = page.context.language.gettext
    new = {
        "recommendation": _("You have an unsaved draft of a recommendation."),
        "document": _("You have an unsaved draft of a document."),
        "evidence": _("You have an unsaved draft of evidence."),
    }
    if draft.what:
        return _("You have unsaved changes in a form.") if draft.id else new[draft.what]
    if draft.form:
        return _("You have unsaved changes to this recommendation.")
    return _("You have an unsaved draft of an assessment.")
