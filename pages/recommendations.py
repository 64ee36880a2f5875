"""The list: every recommendation with its status, and filters that live in the address."""

from dataclasses import replace

import streamlit as st

from pages.address import adopt, keep, params
from pages.frame import footer, header, open_page
from tracker.labels import SORT_LABELS
from tracker.query import PER_PAGE, SORTS, Query, asked, codes, matching
from tracker.words import Asker, Status

page = open_page("/recommendations")
view, _, label = page.view, page.shown.language, page.shown.label
query = asked(view, params())
known = codes(view)
top, chips, answer = st.container(), None, None

with top:
    head = st.container()
    st.html(f"<h1>{_('Recommendations')}</h1>")
    words, order, more = st.columns([5, 3, 2], vertical_alignment="bottom")
    q = words.text_input(
        _("Search in all texts"), key=adopt("q", [query.q] if query.q else [], single=True), max_chars=200
    )
    sorts = {code: _(SORT_LABELS[code]) for code in SORTS}
    sort = order.selectbox(_("Sort"), SORTS, format_func=sorts.get, key=adopt("sort", [query.sort], single=True))
    with more.popover(_("Filters"), width="stretch"):
        names = {
            "by": (_("Who asks"), {a.value: label(a) for a in Asker}),
            "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
            "status": (_("Status"), {s.value: label(s) for s in Status}),
            "theme": (_("Theme"), {t: page.shown.named(t) for t in known["theme"]}),
        }
        chosen = {
            name: st.multiselect(
                title,
                known[name],
                format_func=words_for.get,
                key=adopt(name, getattr(query, name)),
                placeholder=_("Any"),
            )
            for name, (title, words_for) in names.items()
        }
        yes_no = {"yes": _("Yes"), "no": _("No")}
        switches = {
            name: st.segmented_control(
                title, ["yes", "no"], format_func=yes_no.get, key=adopt(name, [value] if value else [], single=True)
            )
            for name, title, value in (
                ("evidence", _("Has evidence"), query.evidence),
                ("stale", _("Older than the limit"), query.stale),
            )
        }

for name, value in {
    **chosen,
    **{name: [v] if v else [] for name, v in switches.items()},
    "q": [q] if q else [],
}.items():
    keep(name, value)
keep("sort", [sort] if sort != SORTS[0] else [])
query = asked(view, params())

found = matching(view, query, _.code)
pages = max(1, -(-len(found) // PER_PAGE))
query = replace(query, page=min(query.page, pages))
shown = found[(query.page - 1) * PER_PAGE : query.page * PER_PAGE]
groups = [
    (asker, rows, sum(r.by is asker for r in found))
    for asker in Asker
    if (rows := tuple(r for r in shown if r.by is asker))
]

with head:
    header(page, query.params())


def without(name: str, value: str) -> str:
    """The address of the list without one filter."""
    current = getattr(query, name)
    fewer: Query = replace(
        query, page=1, **{name: tuple(v for v in current if v != value) if isinstance(current, tuple) else ""}
    )
    return page.shown.link("/recommendations", *fewer.params())


chips = [(names[n][0], names[n][1][v], without(n, v)) for n in names for v in getattr(query, n)]
chips += [
    (t, yes_no[getattr(query, n)], without(n, ""))
    for n, t in (("evidence", _("Has evidence")), ("stale", _("Older than the limit")))
    if getattr(query, n)
]
if query.q:
    chips.append((_("Search"), query.q, without("q", "")))
turn = tuple(page.shown.link("/recommendations", *replace(query, page=query.page + step).params()) for step in (-1, 1))
page.show("chips.html", chips=chips)
page.show("list.html", groups=groups, carry=query.params(), page=query.page, pages=pages, turn=turn)
footer(page, query.params())
