"""The page for editors that lists what is wrong, old or unfinished in the data."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from pages.forms.assessments.assessment import assessments_to_review
from pages.forms.imports.save import show_offered_drafts
from pages.forms.private.entries import show_entries_without_owner, show_publishing_queue
from pages.shared.layout import open_page, show_footer, show_header
from tracker.config import load_config
from tracker.i18n import native_name
from tracker.model.permissions import Permission
from tracker.publishing.wording import text_label
from tracker.queries import data_health
from tracker.queries.file_names import name_file
from tracker.queries.translations import register_of, translation_queue
from tracker.safety.dismissals import load_dismissals
from tracker.storage.attached_files import folder_state
from tracker.validation.check import find_problems

MAX_PROBLEMS = 200
"""The largest number of problems that the page shows. More problems appear when an editor has fixed some of these."""

MAX_TRANSLATIONS = 100
"""The largest number of records that the translation queue shows for each language."""

page = open_page("/health")
view, language = page.view, page.context.language
_ = language.gettext
show_header(page, ())
if not page.context.person.can(Permission.SEE_HEALTH):
    st.html(
        f"<h1>{_('To do and data check')}</h1><p>{_('This page is for editors. It lists what is unfinished in the data.')}</p>"
    )
    show_footer(page)
    st.stop()

show_offered_drafts(page)
show_entries_without_owner(page)
show_publishing_queue(page)
dismissals = load_dismissals(load_config())
problems = view.cached(
    "problems",
    (dismissals.signature, folder_state(view.dataset.root)),
    lambda: find_problems(view.dataset, dismissals.covers, now=datetime.now(UTC)),
    most=2,
)
page.show(
    "pages/data_health.html",
    problems=problems,
    most=MAX_PROBLEMS,
    stale=data_health.stale_recommendations(view),
    awaiting=data_health.awaiting_second_reader(view),
    to_review=lambda r: assessments_to_review(page, r, [("id", r.id)]),
    to_check=data_health.unverified(view),
    without_copy=data_health.without_archived_copy(view),
    queue=translation_queue(view),
    most_translations=MAX_TRANSLATIONS,
    text_label=partial(text_label, page.context),
    register_of=register_of,
    untimed=data_health.without_timestamp(view),
    whats=data_health.TASK_LABELS,
    native_name=native_name,
    name_file=name_file,
    evidence={},
)
show_footer(page)
