"""One record of UHRI's export (Universal Human Rights Index): clean its values, and decide whether it is wanted.

UHRI has no field for the paragraph: its number is in the text, or nowhere. A record is one annotation of a paragraph.
"""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from tracker.importing.tables.spreadsheet_words import normalize_words
from tracker.importing.vocabulary import ImportVocabulary
from tracker.model.localized_text import clean_input

XLSX_KEYS = {
    "text": "Text",
    "countries concerned": "Countries",
    "reccomending body": "Body",
    "recommending body": "Body",
    "document symbol": "Symbol",
    "themes": "Themes",
    "affected persons": "AffectedPersons",
    "sdgs": "Sdgs",
    "document publication date": "PublicationDate",
    "type": "AnnotationType",
    "ohchr annotation id": "AnnotationId",
    "annotation id": "AnnotationId",
    "upr reccomending states": "UprRecommendingCountry",
    "upr recommending states": "UprRecommendingCountry",
    "upr position": "UprPositions",
    "upr positions": "UprPositions",
}
"""Normalized heading of UHRI's XLSX, misspelt as it is → key of UHRI's JSON. Other columns are not needed."""
PARAGRAPH = re.compile(
    r"(\d{1,3})(?:\s?\.\s*(?=[^\W\d_]|[(«“\"])|\s+(?=(?:The|While|In|With|Noting|Recalling|Комитет|Государств)))"
)
UPR_PARAGRAPH = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(?=[^\W\d_])")
"""The number of a recommendation of the Universal Periodic Review, as in "140.12 Ratify the Convention"."""
HEADED_PARAGRAPH = re.compile(
    r"(?P<heading>(?:[A-ZА-Я]\.\s|\d{4}\s)?[^\W\d_](?:[^.;?!()]|\([^()]{0,120}\)){2,250}?)"
    r"(?<![\d/§–,-])(?P<n>\d{1,3})\s?\.\s*(?=[A-ZА-Я(«“\"])"
)
"""A heading and then the number of the paragraph, as in "Right to housing (art. 11) 45. The Committee …"."""
NO_HEADING = re.compile(
    r"\b(?:committee|state party|is concerned|комитет|государств)|"
    r"\b(?:articles?|arts?|para(?:graph)?s?|no|nos|goals?|targets?|sections?|resolutions?|rules?|and|to|of|in|by|the|"
    r"стать\w+|пункт\w*|цел\w+|правил\w+|и|в|на)\s*$",
    re.IGNORECASE,
)
"""A sentence before a number, or a word before it whose number is another one."""
TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,2000}>")
BLOCKS = frozenset(("p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4"))
GLUED_SENTENCES = re.compile(r"(?<=[a-zа-я)]{2})([.;:])(?=[A-ZА-Я][a-zа-я])")
GLUED_PARTS = re.compile(r"(?<=[;:.,])\s?(?=\([a-z]\)\s?[A-Z])|(?<=[;,] and)\s?(?=\([a-z]\))")
RECOMMENDING = re.compile(
    r"\b(?:recommend|urg|call(?:s|ed)? (?:up)?on|encourag|invit|request|should|must|reiterat)|рекоменд|призыва|предлага|просит|следует",
    re.IGNORECASE,
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class UhriKind(StrEnum):
    """What UHRI says an annotation is. UNKNOWN stands for a code that we do not know."""

    RECOMMENDATION = "recommendation"
    CONCERN = "concern"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class UhriChoice:
    """Which records are wanted. An empty field excludes nothing.

    `states` and `themes` are names as UHRI writes them, in any case; `bodies` are ids of committees in the dataset.
    `first_year` and `last_year` are years of publication.
    """

    states: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    first_year: int = 0
    last_year: int = 9999


@dataclass(frozen=True, slots=True)
class UhriAnnotation:
    """A record of the export with clean values. `kind_is_guess` is True if the kind comes from the wording."""

    id: str
    kind: UhriKind
    kind_is_guess: bool
    symbol: str
    body: str
    body_name: str
    states: tuple[str, ...]
    themes: tuple[str, ...]
    groups: tuple[str, ...]
    sdg: tuple[str, ...]
    paragraph: str
    text: str
    date: str
    is_cleaned: bool
    recommending_states: tuple[str, ...]
    response: str


def record_filter(choice: UhriChoice, vocabulary: ImportVocabulary) -> Callable[[Mapping[str, Any]], bool]:
    """Return a function that tells quickly whether a raw record is wanted. It looks at the State first."""
    states = frozenset(map(normalize_words, choice.states))
    themes = frozenset(map(normalize_words, choice.themes))
    bodies = frozenset(choice.bodies)
    has_years = choice.first_year > 0 or choice.last_year < 9999

    @lru_cache(maxsize=4096)
    def is_state(name: str) -> bool:
        return normalize_words(name) in states

    @lru_cache(maxsize=4096)
    def is_theme(name: str) -> bool:
        return normalize_words(name) in themes

    @lru_cache(maxsize=1024)
    def is_body(name: str) -> bool:
        return vocabulary.code("body", name) in bodies

    def is_wanted(record: Mapping[str, Any]) -> bool:
        if states and not _any_of(record.get("Countries"), is_state):
            return False
        if bodies and not _any_of(record.get("Body"), is_body):
            return False
        if has_years and not choice.first_year <= year_of_record(record) <= choice.last_year:
            return False
        return not themes or _any_of(record.get("Themes"), is_theme)

    return is_wanted


def _any_of(value: Any, is_wanted: Callable[[str], bool]) -> bool:
    return any(map(is_wanted, terms_of(value)))


def _texts(value: Any) -> Iterable[str]:
    """Return the texts in a value of the export, which may be a text, a list, an object with a name, or missing."""
    if isinstance(value, list):
        return [value if isinstance(value, str) else _name(value) for value in value]
    return (value,) if isinstance(value, str) else (_name(value),) if isinstance(value, dict) else ()


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return next((str(value[key]) for key in ("Name", "name", "Label", "label", "Title") if value.get(key)), "")
    return "" if value is None else str(value)[:500]


def year_of_record(record: Mapping[str, Any]) -> int:
    """Return the year in which the document of a record was published, 0 if it is not known."""
    value = record.get("PublicationDate")
    found = re.search(r"(?<!\d)(\d{4})(?!\d)", value[:40]) if isinstance(value, str) else None
    return int(found[1]) if found else 0


@lru_cache(maxsize=8192)  # a full export has a few thousand names, each thousands of times
def clean_term(text: str) -> str:
    """Return the name of a tag, a State or a body without the leading "- ", no-break spaces and tags."""
    return " ".join(html.unescape(TAGS.sub(" ", text)).replace("\u00ad", "").split()).lstrip("-–— •").strip()[:300]


def split_values(text: str) -> list[str]:
    """Return the values in one text: in the XLSX, a cell has all of them, each on a line or after "- ".

    A semicolon parts them only if nothing else does: a theme may contain one.
    """
    plain = text.replace("\u00a0", " ")
    is_listed = re.match(r"\s*[-–•]\s", plain)
    lines = [line for line in re.split(r"\n" if is_listed or "\n" in plain.strip() else ";", plain) if line.strip()]
    if len(lines) == 1 and is_listed:
        # "- A - B" has two values, but "- 3 - GOOD HEALTH" has one
        lines = re.split(r"(?<!\d)\s+[-–•]\s+", " " + lines[0])
    return [term for line in lines if (term := clean_term(line))]


def terms_of(value: Any) -> tuple[str, ...]:
    """Return the names in a value of the export, such as those of the States."""
    if isinstance(value, list):  # in the JSON, each value stands alone
        return tuple(dict.fromkeys(term for text in _texts(value) if (term := clean_term(text))))
    return tuple(dict.fromkeys(term for text in _texts(value) for term in split_values(text)))


def build_annotation(record: Mapping[str, Any], vocabulary: ImportVocabulary) -> UhriAnnotation:
    """Return a raw record with clean values. Values that are missing become ""."""
    raw = next(iter(_texts(record.get("Text"))), "")
    text = clean_uhri_text(raw)
    body = next(iter(terms_of(record.get("Body"))), "")
    kind, is_guess = _kind(next(iter(_texts(record.get("AnnotationType"))), ""), text)
    paragraph, words = split_paragraph(text, kind)
    date = next(iter(_texts(record.get("PublicationDate"))), "")
    return UhriAnnotation(
        id=clean_term(next(iter(_texts(record.get("AnnotationId"))), "")),
        kind=kind,
        kind_is_guess=is_guess,
        symbol="".join(clean_term(next(iter(_texts(record.get("Symbol"))), "")).split()),
        body=vocabulary.code("body", body),
        body_name=body,
        states=terms_of(record.get("Countries")),
        themes=terms_of(record.get("Themes")),
        groups=terms_of(record.get("AffectedPersons")),
        sdg=tuple(dict.fromkeys(map(_sdg, terms_of(record.get("Sdgs"))))),
        paragraph=paragraph,
        text=words,
        date=date[:10] if re.match(r"\d{4}-\d{2}-\d{2}", date) else date[:4] if re.match(r"\d{4}", date) else "",
        is_cleaned=" ".join(text.split()) != " ".join(raw.split()),
        recommending_states=terms_of(record.get("UprRecommendingCountry")),
        response=vocabulary.code("response", next(iter(terms_of(record.get("UprPositions"))), "")),
    )


def split_paragraph(text: str, kind: UhriKind) -> tuple[str, str]:
    """Return the number of the paragraph, "" if it is not found, and the text without it and without its heading.

    Of a concern and the paragraph after it with the recommendation, a recommendation is the second.
    """
    if found := UPR_PARAGRAPH.match(text):
        return found[1], text[found.end() :].strip()
    if found := PARAGRAPH.match(text):
        number, rest = found[1], text[found.end() :].strip()
    elif (found := HEADED_PARAGRAPH.match(text)) and not NO_HEADING.search(_before_number(found["heading"])):
        number, rest = found["n"], text[found.end() :].strip()
    else:
        return "", text
    following = re.search(rf"(?<![\d/])\b{int(number) + 1}\s?\.\s*(?=[A-ZА-Я])", rest)
    if kind is UhriKind.RECOMMENDATION and following and RECOMMENDING.search(rest[following.end() :]):
        return str(int(number) + 1), rest[following.end() :].strip()
    return number, rest


def _before_number(heading: str) -> str:
    """Return a heading, marked at its end if the number after it begins a new line and so belongs to no word before it."""
    return f"{heading.strip()} |" if heading.endswith("\n") else heading


def _sdg(term: str) -> str:
    """Return the number of a goal or target: "3" for "3 - GOOD HEALTH AND WELL-BEING"."""
    found = re.match(r"(?:SDG\s*|Goal\s*)?(\d{1,2}(?:\.[0-9a-z]{1,2})?)\b", term, re.IGNORECASE)
    return found[1] if found else term[:120]


def _kind(written: str, text: str) -> tuple[UhriKind, bool]:
    """Return the kind of an annotation, and whether it was guessed by the wording because the type is a code."""
    words = clean_term(written).casefold()
    if "recommend" in words:
        return UhriKind.RECOMMENDATION, False
    if "concern" in words or "observation" in words:
        return UhriKind.CONCERN, False
    if not words or UUID.fullmatch(words):
        return (UhriKind.RECOMMENDATION if RECOMMENDING.search(text) else UhriKind.CONCERN), True
    return UhriKind.UNKNOWN, False


def clean_uhri_text(raw: str) -> str:
    """Return a text without HTML, with line breaks between its paragraphs and parts.

    Where words are glued together because a tag was lost ("rights.The Committee"), they are parted again.
    """
    text = TAGS.sub(lambda tag: "\n" if tag[2].lower() in BLOCKS else "", raw[:100_000]) if "<" in raw else raw
    text = html.unescape(text).replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " ")
    text = GLUED_PARTS.sub("\n", GLUED_SENTENCES.sub(r"\1 ", text))
    lines = (" ".join(line.split()) for line in clean_input(text).split("\n"))
    return re.sub(r"^[-–—•]\s+", "", "\n".join(line for line in lines if line))[:20_000]
