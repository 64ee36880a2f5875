"""Import a document: upload it or paste its text, review it, save what is ticked.

A review is about the deadlines and paragraphs of concluding observations, or about a report on follow-up.
"""

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from pages.forms.imports.cancellable_reading import read_and_keep, was_cancelled
from pages.forms.imports.deadlines import SELECTION, deadline_key, show_deadlines
from pages.forms.imports.questions import choose_one, confirm_other_states, tell_what_differs
from pages.forms.imports.save import ask_if_read, show_discard, show_import_save, show_tick_all
from pages.forms.widgets import date_in_words, has_error, noting_errors, show_button_error
from pages.shared import import_drafts
from pages.shared.import_drafts import PREFIX, ReviewDraft, change_review
from pages.shared.layout import Page, site_origin
from pages.shared.messages import _, error_text, escape_markdown, ngettext
from pages.shared.text_fields import all_fit, text_field
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import text_from_input
from tracker.i18n import Language, native_name
from tracker.importing.documents import follow_up_records, imported_document
from tracker.importing.documents import records as reviewing
from tracker.importing.documents.follow_up_records import ParagraphMatch
from tracker.importing.documents.imported_document import (
    Author,
    FollowUpSection,
    ImportedDocument,
    ImportNotice,
    ParagraphKind,
)
from tracker.importing.documents.quotation_check import without_note_numbers
from tracker.importing.documents.reader import parse_upload
from tracker.importing.documents.records import ParagraphChoice, ParagraphReview, ProposedDeadline
from tracker.importing.documents.wording_hints import SimilarDemand, find_similar_recommendations, propose_themes
from tracker.importing.symbols_and_changes import RowState, observations_of_symbol, propose_cycle
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uploads import TableRequest, read_new_table
from tracker.model.dataset import Record
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.registers import Document
from tracker.model.vocabulary import DeadlineKind, DocumentKind
from tracker.queries.localized_names import address_of_symbol
from tracker.queries.view import effective_date
from tracker.sandbox.host import IsCancelled
from tracker.sandbox.kinds import is_table
from tracker.sandbox.limits import FileLimits
from tracker.validation.state_party import expected_state, is_name_of

MAX_PASTED = 400_000
"""The largest number of characters that can be pasted. Concluding observations have up to 100,000."""


def show_start(page: Page) -> None:
    """Show the uploader and the field for a pasted text. Read what the editor gives, and start its review."""
    name = Language("en", page.view.settings.language).resolve(page.view.settings.state_party).text
    page.show("forms/import_start.html", most=f"{page.config.upload_megabytes:g}", state=name)
    # every kind of file is taken: the reader of documents says best what a wrong one is, and what to do
    upload = st.file_uploader(_("File"), key=f"bring_in_file_{st.session_state.get('bring_in_attempt', 0)}")
    if upload and hasattr(upload, "getvalue"):
        _read_first(page, upload.getvalue(), upload.name)
    if was_cancelled("bring_in"):
        st.info(_("Reading was cancelled. Nothing of the file is kept."))
    show_button_error("bring_in_file")
    with st.expander(_("Paste the text instead"), expanded=bool(st.session_state.get("bring_in_text"))):
        label = _("Text of the document")
        text = text_field(label, key="bring_in_text", height=240, most=MAX_PASTED, is_long=True)
        if st.button(_("Read the text"), key="bring_in_read") and all_fit("bring_in_text"):
            _read_first(page, text.encode(), "")
        show_button_error("bring_in_text")


def _read_first(page: Page, data: bytes, name: str) -> None:
    """Read a document, a spreadsheet or an export of UHRI, start its review, and run the page again."""
    # another thread reads the file, and knows no browser
    language, origin = page.context.language, site_origin()

    def keep(upload: import_drafts.Upload) -> str:
        import_drafts.start_review(upload, name)
        return ""

    def parse(limits: FileLimits, is_cancelled: IsCancelled) -> import_drafts.Upload:
        if name and is_table(io.BytesIO(data), name):
            request = TableRequest(ImportVocabulary.from_view(page.view, language, origin), language)
            return read_new_table(data, request, limits, is_cancelled=is_cancelled)
        imported = parse_upload(data, name, limits=limits, is_cancelled=is_cancelled)
        if imported.follow_up_reports:
            return imported  # the review asks for the State, and refuses another one
        expected, is_allowed = expected_state(page.view.dataset, language.code), page.view.settings.allow_other_states
        return imported_document.add_state_notice(imported, expected, is_allowed)

    read_and_keep(parse, keep, key="bring_in", name=name)


