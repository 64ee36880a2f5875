"""The headline: the status of a recommendation, decided from the latest assessment of each organisation."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tracker.model.organisations import Organisation
from tracker.model.records import Assessment
from tracker.model.vocabulary import Direction, Status

OrganisationOf = Callable[[Assessment], Organisation]


@dataclass(frozen=True, slots=True)
class Headline:
    """The assessments that decide the status of a recommendation or part: the latest of each organisation.

    The newest comes first. If no organisation has assessed, there is only the editors' latest (`by_editors`).
    """

    assessments: tuple[Assessment, ...] = ()
    by_editors: bool = False

    @property
    def status(self) -> Status:
        """Return the status that the assessments give, DIFFER if they give several, or NOT_ASSESSED if they give none."""
        statuses = {a.status for a in self.assessments if a.status}
        return Status.DIFFER if len(statuses) > 1 else next(iter(statuses), Status.NOT_ASSESSED)

    @property
    def has_different_statuses(self) -> bool:
        """Return whether the assessments give different statuses, so that the status is DIFFER."""
        return self.status is Status.DIFFER

    @property
    def direction(self) -> Direction | None:
        """Return the direction that all assessments have, or None if there is no such direction."""
        directions = {a.direction for a in self.assessments}
        return directions.pop() if len(directions) == 1 else None

    @property
    def directions(self) -> Mapping[Direction, int]:
        """Return how many of the assessments state each direction. What one of them states counts, also if others do not."""
        return Counter(a.direction for a in self.assessments if a.direction)

    @property
    def latest(self) -> Assessment | None:
        """Return the newest assessment, or None if there is none."""
        return self.assessments[0] if self.assessments else None

    @property
    def only(self) -> Assessment | None:
        """Return the assessment if there is exactly one, otherwise None."""
        return self.assessments[0] if len(self.assessments) == 1 else None


EMPTY_HEADLINE = Headline()
"""The headline of a recommendation that civil society has not assessed."""


def decide_headline(newest_first: Iterable[Assessment], organisation_of: OrganisationOf) -> Headline:
    """Return the headline. The assessments of the editors count only if no other organisation has assessed."""
    latest: dict[str, tuple[bool, Assessment]] = {}
    for a in newest_first:
        latest.setdefault((organisation := organisation_of(a)).id, (organisation.is_editors, a))
    if own := tuple(a for by_editors, a in latest.values() if not by_editors):
        return Headline(own)
    return Headline(tuple(a for _, a in latest.values()), by_editors=True) if latest else EMPTY_HEADLINE


def headlines_by_year(
    newest_first: Iterable[Assessment], organisation_of: OrganisationOf, year_of: Callable[[Assessment], int]
) -> Mapping[int, Headline]:
    """Return a mapping: year → headline at its end, earliest first. A year with no new assessment in the headline is left out."""
    own = tuple(newest_first)
    years = sorted({year_of(a) for a in own})
    found = {year: decide_headline((a for a in own if year_of(a) <= year), organisation_of) for year in years}
    return {year: known for year, known in found.items() if any(year_of(a) == year for a in known.assessments)}
