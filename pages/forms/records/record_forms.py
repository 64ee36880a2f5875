"""The forms that add or edit a recommendation, an item of evidence or a document, and the one that translates its texts."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from secrets import token_hex

import streamlit as st
from markupsafe import escape

from pages.forms.fields import Fields, LocalizedInput, document_names, open_form, open_nested_form, recommendation_names
from pages.forms.files.section import show_files_section
from pages.forms.private.entries import private_evidence, private_folder
from pages.forms.submit import FormWords, save_form, words_for
from pages.forms.widgets import choose_readers
from pages.shared import form_drafts
from pages.shared.layout import Page
from pages.shared.messages import _
from tracker.editing.forms import recommendation as recommendation_form
from tracker.editing.forms.assessment import EvidenceForm
from tracker.editing.forms.document import (
    DOCUMENT_DATES,
    MAX_ROWS,
    ROW_LABELS,
    DeadlineRow,
    DocumentForm,
    RoundRow,
    row_name,
)
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.editing.forms.translation import TranslationForm
from tracker.editing.forms.values import id_errors
from tracker.i18n import native_name
from tracker.importing.entry import propose_cycle
from tracker.model.fields import FIELD_LABELS, record_texts
from tracker.model.permissions import Person
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.signing import texts_of_others
from tracker.model.vocabulary import (
    DateSetBy,
    DeadlineKind,
    DocumentKind,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    MechanismKind,
    StateResponse,
    TextOrigin,
    UptakeResult,
    Verification,
)
from tracker.publishing.wording import text_label
from tracker.queries.localized_names import UN_LANGUAGES
from tracker.queries.translations import TranslationTask, outdated_wordings, source_languages, translation_task


def show_recommendation_form(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Show the form for `r`, None for a new one. Return the id of the recommendation if it was saved now, otherwise None.

    `version` is the version of `r` when the form was opened.
    """
    heading = _("Edit this recommendation") if r else _("Add a recommendation")
    document = st.query_params.get("document", "") if r is None else ""
    given = {"document": document} if document in page.view.documents else None
    form = open_form(page, RecommendationForm, r, name="edit_recommendation", heading=heading, given=given)
    _show_recommendation_fields(form)
    label, message = _("Add the recommendation"), _("The recommendation is added.")
    return save_form(form, version, words_for(form, label, message, reason=_("A new recommendation.")))


