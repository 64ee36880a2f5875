"""Sorting names the way people do: r2 before r10."""

import re

_NUMBER = re.compile(r"[0-9]+")


def natural(name: str) -> str:
    """A sort key in which numbers count as numbers."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), name.casefold())
