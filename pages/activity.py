"""What was recorded, newest first, with filters."""

from dataclasses import replace

import streamlit as st

from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.url_state import bind_to_url, url_params, write_to_url
from tracker.model.vocabulary import Issuer
from tracker.queries.activity_log import (
    ACTIVITY_LABELS,
    ENTRIES_PER_PAGE,
    ActivityEntry,
    ActivityFilters,
    ActivityKind,
    activity_log,
    filter_activity,
    group_by_day,
)
from tracker.queries.view import View


@st.cache_resource(show_spinner=False, max_entries=4)
def entry_line(signature: str, as_of: str, moment: str, _view: View) -> tuple[ActivityEntry, ...]:
    """Everything that was recorded, found once for all sessions."""
    return activity_log(_view)


page = open_page("/activity")
view, language, label = page.view, page.context.language, page.context.label
_ = language.gettext
head = st.container()
st.html(
    f"<h1>{_('Activity')}</h1><p class='rt-lead'>{_('What was recorded here, the newest first. Nothing is deleted: what was withdrawn stays, and says so.')}</p>"
)
wanted = ActivityFilters.from_params(view, url_params())
lists = {
    "change": (_("Kind of change"), {k.value: _(ACTIVITY_LABELS[k]) for k in ActivityKind}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "by": (_("Who asks"), {a.value: label(a) for a in Issuer}),
}
with st.popover(_("Filters"), width="content"):
    chosen = {
        name: st.multiselect(
            heading,
            list(words),
            format_func=words.get,
            key=bind_to_url(name, getattr(wanted, name)),
            placeholder=_("Any"),
        )
        for name, (heading, words) in lists.items()
    }
for name, value in chosen.items():
    write_to_url(name, value)
wanted = ActivityFilters.from_params(view, url_params())
found = filter_activity(view, entry_line(view.dataset.signature, str(view.as_of), view.recorded or "", view), wanted)
pages = max(1, -(-len(found) // ENTRIES_PER_PAGE))
wanted = replace(wanted, page=min(wanted.page, pages))
with head:
    show_header(page, wanted.params())


def without(name: str, value: str) -> str:
    """The address of the list without one filter."""
    fewer: ActivityFilters = replace(wanted, page=1, **{name: tuple(v for v in getattr(wanted, name) if v != value)})
    return page.context.link("/activity", *fewer.params())


shown = found[(wanted.page - 1) * ENTRIES_PER_PAGE : wanted.page * ENTRIES_PER_PAGE]
page.show(
    "pages/activity.html", days=group_by_day(shown, view.settings.timezone), total=len(found), page=wanted.page, pages=pages,
    turn=[page.context.link("/activity", *replace(wanted, page=wanted.page + step).params()) for step in (-1, 1)],
    chips=[(heading, words[v], without(n, v)) for n, (heading, words) in lists.items() for v in getattr(wanted, n)],
    feed=page.context.link("/feed.xml", *(pair for pair in wanted.params() if pair[0] in ("body", "by")), ("lang", language.code)),
    filtered=any(chosen.values()), kinds=ACTIVITY_LABELS,
)  # fmt: skip
show_footer(page, wanted.params())
