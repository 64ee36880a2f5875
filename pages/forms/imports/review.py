"""The second step of bringing in a document: the table of its paragraphs, and the save of what is ticked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from pages.forms.imports.deadlines import show_deadlines
from pages.forms.imports.defaults import confirms_states
from pages.forms.imports.languages import show_other_language
from pages.forms.imports.paragraphs import RowsContext, show_paragraphs, show_tick_all, state_name
from pages.forms.imports.save import show_import_save
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.widget_values import current_value, index_of
from tracker.editing.forms.values import text_from_input
from tracker.i18n import native_name
from tracker.importing.documents.imported_document import (
    ImportedDocument,
    fill_facts,
    is_other_state,
    refuse_other_state,
    state_of,
)
from tracker.importing.documents.proposals import SimilarDemand, find_similar
from tracker.importing.documents.records import (
    ParagraphChoice,
    add_facts,
    new_document,
    propose_deadlines,
    records_to_save,
    with_deadlines,
    with_sentences,
)
from tracker.importing.documents.review import ParagraphReview, review_paragraphs, unmatched_recommendations
from tracker.importing.entry import concluding_observations, document_of_symbol, expected_state, propose_cycle
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.localized_text import clean_input
from tracker.model.registers import Document
from tracker.publishing.wording import error_sentence

NEW_DOCUMENT = "+"
"""The choice of a document that the tracker does not have yet. No document has this id."""


def show_review(page: Page, draft: ReviewDraft) -> None:
    """Show what was read, and save the ticked paragraphs when the editor presses the button."""
    _ = page.context.language.gettext
    imported = _choose_language(page, draft)
    other = show_other_language(page, draft, imported)
    if other:
        imported = fill_facts(imported, other)
    document, errors = _choose_document(page, imported)
    known = document if document and document.version else None
    if document and other:
        document = add_facts(page.view, document, other)
    reviews = review_paragraphs(page.view, imported, known, other=other)
    seen = _versions(reviews, known)
    similar = _find_similar(page, draft, imported, document=document)
    files = [file for file in (imported, other) if file]
    is_foreign = any(is_other_state(file, expected_state(page.view.dataset)) for file in files)
    if document:
        proposals = propose_deadlines(imported, document)
        lang = imported.language or page.context.language.code
        deadlines, wrong = show_deadlines(page, proposals, lang=lang, propose=not is_foreign)
        document = with_deadlines(document, [] if wrong else deadlines, imported, main=page.view.settings.language)
        document = with_sentences(document, other, main=page.view.settings.language) if other else document
        errors = [*errors, *wrong]
    unmatched = unmatched_recommendations(page.view, imported, known)
    page.show("forms/import_counts.html", counts=_counts(reviews), imported=imported, unmatched=unmatched)
    show_tick_all(reviews, new=_("Tick all new ones"), none=_("Untick all"))
    selected = imported.follow_up.paragraphs if imported.follow_up else ()
    rows = RowsContext(
        imported.language,
        other.language if other else "",
        similar,
        propose=not is_foreign,
        selected=frozenset(paragraph.partition(" ")[0] for paragraph in selected),
    )
    choices = show_paragraphs(page, reviews, rows)
    import_drafts.remember_choices(draft)
    confirmed = _confirm_state(page, files)
    records: Sequence[Record] = ()
    try:
        for file in files:
            refuse_other_state(file, page.view.dataset, confirmed)
        records = _records(
            page, imported, document, choices=choices, errors=errors, other=other, confirmed_state=confirmed
        )
    except ImportRefused as error:
        named = {**error.values, "expected": expected_state(page.view.dataset, page.context.language.code).name}
        errors = [*errors, error_sentence(page.context.language, ImportRefused(error.message, named))]
    if not imported.language:
        errors = [*errors, _("Choose the language of the text.")]
    show_import_save(
        page,
        draft,
        records,
        seen=seen,
        errors=errors,
        ticked=len(choices),
        reason=_reason(page, document) if document else "",
        document=document.id if document else "",
    )


def _confirm_state(page: Page, files: Sequence[ImportedDocument]) -> str:
    """Ask whether another State's recommendations are added, if the settings allow it. Return the State, or ""."""
    expected = expected_state(page.view.dataset, page.context.language.code)
    found = next((state_of(file) for file in files if is_other_state(file, expected)), "")
    return found if confirms_states(page, (found,) if found else (), expected) else ""


def _find_similar(
    page: Page, draft: ReviewDraft, imported: ImportedDocument, *, document: Document | None
) -> Mapping[str, SimilarDemand]:
    made_of = (page.view.dataset.signature, imported.language, document.id if document else "")
    if draft.similar[0] != made_of:
        draft.similar = (made_of, find_similar(page.view, imported, imported.recommendations, document=made_of[2]))
    return draft.similar[1]


