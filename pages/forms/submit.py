"""The end of every form that adds or edits a record: validate, show a conflict or what is wrong, save."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st

from pages.forms.conflict import point_to_conflict, show_conflict
from pages.forms.fields import Fields
from pages.forms.files.saving import (
    are_kept_apart,
    attach_files,
    confirm_names_in_files,
    record_with_files,
    save_files_apart,
)
from pages.forms.records.outdated_translations import confirm_translations
from pages.shared import form_drafts
from pages.shared.audience import show_audience
from pages.shared.markdown import escape_markdown
from pages.shared.saving import Message, save_records
from tracker.editing.forms.values import reason_errors, text_from_input
from tracker.editing.store import NOTHING_CONFIRMED
from tracker.model.dataset import Record
from tracker.model.localized_text import clean_input
from tracker.model.organisations import Privacy
from tracker.model.records import Evidence


class FormWords(NamedTuple):
    """The translated texts at the end of a form. `reason` is the reason of the save; None asks the editor for it.

    `is_public` says whether everybody can read what the form saves, `private` whose it and its private files will be.
    """

    label: str
    message: Message
    reason: str | None
    on_top: str = ""
    is_public: bool = True
    private: Privacy | None = None


def words_for(form: Fields, label: str, message: str, *, reason: str) -> FormWords:
    """Return the texts given for a new record. If the form edits a record, return those for an edit."""
    _ = form.page.context.language.gettext
    if form.record is None:
        return FormWords(label, message, reason)
    saved = _("The edit is saved. The earlier text stays in the history.")
    return FormWords(_("Save the edit"), saved, None, on_top=_("Replace with mine"))


def save_form(
    form: Fields,
    version: str,
    words: FormWords,
    *,
    errors: Sequence[str] = (),
    save: Callable[..., bool] = save_records,
    still_right: Mapping[str, tuple[str, ...]] = NOTHING_CONFIRMED,
) -> str | None:
    """Show the save button below the fields of `form`. Return the id of the record if it was saved now, otherwise None.

    `version` is the version of the record on which the form was opened. If the record has another version now, the
    differences are shown, with a button that saves on top of it. `errors` are further reasons not to save. `still_right`
    are translations that the editor confirmed (see `Store.save`): they can be saved without another change.
    """
    page, record, language = form.page, form.record, form.page.context.language
    refused_key = f"{form.prefix}refused"
    _ = language.gettext
    reason = form.line(_("Why is it edited?"), "reason", required=True) if words.reason is None else words.reason
    form_drafts.remember(form.prefix)
    wrong = form.filled.validate(page.view, record, language)
    edited: Sequence[Record] = ()
    if not wrong:
        # while no reason is typed, the edit can be compared with a newer version all the same
        recorded_reason = text_from_input(clean_input(reason) or "-", language)
        edited = form.filled.apply(page.view, record, recorded_reason, language=language)
    if not words.is_public and words.private:
        edited = [replace(e, private=words.private) if isinstance(e, Evidence) else e for e in edited]
    apart = bool(form.new_files) and are_kept_apart(is_public=words.is_public)
    if form.new_files and not apart:
        edited = attach_files(edited, form.new_files)
        if edited and words.is_public:
            wrong += confirm_names_in_files(page, record_with_files(edited), form.new_files)
    is_changed = list(edited) != [record] or bool(still_right)
    # files that are kept apart from the record leave it as it is, so they need no reason
    needs_reason = words.reason is None and (is_changed or not apart)
    wrong += [*(reason_errors(reason, language) if needs_reason else ()), *errors, *form.files_missing]
    if edited and record and save is save_records and (confirmed := confirm_translations(form, edited[0])):
        save = partial(save_records, still_right=confirmed)
    is_pressed = _is_pressed(form, version, words, edited=edited, wrong=wrong, apart=apart)
    # what was refused stays marked until it is put right
    st.session_state[refused_key] = bool(wrong) and (is_pressed or st.session_state.get(refused_key, False))
    if st.session_state[refused_key]:
        form.show_errors(wrong)
        st.error(escape_markdown("\n".join(f"- {error}" for error in dict.fromkeys(map(str, wrong)))))
    if wrong or not is_pressed:
        return None
    if not is_changed and not apart:
        st.info(_("Nothing was changed, so there is nothing to save."))
        return None
    page_id = record.id if record and page.path == "/recommendation" else "edit"
    if form.new_files and not apart:
        save = partial(save, new_files=form.new_files)
    save_records_now = partial(save, page, page_id, edited, reason=reason, message=words.message)
    if apart:
        first = save_records_now if is_changed else None
        is_saved = save_files_apart(page, page_id, edited, new_files=form.new_files, save=first, private=words.private)
    else:
        is_saved = save_records_now()
    return edited[0].id if is_saved else None


def _is_pressed(
    form: Fields,
    version: str,
    words: FormWords,
    *,
    edited: Sequence[Record],
    wrong: Sequence[str],
    apart: bool,
) -> bool:
    """Show the save button, or in its place the conflict and a button of its own. Return whether it was pressed."""
    record = form.record
    key = f"save_{type(record).__name__}_{record.id if record else 'new'}"
    # files that are kept apart from the record change nothing of what a colleague saved
    if record is None or version == record.version or (apart and list(edited) == [record]):
        show_audience(
            form.page,
            is_public=words.is_public,
            private_files=len(form.new_files) if apart else 0,
            private=words.private,
        )
        return st.button(words.label, type="primary", key=key)
    if st.session_state.get(key):  # pressed on the page as it was before the colleague's save
        point_to_conflict()
    has_changes = show_conflict(
        form.page, current=record, edited=edited[0] if edited else None, errors=() if edited else wrong
    )
    if has_changes:
        show_audience(
            form.page,
            is_public=words.is_public,
            private_files=len(form.new_files) if apart else 0,
            private=words.private,
        )
    # The key holds the version that is shown: a click on a version that the editor has not seen does nothing.
    on_top_key = f"on_top_{record.id}_{record.version}"
    return st.button(words.on_top, type="primary", key=on_top_key, disabled=not has_changes)
