"""The form that adds or edits a document of a reporting cycle."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, TextInput
from pages.forms.submit import submit_or_show_conflict
from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import document_form as draft
from tracker.editing.document_form import DOCUMENT_DATES, DocumentForm, suggest_document_id
from tracker.editing.form_values import reason_errors
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification


def show_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `d` is the document as it is now, `version` the one the form was opened on."""
    language, view = page.context.language, page.view
    _ = language.gettext
    form = Fields(page, f"edit_document_{d.id if d else ''}_")
    form.heading(_("Edit this document") if d else _("Add a document"))
    conflict = st.container()
    typed, name = _fields(page, form, draft.document_form_from_record(view, d, language), d)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if d else ""
    form.keep()
    wrong = draft.validate_document_form(view, d, typed, name, language)
    changed: Sequence[Document] = ()
    if not wrong:
        changed = (
            draft.apply_document_form(view, d, typed, language)
            if d
            else draft.create_document(view, name, typed, language),
        )
    wrong += reason_errors(reason, language) if d else []
    if not submit_or_show_conflict(
        page, conflict, d, version, changed, wrong, _("Save the edit") if d else _("Add the document")
    ):
        return None
    words = _("The edit is saved. What it said before stays in the history.") if d else _("The document is added.")
    return (
        changed[0].id
        if save_records(page, "edit", changed, reason.strip() or _("A new document."), lambda now: words)
        else None
    )


def _fields(page: Page, form: Fields, start: DocumentForm, d: Document | None) -> tuple[DocumentForm, str]:
    language, view = page.context.language, page.view
    _ = language.gettext
    one, two = st.columns(2)
    with one:
        bodies = {body.id: body.code for body in view.bodies.values()}
        body = form.select(_("Treaty body"), "body", bodies, start.body, _("Choose"))
    kind = form.id_field(_("Kind of document"), "kind", DocumentKind, start.kind, at=two)
    one, two, three = st.columns([2, 1, 3], vertical_alignment="bottom")
    symbol = form.line(_("Symbol"), "symbol", start.symbol, 120, at=one, placeholder="E/C.12/…")
    cycle = form.line(_("Reporting cycle"), "cycle", start.cycle, 120, at=two, placeholder="4")
    link = form.line(_("Link"), "link", start.link, 2000, at=three, placeholder="https://")
    title = TextInput(_("Title"), "title", start.title, long=False)
    rest = form.is_first((title,))
    authors = form.line(_("Who wrote it, if not the committee or the State"), "authors", start.authors, 500)
    columns = st.columns(len(DOCUMENT_DATES))
    dates = {
        key: form.date(_(label), key, start.dates[key], at=at)
        for (key, label), at in zip(DOCUMENT_DATES.items(), columns, strict=True)
    }
    one, two = st.columns(2)
    mark = form.id_field(_("How sure are we of its words?"), "mark", Verification, start.verification, at=one)
    read = form.line(_("What of the document was read, if not all"), "read", start.parts_read, 300, at=two)
    typed = DocumentForm(body, kind, symbol, title.typed, authors, cycle, dates, mark, read, link)
    name = ""
    if d is None:
        name = form.line(_("Its id: part of every link to it, and never changed later"), "id", suggest_document_id(typed, view.dataset.documents), 80)  # fmt: skip
    note = TextInput(_("Note"), "note", start.note)
    with st.expander(_("In other languages, and a note")):
        form.texts(rest, (title,))
        form.texts(start.note, (note,))
    return DocumentForm(
        body, kind, symbol, title.typed, authors, cycle, dates, mark, read, link, note.typed
    ), name.strip()
