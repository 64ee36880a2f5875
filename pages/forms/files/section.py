"""The section "Files" of a form: choose files, see what was removed from them, describe them; and what is attached already."""

import re
from dataclasses import replace
from urllib.parse import quote

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.files.chosen_files import choose_files
from pages.forms.files.rows import show_file_row
from pages.forms.private.evidence import can_publish, private_folder
from pages.forms.private.files import can_remove_files, is_of_private_record, owned_files
from tracker.config import load_config
from tracker.model.field_types import URL_PATTERN
from tracker.model.records import Evidence
from tracker.model.registers import Document

WEB_ARCHIVE = "https://web.archive.org/save/"
"""A public web archive saves the page whose address follows. An editor opens it; the server never does."""


def show_files_section(form: Fields) -> None:
    """Show the section, and note in `form` which files are to be saved and what is still to do before.

    With `copy` in the address, the files are copies of the page behind the link.
    """
    _ = form.page.context.language.gettext
    page, is_copy = form.page, st.query_params.get("copy") == "yes"
    link = str(form.typed.get("link") or "")
    page.show(
        "forms/files_top.html",
        level="h2" if page.path == "/edit" else "h3",
        most=f"{load_config().upload_megabytes:g}",
        archive=WEB_ARCHIVE + quote(link, safe=":/?#[]@!$&'()*+,;=%~") if re.fullmatch(URL_PATTERN, link) else "",
        copying=is_copy,
    )
    folder, attached = private_folder(page), set[str]()
    if isinstance(form.record, Evidence | Document) and (files := owned_files(page, form.record)):
        page.show(
            "forms/attached_files.html",
            files=files,
            may_publish=folder is not None and can_publish(page),
            may_remove=can_remove_files(page),
            alone=not is_of_private_record(page, files[0]),
        )
        entries = [file.entry for file in files]
        attached = {entry.sha256 for entry in entries} | (folder.received_digests(entries) if folder else set())
    for chosen in choose_files(form):
        if chosen.prepared and attached & {chosen.prepared.cleaned.digest, chosen.prepared.cleaned.received_digest}:
            chosen = replace(chosen, prepared=None, error=_("This file is attached already."))
        new, missing = show_file_row(form, chosen, is_copy=is_copy, with_original=folder is not None)
        form.files_missing.extend(missing)
        if new is not None:
            form.new_files.append(new)
