"""Sort keys for ids and titles.

With them, r2 comes before r10, and Russian and Kyrgyz letters are in alphabetical order.
"""

import re

_NUMBER = re.compile(r"[0-9]+")
_LETTER_ORDER = str.maketrans({"ё": "е", "ң": "н\uffff", "ө": "о\uffff", "ү": "у\uffff"})
"""A translation table. Unicode puts these letters after я.

With the table, ё is sorted like е, and ң, ө, ү come right after н, о, у.
"""


def natural_key(name: str) -> str:
    """Return a sort key for an id. Numbers in ids are compared by their value. Upper and lower case are equal."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), name.casefold())


def alphabetical_key(text: str) -> tuple[str, str]:
    """Return a sort key for a title in Latin, Russian or Kyrgyz letters. Numbers are compared by their value."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), text.casefold()).translate(_LETTER_ORDER), text
