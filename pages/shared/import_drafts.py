"""The reviews that editors have not saved yet. A review survives a reload of the page, and can be handed to a colleague.

A tab reaches only the drafts of the editor who is signed in now. After the sign-in ends, it keeps what it shows for itself.

tracker/editing/private/drafts.py keeps them, with a private folder also over a restart. The file of a document is not
kept. The file of a spreadsheet or of an export of UHRI is kept in memory until the review ends: it may be read again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Generic, TypeVar

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from pages.shared.form_drafts import forget_input
from pages.shared.layout import draft_owner, organisation_now
from tracker.config import load_config
from tracker.editing.private.drafts import MAX_KEPT_DRAFTS, ImportDraft, ImportDrafts
from tracker.importing.documents.imported_document import ImportedDocument
from tracker.importing.documents.records import SimilarDemand
from tracker.importing.uploads import SheetUpload, UhriUpload
from tracker.model.errors import TrackerError
from tracker.model.organisations import Privacy
from tracker.storage.cache_registry import register_cache

PREFIX = "import_"
"""The beginning of the widget keys of a review."""
DOCUMENT, TABLE = "document", "table"
"""The kinds of drafts: of a document; of a spreadsheet or an export of UHRI."""
_IN_TAB = f"{PREFIX}review"
"""Where the session keeps the review that this tab shows."""
CHOICE_TYPES = str | bool | int | float | list | None
"""The types of widget values that a draft keeps."""
Upload = ImportedDocument | SheetUpload | UhriUpload
Read = TypeVar("Read", bound=Upload)


@dataclass(frozen=True, slots=True)
class Reviewed(Generic[Read]):
    """What was read and its file name ("" if pasted); `other` is the same document in another language."""

    imported: Read
    name: str
    other: ImportedDocument | None = None
    other_name: str = ""


@dataclass
class ReviewDraft:
    """The draft of a review. `similar` has the last comparison with other recommendations, and what it was made of."""

    id: str
    reviewed: Reviewed[Any]
    # kept, because it takes a while in a large dataset, and the page runs again with every tick
    similar: tuple[object, dict[str, SimilarDemand]] = field(default=(None, {}))


_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    DOCUMENT: TypeAdapter(Reviewed[ImportedDocument]),
    TABLE: TypeAdapter(Reviewed[SheetUpload | UhriUpload]),
}
_opened: dict[str, tuple[object, ReviewDraft]] = {}
"""Id of a draft → (its content, the review made of it), so that a tick does not build the document again."""
_drafts_in = cache(ImportDrafts)


def import_drafts() -> ImportDrafts:
    """Return the drafts of this dashboard, of all kinds and editors. Pages use the functions below."""
    return _drafts_in(load_config().private)


def reachable_drafts() -> list[ImportDraft]:
    """Return the drafts of this editor and those that colleagues offer to this editor."""
    me, own = draft_owner(), organisation_now()
    return [d for d in import_drafts().list_all() if d.can_be_opened_by(me, own)]


def change_draft(draft_id: str, change: Callable[[ImportDraft, str], ImportDraft | None]) -> None:
    """Replace a draft of this editor, or one that is offered, by what `change` makes of it and the editor's handle.

    None removes the draft. Raises WriteFailed or LockTimeout.
    """
    if me := draft_owner():
        own = organisation_now()
        import_drafts().change(draft_id, lambda d: change(d, me) if d.can_be_opened_by(me, own) else d)


def _draft() -> ImportDraft | None:
    """Return the draft on which this editor works, or None. One that is offered to a colleague waits."""
    own = [d for d in reachable_drafts() if d.owner == draft_owner() and not d.offered_to]
    return own[-1] if own else None


def start_review(imported: Upload, name: str) -> None:
    """Keep what was just read in place of an earlier draft of this editor. Raises WriteFailed or LockTimeout."""
    forget_input(PREFIX)
    if before := _draft():
        import_drafts().remove(before.id)
    reviewed = Reviewed(imported, name)
    if owner := draft_owner():
        title = imported.symbol or name or imported.title if isinstance(imported, ImportedDocument) else name
        kind, content = _kept(reviewed)
        values = {"content": content, "in_memory": kind == TABLE, "private": Privacy(organisation=organisation_now())}
        import_drafts().start(ImportDraft(kind=kind, owner=owner, name=title, **values))
    else:
        st.session_state[_IN_TAB] = ReviewDraft("", reviewed)


def change_review(draft: ReviewDraft, **changes: Any) -> None:
    """Keep `changes` of what was read: the file read again, or another language. Raises WriteFailed or LockTimeout."""
    reviewed = replace(draft.reviewed, **changes)
    content = _kept(reviewed)[1]
    change_draft(draft.id, lambda kept, _me: replace(kept, content=content))
    st.session_state[_IN_TAB] = replace(draft, reviewed=reviewed)


def _kept(reviewed: Reviewed[Any]) -> tuple[str, Any]:
    """Return (kind, content) of the draft that keeps what was read."""
    kind = DOCUMENT if isinstance(reviewed.imported, ImportedDocument) else TABLE
    return kind, _ADAPTERS[kind].dump_python(reviewed, mode="json")


def has_review() -> bool:
    """Return whether this editor has a draft, or this tab has one from before the sign-in ended."""
    return (_draft() if draft_owner() else st.session_state.get(_IN_TAB)) is not None


def own_review() -> ReviewDraft | None:
    """Return the draft on which this editor works; after the sign-in ended, what this tab showed before."""
    if draft_owner():
        draft = _draft()
        st.session_state[_IN_TAB] = _open(draft) if draft else None
    return st.session_state.get(_IN_TAB)


def _open(draft: ImportDraft) -> ReviewDraft | None:
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
    """Keep what is chosen now in the widgets of the review. One that is not drawn now keeps its last value."""
    own = {str(key): value for key, value in st.session_state.items() if str(key).startswith(PREFIX)}
    chosen = {key: value for key, value in own.items() if isinstance(value, CHOICE_TYPES)}
    known = next((d for d in reachable_drafts() if d.id == draft.id), None)
    if known and {**known.choices, **chosen} != known.choices:
        # without a place to write, the choices are still in this tab
        with suppress(TrackerError):
            change_draft(draft.id, lambda d, _me: replace(d, choices={**d.choices, **chosen}))


def drop_review() -> None:
    """Forget the draft of this editor, which was saved or discarded. Raises WriteFailed or LockTimeout."""
    if draft := _draft():
        import_drafts().remove(draft.id)
        _opened.pop(draft.id, None)
    forget_input(PREFIX)


register_cache(_opened.clear)
