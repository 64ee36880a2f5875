"""The page that adds or edits a record. In the address, `what` names the form and `id` the record."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.forms.files.section import forget_files
from pages.forms.private import files
from pages.forms.private.entries import private_evidence
from pages.forms.records import record_forms
from pages.forms.records.proposals import show_bring_back_form, show_proposal, show_whose
from pages.forms.safety.redaction import show_redaction_form
from pages.forms.submit import show_unsaved_files
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
    "recommendation": (record_forms.show_recommendation_form, view.dataset.recommendations, "/recommendations"),
    "document": (record_forms.show_document_form, view.dataset.documents, "/treaty-bodies"),
    "evidence": (record_forms.show_evidence_form, own_evidence, "/evidence"),
    "retire-document": (record_forms.show_retire_document_form, view.dataset.documents, "/treaty-bodies"),
    "retire": (record_forms.show_retire_evidence_form, own_evidence, "/evidence"),
    "publish": (record_forms.show_evidence_form, {}, "/evidence"),
    "unpublish": (record_forms.show_evidence_form, {}, "/evidence"),
    "translation": (record_forms.show_recommendation_form, {}, "/health"),
    "undo": (record_forms.show_evidence_form, {}, "/activity"),
    "proposal": (record_forms.show_evidence_form, {}, "/health"),
    "bring-back": (record_forms.show_evidence_form, {}, "/evidence"),
    "redact": (record_forms.show_recommendation_form, view.dataset.recommendations, "/recommendations"),
}
ANOTHER = {"publish": "evidence", "retire": "evidence", "retire-document": "document"}
"""`what` of a form that does not add records → `what` of the form that adds a record of the same kind."""
DISCARDED = "-"
"""The value of the URL parameter `done` after a form was closed without saving. No record has this id."""
what = st.query_params.get("what", "")
what = what if what in (*FORMS, *files.FILE_ACTIONS) else "recommendation"
form, records, back = FORMS["publish" if what in files.FILE_ACTIONS else what]
record_id, version = st.query_params.get("id", ""), st.query_params.get("editing", "")
target = view.recommendations.get(st.query_params.get("for", ""))
file_names: tuple[str, ...] = ("of", "file") if what in files.FILE_ACTIONS else ()
file_names = {"translation": ("of", "to"), "bring-back": ("of",)}.get(what, file_names)
own_names = ("id", "for", "private", "document", "paragraph", "copy", "propose", *file_names)
own_params = [(key, value) for key in own_names if (value := st.query_params.get(key, ""))]
show_header(page, [("what", what), *own_params])


def close(done: str = DISCARDED) -> None:
    """Discard the draft and close the form. The address keeps `done`: the id of the saved record, or DISCARDED."""
    form_drafts.discard()
    form_drafts.forget_input("edit_")
    forget_files()
    note_closed_form()
    for key in ("id", "editing", "document", "paragraph", "copy", "propose"):
        st.query_params.pop(key, None)
    st.query_params["done"] = done


def close_if_saved(saved: str | None) -> None:
    """Close the form and run the page again, if a record was saved now. `saved` is its id, or None."""
    if saved:
        close(saved)
        st.rerun()


def show_next_steps(done: str) -> None:
    """Show the message about the last save and links to go on. `done` is the id of the changed record, or DISCARDED."""
    show_message()
    published = None
    if what == "publish":
        files.show_publication_undo(page, done)
        e = all_evidence.get(done)
        published = e if e and not is_unpublished(e) else None  # otherwise the heading says that it is private now
    opened = link("/recommendation", ("id", done)) if what == "recommendation" else link(back) + f"#e-{done}"
    opened = (
        link("/evidence", ("id", done)) if what == "retire" else opened
    )  # its own page, where it can be brought back
    another = [("what", ANOTHER.get(what, what))]
    another += [(name, value) for name, value in own_params if name in ("for", "private")]
    if what == "recommendation" and done in records:  # the next one is often in the same document
        another.append(("document", records[done].document))
    is_source = what == "document" and can_have_recommendations(records.get(done))
    e = private_items.get(done) if what == "evidence" else None
    is_publishable = e is not None and page.context.may_publish(e.private)
    links = {
        "open": opened,
        "another": link("/edit", *another),
        "recommendations": link("/edit", ("what", "recommendation"), ("document", done)) if is_source else "",
        "review": link("/import") if what == "document" and import_drafts.has_review() else "",
        "publish": link("/edit", ("what", "publish"), ("id", done)) if is_publishable else "",
        "back": link(back),
    }
    how = {"r": records.get(done) or published, "discarded": done == DISCARDED, "target": target}
    page.show("layout/confirmation.html", **how, **links)


def show_message() -> None:
    """Show a button for files that could not be saved and, if the same form is still open, the message about the last save."""
    show_saved(page, "edit", (what, record_id, st.query_params.get("done", "")))
    show_unsaved_files(page, "edit")


done = st.query_params.get("done", "")
if not page.can_edit:
    page.show("layout/no_form.html", past=view.is_past, id="", back=link(back))
elif what == "unpublish":
    show_message()
    files.show_unpublish_form(page, record_id)
elif what in files.FILE_ACTIONS:
    is_of_document = st.query_params.get("of") == "document"
    files.show_file_action(page, what, (view.dataset.documents if is_of_document else all_evidence).get(record_id))
elif what == "proposal":
    show_message()
    show_proposal(page, record_id)
elif what == "bring-back":
    show_message()
    name = of if (of := st.query_params.get("of")) in ("recommendations", "documents") else "evidence"
    show_bring_back_form(page, getattr(view.dataset, name).get(record_id))
elif what == "undo":
    show_message()
    record_forms.show_undo_save(page, record_id)
elif what == "redact":
    show_redaction_form(page, link("/recommendation", ("id", record_id)) if record_id in records else link(back))
elif what == "translation":
    show_message()
    record_forms.show_translation_form(page, record_id, version)
elif done:
    show_next_steps(done)
elif what == "publish":
    show_message()
    close_if_saved(files.show_publish_form(page, record_id))
elif (record_id or what.startswith("retire")) and record_id not in records:
    page.show("layout/no_form.html", past=False, id=record_id[:80], back=link(back))
    form_drafts.show_typed_texts(page)
else:
    show_message()
    if record_id and not version:  # a link without `editing` opens the draft, or the form on the current version
        st.query_params["editing"] = version = form_drafts.version_of_draft(records[record_id])
    record = records.get(record_id)
    if show_whose(page, record):
        with st.container(border=True):
            close_if_saved(form(page, record, version))
            show_discard_button(has_input=lambda: form_drafts.has_input("edit_"), close=close)
show_footer(page)
