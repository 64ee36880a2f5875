"""Read a web address as people type it: without https://, in brackets, or with a full stop after it."""

import re

from tracker.model.field_types import is_url

HOST = r"(?:[\w-]+\.)+[^\W\d_]{2,}"
ADDRESS_WITHOUT_SCHEME = re.compile(rf"{HOST}(?::\d+)?(?:[/?#][^\s<>\"]*)?", re.I)


def complete_link(text: str) -> str:
    """Return the web address in the typed `text`, with https:// in front if it has no scheme.

    Return "" if the text is not a web address.
    """
    text = text.strip().rstrip(".,;").strip("<>")
    if scheme := re.match(r"https?://", text, re.I):
        link = scheme[0].casefold() + text[scheme.end() :]
        return link if is_url(link) else ""
    text = text.removeprefix("//")
    return f"https://{text}" if ADDRESS_WITHOUT_SCHEME.fullmatch(text) else ""
