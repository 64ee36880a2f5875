"""The forms that retire an item of evidence or a document, with a reason."""

import streamlit as st

from pages.forms.conflict import ActionWords, show_action_button
from pages.forms.fields import Fields
from pages.forms.private.evidence import private_evidence, save_privately
from pages.shared import form_drafts
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing.forms.values import text_from_input
from tracker.editing.private.unpublish import dependants_of
from tracker.editing.undo import records_naming, retire_record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.records import Evidence
from tracker.model.registers import Document


def show_retire_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form. Return the id of the evidence if it was retired now, otherwise None.

    `e` is the evidence as recorded now. `version` is its version when the form was opened.
    """
    language = page.context.language
    _ = language.gettext
    if e is None or is_withdrawn(e.events):
        page.show("forms/retire_evidence.html", e=None, rests=())
        return None
    is_private = e.id in private_evidence(page)
    page.show("forms/retire_evidence.html", e=e, rests=() if is_private else dependants_of(page.view.dataset, e.id))
    form = Fields(page, f"edit_retire_{e.id}_")
    reason = form.line(_("Why do you archive it?"), "reason", required=True)
    form_drafts.remember(form.prefix)
    words = ActionWords(_("Archive this evidence"), anyway=_("Archive anyway"))
    key = f"retire_now_{e.id}"
    if not show_action_button(page, words, e, version=version, key=key, is_public=not is_private):
        return None
    if not reason.strip():
        st.error(_("Please say why it is archived."))
        return None
    retired = retire_record(e, text_from_input(reason, language))
    save = save_privately if is_private else save_records
    message = _("The evidence is archived. It stays in the history but no longer counts.")
    return e.id if save(page, "edit", [retired], reason=reason, message=message) else None


def show_retire_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form. Return the id of the document if it was retired now, otherwise None.

    If records name the document, they are listed instead. `version` is its version when the form was opened.
    """
    language = page.context.language
    _ = language.gettext
    named_by = records_naming(page.view.dataset, d.id) if d else ()
    page.show("forms/retire_document.html", d=None if d and is_withdrawn(d.events) else d, named_by=named_by)
    if d is None or is_withdrawn(d.events) or named_by:
        return None
    form = Fields(page, f"edit_retire_{d.id}_")
    reason = form.line(_("Why do you archive it?"), "reason", required=True)
    form_drafts.remember(form.prefix)
    words = ActionWords(_("Archive this document"), anyway=_("Archive anyway"))
    if not show_action_button(page, words, d, version=version, key=f"retire_now_{d.id}"):
        return None
    if not reason.strip():
        st.error(_("Please say why it is archived."))
        return None
    retired = retire_record(d, text_from_input(reason, language))
    message = _("Archived. It is kept but no longer counted.")
    return d.id if save_records(page, "edit", [retired], reason=reason, message=message) else None
