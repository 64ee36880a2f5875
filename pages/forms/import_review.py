"""The second step of bringing in a document: the table of its paragraphs, and the save of what is ticked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from pages.shared import import_drafts
from pages.shared.audience import show_audience
from pages.shared.import_drafts import PREFIX, ReviewDraft
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import fingerprint_of, save_records
from tracker.editing.form_values import text_from_input
from tracker.i18n import native_name
from tracker.importing.document_records import (
    ParagraphChoice,
    add_facts,
    new_document,
    propose_cycle,
    records_to_save,
)
from tracker.importing.expected_state import expected_state, is_other_state
from tracker.importing.imported_document import ImportedDocument, ParagraphKind
from tracker.importing.paragraph_review import (
    ParagraphReview,
    concluding_observations,
    document_of_symbol,
    review_paragraphs,
)
from tracker.importing.row_comparison import RowState
from tracker.importing.similar_demands import SimilarDemand, find_similar
from tracker.model.dataset import Record
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.records import Recommendation
from tracker.model.registers import Document

NEW_DOCUMENT = "+"
"""The choice of a document that the tracker does not have yet. No document has this id."""
STATE_NAMES = {
    RowState.NEW: N_("new"),
    RowState.SAME: N_("already here"),
    RowState.CHANGED: N_("text differs"),
    RowState.CONFLICT: N_("partly here"),
    RowState.REFUSED: N_("cannot be saved"),
}

KIND_NAMES = {
    ParagraphKind.RECOMMENDATION: N_("recommendation"),
    ParagraphKind.CONCERN: N_("concern"),
    ParagraphKind.POSITIVE: N_("positive aspect"),
    ParagraphKind.PROCEDURE: N_("procedure"),
    ParagraphKind.DISSEMINATION: N_("dissemination"),
    ParagraphKind.OTHER: N_("not recognized"),
}


def show_review(page: Page, draft: ReviewDraft) -> None:
    """Show what was read, and save the ticked paragraphs when the editor presses the button."""
    _ = page.context.language.gettext
    imported = _choose_language(page, draft)
    document, errors = _choose_document(page, imported)
    known = document if document and document.version else None
    reviews = review_paragraphs(page.view, imported, known)
    similar = _find_similar(page, draft, imported, document=document)
    is_foreign = is_other_state(imported, expected_state(page.view.dataset))
    page.show("forms/import_counts.html", counts=_counts(reviews), imported=imported)
    _show_tick_all(page, reviews)
    choices = _show_rows(page, imported, reviews, similar=similar, propose=not is_foreign)
    import_drafts.remember_choices(draft)
    if is_foreign and not choices:
        errors = [*errors, _("This is another State's document. Tick only what belongs here.")]
    _show_save(page, imported, document, choices=choices, errors=errors)


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
    imported = draft.imported
    page.show("forms/import_top.html", imported=imported, name=draft.name)
    for notice in imported.notices:
        st.warning(escape_markdown(_(notice.message, **dict(notice.values))))
    codes = list(page.view.settings.languages)
    start = codes.index(imported.language) if imported.language in codes else None
    chosen = st.selectbox(
        _("Language of the text"),
        codes,
        index=start,
        format_func=native_name,
        key=f"{PREFIX}language",
        placeholder=_("Choose"),
    )
    if start is None:
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
        index=options.index(start) if start else None,
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
        _("Treaty body"),
        places,
        index=places.index(imported.body) if imported.body in places else None,
        format_func=lambda i: bodies.get(i, i),
        key=f"{PREFIX}body",
        placeholder=_("Choose"),
    )
    title = two.text_input(_("Title"), imported.title, key=f"{PREFIX}document_title", max_chars=300)
    cycle = three.text_input(_("Reporting cycle"), propose_cycle(imported), key=f"{PREFIX}cycle", max_chars=20)
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
    states = [review.state for review in reviews if review.paragraph.is_recommendation]
    return [(STATE_NAMES[state], states.count(state)) for state in RowState if state in states]


def _show_tick_all(page: Page, reviews: Sequence[ParagraphReview]) -> None:
    """Show two buttons: one ticks all new recommendations, the other unticks everything."""
    _ = page.context.language.gettext
    new = {_key("tick", review): review.is_proposed for review in reviews if review.can_be_saved}
    with st.container(horizontal=True, gap="small"):
        st.button(_("Tick all new ones"), key="bring_all", on_click=st.session_state.update, args=(new,))
        none = dict.fromkeys(new, False)
        st.button(_("Untick all"), key="bring_none", on_click=st.session_state.update, args=(none,))


def _show_rows(
    page: Page,
    imported: ImportedDocument,
    reviews: Sequence[ParagraphReview],
    *,
    similar: Mapping[str, SimilarDemand],
    propose: bool,
) -> list[ParagraphChoice]:
    """Show a row for each paragraph, the recommendations first. Return what is ticked."""
    language = page.context.language
    _ = language.gettext
    asked = [review for review in reviews if review.paragraph.is_recommendation]
    others = [review for review in reviews if not review.paragraph.is_recommendation]
    lang = imported.language or language.code
    choices = [
        _show_row(page, review, similar.get(review.paragraph.number), lang=lang, propose=propose) for review in asked
    ]
    label = language.ngettext(
        "{n} other paragraph: not a recommendation", "{n} other paragraphs: not recommendations", len(others)
    )
    if others:
        more = st.expander(label, key=f"{PREFIX}others", on_change="rerun")
        if more.open or any(st.session_state.get(_key("tick", review)) for review in others):
            with more:
                choices += [_show_row(page, review, None, lang=lang, propose=False) for review in others]
    return [choice for choice in choices if choice]


def _key(what: str, review: ParagraphReview) -> str:
    return f"{PREFIX}{what}_{review.paragraph.number}"


def _show_row(
    page: Page, review: ParagraphReview, similar: SimilarDemand | None, *, lang: str, propose: bool
) -> ParagraphChoice | None:
    """Show one paragraph: a tick, the title, and the details behind a click. Return the choice if it is ticked.

    `lang` is the language of the text. `propose` says whether a new recommendation is ticked at first.
    """
    _ = page.context.language.gettext
    number = review.paragraph.number
    links: tuple[str, ...] = ()
    is_ticked, title = False, review.title
    with st.container(key=f"rt_bring_{number}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if review.can_be_saved:
                st.session_state.setdefault(_key("tick", review), review.is_proposed and propose)
                is_ticked = st.checkbox(_("Paragraph {n}", n=number), key=_key("tick", review))
            if is_ticked:
                st.session_state.setdefault(_key("title", review), review.title)
                title = st.text_input(
                    _("Title of paragraph {n}", n=number),
                    key=_key("title", review),
                    max_chars=300,
                    label_visibility="collapsed",
                )
        page.show(
            "forms/import_row.html",
            review=review,
            similar=similar,
            is_ticked=is_ticked,
            lang=lang,
            state=_(STATE_NAMES[review.state]),
            kind=KIND_NAMES[review.paragraph.kind],
            there=page.view.dataset.recommendations.get(review.recommendation),
            overlaps=[page.view.recommendations[i] for i in review.overlaps],
        )
        if similar and is_ticked and st.checkbox(_("Both ask for the same thing"), key=_key("same", review)):
            links = (similar.recommendation.id,)
    return ParagraphChoice(review, clean_input(title) or review.title, links) if is_ticked else None


def _show_save(
    page: Page,
    imported: ImportedDocument,
    document: Document | None,
    *,
    choices: Sequence[ParagraphChoice],
    errors: Sequence[str],
) -> None:
    """Show the button that saves all ticked paragraphs at once, and the one that discards the review."""
    language = page.context.language
    _ = language.gettext
    errors = [*errors, *([] if imported.language else [_("Choose the language of the text.")])]
    name = document.symbol or language.resolve(document.title).text if document else ""
    reason = _("Brought in from {document}.", document=name)
    records: Sequence[Record] = ()
    if document and not errors:
        texts = text_from_input(reason, language)
        records = records_to_save(page.view, imported, document, choices=choices, reason=texts)
    n = sum(isinstance(record, Recommendation) for record in records) if records else len(choices)
    label = language.ngettext("Save {n} recommendation", "Save {n} recommendations", n)
    if records and not n:
        label = _("Save the document")
    for error in errors:
        st.info(escape_markdown(error))
    if records:
        show_audience(page, is_public=True)
    with st.container(horizontal=True):
        # the key depends on what is shown: a click on a review that a colleague's save has changed does nothing
        is_pressed = st.button(label, type="primary", key=f"bring_save_{fingerprint_of(records)}", disabled=not records)
        st.button(
            _("Discard the review"), key="bring_discard", on_click=import_drafts.drop_review, args=(page.editor_handle,)
        )
    message = language.ngettext("{n} recommendation was saved.", "{n} recommendations were saved.", n)
    if is_pressed and save_records(
        page, "import", records, reason=reason, message=message if n else _("The document is saved.")
    ):
        import_drafts.drop_review(page.editor_handle)
        st.session_state["bring_in_done"] = document.id if document else ""
        st.rerun()
