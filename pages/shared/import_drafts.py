"""Documents that editors review and have not saved yet. With a draft, a reload of the page restores the review.

Drafts are kept in memory only, one for each editor. The file itself is not kept.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from tracker.importing.imported_document import ImportedDocument
from tracker.importing.similar_demands import SimilarDemand
from tracker.importing.table_uploads import SheetUpload, UhriUpload
from tracker.storage.cache_registry import register_cache

MAX_REVIEWS = 20
"""The largest number of drafts that are kept. If there is one more, the oldest draft is dropped."""
PREFIX = "import_"
"""The beginning of the widget keys of a review."""


Upload = ImportedDocument | SheetUpload | UhriUpload


@dataclass
class ReviewDraft:
    """A document that was read, the name of its file, and what the editor chose so far: widget key → value.

    `similar` holds the last comparison with other recommendations, and what it was made of. It takes a while in a large
    dataset, and the page runs again with every tick.
    """

    imported: Upload
    name: str
    choices: dict[str, Any] = field(default_factory=dict)
    similar: tuple[object, dict[str, SimilarDemand]] = (None, {})


_reviews: OrderedDict[str, ReviewDraft] = OrderedDict()


def start_review(handle: str, imported: Upload, name: str) -> None:
    """Keep a document that was just read for the editor `handle`. It replaces an earlier draft of this editor."""
    drop_review(handle)
    _reviews[handle] = ReviewDraft(imported, name)
    while len(_reviews) > MAX_REVIEWS:
        _reviews.popitem(last=False)


def has_review(handle: str) -> bool:
    """Return whether the editor `handle` has a draft."""
    return handle in _reviews


def review_of(handle: str) -> ReviewDraft | None:
    """Return the draft of the editor `handle`, or None. Choices that this tab does not know yet are restored."""
    draft = _reviews.get(handle)
    if draft:
        st.session_state.update({key: value for key, value in draft.choices.items() if key not in st.session_state})
    return draft


def remember_choices(draft: ReviewDraft) -> None:
    """Keep what is chosen now in the widgets of the review. A widget that is not drawn now keeps its last value."""
    own = {str(key): value for key, value in st.session_state.items() if str(key).startswith(PREFIX)}
    draft.choices.update({key: value for key, value in own.items() if isinstance(value, str | bool | None)})


def drop_review(handle: str) -> None:
    """Forget the draft of the editor `handle`, after the save or when the editor discards it."""
    _reviews.pop(handle, None)
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]


register_cache(_reviews.clear)
