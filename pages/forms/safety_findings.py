"""The safety check before a save: what may lead to a person is shown with its place, and asked to be reworded or settled."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.config import load_config
from tracker.editing.small_count_settings import permit_counts
from tracker.model.errors import SafetyFindings, TrackerError
from tracker.model.labels import N_
from tracker.model.permissions import Permission
from tracker.model.safety_config import SafetyFinding, TextField
from tracker.queries.field_diff import FIELD_LABELS
from tracker.safety.dismissals import load_dismissals
from tracker.safety.scanner import scan_texts

FINDING_NAMES = {**FIELD_LABELS, "reason": N_("Reason")}
Same = Mapping[str, list[SafetyFinding]]
"""What was found, by a key: the same words in the same text are one, wherever the text is to stand."""


def ask_about_findings(page: Page, unsafe: SafetyFindings) -> None:
    """Show the passages that stopped a save; a reviewer can dismiss each with a reason."""
    _ask(page, tuple(dict.fromkeys(finding.text_field for finding in unsafe.findings)))


def _found(page: Page, texts: Sequence[TextField]) -> Same:
    same: dict[str, list[SafetyFinding]] = {}
    for one in scan_texts(texts, page.view.dataset.safety, load_dismissals(load_config()).covers):
        words = (one.match.rule.id, one.match.start, one.text_field.text)
        same.setdefault("settle_" + blake2b(repr(words).encode(), digest_size=8).hexdigest(), []).append(one)
    return same


# A fragment: what is asked stays on the page while a reason is typed, and the form around it is left alone.
@st.fragment
def _ask(page: Page, texts: Sequence[TextField]) -> None:
    language, found = page.context.language, _found(page, texts)
    _ = language.gettext
    if not found:
        st.success(_("Settled. Save it again: it is not recorded yet."))
        return
    may = page.context.person.can(Permission.DISMISS_FINDING)
    page.show("forms/safety_findings.html", found=[same[0] for same in found.values()], field=_label, may=may)
    if may:
        with st.form("settle"):
            for number, key in enumerate(found, 1):
                st.text_input(_("Why is no. {n} no danger?", n=number), key=key, max_chars=500)
            st.form_submit_button(_("Settle with this reason"), on_click=_settle, args=(found,))
        if wrong := st.session_state.pop("settle_wrong", ""):
            st.error(escape_markdown(_(wrong)))


def _label(found: SafetyFinding) -> str:
    """The field that a text stands in: the last step on the way to it that has a name."""
    return next((FINDING_NAMES[step] for step in reversed(found.text_field.field_path) if step in FINDING_NAMES), "")


def _settle(found: Same) -> None:
    given = [(one, reason) for key, same in found.items() if (reason := st.session_state.get(key)) for one in same]
    if not given:
        st.session_state["settle_wrong"] = N_("A finding is settled by a reason: write why it is no danger.")
        return
    try:
        load_dismissals(load_config()).dismiss(given, by=(by := layout.current_person()))
        permit_counts(layout.store(), (one for one, _ in given), by)
    except TrackerError as bad:
        st.session_state["settle_wrong"] = str(bad)
