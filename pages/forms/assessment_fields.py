"""The fields of the form, and what stands in them as a draft."""

from typing import Any

import streamlit as st

from pages.forms.fields import document_names
from pages.shared import form_drafts
from pages.shared.layout import Page
from tracker.editing.assessment_form import AssessmentForm, NewEvidenceForm
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.records import Evidence, Recommendation
from tracker.model.vocabulary import (
    NOT_SELECTED,
    Dimension,
    Direction,
    EvidenceEffect,
    EvidenceKind,
    Status,
    Verification,
    Voice,
)
from tracker.validation.statement_rules import scale_in_use


def assessment_fields(page: Page, r: Recommendation) -> AssessmentForm:
    """Shows the fields and gives what was typed. They keep it while the form is open, whatever happens."""
    language, label = page.context.language, page.context.label
    _ = language.gettext

    prefix = f"assess_{r.id}_"

    def key(name: str) -> str:
        return prefix + name

    # The defaults are set in the state: a widget that has both shows a warning.
    form_drafts.restore(page.editor_handle, prefix)
    defaults = {
        "date": page.view.today.isoformat(),
        "assessor": _("Editors of this tracker"),
        "kind": EvidenceKind.NEWS,
    }
    defaults |= {"dimension": Dimension.PRACTICE, "suggests": EvidenceEffect.CONTEXT}
    for name, value in defaults.items():
        st.session_state.setdefault(key(name), value)

    voices = [v for v in Voice if v is not Voice.COMMITTEE or r.issued_by == "committee"]
    voice = st.radio(_("Whose statement is it?"), voices, format_func=label, horizontal=True, key=key("voice"))
    what, which_way = st.columns(2)
    status, grade = None, ""
    when = st.session_state[key("date")]
    with what:
        if voice is Voice.COMMITTEE:
            grade = _grade(page, r, when, key("grade"))
        else:
            choices = [s for s in Status if s is not Status.NOT_ASSESSED]
            status = st.selectbox(_("Status"), choices, format_func=label, index=None, key=key("status"),
                                  placeholder=_("Choose a status") if voice is Voice.CIVIL_SOCIETY else _("no status claimed"))  # fmt: skip
    with which_way:
        direction = st.selectbox(
            _("Direction"),
            list(Direction),
            format_func=label,
            index=None,
            key=key("direction"),
            placeholder=_("not said"),
        )
    day, by_whom = st.columns(2)
    known = day.text_input(
        _("Date, as well as it is known"),
        key=key("date"),
        help=_("A day 2026-03-18, a month 2026-03, a year 2026, or a period 2021/2024."),
        max_chars=30,
    )
    assessor = ""
    if voice is Voice.CIVIL_SOCIETY:
        assessor = by_whom.text_input(
            _("Who assesses (a role, never a person's name)"),
            key=key("assessor"),
            max_chars=200,
        )
        mark = Verification.SEEN
    else:
        mark = by_whom.selectbox(
            _("How sure are we of its words?"), list(Verification), format_func=label, key=key("mark")
        )
    part = None
    if r.parts:
        part = st.selectbox(_("Of which part?"), [p.id for p in r.parts], index=None, placeholder=_("the whole recommendation"), key=key("part"),
                            format_func=lambda i: f"({i}) " + next(language.resolve(p.summary).text for p in r.parts if p.id == i))  # fmt: skip
    reason = st.text_area(_("Reason: what does it rest on?"), key=key("reason"), max_chars=5000)
    named = {e.id: _evidence_name(page, e) for e in _nearest_first(page, r)}
    chosen = st.multiselect(
        _("Evidence from the register"),
        list(named),
        format_func=named.get,
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
    new = _new_evidence(page, key) if st.toggle(_("Add new evidence"), key=key("add")) else None
    form_drafts.remember(page.editor_handle, prefix)
    return AssessmentForm(
        voice, assessor, part, status, grade, direction, known, reason, document, mark, tuple(chosen), new
    )


def _grade(page: Page, r: Recommendation, when: str, key: str) -> str:
    language, body = page.context.language, page.view.body_of(r)
    _ = language.gettext
    try:
        grades = scale_in_use(page.view.dataset, body.id, when) if body else ()
    except ValueError:
        grades = ()
    selected = _("not selected for follow-up")
    if grades:
        options = [*grades, NOT_SELECTED]
        return (
            st.selectbox(
                _("The committee's grade"),
                options,
                format_func=lambda g: selected if g == NOT_SELECTED else g,
                index=None,
                key=key,
                placeholder=_("Choose a grade"),
            )
            or ""
        )
    typed = st.text_input(_("The committee's grade, in its own letter or words"), key=f"{key}_typed", max_chars=120)
    return NOT_SELECTED if st.checkbox(selected, key=f"{key}_none") else typed


def _nearest_first(page: Page, r: Recommendation) -> list[Evidence]:
    mine = {e.id for e, _ in page.view.evidence_for(r)}
    return sorted(page.view.evidence.values(), key=lambda e: e.id not in mine)


def _evidence_name(page: Page, e: Evidence) -> str:
    language = page.context.language
    title = language.resolve(e.title).text if e.title else language.resolve(e.summary).text[:60]
    return strip_bidi_controls(
        " · ".join(filter(None, [title, e.publisher, language.format_date(e.published) if e.published else ""]))
    )


def _new_evidence(page: Page, key: Any) -> NewEvidenceForm:
    language, label = page.context.language, page.context.label
    _ = language.gettext
    with st.container(border=True):
        title = st.text_input(_("Title"), key=key("title"), max_chars=300)
        summary = st.text_area(_("Summary in your own words"), key=key("summary"), max_chars=5000)
        one, two = st.columns(2)
        publisher = one.text_input(_("Publisher: who says it?"), key=key("publisher"), max_chars=300)
        link = two.text_input(_("Link"), key=key("link"), placeholder="https://", max_chars=2000)
        happened = one.text_input(
            _("When it happened"), key=key("happened"), placeholder=_("as well as it is known"), max_chars=30
        )
        published = two.text_input(
            _("When it was published"), key=key("published"), placeholder=_("as well as it is known"), max_chars=30
        )
        kind = one.selectbox(_("Kind of source"), list(EvidenceKind), format_func=label, key=key("kind"))
        dimension = two.selectbox(_("What is it about?"), list(Dimension), format_func=label, key=key("dimension"))
        suggests = st.radio(
            _("What does it suggest for this recommendation?"),
            list(EvidenceEffect),
            format_func=label,
            horizontal=True,
            key=key("suggests"),
        )
    return NewEvidenceForm(kind, publisher, title, summary, link, happened, published, dimension, suggests)
