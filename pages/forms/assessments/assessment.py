"""The forms on the page of a recommendation. The main form records an assessment.

The URL parameter `editing` is the version of the recommendation on which a form was opened. A link has `OPEN_NOW` in its
place: the page with the link may be older than the form.
"""

import streamlit as st

from pages.forms.assessments.actions import FORM_PARAMS, OPEN_NOW, show_no_change_button, show_withdraw_form
from pages.forms.assessments.fields import show_assessment_fields
from pages.forms.assessments.second_review import show_contest_form, show_second_review_form
from pages.forms.discard import show_discard_button
from pages.forms.fields import open_form
from pages.forms.files.chosen_files import forget_files
from pages.forms.records.recommendation import show_recommendation_form, show_retire_form
from pages.forms.submit import FormWords, save_form
from pages.shared import form_drafts
from pages.shared.layout import Page
from pages.shared.presence import note_closed_form
from pages.shared.url_state import UrlParams
from pages.shared.waiting_drafts import show_waiting_drafts
from tracker.editing.forms.assessment import AssessmentForm
from tracker.model.permissions import Permission
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Voice
from tracker.queries.view import View

FORM_PREFIXES = {"edit": "edit_recommendation_", "retire": "retire_"}
"""Value of the URL parameter `form` → how the widget keys of this form begin."""


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
        note_closed_form()
        show_waiting_drafts(page, record_id=r.id)
        _show_links(page, whole, [*params, ("editing", OPEN_NOW)])
        return
    if version == OPEN_NOW:
        st.query_params["editing"] = version = r.version
    with st.container(border=True):
        if recorded := st.query_params.get("withdraw"):
            show_withdraw_form(page, whole, version, recorded=recorded)
        elif key := st.query_params.get("second"):
            show_second_review_form(page, whole, version, key=key)
        elif key := st.query_params.get("contest"):
            show_contest_form(page, whole, version, key=key)
        else:
            _show_main_form(page, whole, version)


def _show_links(page: Page, r: Recommendation, params: UrlParams) -> None:
    link = page.context.link
    may_redact = page.context.person.can(Permission.REDACT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page.show(
            "forms/assessment_link.html",
            href=link("/recommendation", *params),
            evidence=link("/edit", ("what", "evidence"), ("for", r.id)),
            edit=link("/recommendation", *params, ("form", "edit")),
            retire=link("/recommendation", *params, ("form", "retire")),
            redact=link("/edit", ("what", "redact"), ("id", r.id)) if may_redact else "",
        )
    show_no_change_button(page, r)


def _show_main_form(page: Page, r: Recommendation, version: str) -> None:
    """Show the form that the address names: edit the recommendation, retire it, or record an assessment."""
    _ = page.context.language.gettext
    name = st.query_params.get("form")
    prefix = FORM_PREFIXES.get(name or "", "assess_")
    if name == "edit":
        is_saved = show_recommendation_form(page, r, version) is not None
    elif name == "retire":
        is_saved = show_retire_form(page, r, version)
    else:
        is_saved = _show_new_assessment(page, r, version)
    if is_saved:
        _close(page, prefix)
        st.rerun()
    show_discard_button(page, has_input=lambda: form_drafts.has_input(prefix), close=lambda: _close(page, prefix))


def _show_new_assessment(page: Page, r: Recommendation, version: str) -> bool:
    _ = page.context.language.gettext
    form = open_form(page, AssessmentForm, r, name="assess", heading=_("Record an assessment"))
    show_assessment_fields(form)
    reasons = (form.typed["reason"], *form.typed.get("other_reasons", {}).values())
    words = FormWords(
        _("Record"),
        lambda view: _what_changed(page, r.id, view),
        next(filter(str.strip, reasons), ""),
        on_top=_("Save mine as well"),
    )
    return save_form(form, version, words) is not None


def _close(page: Page, prefix: str) -> None:
    """Discard the draft of the form whose widget keys start with `prefix`, and take the form out of the address."""
    form_drafts.discard()
    form_drafts.forget_input(prefix)
    forget_files()
    note_closed_form()
    for name in FORM_PARAMS:
        st.query_params.pop(name, None)


def _what_changed(page: Page, recommendation_id: str, view_after: View) -> str:
    """Return the message to show after a save.

    The message says whose assessment was recorded, the status before and after, whether it counts, and which evidence is
    new.
    """
    language, label, view_before = page.context.language, page.context.label, page.view
    _ = language.gettext
    before, after = view_before.recommendations[recommendation_id], view_after.recommendations[recommendation_id]
    status_before, status_after = view_before.status(before), view_after.status(after)
    latest = max(view_after.assessments[recommendation_id], key=lambda a: a.recorded or "")
    sentences = [_("Recorded: {voice}.", voice=page.context.assessor(latest))]
    if status_before is not status_after:
        sentences.append(_("Status: {before} → {after}.", before=label(status_before), after=label(status_after)))
    else:
        sentences.append(_("Status: {status}, as before.", status=label(status_after)))
    is_counting = any(a is latest for a in view_after.counting_assessments(after))
    if latest.voice is Voice.CIVIL_SOCIETY and not is_counting:
        sentences.append(_("It does not decide the status: an assessment by an organisation, or a later one, does."))
    if latest.direction:
        sentences.append(_("Direction: {direction}.", direction=label(latest.direction)))
    added = len(view_after.evidence_for(after)) - len(view_before.evidence_for(before))
    if added > 0:
        sentences.append(language.ngettext("{n} new evidence item.", "{n} new evidence items.", added))
    return " ".join(sentences)
