"""The parameters of the address of a page."""

from collections.abc import Sequence

import streamlit as st

UrlParams = Sequence[tuple[str, str]]
"""Parameters of an address, each as (name, value)."""


def url_params() -> dict[str, list[str]]:
    """Return the parameters of the address: name → list of values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}
