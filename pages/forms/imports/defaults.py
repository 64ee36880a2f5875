"""What an editor chooses for all rows of a table: the document, how the texts were checked, who assesses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import streamlit as st

from pages.forms.fields import document_names
from pages.forms.widgets import index_of
from pages.shared.import_drafts import PREFIX
from pages.shared.layout import Page
from pages.shared.messages import _, escape_markdown, ngettext
from tracker.editing.forms.recommendation import can_have_recommendations
from tracker.editing.forms.typed_dates import read_date
from tracker.importing.entry import symbol_in
from tracker.importing.tables import row_comparison
from tracker.importing.tables.results import ImportedRow
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import states_to_expect
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import Status, Verification
from tracker.publishing.sentences import full_name
from tracker.validation.state_party import ExpectedState, expected_state

MAX_DOCUMENT_CHOICES = 12
"""For how many names of documents and committees an editor chooses a document at once."""


def choose_one(
    label: str, names: Mapping[str, str], key: str, placeholder: str = "", *, start: str | None = None, at: Any = st
) -> str | None:
    """Show a field in which one of `names` (id → label) is chosen, `start` at first, and return its id, or None."""
    how = {"format_func": lambda name: names.get(name, name), "key": key, "placeholder": placeholder}
    return at.selectbox(label, list(names), index_of(st.session_state.get(key, start), list(names)), **how)


def show_defaults(page: Page, rows: Sequence[ImportedRow]) -> RowDefaults:
    """Show the fields that these rows need, and return what is chosen. Rows with an id need no document."""
    new = [row for row in rows if not row.id]
    state = expected_state(page.view.dataset, page.context.language.code)
    others = list(dict.fromkeys(filter(None, (row_comparison.other_state_of(row, state) for row in rows))))
    other_states = confirms_states(page, others, state)
    expected = states_to_expect(page.view, RowDefaults(other_states=other_states))
    how = {"language": page.context.language, "expected": expected}
    homeless = [row for row in new if not row_comparison.document_of_row(page.view, row, RowDefaults())]
    homeless = [row for row in homeless if not any(row_comparison.contradictions(page.view, row, None, **how))]
    added = _add_documents(page, homeless)
    view, chosen = row_comparison.with_documents(page.view, added), dict[str, str]()
    asked = [row for row in homeless if not row_comparison.document_of_row(view, row, RowDefaults())]
    asked = [row for row in asked if not any(symbol_in(row.value(name)) for name in ("symbol", "document"))]
    names = {row_comparison.source_key(row): row for row in reversed(asked)}  # the first row of each name
    for key in list(dict.fromkeys(map(row_comparison.source_key, asked)))[:MAX_DOCUMENT_CHOICES]:
        chosen[key] = _choose_document(page, key, names[key])
    if names:
        page.show("forms/add_document_link.html", at=page.context.link("/edit", ("what", "document")))
    document = chosen.pop("", "")
    is_unmarked = any(not row.value("verification") for row in new)
    verification = _choose_verification(page) if is_unmarked else Verification.TO_CHECK
    pairs = tuple(chosen.items())
    chosen_for_all = RowDefaults(document, verification, documents=added, chosen=pairs, other_states=other_states)
    rated = [row for row in rows if row.value("status") not in ("", Status.NOT_ASSESSED)]
    if not rated:
        return chosen_for_all
    one, two, three = st.columns(3)
    with one:
        organisation = _choose_organisation(page)
    with two:
        is_undated = any(not row.value("assessed") and "assessed" not in row.unread for row in rated)
        assessed, reason = _choose_date(page) if is_undated else "", ""
    if not all(row.value("reason") for row in rated):
        reason = three.text_input(_("Reason where the table gives none"), key=f"{PREFIX}reason", max_chars=500)
    skips = st.checkbox(_("Leave out assessments that are not complete, and import the rest"), key=f"{PREFIX}skips")
    how = {"assessed": assessed, "reason": clean_input(reason or ""), "skips_incomplete": skips}
    return replace(chosen_for_all, organisation=organisation, **how)


def confirms_states(page: Page, states: Sequence[str], expected: ExpectedState) -> bool:
    """Ask in words whether what is addressed to other States is added. Return the answer; False if it is not allowed."""
    if not states or not page.view.settings.allow_other_states:
        return False
    words = N_("These are recommendations to {found}. Add them to the tracker on {expected}?")
    label = _(words, found=", ".join(states), expected=expected.name)
    return st.checkbox(escape_markdown(label), key=f"{PREFIX}other_states_{'-'.join(states)}")


def _add_documents(page: Page, rows: Sequence[ImportedRow]) -> tuple[Document, ...]:
    language = page.context.language
    documents = row_comparison.unlisted_documents(page.view, rows, language)
    if not documents:
        return ()
    names = ", ".join(document.symbol or "" for document in documents[:8]) + ("…" if len(documents) > 8 else "")
    label = ngettext(
        "Add {n} document that is not listed yet: {names}",
        "Add {n} documents that are not listed yet: {names}",
        len(documents),
        names=names,
    )
    return documents if st.checkbox(escape_markdown(label), key=f"{PREFIX}documents") else ()


def _choose_document(page: Page, key: str, row: ImportedRow) -> str:
    language = page.context.language
    listed = {name: (page.view.document(name), label) for name, label in document_names(page).items()}
    how = {"language": language, "expected": ExpectedState((), frozenset())}
    names = {
        name: label
        for name, (document, label) in listed.items()
        if can_have_recommendations(document)
        and not any(row_comparison.contradictions(page.view, row, document, **how))
    }
    body = page.view.bodies.get(row.value("body"))
    label = _("Document for rows that name no document")
    if written := row.value("symbol") or row.value("document"):
        label = _("We do not know “{word}”. Which document is it?", word=written[:80])
    elif body:
        label = _("Document for rows that name only {body}", body=body.code)
    widget = f"{PREFIX}document" + (f"_{blake2b(key.encode(), digest_size=6).hexdigest()}" if key else "")
    if st.session_state.get(widget) not in (None, *names):
        del st.session_state[widget]
    start = suggested if (suggested := row_comparison.suggested_document(page.view, row)) in names else None
    return choose_one(escape_markdown(label), names, widget, placeholder=_("Choose a document"), start=start) or ""


def _choose_verification(page: Page) -> Verification:
    st.session_state.setdefault(f"{PREFIX}mark", Verification.TO_CHECK.value)
    chosen = st.radio(
        _("Did somebody compare the texts with the document itself?"),
        # "reported by others" names who reports it, which no answer for all rows can
        [Verification.SEEN.value, Verification.TO_CHECK.value],
        format_func=lambda mark: page.context.label(Verification(mark)),
        key=f"{PREFIX}mark",
        horizontal=True,
        help=_("Only then are they imported as quotations. Otherwise they become the summary."),
    )
    return Verification(chosen or Verification.TO_CHECK)


def _choose_organisation(page: Page) -> str:
    organisations = page.view.organisations
    if page.editor_organisation in organisations:
        return page.editor_organisation
    if len(organisations) == 1:
        return next(iter(organisations))
    names = {o.id: full_name(page.context.language, o) for o in organisations.values()}
    key = f"{PREFIX}organisation"
    return choose_one(_("Whose assessments are these?"), names, key, placeholder=_("Choose an organisation")) or ""


def _choose_date(page: Page) -> str:
    label, hint = _("Date of assessments where the table gives none"), _("12 March 2026, March 2026, 2026…")
    typed = clean_input(st.text_input(label, key=f"{PREFIX}assessed", max_chars=80, placeholder=hint) or "")
    found = read_date(typed, page.view.today).date
    if typed and not found:
        st.error(escape_markdown(_("This is not a date. Write it as 2026-03-18, 18.03.2026, March 2026 or 2026.")))
    return found
