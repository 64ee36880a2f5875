"""The form that adds or edits a document of a reporting cycle."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, TextInput
from pages.forms.submit import submit_or_show_conflict
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import document_form
from tracker.editing.document_form import DOCUMENT_DATES, DocumentForm
from tracker.editing.form_values import reason_errors
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification


def show_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form. Return the id of the document if it was saved now, otherwise None.

    `d` is the document as recorded now, None for a new one. `version` is the version of `d` when the form was opened.
    """
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_document_{d.id if d else ''}_")
    form.heading(_("Edit this document") if d else _("Add a document"))
    conflict = st.container()
    typed, new_id = _fields(page, form, document_form.document_form_from_record(view, d, language), is_new=d is None)
    reason = form.line(_("Why is it edited?"), "reason", "", max_chars=500) if d else ""
    form.remember()
    errors = document_form.validate_document_form(view, d, typed, name=new_id, language=language)
    edited: Sequence[Document] = ()
    if not errors:
        edited = (
            document_form.apply_document_form(view, d, typed, language=language)
            if d
            else document_form.create_document(view, new_id, typed, language=language),
        )
    errors += reason_errors(reason, language) if d else []
    label = _("Save the edit") if d else _("Add the document")
    if not submit_or_show_conflict(page, conflict, d, version=version, edited=edited, errors=errors, label=label):
        return None
    message = _("The edit is saved. What it said before stays in the history.") if d else _("The document is added.")
    why = reason.strip() or _("A new document.")
    is_saved = save_records(page, "edit", edited, reason=why, message=lambda _view: message)
    return edited[0].id if is_saved else None


def _fields(page: Page, form: Fields, start: DocumentForm, *, is_new: bool) -> tuple[DocumentForm, str]:
    """Show the fields. Return (what was typed, the id typed for a new document)."""
    language, view = page.context.language, page.view
    _ = language.gettext
    one, two = st.columns(2)
    bodies = {body.id: body.code for body in view.bodies.values()}
    body = form.select(_("Treaty body"), "body", bodies, start=start.body, placeholder=_("Choose"), at=one)
    kind = form.code_select(_("Kind of document"), "kind", DocumentKind, start=start.kind, at=two)
    one, two, three = st.columns([2, 1, 3], vertical_alignment="bottom")
    symbol = form.line(_("Symbol"), "symbol", start.symbol, max_chars=120, at=one, placeholder="E/C.12/…")
    cycle = form.line(_("Reporting cycle"), "cycle", start.cycle, max_chars=120, at=two, placeholder="4")
    link = form.line(_("Link"), "link", start.link, max_chars=2000, at=three, placeholder="https://")
    title = TextInput(_("Title"), "title", start.title, long=False)
    other_languages = form.texts_in_own_languages((title,))
    authors = form.line(_("Who wrote it, if not the committee or the State"), "authors", start.authors, max_chars=500)
    columns = st.columns(len(DOCUMENT_DATES))
    dates = {
        key: form.date(_(label), key, start.dates[key], at=column)
        for (key, label), column in zip(DOCUMENT_DATES.items(), columns, strict=True)
    }
    one, two = st.columns(2)
    verification = form.code_select(
        _("How sure are we of its words?"), "mark", Verification, start=start.verification, at=one
    )
    parts_read = form.line(_("What of the document was read, if not all"), "read", start.parts_read, at=two)
    note = TextInput(_("Note"), "note", start.note)
    typed = DocumentForm(
        body,
        kind,
        symbol,
        title=title.typed,
        authors=authors,
        cycle=cycle,
        dates=dates,
        verification=verification,
        parts_read=parts_read,
        link=link,
        note=note.typed,
    )
    new_id = ""
    if is_new:
        proposed = document_form.suggest_document_id(typed, view.dataset.documents)
        new_id = form.line(_("Its id: part of every link to it, and never changed later"), "id", proposed, max_chars=80)
    # `typed` holds the dictionaries that these fields fill in
    with st.expander(_("In other languages, and a note")):
        form.texts(other_languages, (title,))
        form.texts(start.note, (note,))
    return typed, new_id.strip()
