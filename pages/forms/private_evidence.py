"""Private evidence and notes, which only editors see.

Of all pages, only this module opens the private folder. It never opens the folder for a reader.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import streamlit as st

from pages.forms.private_notes import show_note_forms
from pages.shared import layout
from pages.shared.layout import Page, store
from pages.shared.saving import Message, Saved, try_to_save
from tracker.config import load_config
from tracker.editing.form_values import text_from_input
from tracker.editing.private_evidence import PrivateFolder, to_public
from tracker.editing.private_notes import active_notes
from tracker.editing.undo import reversal_of
from tracker.editing.unpublish import dependants_of, is_unpublished
from tracker.model.errors import NotAllowed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import READER, Permission
from tracker.model.records import Evidence, Recommendation
from tracker.queries.evidence_filters import EvidenceFilters, filter_evidence
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.json_schema import schema_comment
from tracker.storage.yaml_format import record_values, to_block


@cache
def _folder(root: Path, public: DatasetReader) -> PrivateFolder:
    return PrivateFolder(root, public)


def private_folder(page: Page) -> PrivateFolder | None:
    """Return the private folder, or None if the person may not see it or TRACKER_PRIVATE is not set."""
    root = load_config().private if page.context.person.can(Permission.SEE_PRIVATE) else None
    return _folder(root, store().reader) if root else None


def private_evidence(page: Page) -> Mapping[str, Evidence]:
    """Return id → private evidence item; empty for a reader."""
    folder = private_folder(page)
    return folder.read().evidence if folder else {}


def show_private_register(page: Page, filters: EvidenceFilters) -> None:
    """Show an editor the private evidence that matches the filters, and the problems in the private folder."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    private_page.show(
        "private/register.html",
        items=filter_evidence(private_page.view, filters),
        words=private_page.view.search_terms(filters.q),
        may=_can_publish(page),
    )
    if problems := folder.check():
        st.warning(page.context.language.gettext("Some private entries cannot be read or do not match the data."))
        st.code("\n".join(map(str, problems[:20])), language=None, wrap_lines=True)


def show_private_section(page: Page, r: Recommendation) -> None:
    """Show an editor the private evidence and the private notes on a recommendation, and the forms for the notes."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    notes = active_notes(folder.read().notes.get(r.id, ()), page.view.recorded)
    private_page.show(
        "private/section.html", evidence=private_page.view.evidence_for(r), notes=notes, may=_can_publish(page)
    )
    if not page.view.is_past:
        show_note_forms(page, folder.notes, r.id, notes=notes)


def save_privately(
    page: Page, page_id: str, changed: Sequence[Evidence], *, reason: str, message: Message = ""
) -> bool:
    """Save one item of evidence in the private folder, and return whether it was saved.

    After a save, the next run of the page `page_id` shows a message of its own and an undo button. If the save fails,
    an error is shown at once.
    """
    _, folder = page.context.language.gettext, private_folder(page)
    (e,), before = changed, private_evidence(page).get(changed[0].id)

    def save() -> Evidence:
        if folder is None:
            raise NotAllowed("Only an editor can keep something privately.")
        return folder.save(e, by=layout.current_person(), reason=reason)

    if after := try_to_save(page, page_id, save, refresh=lambda: folder.read(fresh=True)):
        message = _("Saved privately. Only editors can see it.")
        st.session_state["saved"] = Saved(page_id, message, ((before, after),), undo_private=_undo)
    return after is not None


def _undo(page: Page, last: Saved) -> None:
    language, ((before, after),) = page.context.language, last.undo
    _ = language.gettext
    reason = _("Undone right after it was saved.")
    e = reversal_of(before, after, text_from_input(reason, language))
    if isinstance(e, Evidence) and save_privately(
        page, last.page_id, [replace(e, version=after.version)], reason=reason
    ):
        message = _("Undone. It stays in the history but no longer counts.")
        st.session_state["saved"] = Saved(last.page_id, message)


def show_publish_form(page: Page, evidence_id: str) -> str | None:
    """Show exactly what would become public, with a button that publishes it.

    Return the id of the evidence if it was published now, otherwise None.
    """
    language, folder = page.context.language, private_folder(page)
    _ = language.gettext
    e = folder.read().evidence.get(evidence_id) if folder else None
    if folder is None or e is None or is_withdrawn(e.events) or not _can_publish(page):
        page.show("private/nothing.html", public=False, back=page.context.link("/evidence"))
        return None
    public = to_public(e)
    public_evidence = {**page.view.dataset.evidence, evidence_id: public}
    view_after = replace(page.view, dataset=replace(page.view.dataset, evidence=public_evidence))
    values = {key: value for key, value in record_values(public).items() if key != "id"}
    reader_page = replace(page, context=replace(page.context, view=view_after, person=READER))
    reader_page.show("private/publish.html", e=public, yaml=schema_comment(Evidence) + to_block(values))
    # The key holds the version that is shown: nobody publishes a version that they have not seen.
    if not st.button(_("Make it public"), type="primary", key=f"publish_{evidence_id}_{e.version}"):
        return None

    def publish() -> str:
        return folder.publish(e, store(), by=layout.current_person())

    if not try_to_save(page, "edit", publish, refresh=lambda: folder.read(fresh=True), has_input=False):
        return None
    st.session_state["saved"] = Saved("edit", _("It is public now."))
    return evidence_id


def show_unpublish_form(page: Page, evidence_id: str) -> None:
    """Show which evidence would become private again, and which records depend on it.

    A button below makes the evidence private.
    """
    language, dataset = page.context.language, page.view.dataset
    _ = language.gettext
    folder, e = private_folder(page), dataset.evidence.get(evidence_id)
    back = page.context.link("/evidence")
    if folder is None or e is None or not _can_publish(page):
        page.show("private/nothing.html", public=True, back=back)
        return
    if is_unpublished(e):
        # The confirmation is read from the files: unpublishing clears the state of every session, this one too.
        copies = [back + f"#e-{copy}" for copy in folder.copies(evidence_id)]
        page.show("private/unpublished_stub.html", e=e, back=back, there=copies)
        return
    # A private copy with the same bytes exists if the machine stopped between the two steps last time.
    private_items = folder.read().evidence
    is_half_done = any(private_items[copy].version == e.version for copy in folder.copies(evidence_id))
    page.show("private/unpublish.html", e=e, rests=dependants_of(dataset, evidence_id), half=is_half_done)
    # The key holds the version that is shown: nobody unpublishes a version that they have not seen.
    if not st.button(_("Make it private again"), type="primary", key=f"unpublish_{evidence_id}_{e.version}"):
        return

    def unpublish() -> str:
        return folder.unpublish(e, store(), by=layout.current_person(), day=page.view.today)

    if try_to_save(page, "edit", unpublish, refresh=lambda: folder.read(fresh=True), has_input=False):
        st.rerun()


def can_unpublish(page: Page) -> bool:
    """Return whether the person can make public evidence private again from this page."""
    return _can_publish(page) and private_folder(page) is not None


def _with_private_view(page: Page, folder: PrivateFolder) -> Page:
    """Return a copy of `page` whose view has the private evidence in place of the public evidence."""
    return replace(page, context=replace(page.context, view=folder.view(page.view)))


def _can_publish(page: Page) -> bool:
    return page.context.person.can(Permission.PUBLISH) and not page.view.is_past
