"""The page that lists everything that was recorded, newest first. The values of its filters are in the address."""

from dataclasses import replace

import streamlit as st

from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.pagination import paginate
from pages.shared.url_state import filter_field, url_params, write_to_url
from tracker.model.vocabulary import Issuer
from tracker.queries.activity_log import (
    ACTIVITY_LABELS,
    ENTRIES_PER_PAGE,
    ActivityFilters,
    ActivityKind,
    activity_log,
    filter_activity,
    group_by_day,
)

page = open_page("/activity")
view, language, label, link = page.view, page.context.language, page.context.label, page.context.link
_ = language.gettext
header = st.container()
st.html(
    f"<h1>{_('Activity')}</h1><p class='rt-lead'>{_('What was recorded here, the newest first. Nothing is deleted: what was withdrawn stays, and says so.')}</p>"
)

filters = ActivityFilters.from_params(view, url_params())
choices = {
    "change": (_("Kind of change"), {k.value: _(ACTIVITY_LABELS[k]) for k in ActivityKind}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "by": (_("Who asks"), {i.value: label(i) for i in Issuer}),
}
with st.popover(_("Filters"), width="content"):
    chosen = {
        name: filter_field(language, name, heading, labels=labels, value=getattr(filters, name))
        for name, (heading, labels) in choices.items()
    }
for name, codes in chosen.items():
    write_to_url(name, codes)
filters = ActivityFilters.from_params(view, url_params())

entries = filter_activity(view, view.cached("activity log", None, lambda: activity_log(view)), filters)
shown, number, pages = paginate(entries, filters.page, per_page=ENTRIES_PER_PAGE)
filters = replace(filters, page=number)
with header:
    show_header(page, filters.params())


def link_without(name: str, code: str) -> str:
    """Return the link to this page with the value `code` removed from the filter `name`."""
    codes = tuple(c for c in getattr(filters, name) if c != code)
    fewer: ActivityFilters = replace(filters, page=1, **{name: codes})
    return link("/activity", *fewer.params())


page.show(
    "pages/activity.html",
    days=group_by_day(shown, view.settings.timezone),
    total=len(entries),
    page=number,
    pages=pages,
    turn=[link("/activity", *replace(filters, page=number + step).params()) for step in (-1, 1)],
    chips=[
        (heading, labels[code], link_without(name, code))
        for name, (heading, labels) in choices.items()
        for code in getattr(filters, name)
    ],
    feed=link("/feed.xml", *(p for p in filters.params() if p[0] in ("body", "by")), ("lang", language.code)),
    filtered=any(chosen.values()),
    kinds=ACTIVITY_LABELS,
)
show_footer(page, filters.params())
