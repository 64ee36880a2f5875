"""The questions about all rows of a table: documents, whose the assessments are, what the links are, dates, reading."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import Any

import streamlit as st

from pages.forms.fields import document_names
from pages.forms.widgets import index_of, noting_errors, show_button_error
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page, organisation_now
from pages.shared.messages import _, escape_markdown, ngettext
from pages.shared.text_fields import text_field
from tracker.editing.forms.recommendation import can_have_recommendations
from tracker.editing.forms.typed_dates import read_date
from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.documents.other_text import paragraphs_not_read
from tracker.importing.symbols_and_changes import match_symbol
from tracker.importing.tables import row_comparison, row_review
from tracker.importing.tables import vocabulary as words
from tracker.importing.tables.results import ImportedRow
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import EvidenceDimension, EvidenceKind, Verification
from tracker.publishing.sentences import full_name
from tracker.storage.yaml.defaults import known_mechanisms
from tracker.validation.state_party import ExpectedState, expected_state

MAX_DOCUMENT_CHOICES = 12
"""If the rows name unknown documents, the page asks for at most this many of them at once which document is meant."""


def choose_one(
    label: str, names: Mapping[str, str], key: str, placeholder: str = "", *, start: str | None = None, at: Any = st
) -> str | None:
    """Show a list of `names` (id → label), with `start` chosen at first. Return the chosen id, or None."""
    index, word = index_of(st.session_state.get(key, start), list(names)), lambda name: names.get(name, name)
    chosen: str | None = at.selectbox(label, list(names), index, word, key=key, placeholder=placeholder)
    return chosen


def show_defaults(
    page: Page,
    draft: ReviewDraft,
    rows: Sequence[ImportedRow],
    *,
    rated: Sequence[ImportedRow] = (),
    document_of_file: Document | None = None,
) -> RowDefaults:
    """Show fields for what is missing in the rows, and return the choices. `rated` are the rows with a new assessment.

    Rows with an id need no document. `document_of_file` is what the file is, if the tracker does not have it yet.
    """
    new = [row for row in rows if not row.id]
    state = expected_state(page.view.dataset, page.context.language.code)
    others = list(dict.fromkeys(filter(None, (row_comparison.other_state_of(row, state) for row in rows))))
    other_states = confirm_other_states(page, others, state)
    expected = row_review.expected_state_of_rows(page.view, RowDefaults(other_states=other_states))
    contradictions = partial(row_comparison.contradictions, page.view, language=page.context.language)
    homeless = [row for row in new if not row_comparison.document_of_row(page.view, row, RowDefaults())]
    homeless = [row for row in homeless if not any(contradictions(row, None, expected=expected))]
    added = _show_new_documents(page, homeless, document_of_file)
    view, chosen = row_comparison.with_documents(page.view, added), dict[str, str]()
    asked = [row for row in homeless if not row_comparison.document_of_row(view, row, RowDefaults())]
    asked = [row for row in asked if not any(match_symbol(row.value(name)) for name in ("symbol", "document"))]
    names = {row_comparison.source_key(row): row for row in reversed(asked)}  # the first row of each name
    for key in list(dict.fromkeys(map(row_comparison.source_key, asked)))[:MAX_DOCUMENT_CHOICES]:
        chosen[key] = _choose_document(page, key, names[key])
    if names:
        page.show("forms/add_document_link.html", at=page.context.link("/edit", ("what", "document")))
    document = chosen.pop("", "")
    is_unmarked = any(not row.value("verification") for row in new)
    verification = _choose_verification(page, draft) if is_unmarked else Verification.TO_CHECK
    pairs = tuple(chosen.items())
    linked = [row for row in new if row.value("source_link")]
    links = _ask_about_links(page, linked) if linked else {}
    chosen_for_all = RowDefaults(
        document, verification, documents=added, chosen=pairs, other_states=other_states, **links
    )
    ours = _ask_whose(page, draft, rated)
    chosen_for_all = replace(chosen_for_all, organisation=organisation_now(), ours=ours)
    rated = [row for row in rated if row_comparison.organisation_key(row) in ours]
    if not rated:
        return chosen_for_all
    one, two = st.columns(2)
    with one:
        is_undated = any(not row.value("assessed") and "assessed" not in row.unread for row in rated)
        assessed, reason = _choose_date(page) if is_undated else "", ""
    if not all(row.value("reason") for row in rated):
        label = _("Reason where the table gives none")
        reason = text_field(label, key=f"{PREFIX}reason", most=500, is_kept=False, at=two)
    skips = st.checkbox(_("Leave out assessments that are not complete, and import the rest"), key=f"{PREFIX}skips")
    return replace(chosen_for_all, assessed=assessed, reason=clean_input(reason or ""), skips_incomplete=skips)


def _ask_about_links(page: Page, rows: Sequence[ImportedRow]) -> dict[str, Any]:
    """Ask what kind of evidence the links are, and who published them. Return the choices for `RowDefaults`."""
    label, choose = page.context.label, partial(choose_one, placeholder=_("Choose"))
    one, two = st.columns(2)
    kinds, dimensions = ({code.value: label(code) for code in codes} for codes in (EvidenceKind, EvidenceDimension))
    kind = choose(_("What the links in the table are, as evidence"), kinds, f"{PREFIX}link_kind", at=one)
    dimension = choose(_("What they are about"), dimensions, f"{PREFIX}link_dimension", at=two)
    known = {"link_kind": kind and EvidenceKind(kind), "link_dimension": dimension and EvidenceDimension(dimension)}
    publishers = dict[str, str]()
    sites = dict.fromkeys(
        row_comparison.host_of_link(row.value("source_link")) for row in rows if not row.value("publisher")
    )
    for site in list(sites)[:MAX_DOCUMENT_CHOICES] if kind and dimension else ():
        key = f"{PREFIX}publisher_{blake2b(site.encode(), digest_size=6).hexdigest()}"
        publishers[site] = clean_input(
            text_field(_("Who published {site}", site=site), key=key, most=120, is_kept=False)
        )
    named = tuple((site, name) for site, name in publishers.items() if name)
    return {"publishers": named, **{name: code for name, code in known.items() if code}}


NOT_IMPORTED, OTHERS = "", "+"
"""Answers to the question whose assessments these are. No organisation has these ids."""


def _ask_whose(page: Page, draft: ReviewDraft, rated: Sequence[ImportedRow]) -> tuple[str, ...]:
    """Ask whose the assessments are, once for each organisation that the table names. Return the keys of our own.

    The answers are kept in the draft until somebody else takes it over.
    """
    own, known, ours = organisation_now(), page.view.organisations.values(), list[str]()
    name_of = {one.id: full_name(page.context.language, one) for one in known}
    state = expected_state(page.view.dataset, page.context.language.code)
    by_key, offers = dict[str, list[ImportedRow]](), dict[str, list[ImportedRow]]()
    for row in rated:
        by_key.setdefault(row_comparison.organisation_key(row), []).append(row)
    for key, rows in by_key.items():
        written, n, widget = rows[0].value("organisation"), len(rows), f"{import_drafts.WHOSE}{draft.id}_{key}"
        if institution := row_comparison.institution_of_row(page.view, rows[0], state):
            _tell_institution(page, institution, written, n=n)
            continue
        named = words.organisation_in(written, known) if key else ""
        is_ours = named == own if key else True
        names = {own: _("ours: {name}", name=page.context.organisation_name(own))} if is_ours else {}
        if named not in ("", own):
            names[named] = _("of {name}, which confirms them first", name=name_of[named])
        elif not named and len(name_of) > 1:
            names[OTHERS] = _("of another organisation, which confirms them first")
        names[NOT_IMPORTED] = _("not imported")
        if st.session_state.get(widget) not in names:
            st.session_state[widget] = NOT_IMPORTED
        label = ngettext("Whose is this assessment? ({n})", "Whose are these {n} assessments?", n)
        label += " " + _("The table says: “{name}”.", name=written[:80]) if key else ""
        label, choices, word = escape_markdown(label), list(names), names.__getitem__
        chosen = st.radio(label, choices, format_func=word, key=widget, horizontal=True) or NOT_IMPORTED
        if chosen == own:
            ours.append(key)
        elif chosen == OTHERS:
            others = {name: label for name, label in name_of.items() if name != own}
            chosen = choose_one(_("Which organisation?"), others, f"{widget}_which", placeholder=_("Choose")) or ""
        if chosen not in (own, NOT_IMPORTED):
            offers.setdefault(chosen, []).extend(rows)  # the table may write one organisation in several ways
    for chosen, rows in offers.items():
        _show_offer(draft, rows, chosen, name=name_of[chosen])
    return tuple(ours)


def _tell_institution(page: Page, institution: str, written: str, *, n: int) -> None:
    """Say that the assessments of a committee or of the State are not imported from a table."""
    told = N_("This is the State: what it claims is added under the recommendation, with its source.")
    if institution != row_comparison.STATE:
        told = N_("This is {name}: its grades come with its documents.")
    name = page.context.language.resolve(known_mechanisms()[institution].name).text if told.count("{") else ""
    said = _("The table says: “{name}”.", name=written[:80]) + " " + _(told, name=name)
    st.info(escape_markdown(said + " " + ngettext("{n} row: not imported.", "{n} rows: not imported.", n)))


def _show_offer(draft: ReviewDraft, rows: Sequence[ImportedRow], organisation: str, *, name: str) -> None:
    """Show a button that offers the rows to another organisation, which confirms or declines them under *To do*."""
    key = f"offer_{draft.id}_{organisation}"
    done: list[ImportedRow] = st.session_state.get(f"{key}_done", [])
    rows = [row for row in rows if row not in done]
    n = len(rows)
    if not rows:
        st.info(
            escape_markdown(_("It waits under “To do” of {name}. Nothing is published as theirs before.", name=name))
        )
        return

    def offer() -> None:
        with noting_errors(key):
            import_drafts.offer_rows(draft, rows, organisation)
            st.session_state[f"{key}_done"] = [*done, *rows]

    label = ngettext("Ask {name} to confirm {n} assessment", "Ask {name} to confirm {n} assessments", n, name=name)
    st.button(escape_markdown(label), key=key, on_click=offer)
    show_button_error(key)


def confirm_other_states(page: Page, states: Sequence[str], expected: ExpectedState) -> bool:
    """Ask whether to import recommendations to other States. Return False if `states` is empty or the settings forbid it."""
    if not states or not page.view.settings.allow_other_states:
        return False
    asked = N_("These are recommendations to {found}. Add them to the tracker on {expected}?")
    label = _(asked, found=", ".join(states), expected=expected.name)
    return st.checkbox(escape_markdown(label), key=f"{PREFIX}other_states_{'-'.join(states)}")


def tell_what_differs(page: Page, files: Sequence[ImportedDocument], document: Document | None) -> list[str]:
    """Warn if the files differ from the one that was read before. Return the numbers of the paragraphs."""
    not_read = {number for file in files for number in paragraphs_not_read(page.view, file, document)}
    strange = [one.number for one in files[0].recommendations if one.number in not_read]
    if document and strange:
        told = N_(
            "This file differs from the one from which {document} was read, as far as it is here: paragraphs {list}. Compare "
            "them with the document at the UN. What you save of them gets the mark “not checked yet”, and says whose file it "
            "is from."
        )
        name = document.symbol or page.context.language.resolve(document.title).text
        st.warning(escape_markdown(_(told, document=name, list=", ".join(strange))))
    return strange


def _show_new_documents(page: Page, rows: Sequence[ImportedRow], of_file: Document | None) -> tuple[Document, ...]:
    """Show a check box that adds the documents whose symbols are in `rows` but not in the tracker. If ticked, return them."""
    documents = row_comparison.unlisted_documents(page.view, rows, page.context.language)
    documents = (of_file, *documents) if of_file and rows else documents
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
    """Ask which document is meant by the rows like `row`, whose `source_key` is `key`. Return the chosen id, or ""."""
    listed = {name: (page.view.document(name), label) for name, label in document_names(page).items()}
    none = ExpectedState((), frozenset())
    contradictions = partial(row_comparison.contradictions, page.view, language=page.context.language, expected=none)
    names = {
        name: label
        for name, (document, label) in listed.items()
        if can_have_recommendations(document) and not any(contradictions(row, document))
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


def _choose_verification(page: Page, draft: ReviewDraft) -> Verification:
    key = f"mark_{draft.id}"  # not kept in the draft: nobody has read it for a colleague
    st.session_state.setdefault(key, Verification.TO_CHECK.value)
    chosen = st.radio(
        _("Did somebody compare the texts with the document itself?"),
        # "reported by others" names who reports it, which no answer for all rows can
        [Verification.SEEN.value, Verification.TO_CHECK.value],
        format_func=lambda mark: page.context.label(Verification(mark)),
        key=key,
        horizontal=True,
        help=_("Only then are they imported as quotations. Otherwise they become the summary."),
    )
    return Verification(chosen or Verification.TO_CHECK)


def _choose_date(page: Page) -> str:
    label, hint = _("Date of assessments where the table gives none"), _("12 March 2026, March 2026, 2026…")
    typed = clean_input(text_field(label, key=f"{PREFIX}assessed", most=80, is_kept=False, placeholder=hint))
    found = read_date(typed, page.view.today).date
    if typed and not found:
        st.error(escape_markdown(_("This is not a date. Write it as 2026-03-18, 18.03.2026, March 2026 or 2026.")))
    return found
