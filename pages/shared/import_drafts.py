"""Drafts of reviews: imports that an editor has not saved yet.

A draft survives a reload, and a colleague can take it over. A tab reaches only the drafts of the editor who
is signed in now, and keeps no copy of them: each run asks for its draft again.

tracker/editing/private/drafts.py stores the drafts. With a private folder they survive a restart. The file
of a document is not kept. The file of a spreadsheet or of an export of UHRI stays in memory until the
review ends: it may be read again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Generic, TypeVar

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from pages.shared.form_drafts import forget_input
from pages.shared.layout import draft_owner, organisation_now
from pages.shared.streamlit_internals import button_keys
from tracker.config import load_config
from tracker.editing.private.drafts import MAX_KEPT_DRAFTS, ImportDraft, ImportDrafts
from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.documents.wording_hints import SimilarDemand
from tracker.importing.tables.results import ImportedRow
from tracker.importing.uploads import SheetUpload, UhriUpload
from tracker.model.errors import TrackerError
from tracker.model.organisations import Privacy
from tracker.storage.cache_registry import register_cache

PREFIX = "import_"
"""The beginning of the widget keys of a review."""
WHOSE = f"{PREFIX}whose_"
"""The beginning of the widget keys for whose the assessments are. Nobody takes over these answers of a colleague."""
DOCUMENT, TABLE = "document", "table"
"""The kinds of drafts. TABLE is a spreadsheet or an export of UHRI."""
CHOICE_TYPES = (str, bool, int, float, list, type(None))
"""The types of widget values that a draft keeps."""
Upload = ImportedDocument | SheetUpload | UhriUpload
Read = TypeVar("Read", bound=Upload)


@dataclass(frozen=True, slots=True)
class ReviewedFile(Generic[Read]):
    """The file that a review is about (`name` "": a pasted text), and perhaps the same document in another language."""

    imported: Read
    name: str
    other: ImportedDocument | None = None
    other_name: str = ""


@dataclass
class ReviewDraft:
    """The draft of a review, as the page shows it.

    `similar` has what was compared last, and a mapping: number of a paragraph → recommendation that may ask for the same.
    """

    id: str
    reviewed: ReviewedFile[Any]
    # kept, because it takes a while in a large dataset, and the page runs again with every tick
    similar: tuple[object, dict[str, SimilarDemand]] = field(default=(None, {}))


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    DOCUMENT: TypeAdapter(ReviewedFile[ImportedDocument]),
    TABLE: TypeAdapter(ReviewedFile[SheetUpload | UhriUpload]),
}
_opened: dict[str, tuple[object, ReviewDraft]] = {}
"""Id of a draft → (its content, the review built from this content). So a tick does not build the review again."""
_drafts_in = cache(ImportDrafts)


def import_drafts() -> ImportDrafts:
    """Return the store of all editors' drafts, which does not check access. Pages use the functions below, which do."""
    return _drafts_in(load_config().private)


def reachable_drafts() -> list[ImportDraft]:
    """Return this editor's drafts and those offered to this editor, the last changed at the end; [] when signed out."""
    me, own = draft_owner(), organisation_now()
    return [d for d in import_drafts().list_all() if d.can_be_opened_by(me, own)]


def change_draft(draft_id: str, change: Callable[[ImportDraft, str], ImportDraft | None]) -> None:
    """Replace a draft by what `change` returns for (the draft, this editor's handle). None removes the draft.

    Do nothing if the draft neither belongs nor is offered to this editor. Raises WriteFailed or LockTimeout.
    """
    if me := draft_owner():
        own = organisation_now()
        import_drafts().change(draft_id, lambda d: change(d, me) if d.can_be_opened_by(me, own) else d)


def _own_draft() -> ImportDraft | None:
    """Return the draft on which this editor works: the last changed one that can be read, or None if there is none."""
    own = [d for d in reachable_drafts() if d.owner == draft_owner() and not (d.offered_to or d.for_organisation)]
    return next((draft for draft in reversed(own) if _open_draft(draft)), None)


