"""Symbols, cycles and titles of documents, and changes that a file makes: for the imports of documents and of tables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant, clean_input, one_line
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind
from tracker.queries.view import View
from tracker.validation.state_party import SYMBOL

LATIN_LOOKALIKES = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Maps Cyrillic capitals, which stand by mistake in the symbols of Russian documents, to Latin ones that look the same."""
_CYCLE = re.compile(r"/CO/(\d{1,2}(?:-\d{1,2})?)(?!\d)")
_TEENS = "(?!надцат|[ьи]десят)"
_ORDINALS = (
    r"first\b|initial|перв|premier|primer second\b|втор|deuxième|segundo third\b|трет|troisième|tercer "
    rf"fourth\b|четв[её]рт|quatrième|cuarto fifth\b|пят{_TEENS}|cinquième|quinto sixth\b|шест{_TEENS}|sixième|sexto "
    rf"seventh\b|седьм|septième|séptimo eighth\b|восьм{_TEENS}|huitième|octavo ninth\b|девят{_TEENS}|neuvième|noveno"
).split(" ")
"""The ordinal numbers of periodic reports in the titles of documents, from the first to the ninth."""
MAX_TITLE_LENGTH = 120
"""The maximum length of a proposed title, in characters. An editor can type a longer one."""
_SHORT_WORDS_AT_END = re.compile(r"(?:\s+[^\w\s]*\w{1,5}\.)+$")


class RowState(StrEnum):
    """How a row, paragraph or deadline of a file compares with the tracker. REFUSED: it cannot be saved.

    CONFLICT: a field of a row was edited on both sides, or the tracker has recommendations for letters of a paragraph.
    """

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportedChange:
    """A field that the file would change. `old` and `new` are codes, partial dates or texts; "" is no value.

    `field` is a column, or "parts/a" for part (a). `is_conflict`: the tracker's value was edited after the export.
    """

    field: str
    old: str
    new: str
    language: str = ""
    is_conflict: bool = False


def match_symbol(text: str) -> re.Match[str] | None:
    """Return the match if the whole text is a symbol of concluding observations, else None. Case and spaces do not matter."""
    return SYMBOL.fullmatch("".join(text.split()).upper().replace("–", "-"))


def propose_cycle(symbol: str, title: str = "") -> str:
    """Return the reporting cycle in a symbol: "4" for E/C.12/…/CO/4, "5-6" for …/CO/5-6.

    Return "" if there is none, or if the title of the document names other reports ("fourth periodic report", CO/44).
    """
    found = _CYCLE.search(symbol)
    return found[1] if found and not differs_in_report(title, found[1]) else ""


def differs_in_report(title: str, other: str) -> bool:
    """Return whether two texts, a title or a cycle, name numbers of periodic reports, and none is in both."""
    first, second = (
        {*map(int, re.findall(r"\b\d{1,2}\b", text) if text[:1].isdigit() else [])}
        | {
            n
            for n, stem in enumerate(_ORDINALS, 1)
            if re.search(rf"(?<![\w-])(?<!ать )(?<!cimo )(?<!simo )(?:{stem})", text, re.I)
        }
        for text in (title, other)
    )
    return bool(first and second and not first & second)


def observations_of_symbol(view: View, symbol: str | None) -> Document | None:
    """Return the concluding observations (also archived) with this symbol, or None. Case and spaces do not matter."""
    wanted = "".join((symbol or "").split()).casefold()
    known = (*view.documents.values(), *view.dataset.documents.values())
    found = (d for d in known if "".join((d.symbol or "").split()).casefold() == wanted)
    return next((d for d in found if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS), None) if wanted else None


def wording_in(text: Mapping[str, TextVariant] | None, language: str, main: str) -> str:
    """Return the wording of `text` in `language`, or "". An empty code, here or in `text`, means the language `main`."""
    variants = text or {}
    found = variants.get(language or main) or (variants.get(NO_LANGUAGE_CODE) if language in ("", main) else None)
    return found.text if found else ""


def shorten_title(text: str) -> str:
    """Return a text as a title of one line, without ";" at its end: if it is too long, its first words and "…"."""
    title = one_line(clean_input(text)).rstrip(" ;,")
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    cut = title[: MAX_TITLE_LENGTH - 1].rpartition(" ")[0] or title[: MAX_TITLE_LENGTH - 1]
    # a title does not end in "No." or "(art."
    return f"{_SHORT_WORDS_AT_END.sub('', cut)}…"
