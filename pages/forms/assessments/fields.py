"""The fields of the form that records an assessment."""

from dataclasses import replace

import streamlit as st

from pages.forms.fields import Fields, open_nested_form
from pages.forms.files.section import show_files_section
from pages.forms.records.choice_names import document_names, evidence_name
from pages.forms.records.evidence import evidence_texts, show_rarer_fields, show_source_fields
from pages.shared.layout import Page
from tracker.editing.forms.assessment import NEW_EVIDENCE
from tracker.editing.forms.evidence import EvidenceForm
from tracker.editing.forms.typed_dates import read_date
from tracker.i18n import native_name
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import (
    COMPUTED_STATUSES,
    NOT_SELECTED,
    Direction,
    EvidenceEffect,
    Status,
    Verification,
    Voice,
)
from tracker.publishing.assessment_wording import full_name
from tracker.validation.references import scale_in_use


def show_assessment_fields(form: Fields) -> None:
    """Show the fields of the form."""
    page, r = form.page, form.record
    language, label = page.context.language, page.context.label
    _ = language.gettext
    voices = [v for v in Voice if v is not Voice.COMMITTEE or r.issued_by == "committee"]
    voice = form.code_radio(_("Whose assessment is this?"), "voice", voices, start=voices[0])
    if voice is Voice.CIVIL_SOCIETY:
        _show_organisation(form)
    else:
        form.typed["organisation"] = None
    one, two = st.columns(2)
    with one:
        if voice is Voice.COMMITTEE:
            _show_grade(form)
        else:
            statuses = {s: label(s) for s in Status if s not in COMPUTED_STATUSES}
            none = _("Choose a status") if voice is Voice.CIVIL_SOCIETY else _("claims no progress")
            is_ours = voice is Voice.CIVIL_SOCIETY
            form.select(_("Status"), "status", statuses, placeholder=none, required=is_ours)
    form.select(_("Direction"), "direction", {d: label(d) for d in Direction}, placeholder=_("not said"), at=two)
    one, two = st.columns(2)
    form.line(_("Date (as precise as you know it)"), "date", at=one, required=True)
    if r.parts:
        parts = {p.id: f"({p.id}) {language.resolve(p.summary).text}" for p in r.parts}
        form.select(_("Of which part?"), "part", parts, placeholder=_("the whole recommendation"))
    codes = list(page.view.settings.languages)
    others = [code for code in codes if code != language.code]
    is_elsewhere = form.has_text(dict.fromkeys((f"reason_{code}" for code in others), ""))
    form.area(_("Reasons"), "reason", most=5000, required=not is_elsewhere)
    with_others = bool(others) and st.toggle(_("Write in other languages too"), key=form.prefix + "other_languages")
    if with_others:
        for code in others:
            form.area(f"{_('Reason for the assessment')} · {native_name(code)}", f"reason_{code}", most=5000)
        form.typed["other_reasons"] = {code: form.typed[f"reason_{code}"] for code in others}
    evidence_names = {e.id: evidence_name(page, e) for e in _relevant_first(page, r)}
    form.choose_several(_("Evidence from the register"), "evidence", evidence_names)
    one, two = st.columns([3, 1])
    document = form.select(
        _("Source document (optional)"), "document", document_names(page), placeholder=_("none"), at=one
    )
    form.line(_("Paragraph"), "paragraph", at=two)
    if document or voice is not Voice.CIVIL_SOCIETY:
        is_asked = voice is not Voice.CIVIL_SOCIETY
        label = _("Has the source itself been read?")
        form.code_radio(label, "verification", Verification, key="mark", required=is_asked)
    _ask_about_early_date(form, r)
    if st.toggle(_("Add new evidence"), key=form.prefix + "add"):
        form.typed["new"] = _new_evidence(form, r, with_others)


def _show_organisation(form: Fields) -> None:
    """Show the organisation of the person, or let a person without one choose an organisation of the dataset."""
    page = form.page
    _, organisations = page.context.language.gettext, page.view.organisations
    own = organisations.get(page.editor_organisation)
    names = {o.id: full_name(page.context.language, o) for o in organisations.values()}
    if own is None and len(organisations) == 1:
        own = next(iter(organisations.values()))
    if own is None:
        form.select(_("Organisation"), "organisation", names, placeholder=_("Choose an organisation"), required=True)
        return
    form.typed["organisation"] = own.id
    page.show("forms/own_organisation.html", name=names[own.id])


def _ask_about_early_date(form: Fields, r: Recommendation) -> None:
    """If the typed date is earlier than the document of the recommendation, show a box that confirms it."""
    language = form.page.context.language
    if issued := form.filled.earlier_than(form.page.view, r):
        text = language.gettext(
            "The date is right, although the document is of {date}", date=language.format_date(issued)
        )
        form.tick(text, "is_early_confirmed")


def _show_grade(form: Fields) -> None:
    """Show a field for the grade.

    The grades to choose from are the scale that the committee used on the date that is typed. If that scale is not
    known, the editor types the grade.
    """
    page, typed_date = form.page, str(st.session_state.get(form.prefix + "date", form.start.date))
    date = read_date(typed_date, page.view.today).date
    _, body = page.context.language.gettext, page.view.body_of(form.record)
    try:
        grades = scale_in_use(page.view.dataset, body.id, date) if body else ()
    except ValueError:  # the date is not valid yet
        grades = ()
    not_selected = _("not selected for follow-up")
    if grades:
        options = {grade: grade for grade in grades} | {NOT_SELECTED: not_selected}
        chosen = form.select(
            _("The committee's grade"), "grade", options, placeholder=_("Choose a grade"), required=True
        )
        form.typed["grade"] = chosen or ""
        return
    label = _("The committee's grade, in its own letter or words")
    typed = form.line(label, "grade", key="grade_typed", most=120, required=True)
    form.typed["grade"] = NOT_SELECTED if form.tick(not_selected, "grade_none") else typed


def _relevant_first(page: Page, r: Recommendation) -> list[Evidence]:
    """Return all evidence items, those that are relevant to the recommendation `r` first."""
    relevant = {e.id for e, _link in page.view.evidence_for(r)}
    return sorted(page.view.evidence.values(), key=lambda e: e.id not in relevant)


def _new_evidence(assessment: Fields, r: Recommendation, with_others: bool) -> EvidenceForm:
    """Show the fields of an evidence item that is added with the assessment.

    They are the fields of the evidence form. The title and the summary are in the language of the editor and, if
    `with_others` is True, in the other languages.
    """
    language, settings = assessment.page.context.language, assessment.page.view.settings
    _ = language.gettext
    empty = dict.fromkeys(dict.fromkeys([language.code, *(settings.languages if with_others else ())]), "")
    start = replace(EvidenceForm.from_record(assessment.page.view, None, language), title=empty, summary=empty)
    form = open_nested_form(assessment, start, name=NEW_EVIDENCE)
    with st.container(border=True):
        form.texts(*evidence_texts(form.page))
        show_source_fields(form)
        show_files_section(form)
        label = _("What does it show for this recommendation?")
        effect = form.code_radio(label, "suggests", EvidenceEffect, required=True)
        with st.expander(_("More")):
            show_rarer_fields(form)
    relevant_to = {effect: (r.id,)} if isinstance(effect, EvidenceEffect) else {}
    new_id = form.typed["id"] or form.filled.suggest_id(form.page.view) or "evidence"
    return replace(form.filled, id=new_id, relevant_to=relevant_to, added_for=r.id)
