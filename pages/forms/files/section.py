"""The section "Files" of a form: the attached files; choose new ones, see what was removed from them, describe them."""

import re
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.imports.cancellable_reading import run_while_wanted
from pages.forms.private.entries import can_unpublish, private_folder
from pages.forms.private.files import can_remove_files, data_address, owned_files
from pages.shared.messages import _, error_text, escape_markdown, page_language
from pages.shared.streamlit_internals import forget_uploads
from pages.shared.text_fields import too_long
from tracker.config import load_config
from tracker.editing.forms.values import FieldError, text_from_input
from tracker.files import findings
from tracker.files.kept_file import CleaningChoices, FileFinding, FilePreview, PreparedUpload, Rectangle
from tracker.files.new_file import new_file
from tracker.files.process import MAX_RECTANGLES, prepare_upload
from tracker.i18n import LANGUAGES, native_name
from tracker.model.errors import UnusableFile
from tracker.model.field_types import URL_PATTERN
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.sandbox.host import ProcessBusy
from tracker.sandbox.limits import FileLimits

_PREPARED, _DIGESTS, _ATTEMPT = "files_prepared", "files_digests", "files_attempt"
"""Keys of the session state: cleaned files, digests of uploads, and a number; a new number empties the uploader."""
SMALLEST_PART = 0.003
"""The smallest width or height of a part to black out, as a fraction of the picture's. Smaller parts are ignored."""
_ZOOM_BUTTONS = ["zoomIn2d", "zoomOut2d", "pan2d", "select2d"]
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


def choose_files(form: Fields) -> list[ChosenFile]:
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
    cleaned = _clean(list(wanted.values()), known)
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
    for key in (_PREPARED, _DIGESTS):
        st.session_state.pop(key, None)
    # a new key: the uploader is empty again
    st.session_state[_ATTEMPT] = st.session_state.get(_ATTEMPT, 0) + 1
    forget_uploads()


def _note_names(form: Fields, names: Sequence[str]) -> None:
    """Keep the names of the chosen files in the draft. If a reload of the page has lost the files, show their names."""
    key, start_key, seen_key = f"{form.prefix}files", f"{form.prefix}start_files", f"files_seen_{form.prefix}"
    st.session_state[start_key] = []
    if names or st.session_state.get(seen_key):
        st.session_state[key], st.session_state[seen_key] = list(names), bool(names)
    elif lost := st.session_state.get(key):
        form.page.show("forms/lost_files.html", names=lost)


def _clean(wanted: Sequence[Preparation], uploads: dict[str, Any]) -> dict[Preparation, PreparedUpload | UnusableFile]:
    """Return the cleaned files. Clean those that were not cleaned before, and show the progress."""
    before = st.session_state.get(_PREPARED, {})
    done = {one: before[one] for one in wanted if one in before}
    st.session_state[_PREPARED] = done
    missing, place = [one for one in wanted if one not in done], st.empty()
    limits = FileLimits(file_bytes=int(load_config().upload_megabytes * 1_000_000))
    for number, one in enumerate(missing, 1):
        upload = uploads[one.digest]
        of_total = _("Cleaning file {n} of {total}…", n=number, total=len(missing))
        text = of_total if len(missing) > 1 else _("Cleaning the file…")
        how = {"choices": one.choices, "blackened": one.blackened, "limits": limits}
        prepare = partial(prepare_upload, upload.getvalue(), upload.name, **how)
        try:
            done[one] = run_while_wanted(
                lambda is_cancelled, prepare=prepare: prepare(is_cancelled=is_cancelled),
                lambda taken, text=text: place.progress(min(taken / limits.seconds, 1.0), text),
            )
        except UnusableFile as error:
            done[one] = error
    place.empty()
    return done


