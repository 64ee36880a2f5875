"""The deadlines in the review of a document: what the committee states, and what is there. The editor ticks and corrects."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.forms.typed_values import show_calendar, show_date_reading
from pages.shared.import_drafts import PREFIX
from pages.shared.layout import Page
from pages.shared.widget_values import current_value, index_of
from tracker.editing.forms.document import ROW_LABELS, DeadlineRow, row_errors
from tracker.importing.documents.records import ProposedDeadline
from tracker.importing.entry import RowState
from tracker.model.vocabulary import DateSetBy, Verification


def show_deadlines(
    page: Page, proposals: Sequence[ProposedDeadline], *, lang: str, propose: bool
) -> tuple[list[ProposedDeadline], list[str]]:
    """Show a row for each proposed deadline. Return those that are ticked, as corrected, and what is wrong with them.

    `lang` is the language of the sentences. `propose` says whether a new deadline is ticked at first.
    """
    page.show("forms/import_deadlines.html", proposals=proposals)
    chosen, errors = list[ProposedDeadline](), list[str]()
    for proposal in proposals:
        is_ticked = False
        key = f"{PREFIX}deadline_{proposal.kind}"
        with st.container(key=f"rt_bring_deadline_{proposal.kind}", gap="small"):
            if proposal.state is not RowState.SAME:
                start = current_value(key, proposal.is_proposed and propose)
                is_ticked = st.checkbox(page.context.label(proposal.kind), start, key=key)
            if is_ticked:
                typed = _show_fields(page, proposal, key)
                chosen.append(typed)
                errors += _errors(page, typed)
            page.show("forms/import_deadline.html", proposal=proposal, lang=lang, is_ticked=is_ticked)
    return chosen, errors


def _show_fields(page: Page, proposal: ProposedDeadline, key: str) -> ProposedDeadline:
    """Show the date and whose date it is. Return the deadline with what is typed."""
    language, label = page.context.language, page.context.label
    _ = language.gettext
    date_key, by_key = f"{key}_date", f"{key}_by"
    one, two = st.columns([3, 4])
    with one:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            start = current_value(date_key, proposal.date)
            typed = st.text_input(_(ROW_LABELS["date"]), start, key=date_key, max_chars=40)
            show_calendar(language, key=date_key)
        day, _error = show_date_reading(page, typed, _(ROW_LABELS["date"]), key=date_key, at=st.container(gap="xsmall"))
    names = {code.value: label(code) for code in DateSetBy}
    codes = list(names)
    set_by = two.selectbox(
        _(ROW_LABELS["set_by"]),
        codes,
        index_of(current_value(by_key, proposal.set_by.value), codes),
        format_func=lambda code: names.get(code, code),
        key=by_key,
    )
    return replace(proposal, date=day, set_by=DateSetBy(set_by or proposal.set_by))


def _errors(page: Page, typed: ProposedDeadline) -> list[str]:
    row = DeadlineRow(kind=typed.kind, date=typed.date, set_by=typed.set_by, sentence=typed.sentence)
    # the document is what was read here
    return [*row_errors([row], page.context.language, page.view.today, document=Verification.SEEN)]
