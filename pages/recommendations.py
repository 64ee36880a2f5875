"""The page that lists the recommendations, each with its status. The values of its filters are in the address."""

from dataclasses import replace

import streamlit as st

from pages.forms.records import bulk_edit
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.list_filters import show_filters
from pages.shared.pagination import paginate
from pages.shared.saving import show_saved
from pages.shared.url_state import url_params
from pages.shared.waiting_drafts import show_waiting_drafts
from tracker.editing.bulk_edit import Selection
from tracker.model.vocabulary import Issuer
from tracker.queries.lists.filters import RECOMMENDATIONS_PER_PAGE, Filters, filter_recommendations
from tracker.queries.search.site_search import correct_list_search

page = open_page("/recommendations")
view, language = page.view, page.context.language
_ = language.gettext
selection = Selection.from_params(view, url_params())
if selection.step == "add" and page.can_edit:
    bulk_edit.show_bulk_form(page, Filters.from_params(view, url_params()), selection)
    st.stop()

header = st.container()
st.html(f"<h1>{_('Recommendations')}</h1>")
show_saved(page, "/recommendations")
show_waiting_drafts(page, what="recommendation")

# links to other pages of the list, and to fewer filters, keep the selection
sticky_params = (*page.context.sticky_params, *selection.params())
list_page = replace(page, context=replace(page.context, sticky_params=sticky_params))
asked = show_filters(list_page, Filters)
filters = replace(asked, q=correct_list_search(view, asked.q, view.searchable) if asked.q else "")
matching = filter_recommendations(view, filters, language.code)
shown, number, pages = paginate(matching, filters.page, per_page=RECOMMENDATIONS_PER_PAGE)
filters = replace(filters, page=number)
with header:
    show_header(page, [*replace(filters, q=asked.q).params(), *selection.params()])
choosing = bulk_edit.selection_bar(page, filters, selection, matching=matching)
chosen = [("id", id) for id in selection.ids]
choosing["tables"] = [
    (name, page.context.link(path, *chosen)) for name, path in (("Excel", "/export.xlsx"), ("CSV", "/export.csv"))
]
page.show("pages/list_selection.html", choosing=choosing)
page.show("layout/corrected_words.html", typed=asked.q, used=filters.q)


def _rows() -> dict[str, object]:
    groups = [
        (issuer, rows, sum(r.issued_by is issuer for r in matching))
        for issuer in Issuer
        if (rows := tuple(r for r in shown if r.issued_by is issuer))
    ]
    turn = tuple(list_page.context.link(page.path, *replace(filters, page=number + step).params()) for step in (-1, 1))
    carry, words = filters.params(), view.search_terms(filters.q)
    return {"groups": groups, "words": words, "carry": carry, "page": number, "pages": pages, "turn": turn}


if selection.step:
    page.show("pages/list.html", **_rows(), choosing=choosing)
else:
    page.show_shared("pages/list.html", _rows, filters)
page.show("layout/downloads.html", query=replace(filters, page=1).params())
show_footer(page, filters.params())
