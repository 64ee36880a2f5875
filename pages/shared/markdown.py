"""Escape text from data for `st.error`, `st.warning` and similar functions, which treat their text as Markdown."""

import re

from tracker.model.localized_text import strip_bidi_controls

MARKDOWN_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>#|~$&!]|:(?=\w|//\w)")


def escape_markdown(text: str) -> str:
    """Return the text with Markdown characters escaped. Lines that begin with "- " stay a list."""
    return MARKDOWN_CHARACTERS.sub(r"\\\g<0>", strip_bidi_controls(text))
