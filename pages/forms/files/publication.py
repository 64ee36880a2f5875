"""What is done with one attached file: publish it, make it private again, withdraw it, remove it for good.

In the address, `of` and `id` name the record and `file` the SHA-256 of the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from pages.forms.private.evidence import can_publish, private_folder
from pages.forms.private.files import (
    OwnedFile,
    Owner,
    can_remove_files,
    is_of_private_record,
    owned_files,
    show_private_file,
)
from pages.forms.private.readers import choose_readers, chosen_readers
from pages.forms.safety.findings import show_findings
from pages.forms.safety.name_candidates import group_by_words, record_confirmations, show_candidates
from pages.shared import layout
from pages.shared.audience import show_audience
from pages.shared.layout import Page, store
from pages.shared.markdown import escape_markdown
from pages.shared.saving import try_to_save
from tracker.config import load_config
from tracker.editing.redaction.remove_words import remove_file
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.organisations import Privacy
from tracker.model.records import Evidence
from tracker.model.vocabulary import EventType
from tracker.publishing.wording import error_sentence
from tracker.safety.scanner import PublicationCheck

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
    show = {
        "publish-file": _show_publish,
        "unpublish-file": _show_unpublish,
        "withdraw-file": _show_withdraw,
        "remove-file": _show_remove,
        "share-file": _show_share,
    }[what]
    if file is None or not show(page, file):
        is_done = file is not None and file.is_private == (what == "unpublish-file") and what.endswith("publish-file")
        page.show(
            "private/file_state.html", f=file.entry if file else None, done=is_done, what=what, back=_back(page, record)
        )


def show_files_to_publish(page: Page, files: Sequence[OwnedFile]) -> None:
    """Show the private files that become public together with their record."""
    if files:
        page.show("private/files_to_publish.html", count=len(files))
        for file in files:
            show_private_file(page, file, with_preview=True, with_links=False)


def try_to_check(page: Page, check: Callable[[], PublicationCheck]) -> PublicationCheck | None:
    """Return what `check` returns. If a file cannot be read, say so and return None."""
    try:
        return check()
    except TrackerError as error:
        st.error(escape_markdown(error_sentence(page.context.language, error)))
    except OSError:
        st.error(page.context.language.gettext("A file cannot be read now. Try again, or attach it again."))
    return None


def _show_publish(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not can_publish(page) or not file.is_private or is_of_private_record(page, file):
        return False
    record, entry, edit_link = file.record, file.entry, _form_of(page, file)
    page.show("private/publish_file.html", f=entry, r=record)
    show_private_file(page, file, with_preview=True, with_links=False)
    check = try_to_check(page, lambda: folder.check_file_publication(entry, store()))
    if check is None:
        return True
    if check.findings:
        page.show("private/file_text_note.html")
        show_findings(page, lambda: folder.check_file_publication(entry, store()).findings, edit_link=edit_link)
    candidates = group_by_words(check.candidates, entry.sha256)
    is_confirmed = show_candidates(page, candidates)
    is_seen = not entry.kind.is_image or _show_picture_tick(page, file)
    if not _is_pressed(page, file, _("Publish"), is_public=True):
        return True
    if check.findings or not is_confirmed or not is_seen:
        st.error(_("Not published yet: first confirm or change what is listed above."))
        return True

    def publish() -> object:
        record_confirmations(page, candidates)
        return folder.publish_file(record, entry.sha256, store(), by=layout.current_person())

    _do(page, publish)
    return True


def _show_unpublish(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not can_publish(page) or file.is_private:
        return False
    page.show("private/unpublish_file.html", f=file.entry, r=file.record)
    if _is_pressed(page, file, _("Make it private"), is_public=False):

        def unpublish() -> object:
            return folder.unpublish_file(file.record, file.entry.sha256, store(), by=layout.current_person())

        _do(page, unpublish)
    return True


def _show_withdraw(page: Page, file: OwnedFile) -> bool:
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None or not page.can_edit or not file.is_private or not page.context.owns(file.private):
        return False
    page.show("private/withdraw_file.html", f=file.entry, r=file.record)
    if _is_pressed(page, file, _("Withdraw the file")):

        def withdraw() -> object:
            record, digest, by = file.record, file.entry.sha256, layout.current_person()
            if not is_of_private_record(page, file):
                folder.withdraw_file(record, digest, by=by)
                return True
            assert isinstance(record, Evidence)
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
    if _is_pressed(page, file, _("Remove for good")):
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
    if _is_pressed(page, file, _("Save who can read it"), is_public=False, private=private):

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


def _is_pressed(
    page: Page, file: OwnedFile, label: str, *, is_public: bool | None = None, private: Privacy | None = None
) -> bool:
    """Show the button `label`, and return whether it was pressed. `is_public`, `private` say who can see the file then."""
    if is_public is not None:
        show_audience(page, is_public=is_public, private=private)
    with st.container(horizontal=True, vertical_alignment="center"):
        # The key holds the version that is shown: nobody acts on a version that they have not seen.
        pressed = st.button(label, type="primary", key=f"file_{label}_{file.record.version}_{file.entry.sha256}")
        page.show("private/publish_links.html", edit="", cancel=_back(page, file.record))
    return pressed


def _do(page: Page, act: Callable[[], object]) -> None:
    """Call `act`, then run the page again, which says that it was done. If `act` fails, show why."""
    folder = private_folder(page)

    def refresh() -> object:
        return folder.read(fresh=True) if folder else None

    if try_to_save(page, "edit", act, refresh=refresh, has_input=False):
        st.rerun()


def _form_of(page: Page, file: OwnedFile) -> str:
    what = "document" if file.register else "evidence"
    return page.context.link("/edit", ("what", what), ("id", file.record.id))


def _back(page: Page, record: Owner | None) -> str:
    if isinstance(record, Evidence) or record is None:
        return page.context.link("/evidence") + (f"#e-{record.id}" if record else "")
    return page.context.link("/treaty-bodies")
