"""What the overview page shows: summary figures, and the matrix of same demands and uptake."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tracker.model.localized_text import natural_key
from tracker.model.organisations import Organisation
from tracker.model.records import Assessment, Recommendation, Uptake
from tracker.model.registers import TreatyBody
from tracker.model.states import State
from tracker.model.vocabulary import Direction, EvidenceEffect, Issuer, MechanismKind, Status, UptakeResult, Voice
from tracker.queries.headline import Headline
from tracker.queries.lists.filters import count_by_status, document_year
from tracker.queries.view import View, group_by_key, once_per_view


@dataclass(frozen=True, slots=True)
class IssuerSummary:
    """The recommendations of one issuer in groups. A recommendation can be in several groups, or only in `all`.

    `counts` is status → number of recommendations, without zeros. An assessment counts if it is in the headline. In
    `forward` and `backward`, at least one of them states this direction. In `changed`, an organisation whose assessment
    counts gave another status than before. In `stale`, the assessment is out of date. `setbacks` and `progress` have evidence
    with this effect. `by_organisations` are assessed by others than the editors. `organisations` are those whose assessments
    count. `by_kind` has the id of the mechanism for each recommendation, by its kind: kinds are counted apart.
    """

    all: tuple[Recommendation, ...]
    counts: dict[Status, int]
    forward: tuple[Recommendation, ...]
    backward: tuple[Recommendation, ...]
    changed: tuple[Recommendation, ...]
    stale: tuple[Recommendation, ...]
    setbacks: tuple[Recommendation, ...]
    progress: tuple[Recommendation, ...]
    by_organisations: tuple[Recommendation, ...]
    organisations: tuple[Organisation, ...]
    by_kind: dict[MechanismKind, tuple[str, ...]]

    @property
    def assessed(self) -> int:
        """Return how many recommendations civil society has assessed."""
        return len(self.all) - self.counts.get(Status.NOT_ASSESSED, 0)


def summarize(view: View, issuer: Issuer, state: State) -> IssuerSummary:
    """Return the summary of one issuer's recommendations to a State on the day of the view."""
    recommendations = _by_issuer_and_state(view).get((issuer, state), ())
    counting = (a for r in recommendations for a in view.headline(r).assessments)

    def those(is_one: Callable[[Recommendation], object]) -> tuple[Recommendation, ...]:
        return tuple(filter(is_one, recommendations))

    return IssuerSummary(
        all=recommendations,
        counts=count_by_status(view, recommendations),
        forward=those(lambda r: Direction.FORWARD in view.headline(r).directions),
        backward=those(lambda r: Direction.BACKWARD in view.headline(r).directions),
        changed=those(lambda r: _has_changed(view, r)),
        stale=those(view.is_stale),
        setbacks=those(lambda r: count_evidence(view, r, EvidenceEffect.SETBACK)),
        progress=those(lambda r: count_evidence(view, r, EvidenceEffect.PROGRESS)),
        by_organisations=those(lambda r: bool((h := view.headline(r)).assessments) and not h.by_editors),
        by_kind=group_by_key((body.kind, body.id) for r in recommendations if (body := view.body_of(r))),
        organisations=tuple({o.id: o for o in map(view.organisation_of, counting)}.values()),
    )


@once_per_view
def _by_issuer_and_state(view: View) -> Mapping[tuple[Issuer, State | None], tuple[Recommendation, ...]]:
    return group_by_key(((r.issued_by, view.state_of(r)), r) for r in view.recommendations.values())


def _has_changed(view: View, r: Recommendation) -> bool:
    counting = {view.organisation_of(a).id for a in view.headline(r).assessments}
    own = (a for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY and a.part is None)
    given = group_by_key((view.organisation_of(a).id, a.status) for a in own)
    return any(len(own) > 1 and own[0] is not own[1] for id, own in given.items() if id in counting)


def count_evidence(view: View, r: Recommendation, effect: EvidenceEffect) -> int:
    """Return how many items of evidence show this effect for a recommendation or for one of its parts."""
    return len({e.id for e, link in view.evidence_for(r) if link.effect is effect})


