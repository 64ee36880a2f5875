"""The deadlines in the form of a document: a row of fields for each, and a button that adds a row."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from markupsafe import escape

from pages.forms.fields import Fields, open_nested_form
from pages.forms.records.choice_names import document_names
from tracker.editing.forms.document import MAX_ROWS, ROW_LABELS, DeadlineRow, row_name
from tracker.model.vocabulary import DateSetBy, DeadlineKind, Verification


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
    new = [
        DeadlineRow(kind=suggested if n == 0 else None, suggested=suggested if n == 0 else None) for n in range(added)
    ]
    st.html(f"<h2 id='rt-deadline-rows'>{escape(_('Deadlines'))}</h2>")
    names = document_names(form.page)
    form.typed["deadlines"] = tuple(
        _show_row(form, row, number, documents=names) for number, row in enumerate([*recorded, *new])
    )
    if len(recorded) + added < MAX_ROWS:
        st.button(
            _("Add a deadline"), key=f"add_deadline_{form.prefix}", on_click=_add_row, args=(count_key, added + 1)
        )


def _add_row(count_key: str, count: int) -> None:
    st.session_state[count_key] = count


def _show_row(form: Fields, start: DeadlineRow, number: int, *, documents: Mapping[str, str]) -> DeadlineRow:
    language, label = form.page.context.language, form.page.context.label
    _ = language.gettext
    name = _("New deadline")
    if start.recorded:
        name = f"{label(start.recorded.kind)} · {language.format_date(start.recorded.date)}"
    row = open_nested_form(form, start, name=row_name(number))
    own_id = form.record.id if form.record else ""
    others = {id: name for id, name in documents.items() if id != own_id}
    choose, this_document = _("Choose"), _("This document")
    with st.expander(name, expanded=start.recorded is None):
        one, two, three = st.columns([3, 2, 2])
        row.select(_(ROW_LABELS["kind"]), "kind", _names(form, DeadlineKind), placeholder=choose, at=one, required=True)
        row.line(_(ROW_LABELS["date"]), "date", at=two, required=True)
        row.select(_(ROW_LABELS["set_by"]), "set_by", _names(form, DateSetBy), placeholder=choose, at=three)
        one, two, three = st.columns([3, 2, 2])
        row.select(_(ROW_LABELS["source"]), "source", others, placeholder=this_document, at=one)
        row.line(_(ROW_LABELS["paragraph"]), "paragraph", at=two)
        row.select(
            _(ROW_LABELS["verification"]), "verification", _names(form, Verification), placeholder=choose, at=three
        )
        row.line(_(ROW_LABELS["sentence"]), "sentence", most=20_000)
        one, two = st.columns([2, 5])
        row.line(_(ROW_LABELS["done"]), "done", at=one)
        row.select(_(ROW_LABELS["met_by"]), "met_by", others, placeholder=_("none, or not known"), at=two)
        if start.recorded:
            row.tick(_("Remove this deadline"), "is_removed")
    return replace(start, **row.typed)


def _names(form: Fields, vocabulary: type[DeadlineKind] | type[DateSetBy] | type[Verification]) -> dict[str, str]:
    return {code.value: form.page.context.label(code) for code in vocabulary}
