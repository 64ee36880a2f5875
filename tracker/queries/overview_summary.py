"""Summary figures for the overview page."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Assessment, Recommendation
from tracker.model.vocabulary import Direction, EvidenceEffect, Issuer, Status, Voice
from tracker.queries.filters import count_by_status
from tracker.queries.view import View


@dataclass(frozen=True, slots=True)
class IssuerSummary:
    """The recommendations of one issuer in groups. A recommendation can be in several groups.

    `all` are all recommendations of the issuer. `counts` is status → number of recommendations. `forward` and
    `backward` are recommendations whose latest assessment has this direction. `changed` are recommendations whose
    latest assessment gave another status than the assessment before it. `stale` are recommendations whose assessment
    is out of date. `setbacks` and `progress` are recommendations with at least one piece of evidence of a setback or
    of progress.
    """

    all: tuple[Recommendation, ...]
    counts: dict[Status, int]
    forward: tuple[Recommendation, ...]
    backward: tuple[Recommendation, ...]
    changed: tuple[Recommendation, ...]
    stale: tuple[Recommendation, ...]
    setbacks: tuple[Recommendation, ...]
    progress: tuple[Recommendation, ...]
    reassessed: tuple[Recommendation, ...]
    """Recommendations that were assessed more than once, or were checked after the assessment. Only for these
    recommendations, "nothing changed" can be said.
    """
    assessors: tuple[LocalizedText, ...]
    """The people or organisations who made the latest assessments. Each is listed once."""

    @property
    def assessed(self) -> int:
        """Return how many recommendations have a status from an assessment by civil society."""
        return len(self.all) - self.counts.get(Status.NOT_ASSESSED, 0)


def summarize(view: View, issuer: Issuer) -> IssuerSummary:
    """Return the summary of one issuer's recommendations on the day of the view."""
    recommendations = view.by_issuer(issuer)

    def with_direction(direction: Direction) -> tuple[Recommendation, ...]:
        latest = ((r, view.latest(r, Voice.CIVIL_SOCIETY)) for r in recommendations)
        return tuple(r for r, a in latest if a and a.direction is direction)

    def with_evidence(effect: EvidenceEffect) -> tuple[Recommendation, ...]:
        return tuple(r for r in recommendations if count_evidence(view, r, effect))

    return IssuerSummary(
        all=recommendations,
        counts=count_by_status(view, recommendations),
        forward=with_direction(Direction.FORWARD),
        backward=with_direction(Direction.BACKWARD),
        changed=tuple(r for r in recommendations if _has_changed(view, r)),
        stale=tuple(r for r in recommendations if view.is_stale(r)),
        setbacks=with_evidence(EvidenceEffect.SETBACK),
        progress=with_evidence(EvidenceEffect.PROGRESS),
        reassessed=tuple(r for r in recommendations if _is_reassessed(view, r)),
        assessors=_assessors(a for r in recommendations if (a := view.latest(r, Voice.CIVIL_SOCIETY))),
    )


def _has_changed(view: View, r: Recommendation) -> bool:
    """Return whether civil society's latest assessment gives another status than its assessment before that."""
    own = _civil_society_assessments(view, r)
    return len(own) > 1 and own[0].status is not own[1].status


def _is_reassessed(view: View, r: Recommendation) -> bool:
    own = _civil_society_assessments(view, r)
    return len(own) > 1 or (bool(own) and view.last_checked(r) != own[0].date)


def _civil_society_assessments(view: View, r: Recommendation) -> list[Assessment]:
    """Return civil society's assessments of the whole recommendation, newest first."""
    return [a for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY and a.part is None]


def _assessors(assessments: Iterable[Assessment]) -> tuple[LocalizedText, ...]:
    found: list[LocalizedText] = []
    for a in assessments:
        if a.assessor and a.assessor not in found:
            found.append(a.assessor)
    return tuple(found)


def count_evidence(view: View, r: Recommendation, effect: EvidenceEffect) -> int:
    """Return how many pieces of evidence have the effect `effect` on a recommendation."""
    return sum(link.effect is effect for _, link in view.evidence_for(r))


def first_assessment_year(view: View, issuer: Issuer) -> str:
    """Return the year of civil society's first assessment of any recommendation of an issuer.

    Return "" if there is no such assessment. Changes of status are known only from that year on.
    """
    dates = [a.date for r in view.by_issuer(issuer) for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY]
    return min(map(partial_dates.last_year, dates), default="")


@dataclass(frozen=True, slots=True)
class VoiceSummary:
    """One recommendation with the latest assessment by each voice.

    `latest` is voice → its latest assessment, or None if the voice has not assessed the recommendation. Each voice uses
    its own scale. `gap` is the number of steps that `View.claim_gap` returns.
    """

    recommendation: Recommendation
    latest: dict[Voice, Assessment | None]
    gap: int

    @property
    def has_claim(self) -> bool:
        """Return whether there is an assessment by the State."""
        return self.latest[Voice.STATE] is not None

    @property
    def is_unanswered(self) -> bool:
        """Return whether the State has assessed the recommendation and civil society has not."""
        return self.latest[Voice.STATE] is not None and self.latest[Voice.CIVIL_SOCIETY] is None


def summarize_voices(view: View) -> tuple[VoiceSummary, ...]:
    """Return a summary of each recommendation that the State or the committee has assessed.

    The summaries are sorted by `gap`, largest first. If gaps are equal, summaries with `is_unanswered` come last. If
    that is equal too, civil society's recommendations come before those of committees.
    """
    found = []
    for r in view.recommendations.values():
        latest = {voice: view.latest(r, voice) for voice in Voice}
        if latest[Voice.STATE] or latest[Voice.COMMITTEE]:
            found.append(VoiceSummary(r, latest, view.claim_gap(r)))

    def order(summary: VoiceSummary) -> tuple[int, bool, bool]:
        is_committees = summary.recommendation.issued_by is not Issuer.CIVIL_SOCIETY
        return -summary.gap, summary.is_unanswered, is_committees

    # the sort is stable: equal ones stay in the order of the view
    return tuple(sorted(found, key=order))
