"""The form that adds or edits a document of a reporting cycle."""

from contextlib import nullcontext
from dataclasses import replace

import streamlit as st
from markupsafe import escape

from pages.forms.fields import Fields, LocalizedInput, document_names, open_form, open_nested_form
from pages.forms.files.section import show_files_section
from pages.forms.submit import save_form, words_for
from pages.shared.layout import Page
from tracker.editing.forms.document import (
    DOCUMENT_DATES,
    MAX_ROWS,
    ROW_LABELS,
    DeadlineRow,
    DocumentForm,
    RoundRow,
    round_name,
    row_name,
)
from tracker.i18n import native_name
from tracker.importing.entry import propose_cycle
from tracker.model.fields import FIELD_LABELS
from tracker.model.registers import Document
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DocumentKind, Verification
from tracker.queries.localized_names import UN_LANGUAGES


def show_deadline_rows(form: Fields) -> None:
    """Show the rows of the recorded deadlines, closed, then the new rows, open, and the button that adds one.

    The URL parameter `deadline` may name the kind with which a new row is opened.
    """
    _ = form.page.context.language.gettext
    recorded: tuple[DeadlineRow, ...] = form.start.deadlines if form.start else ()
    count_key = f"{form.prefix}deadline_rows"
    wanted = st.query_params.get("deadline", "")
    suggested = wanted if wanted in set(DeadlineKind) else None
    added = min(st.session_state.get(count_key, 1 if suggested else 0), MAX_ROWS - len(recorded))
    new = [DeadlineRow(kind=suggested, suggested=suggested), *[DeadlineRow()] * added][:added]
    st.html(f"<h2 id='rt-deadline-rows'>{escape(_('Deadlines'))}</h2>")
    form.typed["deadlines"] = tuple(_show_row(form, row, number) for number, row in enumerate([*recorded, *new]))
    if len(recorded) + added < MAX_ROWS:
        put = {"on_click": st.session_state.__setitem__, "args": (count_key, added + 1)}
        st.button(_("Add a deadline"), key=f"add_deadline_{form.prefix}", **put)


def _others(form: Fields) -> dict[str, str]:
    """Return id → name of all documents but the one that is edited."""
    return {id: name for id, name in document_names(form.page).items() if not form.record or id != form.record.id}


def _show_row(form: Fields, start: DeadlineRow, number: int) -> DeadlineRow:
    language, label = form.page.context.language, form.page.context.label
    _ = language.gettext
    old, name = start.recorded, _("New deadline")
    name = f"{label(old.kind)} · {language.format_date(old.date)}" if old else name
    row, others = open_nested_form(form, start, name=row_name(number)), _others(form)
    choose, this_document = _("Choose"), _("This document")
    whose = {"label": _(ROW_LABELS["set_by"]), "name": "set_by", "options": _names(form, DateSetBy), "required": True}
    if start.suggested:  # only the date is asked for, and whose it is
        one, two = st.columns([4, 3])
        row.line(f"{label(DeadlineKind(start.suggested))}: {_(ROW_LABELS['date'])}", "date", at=one, required=True)
        row.select(**whose, placeholder=choose, at=two)
    with st.expander(name, expanded=not start.recorded and not start.suggested):
        one, two, three = st.columns([3, 2, 2])
        row.select(_(ROW_LABELS["kind"]), "kind", _names(form, DeadlineKind), placeholder=choose, at=one, required=True)
        if not start.suggested:
            row.line(_(ROW_LABELS["date"]), "date", at=two, required=True)
            row.select(**whose, placeholder=choose, at=three)
        one, two, three = st.columns([3, 2, 2])
        row.select(_(ROW_LABELS["source"]), "source", others, placeholder=this_document, at=one)
        row.line(_(ROW_LABELS["paragraph"]), "paragraph", at=two)
        marks = _names(form, Verification)
        row.select(_(ROW_LABELS["verification"]), "verification", marks, placeholder=choose, at=three)
        row.line(_(ROW_LABELS["sentence"]), "sentence", most=20_000)
        one, two = st.columns([2, 5])
        row.line(_(ROW_LABELS["done"]), "done", at=one)
        row.select(_(ROW_LABELS["met_by"]), "met_by", others, placeholder=_("none, or not known"), at=two)
        if start.recorded:
            row.checkbox(_("Remove this deadline"), "is_removed")
    return replace(start, **row.typed)


