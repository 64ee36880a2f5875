"""What civil society asks, against each committee: who asks for the same, and what a later document took up."""

from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.records import Recommendation, Uptake
from tracker.model.registers import TreatyBody
from tracker.model.sorting import natural_key
from tracker.model.vocabulary import Issuer, UptakeResult
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One demand and one committee: its recommendations that ask for the same, and its uptake of the demand."""

    body: TreatyBody
    same: tuple[Recommendation, ...] = ()
    uptake: tuple[tuple[Recommendation, Uptake], ...] = ()
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One recommendation of civil society, with a cell for each committee in the order of the register."""

    recommendation: Recommendation
    cells: tuple[MatrixCell, ...]
    cycles: int

    @property
    def times(self) -> int:
        """How many recommendations of committees ask for the same."""
        return sum(len(cell.same) for cell in self.cells)

    @property
    def is_told(self) -> bool:
        """Whether there is something to say of it: somebody asks for the same, or took it up, or did not address it."""
        return self.times > 0 or any(
            u.result is not UptakeResult.TO_CHECK for cell in self.cells for _, u in cell.uptake
        )

    @property
    def committees(self) -> int:
        """How many committees ask for the same."""
        return sum(bool(cell.same) for cell in self.cells)


def demand_matrix(view: View) -> tuple[MatrixRow, ...]:
    """Every recommendation of civil society, those that most committees ask for first; else in the order of the list."""
    found = [_demand(view, r) for r in view.by_issuer(Issuer.CIVIL_SOCIETY)]
    return tuple(sorted(found, key=lambda d: (-d.committees, -d.times, natural_key(d.recommendation.id))))


def _demand(view: View, r: Recommendation) -> MatrixRow:
    same = tuple(other for other in view.same_demand(r) if other.issued_by is Issuer.COMMITTEE)
    to = view.body_of(r)
    cells = tuple(
        MatrixCell(
            body,
            tuple(other for other in same if view.body_of(other) is body),
            tuple(pair for pair in view.uptake_of(r) if view.body_of(pair[0]) is body),
            body is to,
        )
        for body in view.bodies.values()
    )
    asking = {(d.body, d.cycle) for other in same if (d := view.document(other.document))}
    return MatrixRow(r, cells, len(asking))


def issue_year(view: View, r: Recommendation) -> str:
    """The year of the document that a recommendation stands in; empty where it has no date."""
    document = view.document(r.document)
    known = effective_date(document) if document else None
    return str(partial_dates.last_day(known).year) if known else ""
