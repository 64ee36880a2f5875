"""The actions on a recorded assessment: confirm that nothing has changed since, withdraw it, review or contest it.

The second reader, a person other than the author, confirms or declines it. An assessment that is declined is withdrawn.
What another organisation signed is contested instead, and counts as before.
"""

import streamlit as st
from markupsafe import escape

from pages.forms.buttons import show_discard_button
from pages.forms.conflict import ActionWords, show_action_button, warn_if_changed
from pages.forms.records.choice_names import evidence_name
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records, save_with_reason
from pages.shared.url_state import UrlParams
from tracker.editing import undo
from tracker.editing.forms.values import text_from_input
from tracker.editing.undo import evidence_recorded_with, retire_record
from tracker.model.labels import N_
from tracker.model.lifecycle import is_active, standing_contests
from tracker.model.records import Assessment, Evidence, Recommendation
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


FORM_PARAMS = ("editing", "form", "withdraw", "second", "contest")
"""The URL parameters that open a form on the page of a recommendation."""
OPEN_NOW = "now"
"""The value of `editing` in a link to a form. The first run of the form puts the current version in its place."""
REVIEWED = "reviewed_unchanged"
"""The key of the session state under which a pressed button “Reviewed today: no change” waits for its place on the page."""


def show_no_change_button(page: Page, r: Recommendation) -> None:
    """Show a button and a field for a note. The button confirms that the latest assessment is still true today.

    A confirmed assessment does not become outdated. A person can confirm only the assessment of their own organisation.
    """
    language = page.context.language
    _ = language.gettext
    latest = _own_assessment(page, page.view.recommendations[r.id])
    if latest is None or not page.context.person.handle:
        return
    index = next(i for i, a in enumerate(r.assessments) if (a.recorded, a.reason) == (latest.recorded, latest.reason))
    note_key = f"note_{r.id}_{r.version}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Public note (optional)"), key=note_key, max_chars=500, width=260)
        # The callback gets the record that this person was looking at, not the one of the next run.
        st.button(
            _("Reviewed today: no change"),
            key=f"still_{r.id}",
            on_click=_remember_review,
            kwargs={"r": r, "index": index, "note_key": note_key},
            help=_("Readers will see that the assessment was reviewed today, and the note."),
        )
        show_audience(page, is_public=True)
    # saved here, not in the callback, so that a refusal stands at the button
    if (
        (pressed := st.session_state.pop(REVIEWED, None))
        and pressed[0].id == r.id
        and _confirm_unchanged(page, *pressed)
    ):
        st.rerun()


def _own_assessment(page: Page, r: Recommendation) -> Assessment | None:
    """Return the assessment of the whole recommendation that this person can confirm, or None."""
    found = page.view.headline(r).assessments
    return next((a for a in found if is_own(page.view.settings, a, page.context.person)), None)


def _remember_review(*, r: Recommendation, index: int, note_key: str) -> None:
    st.session_state[REVIEWED] = (r, index, str(st.session_state.get(note_key) or "").strip())


def _confirm_unchanged(page: Page, r: Recommendation, index: int, note: str) -> bool:
    language, today = page.context.language, page.view.today.isoformat()
    _ = language.gettext
    confirmed = undo.confirm_unchanged(r, index, today, note=text_from_input(note, language) if note else None)
    return save_records(
        page,
        r.id,
        [confirmed],
        reason=note or _("Reviewed today: no change."),
        message=_("Reviewed on {day}: no change.", day=language.format_date(today)),
    )


def show_withdraw_form(page: Page, r: Recommendation, version: str, *, recorded: str) -> None:
    """Show the form that withdraws one assessment, with a reason.

    `recorded` is the recorded time of this assessment. `version` is the version of the recommendation on which the form
    was opened.
    """
    language = page.context.language
    _ = language.gettext
    index = next((i for i, a in enumerate(r.assessments) if a.recorded == recorded), None)
    if index is None:
        st.error(_("There is no such assessment."))
        return
    page.show(
        "forms/withdraw.html",
        a=r.assessments[index],
        heading=_("Withdraw an assessment"),
        note=_("It stays in the history, marked as withdrawn, and no longer counts."),
    )
    with st.container(key=f"rt_required_withdraw_{r.id}"):
        reason = st.text_area(_("Why is it withdrawn?"), key=f"withdraw_{r.id}", max_chars=2000)
    retired = _choose_evidence_to_retire(page, r, r.assessments[index])
    words = ActionWords(_("Withdraw"), anyway=_("Withdraw anyway"))
    if show_action_button(page, words, r, version=version, key=f"withdraw_now_{r.id}"):
        if not reason.strip():
            st.error(_("Please say why it is withdrawn."))
        else:
            text = text_from_input(reason, language)
            changed = [undo.withdraw_assessment(r, index, text), *(retire_record(e, text) for e in retired)]
            message = _("Withdrawn. It stays in the history but no longer counts.")
            if save_records(page, r.id, changed, reason=reason, message=message):
                close_form()
    show_discard_button(page, has_input=lambda: bool(st.session_state.get(f"withdraw_{r.id}")), close=leave_form)


def _choose_evidence_to_retire(page: Page, r: Recommendation, a: Assessment) -> list[Evidence]:
    """Show a box for each item of evidence that was recorded with `a` and is used nowhere else. Return the ticked ones."""
    _ = page.context.language.gettext
    items = evidence_recorded_with(page.view.dataset, r, a)
    if items:
        st.html(f"<p>{escape(_('This evidence was recorded together with it. Nothing else uses it.'))}</p>")
    return [
        e
        for e in items
        if st.checkbox(
            _("Also archive: {title}", title=escape_markdown(evidence_name(page, e))), True, key=f"also_retire_{e.id}"
        )
    ]


def close_form() -> None:
    """Close the form that the address names, and run the page again."""
    leave_form()
    st.rerun()


def leave_form() -> None:
    """Take the form out of the address, so that the next run shows the page without it."""
    for name in FORM_PARAMS:
        st.query_params.pop(name, None)
