"""Widgets whose value lives in the address: stable codes, Back and Forward, nothing in the way of a deep link."""

from collections.abc import Iterable, Sequence

import streamlit as st


def url_params() -> dict[str, list[str]]:
    """The address's parameters as lists."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def bind_to_url(name: str, value: str | Sequence[str], *, single: bool = False) -> str:
    """The key of the widget for a parameter. When the address changed under the widget, the widget takes its value."""
    key, seen = f"address_{name}", f"address_seen_{name}"
    current = tuple(st.query_params.get_all(name))
    if key not in st.session_state or st.session_state.get(seen) != current:
        st.session_state[key] = (value or None) if single else list(value)
        st.session_state[seen] = current
    return key


def write_to_url(name: str, value: Iterable[str]) -> tuple[str, ...]:
    """Writes a widget's value into the address; an empty one leaves no trace."""
    codes = tuple(value)
    if tuple(st.query_params.get_all(name)) != codes:
        if codes:
            st.query_params[name] = list(codes)
        else:
            del st.query_params[name]
        st.query_params.pop("page", None)
    st.session_state[f"address_seen_{name}"] = codes
    return codes
