"""Read UHRI's export (Universal Human Rights Index), JSON or XLSX: choose records, then merge them into recommendations.

A record that is not wanted is dropped at once. Several annotations of one paragraph become one recommendation, with the
tags of all of them. `survey_uhri` says what is in an export, so that an editor can choose.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

from tracker.importing.tables.results import FieldValue, ImportedRow
from tracker.importing.tables.vocabulary import ImportVocabulary, normalize_words
from tracker.importing.uhri.records import (
    JsonRecords,
    UhriChoice,
    UhriRecommendation,
    WorkbookRecords,
    build_annotation,
    record_filter,
    terms_of,
    year_of_record,
)
from tracker.model.records import TagSet
from tracker.model.vocabulary import SEPARATOR, TagSource
from tracker.sandbox.limits import FileLimits

MAX_CHOICES = 500
"""The largest number of States, and of themes, to choose from. The most frequent ones are kept."""


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


def read_uhri(
    records: JsonRecords | WorkbookRecords, choice: UhriChoice, vocabulary: ImportVocabulary, *, limits: FileLimits
) -> UhriResult:
    """Return the recommendations in the records that are wanted."""
    is_wanted, most = record_filter(choice, vocabulary), 20 * limits.records
    found: list[UhriRecommendation] = []
    for number, record in enumerate(records, 1):
        if is_wanted(record) and len(found) < most:
            found.append(build_annotation(record, vocabulary, number))
    return _merge(found, records.count, limits, problem=records.problem)


def _merge(found: list[UhriRecommendation], records: int, limits: FileLimits, *, problem: str) -> UhriResult:
    """Merge annotations of the same paragraph or the same text."""
    seen: set[str] = set()
    once = []
    for annotation in found:
        key = "".join(annotation.annotations) or f"{annotation.symbol} {annotation.kinds} {annotation.text}"
        if key not in seen and annotation.text:
            once.append(annotation)
        seen.add(key)
    # an annotation without a number belongs to the paragraph with the same text
    numbers = {(a.symbol, _plain(a.text)): a.paragraph for a in once if a.paragraph}
    groups: dict[tuple[str, str], list[UhriRecommendation]] = {}
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


def _recommendation(annotations: list[UhriRecommendation]) -> UhriRecommendation:
    """Return what the annotations of one paragraph say together: the first of each value, and all of each list."""
    texts: list[str] = []
    for annotation in annotations:
        plain = _plain(annotation.text)
        if not any(plain in _plain(text) for text in texts):
            texts = [text for text in texts if _plain(text) not in plain] + [annotation.text]
    merged: dict[str, Any] = {}
    for field in fields(UhriRecommendation):
        values = [getattr(annotation, field.name) for annotation in annotations]
        if isinstance(values[0], tuple):
            merged[field.name] = tuple(dict.fromkeys(chain.from_iterable(values)))
        else:
            merged[field.name] = next(filter(None, values), values[0])
    return UhriRecommendation(**merged | {"symbol": annotations[0].symbol, "text": "\n".join(texts)})


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
        ImportedRow(recommendation.rows[0], tuple(_row_values(recommendation, vocabulary)))
        for recommendation in recommendations
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


@dataclass(frozen=True, slots=True)
class UhriSurvey:
    """What the records of an export name: States, ids of committees, themes, and years of publication.

    States and themes are written as in UHRI, the most frequent first. `unlisted_bodies` are the names of bodies that the
    dataset does not have: their records cannot be chosen by body. The years are 0 if no record has one. `problem` is a
    sentence if the file ends too early.
    """

    records: int
    states: tuple[str, ...]
    bodies: tuple[str, ...]
    unlisted_bodies: tuple[str, ...]
    themes: tuple[str, ...]
    first_year: int
    last_year: int
    problem: str = ""

    def states_of(self, vocabulary: ImportVocabulary) -> tuple[str, ...]:
        """Return the States in the export that are the State of the dataset."""
        own = set(map(normalize_words, vocabulary.state))
        return tuple(state for state in self.states if normalize_words(state) in own)


def survey_uhri(records: JsonRecords | WorkbookRecords, vocabulary: ImportVocabulary) -> UhriSurvey:
    """Return what the records of an export name."""
    states: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    themes: Counter[str] = Counter()
    years: set[int] = set()
    for record in records:
        states.update(terms_of(record.get("Countries")))
        bodies.update(terms_of(record.get("Body")))
        themes.update(terms_of(record.get("Themes")))
        years.add(year_of_record(record))
    known = {body: vocabulary.code("body", body) for body in bodies}
    years.discard(0)
    return UhriSurvey(
        records=records.count,
        states=_most_frequent(states),
        bodies=tuple(sorted({code for code in known.values() if code})),
        unlisted_bodies=tuple(sorted(body for body, code in known.items() if not code))[:MAX_CHOICES],
        themes=_most_frequent(themes),
        first_year=min(years, default=0),
        last_year=max(years, default=0),
        problem=records.problem,
    )


def _most_frequent(names: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _n in names.most_common(MAX_CHOICES))
