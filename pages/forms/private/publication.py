"""Publish private evidence, and make public evidence private again. Both are for reviewers.

Before it is published, a reviewer sees the item as readers will see it, and settles everything that may identify a
person.
"""

from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from pages.forms.button_errors import note_error, show_button_error
from pages.forms.files.publication import show_files_to_publish, try_to_check
from pages.forms.private.evidence import can_publish, can_unpublish, private_folder
from pages.forms.private.files import owned_files
from pages.forms.safety.findings import show_findings
from pages.forms.safety.name_candidates import group_by_words, record_confirmations, show_candidates
from pages.shared import layout
from pages.shared.audience import show_audience
from pages.shared.layout import Page, store
from pages.shared.saving import Saved, try_to_save
from tracker.editing.private.unpublish import can_undo_publication, dependants_of, is_unpublished
from tracker.i18n import native_name
from tracker.model.errors import TrackerError
from tracker.model.permissions import READER
from tracker.model.records import Evidence
from tracker.publishing.wording import error_sentence


def show_publish_form(page: Page, evidence_id: str) -> str | None:
    """Show the evidence as readers will see it, what has to be settled first, and the button that publishes it.

    Return the id of the evidence if it was published now, otherwise None.
    """
    language, folder, link = page.context.language, private_folder(page), page.context.link
    _ = language.gettext
    found = folder.find_publishable(evidence_id) if folder else None
    if folder is None or found is None or not can_publish(page):
        page.show("private/nothing.html", public=False, back=link("/evidence"))
        return None
    e, public = found
    edit_link = link("/edit", ("what", "evidence"), ("id", e.id))
    _show_as_readers_see_it(page, public)
    show_files_to_publish(page, owned_files(page, e))
    check = try_to_check(page, lambda: folder.check_publication(e, store()))
    if check is None:
        return None
    if check.findings:
        show_findings(page, lambda: folder.check_publication(e, store()).findings, edit_link=edit_link)
    candidates = group_by_words(check.candidates, e.version)
    is_confirmed = show_candidates(page, candidates, edit_link=edit_link)
    show_audience(page, is_public=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        # The key holds the version that is shown: nobody publishes a version that they have not seen.
        is_pressed = st.button(_("Publish"), type="primary", key=f"publish_{evidence_id}_{e.version}")
        page.show("private/publish_links.html", edit=edit_link, cancel=link("/evidence") + f"#e-{e.id}")
    if not is_pressed:
        return None
    if check.findings or not is_confirmed:
        st.error(_("Not published yet: first confirm or change what is listed above."))
        return None

    def publish() -> str:
        record_confirmations(page, candidates)
        return folder.publish(e, store(), by=layout.current_person())

    if not try_to_save(page, "edit", publish, refresh=lambda: folder.read(fresh=True), has_input=False):
        return None
    st.session_state["saved"] = Saved("edit", _("It is public now."))
    return evidence_id


def _show_as_readers_see_it(page: Page, public: Evidence) -> None:
    view = page.view
    view_after = replace(view, dataset=replace(view.dataset, evidence={**view.dataset.evidence, public.id: public}))
    context = replace(page.context, view=view_after, person=READER)
    texts = [text for text in (public.title, public.summary) if text]
    # What is shown above, in the reader's language or instead of it, is not repeated.
    others = [
        code
        for code in sorted({code for text in texts for code in text})
        if any(
            context.language.resolve(text).lang != (code or view.settings.language) for text in texts if code in text
        )
    ]
    replace(page, context=context).show("private/publish.html", e=public, others=others, native_name=native_name)


def show_published(page: Page, evidence_id: str) -> None:
    """Offer a reviewer to make evidence private again that was just published. If this was done, say so.

    What is shown depends on the files only, so it survives a reload.
    """
    e = page.view.dataset.evidence.get(evidence_id)
    if e is None or not can_unpublish(page):
        return
    if is_unpublished(e):
        _show_stub(page, e)
    elif can_undo_publication(e, datetime.now(UTC)):
        _ = page.context.language.gettext
        label = _("Undo: make it private")
        st.button(label, key=f"undo_publication_{e.version}", on_click=_undo_publication, args=(page, e))
        show_button_error("undo_publication")


def _undo_publication(page: Page, e: Evidence) -> None:
    folder = private_folder(page)
    if folder is None or not can_undo_publication(e, datetime.now(UTC)):
        return
    try:
        folder.unpublish(e, store(), by=layout.current_person(), day=page.view.today)
    except TrackerError as error:
        note_error("undo_publication", error_sentence(page.context.language, error))


def show_unpublish_form(page: Page, evidence_id: str) -> None:
    """Show which evidence would become private again, and which records depend on it.

    A button below makes the evidence private.
    """
    language, dataset = page.context.language, page.view.dataset
    _ = language.gettext
    folder, e = private_folder(page), dataset.evidence.get(evidence_id)
    back = page.context.link("/evidence")
    if folder is None or e is None or not can_publish(page):
        page.show("private/nothing.html", public=True, back=back)
        return
    if is_unpublished(e):
        _show_stub(page, e)
        return
    # A private copy with the same bytes exists if the machine stopped between the two steps last time.
    private_items = folder.read().evidence
    is_half_done = any(private_items[copy].version == e.version for copy in folder.copies(evidence_id))
    page.show("private/unpublish.html", e=e, rests=dependants_of(dataset, evidence_id), half=is_half_done)
    show_audience(page, is_public=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        # The key holds the version that is shown: nobody unpublishes a version that they have not seen.
        is_pressed = st.button(_("Make it private"), type="primary", key=f"unpublish_{evidence_id}_{e.version}")
        page.show("private/publish_links.html", edit="", cancel=back + f"#e-{e.id}")
    if not is_pressed:
        return

    def unpublish() -> str:
        return folder.unpublish(e, store(), by=layout.current_person(), day=page.view.today)

    if try_to_save(page, "edit", unpublish, refresh=lambda: folder.read(fresh=True), has_input=False):
        st.rerun()


def _show_stub(page: Page, e: Evidence) -> None:
    """Say that `e` is private again. This is read from the files: unpublishing clears the state of every session."""
    folder, back = private_folder(page), page.context.link("/evidence")
    copies = [back + f"#e-{copy}" for copy in (folder.copies(e.id) if folder else ())]
    page.show("private/unpublished_stub.html", e=e, back=back, there=copies)
