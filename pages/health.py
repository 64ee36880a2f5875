"""What is wrong or unfinished in the data, for editors."""

import streamlit as st

from pages.frame import footer, header, open_page
from tracker import health
from tracker.check import problems
from tracker.dataset import Dataset
from tracker.people import Deed
from tracker.places import places
from tracker.problems import Problem
from tracker.settled import settled_at


@st.cache_resource(show_spinner=False, max_entries=2)
def wrong(signature: str, settled: str, _dataset: Dataset) -> list[Problem]:
    """All problems, looked for once for every state of the files and of what reviewers settled."""
    return problems(_dataset.as_written, settled_at(places()).covers)


page = open_page("/health")
view, _ = page.view, page.shown.language
header(page, ())
if page.shown.person.may(Deed.SEE_HEALTH):
    page.show(
        "health.html", problems=wrong(view.dataset.signature, settled_at(places()).signature, view.dataset), most=200, stale=health.stale(view),
        awaiting=health.awaiting(view),
        to_check=health.to_check(view), without_copy=health.without_copy(view), coverage=health.coverage(view),
        untimed=health.untimed(view), whats=health.WHATS, own_name=health.own_name, path_of=health.path_of,
    )  # fmt: skip
else:
    st.html(
        f"<h1>{_('Health of the data')}</h1><p>{_('This page is for editors: it lists what is unfinished in the data files.')}</p>"
    )
footer(page)
