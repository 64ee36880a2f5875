"""The reviews that editors have not saved yet. A review survives a reload of the page, and can be handed to a colleague.

tracker/editing/private_drafts.py keeps them, with a private folder also over a restart. The file of a document is not
kept. The file of a spreadsheet or of an export of UHRI is kept in memory until the review ends: it may be read again.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from tracker.config import StoragePlace, load_config
from tracker.editing.private_drafts import MAX_KEPT_DRAFTS, ImportDraft, ImportDrafts
from tracker.importing.imported_document import ImportedDocument
from tracker.importing.similar_demands import SimilarDemand
from tracker.importing.table_uploads import SheetUpload, UhriUpload
from tracker.model.errors import TrackerError
from tracker.storage.cache_registry import register_cache

PREFIX = "import_"
"""The beginning of the widget keys of a review."""
DOCUMENT, TABLE = "document", "table"
"""The kinds of drafts: of a document; of a spreadsheet or an export of UHRI."""
CHOICE_TYPES = str | bool | int | float | list | None
"""The types of widget values that a draft keeps."""


@dataclass(frozen=True, slots=True)
class ReviewedDocument:
    """A document that was read, and the name of its file. `other` is the same document in another language, if any."""

    imported: ImportedDocument
    name: str
    other: ImportedDocument | None = None
    other_name: str = ""


@dataclass(frozen=True, slots=True)
class ReviewedTable:
    """A spreadsheet or an export of UHRI that was read, and the name of its file."""

    imported: SheetUpload | UhriUpload
    name: str


Upload = ImportedDocument | SheetUpload | UhriUpload


@dataclass
class ReviewDraft:
    """The draft of a review: of a document, or of a table.

    `similar` holds the last comparison with other recommendations, and what it was made of. It takes a while in a large
    dataset, and the page runs again with every tick.
    """

    id: str
    reviewed: ReviewedDocument | ReviewedTable
    similar: tuple[object, dict[str, SimilarDemand]] = field(default=(None, {}))

    @property
    def imported(self) -> Upload:
        """Return what was read from the first file."""
        return self.reviewed.imported

    @property
    def name(self) -> str:
        """Return the name of the first file, "" for a pasted text."""
        return self.reviewed.name

    @property
    def document(self) -> ReviewedDocument:
        """Return the document. Only for a review of a document."""
        assert isinstance(self.reviewed, ReviewedDocument)
        return self.reviewed


_ADAPTERS: dict[str, TypeAdapter[Any]] = {DOCUMENT: TypeAdapter(ReviewedDocument), TABLE: TypeAdapter(ReviewedTable)}
_opened: dict[str, tuple[object, ReviewDraft]] = {}
"""Id of a draft → (its content, the review made of it), so that a tick does not build the document again."""


@cache
def _drafts_in(place: StoragePlace | None) -> ImportDrafts:
    return ImportDrafts(place)


def import_drafts() -> ImportDrafts:
    """Return the drafts of this dashboard, of all kinds and editors."""
    return _drafts_in(load_config().private)


def draft_of(handle: str) -> ImportDraft | None:
    """Return the draft on which the editor `handle` works, or None. One that is offered to a colleague waits."""
    own = [d for d in import_drafts().list_all() if d.owner == handle and not d.offered_to]
    return own[-1] if handle and own else None


def restore_choices(draft: ImportDraft) -> None:
    """Put the choices of a draft into the widgets, unless this tab knows them already."""
    st.session_state.update({key: value for key, value in draft.choices.items() if key not in st.session_state})


def keep_choices(draft_id: str, prefix: str) -> None:
    """Keep what is chosen in the widgets whose keys start with `prefix`. One that is not drawn now keeps its last value."""
    own = {str(key): value for key, value in st.session_state.items() if str(key).startswith(prefix)}
    chosen = {key: value for key, value in own.items() if isinstance(value, CHOICE_TYPES)}
    known = import_drafts().find(draft_id)
    if known and {**known.choices, **chosen} != known.choices:
        # without a place to write, the choices are still in this tab
        with suppress(TrackerError):
            import_drafts().change(draft_id, lambda d: replace(d, choices={**d.choices, **chosen}))


def forget_choices(prefix: str) -> None:
    """Forget the choices of this tab in the widgets whose keys start with `prefix`."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def start_review(handle: str, imported: Upload, name: str) -> None:
    """Keep what was just read for the editor `handle`. It replaces an earlier draft of this editor.

    Raises WriteFailed or LockTimeout.
    """
    forget_choices(PREFIX)
    reviewed: ReviewedDocument | ReviewedTable
    if isinstance(imported, ImportedDocument):
        kind, reviewed, title = DOCUMENT, ReviewedDocument(imported, name), imported.symbol or name or imported.title
    else:
        kind, reviewed, title = TABLE, ReviewedTable(imported, name), name
    if before := draft_of(handle):
        import_drafts().remove(before.id)
    content = _ADAPTERS[kind].dump_python(reviewed, mode="json")
    import_drafts().start(kind, handle, name=title, content=content, in_memory=kind == TABLE)


def replace_table(draft: ReviewDraft, table: SheetUpload | UhriUpload) -> None:
    """Keep with the draft that its file was read again. Raises WriteFailed or LockTimeout."""
    _replace_content(draft, TABLE, ReviewedTable(table, draft.name))


def add_language(draft: ReviewDraft, other: ImportedDocument | None, name: str) -> None:
    """Keep the same document in another language with the draft. None takes it out again.

    Raises WriteFailed or LockTimeout.
    """
    _replace_content(draft, DOCUMENT, replace(draft.document, other=other, other_name=name))


def _replace_content(draft: ReviewDraft, kind: str, reviewed: ReviewedDocument | ReviewedTable) -> None:
    content = _ADAPTERS[kind].dump_python(reviewed, mode="json")
    import_drafts().change(draft.id, lambda kept: replace(kept, content=content))


def has_review(handle: str) -> bool:
    """Return whether the editor `handle` has a draft."""
    return draft_of(handle) is not None


def review_of(handle: str) -> ReviewDraft | None:
    """Return the draft of the editor `handle`, or None. Choices that this tab does not know yet are restored."""
    draft = draft_of(handle)
    if draft is None:
        return None
    restore_choices(draft)
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
    """Keep what is chosen now in the widgets of the review."""
    keep_choices(draft.id, PREFIX)


def drop_review(handle: str) -> None:
    """Forget the draft of the editor `handle`, after the save or when the editor discards it.

    Raises WriteFailed or LockTimeout.
    """
    if draft := draft_of(handle):
        import_drafts().remove(draft.id)
        _opened.pop(draft.id, None)
    forget_choices(PREFIX)


register_cache(_opened.clear)
