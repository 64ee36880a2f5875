"""Forms that add, edit, translate or archive a recommendation, evidence or a document; and one that undoes a save."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Any

import streamlit as st
from markupsafe import escape

from pages.forms.fields import Fields, LocalizedInput, document_names, open_form, open_nested_form, recommendation_names
from pages.forms.files.section import show_files_section
from pages.forms.private.entries import private_evidence, private_folder, save_privately
from pages.forms.records.proposals import page_id_of, propose, readers_of_proposal
from pages.forms.submit import FormWords, save_form, show_action_button, words_for
from pages.forms.widgets import choose_readers, chosen_readers
from pages.shared import form_drafts
from pages.shared.layout import Page, show_audience
from pages.shared.messages import _, error_text, ngettext
from pages.shared.saving import LastSave, save_records, undo, withdrawal_place
from tracker.editing.forms import document as document_form
from tracker.editing.forms import recommendation as recommendation_form
from tracker.editing.forms.assessment import EvidenceForm
from tracker.editing.forms.document import ROW_LABELS, DeadlineRow, DocumentForm, RoundRow, row_prefix
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.editing.forms.translation import TranslationForm
from tracker.editing.forms.values import id_errors, text_from_input
from tracker.editing.undo import (
    NOTHING_TO_UNDO,
    can_undo_save,
    dependants_of,
    records_naming,
    retire_record,
    reverse_save,
)
from tracker.i18n import native_name
from tracker.importing.symbols_and_changes import propose_cycle
from tracker.model import vocabulary
from tracker.model.dataset import Record, place_of_record
from tracker.model.errors import NobodyChosen
from tracker.model.fields import FIELD_LABELS, record_texts
from tracker.model.lifecycle import is_withdrawn
from tracker.model.organisations import NOBODY_CHOSEN
from tracker.model.ownership import texts_of_others
from tracker.model.permissions import Person
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DateSetBy, DeadlineKind, EvidenceEffect, MechanismKind, Verification
from tracker.publishing.wording import text_label
from tracker.queries.activity_log import saves_by_time
from tracker.queries.localized_names import UN_LANGUAGES
from tracker.queries.quotations import QUOTATION_CHANGED
from tracker.queries.translations import TranslationTask, outdated_wordings, source_languages, translation_task


def show_recommendation_form(page: Page, r: Recommendation | None, version: str = "") -> str | None:
    """Show the form for `r` (None: a new recommendation), opened on `version`. Return the id if it was saved now."""
    heading = _("Edit this recommendation") if r else _("Add a recommendation")
    document = st.query_params.get("document", "") if r is None else ""
    asked = {"document": document, "paragraph": st.query_params.get("paragraph", "")}
    given = asked if document in page.view.documents else {}
    form = open_form(page, RecommendationForm, r, name="edit_recommendation", heading=heading, **given)
    _show_recommendation_fields(form, r)
    label, message = _("Add the recommendation"), _("The recommendation is added.")
    report = page.view.documents.get(form.typed.get("document") or "")
    return save_form(form, version, words_for(form, label, message, reason=_("A new recommendation."), report=report))


def _show_recommendation_fields(form: Fields[RecommendationForm], r: Recommendation | None) -> None:
    """Show the fields of the recommendation `r`; those that are often left empty are in closed boxes."""
    page, language, view = form.page, form.page.context.language, form.page.view
    one, two = st.columns([3, 1]) if r is None else (None, None)
    if r is None:
        can_be_source = recommendation_form.can_have_recommendations
        asked = {id: d for id, d in view.documents.items() if page.config.private or not page.others_owner(d)}
        documents = {id: s for id, s in document_names(page).items() if id in asked and can_be_source(asked[id])}
        choose = _("Choose a document")
        form.select(_("Source document"), "document", documents, placeholder=choose, at=one, required=True)
        link = page.context.link("/edit", ("what", "document"), ("then", "recommendation"))
        page.show("forms/add_document_link.html", at=link)
    form.line(_("Paragraph"), "paragraph", at=two)
    title = LocalizedInput(_("Title"), "title", is_long=False, required=True)
    texts = (title, LocalizedInput(_("Summary"), "summary", required=True))
    other_languages = form.texts_in_own_language(*texts)
    form.id_line()
    mark = st.container()
    if other_languages:
        with st.expander(_("In other languages"), expanded=form.is_only_in(other_languages, *texts)):
            form.texts(*texts, codes=other_languages)
    with st.expander(_("Quotation and source")):
        form.texts(LocalizedInput(_(FIELD_LABELS["text"]), "text", key="quoted"))
        origins, chosen = form.start.text_origin, {}
        for code in (code for code, text in form.typed["text"].items() if text.strip()):
            label, name = f"{_('Whose wording')} · {native_name(code)}", f"whose_{code}"
            chosen[code] = form.code_select(label, name, vocabulary.TextOrigin, start=origins[code])
        form.typed["text_origin"] = chosen
        form.line(_("Which part was read, if not all of it"), "parts_read", key="read")
        form.line(_("Who reports it, if the document itself was not read"), "publisher")
        form.line(_("Link to that report"), "link")
    with st.expander(_("Parts")):
        form.texts(LocalizedInput(_("One part a line, each with its letter: a) …"), "parts"))
        form.texts(LocalizedInput(_(FIELD_LABELS["closing"]), "closing"))
    # what was changed by hand is not preset as read; the store holds to it, too
    is_changed = r is not None and form.filled.quotes_other_words(r, view.settings.language)
    start = Verification.TO_CHECK if is_changed else None
    form.code_radio(
        _("Has the source itself been read?"), "verification", Verification, key="mark", start=start, at=mark
    )
    if is_changed:
        mark.caption(_(QUOTATION_CHANGED))
    with st.expander(_(FIELD_LABELS["expected_action"])):
        form.texts(LocalizedInput(_(FIELD_LABELS["expected_action"]), "expected_action"))
    body = view.bodies.get(document.body) if (document := view.document(form.filled.document)) else None
    if (r and (r.recommending_states or r.response)) or (body and body.kind is MechanismKind.UPR):
        with st.expander(page.context.label(MechanismKind.UPR), expanded=r is None):
            states = {name for other in view.recommendations.values() for name in other.recommending_states}
            form.choose_several(_(FIELD_LABELS["recommending_states"]), "recommending_states", **_with_new(states))
            form.code_select(_(FIELD_LABELS["response"]), "response", vocabulary.StateResponse)
    with st.expander(_("Tags (ours)")):
        tags = [tag_set for other in view.recommendations.values() for tag_set in other.tags]
        rights = _with_new({right for tag_set in tags for right in tag_set.rights}, page.context.right)
        targets = _with_new({target for tag_set in tags for target in tag_set.sdg})
        authorities = _with_new({language.resolve(a.name).text for a in recommendation_form.all_authorities(view)})
        term_label = page.context.term_label
        form.choose_several(_("Themes"), "themes", {term.id: term_label(term.id) for term in view.settings.themes})
        form.choose_several(_("Groups"), "groups", {term.id: term_label(term.id) for term in view.settings.groups})
        form.choose_several(_("Rights (treaty and article)"), "rights", **rights)
        form.choose_several(_("SDG targets"), "sdg", **targets)
        form.choose_several(_("Responsible authorities: lead"), "lead", **authorities)
        form.choose_several(_("Responsible authorities: contributing"), "contributing", **authorities)
    with st.expander(_("Same demand, and whether taken up")):
        others = [other for other in view.recommendations.values() if r is None or other.id != r.id]
        form.choose_several(_("Same demand as"), "same_demand", recommendation_names(page, others), key="same")
        if among := recommendation_form.candidates_for_uptake(view, view.document(form.filled.document)):
            label, codes = _("Civil society asked for it"), vocabulary.UptakeResult
            form.recommendations_by_code(label, "uptake", codes=codes, among=among, key="taken")


def _with_new(values: Iterable[str], label: Callable[[str], str] = str) -> dict[str, Any]:
    """Return arguments of `Fields.choose_several`: `values` as sorted options with labels, and new words allowed."""
    return {"options": {value: label(value) for value in sorted(values)}, "accept_new": True}


def show_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form for `e` (None: new evidence), opened on `version`. Return the id if it was saved now.

    For new evidence, `for` in the address is its recommendation, and `private=yes` ticks the box "Private".
    """
    heading = _("Edit this evidence") if e else _("Add evidence")
    form = open_form(page, EvidenceForm, e, name="edit_evidence", heading=heading)
    folder = private_folder(page)
    is_private = e.id in private_evidence(page) if e else st.query_params.get("private") == "yes"
    if e is None and folder:
        is_private = form.checkbox(_("Private: not shown to readers"), "private", start=is_private)
    elif e is None:  # the folder may have been there: evidence that was meant to be private must not become public
        is_private = is_private or bool(st.session_state.get(form.prefix + "private"))
    _show_evidence_fields(form, None if e else page.view.recommendations.get(st.query_params.get("for", "")))
    if e is None:
        form.typed["id"] = new_evidence_id(form, is_private=is_private)
    new_id = form.typed.get("id")
    is_taken = new_id in private_evidence(page)
    errors = list(id_errors(new_id, {new_id}, page.context.language)) if new_id and is_taken else []
    if is_private and not folder:
        # evidence that was meant to be private must never be saved in the public folder
        errors.append(_("The private folder is no longer there, or you may not see it. Nothing was saved."))
    label = _("Save privately") if is_private else _("Add the evidence")
    words = words_for(form, label, _("The evidence is added."), reason=_("New evidence."))
    private = None
    if is_private or (form.new_files and folder):
        before, is_new = e.private if e and is_private else None, e is None or not is_private
        private = choose_readers(page, f"{form.prefix}readers", before, is_new=is_new, asks_publishers=True)
        if chosen_readers(f"{form.prefix}readers") == NOBODY_CHOSEN:
            errors.append(error_text(NobodyChosen()))
    words = words._replace(is_public=not is_private, private=private or words.private)
    return save_form(form, version, words, errors=errors)


