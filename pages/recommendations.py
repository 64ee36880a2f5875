"""The list: every recommendation with its status, and filters that live in the address."""

from dataclasses import replace

import streamlit as st

from pages.forms import bulk_edit
from pages.shared.layout import footer, header, open_page
from pages.shared.saving import show_saved
from pages.shared.url_state import adopt, keep, params
from tracker.editing.bulk_edit import Choice
from tracker.model.labels import SORT_LABELS
from tracker.model.vocabulary import Issuer, Status
from tracker.queries.filters import PER_PAGE, SORTS, Query, asked, codes, matching
from tracker.queries.text_search import sought

page = open_page("/recommendations")
view, _, label = page.view, page.shown.language, page.shown.label
query, known = asked(view, params()), codes(view)
choice = Choice.asked(view, params())
if choice.step == "add" and page.may_type:
    bulk_edit.add(page, query, choice)
    st.stop()

head = st.container()
st.html(f"<h1>{_('Recommendations')}</h1>")
show_saved(page, "/recommendations")

lists: dict[str, tuple[str, dict[str, str]]] = {
    "by": (_("Who asks"), {a.value: label(a) for a in Issuer}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "status": (_("Status"), {s.value: label(s) for s in Status}),
    "theme": (_("Theme"), {t: page.shown.named(t) for t in known["theme"]}),
}
switches = {
    "evidence": _("Has evidence"),
    "stale": _.many(
        "Assessed more than {n} month ago", "Assessed more than {n} months ago", view.settings.stale_after_months
    ),
}
yes_no = {"yes": _("Yes"), "no": _("No")}
sorts = {code: _(SORT_LABELS[code]) for code in SORTS}

chosen: dict[str, list[str]] = {}
with st.container(horizontal=True, vertical_alignment="bottom"):
    typed = st.text_input(_("Search in all texts"), key=adopt("q", query.q, single=True), max_chars=200)
    with st.popover(_("Filters"), width="content"):
        for name, (heading, words) in lists.items():
            key = adopt(name, getattr(query, name))
            chosen[name] = st.multiselect(heading, known[name], format_func=words.get, key=key, placeholder=_("Any"))
        for name, heading in switches.items():
            key = adopt(name, getattr(query, name), single=True)
            pressed = st.segmented_control(heading, list(yes_no), format_func=yes_no.get, key=key)
            chosen[name] = [pressed] if pressed else []
        sort = st.selectbox(_("Order"), SORTS, format_func=sorts.get, key=adopt("sort", query.sort, single=True))
chosen |= {"q": [typed] if typed else [], "sort": [sort] if sort != SORTS[0] else []}
for name, value in chosen.items():
    keep(name, value)
query = asked(view, params())

found = matching(view, query, _.code)
pages = max(1, -(-len(found) // PER_PAGE))
query = replace(query, page=min(query.page, pages))
shown = found[(query.page - 1) * PER_PAGE : query.page * PER_PAGE]
groups = [
    (a, rows, sum(r.issued_by is a for r in found))
    for a in Issuer
    if (rows := tuple(r for r in shown if r.issued_by is a))
]

with head:
    header(page, [*query.params(), *choice.params()])
# The ways to other pages of the list, and to fewer filters, keep what was chosen.
inside = replace(page, shown=replace(page.shown, keep=(*page.shown.keep, *choice.params())))


def without(name: str, value: str) -> str:
    """The address of the list without one filter."""
    current = getattr(query, name)
    left = tuple(v for v in current if v != value) if isinstance(current, tuple) else ""
    fewer: Query = replace(query, page=1, **{name: left})
    return inside.shown.link("/recommendations", *fewer.params())


chips = [(heading, words[v], without(n, v)) for n, (heading, words) in lists.items() for v in getattr(query, n)]
chips += [(heading, yes_no[v], without(n, "")) for n, heading in switches.items() if (v := getattr(query, n))]
chips += (
    [
        (
            _("Picked by hand"),
            str(len(query.id)),
            inside.shown.link("/recommendations", *replace(query, id=(), page=1).params()),
        )
    ]
    if query.id
    else []
)
chips += [(_("Search"), query.q, without("q", ""))] if query.q else []
turn = tuple(
    inside.shown.link("/recommendations", *replace(query, page=query.page + step).params()) for step in (-1, 1)
)
inside.show("layout/chips.html", chips=chips)
page.show(
    "pages/list.html", groups=groups, words=sought(query.q), carry=query.params(), page=query.page, pages=pages, turn=turn,
    choosing=bulk_edit.choosing(page, query, choice, found),
)  # fmt: skip
page.show("layout/downloads.html", query=replace(query, page=1).params())
footer(page, query.params())
