"""The page that adds or edits a record. In the address, `what` names the form and `id` the record."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.forms.files.section import forget_files
from pages.forms.private.entries import can_publish, private_evidence
from pages.forms.private.files import (
    FILE_ACTIONS,
    show_file_action,
    show_publish_form,
    show_published,
    show_unpublish_form,
)
from pages.forms.records.record_forms import (
    show_document_form,
    show_evidence_form,
    show_recommendation_form,
    show_retire_document_form,
    show_retire_evidence_form,
    show_translation,
    show_undo_save,
)
from pages.forms.safety.redaction import show_redaction_form
from pages.forms.submit import show_files_left
from pages.forms.widgets import show_discard_button
from pages.shared import form_drafts, import_drafts
from pages.shared.form_drafts import note_closed_form
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.saving import show_saved
from tracker.editing.forms.recommendation import can_have_recommendations
from tracker.model.lifecycle import is_unpublished

page = open_page("/edit")
view, language, link = page.view, page.context.language, page.context.link
private_items = private_evidence(page)
all_evidence = {**view.dataset.evidence, **private_items}
own_evidence = {**view.dataset.evidence, **{i: e for i, e in private_items.items() if page.context.owns(e.private)}}
FORMS: Mapping[str, tuple[Callable[..., str | None], Mapping[str, Any], str]] = {
    "recommendation": (show_recommendation_form, view.dataset.recommendations, "/recommendations"),
    "document": (show_document_form, view.dataset.documents, "/treaty-bodies"),
    "evidence": (show_evidence_form, own_evidence, "/evidence"),
    "retire-document": (show_retire_document_form, view.dataset.documents, "/treaty-bodies"),
    "retire": (show_retire_evidence_form, own_evidence, "/evidence"),
    "publish": (show_evidence_form, {}, "/evidence"),
    "unpublish": (show_evidence_form, {}, "/evidence"),
    "translation": (show_recommendation_form, {}, "/health"),
    "undo": (show_evidence_form, {}, "/activity"),
    "redact": (show_recommendation_form, view.dataset.recommendations, "/recommendations"),
}
what = st.query_params.get("what", "")
what = what if what in (*FORMS, *FILE_ACTIONS) else "recommendation"
form, records, back = FORMS["publish" if what in FILE_ACTIONS else what]
name, version = st.query_params.get("id", ""), st.query_params.get("editing", "")
target = view.recommendations.get(st.query_params.get("for", ""))
file_names = ("of", "file") if what in FILE_ACTIONS else ()
own_names = ("id", "for", "private", "document", "copy", *(("of", "to") if what == "translation" else file_names))
own_params = [(key, value) for key in own_names if (value := st.query_params.get(key, ""))]
show_header(page, [("what", what), *own_params])


ANOTHER = {"publish": "evidence", "retire": "evidence", "retire-document": "document"}
"""Form → the form that adds another record of the kind that it is about."""


def close() -> None:
    """Discard the draft of the form and close the form."""
    form_drafts.discard()
    form_drafts.forget_input("edit_")
    forget_files()
    note_closed_form()
    for key in ("id", "editing", "document", "copy"):
        st.query_params.pop(key, None)


def discard() -> None:
    """Close the form without saving, and say so."""
    close()
    st.query_params["done"] = DISCARDED


def show_done(done: str) -> None:
    """Show what can be done after the record with the id `done` was saved, published or retired."""
    show_message()
    published = all_evidence.get(done) if what == "publish" else None
    if published and is_unpublished(published):
        published = None  # the heading says that it is private now
    if what == "publish":
        show_published(page, done)
    path = "/recommendation" if what == "recommendation" else back
    opened = link(path, ("id", done)) if what == "recommendation" else link(path) + f"#e-{done}"
    another = [("what", ANOTHER.get(what, what))]
    another += [(name, value) for name, value in own_params if name in ("for", "private")]
    add_recommendations = ""
    if what == "recommendation" and done in records:  # the next one is often in the same document
        another.append(("document", records[done].document))
    if what == "document" and can_have_recommendations(records.get(done)):
        add_recommendations = link("/edit", ("what", "recommendation"), ("document", done))
    is_publishable = what == "evidence" and done in private_items and can_publish(page)
    page.show(
        "layout/confirmation.html",
        r=records.get(done) or published,
        discarded=done == DISCARDED,
        open=opened,
        another=link("/edit", *another),
        recommendations=add_recommendations,
        review=link("/import") if what == "document" and import_drafts.has_review() else "",
        back=link(back),
        target=target,
        publish=link("/edit", ("what", "publish"), ("id", done)) if is_publishable else "",
    )


def show_message() -> None:
    """Show the message about the last save, but not above another form."""
    show_saved(page, "edit", (what, name, st.query_params.get("done", "")))
    show_files_left(page, "edit")


DISCARDED = "-"
"""The value of the URL parameter `done` after a form was closed without saving. No record has this id."""
done = st.query_params.get("done", "")
if not page.can_edit:
    page.show("layout/no_form.html", past=view.is_past, id="", back=link(back))
elif what == "unpublish":
    show_message()
    show_unpublish_form(page, name)
elif what in FILE_ACTIONS:
    is_of_document = st.query_params.get("of") == "document"
    show_file_action(page, what, (view.dataset.documents if is_of_document else all_evidence).get(name))
elif what == "undo":
    show_message()
    show_undo_save(page, name)
elif what == "redact":
    show_redaction_form(page, link("/recommendation", ("id", name)) if name in records else link(back))
elif what == "translation":
    show_message()
    show_translation(page, name, version)
elif done:
    show_done(done)
elif what == "publish":
    show_message()
    if published := show_publish_form(page, name):
        close()
        st.query_params["done"] = published
        st.rerun()
elif (name or what.startswith("retire")) and name not in records:
    page.show("layout/no_form.html", past=False, id=name[:80], back=link(back))
else:
    show_message()
    if name and not version:  # a link without `editing` opens the form on the current version
        st.query_params["editing"] = version = records[name].version
    with st.container(border=True):
        saved = form(page, records.get(name), version)
        if saved:
            close()
            st.query_params["done"] = saved
            st.rerun()
        show_discard_button(has_input=lambda: form_drafts.has_input("edit_"), close=discard)
show_footer(page)
