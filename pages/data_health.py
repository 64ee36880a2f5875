"""What is wrong or unfinished in the data, for editors."""

import streamlit as st

from pages.shared.layout import open_page, show_footer, show_header
from tracker.config import load_config
from tracker.model.dataset import Dataset
from tracker.model.permissions import Permission
from tracker.model.problems import Problem
from tracker.queries import data_health
from tracker.safety.dismissals import load_dismissals
from tracker.validation.check import find_problems


@st.cache_resource(show_spinner=False, max_entries=2)
def wrong(signature: str, settled: str, _dataset: Dataset) -> list[Problem]:
    """All problems, looked for once for every state of the files and of what reviewers settled."""
    return find_problems(_dataset.unmasked, load_dismissals(load_config()).covers)


page = open_page("/health")
view, language = page.view, page.context.language
_ = language.gettext
show_header(page, ())
if page.context.person.can(Permission.SEE_HEALTH):
    page.show(
        "pages/data_health.html", problems=wrong(view.dataset.signature, load_dismissals(load_config()).signature, view.dataset), most=200, stale=data_health.stale_recommendations(view),
        awaiting=data_health.awaiting_second_reader(view),
        to_check=data_health.unverified(view), without_copy=data_health.without_archived_copy(view), coverage=data_health.translation_coverage(view),
        untimed=data_health.without_timestamp(view), whats=data_health.TASK_LABELS, own_name=data_health.own_name, path_of=data_health.record_path,
    )  # fmt: skip
else:
    st.html(
        f"<h1>{_('Health of the data')}</h1><p>{_('This page is for editors: it lists what is unfinished in the data files.')}</p>"
    )
show_footer(page)