KEY = "bring_other"
"""The beginning of the widget keys for the second file: the same document in another language."""


def show_other_language(page: Page, draft: ReviewDraft, imported: ImportedDocument) -> ImportedDocument | None:
    """Show the second file, or its uploader. Return the second file, or None if it is missing or in the same language."""
    other = draft.reviewed.other
    if other is None:
        _show_other_uploader(page, draft, imported)
        return None
    if other.language == imported.language:
        st.warning(_("Both files are in the same language. The second one is left out."))
    page.show("forms/import_other.html", language_name=native_name(other.language), name=draft.reviewed.other_name)
    st.button(_("Remove the second file"), key=f"{KEY}_remove", on_click=_remove_other, args=(draft,))
    show_button_error(f"{KEY}_remove")
    if other.language == imported.language:
        return None
    _show_notices(imported_document.compare_language_versions(imported, other))
    return other


def _remove_other(draft: ReviewDraft) -> None:
    """Remove the second file from the review. If this fails, the next run shows why at the button."""
    with noting_errors(f"{KEY}_remove"):
        change_review(draft, other=None, other_name="")


def _show_other_uploader(page: Page, draft: ReviewDraft, imported: ImportedDocument) -> None:
    """Show the uploader and text field for the document in another language, if the dataset has another language."""
    others = [native_name(code) for code in page.view.settings.languages if code != imported.language]
    if not others:
        return
    is_open = bool(st.session_state.get(f"{KEY}_text")) or has_error(f"{KEY}_file") or has_error(f"{KEY}_text")
    with st.expander(_("Add the same document in another language"), expanded=is_open):
        attempt = st.session_state.get(f"{KEY}_attempt", 0)
        upload = st.file_uploader(_("File in another language"), key=f"{KEY}_file_{attempt}")
        if upload and hasattr(upload, "getvalue"):
            _read_other(page, draft, imported, data=upload.getvalue(), name=upload.name)
        text = text_field(_("Or paste its text"), key=f"{KEY}_text", height=120, most=MAX_PASTED, is_long=True)
        if st.button(_("Read the text"), key=f"{KEY}_read") and all_fit(f"{KEY}_text"):
            _read_other(page, draft, imported, data=text.encode(), name="")
        if was_cancelled(KEY):
            st.info(_("Reading was cancelled. Nothing of the file is kept."))
        show_button_error(f"{KEY}_file")
        show_button_error(f"{KEY}_text")


def _read_other(page: Page, draft: ReviewDraft, imported: ImportedDocument, *, data: bytes, name: str) -> None:
    """Read the same document in another language, add it to the review, and run the page again."""

    def keep(other: ImportedDocument) -> str:
        found = native_name(other.language)
        if other.language == imported.language:
            return _("This file is in the same language as the first: {name}.", name=found)
        if other.language not in page.view.settings.languages:
            return _("The text seems to be in this language: {name}. The dataset has no texts in it.", name=found)
        change_review(draft, other=other, other_name=name)
        return ""

    read_and_keep(partial(parse_upload, data, name), keep, key=KEY, name=name)


MAX_PARAGRAPH_TITLE = 300
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


def state_name(review: ParagraphReview) -> str:
    """Return the state of a paragraph in words, such as "new". The caller translates them."""
    if review.is_language_added:
        return N_("adds this language")
    return N_("only in this file") if review.is_extra else STATE_NAMES[review.state]


def show_paragraphs(
    page: Page, reviews: Sequence[ParagraphReview], files: list[ImportedDocument], **how: Any
) -> list[ParagraphChoice]:
    """Show a row for each paragraph, recommendations first, and return the choices for the ticked ones.

    `files` are the document and, if any, its version in another language. `how` has `similar`: number of a paragraph →
    recommendation that may ask for the same.
    """
    asked = [review for review in reviews if review.paragraph.is_recommendation]
    others = [review for review in reviews if not review.paragraph.is_recommendation]
    choices = [_show_row(page, review, files, **how) for review in asked]
    n = len(others)
    label = ngettext("{n} other paragraph: not a recommendation", "{n} other paragraphs: not recommendations", n)
    if others:
        more = st.expander(label, key=f"{PREFIX}others", on_change="rerun")
        if more.open or any(st.session_state.get(_key("tick", review)) for review in others):
            with more:
                choices += [_show_row(page, review, files, **how) for review in others]
    return [choice for choice in choices if choice]


