"""Texts in the language of the page that runs now: `_`, `ngettext`, the sentences of errors; and escaping for Markdown.

Streamlit runs each page in a thread of its own. Therefore the language need not be passed from function to function.
"""

import re
from contextlib import suppress
from contextvars import ContextVar

import streamlit as st

from tracker.config import load_config
from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import TrackerError
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.registers import Settings
from tracker.publishing.wording import error_sentence
from tracker.queries.current_view import current_view

MARKDOWN_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>#|~$&!]|:(?=\w|//\w)")


def escape_markdown(text: str) -> str:
    """Return the text with Markdown escaped, except lists with "- ", and without bidirectional control characters."""
    return MARKDOWN_CHARACTERS.sub(r"\\\g<0>", strip_bidi_controls(text))


_language: ContextVar[Language] = ContextVar("language")


def choose_page_language(settings: Settings | None = None) -> Language:
    """Choose the language of this run of the page (URL parameter `lang`, or the browser's), keep it, and return it."""
    code = st.query_params.get("lang", "")
    if code not in LANGUAGES:
        code = preferred_language(st.context.headers.get("Accept-Language", "") or st.context.locale or "")
    _language.set(get_language(code, settings))
    return _language.get()


def page_language() -> Language:
    """Return the language of the page that runs now. A callback runs before its page, so the language is chosen for it here."""
    return _language.get(None) or choose_page_language()


def _(message: str, /, **values: object) -> str:
    """Return the translation of `message`, with its placeholders such as {name} replaced by the `values`."""
    return page_language().gettext(message, **values)


def ngettext(one: str, several: str, n: int, /, **values: object) -> str:
    """Return the translation in the form for the number `n`, with its placeholders replaced by `n` and the `values`."""
    return page_language().ngettext(one, several, n, **values)


def error_text(error: TrackerError) -> str:
    """Return the sentence of an error in the language of the page, with names for ids."""
    view = None
    with suppress(TrackerError):
        view = current_view(load_config().data, {})
    return error_sentence(page_language(), error, view)


def show_error(error: TrackerError) -> None:
    """Show the sentence of an error in an error box."""
    st.error(escape_markdown(error_text(error)))
