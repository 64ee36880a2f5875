"""Read UHRI's export (Universal Human Rights Index), JSON or XLSX: choose records, then merge them into recommendations.

The full export has 267,548 records in 360 MB. It is read as a stream, and a record that is not wanted is dropped at
once. Several annotations of one paragraph become one recommendation, with the tags of all of them.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

import ijson

from tracker.i18n import Language
from tracker.importing.import_limits import MEGABYTE, ImportLimits, Stopwatch, check_file_size
from tracker.importing.import_results import FieldValue, ImportedRow
from tracker.importing.import_vocabulary import ImportVocabulary
from tracker.importing.spreadsheet_words import normalize_words
from tracker.importing.uhri_records import (
    XLSX_KEYS,
    UhriAnnotation,
    UhriChoice,
    UhriKind,
    build_annotation,
    record_filter,
)
from tracker.importing.workbook_reader import open_workbook, sheet_rows
from tracker.model.errors import UnreadableUpload
from tracker.model.labels import N_
from tracker.model.records import TagSet
from tracker.model.vocabulary import TagSource

UHRI_LIMITS = ImportLimits(file_bytes=1024 * MEGABYTE, rows=300_000, cells=6_000_000, tags=30_000_000, seconds=600)
"""The limits of an export that is not uploaded, but read from the disk."""
CHUNK_SIZE = 1 << 16
LONGEST_RECORD = 8 * CHUNK_SIZE
DEEPEST_RECORD = 200
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class UhriRecommendation:
    """A recommendation from UHRI: one paragraph, or one text if the paragraph is not known.

    `kinds` are the kinds of its annotations: the same paragraph may be both a concern and a recommendation. `body` is
    the id of the committee in the dataset, "" if it is not there; `body_name` is UHRI's name. `states` are all States
    in the record. `themes`, `groups` and `sdg` are UHRI's tags, as UHRI writes them. `is_cleaned` is True if HTML or
    glued words were removed from the text: compare it with the document.
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


@dataclass(frozen=True, slots=True)
class UhriResult:
    """What was read: the recommendations, and how many records there were, were wanted, and were repeated.

    `problem` is a sentence if the file ends too early or is damaged; what comes before it was read. `left_out` counts
    recommendations beyond the limit.
    """

    recommendations: tuple[UhriRecommendation, ...]
    records: int
    wanted: int
    repeated: int
    problem: str = ""
    left_out: int = 0


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


def read_uhri_json(
    stream: BinaryIO,
    choice: UhriChoice,
    vocabulary: ImportVocabulary,
    *,
    language: Language,
    limits: ImportLimits = UHRI_LIMITS,
    progress: Callable[[int], None] | None = None,
) -> UhriResult:
    """Return the recommendations in UHRI's JSON that are wanted.

    `progress` is called with the number of bytes read so far; what it raises ends the reading. If the file is cut off,
    the result has what comes before, and a sentence. Raise UnreadableUpload if there is no list of records at all.
    """
    _ = language.gettext
    start = stream.read(HEAD)
    check_file_size(len(start), limits)
    start = start.removeprefix(b"\xef\xbb\xbf")
    prefix = _records_prefix(start)
    if prefix is None:
        raise UnreadableUpload(N_("This is not an export of UHRI: it should be a JSON list of records."))
    guarded = _GuardedStream(start, stream, progress)
    watch = Stopwatch(limits.seconds)
    is_wanted = record_filter(choice, vocabulary)
    found: list[UhriAnnotation] = []
    records, problem = 0, ""
    try:
        for record in ijson.items(guarded, prefix, buf_size=CHUNK_SIZE, use_float=True):
            records += 1
            guarded.next_record()
            if not records % 1000:
                watch.check()
            if isinstance(record, dict) and is_wanted(record) and len(found) < 20 * limits.records:
                found.append(build_annotation(record, vocabulary))
    except ijson.IncompleteJSONError:
        problem = _(
            "The file ends too early: it was not downloaded completely. Download it again. {n} records were read.",
            n=records,
        )
    except (ijson.JSONError, UnicodeDecodeError, _RecordRefused, RecursionError):
        problem = _("The file is damaged after record {n}. Download it again. What comes before was read.", n=records)
    if problem and not records:
        raise UnreadableUpload(N_("No record could be read: the file is cut off or damaged. Download it again."))
    return _merge(found, records, limits, problem=problem)


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


