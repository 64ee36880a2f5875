"""The section "Files" of a form: the attached files; choose new ones, see what was removed from them, describe them."""

import json
import re
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

import streamlit as st

from pages.forms.fields import AnyForm
from pages.forms.imports.cancellable_reading import run_while_wanted
from pages.forms.private.entries import can_unpublish, private_folder
from pages.forms.private.files import can_remove_files, data_address, owned_files
from pages.shared.messages import _, error_text, escape_markdown, show_error
from pages.shared.streamlit_internals import forget_uploads
from pages.shared.text_fields import text_field, too_long
from tracker.editing.forms.values import FieldError, text_from_input
from tracker.files import findings
from tracker.files.kept_file import CleaningChoices, FileFinding, FilePreview, PreparedUpload, Rectangle
from tracker.files.new_file import new_file
from tracker.files.process import MAX_RECTANGLES, prepare_upload, preview_of_file
from tracker.i18n import LANGUAGES, native_name
from tracker.model.errors import UnusableFile
from tracker.model.field_types import URL_PATTERN
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.localized_text import MAX_TEXT_LENGTH, clean_input
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.sandbox.host import ProcessBusy
from tracker.sandbox.limits import FileLimits

_PREPARED, _DIGESTS, _PAGE, _ATTEMPT = "files_prepared", "files_digests", "files_page", "files_attempt"
"""Keys of the session state: cleaned files, digests of uploads, the page that is shown, and a number; a new one empties the uploader."""
SMALLEST_PART = 0.003
"""The smallest width or height of a part to black out, as a fraction of the picture's. Smaller parts are ignored."""
SIDES = ("left", "top", "width", "height")
_KINDS_WITH_PAGES = (FileKind.PDF, FileKind.DOCX, FileKind.ODT, FileKind.XLSX)
WEB_ARCHIVE = "https://web.archive.org/save/"
"""The beginning of the link that makes a public web archive save a page. An editor opens it; the server never does."""


class Preparation(NamedTuple):
    """How to clean an upload. `digest` is the SHA-256 of the upload, `blackened` are the parts of the picture to black out."""

    digest: str
    choices: CleaningChoices
    blackened: tuple[Rectangle, ...]


class ChosenFile(NamedTuple):
    """A file that was chosen in a form. `key`, the beginning of its SHA-256, names it in widget keys.

    `made` is the file as it would be kept, or why it cannot be used.
    """

    key: str
    name: str
    data: bytes
    made: PreparedUpload | UnusableFile


def choose_files(form: AnyForm) -> list[ChosenFile]:
    """Show the uploader, and return the chosen files after cleaning, in their order, each one once.

    If the browser lists a file that the server has lost, say so on the page and in `form.files_missing`.
    """
    key = f"files_{form.prefix}{st.session_state.get(_ATTEMPT, 0)}"
    uploads = st.file_uploader(_("Choose files"), accept_multiple_files=True, key=key, label_visibility="collapsed")
    digests: dict[str, str] = st.session_state.setdefault(_DIGESTS, {})
    for upload in uploads:
        digests[upload.file_id] = digests.get(upload.file_id) or sha256(upload.getvalue()).hexdigest()
    known = {digests[upload.file_id]: upload for upload in uploads}
    # the browser still lists an upload that was sent to a copy of the dashboard that has ended; it has no contents
    if len(st.session_state[key] or ()) > len(uploads):
        lost = _(
            "A file in the list is not here any more, because the dashboard was restarted. Remove it from the list and choose it again."
        )
        form.files_missing.append(lost)
        st.warning(escape_markdown(lost))
    else:
        _note_names(form, [upload.name for upload in known.values()])
    wanted = {}
    for digest in known:
        key = f"{form.prefix}file_{digest[:16]}_"
        choices = CleaningChoices(*(bool(st.session_state.get(key + name)) for name in ("comments", "changes")))
        wanted[digest] = Preparation(digest, choices, _parts(key, "blackened"))
    limits = FileLimits(file_bytes=int(form.page.config.upload_megabytes * 1_000_000))
    cleaned = _clean(list(wanted.values()), known, limits)
    return [
        ChosenFile(digest[:16], upload.name, upload.getvalue(), made=cleaned[wanted[digest]])
        for digest, upload in known.items()
    ]


def _forget_result(key: str) -> None:
    """Forget how the chosen file with this key was cleaned, so that the next run of the page cleans it again."""
    done: dict[Preparation, object] = st.session_state.get(_PREPARED, {})
    st.session_state[_PREPARED] = {one: made for one, made in done.items() if not one.digest.startswith(key)}


