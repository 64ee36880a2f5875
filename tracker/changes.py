"""What was recorded lately, newest first."""

from dataclasses import dataclass

from tracker.model import Assessment, Evidence, Recommendation
from tracker.view import View


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded item: an assessment of a recommendation, or a new piece of evidence."""

    recorded: str
    recommendation: Recommendation | None = None
    assessment: Assessment | None = None
    evidence: Evidence | None = None


def latest(view: View, most: int) -> tuple[Recorded, ...]:
    """The last recorded assessments and evidence items, newest first."""
    found = [
        Recorded(a.recorded, r, a) for r in view.recommendations.values() for a in view.assessments[r.id] if a.recorded
    ]
    found += [Recorded(e.recorded, evidence=e) for e in view.evidence.values() if e.recorded]
    return tuple(sorted(found, key=lambda change: change.recorded, reverse=True)[:most])