def new_evidence_id(form: Fields[EvidenceForm], *, is_private: bool) -> str:
    """Return the typed id of new evidence, or a suggested one. Private evidence gets random characters at its end, always.

    So no id is ever taken by private evidence of another organisation, and nobody can find out by guessing.
    """
    typed = form.typed["id"] or form.filled.suggest_id(form.page.view) or "evidence"
    return f"{typed[:73]}-{token_hex(3)}" if is_private else typed


def _show_evidence_fields(form: Fields[EvidenceForm], r: Recommendation | None) -> None:
    """Show the fields of evidence. `r` is the recommendation from whose page a new item is added, otherwise None."""
    page = form.page
    others = list(page.view.recommendations.values())
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
    """Return the two texts of an item of evidence that are typed in several languages: title, summary."""
    summary = LocalizedInput(_("Summary in your own words"), "summary", required=True)
    return LocalizedInput(_("Title"), "title", is_long=False), summary


def show_source_fields(form: Fields[Any]) -> None:
    """Show the fields that say where an item of evidence comes from, what it is about, and whether it was read."""
    one, two = st.columns(2)
    form.line(_("Publisher (who says it)"), "publisher", at=one, required=True)
    form.line(_("Link"), "link", at=two)
    one, two = st.columns(2)
    form.line(_("When it happened"), "happened", at=one)
    form.line(_("When it was published"), "published", at=two)
    if form.filled.is_published_first:
        form.checkbox(_("It was published before it happened, such as an announcement"), "is_order_confirmed")
    one, two = st.columns(2)
    form.code_select(_("Kind of source"), "kind", vocabulary.EvidenceKind, at=one, required=True)
    form.code_radio(_("What is it about?"), "dimension", vocabulary.EvidenceDimension, at=two, required=True)
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark", required=True)


