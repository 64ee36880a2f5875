"""Finding words in records the way people type them."""

import unicodedata
from collections.abc import Iterable

from tracker.model import Assessment, Recommendation
from tracker.registers import Document

_ALIKE = str.maketrans("өүң", "оун")
_SHORT = "\u0306"  # the breve of й, which is a letter of its own


def fold(text: str) -> str:
    """A text as a search compares it: without case, accents and the difference of ё and е, ө and о, ү and у, ң and н."""
    flat = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c) or c == _SHORT
    )
    return unicodedata.normalize("NFC", flat).translate(_ALIKE)


def searchable(r: Recommendation, document: Document | None, assessments: Iterable[Assessment]) -> str:
    """Every text of a recommendation and of these assessments, folded, with its symbol and paragraph."""
    texts = [*r.title.values(), *r.summary.values(), *(r.text or {}).values()]
    texts += [w for part in r.parts for w in part.summary.values()]
    texts += [w for a in assessments for w in a.reason.values()]
    return fold(
        "\n".join([r.id, document.symbol or "" if document else "", r.paragraph or "", *(w.text for w in texts)])
    )
