"""Publish private evidence or one private file, and make it private again; withdraw, share or remove a file.

Before it is published, a reviewer sees it as readers will see it, and settles everything that may identify a person.
In the address of a file, `of` and `id` name the record and `file` the SHA-256 of the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from pages.forms.private.entries import can_publish, can_unpublish, private_folder
from pages.forms.private.files import (
    OwnedFile,
    Owner,
    can_remove_files,
    is_of_private_record,
    owned_files,
    show_private_file,
)
from pages.forms.safety.name_candidates import group_by_words, record_confirmations, show_candidates
from pages.forms.widgets import choose_readers, chosen_readers, note_error, show_button_error
from pages.shared import layout
from pages.shared.layout import Page, escape_markdown, show_audience, store
from pages.shared.saving import Saved, show_findings, try_to_save
from tracker.config import load_config
from tracker.editing.private.unpublish import can_undo_publication, dependants_of
from tracker.editing.redaction.remove_words import remove_file
from tracker.i18n import native_name
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.lifecycle import is_unpublished
from tracker.model.organisations import Privacy
from tracker.model.permissions import READER
from tracker.model.records import Evidence
from tracker.model.vocabulary import EventType
from tracker.publishing.wording import error_sentence
from tracker.safety.scanner import PublicationCheck


def show_publish_form(page: Page, evidence_id: str) -> str | None:
    """Show the evidence as readers will see it, what has to be settled, and the button. Return its id if it is public now."""
    _, folder, link = page.context.language.gettext, private_folder(page), page.context.link
    found = folder.find_publishable(evidence_id) if folder else None
    if folder is None or found is None or not can_publish(page):
        page.show("private/nothing.html", public=False, back=link("/evidence"))
        return None
    e, public = found
    edit_link = link("/edit", ("what", "evidence"), ("id", e.id))
    _show_as_readers_see_it(page, public)
    show_files_to_publish(page, owned_files(page, e))
    key, ways = f"publish_{e.id}_{e.version}", {"cancel": link("/evidence") + f"#e-{e.id}", "edit": edit_link}
    if not _publish(
        page,
        lambda: folder.check_publication(e, store()),
        lambda: folder.publish(e, store(), by=layout.current_person()),
        version=e.version,
        edit_link=edit_link,
        candidates_link=edit_link,
        press=lambda: _is_pressed(page, _("Publish"), key, **ways, is_public=True),
    ):
        return None
    st.session_state["saved"] = Saved("edit", _("It is public now."))
    return evidence_id


def _publish(
    page: Page,
    check: Callable[[], PublicationCheck],
    publish: Callable[[], object],
    *,
    version: str,
    edit_link: str,
    press: Callable[[], bool],
    candidates_link: str = "",
    findings_note: str = "",
    is_seen: Callable[[], bool] = lambda: True,
) -> bool:
    """Show what `check` finds, to be settled, then the button that `press` shows. Return whether it was published now.

    `version` is that of what is published, `findings_note` the template above the findings.
    """
    _ = page.context.language.gettext
    try:
        found = check()
    except TrackerError as error:
        st.error(escape_markdown(error_sentence(page.context.language, error)))
        return False
    except OSError:
        st.error(_("A file cannot be read now. Try again, or attach it again."))
        return False
    if found.findings:
        if findings_note:
            page.show(findings_note)
        show_findings(page, lambda: check().findings, edit_link=edit_link)
    candidates = group_by_words(found.candidates, version)
    is_settled = show_candidates(page, candidates, edit_link=candidates_link) and not found.findings
    is_settled = is_seen() and is_settled
    if not press():
        return False
    if not is_settled:
        st.error(_("Not published yet: first confirm or change what is listed above."))
        return False

    def act() -> object:
        record_confirmations(page, candidates)
        return publish()

    return _try(page, act)


def _show_as_readers_see_it(page: Page, public: Evidence) -> None:
    view = page.view
    view_after = replace(view, dataset=replace(view.dataset, evidence={**view.dataset.evidence, public.id: public}))
    context = replace(page.context, view=view_after, person=READER)
    main, texts = view.settings.language, [text for text in (public.title, public.summary) if text]
    # What is shown above, in the reader's language or instead of it, is not repeated.
    others = {c for text in texts for c in text if context.language.resolve(text).lang != (c or main)}
    how = {"others": sorted(others), "native_name": native_name}
    replace(page, context=context).show("private/publish.html", e=public, **how)


def show_published(page: Page, evidence_id: str) -> None:
    """Offer a reviewer to make evidence private again that was just published, or say that this was done.

    It depends on the files only, so it survives a reload.
    """
    e = page.view.dataset.evidence.get(evidence_id)
    if e is None or not can_unpublish(page):
        return
    if is_unpublished(e):
        _show_stub(page, e)
    elif can_undo_publication(e, datetime.now(UTC)):
        label = page.context.language.gettext("Undo: make it private")
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
    """Show which evidence would become private again, which records depend on it, and the button that does it."""
    _, dataset = page.context.language.gettext, page.view.dataset
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
    key, cancel = f"unpublish_{evidence_id}_{e.version}", back + f"#e-{e.id}"
    if _is_pressed(page, _("Make it private"), key, cancel=cancel, is_public=False):
        _do(page, lambda: folder.unpublish(e, store(), by=layout.current_person(), day=page.view.today))


def _show_stub(page: Page, e: Evidence) -> None:
    """Say that `e` is private again. This is read from the files: unpublishing clears the state of every session."""
    folder, back = private_folder(page), page.context.link("/evidence")
    copies = [back + f"#e-{copy}" for copy in (folder.copies(e.id) if folder else ())]
    page.show("private/unpublished_stub.html", e=e, back=back, there=copies)


FILE_ACTIONS = ("publish-file", "unpublish-file", "withdraw-file", "remove-file", "share-file")
"""The values of `what` in the address."""


def show_file_action(page: Page, what: str, record: Owner | None) -> None:
    """Show what `what` does with the file in the address, with a button that does it.

    If it was done, or is not possible, say so. This is read from the files: making a file private again clears the state of
    every session.
    """
    digest = st.query_params.get("file", "")
    files = owned_files(page, record) if record and page.can_edit else []
    # a file that is in both places was published or made private halfway, and is offered again
    files.sort(key=lambda one: one.is_private == (what == "unpublish-file"))
    file = next((one for one in files if one.entry.sha256 == digest), None)
    shows = (_show_publish, _show_unpublish, _show_withdraw, _show_remove, _show_share)
    if file is None or not shows[FILE_ACTIONS.index(what)](page, file):
        is_done = file is not None and file.is_private == (what == "unpublish-file") and what.endswith("publish-file")
        how = {"done": is_done, "what": what, "back": _back(page, record)}
        page.show("private/file_state.html", f=file.entry if file else None, **how)


def show_files_to_publish(page: Page, files: Sequence[OwnedFile]) -> None:
    """Show the private files that become public together with their record."""
    if files:
        page.show("private/files_to_publish.html", count=len(files))
        for file in files:
            show_private_file(page, file, with_preview=True, with_links=False)


def _show_publish(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not can_publish(page) or not file.is_private or is_of_private_record(page, file):
        return False
    record, entry = file.record, file.entry
    page.show("private/publish_file.html", r=record)
    show_private_file(page, file, with_preview=True, with_links=False)
    if _publish(
        page,
        lambda: folder.check_file_publication(entry, store()),
        lambda: folder.publish_file(record, entry.sha256, store(), by=layout.current_person()),
        version=entry.sha256,
        edit_link=page.context.link("/edit", ("what", file.register or "evidence"), ("id", record.id)),
        findings_note="private/file_text_note.html",
        is_seen=lambda: not entry.kind.is_image or _show_picture_tick(page, file),
        press=lambda: _is_file_button_pressed(page, file, _("Publish"), is_public=True),
    ):
        st.rerun()
    return True


def _show_unpublish(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not can_publish(page) or file.is_private:
        return False
    page.show("private/unpublish_file.html", f=file.entry, r=file.record)
    if _is_file_button_pressed(page, file, _("Make it private"), is_public=False):
        digest = file.entry.sha256
        _do(page, lambda: folder.unpublish_file(file.record, digest, store(), by=layout.current_person()))
    return True


def _show_withdraw(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not page.can_edit or not file.is_private or not page.context.owns(file.private):
        return False
    page.show("private/withdraw_file.html", f=file.entry, r=file.record)
    if _is_file_button_pressed(page, file, _("Withdraw the file")):

        def withdraw() -> object:
            record, digest, by = file.record, file.entry.sha256, layout.current_person()
            if not is_of_private_record(page, file):
                folder.withdraw_file(record, digest, by=by)
                return True
            event = Event(type=EventType.WITHDRAWN)
            files = tuple(replace(f, events=(*f.events, event)) if f.sha256 == digest else f for f in record.files)
            return folder.save(replace(record, files=files), by=by, reason=_("A file was withdrawn."))

        _do(page, withdraw)
    return True


def _show_remove(page: Page, file: OwnedFile) -> bool:
    _ = page.context.language.gettext
    if not can_remove_files(page) or not page.context.owns(file.private):
        return False
    page.show("private/remove_file.html", f=file.entry, r=file.record, private=file.is_private)
    is_sure = st.checkbox(_("Remove it for good: it cannot be brought back"), key=f"remove_sure_{file.entry.sha256}")
    if _is_file_button_pressed(page, file, _("Remove for good")):
        if not is_sure:
            st.error(_("Tick the box first: a file that is removed cannot be brought back."))
            return True

        def remove() -> object:
            by, now = layout.current_person(), datetime.now(UTC)
            remove_file(store(), load_config(), file.entry.sha256, by=by, at=now)
            return True

        _do(page, remove)
    return True


def _show_share(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not page.can_edit or not file.is_private or is_of_private_record(page, file):
        return False
    page.show("private/share_file.html", f=file.entry, r=file.record)
    key = f"share_{file.entry.sha256}"
    private = choose_readers(page, key, file.private, is_new=False)
    if _is_file_button_pressed(page, file, _("Save who can read it"), is_public=False, private=private):

        def share() -> object:
            shared_with, by = chosen_readers(key), layout.current_person()
            if shared_with is not None:
                folder.share_file(file.record, file.entry.sha256, shared_with, by=by)
            return True

        _do(page, share)
    return True


def _show_picture_tick(page: Page, file: OwnedFile) -> bool:
    _ = page.context.language.gettext
    page.show("forms/image_reminder.html")
    key = f"publish_seen_{file.entry.sha256}"
    return st.checkbox(_("I have looked: nothing in this picture puts anybody at risk"), key=key)


def _is_file_button_pressed(
    page: Page, file: OwnedFile, label: str, *, is_public: bool | None = None, private: Privacy | None = None
) -> bool:
    key = f"file_{label}_{file.record.version}_{file.entry.sha256}"
    return _is_pressed(page, label, key, cancel=_back(page, file.record), is_public=is_public, private=private)


def _is_pressed(
    page: Page,
    label: str,
    key: str,
    cancel: str,
    edit: str = "",
    *,
    is_public: bool | None = None,
    private: Privacy | None = None,
) -> bool:
    """Show the button `label`, and return whether it was pressed. `is_public`, `private` say who can see it then.

    The `key` holds the version that is shown: nobody acts on a version that they have not seen.
    """
    if is_public is not None:
        show_audience(page, is_public=is_public, private=private)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(label, type="primary", key=key)
        page.show("private/publish_links.html", edit=edit, cancel=cancel)
    return pressed


def _try(page: Page, act: Callable[[], object]) -> bool:
    """Call `act`, and return whether it succeeded. If it fails, show why."""
    folder = private_folder(page)
    refresh = (lambda: folder.read(fresh=True)) if folder else (lambda: None)
    return bool(try_to_save(page, "edit", act, refresh=refresh, has_input=False))


def _do(page: Page, act: Callable[[], object]) -> None:
    """Call `act`, then run the page again, which says that it was done. If `act` fails, show why."""
    if _try(page, act):
        st.rerun()


def _back(page: Page, record: Owner | None) -> str:
    if isinstance(record, Evidence) or record is None:
        return page.context.link("/evidence") + (f"#e-{record.id}" if record else "")
    return page.context.link("/treaty-bodies")
