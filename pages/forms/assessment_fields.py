"""The fields of the form that records an assessment."""

from collections.abc import Callable

import streamlit as st

from pages.forms.fields import document_names
from pages.shared import form_drafts
from pages.shared.layout import Page
from tracker.editing.assessment_form import AssessmentForm, NewEvidenceForm
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import (
    NOT_SELECTED,
    Direction,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Status,
    Verification,
    Voice,
)
from tracker.validation.assessment_rules import scale_in_use


def assessment_fields(page: Page, r: Recommendation) -> AssessmentForm:
    """Show the fields of the form, and return what was typed. The input is kept as long as the form is open."""
    language, label = page.context.language, page.context.label
    _ = language.gettext

    prefix = f"assess_{r.id}_"

    def key(name: str) -> str:
        return prefix + name

    form_drafts.restore(page.editor_handle, prefix)
    # Put the defaults into the session state only: Streamlit warns about a widget that also gets a default argument.
    defaults = {
        "date": page.view.today.isoformat(),
        "assessor": _("Editors of this tracker"),
        "kind": EvidenceKind.NEWS,
        "dimension": EvidenceDimension.PRACTICE,
        "suggests": EvidenceEffect.CONTEXT,
    }
    for name, value in defaults.items():
        st.session_state.setdefault(key(name), value)

    voices = [v for v in Voice if v is not Voice.COMMITTEE or r.issued_by == "committee"]
    voice = st.radio(_("Whose statement is it?"), voices, format_func=label, horizontal=True, key=key("voice"))
    one, two = st.columns(2)
    status, grade = None, ""
    date_so_far = st.session_state[key("date")]
    with one:
        if voice is Voice.COMMITTEE:
            grade = _grade(page, r, date_so_far, key=key("grade"))
        else:
            status = st.selectbox(
                _("Status"),
                [s for s in Status if s is not Status.NOT_ASSESSED],
                format_func=label,
                index=None,
                key=key("status"),
                placeholder=_("Choose a status") if voice is Voice.CIVIL_SOCIETY else _("no status claimed"),
            )
    direction = two.selectbox(
        _("Direction"),
        list(Direction),
        format_func=label,
        index=None,
        key=key("direction"),
        placeholder=_("not said"),
    )
    one, two = st.columns(2)
    date = one.text_input(
        _("Date (as precise as you know it)"),
        key=key("date"),
        help=_("A day 2026-03-18, a month 2026-03, a year 2026, or a period 2021/2024."),
        max_chars=30,
    )
    assessor = ""
    if voice is Voice.CIVIL_SOCIETY:
        assessor = two.text_input(_("Who assesses (a role, never a person's name)"), key=key("assessor"), max_chars=200)
        verification = Verification.SEEN
    else:
        verification = two.selectbox(
            _("How sure are we of its words?"), list(Verification), format_func=label, key=key("mark")
        )
    part = None
    if r.parts:
        summaries = {p.id: language.resolve(p.summary).text for p in r.parts}
        part = st.selectbox(
            _("Of which part?"),
            list(summaries),
            format_func=lambda letter: f"({letter}) {summaries[letter]}",
            index=None,
            key=key("part"),
            placeholder=_("the whole recommendation"),
        )
    reason = st.text_area(_("Reason: what does it rest on?"), key=key("reason"), max_chars=5000)
    evidence_names = {e.id: _evidence_name(page, e) for e in _relevant_first(page, r)}
    evidence = st.multiselect(
        _("Evidence from the register"),
        list(evidence_names),
        format_func=evidence_names.get,
        key=key("evidence"),
        placeholder=_("Choose evidence"),
    )
    documents = document_names(page)
    document = st.selectbox(
        _("Source document, if it rests on one"),
        list(documents),
        format_func=documents.get,
        index=None,
        key=key("document"),
        placeholder=_("none"),
    )
    new = _new_evidence_fields(page, key) if st.toggle(_("Add new evidence"), key=key("add")) else None
    form_drafts.remember(page.editor_handle, prefix)
    return AssessmentForm(
        voice,
        assessor,
        part,
        status=status,
        grade=grade,
        direction=direction,
        date=date,
        reason=reason,
        document=document,
        verification=verification,
        evidence=tuple(evidence),
        new=new,
    )


def _grade(page: Page, r: Recommendation, date: str, *, key: str) -> str:
    """Show a field for the grade, and return the chosen grade.

    The grades to choose from are the scale that the committee used on `date`. If that scale is not known, the editor
    types the grade.
    """
    language, body = page.context.language, page.view.body_of(r)
    _ = language.gettext
    try:
        grades = scale_in_use(page.view.dataset, body.id, date) if body else ()
    except ValueError:  # the date is not valid yet
        grades = ()
    not_selected = _("not selected for follow-up")
    if grades:
        chosen = st.selectbox(
            _("The committee's grade"),
            [*grades, NOT_SELECTED],
            format_func=lambda grade: not_selected if grade == NOT_SELECTED else grade,
            index=None,
            key=key,
            placeholder=_("Choose a grade"),
        )
        return chosen or ""
    typed = st.text_input(_("The committee's grade, in its own letter or words"), key=f"{key}_typed", max_chars=120)
    return NOT_SELECTED if st.checkbox(not_selected, key=f"{key}_none") else typed


def _relevant_first(page: Page, r: Recommendation) -> list[Evidence]:
    """Return all evidence items, those that are relevant to the recommendation `r` first."""
    relevant = {e.id for e, _link in page.view.evidence_for(r)}
    return sorted(page.view.evidence.values(), key=lambda e: e.id not in relevant)


def _evidence_name(page: Page, e: Evidence) -> str:
    language = page.context.language
    title = language.resolve(e.title).text if e.title else language.resolve(e.summary).text[:60]
    return strip_bidi_controls(
        " · ".join(filter(None, [title, e.publisher, language.format_date(e.published) if e.published else ""]))
    )


def _new_evidence_fields(page: Page, key: Callable[[str], str]) -> NewEvidenceForm:
    language, label = page.context.language, page.context.label
    _ = language.gettext
    with st.container(border=True):
        title = st.text_input(_("Title"), key=key("title"), max_chars=300)
        summary = st.text_area(_("Summary in your own words"), key=key("summary"), max_chars=5000)
        one, two = st.columns(2)
        publisher = one.text_input(_("Publisher: who says it?"), key=key("publisher"), max_chars=300)
        link = two.text_input(_("Link"), key=key("link"), placeholder="https://", max_chars=2000)
        happened = one.text_input(
            _("When it happened"), key=key("happened"), placeholder=_("as precise as you know it"), max_chars=30
        )
        published = two.text_input(
            _("When it was published"), key=key("published"), placeholder=_("as precise as you know it"), max_chars=30
        )
        kind = one.selectbox(_("Kind of source"), list(EvidenceKind), format_func=label, key=key("kind"))
        dimension = two.selectbox(
            _("What is it about?"), list(EvidenceDimension), format_func=label, key=key("dimension")
        )
        effect = st.radio(
            _("What does it suggest for this recommendation?"),
            list(EvidenceEffect),
            format_func=label,
            horizontal=True,
            key=key("suggests"),
        )
    return NewEvidenceForm(
        kind,
        publisher,
        title,
        summary=summary,
        link=link,
        happened=happened,
        published=published,
        dimension=dimension,
        effect=effect,
    )
