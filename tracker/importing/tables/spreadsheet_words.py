"""The words by which headings, statuses and rows of spreadsheets are recognised. They are in spreadsheet_words.yaml."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tracker.i18n import LANGUAGES, Language
from tracker.importing.tables.fields import IMPORT_FIELDS
from tracker.publishing.exports.columns import RECOMMENDATION_COLUMNS
from tracker.storage.yaml.defaults import known_mechanisms, known_names

WORDS_FILE = Path(__file__).with_name("spreadsheet_words.yaml")


@dataclass(frozen=True, slots=True)
class SpreadsheetWords:
    """The contents of spreadsheet_words.yaml. All words are normalized by `normalize_words`.

    `headings`, `statuses`, `likely_statuses`, `directions`, `responses` and `languages` map a word → the code that it means.
    """

    headings: Mapping[str, str]
    private: re.Pattern[str]
    statuses: Mapping[str, str]
    likely_statuses: Mapping[str, str]
    directions: Mapping[str, str]
    responses: Mapping[str, str]
    totals: frozenset[str]
    marks: frozenset[str]
    no_marks: frozenset[str]
    languages: Mapping[str, str]
    reference_words: frozenset[str]


@cache
def spreadsheet_words() -> SpreadsheetWords:
    """Return the words. The headings include those of our own export for the same fields, in all languages."""
    # every value is text: "no" is a word and not false
    raw = yaml.load(WORDS_FILE.read_text("utf-8"), Loader=yaml.BaseLoader)
    headings = _by_word(raw["headings"])
    ours = {heading: code for heading, code in own_headings().items() if code in IMPORT_FIELDS}
    endings = {True: r"\w*", False: ""}
    private = [re.escape(normalize_words(word.rstrip("*"))) + endings[word.endswith("*")] for word in raw["private"]]
    return SpreadsheetWords(
        headings={**headings, **ours},
        private=re.compile(rf"(?<!\w)(?:{'|'.join(private)})(?!\w)"),
        statuses=_by_word(raw["statuses"]),
        likely_statuses=_by_word(raw["likely_statuses"]),
        directions=_by_word(raw["directions"]),
        responses=_by_word(raw["responses"]),
        totals=frozenset(map(normalize_words, raw["totals"])),
        marks=frozenset(word.casefold() for word in raw["marks"]),
        no_marks=frozenset(word.casefold() for word in raw["no_marks"]),
        languages=_by_word(raw["languages"]),
        reference_words=frozenset(raw["reference_words"]),
    )


@cache
def mechanism_words() -> Mapping[str, str]:
    """Return normalized name → code, for every mechanism that the tracker knows. A dataset may not have it."""
    bodies = known_mechanisms()
    return {normalize_words(name): bodies[id].code for id, names in known_names().items() for name in names}


def _by_word(words_by_code: Mapping[str, list[str]]) -> dict[str, str]:
    return {normalize_words(word): code for code, words in words_by_code.items() for word in words}


@cache
def own_headings() -> Mapping[str, str]:
    """Return normalized heading of our own export, in any language → code of the column. The codes are included."""
    headings = {}
    for column in RECOMMENDATION_COLUMNS:
        for code in LANGUAGES:
            headings[normalize_words(Language(code).gettext(column.heading))] = column.code
        headings[column.code] = column.code
    return headings


def normalize_words(text: str) -> str:
    """Return a text in small letters, without punctuation, numbering and needless spaces, and with е instead of ё."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").replace("\u00ad", "")
    if re.fullmatch(r"[a-z]+(_[a-z]+)+", folded):
        return folded  # the code of a column
    numbered = re.sub(r"^\s*(?:\d{1,2}|[ivx]{1,4})[.)]\s+", "", folded)
    words = re.sub(r"[^\w№#]+", " ", numbered.replace("_", " ")).strip()
    return words or numbered.strip()
