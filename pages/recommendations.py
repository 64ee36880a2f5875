"""The list: every recommendation with its status, and filters that live in the address."""

from dataclasses import replace

import streamlit as st

from pages.forms import bulk_edit
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.markdown import escape_markdown
from pages.shared.saving import show_saved
from pages.shared.url_state import bind_to_url, url_params, write_to_url
from tracker.editing.bulk_edit import Selection
from tracker.model.labels import SORT_LABELS
from tracker.model.vocabulary import Issuer, Status
from tracker.queries.filters import (
    RECOMMENDATIONS_PER_PAGE,
    SORT_ORDERS,
    Filters,
    filter_options,
    filter_recommendations,
    parse_filters,
    unknown_values,
)
from tracker.queries.text_search import parse_search

page = open_page("/recommendations")
view, language, label = page.view, page.context.language, page.context.label
_ = language.gettext
query, known = parse_filters(view, url_params()), filter_options(view)
unknown = unknown_values(view, url_params())
choice = Selection.from_params(view, url_params())
if choice.step == "add" and page.can_edit:
    bulk_edit.show_bulk_form(page, query, choice)
    st.stop()

head = st.container()
st.html(f"<h1>{_('Recommendations')}</h1>")
show_saved(page, "/recommendations")
for name, value in unknown:
    st.warning(
        _("This list does not know “{value}” in “{name}”, so it is shown without that filter.", value=escape_markdown(value), name=name)
    )

lists: dict[str, tuple[str, dict[str, str]]] = {
    "by": (_("Who asks"), {a.value: label(a) for a in Issuer}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "status": (_("Status"), {s.value: label(s) for s in Status}),
    "theme": (_("Theme"), {t: page.context.term_label(t) for t in known["theme"]}),
}
switches = {
    "evidence": _("Has evidence"),
    "stale": language.ngettext(
        "Assessed more than {n} month ago", "Assessed more than {n} months ago", view.settings.stale_after_months
    ),
}
yes_no = {"yes": _("Yes"), "no": _("No")}
sorts = {code: _(SORT_LABELS[code]) for code in SORT_ORDERS}

chosen: dict[str, list[str]] = {}
with st.container(horizontal=True, vertical_alignment="bottom"):
    typed = st.text_input(_("Search in all texts"), key=bind_to_url("q", query.q, single=True), max_chars=200)
    with st.popover(_("Filters"), width="content"):
        for name, (heading, words) in lists.items():
            key = bind_to_url(name, getattr(query, name))
            chosen[name] = st.multiselect(heading, known[name], format_func=words.get, key=key, placeholder=_("Any"))
        for name, heading in switches.items():
            key = bind_to_url(name, getattr(query, name), single=True)
            pressed = st.segmented_control(heading, list(yes_no), format_func=yes_no.get, key=key)
            chosen[name] = [pressed] if pressed else []
        sort = st.selectbox(
            _("Order"), SORT_ORDERS, format_func=sorts.get, key=bind_to_url("sort", query.sort, single=True)
        )
chosen |= {"q": [typed] if typed else [], "sort": [sort] if sort != SORT_ORDERS[0] else []}
for name, value in chosen.items():
    write_to_url(name, value)
query = parse_filters(view, url_params())

found = filter_recommendations(view, query, language.code)
pages = max(1, -(-len(found) // RECOMMENDATIONS_PER_PAGE))
query = replace(query, page=min(query.page, pages))
shown = found[(query.page - 1) * RECOMMENDATIONS_PER_PAGE : query.page * RECOMMENDATIONS_PER_PAGE]
groups = [
    (a, rows, sum(r.issued_by is a for r in found))
    for a in Issuer
    if (rows := tuple(r for r in shown if r.issued_by is a))
]

with head:
    show_header(page, [*query.params(), *choice.params()])
# The ways to other pages of the list, and to fewer filters, keep what was chosen.
inside = replace(page, context=replace(page.context, sticky_params=(*page.context.sticky_params, *choice.params())))


def without(name: str, value: str) -> str:
    """The address of the list without one filter."""
    current = getattr(query, name)
    left = tuple(v for v in current if v != value) if isinstance(current, tuple) else ""
    fewer: Filters = replace(query, page=1, **{name: left})
    return inside.context.link("/recommendations", *fewer.params())


chips = [(heading, words[v], without(n, v)) for n, (heading, words) in lists.items() for v in getattr(query, n)]
chips += [(heading, yes_no[v], without(n, "")) for n, heading in switches.items() if (v := getattr(query, n))]
chips += (
    [
        (
            _("Picked by hand"),
            str(len(query.id)),
            inside.context.link("/recommendations", *replace(query, id=(), page=1).params()),
        )
    ]
    if query.id
    else []
)
chips += [(_("Search"), query.q, without("q", ""))] if query.q else []
turn = tuple(
    inside.context.link("/recommendations", *replace(query, page=query.page + step).params()) for step in (-1, 1)
)
inside.show("layout/chips.html", chips=chips)
page.show(
    "pages/list.html", groups=groups, words=parse_search(query.q), carry=query.params(), page=query.page, pages=pages, turn=turn,
    choosing=bulk_edit.selection_bar(page, query, choice, found),
)  # fmt: skip
page.show("layout/downloads.html", query=replace(query, page=1).params())
show_footer(page, query.params())
