"""Sort keys for names and titles: r2 before r10, and letters in the order of their alphabet."""

import re

_NUMBER = re.compile(r"[0-9]+")
_LETTER_ORDER = str.maketrans({"ё": "е", "ң": "н\uffff", "ө": "о\uffff", "ү": "у\uffff"})
"""Unicode has these letters after я; here ё counts as е, and ң, ө, ү come right after н, о, у."""


def natural_key(name: str) -> str:
    """Return a sort key in which numbers are compared by their value."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), name.casefold())


def alphabetical_key(text: str) -> tuple[str, str]:
    """Return a sort key for titles in Latin, Russian and Kyrgyz letters."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), text.casefold()).translate(_LETTER_ORDER), text
