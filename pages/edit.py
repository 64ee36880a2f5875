"""Adding and editing a record: a recommendation, a document, evidence. `what` and `id` in the address say which."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.forms.document import document
from pages.forms.evidence import evidence
from pages.forms.private_evidence import private_evidence, publish, unpublish
from pages.forms.recommendation import recommendation
from pages.forms.redaction import redaction
from pages.shared import form_drafts
from pages.shared.layout import footer, header, open_page
from pages.shared.saving import show_saved

page = open_page("/edit")
view, _, link = page.view, page.shown.language, page.shown.link
FORMS: Mapping[str, tuple[Callable[..., str | None], Mapping[str, Any], str]] = {
    "recommendation": (recommendation, view.dataset.as_written.recommendations, "/recommendations"),
    "document": (document, view.dataset.as_written.documents, "/treaty-bodies"),
    "evidence": (evidence, {**view.dataset.as_written.evidence, **private_evidence(page)}, "/evidence"),
    "publish": (evidence, {}, "/evidence"),
    "unpublish": (evidence, {}, "/evidence"),
    "redact": (recommendation, view.dataset.as_written.recommendations, "/recommendations"),
}
what = st.query_params.get("what", "")
what = what if what in FORMS else "recommendation"
form, records, back = FORMS[what]
name, version = st.query_params.get("id", ""), st.query_params.get("editing", "")
header(page, [("what", what), *([("id", name)] if name else [])])


def close() -> None:
    """Leaves the form of a record; a new one may be added."""
    form_drafts.drop(page.typist)
    for key in [key for key in st.session_state if str(key).startswith("edit_")]:
        del st.session_state[key]
    for key in ("id", "editing"):
        st.query_params.pop(key, None)


OPEN = {
    "recommendation": "/recommendation",
    "evidence": "/evidence",
    "document": "/treaty-bodies",
    "publish": "/evidence",
}
done = st.query_params.get("done", "")
if not page.may_type:
    page.show("layout/no_form.html", past=view.is_past, id="", back=link(back))
elif what == "unpublish":
    show_saved(page, "edit")
    unpublish(page, name)
elif what == "redact":
    redaction(page, link("/recommendation", ("id", name)) if name in records else link(back))
elif done:
    show_saved(page, "edit")
    page.show(
        "layout/confirmation.html",
        r=records.get(done),
        open=link(OPEN[what], ("id", done)) if what == "recommendation" else link(OPEN[what]) + f"#e-{done}",
        another=link("/edit", ("what", "evidence" if what == "publish" else what)),
        back=link(back),
    )
elif what == "publish":
    show_saved(page, "edit")
    if published := publish(page, name):
        close()
        st.query_params["done"] = published
        st.rerun()
elif name and name not in records:
    page.show("layout/no_form.html", past=False, id=name[:80], back=link(back))
else:
    show_saved(page, "edit")
    if name and not version:  # a link without it opens the form on the version of now
        st.query_params["editing"] = version = records[name].version
    with st.container(border=True):
        saved = form(page, records.get(name), version)
        if saved:
            close()
            st.query_params["done"] = saved
            st.rerun()
        st.button(_("Discard and close"), type="tertiary", key="discard_edit", on_click=close)
footer(page)
