"""Drafts: what is typed in forms and not saved yet. With a draft, a reload of the page restores the input.

Drafts are kept in memory only, separately for each editor.
"""

from collections import OrderedDict
from typing import Any

import streamlit as st

from tracker.storage.cache_registry import register_cache

MAX_DRAFTS = 200
"""The largest number of drafts that are kept. If there is one more, the oldest draft is dropped."""


_drafts: OrderedDict[tuple[str, ...], dict[str, Any]] = OrderedDict()


def _form_in_url() -> tuple[str, ...]:
    return tuple(st.query_params.get(name, "") for name in ("what", "form", "id", "editing"))


def restore(handle: str, prefix: str) -> None:
    """Copy the draft of the editor `handle` into the session state, for widget keys that start with `prefix`.

    Keys that are already in the session state keep their value.
    """
    for key, value in _drafts.get((handle, *_form_in_url()), {}).items():
        if key.startswith(prefix) and key not in st.session_state:
            st.session_state[key] = value


def remember(handle: str, prefix: str) -> None:
    """Keep a draft for the editor `handle`: the current values of the widgets whose keys start with `prefix`."""
    form = (handle, *_form_in_url())
    _drafts[form] = {key: value for key, value in st.session_state.items() if str(key).startswith(prefix)}
    _drafts.move_to_end(form)
    while len(_drafts) > MAX_DRAFTS:
        _drafts.popitem(last=False)


def discard(handle: str) -> None:
    """Drop the draft of the editor `handle`, because the form was saved or closed."""
    _drafts.pop((handle, *_form_in_url()), None)


register_cache(_drafts.clear)
