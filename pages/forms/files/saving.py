"""Save the files of a form together with its record."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from pages.forms.private.evidence import private_folder
from pages.forms.private.warning import identifying_warning
from pages.forms.safety.name_candidates import group_by_words, show_candidates
from pages.shared import layout
from pages.shared.layout import Page, store
from pages.shared.saving import Saved, try_to_save
from tracker.config import load_config
from tracker.files.new_file import NewFile
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import Record
from tracker.model.errors import NotAllowed, TrackerError
from tracker.model.labels import N_
from tracker.model.organisations import Privacy
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.publishing.wording import error_sentence
from tracker.safety.scanner import record_name

_LEFT = "files_left"
_NOT_SAVED = N_("The entry is saved, but its files are not. They are still here: press “Save the files”.")


class FilesLeft(NamedTuple):
    """Files that could not be saved after their record was: the page, the record and the files."""

    page_id: str
    record: Evidence | Document
    new_files: tuple[NewFile, ...]
    private: Privacy | None


def are_kept_apart(*, is_public: bool) -> bool:
    """Return whether new files are saved in the private list of the record, and not in the record itself.

    `is_public` says whether the record is public. Its files are private until a reviewer publishes them. Without a private
    folder a file can only be public.
    """
    # not asked of the person: who was signed out in the meantime must not come to save publicly
    return is_public and load_config().private is not None


def record_with_files(records: Sequence[Record]) -> Evidence | Document:
    """Return the record to which the files of a form are attached: the evidence or the document among `records`."""
    return next(record for record in records if isinstance(record, Evidence | Document))


def attach_files(records: Sequence[Record], new_files: Sequence[NewFile]) -> tuple[Record, ...]:
    """Return the records, with the entries of the new files in the one that can have files."""
    entries = tuple(new.entry for new in new_files)
    return tuple(
        replace(record, files=(*record.files, *entries)) if isinstance(record, Evidence | Document) else record
        for record in records
    )


def confirm_names_in_files(page: Page, target: Evidence | Document, new_files: Sequence[NewFile]) -> list[str]:
    """Show the words in the new files that may be names, to be confirmed before the files become public.

    Return what is still to do, as a translated sentence. Other findings stop the save, as in typed text.
    """
    checks = [store().check_file_publication(target, new) for new in new_files]
    found = [candidate for check in checks for candidate in check.candidates]
    candidates = group_by_words(found, " ".join(new.entry.sha256 for new in new_files))
    if show_candidates(page, candidates):
        return []
    return [page.context.language.gettext("Confirm that the words listed above name nobody, or take the file out.")]


def save_files_apart(
    page: Page,
    page_id: str,
    records: Sequence[Record],
    *,
    new_files: Sequence[NewFile],
    save: Callable[[], bool] | None,
    private: Privacy | None = None,
) -> bool:
    """Call `save`, which saves the public `records`, then save their files privately. Return whether it was done.

    `private` says with whom the files are shared, None with nobody.

    `save` is None if only the files are new. If the records were saved and the files could not be, the files stay in this
    session, and `show_files_left` offers to save them again.
    """
    target = record_with_files(records)
    if save is None:
        if try_to_save(page, page_id, lambda: _add(page, target, new_files, private=private)) is None:
            return False
        st.session_state["saved"] = Saved(page_id, _message(page, new_files), warning=_warning(page, target, new_files))
        return True
    if not save():
        return False
    saved: Saved = st.session_state["saved"]
    try:
        _add(page, target, new_files, private=private)
    except TrackerError as error:
        language = page.context.language
        words = f"{language.gettext(_NOT_SAVED)} {error_sentence(language, error)}"
        st.session_state[_LEFT] = FilesLeft(page_id, target, tuple(new_files), private=private)
        st.session_state["saved"] = replace(saved, warning=words)
    else:
        message = f"{saved.message} {_message(page, new_files)}"
        st.session_state["saved"] = replace(saved, message=message, warning=_warning(page, target, new_files))
    return True


def show_files_left(page: Page, page_id: str) -> None:
    """If files could not be saved after their record was saved on the page `page_id`, show the button that tries again."""
    left: FilesLeft | None = st.session_state.get(_LEFT)
    if left is None or left.page_id != page_id:
        return
    _ = page.context.language.gettext
    if st.button(_("Save the files"), type="primary", key="save_files_left") and save_files_apart(
        page, page_id, [left.record], new_files=left.new_files, save=None, private=left.private
    ):
        del st.session_state[_LEFT]
        st.rerun()


def _add(
    page: Page, record: Evidence | Document, new_files: Sequence[NewFile], *, private: Privacy | None
) -> tuple[AttachedFile, ...]:
    folder = private_folder(page)
    if folder is None:
        raise NotAllowed("Only an editor can keep something privately.")
    shared_with = private.shared_with if private else ()
    return folder.add_files(record, new_files, by=layout.current_person(), shared_with=shared_with)


def _message(page: Page, new_files: Sequence[NewFile]) -> str:
    return page.context.language.ngettext(
        "{n} file is saved. It is private: only editors can see it.",
        "{n} files are saved. They are private: only editors can see them.",
        len(new_files),
    )


def _warning(page: Page, record: Evidence | Document, new_files: Sequence[NewFile]) -> str:
    return identifying_warning(page, (), record=record_name(record), new_files=new_files)
