"""The page that adds or edits a record. In the address, `what` names the form and `id` the record."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.forms.document import show_document_form
from pages.forms.evidence import show_evidence_form
from pages.forms.private_evidence import private_evidence, show_publish_form, show_unpublish_form
from pages.forms.recommendation import show_recommendation_form
from pages.forms.redaction import show_redaction_form
from pages.forms.translation import show_translation
from pages.shared import form_drafts
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.saving import show_saved

page = open_page("/edit")
view, language, link = page.view, page.context.language, page.context.link
_ = language.gettext
FORMS: Mapping[str, tuple[Callable[..., str | None], Mapping[str, Any], str]] = {
    "recommendation": (show_recommendation_form, view.dataset.recommendations, "/recommendations"),
    "document": (show_document_form, view.dataset.documents, "/treaty-bodies"),
    "evidence": (show_evidence_form, {**view.dataset.evidence, **private_evidence(page)}, "/evidence"),
    "publish": (show_evidence_form, {}, "/evidence"),
    "unpublish": (show_evidence_form, {}, "/evidence"),
    "translation": (show_recommendation_form, {}, "/health"),
    "redact": (show_recommendation_form, view.dataset.recommendations, "/recommendations"),
}
what = st.query_params.get("what", "")
what = what if what in FORMS else "recommendation"
form, records, back = FORMS[what]
name, version = st.query_params.get("id", ""), st.query_params.get("editing", "")
translated = [(key, st.query_params.get(key, "")) for key in ("of", "to")] if what == "translation" else []
show_header(page, [("what", what), *translated, *([("id", name)] if name else [])])


def close() -> None:
    """Discard the draft of the form and close the form, so that another record can be added."""
    form_drafts.discard(page.editor_handle)
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
if not page.can_edit:
    page.show("layout/no_form.html", past=view.is_past, id="", back=link(back))
elif what == "unpublish":
    show_saved(page, "edit")
    show_unpublish_form(page, name)
elif what == "redact":
    show_redaction_form(page, link("/recommendation", ("id", name)) if name in records else link(back))
elif what == "translation":
    show_saved(page, "edit")
    show_translation(page, name, version)
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
    if published := show_publish_form(page, name):
        close()
        st.query_params["done"] = published
        st.rerun()
elif name and name not in records:
    page.show("layout/no_form.html", past=False, id=name[:80], back=link(back))
else:
    show_saved(page, "edit")
    if name and not version:  # a link without `editing` opens the form on the current version
        st.query_params["editing"] = version = records[name].version
    with st.container(border=True):
        saved = form(page, records.get(name), version)
        if saved:
            close()
            st.query_params["done"] = saved
            st.rerun()
        st.button(_("Discard and close"), type="tertiary", key="discard_edit", on_click=close)
show_footer(page)
