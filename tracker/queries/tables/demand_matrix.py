"""The matrix of same demands and uptake: a row for each civil-society recommendation, a column for each committee."""

from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.records import Recommendation, Uptake
from tracker.model.registers import TreatyBody
from tracker.model.sorting import natural_key
from tracker.model.vocabulary import Issuer, UptakeResult
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """The cell for one civil-society recommendation and one committee.

    `body` is the committee. `same` are the committee's recommendations that ask for the same thing as the civil-society
    recommendation. `uptake` holds (recommendation, uptake) pairs: a recommendation of the committee, and its recorded
    uptake of the civil-society recommendation. `addressed` says whether civil society addressed its recommendation to
    this committee.
    """

    body: TreatyBody
    same: tuple[Recommendation, ...] = ()
    uptake: tuple[tuple[Recommendation, Uptake], ...] = ()
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One civil-society recommendation, with a cell for each committee.

    The register of treaty bodies gives the order of the cells. `cycles` is the number of reporting cycles in which a
    committee asked for the same thing. Cycles of different committees are counted separately.
    """

    recommendation: Recommendation
    cells: tuple[MatrixCell, ...]
    cycles: int

    @property
    def times(self) -> int:
        """Return how many recommendations of committees ask for the same thing."""
        return sum(len(cell.same) for cell in self.cells)

    @property
    def committees(self) -> int:
        """Return how many committees ask for the same thing."""
        return sum(bool(cell.same) for cell in self.cells)


def demand_matrix(view: View) -> tuple[MatrixRow, ...]:
    """Return a row for every civil-society recommendation.

    The rows are sorted by `MatrixRow.committees` (largest number first), then by `MatrixRow.times` (largest number
    first), then by the id of the recommendation.
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
    """Return the year of a recommendation's document, or "" if the document has no date."""
    document = view.document(r.document)
    return partial_dates.last_year((document and effective_date(document)) or "")


def uptake_not_checked(view: View, matrix: tuple[MatrixRow, ...]) -> tuple[tuple[TreatyBody, str], ...]:
    """Return (committee, year) of the documents that were not yet checked for the recommendations of `matrix`.

    These are the documents of which an uptake is recorded as not checked, in the order of the matrix.
    """
    pairs = (pair for row in matrix for cell in row.cells for pair in cell.uptake)
    found = [
        (body, issue_year(view, r))
        for r, uptake in pairs
        if uptake.result is UptakeResult.TO_CHECK and (body := view.body_of(r))
    ]
    return tuple({(body.id, year): (body, year) for body, year in found}.values())
