"""The second reader of an assessment: another person confirms it, or declines it with a reason, which withdraws it."""

from collections.abc import Sequence

import streamlit as st

from pages.shared.layout import Page
from pages.shared.saving import save_records
from tracker.editing import undo
from tracker.editing.assessment_form import text_from_input
from tracker.model.records import Assessment, Recommendation
from tracker.model.second_review import assessment_key, can_review, find_assessment
from tracker.model.vocabulary import Voice

Pairs = Sequence[tuple[str, str]]


def review_link(page: Page, r: Recommendation, a: Assessment, here: Pairs) -> str:
    """The way to the form for an assessment that awaits this person; empty for any other."""
    if page.view.is_past or not page.view.awaits_second_reader(a) or not can_review(page.context.person, a):
        return ""
    return page.context.link("/recommendation", *here, ("editing", r.version), ("second", assessment_key(r, a)))


def assessments_to_review(page: Page, r: Recommendation, here: Pairs) -> list[tuple[Assessment, str]]:
    """What says where a recommendation and its parts stand and awaits this person, each with the way to the form."""
    standing = (page.view.latest(r, Voice.CIVIL_SOCIETY), *page.view.latest_by_part(r).values())
    whole = page.view.dataset.recommendations[r.id]
    links = ((a, review_link(page, whole, a, here)) for a in standing if a)
    return [(a, link) for a, link in links if link] if "editing" not in st.query_params else []


def show_second_review_form(page: Page, r: Recommendation, version: str, name: str, here: Pairs) -> None:
    """The form that confirms or declines one assessment."""
    language, person = page.context.language, page.context.person
    _ = language.gettext
    place = find_assessment(r, name)
    if place is None:
        st.error(_("There is no such assessment."))
        return
    a = r.assessments[place]
    page.show("forms/second_review.html", a=a)
    if not page.view.awaits_second_reader(a):
        st.info(_("It does not await a second reader any more."))
    # who is not signed in any more keeps the form, and what was typed
    elif person.handle and not can_review(person, a):
        st.info(_("A reviewer confirms or declines it, and never the one who recorded it."))
    else:
        if version != r.version:
            st.warning(
                _("This recommendation was changed after you opened the form. Look at the page below, then decide.")
            )
        _ask(page, r, place)
    page.show("forms/discard_link.html", href=page.context.link("/recommendation", *here))


def _ask(page: Page, r: Recommendation, place: int) -> None:
    language = page.context.language
    _ = language.gettext
    # The keys hold the version that is shown: a click on what somebody has not seen does nothing.
    if st.button(_("Confirm"), type="primary", key=f"confirm_{r.id}_{r.version}"):
        changed, why = undo.confirm_assessment(r, place), _("Confirmed by a second reader.")
        if save_records(page, r.id, [changed], why, lambda now: _("Confirmed by a second reader.")):
            _close()
    reason = st.text_area(_("Why do you decline it?"), key=f"decline_{r.id}", max_chars=2000)
    if st.button(_("Decline"), key=f"decline_now_{r.id}_{r.version}"):
        if not reason.strip():
            st.error(_("Declining needs a reason."))
        elif save_records(
            page, r.id, [undo.withdraw_assessment(r, place, text_from_input(reason, language))], reason,
            lambda now: _("Declined. The assessment stays in the history and counts no more."),
        ):  # fmt: skip
            _close()


def _close() -> None:
    for name in ("editing", "second"):
        st.query_params.pop(name, None)
    st.rerun()
