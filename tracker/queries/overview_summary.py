"""What a reader should know in ten seconds: how many, where they stand, what moved, what is stale, where voices part."""

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
    """The recommendations of one asker at a glance. Civil society's and a committee's are never counted together."""

    all: tuple[Recommendation, ...]
    counts: dict[Status, int]
    forward: tuple[Recommendation, ...]
    backward: tuple[Recommendation, ...]
    changed: tuple[Recommendation, ...]
    stale: tuple[Recommendation, ...]
    setbacks: tuple[Recommendation, ...]
    progress: tuple[Recommendation, ...]
    again: tuple[Recommendation, ...]
    """Those that were assessed, or checked, more than once: only of them can it be said that nothing changed."""
    assessors: tuple[LocalizedText, ...]
    """Who assessed them, each named once."""

    @property
    def assessed(self) -> int:
        """How many have an assessment of civil society."""
        return len(self.all) - self.counts.get(Status.NOT_ASSESSED, 0)


def summarize(view: View, asker: Issuer) -> IssuerSummary:
    """How the recommendations of one asker stand on the day of the view."""
    those = view.by_issuer(asker)

    def moving(way: Direction) -> tuple[Recommendation, ...]:
        latest = ((r, view.latest(r, Voice.CIVIL_SOCIETY)) for r in those)
        return tuple(r for r, a in latest if a and a.direction is way)

    def with_evidence(way: EvidenceEffect) -> tuple[Recommendation, ...]:
        return tuple(r for r in those if any(bears.effect is way for _, bears in view.evidence_for(r)))

    return IssuerSummary(
        those, count_by_status(view, those), moving(Direction.FORWARD), moving(Direction.BACKWARD),
        tuple(r for r in those if _has_changed(view, r)), tuple(r for r in those if view.is_stale(r)),
        with_evidence(EvidenceEffect.SETBACK), with_evidence(EvidenceEffect.PROGRESS),
        tuple(r for r in those if len(ours := _ours(view, r)) > 1 or (ours and view.last_checked(r) != ours[0].date)),
        _assessors(a for r in those if (a := view.latest(r, Voice.CIVIL_SOCIETY))),
    )  # fmt: skip


def _has_changed(view: View, r: Recommendation) -> bool:
    """Whether civil society's latest assessment gives another status than the one before it."""
    ours = _ours(view, r)
    return len(ours) > 1 and ours[0].status is not ours[1].status


def _ours(view: View, r: Recommendation) -> list[Assessment]:
    return [a for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY and a.part is None]


def _assessors(those: Iterable[Assessment]) -> tuple[LocalizedText, ...]:
    found: list[LocalizedText] = []
    for a in those:
        if a.assessor and a.assessor not in found:
            found.append(a.assessor)
    return tuple(found)


def having_evidence(view: View, r: Recommendation, way: EvidenceEffect) -> int:
    """How many pieces of evidence suggest this for a recommendation."""
    return sum(bears.effect is way for _, bears in view.evidence_for(r))


def first_assessment_year(view: View, asker: Issuer) -> str:
    """The year of the first assessment of civil society, from which it can be said what moved; empty without one."""
    those = [a.date for r in view.by_issuer(asker) for a in view.assessments[r.id] if a.voice is Voice.CIVIL_SOCIETY]
    return min((str(partial_dates.last_day(known).year) for known in those), default="")


@dataclass(frozen=True, slots=True)
class VoiceSummary:
    """What the three voices said last of one recommendation, each in its own scale, and the steps between two of them."""

    asked: Recommendation
    said: dict[Voice, Assessment | None]
    gap: int

    @property
    def has_claim(self) -> bool:
        """Whether the State has spoken."""
        return self.said[Voice.STATE] is not None

    @property
    def is_unanswered(self) -> bool:
        """Whether the State claims something that civil society has not assessed."""
        return self.said[Voice.STATE] is not None and self.said[Voice.CIVIL_SOCIETY] is None


def summarize_voices(view: View) -> tuple[VoiceSummary, ...]:
    """The recommendations of which the State or the committee has said something: first where the State claims more than
    civil society finds, the widest gap first, then where both have spoken, then where its claim is not assessed."""
    found = []
    for r in view.recommendations.values():
        said = {voice: view.latest(r, voice) for voice in Voice}
        if said[Voice.STATE] or said[Voice.COMMITTEE]:
            found.append(VoiceSummary(r, said, view.claim_gap(r)))
    # sorting keeps the order of the list among equals
    return tuple(sorted(found, key=lambda v: (-v.gap, v.is_unanswered, v.asked.issued_by is not Issuer.CIVIL_SOCIETY)))
