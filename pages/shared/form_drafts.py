"""Drafts: what is typed in forms and not saved yet. With a draft, a reload of the page restores the input.

Drafts are kept in memory only, separately for each editor. A tab reaches only those of the editor who is signed in now.
"""

from collections import OrderedDict
from typing import Any, NamedTuple

import streamlit as st

from pages.shared.layout import draft_owner
from tracker.storage.cache_registry import register_cache

MAX_DRAFTS = 200
"""The largest number of drafts that are kept. If there is one more, the oldest draft is dropped."""


class FormAddress(NamedTuple):
    """The URL parameters that name a form: what it adds or edits, which form it is, and the record with its version.

    For new evidence, `recommendation` is the id in the URL parameter `for`. For a translation, `of` and `to` are the
    register and the language.
    """

    what: str = ""
    form: str = ""
    id: str = ""
    editing: str = ""
    recommendation: str = ""
    private: str = ""
    of: str = ""
    to: str = ""

    @property
    def params(self) -> list[tuple[str, str]]:
        """Return (name, value) of each URL parameter that has a value."""
        return [(name, value) for name, value in zip(PARAM_NAMES, self, strict=True) if value]


PARAM_NAMES = tuple("for" if name == "recommendation" else name for name in FormAddress._fields)
"""The names of the URL parameters, in the order of `FormAddress`. `for` cannot be the name of a field in Python."""
_drafts: OrderedDict[tuple[str, FormAddress], dict[str, Any]] = OrderedDict()


def form_in_url() -> FormAddress:
    """Return the form that the address in the browser names."""
    return FormAddress(*(st.query_params.get(name, "") for name in PARAM_NAMES))


def restore(prefix: str) -> bool:
    """Copy the draft of the form into the session state, for widget keys that start with `prefix`.

    Keys that are already in the session state keep their value. Return whether something was copied.
    """
    draft = _drafts.get((draft_owner(), form_in_url()), {})
    missing = {key: value for key, value in draft.items() if key.startswith(prefix) and key not in st.session_state}
    st.session_state.update(missing)
    return bool(missing)


def remember(prefix: str) -> None:
    """Keep a draft of the form: the current values of the widgets whose keys start with `prefix`.

    A form in which nothing was typed has no draft. What is typed after the sign-in ended is in this tab only.
    """
    if not has_input(prefix):
        discard()
        return
    if not (owner := draft_owner()):
        return
    form = (owner, form_in_url())
    _drafts[form] = {str(key): value for key, value in st.session_state.items() if str(key).startswith(prefix)}
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
    return any(field in state and _plain(state[field]) != _plain(state[key]) for key, field in fields.items())


def _plain(value: Any) -> Any:
    """Return a value for a comparison: a list for any sequence of choices, None for an empty field."""
    return (list(value) if isinstance(value, tuple) else value) or None


def own_drafts() -> list[FormAddress]:
    """Return the forms in which this editor typed something that is not saved yet, the latest first."""
    me = draft_owner()
    return [form for owner, form in reversed(_drafts) if owner == me]


def discard(form: FormAddress | None = None) -> None:
    """Drop the draft of a form that was saved or closed. `form` is by default the form in the address."""
    _drafts.pop((draft_owner(), form or form_in_url()), None)


def forget_input(prefix: str) -> None:
    """Drop what this session knows of a form or a review that is over. `prefix` begins its widget keys."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


register_cache(_drafts.clear)
