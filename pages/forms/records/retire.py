"""The forms that retire a record, with a reason, and the one that undoes a save within a day."""

from datetime import UTC, datetime

import streamlit as st

from pages.forms.fields import Fields, recommendation_names
from pages.forms.private.entries import private_evidence, save_privately
from pages.forms.submit import show_action_button
from pages.shared import form_drafts
from pages.shared.layout import Page, show_audience
from pages.shared.messages import _, ngettext
from pages.shared.saving import place_of, save_records
from tracker.editing.forms.values import text_from_input
from tracker.editing.undo import can_undo_save, dependants_of, records_naming, retire_record, reverse_save
from tracker.model.dataset import Record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.queries.activity_log import find_save


def show_undo_save(page: Page, recorded: str) -> None:
    """Show what undoing the save of the time `recorded` changes, what stays, and the button that does it."""
    language, back = page.context.language, page.context.link("/activity")
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
    label = ngettext("Undo {n} entry", "Undo {n} entries", len(reversal.records))
    message = _("Undone. It stays in the history but no longer counts.")
    is_pressed = st.button(label, type="primary", key=key)
    if is_pressed and save_records(page, "edit", reversal.records, reason=reason, message=message):
        st.rerun()


def show_retire_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form, which was opened on `version`. Return the id of the evidence if it was retired now, otherwise None."""
    if e is None or is_withdrawn(e.events):
        page.show("forms/retire_evidence.html", e=None, rests=())
        return None
    is_private = e.id in private_evidence(page)
    page.show("forms/retire_evidence.html", e=e, rests=() if is_private else dependants_of(page.view.dataset, e.id))
    message = _("The evidence is archived. It stays in the history but no longer counts.")
    return _show_archive(page, e, version, label=_("Archive this evidence"), message=message, is_public=not is_private)


def show_retire_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form. Return the id of the document if it was retired now, otherwise None.

    If records name the document, they are listed instead. `version` is its version when the form was opened.
    """
    named_by = records_naming(page.view.dataset, d.id) if d else ()
    page.show("forms/retire_document.html", d=None if d and is_withdrawn(d.events) else d, named_by=named_by)
    if d is None or is_withdrawn(d.events) or named_by:
        return None
    message = _("Archived. It is kept but no longer counted.")
    return _show_archive(page, d, version, label=_("Archive this document"), message=message)


def show_retire_form(page: Page, r: Recommendation, version: str) -> str | None:
    """Show the form that retires the duplicate `r`, opened on `version`. Return its id if it was retired now, otherwise None."""
    note = _("It is archived and no longer counted. Old links will redirect.")
    st.html(f"<h2 id='record'>{_('Archive a duplicate')}</h2><p>{note}</p>")
    others = recommendation_names(page, (other for other in page.view.recommendations.values() if other.id != r.id))
    into = Fields(page, f"retire_{r.id}_").select(_("Redirect its links to"), "into", others, placeholder=_("none"))
    message = _("Archived. It is kept but no longer counted.")
    how = {"question": _("Why is it archived?"), "into": into, "prefix": "retire_"}
    return _show_archive(page, r, version, label=_("Archive"), message=message, **how)


def _show_archive(
    page: Page,
    record: Record,
    version: str,
    *,
    label: str,
    message: str,
    question: str = "",
    prefix: str = "edit_retire_",
    is_public: bool = True,
    into: str | None = None,
) -> str | None:
    """Ask for the reason, and retire the record when the button is pressed. Its links lead to the record `into`, if any."""
    form = Fields(page, f"{prefix}{record.id}_")
    reason = form.line(question or _("Why do you archive it?"), "reason", required=True)
    form_drafts.remember(form.prefix)
    how = {"anyway": _("Archive anyway"), "version": version, "key": f"retire_now_{record.id}", "is_public": is_public}
    if not show_action_button(page, label, record, **how):
        return None
    if not reason.strip():
        st.error(_("Please say why it is archived."))
        return None
    retired = retire_record(record, text_from_input(reason, page.context.language), into)
    page_id, save = (
        record.id if page.path == "/recommendation" else "edit",
        save_records if is_public else save_privately,
    )
    return record.id if save(page, page_id, [retired], reason=reason, message=message) else None
