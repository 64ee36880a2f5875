"""The words to remove for safety: how they are found in a text, a file and a code, and what stands in their place."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import unquote

from tracker.model.errors import RedactionRefused
from tracker.model.labels import N_

REPLACEMENTS = {
    "en": "removed for safety",
    "ru": "удалено ради безопасности",
    "ky": "коопсуздук максатында алынып салынды",
}
"""What stands where words were, in the language of the wording. In brackets that YAML takes for part of a text."""
REDACTED_HANDLE = "removed-for-safety"
"""The handle that stands in place of one that was removed."""
MIN_TERM_LENGTH = 3
INVISIBLE_CHARACTERS = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
"""Signs that nobody sees and that may stand in the middle of a word."""


class RedactionTerms:
    """The words to remove, each a phrase; they are also found in other letters' case and across line breaks.

    A longer word around one goes with it, unless `whole` words alone are meant.
    """

    def __init__(self, typed: Iterable[str], *, whole: bool = False) -> None:
        phrases = sorted(
            {" ".join(unicodedata.normalize("NFC", one).split()) for one in typed} - {""}, key=len, reverse=True
        )
        if not phrases:
            raise RedactionRefused(N_("No words were given. Nothing was removed."))
        if any(len(one) < MIN_TERM_LENGTH for one in phrases):
            raise RedactionRefused(N_("Words of fewer than 3 characters stand in too much. Give a longer phrase."))
        self.whole, self._texts = whole, _pattern(phrases, r"\s+", whole)
        self._files = _pattern(phrases, r"(?:\s|#)+", whole)
        self._codes = _pattern(phrases, r"[\W_]+", whole)
        if any(
            self.find_spans(replacement_text(code, date(2000, 1, 1))) for code in REPLACEMENTS
        ) or self._codes.search(REDACTED_HANDLE):
            raise RedactionRefused(
                N_("These words stand in the sign that is put in their place. Give a longer phrase.")
            )

    def find_spans(self, text: str, *, in_file: bool = False) -> list[tuple[int, int]]:
        """Where the words stand in a text; `in_file` also across the # of comments. Neighbours are one."""
        found: list[tuple[int, int]] = []
        for hit in (self._files if in_file else self._texts).finditer(text):
            start, end = hit.span() if self.whole else _whole_word(text, *hit.span())
            if found and not text[found[-1][1] : start].strip():
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
        return found

    def redact_text(self, text: str, mark: str, *, in_file: bool = False) -> str:
        """The text with the mark where the words stood."""
        for start, end in reversed(self.find_spans(text, in_file=in_file)):
            text = text[:start] + mark + text[end:]
        return text

    def occurs_in_code(self, code: str) -> bool:
        """Whether a link, an id or a file name holds the words, with whatever signs between them."""
        return self._codes.search(unquote(code)) is not None


def _pattern(phrases: list[str], gap: str, whole: bool) -> re.Pattern[str]:
    many = "|".join(gap.join(INVISIBLE_CHARACTERS.join(map(_letter, word)) for word in one.split()) for one in phrases)
    made = re.compile(rf"(?<!\w)(?:{many})(?!\w)" if whole else many, re.I)
    # what was compiled last is kept, with the words in it
    re.purge()
    return made


def _letter(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    # Russian names are written with ё and with е
    return "(?:ё|е\u0308?)" if letter in "её" else f"(?:{letter}|{apart})" if apart != letter else re.escape(letter)


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """What stands around the words without a gap: the ending of a name tells the name."""
    while _of_word(text, start) and _of_word(text, start - 1):
        start -= 1
    while _of_word(text, end - 1) and _of_word(text, end):
        end += 1
    return start, end


def _of_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or unicodedata.combining(text[at]) > 0)


def replacement_text(lang: str, day: date) -> str:
    """What is put in the place of words in a language."""
    return f"({REPLACEMENTS.get(lang, REPLACEMENTS['en'])} {day})"
