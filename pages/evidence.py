"""The register of evidence, with what each item bears on."""

import streamlit as st

from pages.forms.private_evidence import can_unpublish, show_private_register
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.url_state import bind_to_url, url_params, write_to_url
from tracker.model.vocabulary import Dimension, EvidenceEffect
from tracker.queries.evidence_filters import EvidenceFilters, filter_evidence, kinds_in_use
from tracker.queries.text_search import parse_search

page = open_page("/evidence")
view, language, label = page.view, page.context.language, page.context.label
_ = language.gettext
head = st.container()
st.html(f"<h1>{_('Evidence')}</h1>")
wanted = EvidenceFilters.from_params(url_params())
lists = {
    "direction": (_("Suggests"), {b.value: label(b) for b in EvidenceEffect}),
    "dimension": (_("What is it about?"), {d.value: label(d) for d in Dimension}),
    "kind": (_("Kind of source"), {k.value: label(k) for k in kinds_in_use(view)}),
}
with st.container(horizontal=True, vertical_alignment="bottom"):
    typed = st.text_input(_("Search in all texts"), key=bind_to_url("q", wanted.q, single=True), max_chars=200)
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
for name, value in {**chosen, "q": [typed] if typed else []}.items():
    write_to_url(name, value)
wanted = EvidenceFilters.from_params(url_params())
with head:
    show_header(page, wanted.params())
show_private_register(page, wanted)
page.show(
    "pages/evidence.html",
    items=filter_evidence(view, wanted),
    words=parse_search(wanted.q),
    may_unpublish=can_unpublish(page),
)
show_footer(page, wanted.params())