def _show_recommendation_fields(form: Fields) -> None:
    page, r = form.page, form.record
    language, view = page.context.language, page.view
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        can_be_source = recommendation_form.can_have_recommendations
        documents = {id: name for id, name in document_names(page).items() if can_be_source(view.documents[id])}
        how = {"placeholder": _("Choose a document"), "at": one, "required": True}
        form.select(_("Source document"), "document", documents, **how)
        link = page.context.link("/edit", ("what", "document"), ("then", "recommendation"))
        page.show("forms/add_document_link.html", at=link)
    form.line(_("Paragraph"), "paragraph", at=two)
    texts = (
        LocalizedInput(_("Title"), "title", is_long=False, required=True),
        LocalizedInput(_("Summary"), "summary", required=True),
    )
    other_languages = form.texts_in_own_language(*texts)
    form.id()
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark")
    if other_languages:
        with st.expander(_("In other languages"), expanded=form.is_only_in(other_languages, *texts)):
            form.texts(*texts, codes=other_languages)
    with st.expander(_("Quotation and source")):
        form.texts(LocalizedInput(_(FIELD_LABELS["text"]), "text", key="quoted"))
        typed, origins = [code for code, text in form.typed["text"].items() if text.strip()], form.start.text_origin
        whose = {code: f"{_('Whose wording')} · {native_name(code)}" for code in typed}
        form.typed["text_origin"] = {
            code: form.code_select(whose[code], f"whose_{code}", TextOrigin, start=origins[code]) for code in typed
        }
        form.line(_("Which part was read, if not all of it"), "parts_read", key="read")
        form.line(_("Who reports it, if the document itself was not read"), "publisher")
        form.line(_("Link to that report"), "link")
    with st.expander(_("Parts")):
        form.texts(LocalizedInput(_("One part a line, each with its letter: a) …"), "parts"))
    with st.expander(_(FIELD_LABELS["expected_action"])):
        form.texts(LocalizedInput(_(FIELD_LABELS["expected_action"]), "expected_action"))
    body = view.bodies.get(document.body) if (document := view.document(form.filled.document)) else None
    if (r and (r.recommending_states or r.response)) or (body and body.kind is MechanismKind.UPR):
        with st.expander(page.context.label(MechanismKind.UPR), expanded=r is None):
            states = _as_labels(name for other in view.recommendations.values() for name in other.recommending_states)
            label = _(FIELD_LABELS["recommending_states"])
            form.choose_several(label, "recommending_states", states, accept_new=True)
            form.code_select(_(FIELD_LABELS["response"]), "response", StateResponse)
    with st.expander(_("Tags (ours)")):
        tags = [tag_set for other in view.recommendations.values() for tag_set in other.tags]
        rights = sorted({right for tag_set in tags for right in tag_set.rights})
        rights = {right: page.context.right(right) for right in rights}
        targets = _as_labels(target for tag_set in tags for target in tag_set.sdg)
        names = (language.resolve(authority.name).text for authority in recommendation_form.all_authorities(view))
        authorities, term_label = _as_labels(names), page.context.term_label
        form.choose_several(_("Themes"), "themes", {term.id: term_label(term.id) for term in view.settings.themes})
        form.choose_several(_("Groups"), "groups", {term.id: term_label(term.id) for term in view.settings.groups})
        form.choose_several(_("Rights (treaty and article)"), "rights", rights, accept_new=True)
        form.choose_several(_("SDG targets"), "sdg", targets, accept_new=True)
        form.choose_several(_("Responsible authorities: lead"), "lead", authorities, accept_new=True)
        form.choose_several(_("Responsible authorities: contributing"), "contributing", authorities, accept_new=True)
    with st.expander(_("Same demand, and whether taken up")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        form.choose_several(_("Same demand as"), "same_demand", recommendation_names(page, others), key="same")
        if candidates := recommendation_form.can_be_taken_up(view, view.document(form.filled.document)):
            label = _("Civil society asked for it")
            form.recommendations_by_code(label, "uptake", codes=UptakeResult, among=candidates, key="taken")


def _as_labels(values: Iterable[str]) -> dict[str, str]:
    return {value: value for value in sorted(set(values))}


def show_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form. Return the id of the evidence item if it was saved now, otherwise None.

    `e` is the item as recorded now, None for a new one. `version` is the version of `e` when the form was opened. For a
    new item, `for` in the address is the recommendation to which it is relevant, and `private` ticks "Private".
    """
    language = page.context.language
    heading = _("Edit this evidence") if e else _("Add evidence")
    form = open_form(page, EvidenceForm, e, name="edit_evidence", heading=heading)
    folder = private_folder(page)
    is_private = e is not None and e.id in private_evidence(page)
    if e is None:
        is_private = _show_private_choice(form, is_offered=folder is not None)
    _show_evidence_fields(form, None if e else page.view.recommendations.get(st.query_params.get("for", "")))
    if e is None:
        form.typed["id"] = new_evidence_id(form, is_private=is_private)
    new_id = form.typed.get("id")
    errors = list(id_errors(new_id, {new_id}, language)) if new_id and folder and folder.is_taken(new_id) else []
    if is_private and not folder:
        # evidence that was meant to be private must never be saved in the public folder
        errors.append(_("The private folder is no longer there, or you may not see it. Nothing was saved."))
    label = _("Save privately") if is_private else _("Add the evidence")
    words = words_for(form, label, _("The evidence is added."), reason=_("New evidence."))
    words = words._replace(is_public=not is_private)
    if is_private or (form.new_files and folder):
        key = f"{form.prefix}readers"
        before = e.private if e and is_private else None
        words = words._replace(private=choose_readers(page, key, before, is_new=e is None or not is_private))
    return save_form(form, version, words, errors=errors)


def new_evidence_id(form: Fields, *, is_private: bool) -> str:
    """Return the typed id of new evidence, or else a suggested one that tells nothing about private evidence.

    Whoever types the same publisher is suggested the same id. Therefore private evidence gets letters by chance, and so
    does what would have the id of private evidence from before.
    """
    suggested, folder = form.filled.suggest_id(form.page.view) or "evidence", private_folder(form.page)
    typed = form.typed["id"] or suggested
    if typed == suggested and (is_private or (folder and folder.is_taken(typed))):
        return f"{typed}-{token_hex(3)}"
    return typed


def _show_private_choice(form: Fields, *, is_offered: bool) -> bool:
    """Show the choice whether a new item is private, and return it. `is_offered` says whether there is a private folder.

    Without a private folder nothing is shown, but the choice is still returned, so that the item is not saved publicly.
    """
    start = st.query_params.get("private") == "yes"
    if not is_offered:
        return start or bool(st.session_state.get(form.prefix + "private"))
    return form.checkbox(_("Private: not shown to readers"), "private", start=start)


def _show_evidence_fields(form: Fields, r: Recommendation | None) -> None:
    """Show the fields. `r` is the recommendation from whose page a new item is added, if any."""
    page = form.page
    others = page.view.recommendations.values()
    if r is not None:
        page.show("forms/evidence_for.html", r=r)
        label = _("What does it show for this recommendation?")
        effect = form.code_radio(label, "suggests", EvidenceEffect, required=True)
        others = [other for other in others if other.id != r.id]
    texts = evidence_texts()
    if other_languages := form.texts_in_own_language(*texts):
        with st.expander(_("In other languages"), expanded=form.is_only_in(other_languages, *texts)):
            form.texts(*texts, codes=other_languages)
    show_source_fields(form)
    show_files_section(form)
    form.typed["has_new_files"] = bool(form.new_files)
    label = _("Relevant to") if r is None else _("Also relevant to")
    form.recommendations_by_code(label, "relevant_to", codes=EvidenceEffect, among=others, key="bears")
    if r is not None:
        form.typed["added_for"] = r.id
        if isinstance(effect, EvidenceEffect):
            chosen = form.typed["relevant_to"]
            form.typed["relevant_to"] = {**chosen, effect: (r.id, *chosen[effect])}
    with st.expander(_("More")):
        show_rarer_fields(form)


def evidence_texts() -> tuple[LocalizedInput, LocalizedInput]:
    """Return the fields for the title and the summary of an item of evidence."""
    return (
        LocalizedInput(_("Title"), "title", is_long=False),
        LocalizedInput(_("Summary in your own words"), "summary", required=True),
    )


def show_source_fields(form: Fields) -> None:
    """Show the fields that say where an item of evidence comes from, what it is about, and whether it was read.

    Nothing is chosen at first.
    """
    one, two = st.columns(2)
    form.line(_("Publisher (who says it)"), "publisher", at=one, required=True)
    form.line(_("Link"), "link", at=two)
    one, two = st.columns(2)
    form.line(_("When it happened"), "happened", at=one)
    form.line(_("When it was published"), "published", at=two)
    one, two = st.columns(2)
    form.code_select(_("Kind of source"), "kind", EvidenceKind, at=one, required=True)
    form.code_radio(_("What is it about?"), "dimension", EvidenceDimension, at=two, required=True)
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark", required=True)


def show_rarer_fields(form: Fields) -> None:
    """Show the fields of an item of evidence that are often left empty."""
    page = form.page
    form.line(_("Archived copy"), "archived")
    form.select(
        _("The same document in this tracker (optional)"), "document", document_names(page), placeholder=_("none")
    )
    form.line(_("Identifier"), "identifier")
    theme_labels = {theme.id: page.context.term_label(theme.id) for theme in page.view.settings.themes}
    form.choose_several(_("Themes"), "themes", theme_labels)
    form.id()


def show_deadline_rows(form: Fields) -> None:
    """Show the rows of the recorded deadlines, closed, then the new rows, open, and the button that adds one.

    The URL parameter `deadline` may name the kind with which a new row is opened.
    """
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
    recorded: tuple[RoundRow, ...] = form.start.rounds if form.start else ()
    st.html(f"<h2 id='rt-rounds'>{escape(_('Rounds of the follow-up'))}</h2>")
    rows = [_show_round(form, row, number) for number, row in enumerate(recorded)]
    if st.toggle(_("Add a round"), key=f"{form.prefix}new_round"):
        rows.append(_show_round(form, RoundRow(), len(rows)))
    form.typed["rounds"] = tuple(rows)


def _show_round(form: Fields, start: RoundRow, number: int) -> RoundRow:
    fields = FIELD_LABELS
    row, none, others = (
        open_nested_form(form, start, name=row_name(number, "round")),
        _("none, or not known"),
        _others(form),
    )
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
    heading = _("Edit this document") if d else _("Add a document")
    form = open_form(page, DocumentForm, d, name="edit_document", heading=heading)
    if wanted := "deadline" in st.query_params:
        show_deadline_rows(form)
    with st.expander(_("The other fields of the document")) if wanted else nullcontext():
        _show_document_fields(form, with_deadlines=not wanted)
    words = words_for(form, _("Add the document"), _("The document is added."), reason=_("A new document."))
    return save_form(form, version, words)


def _show_document_fields(form: Fields, *, with_deadlines: bool) -> None:
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


def show_translation(page: Page, name: str, version: str) -> None:
    """Show the form for the record with the id `name`. In the address, `of` is its register and `to` the language.

    `version` is the version of the record when the form was opened, "" if it is opened now.
    """
    dataset, of, lang = page.view.dataset, st.query_params.get("of", ""), st.query_params.get("to", "")
    registers = ("recommendations", "evidence", "documents")
    record = getattr(dataset, of).get(name) if of in registers else None
    if record is None or lang not in page.view.settings.languages:
        page.show("layout/no_form.html", past=False, id=name[:80], back=page.context.link("/health"))
        return
    if not version:
        st.query_params["editing"] = version = record.version
    task = translation_task(page.view, record, lang)
    others = texts_of_others(page.view.settings, record, Person(organisation=page.editor_organisation))
    if not others.isdisjoint(task.paths):
        st.caption(_("The assessments of other organisations are left out: each organisation translates its own."))
        missing, outdated = (tuple(p for p in paths if p not in others) for paths in (task.missing, task.outdated))
        task = replace(task, missing=missing, outdated=outdated)
    page.show("forms/translation.html", task=task, language_name=native_name(lang))
    if not task.paths:
        return
    start = TranslationForm.for_task(task, page.view.settings.language)
    form = Fields(page, f"translate_{record.id}_{lang}_", start, record=record)
    outdated = outdated_wordings(record, page.view.settings.language)
    confirmed = []
    for path in task.paths:
        source, target = st.columns(2)
        with source:
            _show_source(page, task, path, earlier=outdated.get(path, {}).get(lang, ""))
        with target:
            label = f"{text_label(page.context, path)} · {native_name(lang)}"
            typed = form.area(label, f"text_{path}", start.texts[path])
            form.typed["texts"] = {**form.typed.get("texts", start.texts), path: typed}
            if path in task.outdated and form.checkbox(_("This translation is still right"), f"right_{path}"):
                confirmed.append(path)
    form.typed["confirmed"] = tuple(confirmed)
    reason = _("Translation into: {language}.", language=native_name(lang))
    message, on_top = _("The translation is saved."), _("Replace with mine")
    words = FormWords(_("Save the translation"), message, reason, on_top=on_top)
    (edited,) = form.filled.apply(page.view, record, {}, page.context.language)
    if save_form(form, version, words, still_right=form.filled.still_right(record, edited)):
        form_drafts.discard()
        st.query_params.pop("editing", None)
        st.rerun()


def _show_source(page: Page, task: TranslationTask, path: str, *, earlier: str) -> None:
    language = page.context.language
    code = source_languages(page.view, task.record, path, lang=task.lang)[0]
    resolved = replace(language, code=code, fallback=()).resolve(dict(record_texts(task.record))[path])
    name = f"{text_label(page.context, path)} · {native_name(code)}"
    how = {"text": resolved.text, "earlier": earlier, "is_missing": path in task.missing}
    page.show("forms/translation_source.html", name=name, code=code, **how)