def show_round_rows(form: Fields) -> None:
    """Show the rounds of the follow-up, closed, then a new one, open, if the editor asks for it."""
    _ = form.page.context.language.gettext
    recorded: tuple[RoundRow, ...] = form.start.rounds if form.start else ()
    st.html(f"<h2 id='rt-rounds'>{escape(_('Rounds of the follow-up'))}</h2>")
    rows = [_show_round(form, row, number) for number, row in enumerate(recorded)]
    if st.toggle(_("Add a round"), key=f"{form.prefix}new_round"):
        rows.append(_show_round(form, RoundRow(), len(rows)))
    form.typed["rounds"] = tuple(rows)


def _show_round(form: Fields, start: RoundRow, number: int) -> RoundRow:
    _, fields = form.page.context.language.gettext, FIELD_LABELS
    row, none, others = open_nested_form(form, start, name=round_name(number)), _("none, or not known"), _others(form)
    with st.expander(_("Round {n}", n=number + 1), expanded=start.recorded is None):
        one, two = st.columns(2)
        row.select(_(fields["reply"]), "reply", others, placeholder=none, at=one)
        row.select(_(fields["report"]), "report", others, placeholder=none, at=two)
        one, two, three = st.columns([3, 2, 2])
        row.line(_(fields["ngos"]), "ngos", most=2000, at=one)
        answers = {"yes": _("Yes"), "no": _("No")}
        row.select(_(fields["lists_ngos"]), "lists_ngos", answers, placeholder=_("nobody has looked"), at=two)
        row.select(_(ROW_LABELS["verification"]), "verification", _names(form, Verification), placeholder="", at=three)
        row.line(_(fields["action"]), "action", most=20_000)
        if start.recorded:
            row.checkbox(_("Remove this round"), "is_removed")
    return replace(start, **row.typed)


def _names(form: Fields, vocabulary: type[DeadlineKind] | type[DateSetBy] | type[Verification]) -> dict[str, str]:
    return {code.value: form.page.context.label(code) for code in vocabulary}


SYMBOL_SEEN = "cycle_of"
"""The end of the key under which the session keeps the symbol whose cycle was put into the form."""


def show_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form for `d`, None for a new one. Return the id of the document if it was saved now, otherwise None.

    `version` is the version of `d` when the form was opened.
    """
    _ = page.context.language.gettext
    heading = _("Edit this document") if d else _("Add a document")
    form = open_form(page, DocumentForm, d, name="edit_document", heading=heading)
    if wanted := "deadline" in st.query_params:
        show_deadline_rows(form)
    with st.expander(_("The other fields of the document")) if wanted else nullcontext():
        _show_fields(form, with_deadlines=not wanted)
    words = words_for(form, _("Add the document"), _("The document is added."), reason=_("A new document."))
    return save_form(form, version, words)


def _show_fields(form: Fields, *, with_deadlines: bool) -> None:
    _ = form.page.context.language.gettext
    one, two = st.columns(2)
    bodies = {body.id: form.page.context.label(body) for body in form.page.view.bodies.values()}
    form.select(form.page.context.body_word, "body", bodies, placeholder=_("Choose"), at=one, required=True)
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
    label, names = _(FIELD_LABELS["original_language"]), {code: native_name(code) for code in codes}
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
    label, marks = _("How were these paragraphs checked?"), _names(form, Verification)
    form.select(label, "follow_up_mark", marks, placeholder=_("Choose"), at=three)
    if with_deadlines:
        show_deadline_rows(form)
    if form.typed["kind"] is DocumentKind.CONCLUDING_OBSERVATIONS or (form.start and form.start.rounds):
        form.texts_in_own_language(LocalizedInput(_(FIELD_LABELS["no_submission"]), "no_submission"))
        show_round_rows(form)
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