def show_black_out(form: Fields, chosen: ChosenFile) -> None:
    """Show a switch and, if it is on, the tool that blacks out parts of the picture."""
    key = f"{form.prefix}file_{chosen.key}_"
    if not st.toggle(_("Black out parts of the picture"), key=key + "tool") or chosen.made.preview is None:
        return
    parts, code = _parts(key), page_language().code
    form.page.show("forms/black_out.html")
    chart_key = f"files_chart_{key}{len(parts)}_{st.session_state.get(key + 'redrawn', 0)}"
    words = {  # of Plotly for the buttons above the picture
        "Zoom in": _("Zoom in"),
        "Zoom out": _("Zoom out"),
        "Pan": _("Move the picture"),
        "Box Select": _("Mark a part"),
    }
    config = {"displayModeBar": True, "displaylogo": False, "modeBarButtons": [_ZOOM_BUTTONS]}
    config |= {"locale": code, "locales": {code: {"dictionary": words}}}
    with st.container(key=f"rt_blackout_{key}"):
        how = {"on_select": partial(_add_drawn, key, chart_key), "selection_mode": "box", "theme": None}
        st.plotly_chart(_figure(chosen.made.preview, parts), key=chart_key, config=config, **how)
    _show_parts(form, key, parts)
    _show_number_fields(key)
    if parts != _parts(key, "blackened"):
        label = _("Black out now") if parts else _("Show the whole picture again")
        put = st.session_state.__setitem__
        st.button(label, key=f"{key}apply", type="primary", on_click=put, args=(key + "blackened", parts))


def _parts(key: str, which: str = "parts") -> tuple[Rectangle, ...]:
    """Return the parts of a picture that are marked now or, if `which` is "blackened", those that are blacked out."""
    return tuple(st.session_state.get(key + which, ()))


def _figure(preview: FilePreview, parts: Sequence[Rectangle]) -> Any:
    """Return a Plotly figure of the picture in which a rectangle can be drawn. `parts` are shown in black."""
    import plotly.graph_objects as go  # imported here: it takes half a second

    figure = go.Figure()
    whole = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1, "sizey": 1, "sizing": "stretch", "layer": "below"}
    figure.add_layout_image(source=data_address(preview.data), **whole)
    for part in parts:
        place = {"x0": part.left, "y0": part.top, "x1": part.left + part.width, "y1": part.top + part.height}
        figure.add_shape(type="rect", **place, fillcolor="black", opacity=0.75, line={"color": "white", "width": 1})
    axis, clear, margin = {"visible": False, "constrain": "domain"}, "rgba(0,0,0,0)", dict.fromkeys("lrtb", 0)
    down = {**axis, "range": [1, 0], "scaleanchor": "x", "scaleratio": preview.height / preview.width}
    figure.update_layout(xaxis={**axis, "range": [0, 1]}, yaxis=down, margin=margin, paper_bgcolor=clear)
    height, line = 520 if preview.height > preview.width else 300, {"color": "black", "width": 2}
    how = {"plot_bgcolor": clear, "dragmode": "select", "uirevision": "kept", "newselection": {"line": line}}
    # light on dark, also over a light picture: the buttons are found on a phone in the sun
    buttons = {"bgcolor": "rgba(0,0,0,0.8)", "color": "#ccc", "activecolor": "#fff"}
    return figure.update_layout(height=height, modebar=buttons, **how)


def _show_parts(form: Fields, key: str, parts: Sequence[Rectangle]) -> None:
    for number, part in enumerate(parts, 1):
        left, top, width, height = (round(getattr(part, side) * 100) for side in SIDES)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            place = {"left": left, "top": top, "right": left + width, "bottom": top + height}
            form.page.show("forms/black_out_part.html", number=number, **place)
            others, put = (*parts[: number - 1], *parts[number:]), st.session_state.__setitem__
            button_key = f"{key}remove_{number}_{len(parts)}"
            st.button(_("Remove part {n}", n=number), key=button_key, on_click=put, args=(key + "parts", others))


def _show_number_fields(key: str) -> None:
    """Show four number fields and a button that marks a part, for people who cannot draw it."""
    labels = (_("From the left, %"), _("From the top, %"), _("Width, %"), _("Height, %"))
    with st.expander(_("Type where the part is")):
        columns = [*st.columns(2), *st.columns(2)]
        for side, label, column in zip(SIDES, labels, columns, strict=True):
            start = st.session_state.get(f"{key}n_{side}", 0.0 if side in ("left", "top") else 10.0)
            column.number_input(label, 0.0, 100.0, start, step=1.0, format="%.1f", key=f"{key}n_{side}")
        st.button(_("Add this part"), key=f"{key}add", on_click=_add_typed, args=(key,))


