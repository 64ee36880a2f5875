"""Record a submission that was sent: the document and its demands are public from then on, and are undone in one step."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.forms.several_choices import option_label
from pages.forms.submission_draft import DraftFields
from pages.shared.audience import show_audience
from pages.shared.markdown import escape_markdown
from pages.shared.saving import save_records
from tracker.editing.forms.document import DocumentForm
from tracker.editing.forms.submission import Demand, submission_records
from tracker.model.fields import FIELD_LABELS
from tracker.model.registers import TreatyBody
from tracker.model.vocabulary import DocumentKind
from tracker.publishing.submissions.document import Submission
from tracker.queries.documents_by_cycle import group_by_cycle

RECORDED = "recorded"
"""The field of the draft that has the id of the document as which it was recorded."""
LENGTH = 150


def show_recording(
    form: DraftFields, body: TreatyBody, submission: Submission, *, demands: Sequence[Demand], cycle: str
) -> None:
    """Show the fields of the document, its demands with a tick each, and the button that saves what is ticked.

    `cycle` is the reporting cycle to which the submission belongs; "" for the latest one.
    """
    page, to = form.page, submission.lang
    language, view = page.context.language, page.view
    _ = language.gettext
    if recorded := view.documents.get(form.value(RECORDED)):
        page.show("forms/submission_recorded.html", document=recorded)
        return
    cycles = group_by_cycle(view, body)
    key = f"open_{form.prefix}recording"
    box = st.expander(_("It was sent: record it in the register"), key=key, on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption(
            _("It becomes an alternative report with what it asks. Everybody can read that, not the rest of your text.")
        )
        sent = replace(form, start=DocumentForm(body=body.id))
        title = sent.line(_(FIELD_LABELS["title"]), "sent_title", start=submission.title, most=300, required=True)
        authors = sent.line(_(FIELD_LABELS["authors"]), "sent_authors", start="; ".join(submission.organisations))
        start = cycle or (cycles[0][0] if cycles else "")
        cycle = sent.line(_(FIELD_LABELS["cycle"]), "sent_cycle", start=start, most=120, required=True)
        issued = sent.line(_("Sent on"), "issued", key="sent_issued", start=str(view.local_date))
        ticked = []
        for demand in demands:
            label = f"{demand.number}. {option_label(demand.text[:LENGTH])}"
            if form.checkbox(label, f"demand_{demand.about.id}", start=True):
                ticked.append(demand)
        is_read = form.checkbox(_("I have compared these words with the file that was sent"), "sent_read")
        kind = DocumentKind.ALTERNATIVE_REPORT
        typed = DocumentForm(body=body.id, kind=kind, title={to: title}, authors=authors, cycle=cycle, issued=issued)
        typed = replace(typed, id=typed.suggest_id(view))
        show_audience(page, is_public=True)
        label = _("Record it")
        if ticked:
            label = language.ngettext("Record it with {n} demand", "Record it with {n} demands", len(ticked))
        if not st.button(label, key="record_submission", type="primary"):
            return
        if wrong := typed.validate(view, None, language):
            st.error(escape_markdown("\n".join(f"- {error}" for error in wrong)))
            return
        records = submission_records(view, typed, ticked, lang=to, is_read=is_read)
        reason, message = _("Recorded after it was sent."), _("The submission is recorded.")
        if save_records(page, "submission", records, reason=reason, message=message):
            form.note(RECORDED, typed.id)
            st.rerun()
