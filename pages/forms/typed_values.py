"""What stands below a field for a date or a link: how it was understood, or what to type instead; and the calendar."""

import secrets
from contextlib import suppress
from datetime import date
from typing import Any

import streamlit as st
from markupsafe import escape
from streamlit.delta_generator import DeltaGenerator

from pages.shared.layout import Page
from tracker.editing.forms.typed_dates import read_date
from tracker.editing.forms.values import complete_link, date_errors, link_errors
from tracker.i18n import Language
from tracker.model.localized_text import clean_input


def errors_token() -> str:
    """Return the `arrive` of the errors in a form. It is new in each run that was started by a button that saves a form."""
    if any(
        value is True and str(key).startswith(("save_", "on_top_", "bulk_add_"))
        for key, value in st.session_state.items()
    ):
        st.session_state["wrong_token"] = secrets.token_hex(4)
    return str(st.session_state.get("wrong_token", ""))


def date_in_words(language: Language, partial_date: str) -> str:
    """Return a partial date as people write it, or as it is if it is none or the words would be read as another date."""
    if not partial_date or read_date(partial_date).date != partial_date:
        return partial_date
    words = language.format_date(partial_date)
    return words if read_date(words).date == partial_date else partial_date


def show_date_reading(page: Page, typed: str, label: str, *, key: str, at: DeltaGenerator) -> tuple[str, str]:
    """Show below the field `label` how the `typed` date was understood. Return (partial date, what is wrong with it).

    If the text is not understood, the first is the text, so that it cannot be saved. If it may mean several dates, there
    is a button for each, which puts the date into the widget `key`.
    """
    language, text = page.context.language, clean_input(typed)
    _ = language.gettext
    reading = read_date(text, page.view.today)
    if reading.date:
        show_note(at, _("Understood as: {date}", date=language.format_date(reading.date)))
        return reading.date, ""
    error = next(date_errors(text, label, language, today=page.view.today), "")
    if error:
        show_field_error(at, error)
    if reading.choices:
        with at.container(horizontal=True, gap="small"):
            for choice in reading.choices:
                st.button(
                    language.format_date(choice), key=f"{key}_is_{choice}", on_click=_put_text, args=(key, choice)
                )
    return text, error


def show_link_reading(page: Page, typed: str, *, at: DeltaGenerator) -> tuple[str, str]:
    """Show below a field how the `typed` link is saved. Return (link, what is wrong with it).

    If the text is not a link, the first is the text, so that it cannot be saved.
    """
    language, text = page.context.language, clean_input(typed)
    _ = language.gettext
    if not text:
        return "", ""
    if link := complete_link(text):
        if link != text:
            show_note(at, _("Saved as: {link}", link=link))
        return link, ""
    error = next(link_errors(text, language), "")
    if error:
        show_field_error(at, error)
    return text, error


def show_calendar(language: Language, *, key: str) -> None:
    """Show a button that opens a calendar. The day that is chosen there is put into the text widget `key`."""
    _ = language.gettext
    day_key = f"{key}_day"
    typed = read_date(str(st.session_state.get(key) or "")).date
    st.session_state[day_key] = None
    with suppress(ValueError):
        st.session_state[day_key] = date.fromisoformat(typed)
    # the style sheet leaves only the button of this field: dates are typed in the field beside it
    with st.container(key=f"rt_calendar_{key}", width=48):
        st.date_input(
            _("Choose a day in a calendar"),
            value=None,
            min_value=date(1900, 1, 1),
            max_value=date(2100, 12, 31),
            key=day_key,
            label_visibility="collapsed",
            on_change=_put_day,
            args=(key, day_key),
        )


def show_note(at: Any, sentence: str) -> None:
    """Show a sentence about a field, below it."""
    at.html(f'<p class="rt-fieldnote" role="status">{escape(sentence)}</p>')


def show_field_error(at: DeltaGenerator, sentence: str, arrive: str = "") -> None:
    """Show what is wrong with a field, below it. The `sentence` is "" if it stands there already.

    The browser goes to the first field with an `arrive` that is new.
    """
    mark = f' data-arrive="{arrive}"' if arrive else ""
    at.html(f'<p class="rt-fielderror"{mark}>{escape(sentence)}</p>')


def _put_text(key: str, text: str) -> None:
    st.session_state[key] = text


def _put_day(key: str, day_key: str) -> None:
    if isinstance(day := st.session_state.get(day_key), date):
        st.session_state[key] = day.isoformat()
