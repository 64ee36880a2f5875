"""Drafts of forms: what was typed and is not saved yet. Also: who else has a form for the same record open.

Drafts are kept in memory only, separately for each editor. With a draft, a reload of the page restores the input. A tab
reaches only the drafts of the editor who is signed in now.
"""

import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import Any

import streamlit as st
from markupsafe import escape

from pages.shared.layout import Page, draft_owner
from pages.shared.messages import _, ngettext
from pages.shared.streamlit_internals import button_keys
from pages.shared.text_fields import draft_without_words
from tracker.config import DatabasePlace, StoragePlace, load_config
from tracker.editing.open_forms import FormsOfCopies, OpenForms
from tracker.model.dataset import Record
from tracker.storage.cache_registry import TakeOut, register_drafts
from tracker.storage.open_storage import open_storage

MAX_DRAFTS = 50
"""The largest number of drafts of one editor that are kept. If there is one more, the oldest of them is dropped."""
MAX_DRAFTS_SHOWN = 3
"""The largest number of drafts that a page shows."""
CHECK_PRESENCE_EVERY_SECONDS = 5.0
"""How often, in seconds, an open form tells the server that it is open, and looks for others who have it open."""
PARAM_NAMES = ("what", "form", "id", "editing", "for", "private", "of", "to", "propose")
"""The URL parameters that name a form: `what` on the page /edit, or `form` on the page of a recommendation.

`editing` is the version of the record `id` on which the form was opened. `for` (a recommendation) and `private` are
for new evidence. For a translation, `of` is the register and `to` the language.
"""
_SHOWN = "form_shown"
"""The key of the session state for (address of the form that was shown last, the beginning of its widget keys)."""
FormAddress = tuple[tuple[str, str], ...]
"""(name, value) of each URL parameter that has a value, in the order of PARAM_NAMES."""
_drafts: OrderedDict[tuple[str, FormAddress], dict[str, Any]] = OrderedDict()


def form_in_url() -> FormAddress:
    """Return the form that the address in the browser names."""
    return tuple((name, value) for name in PARAM_NAMES if (value := st.query_params.get(name, "")))


def restore(prefix: str) -> bool:
    """Copy the form's draft into the session state, except keys already there. Return whether anything was copied."""
    draft = _drafts.get((draft_owner(), form_in_url()), {})
    missing = {key: value for key, value in draft.items() if key.startswith(prefix) and key not in st.session_state}
    st.session_state.update(missing)
    return bool(missing)


def version_of_draft(record: Record) -> str:
    """Return the version on which this editor's draft of the form in the address was opened, or that of `record` now.

    What was typed before a colleague saved the record is shown again with the newer version beside it.
    """
    owner, form = draft_owner(), {**dict(form_in_url()), "editing": ""}
    here = (dict(known) for whose, known in reversed(_drafts) if owner and whose == owner)
    return next((draft["editing"] for draft in here if {**draft, "editing": ""} == form), record.version)


def remember(prefix: str) -> None:
    """Keep the values of a form's widgets as its draft. If nothing was typed, drop the draft; when signed out, keep nothing."""
    st.session_state[_SHOWN] = form_in_url(), prefix
    if not has_input(prefix):
        discard()  # nothing was typed
    elif owner := draft_owner():  # while nobody can say who is signed in, what is typed is in this tab only
        form, buttons = (owner, form_in_url()), button_keys()
        known = [(str(key), value) for key, value in st.session_state.items() if key not in buttons]
        _drafts[form] = {key: value for key, value in known if key.startswith(prefix)}
        _drafts.move_to_end(form)
        for oldest in [known for known in _drafts if known[0] == owner][:-MAX_DRAFTS]:
            del _drafts[oldest]


def has_input(prefix: str) -> bool:
    """Return whether a field whose key starts with `prefix` holds something other than its initial value."""
    state = st.session_state
    # the initial value of the field `name` is kept under the key of the form, followed by `start_` and `name`
    starts = [str(key) for key in state if str(key).startswith(prefix) and "_start_" in str(key)]
    pairs = [(key, key.replace("_start_", "_", 1)) for key in starts]
    return any(field in state and _comparable(state[field]) != _comparable(state[key]) for key, field in pairs)


def _comparable(value: Any) -> Any:
    """Return the value of a widget for a comparison: a tuple becomes a list, and every empty value becomes None."""
    return (list(value) if isinstance(value, tuple) else value) or None


def discard(form: FormAddress | None = None) -> None:
    """Drop this editor's draft of `form`, by default of the form in the address. Do nothing if there is none."""
    _drafts.pop((draft_owner(), form or form_in_url()), None)


def forget_input(prefix: str) -> None:
    """Delete all keys that start with `prefix` from the session state, after a form or a review was closed."""
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]


