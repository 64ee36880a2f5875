"""Yearly counts for the charts: statuses, directions of assessments, and evidence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.model import partial_dates
from tracker.model.records import Evidence
from tracker.model.vocabulary import Direction, EvidenceDimension, EvidenceEffect, Issuer, Status, Voice
from tracker.queries.filters import count_by_status
from tracker.queries.view import View

MAX_YEARS = 24
"""The largest number of years that a chart shows. If there are more years, only the latest years are shown."""


@dataclass(frozen=True, slots=True)
class YearlyCounts:
    """Counts by code and year.

    `counts` is code → counts, with one count for each year in `years`, in the same order. A code is, for example, the
    code of a status. The codes are in the order of the vocabulary.
    """

    years: tuple[int, ...]
    counts: Mapping[str, tuple[int, ...]]

    @property
    def is_empty(self) -> bool:
        """Return whether all counts are zero."""
        return not any(any(row) for row in self.counts.values())

    def total(self, code: str) -> int:
        """Return the sum of the counts of one code over all years."""
        return sum(self.counts.get(code, ()))


def status_by_year(view: View, issuer: Issuer) -> YearlyCounts:
    """Return how many recommendations of one issuer had each status at the end of each year.

    The first year is the year of the first assessment by civil society. The last year is the year of the view: for this
    year, the statuses on the day of the view are counted.
    """
    return view.cached("statuses over time", issuer, lambda: _status_by_year(view, issuer))


def _status_by_year(view: View, issuer: Issuer) -> YearlyCounts:
    dates = [a.date for r in view.by_issuer(issuer) for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY]
    if not dates:
        return YearlyCounts((), {})
    first = min(partial_dates.last_day(known).year for known in dates)
    years = tuple(range(first, view.local_date.year + 1))[-MAX_YEARS:]
    rows = []
    for year in years:
        year_end = replace(view, as_of=min(date(year, 12, 31), view.local_date))
        rows.append(count_by_status(year_end, year_end.by_issuer(issuer)))
    return YearlyCounts(years, {code.value: tuple(row.get(code, 0) for row in rows) for code in Status})


def directions_by_year(view: View, issuer: Issuer) -> YearlyCounts:
    """Return how many civil-society assessments gave each direction, by the year of the assessment.

    Only assessments of the recommendations of `issuer` are counted.
    """
    pairs = [
        (partial_dates.last_day(a.date).year, a.direction.value)
        for r in view.by_issuer(issuer)
        for a in view.assessments[r.id]
        if a.voice is Voice.CIVIL_SOCIETY and a.direction
    ]
    return _count_by_year(pairs, [direction.value for direction in Direction])


def evidence_by_year(view: View) -> YearlyCounts:
    """Return how many pieces of evidence have each effect, by the year of the evidence.

    An item that is relevant to several recommendations counts once for each different effect.
    """
    pairs = [
        (year, effect.value)
        for e in view.evidence.values()
        if (year := _year_of(e))
        for effect in {link.effect for link in e.relevant_to}
    ]
    return _count_by_year(pairs, [effect.value for effect in EvidenceEffect])


def dimensions_by_year(view: View) -> YearlyCounts:
    """Return how many pieces of evidence are about the law, practice or outcomes, by the year of the evidence."""
    pairs = [(year, e.dimension.value) for e in view.evidence.values() if (year := _year_of(e))]
    return _count_by_year(pairs, [dimension.value for dimension in EvidenceDimension])


def count_undated(view: View) -> int:
    """Return how many pieces of evidence have no date, so that they are counted in no year."""
    return sum(not (e.happened or e.published) for e in view.evidence.values())


def _year_of(e: Evidence) -> int | None:
    known = e.happened or e.published
    return partial_dates.last_day(known).year if known else None


def _count_by_year(pairs: Iterable[tuple[int, str]], codes: Iterable[str]) -> YearlyCounts:
    """Return how often each (year, code) pair occurs in `pairs`, for every year from the first to the last year.

    If there are more than MAX_YEARS years, the earliest years are left out.
    """
    counted = Counter(pairs)
    if not counted:
        return YearlyCounts((), {})
    first, last = min(year for year, _ in counted), max(year for year, _ in counted)
    years = tuple(range(first, last + 1))[-MAX_YEARS:]
    return YearlyCounts(years, {code: tuple(counted[year, code] for year in years) for code in codes})