def start_review(imported: Upload, name: str) -> None:
    """Start the review of what was read from the file `name` ("" for a pasted text). Raises WriteFailed or LockTimeout.

    This editor's earlier draft is removed. After the sign-in ended, nothing is kept.
    """
    drop_review()
    reviewed = ReviewedFile(imported, name)
    if owner := draft_owner():
        title = imported.symbol or name or imported.title if isinstance(imported, ImportedDocument) else name
        kind, content = _kind_and_content(reviewed)
        draft = ImportDraft(kind=kind, owner=owner, name=title, content=content, in_memory=kind == TABLE)
        import_drafts().start(replace(draft, private=Privacy(organisation=organisation_now())))


def offer_rows(draft: ReviewDraft, rows: Sequence[ImportedRow], organisation: str) -> None:
    """Offer these rows of a spreadsheet to an organisation, as a draft of their own. Raises WriteFailed or LockTimeout.

    Of the file, only what was read in these rows goes along, and the documents that were chosen for them.
    """
    upload, numbers = draft.reviewed.imported, {row.number for row in rows}
    problems = tuple(problem for problem in upload.result.problems if problem.row in numbers)
    columns = tuple(replace(column, samples=()) for column in upload.result.columns)
    kept = replace(upload.result, rows=tuple(rows), columns=columns, problems=problems, guesses=(), other_sheets=())
    reviewed = replace(draft.reviewed, imported=replace(upload, content="", result=kept))
    chosen = {str(k): v for k, v in st.session_state.items() if str(k).startswith(f"{PREFIX}document")}
    if owner := draft_owner():
        kind, content = _kind_and_content(reviewed)
        private = Privacy(organisation=organisation_now(), shared_with=(organisation,))
        offer = ImportDraft(kind=kind, owner=owner, name=draft.reviewed.name, content=content, choices=chosen)
        import_drafts().start(replace(offer, private=private, for_organisation=organisation))


def change_review(draft: ReviewDraft, **changes: Any) -> None:
    """Replace fields of the ReviewedFile in the draft. Raises WriteFailed or LockTimeout."""
    content = _kind_and_content(replace(draft.reviewed, **changes))[1]
    change_draft(draft.id, lambda kept, _me: replace(kept, content=content))


def _kind_and_content(reviewed: ReviewedFile[Any]) -> tuple[str, Any]:
    """Return (kind, content as plain JSON values) for the ImportDraft of what was read."""
    kind = DOCUMENT if isinstance(reviewed.imported, ImportedDocument) else TABLE
    return kind, _ADAPTERS[kind].dump_python(reviewed, mode="json")


def has_review() -> bool:
    """Return whether this editor works on a review."""
    return _own_draft() is not None


def own_review() -> ReviewDraft | None:
    """Return this editor's review, or None if there is none or nobody is signed in now."""
    draft = _own_draft()
    return _open_draft(draft) if draft else None


def _open_draft(draft: ImportDraft) -> ReviewDraft | None:
    """Return the review in a draft, and restore its widget values. None: an older version wrote it in another format."""
    st.session_state.update({key: value for key, value in draft.choices.items() if key not in st.session_state})
    content, opened = _opened.get(draft.id, (None, None))
    if opened and content is draft.content:
        return opened
    try:
        reviewed = _ADAPTERS[draft.kind].validate_python(draft.content)
    except (KeyError, ValidationError):
        return None  # of an older version of the tracker
    opened = replace(opened, reviewed=reviewed) if opened else ReviewDraft(draft.id, reviewed)
    if len(_opened) > MAX_KEPT_DRAFTS:
        _opened.clear()
    _opened[draft.id] = (draft.content, opened)
    return opened


def remember_choices(draft: ReviewDraft) -> None:
    """Save the values of the review's widgets in its draft. Do nothing if the draft cannot be reached or written."""
    buttons, values = button_keys(), st.session_state.items()
    own = {str(key): value for key, value in values if str(key).startswith(PREFIX) and key not in buttons}
    chosen = {key: value for key, value in own.items() if isinstance(value, CHOICE_TYPES)}
    known = next((d for d in reachable_drafts() if d.id == draft.id), None)
    if known and {**known.choices, **chosen} != known.choices:
        # without a place to write, the choices are still in this tab
        with suppress(TrackerError):
            change_draft(draft.id, lambda d, _me: replace(d, choices={**d.choices, **chosen}))


def drop_review() -> None:
    """Remove this editor's draft and its widget values, after a save or discard. Raises WriteFailed or LockTimeout."""
    if draft := _own_draft():
        import_drafts().remove(draft.id)
        _opened.pop(draft.id, None)
    forget_input(PREFIX)


register_cache(_opened.clear)
