"""The private files of evidence and documents, as editors see them on the pages: preview, size, download, and what can be done."""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

import streamlit as st

from pages.forms.private.entries import can_publish, private_evidence, private_folder, private_folder_for
from pages.shared.layout import Page, session_cookie_name
from tracker.model.attached_files import PRIVATE_FILES_PATH, AttachedFile
from tracker.model.lifecycle import is_withdrawn
from tracker.model.organisations import Privacy
from tracker.model.permissions import Permission, Person
from tracker.model.records import Evidence
from tracker.model.registers import Document

MAX_PREVIEWS = 12
"""How many previews a page shows. Each has up to 100 KB."""
Owner = Evidence | Document
_FileOwner = tuple[type[Evidence] | type[Document], str]
"""(type, id) of the record to which a file belongs."""


class OwnedFile(NamedTuple):
    """A file, and the record to which it belongs. `is_private` says whether only editors can see the file."""

    record: Owner
    entry: AttachedFile
    is_private: bool

    @property
    def private(self) -> Privacy | None:
        """Return whose a private file is: that of its private evidence, or what its own entry says."""
        of_record = self.record.private if isinstance(self.record, Evidence) else None
        return of_record or self.entry.private

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
        found += [OwnedFile(record, f, is_private=True) for f in folder.files_of(record)]
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
    """Show one private file: its preview, what is known about it, its downloads, and links to what can be done with it."""
    page.show(
        "private/file.html",
        f=file.entry,
        r=file.record,
        of=file.register,
        private=file.private,
        preview=private_preview(page, file) if with_preview else "",
        links=with_links and not page.view.is_past,
        may_publish=can_publish(page),
        may_remove=can_remove_files(page),
        alone=not is_of_private_record(page, file),
        **_addresses(page, file),
    )


def private_preview(page: Page, file: OwnedFile) -> str:
    """Return the preview of a private file as a data: address, "" if there is none."""
    folder, data = private_folder(page), None
    with suppress(OSError):
        data = folder.read_preview(file.entry) if folder else None
    return f"data:image/webp;base64,{b64encode(data).decode()}" if data else ""


def _is_private(page: Page, record: Owner) -> bool:
    return isinstance(record, Evidence) and record.id in private_evidence(page)


def _addresses(page: Page, file: OwnedFile) -> dict[str, str]:
    folder, cookie = private_folder(page), dict(st.context.cookies).get(session_cookie_name(), "")
    owner, has_original = (type(file.record), file.record.id), folder and folder.original_kind(file.entry)
    original = _address(owner, file.entry, cookie, original=True) if has_original else ""
    return {"address": _address(owner, file.entry, cookie), "original": original}


def _address(owner: _FileOwner, entry: AttachedFile, cookie: str, *, original: bool = False) -> str:
    """Return an address that only the sign-in with this cookie can make or use. It says nothing about the file."""
    kind, record_id = owner
    named = "\n".join((kind.__name__, record_id, entry.sha256, "original" if original else ""))
    return PRIVATE_FILES_PATH + hmac.digest(cookie.encode(), named.encode(), "sha256").hex()


def find_private_file(person: Person, cookie: str, path: str) -> tuple[AttachedFile, bytes] | None:
    """Return a private file by its address, with its bytes; None if it was not made for the sign-in with this cookie.

    `person` is who has this cookie now: somebody whose sign-in ended gets nothing. Raises OSError.
    """
    folder = private_folder_for(person)
    if folder is None:
        return None
    kept = folder.read()
    owned = {(Evidence, e.id): e.files for e in kept.evidence.values()}
    for owner, entries in (*owned.items(), *kept.files.items()):
        for entry in entries:
            if path == _address(owner, entry, cookie):
                return entry, folder.read_file(entry)
            is_original = path == _address(owner, entry, cookie, original=True)
            if is_original and (original := folder.read_original(entry)):
                kind, data = original
                return replace(entry, kind=kind, name=f"{PurePath(entry.name).stem}.{kind.value}"), data
    return None
