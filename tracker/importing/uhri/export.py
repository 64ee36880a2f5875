"""Read UHRI's export (Universal Human Rights Index), JSON or XLSX: choose records, then merge them into recommendations.

A record that is not wanted is dropped at once. Several annotations of one paragraph become one recommendation, with the
tags of all of them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from tracker.i18n import Language
from tracker.importing.tables.results import FieldValue, ImportedRow
from tracker.importing.uhri.records import UhriAnnotation, UhriChoice, UhriKind, build_annotation, record_filter
from tracker.importing.uhri.stream import JsonRecords, WorkbookRecords
from tracker.importing.vocabulary import ImportVocabulary
from tracker.model.records import TagSet
from tracker.model.vocabulary import SEPARATOR, TagSource
from tracker.sandbox.limits import UHRI_FILE, FileLimits


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
    recommending_states: tuple[str, ...]
    response: str


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


def read_uhri_json(
    stream: BinaryIO,
    choice: UhriChoice,
    vocabulary: ImportVocabulary,
    *,
    language: Language,
    limits: FileLimits = UHRI_FILE,
    progress: Callable[[int], None] | None = None,
) -> UhriResult:
    """Return the recommendations in UHRI's JSON that are wanted.

    `progress` is called with the number of bytes read so far; what it raises ends the reading. If the file is cut off,
    the result has what comes before, and a sentence. Raise UnusableFile if there is no list of records at all.
    """
    return read_uhri(JsonRecords(stream, language, limits, progress=progress), choice, vocabulary, limits=limits)


def read_uhri(
    records: JsonRecords | WorkbookRecords, choice: UhriChoice, vocabulary: ImportVocabulary, *, limits: FileLimits
) -> UhriResult:
    """Return the recommendations in the records that are wanted."""
    is_wanted, most = record_filter(choice, vocabulary), 20 * limits.records
    found: list[UhriAnnotation] = []
    for record in records:
        if is_wanted(record) and len(found) < most:
            found.append(build_annotation(record, vocabulary))
    return _merge(found, records.count, limits, problem=records.problem)


def _merge(found: list[UhriAnnotation], records: int, limits: FileLimits, *, problem: str) -> UhriResult:
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
    merged.sort(key=lambda r: (r.symbol, [int(n) for n in (r.paragraph or "9999").split(".")]))
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
        recommending_states=all_of(a.recommending_states for a in annotations),
        response=next((a.response for a in annotations if a.response), ""),
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
    source = (("symbol", document), ("body", r.body or r.body_name), ("state", SEPARATOR.join(r.states)))
    upr = (("recommending_states", SEPARATOR.join(r.recommending_states)), ("response", r.response))
    for field, value in (*source, ("paragraph", r.paragraph), ("document_date", r.date), *upr):
        if value:
            yield FieldValue(field, value, value)
    yield FieldValue("text", r.text, r.text, language="en", is_guess=r.is_cleaned)


def unknown_tags(
    recommendations: Iterable[UhriRecommendation], vocabulary: ImportVocabulary
) -> tuple[tuple[str, str], ...]:
    """Return ("themes" or "groups", name of UHRI) for each name that the dataset has not, the most frequent first."""
    counts = Counter(
        (field, name)
        for r in recommendations
        for field in ("themes", "groups")
        for name in getattr(r, field)
        if not vocabulary.code(field, name)
    )
    return tuple(found for found, _n in counts.most_common())
