"""The register of evidence. Each item is shown with the recommendations for which it is relevant.

The values of the filters are in the address.
"""

import streamlit as st

from pages.forms.private_evidence import can_unpublish, show_private_register
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.url_state import bind_to_url, filter_field, url_params, write_to_url
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect
from tracker.queries.evidence_filters import URL_PARAMETERS, EvidenceFilters, filter_evidence, kinds_in_use
from tracker.queries.text_search import parse_search

page = open_page("/evidence")
view, language, label = page.view, page.context.language, page.context.label
_ = language.gettext
header = st.container()
st.html(f"<h1>{_('Evidence')}</h1>")

filters = EvidenceFilters.from_params(url_params())
choices = {
    "effect": (_("Suggests"), {e.value: label(e) for e in EvidenceEffect}),
    "dimension": (_("What is it about?"), {d.value: label(d) for d in EvidenceDimension}),
    "kind": (_("Kind of source"), {k.value: label(k) for k in kinds_in_use(view)}),
}
with st.container(horizontal=True, vertical_alignment="bottom"):
    words = st.text_input(_("Search in all texts"), key=bind_to_url("q", filters.q, single=True), max_chars=200)
    with st.popover(_("Filters"), width="content"):
        chosen = {
            name: filter_field(language, URL_PARAMETERS[name], heading, labels=labels, value=getattr(filters, name))
            for name, (heading, labels) in choices.items()
        }
for name, codes in chosen.items():
    write_to_url(URL_PARAMETERS[name], codes)
write_to_url("q", [words] if words else [])
filters = EvidenceFilters.from_params(url_params())

with header:
    show_header(page, filters.params())
show_private_register(page, filters)
page.show(
    "pages/evidence.html",
    items=filter_evidence(view, filters),
    words=parse_search(filters.q),
    may_unpublish=can_unpublish(page),
)
show_footer(page, filters.params())
