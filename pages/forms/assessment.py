"""Recording an assessment. The form holds the version that it was opened on in the address, as `editing`."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.forms.assessment_actions import show_no_change_button, show_withdraw_form
from pages.forms.assessment_fields import assessment_fields
from pages.forms.recommendation import show_recommendation_form, show_retire_form
from pages.forms.second_review import show_second_review_form
from pages.shared import form_drafts
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records
from tracker.editing import assessment_form
from tracker.editing.assessment_form import AssessmentForm
from tracker.model.permissions import Permission
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Status
from tracker.queries.view import View

Pairs = Sequence[tuple[str, str]]


def show_assessment_form(page: Page, r: Recommendation, here: Pairs) -> None:
    """What somebody who may save can do here: record an assessment, say that it is still so, withdraw one."""
    version = st.query_params.get("editing")
    # A form stays when the sign-in has ended, with what was typed; saving is refused then.
    if not page.can_edit or (version is None and not page.context.person.can(Permission.SAVE)):
        return
    # What is saved is the whole record as its file has it, with what was withdrawn.
    whole = page.view.dataset.unmasked.recommendations[r.id]
    if version is None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            opened = [*here, ("editing", r.version)]
            link = page.context.link
            page.show(
                "forms/assessment_link.html",
                href=link("/recommendation", *opened),
                edit=link("/recommendation", *opened, ("form", "edit")),
                retire=link("/recommendation", *opened, ("form", "retire")),
                redact=link("/edit", ("what", "redact"), ("id", r.id))
                if page.context.person.can(Permission.REDACT)
                else "",
            )
            show_no_change_button(page, whole)
    else:
        with st.container(border=True):
            if at := st.query_params.get("withdraw"):
                show_withdraw_form(page, whole, version, at, here)
            elif at := st.query_params.get("second"):
                show_second_review_form(page, whole, version, at, here)
            elif (form := st.query_params.get("form")) in ("edit", "retire"):
                _other_form(page, whole, version, form)
            else:
                _form(page, whole, version)


def _other_form(page: Page, r: Recommendation, version: str, form: str) -> None:
    language = page.context.language
    _ = language.gettext
    if form == "edit":
        done = show_recommendation_form(page, r, version) is not None
    else:
        if version != r.version:
            st.warning(
                _("This recommendation was changed after you opened the form. Look at the page below, then decide.")
            )
        # What is saved is an edit of the version that the form was opened on.
        done = show_retire_form(page, replace(r, version=version))
    if done:
        _close(page, r)
        st.rerun()
    st.button(_("Discard and close"), type="tertiary", key=f"discard_{r.id}", on_click=_close, args=(page, r))


def _form(page: Page, r: Recommendation, version: str) -> None:
    language = page.context.language
    _ = language.gettext
    st.html(f"<h2 id='record'>{_('Record an assessment')}</h2>")
    opened = st.session_state.setdefault(f"opened_{r.id}", {})
    opened.setdefault(r.version, r)
    conflict = st.container()
    typed = assessment_fields(page, r)
    record, discard = st.columns([1, 3], vertical_alignment="center")
    discard.button(_("Discard and close"), type="tertiary", key=f"discard_{r.id}", on_click=_close, args=(page, r))
    if version != r.version:
        with conflict:
            if _on_top(page, r, opened.get(version), typed):
                _record(page, r, r.version, typed)
    elif record.button(_("Record"), type="primary", key=f"record_{r.id}", width="stretch"):
        _record(page, r, version, typed)


def _on_top(page: Page, r: Recommendation, opened: Recommendation | None, typed: AssessmentForm) -> bool:
    """Both versions side by side; whether somebody wants theirs recorded on top of the newer one."""
    language = page.context.language
    _ = language.gettext
    mine = assessment_form.preview_assessment(typed, language)
    page.show("forms/conflict.html", r=r, opened=opened, mine=mine)
    mend, drop = st.columns([1, 2], vertical_alignment="center")
    drop.button(_("Discard mine"), type="tertiary", key=f"discard_mine_{r.id}", on_click=_close, args=(page, r))
    # The key holds the version that is shown: a click on what somebody has not seen does nothing.
    return mend.button(_("Record mine on top"), type="primary", key=f"on_top_{r.id}_{r.version}", width="stretch")


def _close(page: Page, r: Recommendation) -> None:
    form_drafts.discard(page.editor_handle)
    for name in ("editing", "withdraw", "form"):
        st.query_params.pop(name, None)
    st.session_state.pop(f"opened_{r.id}", None)


def _record(page: Page, r: Recommendation, version: str, typed: AssessmentForm) -> None:
    language = page.context.language
    _ = language.gettext
    if sentences := assessment_form.validate_assessment_form(typed, language, page.context.label(Status.IMPLEMENTED)):
        st.error(
            "\n".join(
                [
                    _("Nothing was recorded yet. What you typed is still here."),
                    *(f"- {escape_markdown(s)}" for s in sentences),
                ]
            )
        )
        return
    item = assessment_form.evidence_from_form(typed.new, r, page.view.dataset.evidence, language) if typed.new else None
    assessment = assessment_form.assessment_from_form(typed, language, item.id if item else None)
    changed = [x for x in (item, assessment_form.add_assessment(r, version, assessment)) if x]
    if save_records(page, r.id, changed, typed.reason, lambda now: _what_changed(page, r.id, now)):
        _close(page, r)
        st.rerun()


def _what_changed(page: Page, name: str, now: View) -> str:
    language, label, before = page.context.language, page.context.label, page.view
    _ = language.gettext
    r, after = before.recommendations[name], now.recommendations[name]
    was, is_now = before.status(r), now.status(after)
    latest = max(now.assessments[name], key=lambda a: a.recorded or "")
    parts = [_("Recorded: {voice}.", voice=label(latest.voice))]
    if was is not is_now:
        parts.append(_("Status: {before} → {after}.", before=label(was), after=label(is_now)))
    else:
        parts.append(_("Status: {status}, as before.", status=label(is_now)))
    if latest.direction:
        parts.append(_("Direction: {direction}.", direction=label(latest.direction)))
    more = len(now.evidence_for(after)) - len(before.evidence_for(r))
    if more > 0:
        parts.append(language.ngettext("{n} new evidence item.", "{n} new evidence items.", more))
    return " ".join(parts)
