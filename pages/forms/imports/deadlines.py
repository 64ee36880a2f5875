"""The deadlines that a document states, in its review: a tick and fields for each."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.forms.imports.questions import choose_one
from pages.forms.widgets import date_in_words, show_calendar, show_date_reading
from pages.shared.import_drafts import PREFIX
from pages.shared.layout import Page
from pages.shared.messages import _
from pages.shared.text_fields import text_field
from tracker.editing.forms.document import ROW_LABELS, DeadlineRow, deadline_errors
from tracker.importing.documents.records import ProposedDeadline
from tracker.importing.symbols_and_changes import RowState
from tracker.model.localized_text import clean_input
from tracker.model.vocabulary import DateSetBy, Verification

SELECTION = f"{PREFIX}selection"
"""The key of the check box for the paragraphs that the committee selected for follow-up."""


def deadline_key(proposal: ProposedDeadline) -> str:
    """Return the key of the check box of a deadline."""
    return f"{PREFIX}deadline_{proposal.kind}"


def show_deadlines(
    page: Page, proposals: Sequence[ProposedDeadline], *, lang: str
) -> tuple[list[ProposedDeadline], list[str]]:
    """Show a row for each proposed deadline. Return (the ticked ones as corrected, what is wrong in them)."""
    page.show("forms/import_deadlines.html", proposals=proposals)
    chosen, errors = list[ProposedDeadline](), list[str]()
    for proposal in proposals:
        is_ticked, key = False, deadline_key(proposal)
        with st.container(key=f"rt_bring_deadline_{proposal.kind}", gap="small"):
            if proposal.state not in (RowState.SAME, RowState.REFUSED):
                is_ticked = st.checkbox(page.context.label(proposal.kind), key=key)
            if is_ticked:
                typed = _show_deadline_fields(page, proposal, key)
                chosen.append(typed)
                row = DeadlineRow(kind=typed.kind, date=typed.date, set_by=typed.set_by, sentence=typed.sentence)
                # the document is what was read here
                errors += deadline_errors([row], page.context.language, page.view.today, document=Verification.SEEN)
            page.show("forms/import_deadline.html", proposal=proposal, lang=lang, is_ticked=is_ticked)
    return chosen, errors


def _show_deadline_fields(page: Page, proposal: ProposedDeadline, key: str) -> ProposedDeadline:
    """Show the fields for the date and for who set it. Return the deadline with what is typed."""
    label = page.context.label
    date_key, by_key = f"{key}_date", f"{key}_by"
    one, two = st.columns([3, 4])
    with one:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            proposed = date_in_words(page.context.language, proposal.date)
            typed = text_field(_(ROW_LABELS["date"]), proposed, key=date_key, most=40, is_kept=False)
            show_calendar(key=date_key)
        day, _error = show_date_reading(page, typed, _(ROW_LABELS["date"]), key=date_key, at=st.container(gap="xsmall"))
    names = {code.value: label(code) for code in DateSetBy}
    set_by = choose_one(_(ROW_LABELS["set_by"]), names, by_key, start=proposal.set_by.value, at=two)
    paragraph = proposal.paragraph
    if not proposal.is_sure:
        where = _("In which paragraph of the document the date stands")
        paragraph = text_field(where, key=f"{key}_paragraph", most=20, is_kept=False)
    by = DateSetBy(set_by or proposal.set_by)
    return replace(proposal, date=day, set_by=by, paragraph=clean_input(paragraph))
