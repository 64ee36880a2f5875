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
    return tuple(st.query_params.get(name, "") for name in ("what", "form", "id", "editing", "for", "private"))


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


def has_input(prefix: str) -> bool:
    """Return whether a field with a widget key that starts with `prefix` holds something else than its initial value.

    The initial value of the field `name` is kept under the key of the form, followed by `start_` and `name`.
    """
    state = st.session_state
    starts = [str(key) for key in state if str(key).startswith(prefix) and "_start_" in str(key)]
    fields = {key: key.replace("_start_", "_", 1) for key in starts}
    return any(field in state and (state[field] or None) != (state[key] or None) for key, field in fields.items())


def discard(handle: str) -> None:
    """Drop the draft of the editor `handle`, because the form was saved or closed."""
    _drafts.pop((handle, *_form_in_url()), None)


register_cache(_drafts.clear)
