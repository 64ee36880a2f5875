"""The page that lists the recommendations, each with its status. The values of its filters are in the address."""

from dataclasses import replace

import streamlit as st

from pages.forms import bulk_edit
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.markdown import escape_markdown
from pages.shared.pagination import paginate
from pages.shared.saving import show_saved
from pages.shared.url_state import bind_to_url, filter_field, url_params, write_to_url
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
filters, options = parse_filters(view, url_params()), filter_options(view)
unknown = unknown_values(view, url_params())
selection = Selection.from_params(view, url_params())
if selection.step == "add" and page.can_edit:
    bulk_edit.show_bulk_form(page, filters, selection)
    st.stop()

header = st.container()
st.html(f"<h1>{_('Recommendations')}</h1>")
show_saved(page, "/recommendations")

choices: dict[str, tuple[str, dict[str, str]]] = {
    "by": (_("Who asks"), {i.value: label(i) for i in Issuer}),
    "body": (_("Committee"), {b.id: b.code for b in view.bodies.values()}),
    "status": (_("Status"), {s.value: label(s) for s in Status}),
    "theme": (_("Theme"), {t: page.context.term_label(t) for t in options["theme"]}),
}
switches = {
    "evidence": _("Has evidence"),
    "stale": language.ngettext(
        "Assessed more than {n} month ago", "Assessed more than {n} months ago", view.settings.stale_after_months
    ),
}
yes_no = {"yes": _("Yes"), "no": _("No")}
orders = {code: _(SORT_LABELS[code]) for code in SORT_ORDERS}
headings = {name: heading for name, (heading, _labels) in choices.items()} | switches | {"sort": _("Order")}
for name, value in unknown:
    st.warning(
        _(
            "This list does not know “{value}” in “{name}”, so it is shown without that filter.",
            value=escape_markdown(value),
            name=headings[name],
        )
    )

chosen: dict[str, list[str]] = {}
with st.container(horizontal=True, vertical_alignment="bottom"):
    words = st.text_input(_("Search in all texts"), key=bind_to_url("q", filters.q, single=True), max_chars=200)
    with st.popover(_("Filters"), width="content"):
        for name, (heading, labels) in choices.items():
            known = {code: labels[code] for code in options[name]}
            chosen[name] = filter_field(language, name, heading, labels=known, value=getattr(filters, name))
        for name, heading in switches.items():
            key = bind_to_url(name, getattr(filters, name), single=True)
            pressed = st.segmented_control(heading, list(yes_no), format_func=yes_no.get, key=key)
            chosen[name] = [pressed] if pressed else []
        order = st.selectbox(
            _("Order"), SORT_ORDERS, format_func=orders.get, key=bind_to_url("sort", filters.sort, single=True)
        )
chosen |= {"q": [words] if words else [], "sort": [order] if order != SORT_ORDERS[0] else []}
for name, codes in chosen.items():
    write_to_url(name, codes)
filters = parse_filters(view, url_params())

matching = filter_recommendations(view, filters, language.code)
shown, number, pages = paginate(matching, filters.page, per_page=RECOMMENDATIONS_PER_PAGE)
filters = replace(filters, page=number)
with header:
    show_header(page, [*filters.params(), *selection.params()])
# links to other pages of the list, and to fewer filters, keep the selection
sticky_params = (*page.context.sticky_params, *selection.params())
list_page = replace(page, context=replace(page.context, sticky_params=sticky_params))


def list_link(other: Filters) -> str:
    """Return the link to the list with the filters `other`. These may also name another page of the list."""
    return list_page.context.link("/recommendations", *other.params())


def link_without(name: str, code: str = "") -> str:
    """Return the link to the list without the filter `name`.

    If this filter has several values, only the value `code` is removed.
    """
    current = getattr(filters, name)
    remaining = tuple(c for c in current if c != code) if isinstance(current, tuple) else ""
    return list_link(replace(filters, page=1, **{name: remaining}))


chips = [
    (heading, labels[code], link_without(name, code))
    for name, (heading, labels) in choices.items()
    for code in getattr(filters, name)
]
chips += [
    (heading, yes_no[code], link_without(name))
    for name, heading in switches.items()
    if (code := getattr(filters, name))
]
if filters.id:
    chips.append((_("Picked by hand"), str(len(filters.id)), list_link(replace(filters, id=(), page=1))))
if filters.q:
    chips.append((_("Search"), filters.q, link_without("q")))
list_page.show("layout/chips.html", chips=chips)
choosing = bulk_edit.selection_bar(page, filters, selection, matching=matching)
page.show("pages/list_selection.html", choosing=choosing)


def _rows() -> dict[str, object]:
    groups = [
        (issuer, rows, sum(r.issued_by is issuer for r in matching))
        for issuer in Issuer
        if (rows := tuple(r for r in shown if r.issued_by is issuer))
    ]
    turn = tuple(list_link(replace(filters, page=number + step)) for step in (-1, 1))
    carry, words = filters.params(), parse_search(filters.q)
    return {"groups": groups, "words": words, "carry": carry, "page": number, "pages": pages, "turn": turn}


if selection.step:
    page.show("pages/list.html", **_rows(), choosing=choosing)
else:
    page.show_shared("pages/list.html", _rows, filters)
page.show("layout/downloads.html", query=replace(filters, page=1).params())
show_footer(page, filters.params())
