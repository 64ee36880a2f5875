"""The words to remove for safety: how they are found in a text, and the text that replaces them."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import unquote

from tracker.i18n import LANGUAGES, Language, get_language
from tracker.model.errors import RedactionRefused
from tracker.model.labels import N_
from tracker.model.localized_text import LocalizedText

OMISSION_MARK = "[…]"
"""The mark for words that are left out of a quotation, as in documents of the United Nations."""
REDACTED_HANDLE = "removed-for-safety"
"""The handle that replaces a redacted handle."""
MIN_TERM_LENGTH = 3
"""The smallest number of characters of a phrase."""
DIGEST = re.compile(r"[0-9a-f]{64}")
INVISIBLE_CHARACTERS = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
"""Invisible characters that may occur inside a word."""


class RedactionTerms:
    """The phrases to redact. `typed` are the phrases as a user typed them.

    Upper and lower case are equal. With `whole`, a phrase matches only whole words; otherwise, words that contain it
    are redacted. Raises RedactionRefused if there is no phrase, or if one is too short or occurs in the replacement.
    """

    def __init__(self, typed: Iterable[str], *, whole: bool = False) -> None:
        given = {" ".join(unicodedata.normalize("NFC", one).split()) for one in typed} - {""}
        phrases = sorted(given, key=len, reverse=True)
        if not phrases:
            raise RedactionRefused(N_("Nothing was entered. Nothing was removed."))
        if any(len(one) < MIN_TERM_LENGTH for one in phrases):
            raise RedactionRefused(N_("Words of fewer than 3 characters occur too often. Enter a longer phrase."))
        self.whole, self._texts = whole, _pattern(phrases, r"\s+", whole)
        self._exact = {phrase.casefold() for phrase in phrases}
        self._files = _pattern(phrases, r"(?:\s|#)+", whole)
        self._codes = _pattern(phrases, r"[\W_]+", whole)
        is_in_notice = any(self.find_spans(replacement_text(code, date(2000, 1, 1))) for code in LANGUAGES)
        if is_in_notice or self._codes.search(REDACTED_HANDLE):
            raise RedactionRefused(N_("These words are part of the notice that replaces them. Enter a longer phrase."))

    def find_spans(self, text: str, *, in_file: bool = False) -> list[tuple[int, int]]:
        """Return (start, end) of each match of a phrase, in the order of the text.

        Matches with only spaces between them are joined, and those in a SHA-256 are left out. With `in_file`, a
        phrase in a comment of a YAML file is also found if it goes on in the next line, after the # of that line.
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

    def is_exactly(self, text: str) -> bool:
        """Return whether one of the phrases is this text, such as a handle. Upper and lower case make no difference."""
        return text.casefold() in self._exact

    def occurs_in_code(self, code: str) -> bool:
        """Return whether a link, id or file name contains a phrase, even with other signs between the words."""
        code = unquote(code)
        return any(not _is_in_digest(code, *match.span()) for match in self._codes.finditer(code))


def _pattern(phrases: list[str], gap: str, whole: bool) -> re.Pattern[str]:
    words = ([INVISIBLE_CHARACTERS.join(map(_letter_pattern, word)) for word in one.split()] for one in phrases)
    alternatives = "|".join(map(gap.join, words))
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
    """Return (start, end) of a match, extended to whole words: a name may have a grammatical ending."""
    while _is_word_character(text, start) and _is_word_character(text, start - 1):
        start -= 1
    while _is_word_character(text, end - 1) and _is_word_character(text, end):
        end += 1
    return start, end


def _is_in_digest(text: str, start: int, end: int) -> bool:
    """Return whether a match is inside a SHA-256 in hex, which can have the letters of a short name by chance."""
    start, end = _whole_word(text, start, end)
    return DIGEST.fullmatch(text, start, end) is not None


def _is_word_character(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or unicodedata.combining(text[at]) > 0)


def replacement_text(lang: str, day: date) -> str:
    """Return the text that replaces redacted words, with the date `day`. In English if `lang` is no language of ours.

    It is in round brackets: YAML allows them without quotes.
    """
    return f"({get_language(lang).gettext('removed for safety')} {day})"


_SAID = "|".join(re.escape(get_language(code).gettext("removed for safety")) for code in LANGUAGES)
_REPLACED = re.compile(rf"\((?:{_SAID}) (\d{{4}}-\d\d-\d\d)\)")
"""Matches the text that replaces redacted words, in any language; group 1 is the date."""
_MARKER = re.compile(
    rf"\((?:{_SAID}) ([^()\n]{{8,40}})\)|(?:https://)?{REDACTED_HANDLE}(?:\.invalid/\d{{4}}-\d\d-\d\d)?"
)
"""Matches what may stand for redacted words; group 1 is the date, as it is stored or as a page shows it."""


def show_removed_words(text: str, language: Language) -> str:
    """Return a text with the notice in place of redacted words in the reader's language."""
    return _REPLACED.sub(lambda m: f"({language.gettext('removed for safety')} {language.format_date(m[1])})", text)


def blank_markers(text: str) -> str:
    """Return a text of the same length without what stands for removed words, as it is stored or as a page shows it."""

    def blank(match: re.Match[str]) -> str:
        return "·" * len(match[0]) if match[1] is None or _is_a_day(match[1]) else match[0]

    return _MARKER.sub(blank, text)


def _is_a_day(said: str) -> bool:
    """Return whether this is a date as a marker has it, such as "2026-02-01" or "1 February 2026", and nothing else."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        return True
    year, months = re.search(r"\b\d{4}\b", said), range(1, 13)
    days = re.findall(r"(?<!\d)\d{1,2}(?!\d)", said) if year else ()
    dates = [f"{year[0]}-{month:02}-{int(day):02}" for day in days for month in months] if year else ()
    return any(get_language(code).format_date(one) == said for code in LANGUAGES for one in dates)


def days_of_removal(text: str) -> frozenset[str]:
    """Return the days (such as "2026-02-01") on which words were redacted in a text."""
    return frozenset(match[1] for match in _REPLACED.finditer(text))


def mark_removed_words(text: str) -> str:
    """Return a text with OMISSION_MARK in place of redacted words."""
    return _REPLACED.sub(OMISSION_MARK, text)


def has_removed_words(*texts: LocalizedText) -> bool:
    """Return whether words were redacted in a text, in any of its languages."""
    return any(_REPLACED.search(wording.text) for text in texts for wording in text.values())