def show_rarer_fields(form: Fields[Any]) -> None:
    """Show the fields of an item of evidence that are often left empty."""
    page, same = form.page, _("The same document in this tracker (optional)")
    form.line(_("Archived copy"), "archived")
    form.select(same, "document", document_names(page), placeholder=_("none"))
    form.line(_("Identifier"), "identifier")
    theme_labels = {theme.id: page.context.term_label(theme.id) for theme in page.view.settings.themes}
    form.choose_several(_("Themes"), "themes", theme_labels)
    form.id_line()


def show_deadline_rows(form: Fields[DocumentForm]) -> None:
    """Show a row for each recorded or new deadline, and a button for more. The address may set the kind of the first new one."""
    recorded = form.start.deadlines
    count_key, wanted = f"{form.prefix}deadline_rows", st.query_params.get("deadline", "")
    suggested = wanted if wanted in set(DeadlineKind) else None
    most = document_form.MAX_ROWS - len(recorded)
    added = min(st.session_state.get(count_key, 1 if suggested else 0), most)
    new = [DeadlineRow(kind=suggested, suggested=suggested), *[DeadlineRow()] * added][:added]
    st.html(f"<h2 id='rt-deadline-rows'>{escape(_('Deadlines'))}</h2>")
    form.typed["deadlines"] = tuple(_show_deadline(form, row, number) for number, row in enumerate([*recorded, *new]))
    if added < most:
        put, args = st.session_state.__setitem__, (count_key, added + 1)
        st.button(_("Add a deadline"), key=f"add_deadline_{form.prefix}", on_click=put, args=args)


