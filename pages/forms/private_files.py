"""The private files of evidence and documents, as editors see them on the pages: preview, size, download, and what can be done."""

from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

import streamlit as st

from pages.forms.private_evidence import can_publish, private_evidence, private_folder
from pages.shared.layout import Page, session_cookie_name
from tracker.accounts.sessions import person_from_cookies
from tracker.config import load_config
from tracker.model.attached_files import AttachedFile
from tracker.model.errors import NotAllowed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import Permission
from tracker.model.records import Evidence
from tracker.model.registers import Document

MAX_PREVIEWS = 12
"""How many previews a page shows. Each has up to 100 KB."""
Owner = Evidence | Document


class OwnedFile(NamedTuple):
    """A file, and the record to which it belongs. `is_private` says whether only editors can see the file."""

    record: Owner
    entry: AttachedFile
    is_private: bool

    @property
    def register(self) -> str:
        """Return the value of `of` in the address: "document", or "" for evidence."""
        return "document" if isinstance(self.record, Document) else ""


def owned_files(page: Page, record: Owner) -> list[OwnedFile]:
    """Return the files of a record that are not withdrawn, the public ones first.

    A reader gets the public ones only.
    """
    folder, is_private = private_folder(page), _is_private(page, record)
    found = [OwnedFile(record, f, is_private) for f in record.files if not is_withdrawn(f.events)]
    if folder is not None and not is_private:
        found += [OwnedFile(record, f, is_private=True) for f in folder.files.of(record)]
    return found


def can_remove_files(page: Page) -> bool:
    """Return whether the person may remove a file for good from this page."""
    return page.context.person.can(Permission.REDACT) and not page.view.is_past


def is_of_private_record(page: Page, file: OwnedFile) -> bool:
    """Return whether the record of a file is private too, so that the file is published with it."""
    return _is_private(page, file.record)


def show_private_files(page: Page, records: Iterable[Owner]) -> None:
    """Show an editor the private files of the records, with their records. Show nothing if there are none."""
    if private_folder(page) is None:
        return
    files = [file for record in records for file in owned_files(page, record) if file.is_private]
    if not files:
        return
    with st.container(key="rt_private_files", gap="small"):
        page.show("private/files_top.html", count=len(files))
        for number, file in enumerate(files):
            show_private_file(page, file, with_preview=number < MAX_PREVIEWS)


def show_private_file(page: Page, file: OwnedFile, *, with_preview: bool, with_links: bool = True) -> None:
    """Show one private file: its preview, what is known about it, a download, and links to what can be done with it."""
    page.show(
        "private/file.html",
        f=file.entry,
        r=file.record,
        of=file.register,
        preview=private_preview(page, file) if with_preview else "",
        links=with_links and not page.view.is_past,
        may_publish=can_publish(page),
        may_remove=can_remove_files(page),
        alone=not is_of_private_record(page, file),
    )
    _show_downloads(page, file)


def private_preview(page: Page, file: OwnedFile) -> str:
    """Return the preview of a private file as a data: address, "" if there is none."""
    folder, data = private_folder(page), None
    with suppress(OSError):
        data = folder.read_preview(file.entry) if folder else None
    return f"data:image/webp;base64,{b64encode(data).decode()}" if data else ""


def _is_private(page: Page, record: Owner) -> bool:
    return isinstance(record, Evidence) and record.id in private_evidence(page)


def _show_downloads(page: Page, file: OwnedFile) -> None:
    """Show the buttons that download the file, and its untouched original if it is kept. Bytes are read when one is pressed."""
    folder, _ = private_folder(page), page.context.language.gettext
    if folder is None:
        return
    cookies = dict(st.context.cookies)
    name = session_cookie_name()

    def read(*, original: bool) -> bytes:
        # the page may have been open for days
        if not person_from_cookies(cookies, name, load_config()).can(Permission.SEE_PRIVATE):
            raise NotAllowed("Only an editor can download a private file.")
        kept = folder.read_original(file.entry) if original else None
        return kept[1] if kept else folder.read_file(file.entry)

    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Download ({size})", size=page.context.language.format_size(file.entry.size)),
            lambda: read(original=False),
            file_name=file.entry.name,
            mime="application/octet-stream",
            on_click="ignore",
            key=f"private_file_{file.register}_{file.record.id}_{file.entry.sha256[:16]}",
        )
        if kind := folder.find_original(file.entry):
            st.download_button(
                _("Download the untouched original"),
                lambda: read(original=True),
                file_name=f"{file.entry.name.rpartition('.')[0]}.{kind.value}",
                mime="application/octet-stream",
                on_click="ignore",
                type="tertiary",
                key=f"private_original_{file.register}_{file.record.id}_{file.entry.sha256[:16]}",
            )
