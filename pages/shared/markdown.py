"""Sentences with words from data in them: Streamlit takes an alert for Markdown, so every sign of it is shown as it is."""

import re

from tracker.model.localized_text import strip_bidi_controls

MARKDOWN_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>#|~$&!]|:(?=\w|//\w)")


def escape_markdown(text: str) -> str:
    """The text for st.error and the like. A list of lines that begin with "- " stays one."""
    return MARKDOWN_CHARACTERS.sub(r"\\\g<0>", strip_bidi_controls(text))