def _forget_words(take_out: TakeOut | None) -> None:
    """After a redaction, take the removed words out of all drafts. If they are unknown, drop the drafts."""
    for form, draft in list(_drafts.items()):
        if take_out and take_out(dict(form[1])) == dict(form[1]):
            _drafts[form] = draft_without_words(draft, take_out)
        else:
            del _drafts[form]


register_drafts(_forget_words)


def draft_count() -> int:
    """Return how many drafts of forms are kept, of all editors."""
    return len(_drafts)


def show_typed_texts(page: Page) -> None:
    """Show what this editor typed in the form of the address, to be copied: its record was archived meanwhile."""
    _remember_shown()
    draft = _drafts.get((draft_owner(), form_in_url()), {})
    starts = {key.replace("_start_", "_", 1): value for key, value in draft.items() if "_start_" in key}
    typed = (draft[key] for key, start in starts.items() if _comparable(draft.get(key)) != _comparable(start))
    # a text in words: codes of other fields are chosen again in a moment
    if texts := [value for value in typed if isinstance(value, str) and " " in value.strip()]:
        page.show("forms/typed_texts.html", texts=texts)


def _remember_shown() -> None:
    form, prefix = st.session_state.get(_SHOWN, ((), ""))
    if prefix and form == form_in_url():
        remember(prefix)


def show_failure(_error: Exception) -> bool:
    """Say that a page, a fragment or a callback failed, and keep the draft. Return True: Streamlit logged it, and shows nothing."""
    with suppress(Exception):
        _remember_shown()
    sentence = _(
        "Something went wrong here. The error has been logged, without what you typed. What you typed is kept: try "
        "again or, if that does not help, load the page again. If it happens again, tell whoever runs this site."
    )
    # where an editor is signed in, this takes the place of the page that the server sent
    foot = '<div class="rt-foot" hidden></div>' if "typist" in st.session_state else ""
    again = f'<p><a class="rt-primary" href="">{escape(_("Try again"))}</a></p>'
    st.html(f'<div role="alert"><p class="rt-warn">{escape(sentence)}</p>{again}{foot}</div>')
    return True


def show_waiting_drafts(page: Page, *, record_id: str = "", what: str = "") -> None:
    """Show this editor's newest drafts for the record `record_id` or, without it, for the form `what` on the page /edit."""
    if not page.can_edit or not (me := draft_owner()):
        return
    sentences = {
        "": _("You have an unsaved draft of an assessment."),
        "recommendation": _("You have an unsaved draft of a recommendation."),
        "document": _("You have an unsaved draft of a document."),
        "evidence": _("You have an unsaved draft of evidence."),
    }
    changes = (_("You have unsaved changes to this recommendation."), _("You have unsaved changes in a form."))
    about = {("id", record_id), ("for", record_id)} if record_id else {("what", what)}
    here = (form for owner, form in reversed(_drafts) if owner == me and not about.isdisjoint(form))
    for form in islice(here, MAX_DRAFTS_SHOWN):
        named, key = dict(form), "_".join(map("_".join, form))
        with st.container(horizontal=True, vertical_alignment="center", key=f"rt_draft_{key}"):
            href = page.context.link("/edit" if "what" in named else "/recommendation", *form)
            is_change = ("id" if "what" in named else "form") in named
            sentence = changes["what" in named] if is_change else sentences[named.get("what", "")]
            page.show("forms/waiting_draft.html", sentence=sentence, href=href)
            label = _("Discard the draft")
            st.button(label, type="tertiary", key=f"discard_draft_{key}", on_click=discard, args=(form,))


@cache
def _open_forms(state: StoragePlace) -> OpenForms:
    """Return the forms that are open now. If `state` is in a database, include those of other copies of the dashboard."""
    is_shared = isinstance(state, DatabasePlace)
    return OpenForms(time.monotonic, FormsOfCopies(open_storage(state), time.monotonic) if is_shared else None)


def note_closed_form() -> None:
    """Note that this browser tab has no form open any more."""
    _open_forms(load_config().state).unregister(_tab_id())


def _tab_id() -> str:
    """Return a random id of this browser tab. It is kept in the session state."""
    return str(st.session_state.setdefault("presence_tab", secrets.token_hex(8)))


@st.fragment(run_every=CHECK_PRESENCE_EVERY_SECONDS)
def show_presence(record: Record) -> None:
    """While the editor is signed in, tell others that this form on `record` is open, and show who else has it open."""
    others: tuple[str, ...] = ()
    if me := draft_owner():
        others = _open_forms(load_config().state).register(_tab_id(), f"{type(record).__name__} {record.id}", me)
    else:
        note_closed_form()
    sentence = ngettext(
        "{handles} has this form open too. Whoever saves second is shown both versions.",
        "{handles} have this form open too. Whoever saves later is shown both versions.",
        len(others),
        handles=", ".join(others),
    )
    # screen readers announce only what changes in a live region that is already there
    with st.container(key="rt_presence"):
        st.html(f'<div role="status">{f"<p class=rt-presence>{escape(sentence)}</p>" if others else ""}</div>')
