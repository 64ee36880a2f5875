"""The form that adds or edits a document of a reporting cycle."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.fields import Fields, Text
from pages.forms.submit import settle
from pages.shared.layout import Page
from pages.shared.saving import saved
from tracker.editing import document_form as draft
from tracker.editing.document_form import DATES, Typed, proposed_id
from tracker.editing.form_values import needs_reason
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification


def document(page: Page, d: Document | None, version: str = "") -> str | None:
    """Shows the form; the id of what was saved. `d` is the document as it is now, `version` the one the form was opened on."""
    _, view = page.shown.language, page.view
    form = Fields(page, f"edit_document_{d.id if d else ''}_")
    form.heading(_("Edit this document") if d else _("Add a document"))
    conflict = st.container()
    typed, name = _fields(page, form, draft.fields_of(view, d, _), d)
    reason = form.line(_("Why is it edited?"), "reason", "", 500) if d else ""
    form.keep()
    wrong = draft.missing(view, d, typed, name, _)
    changed: Sequence[Document] = ()
    if not wrong:
        changed = (draft.edited(view, d, typed, _) if d else draft.new(view, name, typed, _),)
    wrong += needs_reason(reason, _) if d else []
    if not settle(page, conflict, d, version, changed, wrong, _("Save the edit") if d else _("Add the document")):
        return None
    words = _("The edit is saved. What it said before stays in the history.") if d else _("The document is added.")
    return (
        changed[0].id
        if saved(page, "edit", changed, reason.strip() or _("A new document."), lambda now: words)
        else None
    )


def _fields(page: Page, form: Fields, start: Typed, d: Document | None) -> tuple[Typed, str]:
    _, view = page.shown.language, page.view
    one, two = st.columns(2)
    with one:
        bodies = {body.id: body.code for body in view.bodies.values()}
        body = form.one(_("Treaty body"), "body", bodies, start.body, _("Choose"))
    kind = form.code(_("Kind of document"), "kind", DocumentKind, start.kind, at=two)
    one, two, three = st.columns([2, 1, 3], vertical_alignment="bottom")
    symbol = form.line(_("Symbol"), "symbol", start.symbol, 120, at=one, placeholder="E/C.12/…")
    cycle = form.line(_("Reporting cycle"), "cycle", start.cycle, 120, at=two, placeholder="4")
    link = form.line(_("Link"), "link", start.link, 2000, at=three, placeholder="https://")
    title = Text(_("Title"), "title", start.title, long=False)
    rest = form.front((title,))
    authors = form.line(_("Who wrote it, if not the committee or the State"), "authors", start.authors, 500)
    columns = st.columns(len(DATES))
    dates = {
        key: form.date(_(label), key, start.dates[key], at=at)
        for (key, label), at in zip(DATES.items(), columns, strict=True)
    }
    one, two = st.columns(2)
    mark = form.code(_("How sure are we of its words?"), "mark", Verification, start.mark, at=one)
    read = form.line(_("What of the document was read, if not all"), "read", start.read, 300, at=two)
    typed = Typed(body, kind, symbol, title.typed, authors, cycle, dates, mark, read, link)
    name = ""
    if d is None:
        name = form.line(_("Its id: part of every link to it, and never changed later"), "id", proposed_id(typed, view.dataset.documents), 80)  # fmt: skip
    note = Text(_("Note"), "note", start.note)
    with st.expander(_("In other languages, and a note")):
        form.texts(rest, (title,))
        form.texts(start.note, (note,))
    return Typed(body, kind, symbol, title.typed, authors, cycle, dates, mark, read, link, note.typed), name.strip()
