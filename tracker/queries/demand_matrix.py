"""The matrix of civil society's recommendations against the committees: same demands, and uptake."""

from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.records import Recommendation, Uptake
from tracker.model.registers import TreatyBody
from tracker.model.sorting import natural_key
from tracker.model.vocabulary import Issuer, UptakeResult
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One demand and one committee: the committee's same demands, and its uptake of the demand.

    `addressed` says that civil society addressed the demand to this committee.
    """

    body: TreatyBody
    same: tuple[Recommendation, ...] = ()
    uptake: tuple[tuple[Recommendation, Uptake], ...] = ()
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One recommendation of civil society, with a cell for each committee in the order of the register.

    `cycles` counts the reporting cycles, of all committees, in which a committee asked for the same.
    """

    recommendation: Recommendation
    cells: tuple[MatrixCell, ...]
    cycles: int

    @property
    def times(self) -> int:
        """Return how many recommendations of committees ask for the same."""
        return sum(len(cell.same) for cell in self.cells)

    @property
    def has_result(self) -> bool:
        """Return whether a committee asks for the same, or its uptake was checked, even if it did not address it."""
        return self.times > 0 or any(
            u.result is not UptakeResult.TO_CHECK for cell in self.cells for _, u in cell.uptake
        )

    @property
    def committees(self) -> int:
        """Return how many committees ask for the same."""
        return sum(bool(cell.same) for cell in self.cells)


def demand_matrix(view: View) -> tuple[MatrixRow, ...]:
    """Return a row for every recommendation of civil society.

    Sorted by how many committees ask for the same, then by how many recommendations do (most first), then by id.
    """
    rows = [_row(view, r) for r in view.by_issuer(Issuer.CIVIL_SOCIETY)]
    return tuple(sorted(rows, key=lambda row: (-row.committees, -row.times, natural_key(row.recommendation.id))))


def _row(view: View, r: Recommendation) -> MatrixRow:
    same = tuple(other for other in view.same_demand(r) if other.issued_by is Issuer.COMMITTEE)
    addressee = view.body_of(r)
    cells = tuple(
        MatrixCell(
            body,
            tuple(other for other in same if view.body_of(other) is body),
            tuple(pair for pair in view.uptake_of(r) if view.body_of(pair[0]) is body),
            addressed=body is addressee,
        )
        for body in view.bodies.values()
    )
    asking = {(d.body, d.cycle) for other in same if (d := view.document(other.document))}
    return MatrixRow(r, cells, len(asking))


def issue_year(view: View, r: Recommendation) -> str:
    """Return the year of a recommendation's document, or "" if it has no date."""
    document = view.document(r.document)
    known = effective_date(document) if document else None
    return str(partial_dates.last_day(known).year) if known else ""
