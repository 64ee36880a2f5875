"""Private evidence and notes, which only editors see.

Of all pages, only this module opens the private folder: never for a reader, and for an editor only through the door that
shows what the editor's organisation may see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import streamlit as st

from pages.forms.private.notes import show_note_forms
from pages.forms.private.warning import identifying_warning
from pages.shared import layout
from pages.shared.layout import Page, store
from pages.shared.markdown import escape_markdown
from pages.shared.saving import Message, Saved, try_to_save
from tracker.config import StoragePlace, load_config
from tracker.editing.forms.values import text_from_input
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notes import active_notes
from tracker.editing.private.seen import SeenFolder
from tracker.editing.undo import reversal_of
from tracker.files.new_file import NewFile
from tracker.model.errors import NotAllowed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence, Recommendation
from tracker.queries.file_names import name_file
from tracker.queries.lists.filters import EvidenceFilters, filter_evidence
from tracker.safety.scanner import changed_texts, record_name
from tracker.storage.dataset_reader import DatasetReader


@cache
def _folder(place: StoragePlace, public: DatasetReader) -> PrivateFolder:
    return PrivateFolder(place, public)


def private_folder(page: Page) -> SeenFolder | None:
    """Return the private folder as the person sees it, or None if the person may not see it or TRACKER_PRIVATE is not set."""
    return private_folder_for(page.context.person)


def private_folder_for(person: Person) -> SeenFolder | None:
    """Return the private folder as `person` sees it, or None if they may not see it or TRACKER_PRIVATE is not set."""
    root = load_config().private if person.can(Permission.SEE_PRIVATE) else None
    return SeenFolder(_folder(root, store().reader), person) if root else None


def private_evidence(page: Page) -> Mapping[str, Evidence]:
    """Return id → private evidence item; empty for a reader."""
    folder = private_folder(page)
    return folder.read().evidence if folder else {}


def filter_private_evidence(page: Page, filters: EvidenceFilters) -> Sequence[Evidence]:
    """Return the private evidence that matches the filters; nothing for a reader."""
    folder = private_folder(page)
    return filter_evidence(folder.view(page.view), filters) if folder else ()


def show_private_register(page: Page, filters: EvidenceFilters) -> None:
    """Show an editor the private evidence that matches the filters, and the problems in the private folder."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    private_page.show(
        "private/register.html",
        items=filter_private_evidence(page, filters),
        words=private_page.view.search_terms(filters.q),
        may=can_publish(page),
    )
    if (away := folder.unavailable) and away.shown:
        message, values = away.shown
        if not store().reader.unavailable:  # then the top of the page says so
            st.warning(escape_markdown(page.context.language.gettext(message, **values)))
        return
    if problems := folder.check():
        st.warning(page.context.language.gettext("Some private entries cannot be read or do not match the data."))
        page.show(
            "layout/problems.html", problems=problems, most=20, name_file=name_file, evidence=folder.read().evidence
        )


def show_publishing_queue(page: Page) -> None:
    """Show a reviewer the private evidence and files that are not published, the oldest first; nothing if there are none."""
    folder = private_folder(page) if can_publish(page) else None
    if folder is None:
        return
    items = sorted(folder.view(page.view).evidence.values(), key=lambda e: e.recorded or "")
    dataset = page.view.dataset
    listed = [
        (record, entry)
        for (kind, record_id), entries in folder.read().files.items()
        if (record := (dataset.evidence if kind is Evidence else dataset.documents).get(record_id))
        for entry in entries
        if not is_withdrawn(entry.events)
    ]
    listed.sort(key=lambda pair: pair[1].recorded or "")
    if items or listed:
        page.show("private/publishing_queue.html", items=items, files=listed)


def show_private_section(page: Page, r: Recommendation) -> None:
    """Show an editor the private evidence and the private notes on a recommendation, and the forms for the notes."""
    if (folder := private_folder(page)) is None:
        return
    private_page = _with_private_view(page, folder)
    notes = active_notes(folder.read().notes.get(r.id, ()), page.view.recorded)
    evidence = private_page.view.evidence_for(r)
    private_page.show("private/section.html", r=r, evidence=evidence, notes=notes, may=can_publish(page))
    if not page.view.is_past:
        show_note_forms(page, folder, r.id, notes=notes)


def evidence_of_recommendation(page: Page, r: Recommendation) -> list[Evidence]:
    """Return the private and the public evidence for a recommendation; nothing for a reader."""
    folder = private_folder(page)
    views = [folder.view(page.view), page.view] if folder else []
    return [e for view in views for e, _link in view.evidence_for(r)]


def save_privately(
    page: Page,
    page_id: str,
    changed: Sequence[Evidence],
    *,
    reason: str,
    message: Message = "",
    new_files: Sequence[NewFile] = (),
) -> bool:
    """Save one item of evidence with its new files in the private folder, and return whether it was saved.

    After a save, the next run of the page `page_id` shows a message of its own and an undo button. If the save fails,
    an error is shown at once.
    """
    _, folder = page.context.language.gettext, private_folder(page)
    (e,), before = changed, private_evidence(page).get(changed[0].id)

    def save() -> Evidence:
        if folder is None:
            raise NotAllowed("Only an editor can keep something privately.")
        return folder.save(e, by=layout.current_person(), reason=reason, new_files=new_files)

    if after := try_to_save(page, page_id, save, refresh=lambda: folder.read(fresh=True)):
        message = _("Saved privately. Only editors can see it.")
        texts = changed_texts(before, after, reason)
        warning = identifying_warning(page, texts, record=record_name(after), new_files=new_files)
        st.session_state["saved"] = Saved(page_id, message, ((before, after),), undo_private=_undo, warning=warning)
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


def taken_back_with_files(page: Page) -> list[Evidence]:
    """Return the evidence that is no longer public and whose private files the person may still read."""
    folder, public = private_folder(page), page.view.dataset.evidence
    owners = folder.read().files if folder else {}
    return [public[i] for kind, i in owners if kind is Evidence and i in public and is_withdrawn(public[i].events)]


def can_unpublish(page: Page) -> bool:
    """Return whether the person can make public evidence private again from this page."""
    return can_publish(page) and private_folder(page) is not None


def can_publish(page: Page) -> bool:
    """Return whether the person may publish evidence from this page. Nothing is published from a view of the past."""
    return page.context.person.can(Permission.PUBLISH) and not page.view.is_past


def _with_private_view(page: Page, folder: SeenFolder) -> Page:
    """Return a copy of `page` whose view has the private evidence in place of the public evidence."""
    return replace(page, context=replace(page.context, view=folder.view(page.view)))
