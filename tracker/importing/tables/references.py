"""A reference in one cell, such as "E/C.12/…/CO/4, para. 12 (a)": symbol, committee, year, paragraph."""

import re
from dataclasses import dataclass

from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.tables.spreadsheet_words import mechanism_words, normalize_words, spreadsheet_words
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


def symbol_in(text: str) -> re.Match[str] | None:
    """Return the symbol of concluding observations that a text is, or None. Spaces and small letters do not matter."""
    return SYMBOL.fullmatch("".join(text.split()).upper().replace("–", "-"))


class ReferenceReader:
    """Reads references with the names of the committees that a dataset knows. Reading many of them is fast."""

    def __init__(self, vocabulary: ImportVocabulary) -> None:
        self.bodies = {**mechanism_words(), **vocabulary.codes.get("body", {})}
        names = sorted(self.bodies, key=len, reverse=True)  # a name may be inside a longer one
        self.names = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, names))})(?!\S)")
        self.state = {word[:5] for name in vocabulary.state for word in normalize_words(name).split()}

    def read(self, text: str) -> Reference:
        """Return what a text names. A text with several symbols or several committees names none of them."""
        if len(text) > LONGEST_REFERENCE:
            return Reference()
        rest = re.sub(r"\s*/\s*", "/", " ".join(text.split()))
        symbols = [*SYMBOL.finditer(rest.translate(_CYRILLIC))]
        for found in reversed(symbols):
            rest = rest[: found.start()] + " ; " + rest[found.end() :]
        words = normalize_words(rest)
        bodies = self._bodies(words)
        named = NAMED_PARAGRAPH.search(rest) or NUMBERED_PARAGRAPH.search(rest)
        if not named and (len(symbols) == 1 or len(bodies) == 1):
            named = BARE_NUMBER.search(YEAR.sub(" ; ", rest))
        known = spreadsheet_words().reference_words
        left = re.findall(r"[^\W\d_]{3,}", self.names.sub(" ", words))
        left = [word for word in left if word not in known and word[:5] not in self.state]
        return Reference(
            symbol=symbols[0][0].replace("–", "-") if len(symbols) == 1 else "",
            body=bodies[0] if len(bodies) == 1 else "",
            year=next(iter(YEAR.findall(rest)), ""),
            paragraph=_tidy(named["n"]) if named else "",
            is_clear=not left and len(symbols) < 2 and len(bodies) < 2,
        )

    def bodies_in(self, text: str) -> tuple[str, ...]:
        """Return the committees that a text names: ids, and codes of bodies that the dataset does not have."""
        return self._bodies(normalize_words(text))

    def _bodies(self, words: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.bodies[name] for name in self.names.findall(words)))


def _tidy(paragraph: str) -> str:
    return re.sub(r"\s*\(\s*(\w)\s*\)", r" (\1)", " ".join(paragraph.split())).strip()
