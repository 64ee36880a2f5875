"""What is wrong or unfinished in the data, for editors."""

import streamlit as st

from pages.shared.layout import footer, header, open_page
from tracker.config import places
from tracker.model.permissions import Permission
from tracker.model.problems import Problem
from tracker.queries import data_health
from tracker.safety.dismissals import settled_at
from tracker.storage.dataset_reader import Dataset
from tracker.validation.check import problems


@st.cache_resource(show_spinner=False, max_entries=2)
def wrong(signature: str, settled: str, _dataset: Dataset) -> list[Problem]:
    """All problems, looked for once for every state of the files and of what reviewers settled."""
    return problems(_dataset.as_written, settled_at(places()).covers)


page = open_page("/health")
view, _ = page.view, page.shown.language
header(page, ())
if page.shown.person.can(Permission.SEE_HEALTH):
    page.show(
        "pages/data_health.html", problems=wrong(view.dataset.signature, settled_at(places()).signature, view.dataset), most=200, stale=data_health.stale(view),
        awaiting=data_health.awaiting(view),
        to_check=data_health.to_check(view), without_copy=data_health.without_copy(view), coverage=data_health.coverage(view),
        untimed=data_health.untimed(view), whats=data_health.WHATS, own_name=data_health.own_name, path_of=data_health.path_of,
    )  # fmt: skip
else:
    st.html(
        f"<h1>{_('Health of the data')}</h1><p>{_('This page is for editors: it lists what is unfinished in the data files.')}</p>"
    )
footer(page)
