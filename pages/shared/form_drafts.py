"""What somebody typed into an open form, kept for when the page is loaded again. In memory alone, and for one person."""

from collections import OrderedDict
from typing import Any

import streamlit as st

from tracker.storage.cache_registry import register_cache

MAX_DRAFTS = 200
"""Open forms that are remembered; the oldest is let go first."""


_drafts: OrderedDict[tuple[str, ...], dict[str, Any]] = OrderedDict()


def _form() -> tuple[str, ...]:
    return tuple(st.query_params.get(name, "") for name in ("what", "form", "id", "editing"))


def restore(handle: str, prefix: str) -> None:
    """Gives the fields of a form, whose keys start with `prefix`, what was typed before the page was loaded or left."""
    for key, value in _drafts.get((handle, *_form()), {}).items():
        if key.startswith(prefix) and key not in st.session_state:
            st.session_state[key] = value


def remember(handle: str, prefix: str) -> None:
    """Remembers what stands in the fields now."""
    _drafts[(handle, *_form())] = {key: value for key, value in st.session_state.items() if str(key).startswith(prefix)}
    _drafts.move_to_end((handle, *_form()))
    while len(_drafts) > MAX_DRAFTS:
        _drafts.popitem(last=False)


def discard(handle: str) -> None:
    """Forgets the form: it was saved, or discarded."""
    _drafts.pop((handle, *_form()), None)


register_cache(_drafts.clear)
