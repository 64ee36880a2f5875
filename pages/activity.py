"""The page that lists everything that was recorded, newest first. The values of its filters are in the address."""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from pages.forms.private.evidence import can_unpublish
from pages.shared.layout import open_page, organisations_by_handle, show_footer, show_header
from pages.shared.list_filters import show_filters
from pages.shared.pagination import paginate
from tracker.editing.private.unpublish import can_undo_publication
from tracker.editing.undo import can_undo_save
from tracker.queries.activity_log import (
    ENTRIES_PER_PAGE,
    Activity,
    ActivityFilters,
    SavedTogether,
    corrected_on_page,
    filter_activity,
    group_by_day,
    group_by_save,
    split_activity,
)

page = open_page("/activity")
view, language, link = page.view, page.context.language, page.context.link
_ = language.gettext
header = st.container()
st.html(
    f"<h1>{_('Activity')}</h1><p class='rt-lead'>{_('Everything recorded here, newest first. Nothing is deleted: withdrawn entries stay and are marked.')}</p>"
)

filters = show_filters(page, ActivityFilters)
standing, corrected = split_activity(view)
entries = group_by_save(filter_activity(view, standing, filters))
corrected = filter_activity(view, corrected, filters)
shown, number, pages = paginate(entries, filters.page, per_page=ENTRIES_PER_PAGE)
filters = replace(filters, page=number)
with header:
    show_header(page, filters.params())

may_unpublish, now = can_unpublish(page), datetime.now(UTC)


def undo_link(entry: Activity) -> str:
    """Return the link that undoes a save of several records, or a publication, within a day. Return "" without one."""
    if isinstance(entry, SavedTogether):
        may_undo = page.can_edit and can_undo_save(entry, now, page.context.person)
        return link("/edit", ("what", "undo"), ("id", entry.recorded)) if may_undo else ""
    if not may_unpublish or entry.item or entry.event or entry.edits or entry.evidence is None:
        return ""
    is_recent = can_undo_publication(entry.evidence, now)
    return link("/edit", ("what", "unpublish"), ("id", entry.evidence.id)) if is_recent else ""


page.show(
    "pages/activity.html",
    corrected=group_by_save(corrected_on_page(corrected, entries, number)),
    undo_link=undo_link,
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
