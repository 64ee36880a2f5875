"""How things went over the years: where the recommendations stood, which way they moved, what evidence came. Counts alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.model import partial_dates
from tracker.model.vocabulary import Dimension, Direction, EvidenceEffect, Issuer, Status, Voice
from tracker.queries.filters import count_by_status
from tracker.queries.view import View

MAX_YEARS = 24
"""Columns of a chart; of more years than that the latest are shown."""


@dataclass(frozen=True, slots=True)
class YearlyCounts:
    """Counts by year and code: what `of` says in each year, the years in their order, the codes in theirs."""

    years: tuple[int, ...]
    counts: Mapping[str, tuple[int, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(any(row) for row in self.counts.values())

    def total(self, code: str) -> int:
        """All years of one code together."""
        return sum(self.counts.get(code, ()))


def status_by_year(view: View, asker: Issuer) -> YearlyCounts:
    """How many recommendations of one asker had which status at the end of each year, as of then, up to the view's day."""
    return view.cached("statuses over time", asker, lambda: _statuses(view, asker))


def _statuses(view: View, asker: Issuer) -> YearlyCounts:
    known = [a.date for r in view.by_issuer(asker) for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY]
    if not known:
        return YearlyCounts((), {})
    first = min(partial_dates.last_day(day).year for day in known)
    years = tuple(range(first, view.local_date.year + 1))[-MAX_YEARS:]
    rows = []
    for year in years:
        then = replace(view, as_of=min(date(year, 12, 31), view.local_date))
        rows.append(count_by_status(then, then.by_issuer(asker)))
    return YearlyCounts(years, {code.value: tuple(row.get(code, 0) for row in rows) for code in Status})


def directions_by_year(view: View, asker: Issuer) -> YearlyCounts:
    """How many assessments of civil society said in each year which way things move."""
    said = [
        (partial_dates.last_day(a.date).year, a.direction.value)
        for r in view.by_issuer(asker)
        for a in view.assessments[r.id]
        if a.voice is Voice.CIVIL_SOCIETY and a.direction
    ]
    return _by_year(said, [way.value for way in Direction])


def evidence_by_year(view: View) -> YearlyCounts:
    """How many pieces of evidence of each year suggest what. One that bears on several the same way counts once a way."""
    return _by_year(
        [(year, way.value) for e in view.evidence.values() if (year := _year(e.happened or e.published)) for way in {b.effect for b in e.relevant_to}],
        [way.value for way in EvidenceEffect],
    )  # fmt: skip


def dimensions_by_year(view: View) -> YearlyCounts:
    """How many pieces of evidence of each year are about the law, practice or outcomes."""
    found = [(year, e.dimension.value) for e in view.evidence.values() if (year := _year(e.happened or e.published))]
    return _by_year(found, [dimension.value for dimension in Dimension])


def count_undated(view: View) -> int:
    """How many pieces of evidence have no date, and so are in no year."""
    return sum(not (e.happened or e.published) for e in view.evidence.values())


def _year(known: str | None) -> int | None:
    return partial_dates.last_day(known).year if known else None


def _by_year(found: Iterable[tuple[int, str]], codes: Iterable[str]) -> YearlyCounts:
    counted = Counter(found)
    if not counted:
        return YearlyCounts((), {})
    first, last = min(year for year, _ in counted), max(year for year, _ in counted)
    years = tuple(range(first, last + 1))[-MAX_YEARS:]
    return YearlyCounts(years, {code: tuple(counted[year, code] for year in years) for code in codes})
