"""The records of UHRI's export (Universal Human Rights Index), one after the other: clean values, and which are wanted.

UHRI has no field for the paragraph: its number is in the text, or nowhere. A record is one annotation of a paragraph. The
full export has 267,548 records in 360 MB: it is read as a stream, and nothing of a record that is not used is kept.
"""

import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice
from typing import Any, BinaryIO

import ijson

from tracker.i18n import Language
from tracker.importing.tables.raw_tables import open_workbook, sheet_rows
from tracker.importing.tables.vocabulary import ImportVocabulary, is_concern, normalize_words, spreadsheet_words
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input, one_line
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK, FileLimits, Stopwatch, check_file_size

PARAGRAPH = re.compile(
    r"(\d{1,3})(?:\s?\.\s*(?=[^\W\d_]|[(«“\"])|\s+(?=(?:The|While|In|With|Noting|Recalling|Комитет|Государств)))"
)
UPR_PARAGRAPH = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(?=[^\W\d_])")
"""The number of a recommendation of the Universal Periodic Review, as in "140.12 Ratify the Convention"."""
HEADED_PARAGRAPH = re.compile(
    r"(?P<heading>(?:[A-ZА-Я]\.\s|\d{4}\s)?[^\W\d_](?:[^.;?!()]|\([^()]{0,120}\)){2,250}?)"
    r"(?:\.\s+)?(?<![\d/§–,-])(?P<n>\d{1,3})\s?\.\s*(?=[A-ZА-Я(«“\"])"
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
CHUNK_SIZE = 1 << 16
LONGEST_RECORD = 8 * CHUNK_SIZE
DEEPEST_RECORD = 200
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
HEAD = 1 << 16
HEADING_ROWS = 30
"""In how many rows from the top of a sheet the headings are looked for."""
UHRI_ONLY = re.compile(
    r"annotation ?type|(?:ohchr )?annotation ?id|date of publication on uhri|(?:upr )?reccomending \w+"
)
"""Headings that no other table has."""
LEAST_COLUMNS = 4
"""How many columns of UHRI a row must name to be the row of the headings."""
ROW = "row"
"""The key under which a record of a workbook has the number of its row."""


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
class UhriRecommendation:
    """A recommendation from UHRI: one paragraph, or one text if the paragraph is not known. At first, one record of it.

    `kinds` are the kinds of its annotations: the same paragraph may be both a concern and a recommendation. `body` is
    the id of the committee in the dataset, "" if it is not there; `body_name` is UHRI's name. `states` are all States
    in the record. `themes`, `groups` and `sdg` are UHRI's tags, as UHRI writes them. `is_cleaned` is True if HTML or
    glued words were removed from the text: compare it with the document. `rows` are its places in the file: rows of the
    sheet, or numbers of records.
    """

    symbol: str
    body: str
    body_name: str
    paragraph: str
    text: str
    date: str
    kinds: tuple[UhriKind, ...]
    kind_is_guess: bool
    states: tuple[str, ...]
    themes: tuple[str, ...]
    groups: tuple[str, ...]
    sdg: tuple[str, ...]
    annotations: tuple[str, ...]
    is_cleaned: bool
    recommending_states: tuple[str, ...]
    response: str
    rows: tuple[int, ...]


def record_filter(choice: UhriChoice, vocabulary: ImportVocabulary) -> Callable[[Mapping[str, Any]], bool]:
    """Return a function that tells quickly whether a raw record is wanted. It looks at the State first."""
    states = frozenset(map(normalize_words, choice.states))
    themes = frozenset(map(normalize_words, choice.themes))
    bodies = frozenset(choice.bodies)
    has_years = choice.first_year > 0 or choice.last_year < 9999

    is_state = lru_cache(maxsize=4096)(lambda name: normalize_words(name) in states)
    is_theme = lru_cache(maxsize=4096)(lambda name: normalize_words(name) in themes)
    is_body = lru_cache(maxsize=1024)(lambda name: vocabulary.code("body", name) in bodies)

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


def _first_text(record: Mapping[str, Any], key: str) -> str:
    return next(iter(_texts(record.get(key))), "")


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


def build_annotation(record: Mapping[str, Any], vocabulary: ImportVocabulary, number: int) -> UhriRecommendation:
    """Return the raw record `number` of a file with clean values. Values that are missing become ""."""
    raw = _first_text(record, "Text")
    text = clean_uhri_text(raw)
    body = next(iter(terms_of(record.get("Body"))), "")
    kind, is_guess = _kind(_first_text(record, "AnnotationType"), text)
    paragraph, words = split_paragraph(text, kind)
    date = _first_text(record, "PublicationDate")
    annotation = clean_term(_first_text(record, "AnnotationId"))
    return UhriRecommendation(
        annotations=(annotation,) if annotation else (),
        kinds=(kind,),
        kind_is_guess=is_guess,
        symbol="".join(clean_term(_first_text(record, "Symbol")).split()),
        body=vocabulary.code("body", body),
        body_name=body,
        states=terms_of(record.get("Countries")),
        themes=terms_of(record.get("Themes")),
        groups=terms_of(record.get("AffectedPersons")),
        sdg=tuple(dict.fromkeys(map(_sdg, terms_of(record.get("Sdgs"))))),
        recommending_states=terms_of(record.get("UprRecommendingCountry")),
        response=vocabulary.code("response", next(iter(terms_of(record.get("UprPositions"))), "")),
        paragraph=paragraph,
        text=words,
        date=date[:10] if re.match(r"\d{4}-\d{2}-\d{2}", date) else date[:4] if re.match(r"\d{4}", date) else "",
        is_cleaned=one_line(text) != one_line(raw),
        rows=(record.get(ROW, number),),
    )


def split_paragraph(text: str, kind: UhriKind) -> tuple[str, str]:
    """Return the number of the paragraph, "" if it is not found, and the text without it and without its heading.

    Of a concern and the paragraph after it with the recommendation, a recommendation is the second.
    """
    if found := UPR_PARAGRAPH.match(text):
        return found[1], text[found.end() :].strip()
    if found := PARAGRAPH.match(text):
        number, rest = found[1], text[found.end() :].strip()
    elif (found := HEADED_PARAGRAPH.match(text)) and not NO_HEADING.search(re.sub(r"\s*\n$", " |", found["heading"])):
        number, rest = found["n"], text[found.end() :].strip()
    else:
        return "", text
    following = re.search(rf"(?<![\d/])\b{int(number) + 1}\s?\.\s*(?=[A-ZА-Я])", rest)
    if kind is UhriKind.RECOMMENDATION and following and RECOMMENDING.search(rest[following.end() :]):
        return str(int(number) + 1), rest[following.end() :].strip()
    return number, rest


def _sdg(term: str) -> str:
    """Return the number of a goal or target: "3" for "3 - GOOD HEALTH AND WELL-BEING"."""
    found = re.match(r"(?:SDG\s*|Goal\s*)?(\d{1,2}(?:\.[0-9a-z]{1,2})?)\b", term, re.IGNORECASE)
    return found[1] if found else term[:120]


def _kind(written: str, text: str) -> tuple[UhriKind, bool]:
    """Return the kind of an annotation, and whether it was guessed by the wording because the type is a code."""
    words = clean_term(written).casefold()
    if "recommend" in words:
        return UhriKind.RECOMMENDATION, False
    if is_concern(words):
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
    lines = map(one_line, clean_input(text).split("\n"))
    return re.sub(r"^[-–—•]\s+", "", "\n".join(line for line in lines if line))[:20_000]


class _RecordRefused(Exception):
    """A record is too long or too deep."""


class _GuardedStream:
    """A binary stream that reports what is read, and refuses records that would need too much memory.

    ijson keeps the path of every open list and object, so its memory grows with the square of their depth.
    """

    def __init__(self, start: bytes, stream: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self.start, self.stream, self.progress = start, stream, progress
        self.total = self._at_record = self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raise _RecordRefused if the record that they belong to is too long or too deep."""
        if self.start:
            chunk, self.start = self.start[:size], self.start[size:]
        else:
            chunk = self.stream.read(size)
        self.total += len(chunk)
        brackets = chunk.translate(None, NOT_BRACKETS)
        self._depth += brackets.count(b"[") + brackets.count(b"{") - brackets.count(b"]") - brackets.count(b"}")
        left, rounds = b"", 0
        while brackets != left and rounds <= DEEPEST_RECORD:  # each round takes away the innermost pairs
            left, brackets = brackets, brackets.replace(b"[]", b"").replace(b"{}", b"")
            rounds += 1
        is_deep = max(self._depth, rounds, brackets.count(b"[") + brackets.count(b"{")) > DEEPEST_RECORD
        if is_deep or self.total - self._at_record > LONGEST_RECORD:
            raise _RecordRefused
        if self.progress and chunk:
            self.progress(self.total)
        return chunk

    def next_record(self) -> None:
        """Begin to count for another record."""
        self._at_record, self._depth = self.total, 0


class JsonRecords:
    """The records in UHRI's JSON, to be read once. `count` is how many were read so far.

    If the file is cut off or damaged, `problem` says so after the last record. Raise UnusableFile if there is no
    list of records, or no record at all. `progress` is called with the number of bytes read so far; what it raises ends
    the reading.
    """

    def __init__(
        self,
        stream: BinaryIO,
        language: Language,
        limits: FileLimits = UHRI_FILE,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.count, self.problem = 0, ""
        self._language, self._watch = language, Stopwatch(limits.seconds)
        start = stream.read(HEAD)
        check_file_size(len(start), limits)
        start = start.removeprefix(b"\xef\xbb\xbf")
        prefix = _records_prefix(start)
        if prefix is None:
            raise UnusableFile(N_("This is not an export of UHRI: it should be a JSON list of records."))
        self._prefix, self._guarded = prefix, _GuardedStream(start, stream, progress)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each record that is an object."""
        _, guarded, watch = self._language.gettext, self._guarded, self._watch
        count = 0  # a local name: a full export has 267,548 records
        try:
            for record in ijson.items(guarded, self._prefix, buf_size=CHUNK_SIZE, use_float=True):
                count += 1
                guarded.next_record()
                if not count % 1000:
                    watch.check()
                if isinstance(record, dict):
                    yield record
        except ijson.IncompleteJSONError:
            self.problem = _(
                "The file ends too early: it was not downloaded completely. Download it again. {n} records were read.",
                n=count,
            )
        except (ijson.JSONError, UnicodeDecodeError, _RecordRefused, RecursionError):
            self.problem = _(
                "The file is damaged after record {n}. Download it again. What comes before was read.", n=count
            )
        self.count = count
        if self.problem and not count:
            raise UnusableFile(N_("No record could be read: the file is cut off or damaged. Download it again."))


def _records_prefix(start: bytes) -> str | None:
    """Return the path of the records for ijson: "item" for a list, such as "results.item" for an object with a list."""
    try:
        for prefix, event, _value in ijson.parse(io.BytesIO(start), buf_size=4096):
            if event == "start_array":
                return f"{prefix}.item" if prefix else "item"
            if prefix.count(".") > 2:
                return None
    except (ijson.JSONError, UnicodeDecodeError):
        return None
    return None


class WorkbookRecords:
    """The records in UHRI's XLSX, with the keys of the JSON. `count` is how many were read so far.

    Raise UnusableFile if the file cannot be read, or has not the columns of UHRI.
    """

    def __init__(self, data: bytes, language: Language, limits: FileLimits = UHRI_WORKBOOK) -> None:
        check_file_size(len(data), limits)
        self.count, self.problem = 0, ""
        self._unread = language.gettext("Columns that are not imported: {names}.")
        self._data, self._limits, self._watch = data, limits, Stopwatch(limits.seconds)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each record."""
        keys: dict[int, str] = {}
        with open_workbook(self._data, self._limits) as book:
            rows = chain.from_iterable(sheet_rows(sheet, self._limits) for sheet in book.worksheets)
            for number, cells in enumerate(rows, 1):  # one count for all sheets: rows are told apart by it
                self._watch.check()
                texts = [cell.text for cell in cells]
                if named := _uhri_columns(texts):
                    keys, unread = named, [text for place, text in enumerate(texts) if text and place not in named]
                    self.problem = self._unread.format(names="; ".join(unread)[:500]) if unread else ""
                elif keys and cells:
                    self.count += 1
                    named_texts = {keys[place]: text for place, text in enumerate(texts) if place in keys and text}
                    yield named_texts | {ROW: number}
        if not keys:
            raise UnusableFile(N_("This is not an export of UHRI: its columns were not found."))


def _uhri_columns(texts: list[str]) -> dict[int, str]:
    """Return number of a column, from 0 → key of UHRI's JSON, for the cells that are headings of UHRI."""
    names = {
        place: spreadsheet_words().uhri_keys.get(normalize_words(text[:100]), "") for place, text in enumerate(texts)
    }
    found = {place: name for place, name in names.items() if name}
    return found if len(set(found.values())) >= LEAST_COLUMNS else {}


def is_uhri_workbook(data: bytes) -> bool:
    """Return whether one of the first rows of a workbook has the headings of UHRI. False if it cannot be read."""
    try:
        with open_workbook(data, UHRI_WORKBOOK) as book:
            rows = chain.from_iterable(islice(sheet_rows(s, UHRI_WORKBOOK), HEADING_ROWS) for s in book.worksheets)
            return any(
                "Text" in _uhri_columns([cell.text for cell in cells]).values()
                and any(UHRI_ONLY.fullmatch(normalize_words(cell.text[:100])) for cell in cells)
                for cells in rows
            )
    except UnusableFile:
        return False
