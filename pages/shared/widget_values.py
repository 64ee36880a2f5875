"""The value that a widget gets as its default.

Pass it in every run, not only in the first one: a browser takes the value of a new widget from the default, and it may
never draw the first run, because another follows at once. A browser that has the widget already ignores the default.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st


def current_value(key: str, start: Any) -> Any:
    """Return the value of the widget `key` in this session; `start` if there is none yet."""
    return st.session_state.get(key, start)


def index_of(value: Any, options: Sequence[Any]) -> int | None:
    """Return the place of `value` in `options`, or None if it is none of them."""
    return options.index(value) if value in options else None
