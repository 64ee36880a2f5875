"""The page for editors that lists what is wrong, old or unfinished in the data."""

from datetime import UTC, datetime

import streamlit as st

from pages.forms.assessments.assessment import assessments_to_review
from pages.forms.imports.save import show_offered_drafts
from pages.forms.private.entries import show_entries_without_owner, show_notices, show_publishing_queue
from pages.forms.records.proposals import show_affected
from pages.forms.this_week import show_this_week
from pages.shared.layout import current_person, open_page, show_footer, show_header, store
from pages.shared.messages import _, show_error
from tracker.editing.redaction.remove_words import list_searches
from tracker.model.errors import TrackerError
from tracker.model.ownership import may_set_contact
from tracker.model.permissions import Permission
from tracker.queries import data_health
from tracker.queries.localized_names import describe_file
from tracker.safety.dismissals import load_dismissals
from tracker.storage.attached_files import attached_files_version
from tracker.validation.check import find_problems

MAX_PROBLEMS = 200
"""The page shows at most this many problems. More appear when an editor has fixed some of them."""

page = open_page("/health")
view, language = page.view, page.context.language
show_header(page, ())
st.html(f"<h1>{_('To do and data check')}</h1>")
if not page.context.person.can(Permission.SEE_HEALTH):
    st.html(f"<p>{_('This page is for editors. It lists what is unfinished in the data.')}</p>")
    show_footer(page)
    st.stop()

show_this_week(page)
if page.context.can_save and not view.settings.publisher.contact and may_set_contact(view.settings, current_person()):
    st.html('<span id="rt-contact"></span>')
    box = st.empty()
    with box.form("contact"):
        note = _("A mail address or a web page. Everybody can read it.")
        typed = st.text_input(_("Where readers report a mistake"), placeholder="name@example.org", help=note)
        if st.form_submit_button(_("Save")):
            try:
                store().save_contact(typed, by=current_person())
                box.success(_("Saved. “Report a mistake” names this address now."))
            except TrackerError as error:
                show_error(error)
show_notices(page)
show_affected(page)
show_offered_drafts(page)
show_entries_without_owner(page)
show_publishing_queue(page)
dismissals = load_dismissals(page.config)
made_of, now = (dismissals.signature, attached_files_version(view.dataset.root)), datetime.now(UTC)
problems = view.cached("problems", made_of, lambda: find_problems(view.dataset, dismissals.covers, now=now), most=2)
unfinished = {
    "stale": data_health.stale_recommendations(view),
    "awaiting": data_health.list_awaiting_second_reader(view),
    "to_review": lambda r: assessments_to_review(page, r, [("id", r.id)]),
    "to_check": data_health.list_unverified(view),
    "readings": data_health.list_readings(view),
    "reading_labels": data_health.READING_LABELS,
    "without_copy": data_health.list_without_archived_copy(view),
    "untimed": data_health.list_without_timestamp(view),
}
how = {"most": MAX_PROBLEMS, "whats": data_health.TASK_LABELS, "describe_file": describe_file, "evidence": {}}
page.show("pages/data_health.html", problems=problems, **unfinished, **how)
page.show("private/searches.html", searches=list_searches(page.config))
show_footer(page)
