"""What was recorded, newest first, with filters."""

from dataclasses import replace

import streamlit as st

from pages.shared.layout import footer, header, open_page
from pages.shared.url_state import adopt, keep, params
from tracker.model.vocabulary import Issuer
from tracker.queries.activity_log import KIND_LABELS, PER_PAGE, Kind, Recorded, Wanted, activity, by_day, wanted_changes
from tracker.queries.view import View


@st.cache_resource(show_spinner=False, max_entries=4)
def recorded(signature: str, as_of: str, moment: str, _view: View) -> tuple[Recorded, ...]:
    """Everything that was recorded, found once for all sessions."""
    return activity(_view)


page = open_page("/activity")
view, _, label = page.view, page.shown.language, page.shown.label
head = st.container()
st.html(
    f"<h1>{_('Activity')}</h1><p class='rt-lead'>{_('What was recorded here, the newest first. Nothing is deleted: what was withdrawn stays, and says so.')}</p>"
)
wanted = Wanted.asked(view, params())
lists = {
    "change": (_("Kind of change"), {k.value: _(KIND_LABELS[k]) for k in Kind}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "by": (_("Who asks"), {a.value: label(a) for a in Issuer}),
}
with st.popover(_("Filters"), width="content"):
    chosen = {
        name: st.multiselect(
            heading, list(words), format_func=words.get, key=adopt(name, getattr(wanted, name)), placeholder=_("Any")
        )
        for name, (heading, words) in lists.items()
    }
for name, value in chosen.items():
    keep(name, value)
wanted = Wanted.asked(view, params())
found = wanted_changes(view, recorded(view.dataset.signature, str(view.as_of), view.recorded or "", view), wanted)
pages = max(1, -(-len(found) // PER_PAGE))
wanted = replace(wanted, page=min(wanted.page, pages))
with head:
    header(page, wanted.params())


def without(name: str, value: str) -> str:
    """The address of the list without one filter."""
    fewer: Wanted = replace(wanted, page=1, **{name: tuple(v for v in getattr(wanted, name) if v != value)})
    return page.shown.link("/activity", *fewer.params())


shown = found[(wanted.page - 1) * PER_PAGE : wanted.page * PER_PAGE]
page.show(
    "pages/activity.html", days=by_day(shown, view.settings.timezone), total=len(found), page=wanted.page, pages=pages,
    turn=[page.shown.link("/activity", *replace(wanted, page=wanted.page + step).params()) for step in (-1, 1)],
    chips=[(heading, words[v], without(n, v)) for n, (heading, words) in lists.items() for v in getattr(wanted, n)],
    feed=page.shown.link("/feed.xml", *(pair for pair in wanted.params() if pair[0] in ("body", "by")), ("lang", _.code)),
    filtered=any(chosen.values()), kinds=KIND_LABELS,
)  # fmt: skip
footer(page, wanted.params())