def _tick(keys: Iterable[str], is_on: bool) -> None:
    st.session_state.update(dict.fromkeys(keys, is_on))


def _key(what: str, review: ParagraphReview) -> str:
    return f"{PREFIX}{what}_{review.paragraph.number}"


def _show_notices(notices: Sequence[ImportNotice], **known: str) -> None:
    """Show the notices of an import as warnings. `known` has further values for the placeholders of their sentences."""
    for notice in notices:
        st.warning(escape_markdown(_(notice.message, **{**dict(notice.values), **known})))


def _show_row(
    page: Page,
    review: ParagraphReview,
    files: list[ImportedDocument],
    *,
    similar: dict[str, SimilarDemand],
) -> ParagraphChoice | None:
    """Show one paragraph: a check box, the titles, and the details in a closed box. Return the choice, or None."""
    paragraph, follow_up = review.paragraph, files[0].follow_up
    number, other_lang = paragraph.number, files[1].language if len(files) > 1 else ""
    alike = similar.get(number) if paragraph.is_recommendation else None
    links, themes = tuple[str, ...](), tuple[str, ...]()
    is_ticked, title, other_title = False, review.title, review.other_title
    with st.container(key=f"rt_bring_{number}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if review.can_be_saved:
                is_ticked = st.checkbox(_("Paragraph {n}", n=number), key=_key("tick", review))
            if is_ticked and not review.letters:
                title = _show_title(_("Title of paragraph {n}", n=number), _key("title", review), start=title)
                if review.other:
                    label = _("Title of paragraph {n}: {language}", n=number, language=native_name(other_lang))
                    other_title = _show_title(label, _key("other_title", review), start=other_title)
        if is_ticked:
            themes = _choose_themes(page, review)
        page.show(
            "forms/import_row.html",
            review=review,
            similar=alike,
            is_ticked=is_ticked,
            is_selected=follow_up is not None and number in {named.partition(" ")[0] for named in follow_up.paragraphs},
            lang=files[0].language or page.context.language.code,
            other_lang=other_lang,
            state=_(state_name(review)),
            kind=KIND_NAMES[paragraph.kind],
            there=page.view.dataset.recommendations.get(review.recommendation),
            overlaps=[page.view.recommendations[i] for i in review.overlaps],
            letters=[page.view.recommendations[i] for _letter, i in review.letters],
        )
        if review.can_be_saved and (review.has_note_number or st.session_state.get(_key("note", review))):
            st.checkbox(_("Take the numbers of footnotes out of paragraph {n}", n=number), key=_key("note", review))
        if alike and is_ticked and st.checkbox(_("Both ask for the same thing"), key=_key("same", review)):
            links = (alike.recommendation.id,)
    title, other_title = clean_input(title) or review.title, clean_input(other_title)
    return ParagraphChoice(review, title, links, other_title=other_title, themes=themes) if is_ticked else None


def _show_title(label: str, key: str, *, start: str) -> str:
    """Show the field for a title, and return the title."""
    return text_field(label, start, key=key, most=MAX_PARAGRAPH_TITLE, is_kept=False, label_visibility="collapsed")


def _choose_themes(page: Page, review: ParagraphReview) -> tuple[str, ...]:
    """Show a field for themes, in which the proposed ones are chosen at first. Return the chosen ids."""
    terms = {term.id: page.context.label(term) for term in page.view.settings.themes}
    r = page.view.dataset.recommendations.get(review.recommendation)
    known = {theme for tags in (r.tags if r else ()) for theme in tags.themes}
    offered = [theme for theme in terms if theme not in known]
    if not offered or review.letters:
        return ()
    key = _key("themes", review)
    if key not in st.session_state:
        versions = [paragraph for paragraph in (review.paragraph, review.other) if paragraph]
        st.session_state[key] = list(propose_themes(page.view, versions))
    chosen = [theme for theme in st.session_state[key] if theme in offered]
    if len(chosen) < len(st.session_state[key]):  # the settings or the tags changed since the draft was kept
        st.session_state[key] = chosen
    label, word, add = _("Themes of paragraph {n}", n=review.paragraph.number), terms.__getitem__, _("Add themes")
    shown = partial(st.multiselect, placeholder=add, select_all=False, label_visibility="collapsed")
    return tuple(shown(label, offered, chosen, word, key=key))


NEW_DOCUMENT = "+"
"""The choice "A document that is not listed yet" has this value in the list of documents. No document has this id."""


def show_review(page: Page, draft: ReviewDraft) -> None:
    """Show the review of a document: its facts, deadlines and paragraphs, and the buttons that end the review."""
    imported = draft.reviewed.imported
    address = page.context.document_link(address_of_symbol(imported.symbol))
    page.show("forms/import_top.html", imported=imported, name=draft.reviewed.name, address=address)
    _show_notices(imported.notices, expected=page.context.language.resolve(page.view.settings.state_party).text)
    if imported.author is not Author.COMMITTEE:  # a notice says why
        show_discard()
        return
    imported = _choose_language(page, draft)
    other = show_other_language(page, draft, imported)
    if other:
        imported = imported_document.fill_missing_facts(imported, other)
    document, errors = _choose_document(page, imported)
    known = document if document and document.version else None
    cut = [p.number for p in imported.paragraphs if st.session_state.get(f"{PREFIX}note_{p.number}")]
    imported = without_note_numbers(imported, cut)
    other = without_note_numbers(other, cut) if other else None
    reviews = reviewing.review_paragraphs(page.view, imported, known, other=other)
    strange = tell_what_differs(page, [file for file in (imported, other) if file], known)
    made_of = (page.view.dataset.signature, imported.language, document.id if document else "")
    if draft.similar[0] != made_of:
        similar = find_similar_recommendations(page.view, imported, imported.recommendations, document=made_of[2])
        draft.similar = (made_of, similar)
    files, main = [file for file in (imported, other) if file], page.view.settings.language
    dated, proposals = list[str](), tuple[ProposedDeadline, ...]()
    expected = expected_state(page.view.dataset, page.context.language.code)
    others = (file for file in files if imported_document.is_about_other_state(file, expected))
    foreign = [file.state or file.country for file in others][:1]
    selection = imported.follow_up.paragraphs if imported.follow_up else ()
    is_selection_new = bool(selection) and document is not None and document.follow_up is None
    told_selection = escape_markdown(_("Selected for follow-up: {list}", list=", ".join(selection)))
    if document:
        proposals = reviewing.propose_deadlines(imported, document)
        lang = imported.language or page.context.language.code
        deadlines, wrong = show_deadlines(page, proposals, lang=lang)
        document = reviewing.with_deadlines(document, [] if wrong else deadlines, imported, main=main)
        if is_selection_new and st.checkbox(told_selection, key=SELECTION):
            document, dated = reviewing.with_selection(document, imported, main=main), [SELECTION]
        document = reviewing.with_facts_of_file(page.view, document, other) if other else document
        errors = [*errors, *wrong]
        dated += [f"{deadline.kind} {deadline.date}" for deadline in deadlines]
    unmatched = reviewing.unmatched_recommendations(page.view, imported, known)
    counts = Counter(state_name(review) for review in reviews if review.paragraph.is_recommendation)
    page.show("forms/import_counts.html", counts=list(counts.items()), imported=imported, unmatched=unmatched)
    usable = [review for review in reviews if review.can_be_saved]
    clear = [
        *(_key("tick", one) for one in usable if one.is_proposed),
        *(deadline_key(d) for d in proposals if d.is_proposed and not strange),
    ]
    every = [
        *(_key("tick", one) for one in usable),
        *(deadline_key(d) for d in proposals if d.state is not RowState.REFUSED),
    ]
    if is_selection_new:
        every.append(SELECTION)
        clear += (
            [SELECTION] if any(d.kind is DeadlineKind.REPLY and d.is_sure for d in proposals) and not strange else []
        )
    show_tick_all(_tick, clear, every)
    choices = show_paragraphs(page, reviews, files, similar=draft.similar[1])
    import_drafts.remember_choices(draft)
    ticked = [*dated, *(choice.review.paragraph.number for choice in choices)]
    confirmed = foreign[0] if confirm_other_states(page, foreign, expected) else ""
    reason = ""
    if document:
        name = document.symbol or page.context.language.resolve(document.title).text
        reason = _("Imported from {document}.", document=name)
    records: Sequence[Record] = ()
    try:
        for file in files:
            imported_document.refuse_other_state(file, page.view.dataset, confirmed)
        if document and not errors and imported.language:
            why, was_read = text_from_input(reason, page.context.language), ask_if_read(page, draft, ticked)
            make = partial(reviewing.records_to_save, page.view, imported, document, choices=choices, other=other)
            file_of = page.context.own_organisation_name or page.context.person.handle
            records = make(reason=why, was_read=was_read, confirmed_state=confirmed, file_of=file_of)
    except ImportRefused as error:
        errors = [*errors, error_text(ImportRefused(error.message, {**error.values, "expected": expected.name}))]
    if not imported.language:
        errors = [*errors, _("Choose the language of the text.")]
    # what the review is compared with
    seen = {review.recommendation: review.version for review in reviews if review.recommendation}
    seen |= {known.id: known.version} if known else {}
    ticks, name = len(choices), document.id if document else ""
    show = partial(show_import_save, page, draft, records, seen=seen, errors=errors, is_compared=True)
    show(ticked=ticks, reason=reason, document=name)


def _choose_language(page: Page, draft: ReviewDraft) -> ImportedDocument:
    imported: ImportedDocument = draft.reviewed.imported
    names, label = {code: native_name(code) for code in page.view.settings.languages}, _("Language of the text")
    chosen = choose_one(label, names, f"{PREFIX}language", placeholder=_("Choose"), start=imported.language)
    if imported.language not in names:
        name = native_name(imported.language)
        told = _("The text seems to be in this language: {name}. The dataset has no texts in it.", name=name)
        st.warning(escape_markdown(told))
    return replace(imported, language=chosen or "")


def _choose_document(page: Page, imported: ImportedDocument) -> tuple[Document | None, list[str]]:
    """Ask which document the file is. Return (the document, or None if it is not settled; sentences about what is missing)."""
    view, language = page.view, page.context.language
    found = observations_of_symbol(view, imported.symbol)
    listed = [d for d in view.documents.values() if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS]
    known = {d.id: d for d in (*listed, *([found] if found else []))}
    names = {d.id: f"{d.symbol or d.id} · {language.resolve(d.title).text}" for d in known.values()}
    # what is listed is not added again, even if a colleague added it while this review was open
    labels = names if found else {**names, NEW_DOCUMENT: _("A document that is not listed yet")}
    if st.session_state.get(f"{PREFIX}document", next(iter(labels))) not in labels:
        del st.session_state[f"{PREFIX}document"]
    start = found.id if found else NEW_DOCUMENT if imported.symbol else None
    chosen = choose_one(_("Document"), labels, f"{PREFIX}document", placeholder=_("Choose a document"), start=start)
    if document := view.dataset.documents.get(chosen or ""):
        if imported.symbol and (not found or found.id != chosen):
            told = _("The file has the symbol {symbol}. Check the document.", symbol=imported.symbol)
            st.warning(escape_markdown(told))
        return reviewing.with_facts_of_file(view, document, imported) if imported.language else document, []
    if chosen != NEW_DOCUMENT:
        return None, [_("Choose the document.")]
    return _show_new_document(page, imported)


def _show_new_document(page: Page, imported: ImportedDocument) -> tuple[Document | None, list[str]]:
    """Show the fields of a new document. Return (the document, or None while something is missing; what is missing)."""
    view, word = page.view, page.context.body_word
    bodies = {body.id: page.context.label(body) for body in view.bodies.values()}
    one, two, three = st.columns([2, 4, 1])
    body = choose_one(word, bodies, f"{PREFIX}body", placeholder=_("Choose"), start=imported.body, at=one)
    title_key, cycle_key = f"{PREFIX}document_title", f"{PREFIX}cycle"
    title = text_field(_("Title"), imported.title, key=title_key, most=300, is_kept=False, at=two)
    proposed = propose_cycle(imported.symbol or "", imported.title)
    cycle = text_field(_("Reporting cycle"), proposed, key=cycle_key, most=20, is_kept=False, at=three)
    needed = {
        _("Choose the treaty body."): body,
        _("Enter the title of the document."): clean_input(title),
        _("Enter the reporting cycle: the number of the periodic report, such as 4 or 2-3."): clean_input(cycle),
    }
    errors = [sentence for sentence, value in needed.items() if not value]
    if errors or not body or not imported.language:
        return None, errors
    return reviewing.new_document(view, imported, body=body, title=clean_input(title), cycle=cycle), []


def show_follow_up_review(page: Page, draft: ReviewDraft) -> None:
    """Show the review of a report on follow-up. Only the section about the dataset's State can be saved."""
    view = page.view
    imported = draft.reviewed.imported
    page.show("forms/import_follow_up_top.html")
    report = _choose_section(page, imported.follow_up_reports)
    section = follow_up_records.section_as_document(report, imported)
    observations = observations_of_symbol(view, report.concluding_observations)
    matches = follow_up_records.match_paragraphs(view, report, section.file_text)
    page.show("forms/import_follow_up.html", report=report, observations=observations, name=draft.reviewed.name)
    _show_notices(imported.notices)
    if report.unread:
        told = _("This is not read: the report does not say to which paragraph or part it belongs. Record it by hand:")
        st.warning("\n- ".join(map(escape_markdown, (f"{told}\n", *report.unread))))
    errors = _reasons_against(page, report, section)
    for reason in errors:  # also beside the button, far below
        st.warning(escape_markdown(reason))
    parts: dict[tuple[str, int], str | None] = {}
    keys = [_tick_key(match) for match in matches if match.can_be_saved]
    show_tick_all(_tick, keys, keys)
    show_one = partial(_show_paragraph, page, chosen=parts, lang=section.language, document=observations)
    titles = {match.paragraph.number: show_one(match) for match in matches}
    added = {number: title for number, title in titles.items() if title is not None}
    paper = follow_up_records.document_of(view, report.symbol)
    known = (effective_date(paper) if paper else None) or report.session_dates or ""
    key, start = f"{PREFIX}report_date", date_in_words(page.context.language, known)
    typed = text_field(_("Date of the committee's report"), start, key=key, most=40, is_kept=False)
    date = read_date(typed).date
    reply_date = _ask_date_of_reply(page, report)
    next_report = _ask_next_report(page, report, observations)
    import_drafts.remember_choices(draft)
    if not date:
        errors.append(_("Enter the date of the committee's report, or of its session: the grades are of this date."))
    body = observations.body if observations and date else ""
    to_save = added or {match.paragraph.number for match in matches if match.can_be_saved}
    chosen = replace(report, paragraphs=tuple(one for one in report.paragraphs if one.number in to_save))
    if strange := follow_up_records.unknown_grades(view, chosen, body, date=date or ""):
        sentence = _("The committee's scale of that time has no grade {grades}. Check the date of the report.")
        errors.append(sentence.format(grades=", ".join(strange)))
    records: Sequence[Record] = ()
    if not errors:
        make = partial(follow_up_records.follow_up_records, view, report, section, date=date or "")
        try:
            was_read = ask_if_read(page, draft, [*added, *([next_report] if next_report else [])])
            make = partial(make, reply_date=reply_date, next_report=next_report)
            records = make(added=added, parts=parts, was_read=was_read)
            errors += [] if records else [_("Nothing is ticked that is not in the register already.")]
            for why, numbers in follow_up_records.unsaved_grades(matches, added, records).items():
                st.info(escape_markdown(_(why).format(list=", ".join(numbers))))
        except ImportRefused as error:
            errors.append(error_text(error))
    seen = {m.recommendation.id: m.recommendation.version for m in matches if m.recommendation}
    seen |= {observations.id: observations.version} if observations else {}
    source = report.symbol or draft.reviewed.name or _("a report on follow-up")
    reason, name = _("Imported from {document}.", document=source), observations.id if observations else ""
    show = partial(show_import_save, page, draft, records, seen=seen, errors=errors, is_compared=True)
    show(ticked=0, label=_("Save the report"), reason=reason, document=name)


def _reasons_against(page: Page, report: FollowUpSection, section: ImportedDocument) -> list[str]:
    """Return sentences about why nothing of the report can be saved here, whatever is chosen."""
    reasons = []
    if observations_of_symbol(page.view, report.concluding_observations) is None:
        missing = _("The register has no concluding observations with the symbol {symbol}. Add or import them first.")
        reasons.append(missing.format(symbol=report.concluding_observations or "?"))
    try:
        imported_document.refuse_other_author(section)
        imported_document.refuse_other_state(section, page.view.dataset, "")
    except ImportRefused as error:
        reasons.append(error_text(error))
    return reasons


def _ask_date_of_reply(page: Page, report: FollowUpSection) -> str:
    """Return the date of the State's reply: the one that the file or the register has for it, as an editor corrects it."""
    if not any(paragraph.reply for paragraph in report.paragraphs):
        return ""
    if len(report.replies) > 1:
        days = [
            (one.date and page.context.language.format_date(one.date)) or one.symbol or "?" for one in report.replies
        ]
        told = _(
            "The report names several replies of the State: {list}. It is not certain which words are of which, so they are "
            "left out. Record them on the pages of the recommendations."
        )
        st.info(escape_markdown(told.format(list="; ".join(days))))
        return ""
    key = f"{PREFIX}reply_date"
    known = date_in_words(page.context.language, follow_up_records.date_of_reply(page.view, report))
    start = st.session_state.get(key, known)
    typed = text_field(_("Date of the State's reply"), start, key=key, most=40, is_kept=False)
    if not (date := read_date(typed).date):
        st.info(_("The words of the State have a date of their own. Without it, they are left out."))
    return date or ""


def _ask_next_report(page: Page, report: FollowUpSection, observations: Document | None) -> str | None:
    """Return when the next State report is due, "" if it is ticked without a date, None if it is not ticked or known."""
    due = report.next_report
    if observations and due in follow_up_records.deadlines_of_next_report(observations):
        return None
    if not due:
        st.caption(_("No date was read for the next State report. If the document has one, tick this and enter it."))
    if not st.checkbox(page.context.label(DeadlineKind.NEXT_REPORT), key=f"{PREFIX}next_report"):
        return None
    key, start = f"{PREFIX}next_report_date", date_in_words(page.context.language, due or "")
    return read_date(text_field(_("Due"), start, key=key, most=40, is_kept=False)).date or ""


def _choose_section(page: Page, reports: tuple[FollowUpSection, ...]) -> FollowUpSection:
    """Return the only section, or the one that the editor chooses."""
    if len(reports) == 1:
        return reports[0]
    expected = expected_state(page.view.dataset)
    own = next((n for n, report in enumerate(reports) if report.state and is_name_of(report.state, expected)), 0)
    names = [report.state or report.concluding_observations or "?" for report in reports]
    return reports[st.selectbox(_("State"), range(len(reports)), own, names.__getitem__, key=f"{PREFIX}section")]


def _tick_key(match: ParagraphMatch) -> str:
    return f"{PREFIX}tick_{match.paragraph.number}"


def _show_paragraph(
    page: Page,
    match: ParagraphMatch,
    chosen: dict[tuple[str, int], str | None],
    *,
    lang: str,
    document: Document | None,
) -> str | None:
    """Show a paragraph of a report on `document` beside its recommendation. Put its chosen parts into `chosen`.

    Return None if it is not ticked, "" if it is about a known recommendation, otherwise the title of the new one.
    """
    number, is_ticked = match.paragraph.number, False
    label = (
        _("Paragraph {n}", n=number) if match.recommendation else _("Add paragraph {n} from the quotation", n=number)
    )
    if match.can_be_saved:
        is_ticked = st.checkbox(label, key=_tick_key(match))
    page.show("forms/import_follow_up_row.html", match=match, lang=lang, document=document)
    r, grades = match.recommendation, match.paragraph.grades
    for n, grade in enumerate(grades):
        if grade.scope or not r or not r.parts:
            continue
        names = {"": _("the whole recommendation, or not said")}
        names |= {part.id: f"{part.id}. {page.context.language.resolve(part.summary).text}" for part in r.parts}
        label = _("{grade}: for which part?", grade=f"{n + 1}. {grade.grade}")
        key, start = f"{PREFIX}part_{number}_{n}", follow_up_records.propose_part(r, grades, n) or ""
        chosen[number, n] = choose_one(label, names, key, start=start) or None
    if match.recommendation or not is_ticked:
        return "" if is_ticked else None
    key = f"{PREFIX}title_{number}"
    return clean_input(text_field(_("Title"), match.title, key=key, most=300, is_kept=False)) or match.title
