"""The form that adds or edits a document of a reporting cycle."""

import streamlit as st

from pages.forms.fields import Fields, LocalizedInput, open_form
from pages.forms.files.section import show_files_section
from pages.forms.records.deadlines import show_deadline_rows
from pages.forms.submit import save_form, words_for
from pages.shared.layout import Page
from tracker.editing.forms.document import DOCUMENT_DATES, DocumentForm
from tracker.i18n import native_name
from tracker.importing.entry import propose_cycle
from tracker.model.fields import FIELD_LABELS
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.localized_names import UN_LANGUAGES

SYMBOL_SEEN = "cycle_of"
"""The end of the key under which the session keeps the symbol whose cycle was put into the form."""


def show_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form. Return the id of the document if it was saved now, otherwise None.

    `d` is the document as recorded now, None for a new one. `version` is the version of `d` when the form was opened.
    """
    _ = page.context.language.gettext
    heading = _("Edit this document") if d else _("Add a document")
    form = open_form(page, DocumentForm, d, name="edit_document", heading=heading)
    _show_fields(form)
    words = words_for(form, _("Add the document"), _("The document is added."), reason=_("A new document."))
    return save_form(form, version, words)


def _show_fields(form: Fields) -> None:
    _ = form.page.context.language.gettext
    one, two = st.columns(2)
    bodies = {body.id: form.page.context.label(body) for body in form.page.view.bodies.values()}
    form.select(_("Committee"), "body", bodies, placeholder=_("Choose"), at=one, required=True)
    form.code_select(_("Kind of document"), "kind", DocumentKind, at=two, required=True)
    one, two, three = st.columns([2, 1, 3])
    form.line(_("Symbol"), "symbol", at=one, placeholder="E/C.12/…")
    _put_cycle_of_symbol(form)
    form.line(_("Reporting cycle"), "cycle", at=two, placeholder=_("such as 4 or 2-3"), required=True)
    form.line(_("Link"), "link", at=three)
    title = LocalizedInput(_("Title"), "title", is_long=False, required=True)
    other_languages = form.texts_in_own_language(title)
    one, two = st.columns([2, 1])
    form.line(_("Who wrote it, if not the committee or the State"), "authors", at=one)
    codes = dict.fromkeys([*form.page.view.settings.languages, *UN_LANGUAGES])
    label = _(FIELD_LABELS["original_language"])
    names = {code: native_name(code) for code in codes}
    form.select(label, "original_language", names, placeholder=_("none, or not known"), at=two)
    for name, column in zip(DOCUMENT_DATES, [*st.columns(3), *st.columns(3)], strict=False):
        form.line(_(FIELD_LABELS[name]), name, at=column)
    show_files_section(form)
    one, two = st.columns(2)
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark", at=one)
    form.line(_("Which part was read, if not all of it"), "parts_read", key="read", at=two)
    one, two, three = st.columns([2, 1, 2])
    form.line(_("Paragraphs selected for follow-up"), "follow_up_paragraphs", at=one, placeholder="13, 19 (a), 25")
    form.line(_("Where it says so: paragraph"), "follow_up_place", at=two)
    marks = {mark.value: form.page.context.label(mark) for mark in Verification}
    form.select(_("How were these paragraphs checked?"), "follow_up_mark", marks, placeholder=_("Choose"), at=three)
    show_deadline_rows(form)
    form.id()
    with st.expander(_("In other languages, and a note"), expanded=form.is_only_in(other_languages, title)):
        form.texts(title, codes=other_languages)
        form.texts(LocalizedInput(_("Note"), "note"))
        form.texts(LocalizedInput(_("Note on the follow-up"), "follow_up_note"))


def _put_cycle_of_symbol(form: Fields) -> None:
    """Put the cycle that is in the symbol of a new document into its empty field, once for each symbol."""
    symbol, key, seen_key = form.typed["symbol"], f"{form.prefix}cycle", form.prefix + SYMBOL_SEEN
    if form.record is None and symbol != st.session_state.get(seen_key, "") and not st.session_state.get(key):
        st.session_state[key] = propose_cycle(symbol)
    st.session_state[seen_key] = symbol