class VoiceSummary(NamedTuple):
    """A recommendation, the latest assessment by each voice (None: no assessment), the headline, and `View.claim_gap`."""

    recommendation: Recommendation
    latest: dict[Voice, Assessment | None]
    headline: Headline
    gap: int

    @property
    def is_unanswered(self) -> bool:
        """Return whether the State has assessed the recommendation, but neither civil society nor a committee has."""
        return [voice for voice, said in self.latest.items() if said] == [Voice.STATE]


def summarize_voices(view: View) -> tuple[VoiceSummary, ...]:
    """Return a summary for each recommendation that the State or a committee has assessed, the largest gap first."""
    latest = ((r, {voice: view.latest(r, voice) for voice in Voice}) for r in view.recommendations.values())
    said = ((r, by) for r, by in latest if by[Voice.STATE] or by[Voice.COMMITTEE])
    found = [VoiceSummary(r, by, headline=view.headline(r), gap=view.claim_gap(r)) for r, by in said]
    # the sort is stable: equal ones stay in the order of the view
    own = Issuer.CIVIL_SOCIETY
    return tuple(sorted(found, key=lambda one: (-one.gap, one.is_unanswered, one.recommendation.issued_by is not own)))


class MatrixCell(NamedTuple):
    """What a committee made of a demand (civil society's recommendation). `addressed`: it addresses this committee.

    `same` are the committee's recommendations that ask for the same thing, `uptake` (its recommendation, uptake) pairs.
    """

    body: TreatyBody
    same: tuple[Recommendation, ...] = ()
    uptake: tuple[tuple[Recommendation, Uptake], ...] = ()
    addressed: bool = False


class MatrixRow(NamedTuple):
    """One civil-society recommendation, with a cell for each committee, in the order of the data."""

    recommendation: Recommendation
    cells: tuple[MatrixCell, ...]

    @property
    def same_demand_count(self) -> int:
        """Return how many recommendations of committees ask for the same thing. Other mechanisms, such as the UPR, are apart."""
        return sum(len(cell.same) for cell in self.cells if cell.body.kind is MechanismKind.TREATY_BODY)

    @property
    def committees(self) -> int:
        """Return how many committees ask for the same thing."""
        return sum(bool(cell.same) for cell in self.cells if cell.body.kind is MechanismKind.TREATY_BODY)


def demand_matrix(view: View) -> tuple[MatrixRow, ...]:
    """Return a row for each civil-society recommendation, first those that the largest number of committees also ask for."""

    def cell(r: Recommendation, body: TreatyBody) -> MatrixCell:
        # what a committee asks of another State is no answer to this demand
        alike = (other for other in view.same_demand(r) if view.state_of(other) == view.state_of(r))
        same = (other for other in alike if other.issued_by is Issuer.COMMITTEE)
        own = tuple(other for other in same if view.body_of(other) is body)
        uptake = tuple(pair for pair in view.uptake_of(r) if view.body_of(pair[0]) is body)
        return MatrixCell(body, own, uptake, addressed=body is view.body_of(r))

    demands, bodies = view.by_issuer(Issuer.CIVIL_SOCIETY), view.bodies.values()
    rows = [MatrixRow(r, tuple(cell(r, body) for body in bodies)) for r in demands]
    rows.sort(key=lambda row: (-row.committees, -row.same_demand_count, natural_key(row.recommendation.id)))
    return tuple(rows)


def uptake_not_checked(view: View, matrix: tuple[MatrixRow, ...]) -> tuple[tuple[TreatyBody, str], ...]:
    """Return (committee, year of its document) for each uptake not checked yet, each pair once, in the order of `matrix`."""
    pairs = (pair for row in matrix for cell in row.cells for pair in cell.uptake)
    to_check = [r for r, uptake in pairs if uptake.result is UptakeResult.TO_CHECK]
    found = [(body, document_year(view, r)) for r in to_check if (body := view.body_of(r))]
    return tuple({(body.id, year): (body, year) for body, year in found}.values())
