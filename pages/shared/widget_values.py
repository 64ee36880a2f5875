"""The value that a widget gets as its default, and its copy in the address, as codes that do not change.

So Back, Forward and saved links work. Pass the value in every run, not only in the first one: a browser takes the value of
a new widget from the default, and it may never draw the first run, because another follows at once. A browser that has
the widget already ignores the default.
"""

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st


def current_value(key: str, start: Any) -> Any:
    """Return the value of the widget `key` in this session; `start` if there is none yet."""
    return st.session_state.get(key, start)


def index_of(value: Any, options: Sequence[Any]) -> int | None:
    """Return the place of `value` in `options`, or None if it is none of them."""
    return options.index(value) if value in options else None


UrlParams = Sequence[tuple[str, str]]
"""Parameters of an address, each as (name, value)."""


def url_params() -> dict[str, list[str]]:
    """Return the parameters of the address: name → list of values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def bind_to_url(name: str, value: str | Sequence[str], *, options: Collection[str] | None, single: bool = False) -> str:
    """Return the key of the widget that belongs to the URL parameter `name`.

    If the address changed since the last run, for example because of Back, the widget is set to `value`; also if it
    remembers what is not in `options` any more, such as a record that was not there on a past day. `options` is None for
    a field for words. `single` is True for a widget that holds one value instead of a list.

    The caller passes `st.session_state[key]` to the widget as its default, too (see `widget_values`).
    """
    key, seen = f"address_{name}", f"address_seen_{name}"
    current = tuple(st.query_params.get_all(name))
    kept = st.session_state.get(key) or ()
    is_gone = options is not None and not {*([kept] if isinstance(kept, str) else kept)} <= {*options}
    if is_gone or key not in st.session_state or st.session_state.get(seen) != current:
        st.session_state[key] = (value or None) if single else list(value)
        st.session_state[seen] = current
    return key


def write_to_url(name: str, codes: tuple[str, ...]) -> None:
    """Write the value of a widget into the address.

    An empty value removes the parameter `name`. If the value changed, the parameter `page` is removed too, so that the
    list starts at its first page.
    """
    if tuple(st.query_params.get_all(name)) != codes:
        if codes:
            st.query_params[name] = list(codes)
        else:
            del st.query_params[name]
        st.query_params.pop("page", None)
    st.session_state[f"address_seen_{name}"] = codes
