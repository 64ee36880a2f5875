"""The form that records an assessment. It holds the version that it was opened on in the address, as `editing`."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.frame import Page, store, view, who
from pages.handle import ask_for_a_handle
from tracker import draft
from tracker.draft import Draft, NewEvidence
from tracker.model import Evidence, Recommendation
from tracker.people import Deed
from tracker.problems import TrackerError
from tracker.store import Conflict
from tracker.voices import scale_at
from tracker.words import NOT_SELECTED, Bearing, Dimension, Direction, EvidenceKind, Mark, Status, Voice

Pairs = Sequence[tuple[str, str]]


def assess(page: Page, r: Recommendation, here: Pairs) -> None:
    """The way into the form for those who may save, the form itself, and what a save changed."""
    person = page.shown.person
    version = st.query_params.get("editing")
    saved_on, said = st.session_state.get("saved", ("", ""))
    if saved_on == r.id and version is None:
        page.show("saved.html", words=said)
    else:
        st.session_state.pop("saved", None)
    if not person.may(Deed.SAVE):
        return
    if version is None:
        page.show("assess_link.html", href=page.shown.link("/recommendation", *here, ("editing", r.version)))
    elif not person.handle:
        ask_for_a_handle(page)
    else:
        with st.container(border=True):
            _form(page, r, here, version)


def _form(page: Page, r: Recommendation, here: Pairs, version: str) -> None:
    _, label = page.shown.language, page.shown.label
    st.html(f"<h2 id='record'>{_('Record an assessment')}</h2>")
    if version != r.version:
        st.warning(
            _(
                "This recommendation was changed after you opened the form. Nothing was overwritten, and what you typed is still here. Look at the page below, then decide."
            )
        )
        if st.button(_("Go on with the newer version"), key=f"newer_{r.id}"):
            st.query_params["editing"] = r.version
            st.rerun()

    def key(name: str) -> str:
        return f"assess_{r.id}_{name}"

    voices = [v for v in Voice if v is not Voice.COMMITTEE or r.by == "committee"]
    voice = st.radio(_("Whose statement is it?"), voices, format_func=label, horizontal=True, key=key("voice"))
    what, which_way = st.columns(2)
    status, grade = None, ""
    when = st.session_state.get(key("date"), page.view.today.isoformat())
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
        value=page.view.today.isoformat(),
        key=key("date"),
        help=_("A day 2026-03-18, a month 2026-03, a year 2026, or a period 2021/2024."),
        max_chars=30,
    )
    assessor = ""
    if voice is Voice.CIVIL_SOCIETY:
        assessor = by_whom.text_input(
            _("Who assesses (a role, never a person's name)"),
            value=_("Editors of this tracker"),
            key=key("assessor"),
            max_chars=200,
        )
        mark = Mark.SEEN
    else:
        mark = by_whom.selectbox(_("How sure are we of its words?"), list(Mark), format_func=label, key=key("mark"))
    part = None
    if r.parts:
        part = st.selectbox(_("Of which part?"), [p.id for p in r.parts], index=None, placeholder=_("the whole recommendation"), key=key("part"),
                            format_func=lambda i: f"({i}) " + next(_.text(p.summary).text for p in r.parts if p.id == i))  # fmt: skip
    reason = st.text_area(_("Reason: what does it rest on?"), key=key("reason"), max_chars=5000)
    named = {e.id: _evidence_name(page, e) for e in _nearest_first(page, r)}
    chosen = st.multiselect(
        _("Evidence from the register"),
        list(named),
        format_func=named.get,
        key=key("evidence"),
        placeholder=_("Choose evidence"),
    )
    documents = {d.id: " · ".join(filter(None, [d.symbol, _.text(d.title).text])) for d in page.view.documents.values()}
    document = st.selectbox(
        _("Source document, if it rests on one"),
        list(documents),
        format_func=documents.get,
        index=None,
        key=key("document"),
        placeholder=_("none"),
    )
    new = _new_evidence(page, key) if st.toggle(_("Add new evidence"), key=key("add")) else None
    typed = Draft(voice, assessor, part, status, grade, direction, known, reason, document, mark, tuple(chosen), new)
    record, discard = st.columns([1, 3], vertical_alignment="center")
    if record.button(_("Record"), type="primary", key=key("record"), width="stretch"):
        _record(page, r, version, typed)
    with discard:
        page.show("discard_link.html", href=page.shown.link("/recommendation", *here))


def _grade(page: Page, r: Recommendation, when: str, key: str) -> str:
    _, body = page.shown.language, page.view.body_of(r)
    try:
        grades = scale_at(page.view.dataset, body.id, when) if body else ()
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
    mine = {e.id for e, _ in page.view.evidence_on(r)}
    return sorted(page.view.evidence.values(), key=lambda e: e.id not in mine)


def _evidence_name(page: Page, e: Evidence) -> str:
    _ = page.shown.language
    title = _.text(e.title).text if e.title else _.text(e.summary).text[:60]
    return " · ".join(filter(None, [title, e.publisher, _.date(e.published) if e.published else ""]))


def _new_evidence(page: Page, key: Any) -> NewEvidence:
    _, label = page.shown.language, page.shown.label
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
        kind = one.selectbox(_("Kind of source"), list(EvidenceKind), format_func=label, index=1, key=key("kind"))
        dimension = two.selectbox(
            _("What is it about?"), list(Dimension), format_func=label, index=1, key=key("dimension")
        )
        suggests = st.radio(
            _("What does it suggest for this recommendation?"),
            list(Bearing),
            format_func=label,
            horizontal=True,
            index=2,
            key=key("suggests"),
        )
    return NewEvidence(kind, publisher, title, summary, link, happened, published, dimension, suggests)


def _record(page: Page, r: Recommendation, version: str, typed: Draft) -> None:
    _ = page.shown.language
    if sentences := draft.missing(typed, _, page.shown.label(Status.IMPLEMENTED)):
        st.error(
            "\n".join([_("Nothing was recorded yet. What you typed is still here."), *(f"- {s}" for s in sentences)])
        )
        return
    item = draft.evidence(typed.new, r, page.view.dataset.evidence, _) if typed.new else None
    assessment = draft.assessment(typed, _, item.id if item else None)
    changed = draft.added(r, version, assessment)
    try:
        store().save(*(x for x in (item, changed) if x), by=who(), reason=typed.reason)
    except Conflict:
        if r.id in store().reader.read(fresh=True).recommendations:
            st.rerun()  # the form is shown again, with the line that says so
        st.error(
            _(
                "The file of this recommendation was removed or broken in between. Nothing was recorded; copy what you typed."
            )
        )
        return
    except TrackerError as bad:
        st.error(_("Nothing was recorded. What you typed is still here.") + " " + str(bad))
        return
    before, now = page.view, view()
    st.session_state["saved"] = (r.id, _what_changed(page, before.recommendations[r.id], before, now))
    del st.query_params["editing"]
    st.rerun()


def _what_changed(page: Page, r: Recommendation, before: Any, now: Any) -> str:
    _, label = page.shown.language, page.shown.label
    after = now.recommendations[r.id]
    was, is_now = before.status(r), now.status(after)
    latest = now.assessments[r.id] and max(now.assessments[r.id], key=lambda a: a.recorded or "")
    parts = [_("Recorded: {voice}.", voice=label(latest.voice))]
    if was is not is_now:
        parts.append(_("Status: {before} → {after}.", before=label(was), after=label(is_now)))
    else:
        parts.append(_("Status: {status}, as before.", status=label(is_now)))
    if latest.direction:
        parts.append(_("Direction: {direction}.", direction=label(latest.direction)))
    fewer, more = len(before.evidence_on(r)), len(now.evidence_on(after))
    if more != fewer:
        parts.append(_.many("{n} new evidence item.", "{n} new evidence items.", more - fewer))
    return " ".join(parts)
