"""The register of evidence, with what each item bears on."""

import streamlit as st

from pages.address import adopt, keep, params
from pages.frame import footer, header, open_page
from pages.private import may_unpublish, show_register
from tracker.evidence import Wanted, kinds, wanted_evidence
from tracker.search import sought
from tracker.words import Bearing, Dimension

page = open_page("/evidence")
view, _, label = page.view, page.shown.language, page.shown.label
head = st.container()
st.html(f"<h1>{_('Evidence')}</h1>")
wanted = Wanted.asked(params())
lists = {
    "direction": (_("Suggests"), {b.value: label(b) for b in Bearing}),
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
    "evidence.html", items=wanted_evidence(view, wanted), words=sought(wanted.q), may_unpublish=may_unpublish(page)
)
footer(page, wanted.params())