def _choose_language(page: Page, draft: ReviewDraft) -> ImportedDocument:
    """Show what was read and in which language. Return the document with the language that the editor confirmed."""
    _ = page.context.language.gettext
    imported = draft.document.imported
    page.show("forms/import_top.html", imported=imported, name=draft.name)
    state = page.context.language.resolve(page.view.settings.state_party).text
    for notice in imported.notices:
        values = {name: state if name == "expected" else value for name, value in notice.values}
        st.warning(escape_markdown(_(notice.message, **values)))
    codes = list(page.view.settings.languages)
    is_known = imported.language in codes
    chosen = st.selectbox(
        _("Language of the text"),
        codes,
        index_of(current_value(f"{PREFIX}language", imported.language), codes),
        format_func=native_name,
        key=f"{PREFIX}language",
        placeholder=_("Choose"),
    )
    if not is_known:
        name = native_name(imported.language)
        told = _("The text seems to be in this language: {name}. The dataset has no texts in it.", name=name)
        st.warning(escape_markdown(told))
    return replace(imported, language=chosen or "")


def _choose_document(page: Page, imported: ImportedDocument) -> tuple[Document | None, list[str]]:
    """Show to which document the file belongs. Return it as it will be saved, and what is missing.

    A new document has no version.
    """
    view, language = page.view, page.context.language
    _ = language.gettext
    found = document_of_symbol(view, imported.symbol)
    known = {d.id: d for d in (*concluding_observations(view), *([found] if found else []))}
    names = {d.id: f"{d.symbol or d.id} · {language.resolve(d.title).text}" for d in known.values()}
    # what is listed is not added again, even if a colleague added it while this review was open
    options = [*names, *([] if found else [NEW_DOCUMENT])]
    if st.session_state.get(f"{PREFIX}document", options[0]) not in options:
        del st.session_state[f"{PREFIX}document"]
    start = found.id if found else NEW_DOCUMENT if imported.symbol else None
    labels = {**names, NEW_DOCUMENT: _("A document that is not listed yet")}
    chosen = st.selectbox(
        _("Document"),
        options,
        index_of(current_value(f"{PREFIX}document", start), options),
        format_func=lambda i: labels.get(i, i),
        key=f"{PREFIX}document",
        placeholder=_("Choose a document"),
    )
    if chosen in view.dataset.documents:
        document = view.dataset.documents[chosen]
        if imported.symbol and (not found or found.id != chosen):
            st.warning(
                escape_markdown(_("The file has the symbol {symbol}. Check the document.", symbol=imported.symbol))
            )
        return add_facts(view, document, imported) if imported.language else document, []
    if chosen != NEW_DOCUMENT:
        return None, [_("Choose the document.")]
    return _new_document(page, imported)


def _new_document(page: Page, imported: ImportedDocument) -> tuple[Document | None, list[str]]:
    view = page.view
    _ = page.context.language.gettext
    bodies = {body.id: page.context.label(body) for body in view.bodies.values()}
    one, two, three = st.columns([2, 4, 1])
    places = list(bodies)
    body = one.selectbox(
        _("Committee"),
        places,
        index_of(current_value(f"{PREFIX}body", imported.body), places),
        format_func=lambda i: bodies.get(i, i),
        key=f"{PREFIX}body",
        placeholder=_("Choose"),
    )
    title_key, cycle_key = f"{PREFIX}document_title", f"{PREFIX}cycle"
    title = two.text_input(_("Title"), current_value(title_key, imported.title), key=title_key, max_chars=300)
    proposed = current_value(cycle_key, propose_cycle(imported.symbol or ""))
    cycle = three.text_input(_("Reporting cycle"), proposed, key=cycle_key, max_chars=20)
    errors = [
        *([] if body else [_("Choose the treaty body.")]),
        *([] if clean_input(title) else [_("Enter the title of the document.")]),
        *(
            []
            if clean_input(cycle)
            else [_("Enter the reporting cycle: the number of the periodic report, such as 4 or 2-3.")]
        ),
    ]
    if errors or not body or not imported.language:
        return None, errors
    return new_document(view, imported, body=body, title=clean_input(title), cycle=cycle), []


def _counts(reviews: Sequence[ParagraphReview]) -> list[tuple[str, int]]:
    """Return (name of the state, number of recommendations in the file) for each state that occurs."""
    return list(Counter(state_name(review) for review in reviews if review.paragraph.is_recommendation).items())


def _versions(reviews: Sequence[ParagraphReview], document: Document | None) -> dict[str, str]:
    """Return what the review is compared with: id → version, of the document and of each recommendation."""
    versions = {review.recommendation: review.version for review in reviews if review.recommendation}
    return {**versions, document.id: document.version} if document else versions


def _reason(page: Page, document: Document) -> str:
    _ = page.context.language.gettext
    name = document.symbol or page.context.language.resolve(document.title).text
    return _("Imported from {document}.", document=name)


def _records(
    page: Page,
    imported: ImportedDocument,
    document: Document | None,
    *,
    choices: Sequence[ParagraphChoice],
    errors: Sequence[str],
    other: ImportedDocument | None,
    confirmed_state: str,
) -> Sequence[Record]:
    """Return the records to save, none if something is missing. Raise ImportRefused if they belong to another State."""
    if not document or errors or not imported.language:
        return ()
    return records_to_save(
        page.view,
        imported,
        document,
        choices=choices,
        reason=text_from_input(_reason(page, document), page.context.language),
        other=other,
        confirmed_state=confirmed_state,
    )
