"""The register of evidence, with what each item bears on."""

import streamlit as st

from pages.forms.private_evidence import may_unpublish, show_register
from pages.shared.layout import footer, header, open_page
from pages.shared.url_state import adopt, keep, params
from tracker.model.vocabulary import Dimension, EvidenceEffect
from tracker.queries.evidence_filters import Wanted, kinds, wanted_evidence
from tracker.queries.text_search import sought

page = open_page("/evidence")
view, _, label = page.view, page.shown.language, page.shown.label
head = st.container()
st.html(f"<h1>{_('Evidence')}</h1>")
wanted = Wanted.asked(params())
lists = {
    "direction": (_("Suggests"), {b.value: label(b) for b in EvidenceEffect}),
    "dimension": (_("What is it about?"), {d.value: label(d) for d in Dimension}),
    "kind": (_("Kind of source"), {k.value: label(k) for k in kinds(view)}),
}
with st.container(horizontal=True, vertical_alignment="bottom"):
    typed = st.text_input(_("Search in all texts"), key=adopt("q", wanted.q, single=True), max_chars=200)
    with st.popover(_("Filters"), width="content"):
        chosen = {
            name: st.multiselect(
                heading,
                list(words),
                format_func=words.get,
                key=adopt(name, getattr(wanted, name)),
                placeholder=_("Any"),
            )
            for name, (heading, words) in lists.items()
        }
for name, value in {**chosen, "q": [typed] if typed else []}.items():
    keep(name, value)
wanted = Wanted.asked(params())
with head:
    header(page, wanted.params())
show_register(page, wanted)
page.show(
    "pages/evidence.html",
    items=wanted_evidence(view, wanted),
    words=sought(wanted.q),
    may_unpublish=may_unpublish(page),
)
footer(page, wanted.params())
