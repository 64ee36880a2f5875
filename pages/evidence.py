"""The register of evidence, with what each item bears on."""

import streamlit as st

from pages.address import adopt, keep, params
from pages.frame import footer, header, open_page
from tracker.evidence import Wanted, kinds, wanted_evidence
from tracker.words import Bearing, Dimension

page = open_page("/evidence")
view, _, label = page.view, page.shown.language, page.shown.label
given = params()
head = st.container()
st.html(f"<h1>{_('Evidence')}</h1>")
wanted = Wanted.asked(given)
words, more = st.columns([5, 2], vertical_alignment="bottom")
q = words.text_input(
    _("Search in all texts"), key=adopt("q", [wanted.q] if wanted.q else [], single=True), max_chars=200
)
with more.popover(_("Filters"), width="stretch"):
    chosen = {
        name: st.multiselect(
            title, list(codes), format_func=codes.get, key=adopt(name, getattr(wanted, name)), placeholder=_("Any")
        )
        for name, title, codes in (
            ("direction", _("Suggests"), {b.value: label(b) for b in Bearing}),
            ("dimension", _("About"), {d.value: label(d) for d in Dimension}),
            ("kind", _("Kind of source"), {k.value: label(k) for k in kinds(view)}),
        )
    }
for name, value in {**chosen, "q": [q] if q else []}.items():
    keep(name, value)
wanted = Wanted.asked(params())
with head:
    header(page, wanted.params())
page.show("evidence.html", items=wanted_evidence(view, wanted))
footer(page, wanted.params())
