"""Sorting names the way people do: r2 before r10, and each letter where its alphabet has it."""

import re

_NUMBER = re.compile(r"[0-9]+")
_AFTER = str.maketrans({"ё": "е", "ң": "н\uffff", "ө": "о\uffff", "ү": "у\uffff"})
"""Letters that stand behind я in the order of the codes: ё counts as е, and ң, ө, ү come right after н, о, у."""


def natural_key(name: str) -> str:
    """A sort key in which numbers count as numbers."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), name.casefold())


def alphabetical_key(text: str) -> tuple[str, str]:
    """A sort key for titles in Latin, Russian and Kyrgyz letters."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), text.casefold()).translate(_AFTER), text
