"""The actions on a recorded assessment: confirm that nothing has changed since, or withdraw it."""

import streamlit as st
from markupsafe import escape

from pages.forms.conflict import ActionWords, show_action_button
from pages.forms.discard import show_discard_button
from pages.forms.records.choice_names import evidence_name
from pages.shared.audience import show_audience
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records
from tracker.editing import undo
from tracker.editing.forms.values import text_from_input
from tracker.editing.undo import evidence_recorded_with, retire_record
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.signing import is_own

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