def _other_documents(form: Fields[Any]) -> dict[str, str]:
    """Return id → name of all documents except the one that is edited."""
    return {id: name for id, name in document_names(form.page).items() if not form.record or id != form.record.id}


def _show_deadline(form: Fields[Any], start: DeadlineRow, number: int) -> DeadlineRow:
    """Show the fields of a deadline, and return it as typed. `number` counts the rows from 0."""
    language, label = form.page.context.language, form.page.context.label
    old, name = start.recorded, _("New deadline")
    name = f"{label(old.kind)} · {language.format_date(old.date)}" if old else name
    if old and (owner := form.page.others_owner(old)):  # only this organisation changes its own date
        st.html(f"<p>{escape(name)} · {escape(form.page.context.organisation_name(owner))}</p>")
        return start
    row, others = open_nested_form(form, start, name=row_prefix(number)), _other_documents(form)
    whose = _(ROW_LABELS["set_by"])
    if start.suggested:  # only the date is asked for, and whose it is
        one, two = st.columns([4, 3])
        kind = st.session_state.get(f"{row.prefix}kind") or start.suggested  # it is chosen below
        row.line(f"{label(DeadlineKind(kind))}: {_(ROW_LABELS['date'])}", "date", at=one, required=True)
        row.code_select(whose, "set_by", DateSetBy, at=two, required=True)
    with st.expander(name, expanded=not start.recorded and not start.suggested):
        one, two, three = st.columns([3, 2, 2])
        row.code_select(_(ROW_LABELS["kind"]), "kind", DeadlineKind, at=one, required=True)
        if not start.suggested:
            row.line(_(ROW_LABELS["date"]), "date", at=two, required=True)
            row.code_select(whose, "set_by", DateSetBy, at=three, required=True)
        one, two, three = st.columns([3, 2, 2])
        row.select(_(ROW_LABELS["source"]), "source", others, placeholder=_("This document"), at=one)
        row.line(_(ROW_LABELS["paragraph"]), "paragraph", at=two)
        row.code_select(_(ROW_LABELS["verification"]), "verification", Verification, at=three)
        row.line(_(ROW_LABELS["sentence"]), "sentence", most=20_000)
        one, two = st.columns([2, 5])
        row.line(_(ROW_LABELS["done"]), "done", at=one)
        row.select(_(ROW_LABELS["met_by"]), "met_by", others, placeholder=_("none, or not known"), at=two)
        if start.recorded:
            row.checkbox(_("Remove this deadline"), "is_removed")
    return replace(start, **row.typed)


def show_round_rows(form: Fields[DocumentForm]) -> None:
    """Show the recorded rounds of the follow-up in closed boxes, and a switch that adds an open box for a new one."""
    st.html(f"<h2 id='rt-rounds'>{escape(_('Rounds of the follow-up'))}</h2>")
    rows = [_show_round(form, row, number) for number, row in enumerate(form.start.rounds)]
    if st.toggle(_("Add a round"), key=f"{form.prefix}new_round"):
        rows.append(_show_round(form, RoundRow(), len(rows)))
    form.typed["rounds"] = tuple(rows)


