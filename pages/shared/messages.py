"""Messages in the language of the page that runs now: `_` and `ngettext`, what an error says, Markdown characters.

Streamlit runs each page in a thread of its own, so no function needs to hand the language on.
"""

import re
from contextvars import ContextVar

import streamlit as st

from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import TrackerError
from tracker.model.localized_text import strip_bidi_controls
from tracker.model.registers import Settings
from tracker.publishing.wording import error_sentence

MARKDOWN_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>#|~$&!]|:(?=\w|//\w)")


def escape_markdown(text: str) -> str:
    """Return the text with Markdown characters escaped. Lines that begin with "- " stay a list."""
    return MARKDOWN_CHARACTERS.sub(r"\\\g<0>", strip_bidi_controls(text))


_language: ContextVar[Language] = ContextVar("language")


def open_language(settings: Settings | None = None) -> Language:
    """Return the language of the page, and keep it for its messages. Main language and time zone are those of `settings`."""
    code = st.query_params.get("lang", "")
    if code not in LANGUAGES:
        code = preferred_language(st.context.headers.get("Accept-Language", "") or st.context.locale or "")
    _language.set(get_language(code, settings))
    return _language.get()


def page_language() -> Language:
    """Return the language of the page that runs now, in a callback that of the page that runs next."""
    return _language.get(None) or open_language()


def _(message: str, /, **values: object) -> str:
    """Return the translation of `message`, with its placeholders replaced by the `values`."""
    return page_language().gettext(message, **values)


def ngettext(one: str, several: str, n: int, /, **values: object) -> str:
    """Return the translation in the singular or plural form for the number `n`."""
    return page_language().ngettext(one, several, n, **values)


def error_text(error: TrackerError) -> str:
    """Return what an error says."""
    return error_sentence(page_language(), error)


def show_error(error: TrackerError) -> None:
    """Show what an error says."""
    st.error(escape_markdown(error_text(error)))
