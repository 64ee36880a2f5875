"""The actions on a recorded assessment: confirm that nothing has changed since, or withdraw it."""

from collections.abc import Sequence

import streamlit as st

from pages.forms.conflict import warn_if_changed
from pages.shared.layout import Page
from pages.shared.saving import save_records, save_with_reason
from tracker.editing import undo
from tracker.editing.form_values import text_from_input
from tracker.model.records import Assessment, Recommendation


def show_no_change_button(page: Page, r: Recommendation) -> None:
    """Show a button and a field for a note. The button confirms that the latest assessment is still true today.

    A confirmed assessment does not become outdated. A person of an organisation can confirm only the assessment of this
    organisation. A person without one can confirm the only assessment that counts.
    """
    language = page.context.language
    _ = language.gettext
    latest = _own_assessment(page, page.view.recommendations[r.id])
    if latest is None or not page.context.person.handle:
        return
    index = next(i for i, a in enumerate(r.assessments) if (a.recorded, a.reason) == (latest.recorded, latest.reason))
    note_key = f"note_{r.id}"
    st.text_input(_("Note (optional)"), key=note_key, max_chars=500, width=260)
    # The callback gets the record that this person was looking at, not the one of the next run.
    st.button(
        _("No change"),
        key=f"still_{r.id}",
        on_click=_confirm_unchanged,
        kwargs={"page": page, "r": r, "index": index, "note_key": note_key},
        help=_("Reviewed today: no change."),
    )


def _own_assessment(page: Page, r: Recommendation) -> Assessment | None:
    """Return the assessment of the whole recommendation that this person can confirm, or None."""
    headline = page.view.headline(r)
    own = page.editor_organisation
    if own not in page.view.organisations:
        return headline.only
    return next((a for a in headline.assessments if page.view.organisation_of(a).id == own), None)


def _confirm_unchanged(page: Page, r: Recommendation, *, index: int, note_key: str) -> None:
    language, today = page.context.language, page.view.today.isoformat()
    _ = language.gettext
    note = str(st.session_state.get(note_key) or "").strip()
    confirmed = undo.confirm_unchanged(r, index, today, note=text_from_input(note, language) if note else None)
    save_records(
        page,
        r.id,
        [confirmed],
        reason=note or _("Reviewed today: no change."),
        message=_("Reviewed on {day}: no change.", day=language.format_date(today)),
    )


def show_withdraw_form(
    page: Page, r: Recommendation, version: str, *, recorded: str, params: Sequence[tuple[str, str]]
) -> None:
    """Show the form that withdraws one assessment, with a reason.

    `recorded` is the recorded time of this assessment. `version` is the version of the recommendation on which the form
    was opened. `params` are the URL parameters of the page without the form.
    """
    language = page.context.language
    _ = language.gettext
    index = next((i for i, a in enumerate(r.assessments) if a.recorded == recorded), None)
    if index is None:
        st.error(_("There is no such assessment."))
        return
    page.show("forms/withdraw.html", a=r.assessments[index])
    warn_if_changed(page, r, version)
    reason = st.text_area(_("Why is it withdrawn?"), key=f"withdraw_{r.id}", max_chars=2000)
    if st.button(_("Withdraw"), type="primary", key=f"withdraw_now_{r.id}") and save_with_reason(
        page,
        r.id,
        lambda text: undo.withdraw_assessment(r, index, text),
        reason=reason,
        missing=_("Please say why it is withdrawn."),
        message=_("Withdrawn. It stays in the history but no longer counts."),
    ):
        close_form()
    page.show("forms/discard_link.html", href=page.context.link("/recommendation", *params))


def close_form() -> None:
    """Close the form that the address names, and run the page again."""
    for name in ("editing", "withdraw", "second"):
        st.query_params.pop(name, None)
    st.rerun()
