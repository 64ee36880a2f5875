"""Tell an editor who else has a form on the same record open. Only editors who are signed in see this and are shown."""

import secrets
import time
from functools import cache

import streamlit as st
from markupsafe import escape

from pages.shared import layout
from pages.shared.layout import Page
from tracker.config import DatabasePlace, StoragePlace, load_config
from tracker.editing.open_forms import FormsOfCopies, OpenForms
from tracker.model.dataset import Record
from tracker.storage.open_storage import open_storage

CHECK_PRESENCE_EVERY_SECONDS = 5.0
"""How often the page of an open form says that it is still open, and looks for others. Other pages do neither."""


@cache
def _open_forms_with(state: StoragePlace) -> OpenForms:
    is_shared = isinstance(state, DatabasePlace)
    return OpenForms(time.monotonic, FormsOfCopies(open_storage(state), time.monotonic) if is_shared else None)


def _open_forms() -> OpenForms:
    """Return the open forms of this dashboard, with those of other copies if the state is in a database."""
    return _open_forms_with(load_config().state)


def show_presence(page: Page, record: Record) -> None:
    """Show as long as the form is open which other editors have a form on `record` open.

    Two pages of the same editor do not count: a reload would look like a second person.
    """
    _watch_others(page, f"{type(record).__name__} {record.id}")


def note_closed_form() -> None:
    """Note that this browser tab has no form open any more."""
    _open_forms().leave(_tab())


def _tab() -> str:
    return str(st.session_state.setdefault("presence_tab", secrets.token_hex(8)))


@st.fragment(run_every=CHECK_PRESENCE_EVERY_SECONDS)
def _watch_others(page: Page, record: str) -> None:
    language = page.context.language
    others: tuple[str, ...] = ()
    if me := layout.draft_owner():
        others = _open_forms().register(_tab(), record, me)
    else:
        note_closed_form()
    sentence = language.ngettext(
        "{handles} has this form open too. Whoever saves second is shown both versions.",
        "{handles} have this form open too. Whoever saves later is shown both versions.",
        len(others),
        handles=", ".join(others),
    )
    # screen readers announce only what changes in a live region that is already there
    with st.container(key="rt_presence"):
        st.html(f'<div role="status">{f"<p class=rt-presence>{escape(sentence)}</p>" if others else ""}</div>')
