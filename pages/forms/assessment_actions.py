"""What becomes of an assessment later: it is still so, or it is withdrawn."""

from collections.abc import Sequence

import streamlit as st

from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import undo
from tracker.editing.assessment_form import text_from_input
from tracker.model.records import Recommendation
from tracker.model.vocabulary import Voice


def show_no_change_button(page: Page, r: Recommendation) -> None:
    """One click says that nothing has changed, so that a true status does not turn stale; a note may go with it."""
    language = page.context.language
    _ = language.gettext
    latest = page.view.latest(page.view.recommendations[r.id], Voice.CIVIL_SOCIETY)
    if latest is None or not page.context.person.handle:
        return
    place = next(i for i, a in enumerate(r.assessments) if (a.recorded, a.reason) == (latest.recorded, latest.reason))
    note = st.text_input(_("Note, if there is one"), key=f"note_{r.id}", max_chars=500, width=260)
    # The callback gets the record that this person was looking at, not the one of the next run.
    st.button(
        _("Still so"),
        key=f"still_{r.id}",
        on_click=_still_so,
        args=(page, r, place, f"note_{r.id}"),
        help=_("Checked today: nothing has changed."),
    )
    del note


def _still_so(page: Page, r: Recommendation, place: int, note: str) -> None:
    language, day = page.context.language, page.view.today.isoformat()
    _ = language.gettext
    typed = str(st.session_state.get(note) or "").strip()
    changed = undo.confirm_unchanged(r, place, day, text_from_input(typed, language) if typed else None)
    why = typed or _("Checked today: nothing has changed.")
    save_records(
        page, r.id, [changed], why, lambda now: _("Checked on {day}: still so.", day=language.format_date(day))
    )


def show_withdraw_form(
    page: Page, r: Recommendation, version: str, recorded: str, here: Sequence[tuple[str, str]]
) -> None:
    """The form that withdraws one assessment, with a reason."""
    language = page.context.language
    _ = language.gettext
    place = next((i for i, a in enumerate(r.assessments) if a.recorded == recorded), None)
    if place is None:
        st.error(_("There is no such assessment."))
        return
    page.show("forms/withdraw.html", a=r.assessments[place])
    if version != r.version:
        st.warning(_("This recommendation was changed after you opened the form. Look at the page below, then decide."))
    reason = st.text_area(_("Why is it withdrawn?"), key=f"withdraw_{r.id}", max_chars=2000)
    if st.button(_("Withdraw"), type="primary", key=f"withdraw_now_{r.id}"):
        if not reason.strip():
            st.error(_("A withdrawal needs a reason."))
        else:
            changed = undo.withdraw_assessment(r, place, text_from_input(reason, language))
            if save_records(
                page, r.id, [changed], reason, lambda now: _("Withdrawn. It stays in the history and counts no more.")
            ):
                for name in ("editing", "withdraw"):
                    st.query_params.pop(name, None)
                st.rerun()
    page.show("forms/discard_link.html", href=page.context.link("/recommendation", *here))