def forget_files() -> None:
    """Drop the chosen files of this session and empty the uploader."""
    for key in (_PREPARED, _DIGESTS, _PAGE):
        st.session_state.pop(key, None)
    # a new key: the uploader is empty again
    st.session_state[_ATTEMPT] = st.session_state.get(_ATTEMPT, 0) + 1
    forget_uploads()


def _note_names(form: AnyForm, names: Sequence[str]) -> None:
    """Keep the names of the chosen files in the draft. If a reload of the page has lost the files, show their names."""
    key, start_key, seen_key = f"{form.prefix}files", f"{form.prefix}start_files", f"files_seen_{form.prefix}"
    st.session_state[start_key] = []
    if names or st.session_state.get(seen_key):
        st.session_state[key], st.session_state[seen_key] = list(names), bool(names)
    elif lost := st.session_state.get(key):
        form.page.show("forms/lost_files.html", names=lost)


def _clean(
    wanted: Sequence[Preparation], uploads: dict[str, Any], limits: FileLimits
) -> dict[Preparation, PreparedUpload | UnusableFile]:
    """Return the cleaned files. Clean those that were not cleaned before, and show the progress."""
    before = st.session_state.get(_PREPARED, {})
    done = {one: before[one] for one in wanted if one in before}
    st.session_state[_PREPARED] = done
    missing, place = [one for one in wanted if one not in done], st.empty()
    for number, one in enumerate(missing, 1):
        upload = uploads[one.digest]
        of_total = _("Cleaning file {n} of {total}…", n=number, total=len(missing))
        text = of_total if len(missing) > 1 else _("Cleaning the file…")
        prepare = partial(prepare_upload, upload.getvalue(), upload.name, choices=one.choices, limits=limits)

        def show_progress(taken: float, text: str = text) -> None:
            place.progress(min(taken / limits.seconds, 1.0), text)

        try:
            done[one] = run_while_wanted(partial(prepare, blackened=one.blackened), show_progress)
        except UnusableFile as error:
            done[one] = error
    place.empty()
    return done


def show_black_out(form: AnyForm, chosen: ChosenFile, made: PreparedUpload) -> None:
    """Show a switch and, if it is on, the tool that blacks out parts of a picture, or of pages of a PDF."""
    key = f"{form.prefix}file_{chosen.key}_"
    has_pages, count = not made.cleaned.kind.is_image, max((one.number or 1 for one in made.pages), default=1)
    with st.container(key=f"rt_blackout_{key}"):
        # live.js adds what is drawn to this field, which the style sheet hides
        with st.container(key=f"rt_chosen_parts_{key}"):
            label, hidden = _("Parts to black out"), "collapsed"
            text_field(label, key=key + "parts", most=MAX_TEXT_LENGTH, is_kept=False, label_visibility=hidden)
        label = _("Black out parts of the pages") if has_pages else _("Black out parts of the picture")
        if not st.toggle(label, key=key + "tool"):
            return
        start = min(st.session_state.get(key + "page", 1), count)
        page = int(st.number_input(_("Page"), 1, count, start, key=key + "page")) if count > 1 else 1
        parts, preview = _parts(key), _picture(made, page)
        if preview is None:
            return
        form.page.show("forms/black_out.html", has_pages=has_pages)
        with st.container(key=f"rt_sheet_{key}"):
            how = {"number": page, "parts": [part for part in parts if part.page == page], "name": chosen.name}
            form.page.show("forms/black_out_sheet.html", preview=preview, src=data_address(preview.data), **how)
    for number, part in enumerate(parts, 1):
        left, top, width, height = (round(getattr(part, side) * 100) for side in SIDES)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            place = {"left": left, "top": top, "right": left + width, "bottom": top + height}
            form.page.show("forms/black_out_part.html", number=number, page=part.page if has_pages else 0, **place)
            words, args = _("Remove part {n}", n=number), (key, (*parts[: number - 1], *parts[number:]))
            st.button(words, key=f"{key}remove_{number}_{len(parts)}", on_click=_put_parts, args=args)
    _show_number_fields(key, page)
    if parts != _parts(key, "blackened"):
        label = _("Black out now") if parts else _("Show the whole picture again")
        put, args = st.session_state.__setitem__, (key + "blackened", st.session_state[key + "parts"])
        st.button(label, key=f"{key}apply", type="primary", on_click=put, args=args)


