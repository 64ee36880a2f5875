"""The safety check before a save: what may lead to a person is shown with its place, and asked to be reworded or settled."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page
from pages.shared.markdown import literal
from tracker.config import places
from tracker.editing.small_count_settings import show_counts
from tracker.model.labels import N_
from tracker.model.permissions import Permission
from tracker.model.problems import TrackerError
from tracker.queries.field_diff import FIELDS
from tracker.safety.dismissals import settled_at
from tracker.safety.scanner import Found, Written, found_in

NAMES = {**FIELDS, "reason": N_("Reason")}
Same = Mapping[str, list[Found]]
"""What was found, by a key: the same words in the same text are one, wherever the text is to stand."""


def cleared(page: Page, texts: Sequence[Written]) -> bool:
    """Whether the texts may become public; where they may not, the page shows what was found.

    Every save asks it in the server's own process, so that no form can forget it and no browser can get around it.
    """
    if clear := not _found(page, texts):
        return clear
    _ask(page, texts)
    return False


def _found(page: Page, texts: Sequence[Written]) -> Same:
    same: dict[str, list[Found]] = {}
    for one in found_in(texts, page.view.dataset.safety, settled_at(places()).covers):
        words = (one.concern.rule.id, one.concern.start, one.written.text)
        same.setdefault("settle_" + blake2b(repr(words).encode(), digest_size=8).hexdigest(), []).append(one)
    return same


# A fragment: what is asked stays on the page while a reason is typed, and the form around it is left alone.
@st.fragment
def _ask(page: Page, texts: Sequence[Written]) -> None:
    _, found = page.shown.language, _found(page, texts)
    if not found:
        st.success(_("Settled. Save it again: it is not recorded yet."))
        return
    may = page.shown.person.can(Permission.DISMISS_FINDING)
    page.show("forms/safety_findings.html", found=[same[0] for same in found.values()], field=_label, may=may)
    if may:
        with st.form("settle"):
            for number, key in enumerate(found, 1):
                st.text_input(_("Why is no. {n} no danger?", n=number), key=key, max_chars=500)
            st.form_submit_button(_("Settle with this reason"), on_click=_settle, args=(found,))
        if wrong := st.session_state.pop("settle_wrong", ""):
            st.error(literal(_(wrong)))


def _label(found: Found) -> str:
    """The field that a text stands in: the last step on the way to it that has a name."""
    return next((NAMES[step] for step in reversed(found.written.where) if step in NAMES), "")


def _settle(found: Same) -> None:
    given = [(one, reason) for key, same in found.items() if (reason := st.session_state.get(key)) for one in same]
    if not given:
        st.session_state["settle_wrong"] = N_("A finding is settled by a reason: write why it is no danger.")
        return
    try:
        settled_at(places()).settle(given, by=(by := layout.who()))
        show_counts(layout.store(), (one for one, _ in given), by)
    except TrackerError as bad:
        st.session_state["settle_wrong"] = str(bad)
