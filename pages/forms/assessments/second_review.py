"""The forms of the second reader: a person other than the author confirms, declines or contests an assessment.

An assessment that is declined is withdrawn. What another organisation signed is contested instead, and counts as before.
"""

from collections.abc import Callable

import streamlit as st

from pages.forms.assessments.actions import OPEN_NOW, close_form, leave_form
from pages.forms.conflict import warn_if_changed
from pages.forms.discard import show_discard_button
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.saving import save_records, save_with_reason
from pages.shared.url_state import UrlParams
from tracker.editing import undo
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, standing_contests
from tracker.model.records import Assessment, Recommendation
from tracker.model.signing import assessment_key, can_contest, can_review, find_assessment_index, is_own, made_by

CONTEST_NOTE = N_(
    "A contested assessment counts as before. Your reason stands beside it, with the name of your organisation."
)


def review_link(page: Page, r: Recommendation, a: Assessment, params: UrlParams) -> str:
    """Return the link to the form in which this person can confirm or decline the assessment `a`.

    Return "" if `a` does not await a second reader, or if this person may not be its second reader. `params` are the
    URL parameters of the page without a form.
    """
    if page.view.is_past or not page.view.awaits_second_reader(a) or not can_review(page.context.person, a):
        return ""
    return page.context.link("/recommendation", *params, ("editing", OPEN_NOW), ("second", assessment_key(r, a)))


def assessments_to_review(page: Page, r: Recommendation, params: UrlParams) -> list[tuple[Assessment, str]]:
    """Return (assessment, link to the form) for each assessment that this person can review as second reader.

    Only the assessments that count are returned: of the whole recommendation, and of each part. The list is empty while
    a form is open. `params` are the URL parameters of the page without a form.
    """
    if "editing" in st.query_params:
        return []
    whole = page.view.dataset.recommendations[r.id]
    links = ((a, review_link(page, whole, a, params=params)) for a in page.view.counting_assessments(r))
    return [(a, link) for a, link in links if link]


def ways_of_assessment(page: Page, r: Recommendation, params: UrlParams) -> Callable[[str], list[tuple[str, str]]]:
    """Return a function that takes the key of an assessment and returns (name, link) for each form about it.

    In these forms, this person can review, withdraw or contest the assessment.
    """
    _, person, link = page.context.language.gettext, page.context.person, page.context.link
    whole = page.view.dataset.recommendations[r.id]

    def ways(key: str) -> list[tuple[str, str]]:
        if (index := find_assessment_index(whole, key)) is None:
            return []
        a = whole.assessments[index]
        is_withdrawable = a.recorded and is_active(a, None) and page.context.can_save
        form = (*params, ("editing", OPEN_NOW), ("withdraw", a.recorded or ""))
        found = [
            (_("Confirm or decline"), review_link(page, whole, a, params=params)),
            (
                _("Withdraw"),
                link("/recommendation", *form) if is_withdrawable and is_own(page.view.settings, a, person) else "",
            ),
            (
                _("Withdraw the objection") if has_contested(page, a) else _("Contest"),
                contest_link(page, whole, a, params=params),
            ),
        ]
        return [way for way in found if way[1]]

    return ways


def show_second_review_form(page: Page, r: Recommendation, version: str, *, key: str) -> None:
    """Show the form that confirms or declines one assessment.

    `key` names this assessment (see `assessment_key`). `version` is the version of the recommendation on which the form
    was opened.
    """
    language, person = page.context.language, page.context.person
    _ = language.gettext
    index = find_assessment_index(r, key)
    if index is None:
        st.error(_("There is no such assessment."))
        return
    a = r.assessments[index]
    is_theirs = is_own(page.view.settings, a, person)
    page.show("forms/second_review.html", a=a, is_own=is_theirs, contest_note=_(CONTEST_NOTE))
    if not page.view.awaits_second_reader(a):
        st.info(_("It no longer awaits a second review."))
    # a person without a handle is no longer signed in: keep the form, with what was typed
    elif person.handle and not can_review(person, a):
        st.info(_("A reviewer confirms or declines it. Nobody reviews their own assessment."))
    else:
        warn_if_changed(page, r, version, keys=[f"confirm_{r.id}_{version}", f"decline_now_{r.id}_{version}"])
        _show_confirm_button(page, r, index)
        (_show_decline if is_theirs else _show_contest)(page, r, index)
    show_discard_button(
        page,
        has_input=lambda: any(st.session_state.get(f"{name}_{r.id}") for name in ("decline", "contest")),
        close=leave_form,
    )


