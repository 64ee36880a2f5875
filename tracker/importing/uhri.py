"""Read UHRI's export (Universal Human Rights Index), JSON or XLSX: choose records, then merge them into recommendations.

UHRI has no field for the paragraph: its number is in the text, or nowhere. A record is one annotation of a paragraph;
several annotations of one paragraph become one recommendation, with the tags of all of them. The full export has
267,548 records in 360 MB: it is read as a stream, and only chosen records are kept in memory. `survey_uhri` lists
what an editor can choose.
"""

import html
import io
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice
from typing import Any, BinaryIO

import ijson

from tracker.i18n import Language
from tracker.importing.tables.raw_tables import open_workbook, sheet_rows
from tracker.importing.tables.results import FieldValue, ImportedRow
from tracker.importing.tables.vocabulary import ImportVocabulary, is_concern, normalize_words, spreadsheet_words
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input, one_line
from tracker.model.records import TagSet
from tracker.model.vocabulary import SEPARATOR, TagSource
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK, FileLimits, Stopwatch, check_file_size

PARAGRAPH = re.compile(
    r"(?P<n>\d{1,3})(?:\s?\.\s*(?=[^\W\d_]|[(«“\"])|\s+(?=(?:The|While|In|With|Noting|Recalling|Комитет|Государств)))"
)
UPR_PARAGRAPH = re.compile(r"(\d{1,3}\.\d{1,3})\.?\s+(?=[^\W\d_])")
"""The number of a recommendation of the Universal Periodic Review, as in "140.12 Ratify the Convention"."""
_NUMBER_LINE = re.compile(r"(\d{1,3})\s?(?:\.\s*(?=[^\W\d_]|[(«“\"]|$)|$)")
MAX_HEADING = 160
"""A line above the number of a paragraph is a heading if it has fewer characters."""
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
"""Words that show that the text before a number is not a heading, or that the number is not a paragraph's."""
TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]{0,2000}>")
BLOCKS = frozenset(("p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4"))
GLUED_SENTENCES = re.compile(r"(?<=[a-zа-я)]{2})([.;:])(?=[A-ZА-Я][a-zа-я])")
GLUED_PARTS = re.compile(r"(?<=[;:.,])\s?(?=\([a-z]\)\s?[A-Z])|(?<=[;,] and)\s?(?=\([a-z]\))")
RECOMMENDING = re.compile(
    r"(?i)\b(?:recommend|urg|call(?:s|ed)? (?:up)?on|encourag|invit|request|should|must|reiterat)|рекоменд|призыва|предлага|просит|следует"
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
CHUNK_SIZE = 1 << 16
LONGEST_RECORD = 8 * CHUNK_SIZE
DEEPEST_RECORD = 200
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
HEADING_ROWS = 30
"""At most this many rows at the top of a sheet are searched for the headings of UHRI."""
UHRI_ONLY = re.compile(
    r"annotation ?type|(?:ohchr )?annotation ?id|date of publication on uhri|(?:upr )?reccomending \w+"
)
"""Headings that no other table has."""
LEAST_COLUMNS = 4
"""A row is the row of headings if it names at least so many of UHRI's columns."""
_ENDS_TOO_EARLY = N_(
    "The file ends too early: it was not downloaded completely. Download it again. {n} records were read."
)
_DAMAGED = N_("The file is damaged after record {n}. Download it again. What comes before was read.")
ROW = "row"
"""The key under which a record of a workbook has the number of its row."""
MAX_CHOICES = 500
"""The largest number of States, and of themes, to choose from. The most frequent ones are kept."""
Progress = Callable[[int], object]
"""A function that is called with the number of bytes that were read so far."""


class UhriKind(StrEnum):
    """The type of an annotation. UNKNOWN is any other type that UHRI names."""

    RECOMMENDATION = "recommendation"
    CONCERN = "concern"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class UhriChoice:
    """Which records are wanted: those that match a value in each field that is not empty. The last year is wanted too."""

    states: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    first_year: int = 0
    last_year: int = 9999


@dataclass(frozen=True, slots=True)
class UhriRecommendation:
    """A recommendation from UHRI, or a single annotation of one. What is not known is "" or ().

    `body` is an id in the dataset, `body_name` UHRI's name. `date` is that of publication. `themes`, `groups` and
    `sdg` are UHRI's tags. `annotations` are UHRI's ids, `rows` the places in the file, from 1. If `is_cleaned`, the
    text should be compared with the document. Only the UPR has `recommending_states` and a `response`.
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
    """Return a function that takes a raw record and returns whether it is wanted."""
    states, themes = (frozenset(map(normalize_words, names)) for names in (choice.states, choice.themes))
    bodies = frozenset(choice.bodies)
    has_years = choice.first_year > 0 or choice.last_year < 9999
    keys = [
        ("Countries", states, lru_cache(maxsize=4096)(lambda name: normalize_words(name) in states)),
        ("Body", bodies, lru_cache(maxsize=1024)(lambda name: vocabulary.code("body", name) in bodies)),
        ("Themes", themes, lru_cache(maxsize=4096)(lambda name: normalize_words(name) in themes)),
    ]

    def is_wanted(record: Mapping[str, Any]) -> bool:
        is_named = all(any(map(is_one, terms_of(record.get(key)))) for key, names, is_one in keys if names)
        return is_named and (not has_years or choice.first_year <= year_of_record(record) <= choice.last_year)

    return is_wanted


def _texts(value: Any) -> Iterable[str]:
    """Return the texts in a value of the export. It may be a text, an object with a name, or a list of these; () for others."""
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
    """Return the year in which the document of a raw record was published, 0 if it is not known."""
    value = record.get("PublicationDate")
    found = re.search(r"(?<!\d)(\d{4})(?!\d)", value[:40]) if isinstance(value, str) else None
    return int(found[1]) if found else 0


@lru_cache(maxsize=8192)  # a full export has a few thousand names, each thousands of times
def clean_term(text: str) -> str:
    """Return a name in one line, at most 300 characters, without HTML and without a dash or bullet at its start."""
    return " ".join(html.unescape(TAGS.sub(" ", text)).replace("\u00ad", "").split()).lstrip("-–— •").strip()[:300]


def split_values(text: str) -> list[str]:
    """Return the values in a text, divided by line breaks, else by dashes if it begins with one, else by semicolons."""
    plain = text.replace("\u00a0", " ")
    is_listed = re.match(r"\s*[-–•]\s", plain)
    lines = [line for line in re.split(r"\n" if is_listed or "\n" in plain.strip() else ";", plain) if line.strip()]
    if len(lines) == 1 and is_listed:
        # "- A - B" has two values, but "- 3 - GOOD HEALTH" has one
        lines = re.split(r"(?<!\d)\s+[-–•]\s+", " " + lines[0])
    return [term for line in lines if (term := clean_term(line))]


def terms_of(value: Any) -> tuple[str, ...]:
    """Return the names in a value of the export, each once, such as the States of a record."""
    if isinstance(value, list):  # in the JSON, each value stands alone
        return tuple(dict.fromkeys(term for text in _texts(value) if (term := clean_term(text))))
    return tuple(dict.fromkeys(term for text in _texts(value) for term in split_values(text)))


def build_annotation(record: Mapping[str, Any], vocabulary: ImportVocabulary, number: int) -> UhriRecommendation:
    """Return a raw record as an annotation with clean values; "" or () if missing. `number` is its place in the file, from 1."""
    raw = _first_text(record, "Text")
    text = clean_uhri_text(raw)
    body = next(iter(terms_of(record.get("Body"))), "")
    kind, is_guess = _kind_of_annotation(_first_text(record, "AnnotationType"), text)
    paragraph, words = split_off_number(text, kind)
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
        sdg=tuple(dict.fromkeys(map(_number_of_sdg, terms_of(record.get("Sdgs"))))),
        recommending_states=terms_of(record.get("UprRecommendingCountry")),
        response=vocabulary.code("response", next(iter(terms_of(record.get("UprPositions"))), "")),
        paragraph=paragraph,
        text=words,
        date=date[:10] if re.match(r"\d{4}-\d{2}-\d{2}", date) else date[:4] if re.match(r"\d{4}", date) else "",
        is_cleaned=one_line(text) != one_line(raw),
        rows=(record.get(ROW, number),),
    )


def split_off_number(text: str, kind: UhriKind) -> tuple[str, str]:
    """Return (paragraph number or "", text without number and heading). Drop a concern that comes before a RECOMMENDATION."""
    if found := UPR_PARAGRAPH.match(text):
        return found[1], text[found.end() :].strip()
    lines = text.split("\n")
    for at, line in enumerate(lines[1:4], 1):
        # the number begins a line below a heading
        is_heading = all(len(above) < MAX_HEADING and not RECOMMENDING.search(above) for above in lines[:at])
        if is_heading and (below := UPR_PARAGRAPH.match(line) or _NUMBER_LINE.match(line)):
            return below[1], "\n".join([line[below.end() :], *lines[at + 1 :]]).strip()
    found = PARAGRAPH.match(text)
    headed = None if found else HEADED_PARAGRAPH.match(text)
    if headed and not NO_HEADING.search(re.sub(r"\s*\n$", " |", headed["heading"])):
        found = headed
    if not found:
        return "", text
    number, rest = found["n"], text[found.end() :].strip()
    following = re.search(rf"(?<![\d/])\b{int(number) + 1}\s?\.\s*(?=[A-ZА-Я])", rest)
    if kind is UhriKind.RECOMMENDATION and following and RECOMMENDING.search(rest[following.end() :]):
        return str(int(number) + 1), rest[following.end() :].strip()
    return number, rest


def _number_of_sdg(term: str) -> str:
    """Return the number of a goal or target, "3" for "3 - GOOD HEALTH AND WELL-BEING", or else the term."""
    found = re.match(r"(?:SDG\s*|Goal\s*)?(\d{1,2}(?:\.[0-9a-z]{1,2})?)\b", term, re.IGNORECASE)
    return found[1] if found else term[:120]


def _kind_of_annotation(written: str, text: str) -> tuple[UhriKind, bool]:
    """Return (kind, whether it is a guess). It is guessed from `text` if UHRI's own type, `written`, is empty or a UUID."""
    words = clean_term(written).casefold()
    if "recommend" in words:
        return UhriKind.RECOMMENDATION, False
    if is_concern(words):
        return UhriKind.CONCERN, False
    if not words or UUID.fullmatch(words):
        return (UhriKind.RECOMMENDATION if RECOMMENDING.search(text) else UhriKind.CONCERN), True
    return UhriKind.UNKNOWN, False


def clean_uhri_text(raw: str) -> str:
    """Return at most 20,000 characters without HTML, with lines for paragraphs and parts, and lost spaces added."""
    text = TAGS.sub(lambda tag: "\n" if tag[2].lower() in BLOCKS else "", raw[:100_000]) if "<" in raw else raw
    text = html.unescape(text).replace("\u00ad", "").replace("\u00a0", " ").replace("\u202f", " ")
    text = GLUED_PARTS.sub("\n", GLUED_SENTENCES.sub(r"\1 ", text))
    lines = map(one_line, clean_input(text).split("\n"))
    return re.sub(r"^[-–—•]\s+", "", "\n".join(line for line in lines if line))[:20_000]


class _RecordRefused(Exception):
    """A record is too long, or its lists and objects are nested too deep."""


class _GuardedStream:
    """A binary stream that counts what was read, and refuses nesting for which ijson would need too much memory."""

    def __init__(self, stream: BinaryIO, progress: Progress | None) -> None:
        self.stream, self.progress = stream, progress
        self.total = self._at_record = self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, b"" at the end. Raise _RecordRefused if this record is too long or too deep."""
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

    def begin_record(self) -> None:
        """Begin to count the length and the depth of the next record."""
        self._at_record, self._depth = self.total, 0


class JsonRecords:
    """The raw records in UHRI's JSON. Iterate once: then `count` is their number, `problem` tells of damage.

    `progress` gets the number of bytes read; if it raises, reading ends. Raise UnusableFile if no record can be read.
    """

    def __init__(
        self, stream: BinaryIO, language: Language, limits: FileLimits = UHRI_FILE, *, progress: Progress | None = None
    ) -> None:
        self.count, self.problem = 0, ""
        self._language, self._watch = language, Stopwatch(limits.seconds)
        start = stream.read(CHUNK_SIZE)
        check_file_size(len(start), limits)
        plain = start.removeprefix(BOM_UTF8)
        prefix = _records_prefix(plain)
        if prefix is None:
            raise UnusableFile(N_("This is not an export of UHRI: it should be a JSON list of records."))
        stream.seek(len(start) - len(plain))
        self._prefix, self._guarded = prefix, _GuardedStream(stream, progress)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each record that is an object. Others are counted only."""
        _, guarded, watch = self._language.gettext, self._guarded, self._watch
        count = 0  # a local name: a full export has 267,548 records
        try:
            for record in ijson.items(guarded, self._prefix, buf_size=CHUNK_SIZE, use_float=True):
                count += 1
                guarded.begin_record()
                if not count % 1000:
                    watch.check()
                if isinstance(record, dict):
                    yield record
        except ijson.IncompleteJSONError:
            self.problem = _(_ENDS_TOO_EARLY, n=count)
        except (ijson.JSONError, UnicodeDecodeError, _RecordRefused, RecursionError):
            self.problem = _(_DAMAGED, n=count)
        self.count = count
        if self.problem and not count:
            raise UnusableFile(N_("No record could be read: the file is cut off or damaged. Download it again."))


def _records_prefix(start: bytes) -> str | None:
    """Return the path of the records, such as "results.item", from the beginning of a file, or None."""
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
    """The raw records in UHRI's XLSX, with the keys of UHRI's JSON. The key ROW has the number of the row.

    `problem` names columns that are not imported. Raise UnusableFile if the columns of UHRI are not found.
    """

    def __init__(self, data: bytes, language: Language, limits: FileLimits = UHRI_WORKBOOK) -> None:
        check_file_size(len(data), limits)
        self.count, self.problem = 0, ""
        self._unread = language.gettext("Columns that are not imported: {names}.")
        self._data, self._limits, self._watch = data, limits, Stopwatch(limits.seconds)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each row below the headings of UHRI, in all sheets. The rows of all sheets are numbered as one list."""
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
    """Return a mapping: number of a column, from 0 → its key in UHRI's JSON; {} if the texts are no headings of UHRI."""
    known, words = spreadsheet_words().uhri_keys, [normalize_words(text[:100]) for text in texts]
    found = {place: known[word] for place, word in enumerate(words) if word in known}
    return found if len(set(found.values())) >= LEAST_COLUMNS else {}


def is_uhri_workbook(data: bytes) -> bool:
    """Return whether one of the first rows of a sheet has headings that only UHRI has; False for a damaged file."""
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


@dataclass(frozen=True, slots=True)
class UhriResult:
    """The recommendations in an export. `records` counts all, `wanted` those chosen (at most 20 times the limit).

    `repeated` counts wanted ones that repeat another or have no text, `left_out` recommendations beyond the limit.
    `problem` is a sentence about damage of the file or about columns that are not imported, or "".
    """

    recommendations: tuple[UhriRecommendation, ...]
    records: int
    wanted: int
    repeated: int
    problem: str = ""
    left_out: int = 0


def read_uhri(
    records: JsonRecords | WorkbookRecords, choice: UhriChoice, vocabulary: ImportVocabulary, *, limits: FileLimits
) -> UhriResult:
    """Merge the wanted records, and return at most `limits.records` recommendations, sorted by symbol and paragraph."""
    is_wanted, most = record_filter(choice, vocabulary), 20 * limits.records
    found: list[UhriRecommendation] = []
    for place, record in enumerate(records, 1):
        if is_wanted(record) and len(found) < most:
            found.append(build_annotation(record, vocabulary, place))
    keyed: dict[str, UhriRecommendation] = {}
    for a in found:
        keyed.setdefault("".join(a.annotations) or f"{a.symbol} {a.kinds} {a.text}", a)
    once = [a for a in keyed.values() if a.text]
    # an annotation without a number belongs to the paragraph with the same text
    numbers = {(a.symbol, _plain_text(a.text)): a.paragraph for a in once if a.paragraph}
    groups: dict[tuple[str, str], list[UhriRecommendation]] = {}
    for annotation in once:
        plain = _plain_text(annotation.text)
        number = annotation.paragraph or numbers.get((annotation.symbol, plain), "")
        is_known = number and annotation.symbol
        groups.setdefault((annotation.symbol, f"{number}." if is_known else plain), []).append(annotation)
    merged = [_merge_annotations(annotations) for annotations in groups.values()]
    merged.sort(key=lambda r: (r.symbol, [int(n) for n in (r.paragraph or "9999").split(".")]))
    repeated, left_out = len(found) - len(once), max(0, len(merged) - limits.records)
    shown, problem = tuple(merged[: limits.records]), records.problem
    return UhriResult(shown, records.count, len(found), repeated=repeated, problem=problem, left_out=left_out)


def _plain_text(text: str) -> str:
    """Return a text for comparisons: in lower case, with one space in place of punctuation and spaces."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _merge_annotations(annotations: list[UhriRecommendation]) -> UhriRecommendation:
    """Return one recommendation for the annotations of a paragraph."""
    texts: list[str] = []
    for annotation in annotations:
        plain = _plain_text(annotation.text)
        if not any(plain in _plain_text(text) for text in texts):
            texts = [text for text in texts if _plain_text(text) not in plain] + [annotation.text]
    merged: dict[str, Any] = {}
    for field in fields(UhriRecommendation):
        values = [getattr(annotation, field.name) for annotation in annotations]
        is_list = isinstance(values[0], tuple)
        merged[field.name] = tuple(dict.fromkeys(chain(*values))) if is_list else next(filter(None, values), values[0])
    return UhriRecommendation(**merged | {"symbol": annotations[0].symbol, "text": "\n".join(texts)})


def uhri_tags(
    recommendation: UhriRecommendation, vocabulary: ImportVocabulary, chosen: Mapping[str, str] | None = None
) -> tuple[TagSet, tuple[str, ...]]:
    """Return (tags as ids of the dataset, tags of UHRI for which no id is known). `chosen` maps a name in UHRI → an id."""
    chosen, unknown = chosen or {}, []
    ids: dict[str, list[str]] = {"themes": [], "groups": []}
    for field in ids:
        for name in getattr(recommendation, field):
            code = chosen.get(name) or vocabulary.code(field, name)
            ids[field].append(code) if code else unknown.append(name)
    themes, groups = (tuple(dict.fromkeys(ids[field])) for field in ids)
    tags = TagSet(tagged_by=TagSource.UHRI, themes=themes, groups=groups, sdg=recommendation.sdg)
    return tags, tuple(unknown)


def uhri_rows(recommendations: Iterable[UhriRecommendation], vocabulary: ImportVocabulary) -> tuple[ImportedRow, ...]:
    """Return recommendations as rows of a table, without tags. Each has the number of the first of its `rows`."""
    rows = []
    for r in recommendations:
        # the tags are left out: they are compared as UHRI's own, and never become ours
        said = {
            "symbol": vocabulary.code("symbol", r.symbol) or r.symbol,
            "body": r.body or r.body_name,
            "state": SEPARATOR.join(r.states),
            "paragraph": r.paragraph,
            "document_date": r.date,
            "recommending_states": SEPARATOR.join(r.recommending_states),
            "response": r.response,
        }
        text = FieldValue("text", r.text, r.text, language="en", is_guess=r.is_cleaned)
        values = (FieldValue(field, value, value) for field, value in said.items() if value)
        rows.append(ImportedRow(r.rows[0], (*values, text)))
    return tuple(rows)


def unknown_tags(
    recommendations: Iterable[UhriRecommendation], vocabulary: ImportVocabulary
) -> tuple[tuple[str, str], ...]:
    """Return ("themes" or "groups", name) for each tag that the dataset does not know, the most frequent first."""
    named = ((field, name) for r in recommendations for field in ("themes", "groups") for name in getattr(r, field))
    counts = Counter(pair for pair in named if not vocabulary.code(*pair))
    return tuple(found for found, _n in counts.most_common())


@dataclass(frozen=True, slots=True)
class UhriSurvey:
    """What an editor can choose, except `unlisted_bodies`. The most frequent States and themes come first. An unknown year: 0."""

    records: int
    states: tuple[str, ...]
    bodies: tuple[str, ...]
    unlisted_bodies: tuple[str, ...]
    themes: tuple[str, ...]
    first_year: int
    last_year: int
    problem: str = ""

    def names_of_state_party(self, vocabulary: ImportVocabulary) -> tuple[str, ...]:
        """Return the names in `states` that are names of the State party of the dataset."""
        own = set(map(normalize_words, vocabulary.state))
        return tuple(state for state in self.states if normalize_words(state) in own)


def survey_uhri(records: JsonRecords | WorkbookRecords, vocabulary: ImportVocabulary) -> UhriSurvey:
    """Read all records of an export, and return the States, bodies, themes and years that they name."""
    counts = {key: Counter[str]() for key in ("Countries", "Body", "Themes")}
    years: set[int] = set()
    for record in records:
        for key, names in counts.items():
            names.update(terms_of(record.get(key)))
        years.add(year_of_record(record))
    known = {body: vocabulary.code("body", body) for body in counts["Body"]}
    frequent = {key: tuple(name for name, _n in names.most_common(MAX_CHOICES)) for key, names in counts.items()}
    return UhriSurvey(
        records=records.count,
        states=frequent["Countries"],
        bodies=tuple(sorted({code for code in known.values() if code})),
        unlisted_bodies=tuple(sorted(body for body, code in known.items() if not code))[:MAX_CHOICES],
        themes=frequent["Themes"],
        first_year=min(years - {0}, default=0),
        last_year=max(years, default=0),
        problem=records.problem,
    )
