"""The files that an editor chose in a form: cleaned once, and kept in this session until they are saved or taken out again."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, NamedTuple

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.imports.cancellable_reading import run_while_wanted
from pages.shared.markdown import escape_markdown
from pages.shared.streamlit_internals import forget_uploads
from tracker.config import load_config
from tracker.files.kept_file import CleaningChoices, FilePreview, PreparedUpload, Rectangle
from tracker.files.process import prepare_upload
from tracker.model.errors import UnusableFile
from tracker.sandbox.host import ProcessBusy
from tracker.sandbox.limits import FileLimits

_PREPARED, _DIGESTS, _ATTEMPT = "files_prepared", "files_digests", "files_attempt"
"""The keys of the session: what was cleaned, the digest of each upload, and a number that makes an uploader empty again."""


class Preparation(NamedTuple):
    """An upload, by its SHA-256, and how it is cleaned."""

    digest: str
    choices: CleaningChoices
    blackened: tuple[Rectangle, ...]


@dataclass(frozen=True)
class ChosenFile:
    """A file that was chosen in a form. `key` names it in the widget keys; it is made from the contents of the file.

    `prepared` is the file as it would be kept. It is None if the file cannot be used; then `error` says why, and `may_retry`
    whether it is worth to try again.
    """

    key: str
    name: str
    data: bytes
    prepared: PreparedUpload | None
    error: str = ""
    may_retry: bool = False

    @property
    def size(self) -> int:
        """Return the size of the upload in bytes."""
        return len(self.data)


def choose_files(form: Fields) -> list[ChosenFile]:
    """Show the uploader, clean what is new, and return the chosen files in their order, each one once.

    While files are cleaned, the page shows which of them.
    """
    page = form.page
    _ = page.context.language.gettext
    key = f"files_{form.prefix}{st.session_state.get(_ATTEMPT, 0)}"
    uploads = st.file_uploader(_("Choose files"), accept_multiple_files=True, key=key, label_visibility="collapsed")
    known = {_digest(upload): upload for upload in uploads}
    # the browser still lists an upload that was sent to a copy of the dashboard that has ended; it has no contents
    if len(st.session_state[key] or ()) > len(uploads):
        lost = _(
            "A file in the list is not here any more, because the dashboard was restarted. Remove it from the list and choose it again."
        )
        form.files_missing.append(lost)
        st.warning(escape_markdown(lost))
    else:
        _note_names(form, [upload.name for upload in known.values()])
    wanted = {
        digest: Preparation(digest, _choices(form, digest), blackened_parts(form, digest[:16])) for digest in known
    }
    cleaned = _clean(form, list(wanted.values()), known)
    chosen = []
    for digest, upload in known.items():
        made, error, may_retry = cleaned[wanted[digest]], "", False
        if isinstance(made, UnusableFile):
            error, may_retry = _(made.message, **made.values), isinstance(made, ProcessBusy)
        prepared = None if isinstance(made, UnusableFile) else made
        key, data = digest[:16], upload.getvalue()
        chosen.append(ChosenFile(key, upload.name, data, prepared=prepared, error=error, may_retry=may_retry))
    return chosen


def retry_cleaning(key: str) -> None:
    """Forget the result for the chosen file with this key, so that the next run of the page cleans the file again."""
    done: dict[Preparation, object] = st.session_state.get(_PREPARED, {})
    for one in [one for one in done if one.digest.startswith(key)]:
        del done[one]


def preview_address(preview: FilePreview | None) -> str:
    """Return a preview as a data: address, which is in the page itself and on no server; "" if there is none."""
    return f"data:image/webp;base64,{b64encode(preview.data).decode()}" if preview else ""


def blackened_parts(form: Fields, key: str) -> tuple[Rectangle, ...]:
    """Return the parts of an image that are blacked out now."""
    return tuple(st.session_state.get(f"{form.prefix}file_{key}_blackened", ()))


def forget_files() -> None:
    """Drop the chosen files of this session: they were saved, or the form was closed."""
    for key in (_PREPARED, _DIGESTS):
        st.session_state.pop(key, None)
    # a new key: the uploader is empty again
    st.session_state[_ATTEMPT] = st.session_state.get(_ATTEMPT, 0) + 1
    forget_uploads()


def _digest(upload: Any) -> str:
    digests: dict[str, str] = st.session_state.setdefault(_DIGESTS, {})
    if upload.file_id not in digests:
        digests[upload.file_id] = sha256(upload.getvalue()).hexdigest()
    return digests[upload.file_id]


def _choices(form: Fields, digest: str) -> CleaningChoices:
    """Return what is ticked in the row of the file."""
    ticked = (bool(st.session_state.get(f"{form.prefix}file_{digest[:16]}_{name}")) for name in ("comments", "changes"))
    return CleaningChoices(*ticked)


def _note_names(form: Fields, names: Sequence[str]) -> None:
    """Keep the names of the chosen files with the draft. If a reload has dropped the files, say so."""
    _ = form.page.context.language.gettext
    key, start_key, seen_key = f"{form.prefix}files", f"{form.prefix}start_files", f"files_seen_{form.prefix}"
    st.session_state[start_key] = []
    if names or st.session_state.get(seen_key):
        st.session_state[key], st.session_state[seen_key] = list(names), bool(names)
    elif lost := st.session_state.get(key):
        form.page.show("forms/lost_files.html", names=lost)


def _clean(
    form: Fields, wanted: Sequence[Preparation], uploads: dict[str, Any]
) -> dict[Preparation, PreparedUpload | UnusableFile]:
    """Return what became of each file. What is not wanted any more is dropped from the session."""
    _ = form.page.context.language.gettext
    before = st.session_state.get(_PREPARED, {})
    done = {one: before[one] for one in wanted if one in before}
    st.session_state[_PREPARED] = done
    missing, place = [one for one in wanted if one not in done], st.empty()
    limits = FileLimits(file_bytes=int(load_config().upload_megabytes * 1_000_000))
    for number, one in enumerate(missing, 1):
        upload = uploads[one.digest]
        of_total = _("Cleaning file {n} of {total}…", n=number, total=len(missing))
        text = of_total if len(missing) > 1 else _("Cleaning the file…")
        prepare = partial(
            prepare_upload, upload.getvalue(), upload.name, choices=one.choices, blackened=one.blackened, limits=limits
        )
        try:
            done[one] = run_while_wanted(
                lambda is_cancelled, prepare=prepare: prepare(is_cancelled=is_cancelled),
                lambda taken, text=text: place.progress(min(taken / limits.seconds, 1.0), text),
            )
        except UnusableFile as error:
            done[one] = error
    place.empty()
    return done