def contest_link(page: Page, r: Recommendation, a: Assessment, params: UrlParams) -> str:
    """Return the link to the form in which this person contests the assessment `a`, or takes that back.

    Return "" if this person may do neither.
    """
    if page.view.is_past or not can_contest(page.view.settings, a, page.context.person) or not is_active(a, None):
        return ""
    return page.context.link("/recommendation", *params, ("editing", OPEN_NOW), ("contest", assessment_key(r, a)))


def has_contested(page: Page, a: Assessment) -> bool:
    """Return whether the organisation of this person contests the assessment `a`."""
    return bool(made_by(standing_contests(a, None), page.view.settings, page.context.person))


def show_contest_form(page: Page, r: Recommendation, version: str, *, key: str) -> None:
    """Show the form that contests one assessment of another organisation, or takes the objection back.

    The parameters are those of `show_second_review_form`.
    """
    _ = page.context.language.gettext
    index = find_assessment_index(r, key)
    if index is None:
        st.error(_("There is no such assessment."))
        return
    page.show("forms/withdraw.html", a=r.assessments[index], heading=_("Contest an assessment"), note=_(CONTEST_NOTE))
    warn_if_changed(page, r, version, keys=[f"contest_now_{r.id}_{version}", f"take_back_{r.id}_{version}"])
    show_audience(page, is_public=True)
    if has_contested(page, r.assessments[index]):
        changed, message = undo.take_contest_back(r, index), _("The objection is withdrawn. It stays in the history.")
        if st.button(_("Withdraw the objection"), key=f"take_back_{r.id}_{r.version}") and save_records(
            page, r.id, [changed], reason=message, message=message
        ):
            close_form()
    else:
        _show_contest(page, r, index)
    show_discard_button(page, has_input=lambda: bool(st.session_state.get(f"contest_{r.id}")), close=leave_form)


def _show_contest(page: Page, r: Recommendation, index: int) -> None:
    _ = page.context.language.gettext
    with st.container(key=f"rt_required_contest_{r.id}"):
        reason = st.text_area(_("Why do you contest it?"), key=f"contest_{r.id}", max_chars=2000)
    if st.button(_("Contest"), key=f"contest_now_{r.id}_{r.version}") and save_with_reason(
        page,
        r.id,
        lambda text: undo.contest_assessment(r, index, text),
        reason=reason,
        missing=_("Please say why you contest it."),
        message=_("Contested. The assessment counts as before; your reason stands beside it."),
    ):
        close_form()


def _show_confirm_button(page: Page, r: Recommendation, index: int) -> None:
    language = page.context.language
    _ = language.gettext
    show_audience(page, is_public=True)
    # The keys hold the version that is shown: a click on a version that the reviewer has not seen does nothing.
    if st.button(_("Confirm"), type="primary", key=f"confirm_{r.id}_{r.version}"):
        confirmed, message = undo.confirm_assessment(r, index), _("Confirmed in a second review.")
        if save_records(page, r.id, [confirmed], reason=message, message=message):
            close_form()


def _show_decline(page: Page, r: Recommendation, index: int) -> None:
    _ = page.context.language.gettext
    with st.container(key=f"rt_required_decline_{r.id}"):
        reason = st.text_area(_("Why do you decline it?"), key=f"decline_{r.id}", max_chars=2000)
    if st.button(_("Decline"), key=f"decline_now_{r.id}_{r.version}") and save_with_reason(
        page,
        r.id,
        lambda text: undo.withdraw_assessment(r, index, text),
        reason=reason,
        missing=_("Declining needs a reason."),
        message=_("Declined. The assessment stays in the history but no longer counts."),
    ):
        close_form()