def read_uhri_xlsx(
    data: bytes,
    choice: UhriChoice,
    vocabulary: ImportVocabulary,
    *,
    language: Language,
    limits: ImportLimits | None = None,
) -> UhriResult:
    """Return the recommendations in UHRI's XLSX that are wanted.

    Raise UnreadableUpload if the file cannot be read, or has not the columns of UHRI.
    """
    limits = limits or replace(ImportLimits(), rows=100_000, cells=2_000_000, tags=12_000_000)
    check_file_size(len(data), limits)
    watch, is_wanted = Stopwatch(limits.seconds), record_filter(choice, vocabulary)
    found: list[UhriAnnotation] = []
    records = 0
    keys: dict[int, str] = {}
    with open_workbook(data, limits) as book:
        for cells in chain.from_iterable(sheet_rows(sheet, limits) for sheet in book.worksheets):
            watch.check()
            named = {place: XLSX_KEYS.get(normalize_words(cell.text[:100]), "") for place, cell in enumerate(cells)}
            if len({name for name in named.values() if name}) >= 4:
                keys = {place: name for place, name in named.items() if name}
            elif keys and cells:
                records += 1
                record = {keys[place]: cell.text for place, cell in enumerate(cells) if place in keys and cell.text}
                if is_wanted(record) and len(found) < 20 * limits.records:
                    found.append(build_annotation(record, vocabulary))
    if not keys:
        raise UnreadableUpload(N_("This is not an export of UHRI: its columns were not found."))
    return _merge(found, records, limits, problem="")


def _merge(found: list[UhriAnnotation], records: int, limits: ImportLimits, *, problem: str) -> UhriResult:
    """Merge annotations of the same paragraph or the same text."""
    seen: set[str] = set()
    once = []
    for annotation in found:
        key = annotation.id or f"{annotation.symbol} {annotation.kind} {annotation.text}"
        if key not in seen and annotation.text:
            once.append(annotation)
        seen.add(key)
    # an annotation without a number belongs to the paragraph with the same text
    numbers = {(a.symbol, _plain(a.text)): a.paragraph for a in once if a.paragraph}
    groups: dict[tuple[str, str], list[UhriAnnotation]] = {}
    for annotation in once:
        plain = _plain(annotation.text)
        number = annotation.paragraph or numbers.get((annotation.symbol, plain), "")
        is_known = number and annotation.symbol
        groups.setdefault((annotation.symbol, f"{number}." if is_known else plain), []).append(annotation)
    merged = [_recommendation(annotations) for annotations in groups.values()]
    merged.sort(key=lambda r: (r.symbol, int(r.paragraph or 9999)))
    shown = tuple(merged[: limits.records])
    return UhriResult(
        recommendations=shown,
        records=records,
        wanted=len(found),
        repeated=len(found) - len(once),
        problem=problem,
        left_out=len(merged) - len(shown),
    )


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _recommendation(annotations: list[UhriAnnotation]) -> UhriRecommendation:
    first = annotations[0]

    def all_of(values: Iterable[Iterable[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(values)))

    texts: list[str] = []
    for annotation in annotations:
        plain = _plain(annotation.text)
        if not any(plain in _plain(text) for text in texts):
            texts = [text for text in texts if _plain(text) not in plain] + [annotation.text]
    return UhriRecommendation(
        symbol=first.symbol,
        body=next((a.body for a in annotations if a.body), ""),
        body_name=next((a.body_name for a in annotations if a.body_name), ""),
        paragraph=next((a.paragraph for a in annotations if a.paragraph), ""),
        text="\n".join(texts),
        date=next((a.date for a in annotations if a.date), ""),
        kinds=tuple(dict.fromkeys(a.kind for a in annotations)),
        kind_is_guess=any(a.kind_is_guess for a in annotations),
        states=all_of(a.states for a in annotations),
        themes=all_of(a.themes for a in annotations),
        groups=all_of(a.groups for a in annotations),
        sdg=all_of(a.sdg for a in annotations),
        annotations=tuple(a.id for a in annotations if a.id),
        is_cleaned=any(a.is_cleaned for a in annotations),
    )


def uhri_tags(
    recommendation: UhriRecommendation, vocabulary: ImportVocabulary, chosen: Mapping[str, str] | None = None
) -> tuple[TagSet, tuple[str, ...]]:
    """Return UHRI's tags as a set that says so, and the names of UHRI for which the dataset has no theme or group.

    `chosen` maps a name of UHRI → the id of our theme or group that the editor chose for it.
    """
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
    """Return recommendations of UHRI as rows, so that they can be compared with what the tracker has."""
    return tuple(
        ImportedRow(number, tuple(_row_values(recommendation, vocabulary)))
        for number, recommendation in enumerate(recommendations, 1)
    )


def _row_values(r: UhriRecommendation, vocabulary: ImportVocabulary) -> Iterator[FieldValue]:
    # the tags are left out: they are compared as UHRI's own, and never become ours
    document = vocabulary.code("symbol", r.symbol) or r.symbol
    for field, value in (("symbol", document), ("body", r.body), ("paragraph", r.paragraph), ("document_date", r.date)):
        if value:
            yield FieldValue(field, value, value)
    yield FieldValue("text", r.text, r.text, language="en", is_guess=r.is_cleaned)
