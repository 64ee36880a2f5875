"""The row of a chosen file in a form: what was removed from it, what the editor says about it, and what must be confirmed."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.forms.fields import Fields
from pages.forms.files.black_out import has_waiting_parts, show_black_out
from pages.forms.files.chosen_files import ChosenFile, blackened_parts, clean_again, preview_address
from tracker.editing.forms.values import FieldError, text_from_input
from tracker.files.findings import (
    CHANGE_AUTHORS,
    CHANGES,
    COMMENT_AUTHORS,
    COMMENTS,
    HAS_COMMENTS,
    NO_TEXT_FOUND,
    SHOWS_CHANGES,
)
from tracker.files.kept_file import CleanedFile, FileFinding
from tracker.files.new_file import NewFile, new_file
from tracker.i18n import LANGUAGES, Language, native_name
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import clean_input

_KINDS_WITH_PAGES = (FileKind.PDF, FileKind.DOCX, FileKind.ODT, FileKind.XLSX)


def show_file_row(
    form: Fields, chosen: ChosenFile, *, is_copy: bool, with_original: bool
) -> tuple[NewFile | None, list[str]]:
    """Show a chosen file with its fields. Return (the file as it would be saved, what is still to do before).

    The file is None if it cannot be used. `is_copy` says that it is a copy of the page behind the link, unless the editor
    says otherwise. `with_original` offers to keep the untouched original.
    """
    with st.container(border=True, key=f"rt_file_{form.prefix}{chosen.key}", gap="small"):
        if chosen.prepared is None:
            form.page.show("forms/refused_file.html", f=chosen)
            if chosen.may_retry:
                label = form.page.context.language.gettext("Try again")
                st.button(label, key=f"files_again_{chosen.key}", on_click=clean_again, args=(chosen.key,))
            return None, []
        return _show_usable(form, chosen, is_copy=is_copy, with_original=with_original)


def findings_in_words(language: Language, findings: Sequence[FileFinding]) -> list[str]:
    """Return what was found in a file, in the language of the reader."""
    return [language.gettext(one.message, **dict(one.values)) for one in findings]


def _show_usable(
    form: Fields, chosen: ChosenFile, *, is_copy: bool, with_original: bool
) -> tuple[NewFile | None, list[str]]:
    page, prepared, name = form.page, chosen.prepared, f"file_{chosen.key}_"
    assert prepared is not None
    cleaned, language = prepared.cleaned, page.context.language
    _ = language.gettext
    warnings = findings_in_words(language, cleaned.warnings)
    with_text = sum(1 for one in prepared.pages if one.text.strip())
    if cleaned.kind in _KINDS_WITH_PAGES and not with_text:
        warnings.append(_(NO_TEXT_FOUND))
    page.show(
        "forms/chosen_file.html",
        f=cleaned,
        before=chosen.size,
        removed=findings_in_words(language, cleaned.removed),
        warnings=warnings,
        preview=preview_address(prepared.preview),
        with_text=with_text,
        page_count=len(prepared.pages) if any(one.number for one in prepared.pages) else 0,
        blackened=len(blackened_parts(form, chosen.key)),
    )
    missing = _show_office_choices(form, name, cleaned)
    if cleaned.kind.is_image:
        missing = _show_image_checks(form, chosen)
    caption = form.line(_("Caption"), name + "caption", start="", most=500)
    one, two = st.columns(2)
    codes = dict.fromkeys([*page.view.settings.languages, *LANGUAGES])
    names = {code: native_name(code) for code in codes}
    spoken = form.select(_("Language of the file"), name + "language", names, placeholder=_("not said"), at=one)
    where = form.line(_("Where to look"), name + "where", start="", most=120, at=two, placeholder=_("such as p. 4"))
    is_copy = _show_copy_tick(form, name, start=is_copy)
    original = _show_original_tick(form, chosen) if with_original else None
    new = new_file(
        cleaned,
        pages=prepared.pages,
        preview=prepared.preview,
        caption=text_from_input(clean_input(caption), language) if clean_input(caption) else None,
        language=spoken,
        where=clean_input(where) or None,
        is_copy_of_link=is_copy,
        original=original,
    )
    return new, missing


def _show_office_choices(form: Fields, name: str, cleaned: CleanedFile) -> list[str]:
    """Show what the editor decides about comments and tracked changes, if there are any. Nothing of it is required."""
    _ = form.page.context.language.gettext
    found = {finding.message for finding in cleaned.findings}
    if found & {HAS_COMMENTS, COMMENTS, COMMENT_AUTHORS}:
        form.tick(_("Remove the comments"), name + "comments")
    if found & {SHOWS_CHANGES, CHANGES, CHANGE_AUTHORS}:
        form.tick(_("Accept the tracked changes, so that deleted text is gone"), name + "changes")
    return []


def _show_image_checks(form: Fields, chosen: ChosenFile) -> list[str]:
    """Show the tool that blacks out parts, and what only a person can see. Return what is still to do."""
    _ = form.page.context.language.gettext
    assert chosen.prepared is not None
    show_black_out(form, chosen)
    form.page.show("forms/image_reminder.html")
    # after a part was blacked out it is another picture, to be looked at again
    with st.container(key=f"rt_required_seen_{chosen.key}"):
        is_seen = form.tick(
            _("I have looked at the whole picture and know whom it could put at risk"),
            f"file_{chosen.key}_seen_{chosen.prepared.cleaned.digest[:8]}",
        )
    slot: DeltaGenerator = st.container()
    missing: list[str] = []
    if has_waiting_parts(form, chosen.key):
        sentence = _("{name}: parts are marked but not blacked out yet. Press “Black out now”.", name=chosen.name)
        missing.append(FieldError(sentence, f"file_{chosen.key}"))
    elif not is_seen:
        sentence = _("{name}: look at the picture and tick the box that confirms it.", name=chosen.name)
        missing.append(FieldError(sentence, f"file_{chosen.key}"))
    form.slots[f"file_{chosen.key}"] = slot
    return missing


def _show_copy_tick(form: Fields, name: str, *, start: bool) -> bool:
    """Show whether the file is a copy of the page behind the link, if there is a link. Return the answer."""
    _ = form.page.context.language.gettext
    if not (form.typed.get("link") or getattr(form.record, "link", None)):
        return False
    return form.tick(_("This is a saved copy of the page behind the link"), name + "copy", start=start)


def _show_original_tick(form: Fields, chosen: ChosenFile) -> bytes | None:
    """Show whether the untouched upload is kept too. Return it, or None."""
    _ = form.page.context.language.gettext
    is_kept = form.tick(_("Also keep the untouched original (private)"), f"file_{chosen.key}_original")
    if is_kept:
        form.page.show("forms/original_note.html", blackened=bool(blackened_parts(form, chosen.key)))
    return chosen.data if is_kept else None