def _show_round(form: Fields[Any], start: RoundRow, number: int) -> RoundRow:
    """Show the fields of a round of the follow-up, and return it as typed. `number` counts the rounds from 0."""
    fields, none, others = FIELD_LABELS, _("none, or not known"), _other_documents(form)
    row = open_nested_form(form, start, name=row_prefix(number, "round"))
    with st.expander(_("Round {n}", n=number + 1), expanded=start.recorded is None):
        one, two = st.columns(2)
        row.select(_(fields["reply"]), "reply", others, placeholder=none, at=one)
        row.select(_(fields["report"]), "report", others, placeholder=none, at=two)
        one, two, three = st.columns([3, 2, 2])
        row.line(_(fields["ngos"]), "ngos", most=2000, at=one)
        answers = {"yes": _("Yes"), "no": _("No")}
        row.select(_(fields["lists_ngos"]), "lists_ngos", answers, placeholder=_("nobody has looked"), at=two)
        row.code_select(_(ROW_LABELS["verification"]), "verification", Verification, at=three)
        row.line(_(fields["action"]), "action", most=20_000)
        if start.recorded:
            row.checkbox(_("Remove this round"), "is_removed")
    return replace(start, **row.typed)


def show_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form for `d` (None: new). With `deadline` in the address, deadlines come first. Return the id if saved now."""
    heading = _("Edit this document") if d else _("Add a document")
    form = open_form(page, DocumentForm, d, name="edit_document", heading=heading)
    if wanted := "deadline" in st.query_params:
        show_deadline_rows(form)
    with st.expander(_("The other fields of the document")) if wanted else nullcontext():
        _show_document_fields(form, with_deadlines=not wanted)
    words = words_for(form, _("Add the document"), _("The document is added."), reason=_("A new document."))
    return save_form(form, version, words)


def _show_document_fields(form: Fields[DocumentForm], *, with_deadlines: bool) -> None:
    """Show the fields of a document. Show those of its deadlines only if `with_deadlines` is true."""
    one, two = st.columns(2)
    bodies = {body.id: form.page.context.label(body) for body in form.page.view.bodies.values()}
    form.select(form.page.context.body_word, "body", bodies, placeholder=_("Choose"), at=one, required=True)
    form.code_select(_("Kind of document"), "kind", vocabulary.DocumentKind, at=two, required=True)
    if form.page.view.has_several_states:
        states = {state.id: form.page.context.label(state) for state in form.page.view.states}
        form.select(_(FIELD_LABELS["state"]), "state", states, placeholder=_("Choose"), required=True)
    one, two, three = st.columns([2, 1, 3])
    symbol = form.line(_("Symbol"), "symbol", at=one, placeholder="E/C.12/…")
    cycle_key, seen_key = f"{form.prefix}cycle", f"{form.prefix}cycle_of"
    if form.record is None and symbol != st.session_state.get(seen_key, "") and not st.session_state.get(cycle_key):
        st.session_state[cycle_key] = propose_cycle(symbol)  # once for each symbol of a new document
    st.session_state[seen_key] = symbol
    form.line(_("Reporting cycle"), "cycle", at=two, placeholder=_("such as 4 or 2-3"), required=True)
    form.line(_("Link"), "link", at=three)
    title = LocalizedInput(_("Title"), "title", is_long=False, required=True)
    other_languages = form.texts_in_own_language(title)
    one, two = st.columns([2, 1])
    form.line(_("Who wrote it, if not the committee or the State"), "authors", at=one)
    codes = dict.fromkeys([*form.page.view.settings.languages, *UN_LANGUAGES])
    label, names = _(FIELD_LABELS["original_language"]), {code: native_name(code) for code in codes}
    form.select(label, "original_language", names, placeholder=_("none, or not known"), at=two)
    for name, column in zip(document_form.DOCUMENT_DATES, [*st.columns(3), *st.columns(3)], strict=False):
        form.line(_(FIELD_LABELS[name]), name, at=column)
    show_files_section(form)
    one, two = st.columns(2)
    form.code_radio(_("Has the source itself been read?"), "verification", Verification, key="mark", at=one)
    form.line(_("Which part was read, if not all of it"), "parts_read", key="read", at=two)
    one, two, three = st.columns([2, 1, 2])
    form.line(_("Paragraphs selected for follow-up"), "follow_up_paragraphs", at=one, placeholder="13, 19 (a), 25")
    form.line(_("Where it says so: paragraph"), "follow_up_place", at=two)
    form.code_select(_("How were these paragraphs checked?"), "follow_up_mark", Verification, at=three)
    if with_deadlines:
        show_deadline_rows(form)
    is_concluding = form.typed["kind"] is vocabulary.DocumentKind.CONCLUDING_OBSERVATIONS
    if is_concluding or form.start.rounds:
        form.texts_in_own_language(LocalizedInput(_(FIELD_LABELS["no_submission"]), "no_submission"))
        show_round_rows(form)
    form.id_line()
    with st.expander(_("In other languages, and a note"), expanded=form.is_only_in(other_languages, title)):
        form.texts(title, codes=other_languages)
        form.texts(LocalizedInput(_("Note"), "note"))
        form.texts(LocalizedInput(_("Note on the follow-up"), "follow_up_note"))


def show_translation_form(page: Page, record_id: str, version: str) -> None:
    """Show the form that translates a record. Leave out texts that only another organisation may translate."""
    dataset, of, lang = page.view.dataset, st.query_params.get("of", ""), st.query_params.get("to", "")
    registers = ("recommendations", "evidence", "documents")
    record = getattr(dataset, of).get(record_id) if of in registers else None
    if record is None or lang not in page.view.settings.languages:
        page.show("layout/no_form.html", past=False, id=record_id[:80], back=page.context.link("/health"))
        return
    if not version:
        st.query_params["editing"] = version = form_drafts.version_of_draft(record)
    task = translation_task(page.view, record, lang)
    others = texts_of_others(dataset, record, Person(organisation=page.editor_organisation))
    if not others.isdisjoint(task.paths):
        st.caption(_("What belongs to other organisations is left out: each organisation translates its own."))
        own = [tuple(path for path in paths if path not in others) for paths in (task.missing, task.outdated)]
        task = replace(task, missing=own[0], outdated=own[1])
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
    reason, on_top = _("Translation into: {language}.", language=native_name(lang)), _("Replace with mine")
    words = FormWords(_("Save the translation"), _("The translation is saved."), reason, on_top=on_top)
    (edited,) = form.filled.apply(page.view, record, {}, page.context.language)
    if save_form(form, version, words, still_right=form.filled.still_right(record, edited)):
        form_drafts.discard()
        st.query_params.pop("editing", None)
        st.rerun()


def _show_source(page: Page, task: TranslationTask, path: str, *, earlier: str) -> None:
    """Show the text to translate at `path`, and its `earlier` wording, if any."""
    language = page.context.language
    code = source_languages(page.view, task.record, path, lang=task.lang)[0]
    resolved = replace(language, code=code, fallback=()).resolve(dict(record_texts(task.record))[path])
    name = f"{text_label(page.context, path)} · {native_name(code)}"
    how = {"text": resolved.text, "earlier": earlier, "is_missing": path in task.missing}
    page.show("forms/translation_source.html", name=name, code=code, **how)


def show_undo_save(page: Page, recorded: str) -> None:
    """Show what undoing a save would change, and a button. If not allowed, say that only its editor can, within a day."""
    folder = private_folder(page) if st.query_params.get("private") else None
    view, now = folder.evidence_view(page.view) if folder else page.view, datetime.now(UTC)
    save, reversal = saves_by_time(view).get(recorded), None
    if save and can_undo_save(save, now, page.context.person):
        reversal = reverse_save(view, save, page.context.language)
    back = page.context.link("/evidence" if folder else "/activity")
    how = {"back": back, "is_done": "saved" in st.session_state, "nothing": NOTHING_TO_UNDO}
    page.show("forms/undo_save.html", reversal=reversal, place=lambda r: withdrawal_place(page, r)[1], **how)
    if save is None or not reversal or not reversal.records:
        return
    show_audience(page, is_public=folder is None, private=getattr(reversal.records[0], "private", None))
    # the key holds the versions that are shown: nobody undoes what they have not seen
    key = "undo_save_" + "_".join(record.version[:8] for record in reversal.records)[:200]
    label = ngettext("Undo {n} entry", "Undo {n} entries", len(reversal.records))
    last = LastSave("edit", "", save.recorded, folder=folder)
    st.button(_("Redo") if reversal.is_undo else label, type="primary", key=key, on_click=undo, args=(page, last))


def show_retire_evidence_form(page: Page, e: Evidence | None, version: str = "") -> str | None:
    """Show the form that archives evidence. Return its id if it was archived now."""
    if e is None or is_withdrawn(e.events):
        page.show("forms/retire_evidence.html", e=None, rests=())
        return None
    is_private = e.id in private_evidence(page)
    page.show("forms/retire_evidence.html", e=e, rests=() if is_private else dependants_of(page.view.dataset, e.id))
    return _show_archive(page, e, version, label=_("Archive this evidence"), is_public=not is_private)


def show_retire_document_form(page: Page, d: Document | None, version: str = "") -> str | None:
    """Show the form that archives a document; if records name it, show these instead. Return its id if it was archived now."""
    named_by = records_naming(page.view.dataset, d.id) if d else ()
    page.show("forms/retire_document.html", d=None if d and is_withdrawn(d.events) else d, named_by=named_by)
    if d is None or is_withdrawn(d.events) or named_by:
        return None
    return _show_archive(page, d, version, label=_("Archive this document"))


NO_DUPLICATE = "-"
"""The choice of who archives a recommendation that is no duplicate. No record has this id."""


def show_retire_recommendation_form(page: Page, r: Recommendation, version: str) -> str | None:
    """Show the form that archives the duplicate `r`. Return its id if it was archived now."""
    note = _("It is archived and no longer counted. Its page links to the other one.")
    st.html(f"<h2 id='record'>{_('Archive a duplicate')}</h2><p>{note}</p>")
    d, among = page.view.dataset, page.view.recommendations.values()
    alike = (other for other in among if other.id != r.id and place_of_record(d, other) == place_of_record(d, r))
    form = Fields[Any](page, f"retire_{r.id}_", None)
    choices = {NO_DUPLICATE: _("It is not a duplicate"), **recommendation_names(page, alike)}
    into = form.select(
        _("Of which recommendation is it a duplicate?"), "into", choices, placeholder=_("Choose"), required=True
    )
    return _show_archive(page, r, version, label=_("Archive"), into=into or "")


def _show_archive(
    page: Page, record: Record, version: str, *, label: str, is_public: bool = True, into: str | None = None
) -> str | None:
    """Show a field for the reason, and a button that archives a record. Return its id if it was archived now."""
    is_here = page.path == "/recommendation"
    form = Fields[Any](page, f"{'' if is_here else 'edit_'}retire_{record.id}_", None)
    question = _("Why is it archived?") if is_here else _("Why do you archive it?")
    reason = form.line(question, "reason", required=True)
    form_drafts.remember(form.prefix)
    anyway, key, texts = _("Archive anyway"), f"retire_now_{record.id}", form.prefix
    if readers := readers_of_proposal(page, record):
        label = anyway = _("Propose to archive it")
    show = partial(show_action_button, is_public=is_public and not readers, private=readers)
    if not show(page, label, record, anyway=anyway, version=version, key=key, texts=texts):
        return None
    if not reason.strip():
        st.error(_("Please say why it is archived."))
        return None
    if into == "":
        st.error(_("Please choose of which recommendation it is a duplicate."))
        return None
    into = None if into == NO_DUPLICATE else into
    message = _("Archived. It is kept but no longer counted.")
    if isinstance(record, Evidence):
        message = _("The evidence is archived. It stays in the history but no longer counts.")
    retired = retire_record(record, text_from_input(reason, page.context.language), into)
    if readers:
        message = _("Proposed to its owner.")
        return record.id if propose(page, retired, reason=reason, message=message, texts=form.prefix) else None
    page_id = page_id_of(page, record)
    if isinstance(retired, Evidence) and not is_public:
        is_saved = save_privately(page, page_id, [retired], reason=reason, texts=form.prefix)
    else:
        is_saved = save_records(page, page_id, [retired], reason=reason, message=message, texts=form.prefix)
    return record.id if is_saved else None
