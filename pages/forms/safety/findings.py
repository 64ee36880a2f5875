"""Show the findings of the safety check that stopped a save. A finding is a passage that may identify a person.

An editor rewords the passage, or a reviewer dismisses the finding with a reason.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

import streamlit as st

from pages.shared import layout
from pages.shared.layout import Page
from pages.shared.markdown import escape_markdown
from tracker.config import load_config
from tracker.files.scan import place_in_file
from tracker.i18n import Language
from tracker.model.errors import DismissalFailed, SafetyFindings, TrackerError
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.model.permissions import Permission
from tracker.model.safety_config import SafetyFinding
from tracker.publishing.wording import error_sentence
from tracker.safety.dismissals import load_dismissals

FINDING_NAMES = {**FIELD_LABELS, "reason": N_("Reason")}
"""Field name → its label, for each field that the safety check can report."""
GroupedFindings = Mapping[str, list[SafetyFinding]]
"""Widget key → the findings of one passage. If several fields hold the same text, the passage is shown once."""


def ask_about_findings(page: Page, unsafe: SafetyFindings) -> None:
    """Show the findings that stopped a save. A reviewer can dismiss each finding with a reason."""
    dismissals = load_dismissals(load_config())
    show_findings(page, lambda: [finding for finding in unsafe.findings if not dismissals.covers(finding)])


def _group_by_passage(findings: Sequence[SafetyFinding]) -> GroupedFindings:
    grouped: dict[str, list[SafetyFinding]] = {}
    for finding in findings:
        words = (finding.match.rule.id, finding.match.start, finding.text_field.text)
        key = "settle_" + blake2b(repr(words).encode(), digest_size=8).hexdigest()
        grouped.setdefault(key, []).append(finding)
    return grouped


# A fragment: the findings stay on the page while a reason is typed, and the form around them is not run again.
@st.fragment
def show_findings(page: Page, find: Callable[[], Sequence[SafetyFinding]], edit_link: str = "") -> None:
    """Show the findings that `find` returns. A reviewer can dismiss each finding with a reason.

    `edit_link` leads to the form in which the text can be reworded, if this is not the form on the page.
    """
    language, grouped = page.context.language, _group_by_passage(find())
    _ = language.gettext
    if not grouped:
        if edit_link:
            st.success(_("Confirmed. You can publish it now."))
        else:
            st.success(_("Confirmed. Please save again: it is not recorded yet."))
        return
    may_dismiss = page.context.person.can(Permission.DISMISS_FINDING)
    first_findings = [findings[0] for findings in grouped.values()]
    page.show(
        "forms/safety_findings.html",
        found=first_findings,
        field=lambda finding: field_label(finding, language),
        may=may_dismiss,
        edit_link=edit_link,
        in_file=all(map(place_in_file, first_findings)),
    )
    if may_dismiss:
        with st.form("settle"):
            for number, key in enumerate(grouped, 1):
                st.text_input(_("Why is item {n} safe to publish?", n=number), key=key, max_chars=500)
            st.form_submit_button(_("Confirm"), on_click=_dismiss, args=(grouped,))
        if error := st.session_state.pop("settle_wrong", None):
            st.error(escape_markdown(error_sentence(language, error)))


def field_label(finding: SafetyFinding, language: Language) -> str:
    """Return the label of the field in which the finding is, or the name of the file and the pages, such as "law.pdf, p. 3".

    If this field has no label, return the label of the nearest field around it that has one. Return "" if there is
    none.
    """
    if place := place_in_file(finding):
        name, pages = place
        numbers = ", ".join(map(str, pages))
        return language.gettext("{name}, p. {pages}", name=name, pages=numbers) if pages else name
    steps = reversed(finding.text_field.field_path)
    return next((language.gettext(FINDING_NAMES[step]) for step in steps if step in FINDING_NAMES), "")


def _dismiss(grouped: GroupedFindings) -> None:
    """Dismiss the findings for which a reason was typed. If this fails, the next run of the fragment shows an error."""
    dismissed = [
        (finding, reason)
        for key, findings in grouped.items()
        if (reason := st.session_state.get(key))
        for finding in findings
    ]
    if not dismissed:
        st.session_state["settle_wrong"] = DismissalFailed(
            N_("Confirming needs a reason: write why this is safe to publish.")
        )
        return
    try:
        load_dismissals(load_config()).dismiss(dismissed, by=layout.current_person())
    except TrackerError as error:
        st.session_state["settle_wrong"] = error.with_traceback(None)