def _picture(made: PreparedUpload, page: int) -> FilePreview | None:
    """Return the picture in which parts are marked. If a page cannot be drawn now, say why, and return None."""
    wanted = (made.cleaned.digest, page)
    if page > 1 and st.session_state.get(_PAGE, ((), None))[0] != wanted:
        try:
            st.session_state[_PAGE] = wanted, preview_of_file(made.cleaned.data, page=page)
        except UnusableFile as error:
            show_error(error)
            return None
    shown: FilePreview | None = st.session_state[_PAGE][1] if page > 1 else made.preview
    return shown


def _parts(key: str, which: str = "parts") -> tuple[Rectangle, ...]:
    """Return the parts that are marked now or, if `which` is "blackened", those that are blacked out.

    The session has them as JSON: [page, left, top, right, bottom] for each.
    """
    try:
        rows = [[float(value) for value in row] for row in json.loads(st.session_state.get(key + which) or "[]")]
        parts = [_part(int(page), left, top, right=right, bottom=bottom) for page, left, top, right, bottom in rows]
    except (ValueError, TypeError, OverflowError):
        return ()
    return tuple(dict.fromkeys(filter(None, parts)))[:MAX_RECTANGLES]


def _part(page: int, left: float, top: float, *, right: float, bottom: float) -> Rectangle | None:
    """Return a part of a page; None if it is too small. What is outside of the page is cut off."""
    left, top, right, bottom = (round(min(max(value, 0.0), 1.0), 4) for value in (left, top, right, bottom))
    part = Rectangle(left, top, width=round(right - left, 4), height=round(bottom - top, 4), page=page)
    return part if min(part.width, part.height) >= SMALLEST_PART else None


def _put_parts(key: str, parts: Sequence[Rectangle]) -> None:
    rows = [[one.page, one.left, one.top, one.left + one.width, one.top + one.height] for one in parts]
    st.session_state[key + "parts"] = json.dumps(rows)


def _show_number_fields(key: str, page: int) -> None:
    """Show four number fields and a button that marks a part of a page, for people who cannot draw it."""
    labels = (_("From the left, %"), _("From the top, %"), _("Width, %"), _("Height, %"))
    with st.expander(_("Type where the part is")):
        columns = [*st.columns(2), *st.columns(2)]
        for side, label, column in zip(SIDES, labels, columns, strict=True):
            start = st.session_state.get(f"{key}n_{side}", 0.0 if side in ("left", "top") else 10.0)
            column.number_input(label, 0.0, 100.0, start, step=1.0, format="%.1f", key=f"{key}n_{side}")
        st.button(_("Add this part"), key=f"{key}add", on_click=_add_typed, args=(key, page))


def _add_typed(key: str, page: int) -> None:
    left, top, width, height = (float(st.session_state.get(f"{key}n_{side}") or 0) / 100 for side in SIDES)
    if part := _part(page, left, top, right=left + width, bottom=top + height):
        _put_parts(key, (*_parts(key), part))


def findings_in_words(found: Sequence[FileFinding]) -> list[str]:
    """Return a sentence for each finding, in the language of the page."""
    return [_(one.message, **dict(one.values)) for one in found]


