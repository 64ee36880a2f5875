"""The register of evidence. Each item is shown with the recommendations for which it is relevant.

The values of the filters are in the address.
"""

from dataclasses import replace

import streamlit as st

from pages.forms.private.evidence import (
    can_unpublish,
    filter_private_evidence,
    show_private_register,
    taken_back_with_files,
)
from pages.forms.private.files import show_private_files
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.list_filters import show_filters
from pages.shared.waiting_drafts import show_waiting_drafts
from tracker.queries.later_records import list_retired
from tracker.queries.lists.filters import EvidenceFilters, filter_evidence
from tracker.queries.search.site_search import correct_list_search

page = open_page("/evidence")
header = st.container()
st.html(f"<h1>{page.context.language.gettext('Evidence')}</h1>")
filters = show_filters(page, EvidenceFilters)

with header:
    show_header(page, filters.params())
    show_waiting_drafts(page, what="evidence")
page.show("pages/evidence_links.html")
show_private_register(page, filters)
found = filters
if filters.q:
    found = replace(filters, q=correct_list_search(page.view, filters.q, page.view.searchable_evidence))
page.show("layout/corrected_words.html", typed=filters.q, used=found.q)
items = filter_evidence(page.view, found)
show_private_files(page, [*filter_private_evidence(page, found), *items, *taken_back_with_files(page)])
page.show(
    "pages/evidence.html",
    items=items,
    asked=found.q,
    words=page.view.search_terms(found.q),
    retired=() if filters.in_use() else list_retired(page.view, page.view.dataset.evidence.values()),
    may_unpublish=can_unpublish(page),
)
show_footer(page, filters.params())
