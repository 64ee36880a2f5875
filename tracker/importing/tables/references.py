"""A reference in one cell, such as "E/C.12/…/CO/4, para. 12 (a)" or "CCPR 2022 §12": symbol, committee, year, paragraph."""

import re
from dataclasses import dataclass

from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.tables.spreadsheet_words import normalize_words, spreadsheet_words
from tracker.importing.vocabulary import ImportVocabulary

LONGEST_REFERENCE = 200
_LETTERS = r"(?:\s*\(\s*[a-zа-я]\s*\)|[a-zа-я](?!\w))"
_PLAIN = rf"\d{{1,3}}(?:\s*[–-]\s*\d{{1,3}})?(?!\d)(?:{_LETTERS}(?:\s*(?:,|and|и|жана)?{_LETTERS})*)?"
_WORDS = r"paragraphs?|paras?|par|§+|пунктах|пункты|пункта|пункте|пункт|пп|п|параграф|пар"
NAMED_PARAGRAPH = re.compile(
    rf"(?<!\w)(?:{_WORDS})\.?\s*(?P<n>{_PLAIN}(?:\s*(?:,|;|and|и|жана)\s*{_PLAIN})*)", re.IGNORECASE
)
NUMBERED_PARAGRAPH = re.compile(r"(?<![\w/.])(?P<n>\d{1,3})(?:\s*-\s*|\s+)(?:п\b\.?|пункт\w*)", re.IGNORECASE)
BARE_NUMBER = re.compile(rf"(?<![\w/.§])(?P<n>{_PLAIN})(?![\w/])", re.IGNORECASE)
YEAR = re.compile(r"(?<![\d/])(?:19|20)\d\d(?!\d)")
_CYRILLIC = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Cyrillic capitals that stand in symbols by mistake, and the Latin ones that look the same."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a text names; "" for what it does not. `body` is the id of a committee, or the code of one not listed here.

    `is_clear` is False if there are other words in the text: they may name another document or State.
    """

    symbol: str = ""
    body: str = ""
    year: str = ""
    paragraph: str = ""
    is_clear: bool = True

    @property
    def is_complete(self) -> bool:
        """Return whether it names a document or a committee, and a paragraph."""
        return bool((self.symbol or self.body) and self.paragraph)


def read_reference(text: str, vocabulary: ImportVocabulary) -> Reference:
    """Return what a text names. A text with several symbols or several committees names none of them."""
    if len(text) > LONGEST_REFERENCE:
        return Reference()
    rest = re.sub(r"\s*/\s*", "/", " ".join(text.split()))
    plain = rest.translate(_CYRILLIC)
    symbols = [*SYMBOL.finditer(plain)]
    symbol = symbols[0][0].replace("–", "-") if len(symbols) == 1 else ""
    for found in reversed(symbols):
        rest = rest[: found.start()] + " ; " + rest[found.end() :]
    bodies = bodies_in(rest, vocabulary)
    words = normalize_words(rest)
    year = next(iter(YEAR.findall(rest)), "")
    named = NAMED_PARAGRAPH.search(rest) or NUMBERED_PARAGRAPH.search(rest)
    if not named and (symbol or len(bodies) == 1):
        named = BARE_NUMBER.search(YEAR.sub(" ; ", rest))
    for known in sorted(_body_names(vocabulary), key=len, reverse=True):
        words = f" {words} ".replace(f" {known} ", " ").strip()
    own = {word[:5] for name in vocabulary.state for word in normalize_words(name).split()}
    left = [
        word
        for word in re.findall(r"[^\W\d_]{3,}", words)
        if word not in spreadsheet_words().reference_words and word[:5] not in own
    ]
    return Reference(
        symbol=symbol,
        body=next(iter(bodies)) if len(bodies) == 1 else "",
        year=year,
        paragraph=_tidy(named["n"]) if named else "",
        is_clear=not left and len(symbols) < 2 and len(bodies) < 2,
    )


def symbol_in(text: str) -> re.Match[str] | None:
    """Return the symbol of concluding observations that a text is, or None. Spaces and small letters do not matter."""
    return SYMBOL.fullmatch("".join(text.split()).upper().replace("–", "-"))


def bodies_in(text: str, vocabulary: ImportVocabulary) -> tuple[str, ...]:
    """Return the committees that a text names: ids, and codes of bodies that the dataset does not have."""
    words = f" {normalize_words(text)} "
    known = _body_names(vocabulary)
    names = sorted((name for name in known if f" {name} " in words), key=len, reverse=True)
    found: dict[str, None] = {}
    for name in names:
        if f" {name} " in words:  # not inside a longer name that was found before
            words = words.replace(f" {name} ", " ; ")
            found[known[name]] = None
    return tuple(found)


def _body_names(vocabulary: ImportVocabulary) -> dict[str, str]:
    others = spreadsheet_words().bodies
    codes = {normalize_words(code): code for code in others.values()}
    return {**codes, **others, **vocabulary.codes.get("body", {})}


def _tidy(paragraph: str) -> str:
    return re.sub(r"\s*\(\s*(\w)\s*\)", r" (\1)", " ".join(paragraph.split())).strip()