def show_file_row(form: AnyForm, chosen: ChosenFile, *, is_copy: bool, with_original: bool) -> None:
    """Show a chosen file with its fields. Add to `form` the file to save, and sentences about what to do first.

    `is_copy` ticks "a saved copy of the page" at first; `with_original` offers to keep the untouched original.
    """
    page, prepared, name = form.page, chosen.made, f"file_{chosen.key}_"
    if isinstance(prepared, UnusableFile):
        page.show("forms/refused_file.html", f=chosen, error=error_text(prepared))
        if isinstance(prepared, ProcessBusy):
            st.button(_("Try again"), key=f"files_again_{chosen.key}", on_click=_forget_result, args=(chosen.key,))
        return
    cleaned, language, blackened = prepared.cleaned, page.context.language, _parts(form.prefix + name, "blackened")
    warnings = findings_in_words(cleaned.warnings)
    with_text = sum(1 for one in prepared.pages if one.text.strip())
    if cleaned.kind in _KINDS_WITH_PAGES and not with_text:
        warnings.append(_(findings.NO_TEXT_IN_PICTURE if cleaned.kind.is_image else findings.NO_TEXT_FOUND))
    how = {
        "before": len(chosen.data),
        "removed": findings_in_words(cleaned.removed),
        "preview": data_address(prepared.preview.data if prepared.preview else None),
        "page_count": len(prepared.pages) if any(one.number for one in prepared.pages) else 0,
        "blackened": len(blackened),
    }
    page.show("forms/chosen_file.html", f=cleaned, warnings=warnings, with_text=with_text, **how)
    found = {finding.message for finding in cleaned.findings}
    if found & {findings.HAS_COMMENTS, findings.COMMENTS, findings.COMMENT_AUTHORS}:
        form.checkbox(_("Remove the comments"), name + "comments")
    if found & {findings.SHOWS_CHANGES, findings.CHANGES, findings.CHANGE_AUTHORS}:
        form.checkbox(_("Accept the tracked changes, so that deleted text is gone"), name + "changes")
    if cleaned.kind.is_image or cleaned.kind is FileKind.PDF:
        form.files_missing.extend(_show_picture_checks(form, chosen, prepared))
    caption = clean_input(form.line(_("Caption"), name + "caption", start="", most=500))
    one, two = st.columns(2)
    names = {code: native_name(code) for code in dict.fromkeys([*page.view.settings.languages, *LANGUAGES])}
    spoken = form.select(_("Language of the file"), name + "language", names, placeholder=_("not said"), at=one)
    where = form.line(_("Where to look"), name + "where", start="", most=120, at=two, placeholder=_("such as p. 4"))
    has_link = form.typed.get("link") or getattr(form.record, "link", None)
    label = _("This is a saved copy of the page behind the link")
    is_copy = bool(has_link) and form.checkbox(label, name + "copy", start=is_copy)
    label, is_kept = _("Also keep the untouched original (private)"), False
    if with_original and (is_kept := form.checkbox(label, name + "original")):
        page.show("forms/original_note.html", blackened=bool(blackened))
    text = text_from_input(caption, language) if caption and not too_long(form.prefix) else None
    keep = partial(new_file, cleaned, pages=prepared.pages, preview=prepared.preview, caption=text, language=spoken)
    place, original = clean_input(where) or None, chosen.data if is_kept else None
    form.new_files.append(keep(where=place, is_copy_of_link=is_copy, original=original))


def _show_picture_checks(form: AnyForm, chosen: ChosenFile, made: PreparedUpload) -> list[str]:
    """Show the tool that blacks out parts and, for a picture, the box “I have looked at it”. Return what is left to do."""
    name, key = f"file_{chosen.key}", f"{form.prefix}file_{chosen.key}_"
    show_black_out(form, chosen, made)
    is_seen = True
    if made.cleaned.kind.is_image:
        form.page.show("forms/image_reminder.html")
        # after a part was blacked out it is another picture, to be looked at again
        with st.container(key=f"rt_required_seen_{chosen.key}"):
            label = _("I have looked at the whole picture and know whom it could put at risk")
            is_seen = form.checkbox(label, f"{name}_seen_{made.cleaned.digest[:8]}")
    form.slots[name] = st.container()
    if _parts(key) != _parts(key, "blackened"):
        sentence = _("{name}: parts are marked but not blacked out yet. Press “Black out now”.", name=chosen.name)
        return [FieldError(sentence, name)]
    sentence = _("{name}: look at the picture and tick the box that confirms it.", name=chosen.name)
    return [] if is_seen else [FieldError(sentence, name)]


def show_files_section(form: AnyForm) -> None:
    """Show the section "Files". Add chosen files to `form.new_files`, and what to do before a save to `form.files_missing`."""
    page, is_copy = form.page, st.query_params.get("copy") == "yes"
    if isinstance(form.record, Evidence | Document) and page.others_owner(form.record):
        return  # a proposal is about words
    link, level = str(form.typed.get("link") or ""), "h2" if page.path == "/edit" else "h3"
    archive = WEB_ARCHIVE + quote(link, safe=":/?#[]@!$&'()*+,;=%~") if re.fullmatch(URL_PATTERN, link) else ""
    how = {"most": f"{page.config.upload_megabytes:g}", "archive": archive}
    page.show("forms/files_top.html", level=level, copying=is_copy, **how)
    folder, attached = private_folder(page), set[str]()
    if isinstance(form.record, Evidence | Document) and (files := owned_files(page, form.record)):
        may = {"may_publish": can_unpublish(page), "may_remove": can_remove_files(page)}
        page.show("forms/attached_files.html", files=files, alone=not files[0].has_private_record, **may)
        entries = [file.entry for file in files]
        attached = {entry.sha256 for entry in entries} | (folder.received_digests(entries) if folder else set())
    for chosen in choose_files(form):
        cleaned = chosen.made.cleaned if isinstance(chosen.made, PreparedUpload) else None
        if cleaned and attached & {cleaned.digest, cleaned.received_digest}:
            chosen = chosen._replace(made=UnusableFile(N_("This file is attached already.")))
        with st.container(border=True, key=f"rt_file_{form.prefix}{chosen.key}", gap="small"):
            show_file_row(form, chosen, is_copy=is_copy, with_original=folder is not None)
