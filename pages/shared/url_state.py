"""Keep the values of widgets in the address as stable codes. So Back, Forward and links to a filtered page work."""

from collections.abc import Iterable, Sequence

import streamlit as st

UrlParams = Sequence[tuple[str, str]]
"""Parameters of an address, as (name, value)."""


def url_params() -> dict[str, list[str]]:
    """Return the URL parameters, each with the list of its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def bind_to_url(name: str, value: str | Sequence[str], *, single: bool = False) -> str:
    """Return the key of the widget for a URL parameter.

    If the address changed since the last run, for example by Back, the widget is set to `value`. `single` is for
    widgets that hold one value instead of a list.
    """
    key, seen = f"address_{name}", f"address_seen_{name}"
    current = tuple(st.query_params.get_all(name))
    if key not in st.session_state or st.session_state.get(seen) != current:
        st.session_state[key] = (value or None) if single else list(value)
        st.session_state[seen] = current
    return key


def write_to_url(name: str, value: Iterable[str]) -> tuple[str, ...]:
    """Write a widget's value into the address and return it as a tuple.

    An empty value removes the parameter. A changed value also removes `page`, so that the list starts at its first page.
    """
    codes = tuple(value)
    if tuple(st.query_params.get_all(name)) != codes:
        if codes:
            st.query_params[name] = list(codes)
        else:
            del st.query_params[name]
        st.query_params.pop("page", None)
    st.session_state[f"address_seen_{name}"] = codes
    return codes
