"""Text fields. They keep what is typed, however long it is and through a reload; what is too long is counted, and not saved.

Streamlit itself drops a text that is longer than a field takes, and shows the one before.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st
from markupsafe import escape

from pages.shared.layout import draft_owner
from pages.shared.messages import _, escape_markdown, page_language
from tracker.editing.forms.values import length_errors
from tracker.storage.cache_registry import TakeOut, register_drafts

MAX_TEXTS = 200
"""The largest number of texts that are kept for a reload. If there is one more, the oldest is dropped."""
_MOST = "text_field_most"
"""The key of the session state for a mapping: widget key → the largest number of characters."""
_texts: OrderedDict[tuple[str, tuple[tuple[str, str], ...], str], str] = OrderedDict()
"""(handle of the editor, parameters of the address, widget key) → what was typed."""


_PLAIN = (str, int, float, date, list, tuple, type(None))


def draft_without_words(draft: Mapping[str, Any], take_out: TakeOut) -> dict[str, Any]:
    """Return the values of widgets (by key) without the words that `take_out` takes out.

    Files go, and codes with the words: a list of choices does not have what would replace them.
    """
    kept: dict[str, Any] = {}
    for key, value in draft.items():
        if take_out(key) != key or not isinstance(value, _PLAIN):
            continue
        if isinstance(value, list | tuple):
            kept[key] = type(value)(one for one in value if take_out(one) == one)
        elif take_out(value) == value or " " in str(value):
            kept[key] = take_out(value)
    return kept


def _forget_words(take_out: TakeOut | None) -> None:
    """After a redaction, take the removed words out of all texts. If they are unknown, drop the texts."""
    known = (
        [(kept, draft_without_words({kept[2]: text}, take_out)) for kept, text in _texts.items()] if take_out else []
    )
    _texts.clear()
    _texts.update({kept: clean[kept[2]] for kept, clean in known if clean})


register_drafts(_forget_words)


def text_field(
    label: str,
    value: str = "",
    *,
    key: str,
    most: int,
    is_long: bool = False,
    is_kept: bool = True,
    at: Any = st,
    **how: Any,
) -> str:
    """Show a field for a text of `most` characters, and return what was typed, also if it is longer.

    With `is_kept`, this editor has the text again after a reload; fields that are in another draft do without. `told` in
    `how` is the place of the sentence about the length, by default `at`.
    """
    told, owner = how.pop("told", at), draft_owner() if is_kept else ""
    st.session_state.setdefault(_MOST, {})[key] = most
    kept, start = (owner, _address(), key), value
    if owner and kept in _texts and key not in st.session_state:
        st.session_state[key] = _texts[kept]
    if is_kept:
        value = st.session_state.get(key, value)
    typed = str((at.text_area if is_long else at.text_input)(label, value, key=key, **how) or "")
    _texts.pop(kept, None)
    if owner and typed != start:
        _texts[kept] = typed
        while len(_texts) > MAX_TEXTS:
            _texts.popitem(last=False)
    for sentence in length_errors(page_language(), most, [typed]):
        told.html(f'<p class="rt-fielderror" role="alert">{escape(sentence)}</p>')
    return typed


def _address() -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in sorted(st.query_params.items()) if name != "lang")


def forget_texts() -> None:
    """Drop what this editor typed at this address, when its form is closed."""
    for kept in [kept for kept in _texts if kept[:2] == (draft_owner(), _address())]:
        del _texts[kept]


def too_long(*own: str) -> list[str]:
    """Return a sentence for each text that is too long, also one that arrived with a press on a button.

    `own` are the beginnings of the widget keys of the fields in question, those of one form.
    """
    fields = st.session_state.get(_MOST, {}).items()
    known = [(st.session_state.get(key), most) for key, most in fields if key.startswith(own)]
    return [sentence for text, most in known for sentence in length_errors(page_language(), most, [str(text or "")])]


def all_fit(*own: str) -> bool:
    """Return whether no text of a form is too long, or else say so: then it is not saved. `own` is as in `too_long`."""
    if long := too_long(*own):
        st.error(escape_markdown(" ".join([_("Nothing was saved. Your text is still here."), *long])))
    return not long