def _add_typed(key: str) -> None:
    left, top, width, height = (float(st.session_state.get(f"{key}n_{side}") or 0) / 100 for side in SIDES)
    _add_part(key, left, top, right=left + width, bottom=top + height)


def _add_drawn(key: str, chart_key: str) -> None:
    drawn = st.session_state.get(chart_key)
    for box in drawn.selection.box if drawn else ():
        (left, right), (top, bottom) = sorted(box["x"]), sorted(box["y"])
        _add_part(key, left, top, right=right, bottom=bottom)
    # a new key: what was drawn is a part now, and no selection any more
    st.session_state[key + "redrawn"] = st.session_state.get(key + "redrawn", 0) + 1


def _add_part(key: str, left: float, top: float, *, right: float, bottom: float) -> None:
    """Mark a part of the picture. What is outside of the picture is cut off."""
    left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in (left, top, right, bottom))
    parts, new = _parts(key), Rectangle(left, top, width=right - left, height=bottom - top)
    # a browser may send one drawing twice
    is_there = any(all(abs(getattr(p, side) - getattr(new, side)) < SMALLEST_PART for side in SIDES) for p in parts)
    if min(new.width, new.height) >= SMALLEST_PART and len(parts) < MAX_RECTANGLES and not is_there:
        st.session_state[key + "parts"] = (*parts, new)


def findings_in_words(found: Sequence[FileFinding]) -> list[str]:
    """Return a sentence for each finding, in the language of the page."""
    return [_(one.message, **dict(one.values)) for one in found]


def show_file_row(form: Fields, chosen: ChosenFile, *, is_copy: bool, with_original: bool) -> None:
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
        warnings.append(_(findings.NO_TEXT_FOUND))
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
    if cleaned.kind.is_image:
        form.files_missing.extend(_show_image_checks(form, chosen))
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
    text, original = (
        text_from_input(caption, language) if caption and not too_long() else None,
        chosen.data if is_kept else None,
    )
    how = {"caption": text, "language": spoken, "where": clean_input(where) or None, "is_copy_of_link": is_copy}
    how |= {"pages": prepared.pages, "preview": prepared.preview, "original": original}
    form.new_files.append(new_file(cleaned, **how))


def _show_image_checks(form: Fields, chosen: ChosenFile) -> list[str]:
    """Show the tool that blacks out parts, and the box “I have looked at the whole picture”. Return what is left to do."""
    name, key = f"file_{chosen.key}", f"{form.prefix}file_{chosen.key}_"
    show_black_out(form, chosen)
    form.page.show("forms/image_reminder.html")
    # after a part was blacked out it is another picture, to be looked at again
    with st.container(key=f"rt_required_seen_{chosen.key}"):
        label = _("I have looked at the whole picture and know whom it could put at risk")
        is_seen = form.checkbox(label, f"{name}_seen_{chosen.made.cleaned.digest[:8]}")
    form.slots[name] = st.container()
    if _parts(key) != _parts(key, "blackened"):
        sentence = _("{name}: parts are marked but not blacked out yet. Press “Black out now”.", name=chosen.name)
        return [FieldError(sentence, name)]
    sentence = _("{name}: look at the picture and tick the box that confirms it.", name=chosen.name)
    return [] if is_seen else [FieldError(sentence, name)]


def show_files_section(form: Fields) -> None:
    """Show the section "Files". Add chosen files to `form.new_files`, and what to do before a save to `form.files_missing`."""
    page, is_copy = form.page, st.query_params.get("copy") == "yes"
    if isinstance(form.record, Evidence | Document) and page.others_owner(form.record):
        return  # a proposal is about words
    link, level = str(form.typed.get("link") or ""), "h2" if page.path == "/edit" else "h3"
    archive = WEB_ARCHIVE + quote(link, safe=":/?#[]@!$&'()*+,;=%~") if re.fullmatch(URL_PATTERN, link) else ""
    how = {"most": f"{load_config().upload_megabytes:g}", "archive": archive}
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
