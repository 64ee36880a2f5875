"""The public address of a document: the one that is recorded, or the one that its UN symbol gives."""

import re

from tracker.model.registers import Document
from tracker.storage.yaml.defaults import known_symbols

UN_DOCUMENTS = "https://undocs.org/"
_FIRST_PARTS = sorted({"A", "E", "S", "ST", "HRI", "HRC", *(start.partition("/")[0] for start in known_symbols())})
UN_SYMBOL = re.compile(rf"(?:{'|'.join(_FIRST_PARTS)})(?:/[A-Za-z0-9.()-]+)+", re.ASCII)
"""Matches a symbol of the UN's document system, such as E/C.12/KGZ/CO/2-3."""


def public_link(document: Document) -> str:
    """Return the address at which a document can be read, or "" if none is known.

    If no link is recorded, a UN symbol gives the address in the UN's document system.
    """
    if document.link:
        return document.link
    symbol = (document.symbol or "").strip()
    return UN_DOCUMENTS + symbol if UN_SYMBOL.fullmatch(symbol) else ""
