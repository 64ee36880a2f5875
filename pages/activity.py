"""The page that lists everything that was recorded, newest first. The values of its filters are in the address."""

from dataclasses import replace

import streamlit as st

from pages.shared.layout import open_page, organisations_by_handle, show_footer, show_header
from pages.shared.list_filters import show_filters
from pages.shared.pagination import paginate
from tracker.queries.activity_log import (
    ENTRIES_PER_PAGE,
    ActivityFilters,
    activity_log,
    filter_activity,
    group_by_day,
)

page = open_page("/activity")
view, language, link = page.view, page.context.language, page.context.link
_ = language.gettext
header = st.container()
st.html(
    f"<h1>{_('Activity')}</h1><p class='rt-lead'>{_('Everything recorded here, newest first. Nothing is deleted: withdrawn entries stay and are marked.')}</p>"
)

filters = show_filters(page, ActivityFilters)
entries = filter_activity(view, view.cached("activity log", None, lambda: activity_log(view)), filters)
shown, number, pages = paginate(entries, filters.page, per_page=ENTRIES_PER_PAGE)
filters = replace(filters, page=number)
with header:
    show_header(page, filters.params())

page.show(
    "pages/activity.html",
    days=group_by_day(shown, view.settings.timezone),
    total=len(entries),
    page=number,
    pages=pages,
    turn=[link("/activity", *replace(filters, page=number + step).params()) for step in (-1, 1)],
    feed=link("/feed.xml", *(p for p in filters.params() if p[0] in ("body", "by")), ("lang", language.code)),
    filtered=bool(filters.in_use()),
    organisations=organisations_by_handle(page),
)
show_footer(page, filters.params())
