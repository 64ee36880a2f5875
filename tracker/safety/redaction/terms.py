"""Find and replace the words of a redaction in texts and files, and find these words in links and ids."""

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
"""Language → text that replaces redacted words. This text is put in round brackets: YAML allows them without quotes."""
REDACTED_HANDLE = "removed-for-safety"
"""The handle that replaces a redacted handle."""
MIN_TERM_LENGTH = 3
DIGEST = re.compile(r"[0-9a-f]{64}")
INVISIBLE_CHARACTERS = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
"""Invisible characters that may occur inside a word."""


class RedactionTerms:
    """The phrases to redact. `typed` are the phrases as typed by a user.

    Upper and lower case are equal, and a line break is equal to a space. If a match is only a part of a word, the
    whole word is redacted. If `whole` is True, only whole words match. Raises RedactionRefused if there are no
    phrases, or if a phrase is too short or is a part of the replacement text.
    """

    def __init__(self, typed: Iterable[str], *, whole: bool = False) -> None:
        phrases = sorted(
            {" ".join(unicodedata.normalize("NFC", one).split()) for one in typed} - {""}, key=len, reverse=True
        )
        if not phrases:
            raise RedactionRefused(N_("Nothing was entered. Nothing was removed."))
        if any(len(one) < MIN_TERM_LENGTH for one in phrases):
            raise RedactionRefused(N_("Words of fewer than 3 characters occur too often. Enter a longer phrase."))
        self.whole, self._texts = whole, _pattern(phrases, r"\s+", whole)
        self._files = _pattern(phrases, r"(?:\s|#)+", whole)
        self._codes = _pattern(phrases, r"[\W_]+", whole)
        if any(
            self.find_spans(replacement_text(code, date(2000, 1, 1))) for code in REPLACEMENTS
        ) or self._codes.search(REDACTED_HANDLE):
            raise RedactionRefused(N_("These words are part of the notice that replaces them. Enter a longer phrase."))

    def find_spans(self, text: str, *, in_file: bool = False) -> list[tuple[int, int]]:
        """Return the (start, end) positions of each match of a phrase, in the order of the text.

        Matches with only spaces between them are joined. If `in_file` is True, a phrase in a comment is also found if
        the phrase continues on the next line, after the # of that line.
        """
        spans: list[tuple[int, int]] = []
        for match in (self._files if in_file else self._texts).finditer(text):
            if _is_in_digest(text, *match.span()):
                continue
            start, end = match.span() if self.whole else _whole_word(text, *match.span())
            if spans and not text[spans[-1][1] : start].strip():
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def redact_text(self, text: str, replacement: str, *, in_file: bool = False) -> str:
        """Return the text with each match of a phrase replaced by `replacement`. `in_file` is as in `find_spans`."""
        for start, end in reversed(self.find_spans(text, in_file=in_file)):
            text = text[:start] + replacement + text[end:]
        return text

    def occurs_in_code(self, code: str) -> bool:
        """Return whether a link, id or file name contains a phrase. Hyphens or other signs may join its words."""
        code = unquote(code)
        return any(not _is_in_digest(code, *match.span()) for match in self._codes.finditer(code))


def _pattern(phrases: list[str], gap: str, whole: bool) -> re.Pattern[str]:
    alternatives = "|".join(
        gap.join(INVISIBLE_CHARACTERS.join(map(_letter_pattern, word)) for word in one.split()) for one in phrases
    )
    compiled = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if whole else alternatives, re.I)
    # the re module keeps compiled patterns in a cache, and these contain the words
    re.purge()
    return compiled


def _letter_pattern(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    # Russian names are written with ё and with е
    if letter in "её":
        return "(?:ё|е\u0308?)"
    return f"(?:{letter}|{decomposed})" if decomposed != letter else re.escape(letter)


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a match to whole words and return its new (start, end). A name may have a grammatical ending."""
    while _is_word_character(text, start) and _is_word_character(text, start - 1):
        start -= 1
    while _is_word_character(text, end - 1) and _is_word_character(text, end):
        end += 1
    return start, end


def _is_in_digest(text: str, start: int, end: int) -> bool:
    """Return whether a match is inside a SHA-256 in hex. It can hold the letters of a short name by chance."""
    start, end = _whole_word(text, start, end)
    return DIGEST.fullmatch(text, start, end) is not None


def _is_word_character(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or unicodedata.combining(text[at]) > 0)


def replacement_text(lang: str, day: date) -> str:
    """Return the text that replaces redacted words, with the date `day`. It is in English if `lang` is not known."""
    return f"({REPLACEMENTS.get(lang, REPLACEMENTS['en'])} {day})"
