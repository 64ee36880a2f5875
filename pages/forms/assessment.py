"""The forms on the page of a recommendation. The main form records an assessment.

The URL parameter `editing` is the version of the recommendation on which a form was opened.
"""

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
from pages.shared.url_state import UrlParams
from tracker.editing import assessment_form
from tracker.editing.assessment_form import AssessmentForm
from tracker.model.permissions import Permission
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Status
from tracker.queries.view import View


def show_assessment_form(page: Page, r: Recommendation, params: UrlParams) -> None:
    """Show an editor the form that the address names. If the address names no form, show the links to the forms.

    A reader sees nothing. `params` are the URL parameters of the page without a form.
    """
    version = st.query_params.get("editing")
    # When the sign-in ends, an open form stays with what was typed, and saving is refused.
    if not page.can_edit or (version is None and not page.context.person.can(Permission.SAVE)):
        return
    # A save writes the whole record: use it as it is in its file, because the view leaves out withdrawn items.
    whole = page.view.dataset.recommendations[r.id]
    if version is None:
        _show_links(page, whole, [*params, ("editing", r.version)])
        return
    with st.container(border=True):
        if recorded := st.query_params.get("withdraw"):
            show_withdraw_form(page, whole, version, recorded=recorded, params=params)
        elif key := st.query_params.get("second"):
            show_second_review_form(page, whole, version, key=key, params=params)
        elif (form := st.query_params.get("form")) in ("edit", "retire"):
            _show_other_form(page, whole, version, form=form)
        else:
            _show_form(page, whole, version)


def _show_links(page: Page, r: Recommendation, params: UrlParams) -> None:
    link = page.context.link
    may_redact = page.context.person.can(Permission.REDACT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page.show(
            "forms/assessment_link.html",
            href=link("/recommendation", *params),
            edit=link("/recommendation", *params, ("form", "edit")),
            retire=link("/recommendation", *params, ("form", "retire")),
            redact=link("/edit", ("what", "redact"), ("id", r.id)) if may_redact else "",
        )
        show_no_change_button(page, r)


def _show_other_form(page: Page, r: Recommendation, version: str, *, form: str) -> None:
    """Show the form named `form`, either the one that edits the recommendation or the one that retires it."""
    language = page.context.language
    _ = language.gettext
    if form == "edit":
        is_saved = show_recommendation_form(page, r, version) is not None
    else:
        if version != r.version:
            st.warning(
                _("This recommendation was changed after you opened the form. Look at the page below, then decide.")
            )
        # pass the version on which the form was opened: if it is not the current one, saving is refused
        is_saved = show_retire_form(page, replace(r, version=version))
    if is_saved:
        _close(page, r)
        st.rerun()
    st.button(_("Discard and close"), type="tertiary", key=f"discard_{r.id}", on_click=_close, args=(page, r))


def _show_form(page: Page, r: Recommendation, version: str) -> None:
    language = page.context.language
    _ = language.gettext
    st.html(f"<h2 id='record'>{_('Record an assessment')}</h2>")
    versions_seen = st.session_state.setdefault(f"opened_{r.id}", {})
    versions_seen.setdefault(r.version, r)
    conflict = st.container()
    typed = assessment_fields(page, r)
    record, discard = st.columns([1, 3], vertical_alignment="center")
    discard.button(_("Discard and close"), type="tertiary", key=f"discard_{r.id}", on_click=_close, args=(page, r))
    if version != r.version:
        with conflict:
            if _show_conflict(page, r, typed, opened=versions_seen.get(version)):
                _record(page, r, r.version, typed=typed)
    elif record.button(_("Record"), type="primary", key=f"record_{r.id}", width="stretch"):
        _record(page, r, version, typed=typed)


def _show_conflict(page: Page, r: Recommendation, typed: AssessmentForm, *, opened: Recommendation | None) -> bool:
    """Show the current version of the recommendation beside what was typed.

    Return whether the editor still wants to record the assessment. `opened` is the recommendation as it was when the
    form was opened, None if this session has not seen that version.
    """
    language = page.context.language
    _ = language.gettext
    mine = assessment_form.preview_assessment(typed, language)
    page.show("forms/conflict.html", r=r, opened=opened, mine=mine)
    record, discard = st.columns([1, 2], vertical_alignment="center")
    discard.button(_("Discard mine"), type="tertiary", key=f"discard_mine_{r.id}", on_click=_close, args=(page, r))
    # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
    return record.button(_("Record mine on top"), type="primary", key=f"on_top_{r.id}_{r.version}", width="stretch")


def _close(page: Page, r: Recommendation) -> None:
    form_drafts.discard(page.editor_handle)
    for name in ("editing", "withdraw", "form"):
        st.query_params.pop(name, None)
    st.session_state.pop(f"opened_{r.id}", None)


def _record(page: Page, r: Recommendation, version: str, *, typed: AssessmentForm) -> None:
    """Save the assessment and its new evidence. If something is missing or wrong, show it instead."""
    language = page.context.language
    _ = language.gettext
    if errors := assessment_form.validate_assessment_form(typed, language, page.context.label(Status.IMPLEMENTED)):
        intro = _("Nothing was recorded yet. What you typed is still here.")
        st.error("\n".join([intro, *(f"- {escape_markdown(error)}" for error in errors)]))
        return
    new_evidence = (
        assessment_form.evidence_from_form(typed.new, r, page.view.dataset.evidence, language=language)
        if typed.new
        else None
    )
    assessment = assessment_form.assessment_from_form(typed, language, new_evidence.id if new_evidence else None)
    changed = [record for record in (new_evidence, assessment_form.add_assessment(r, version, assessment)) if record]
    if save_records(page, r.id, changed, reason=typed.reason, message=lambda view: _what_changed(page, r.id, view)):
        _close(page, r)
        st.rerun()


def _what_changed(page: Page, recommendation_id: str, view_after: View) -> str:
    """Return the message to show after a save.

    The message says whose assessment was recorded, the status before and after, and which evidence is new.
    """
    language, label, view_before = page.context.language, page.context.label, page.view
    _ = language.gettext
    before, after = view_before.recommendations[recommendation_id], view_after.recommendations[recommendation_id]
    status_before, status_after = view_before.status(before), view_after.status(after)
    latest = max(view_after.assessments[recommendation_id], key=lambda a: a.recorded or "")
    sentences = [_("Recorded: {voice}.", voice=label(latest.voice))]
    if status_before is not status_after:
        sentences.append(_("Status: {before} → {after}.", before=label(status_before), after=label(status_after)))
    else:
        sentences.append(_("Status: {status}, as before.", status=label(status_after)))
    if latest.direction:
        sentences.append(_("Direction: {direction}.", direction=label(latest.direction)))
    added = len(view_after.evidence_for(after)) - len(view_before.evidence_for(before))
    if added > 0:
        sentences.append(language.ngettext("{n} new evidence item.", "{n} new evidence items.", added))
    return " ".join(sentences)
