"""Details for the page of a recommendation: all its assessments, and the civil-society recommendations it takes up."""

from tracker.model import partial_dates
from tracker.model.events import Event
from tracker.model.lifecycle import existed_at
from tracker.model.records import Assessment, Recommendation, SameDemand, Uptake
from tracker.model.vocabulary import Voice
from tracker.queries.activity_log import is_slip, last_removal
from tracker.queries.view import View, sort_newest_first


def assessment_history(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return every assessment of a recommendation that the view can show, newest first.

    The assessment must be dated on or before the day of the view, and recorded by the time `view.recorded`. Withdrawn
    assessments are included.
    """
    return sort_newest_first(
        a
        for a in view.dataset.recommendations[r.id].assessments
        if partial_dates.known_by(a.date, view.as_of) and existed_at(a, view.recorded)
    )


def withdrawn_assessments(view: View, r: Recommendation) -> tuple[tuple[Assessment, Event], ...]:
    """Return (assessment, event that withdrew it) for each organisation whose latest assessment is withdrawn.

    The whole recommendation and each part are looked at on their own. What was withdrawn minutes after it was recorded is
    left out.
    """
    found: dict[tuple[str, str | None], Assessment] = {}
    for a in assessment_history(view, r):
        if a.voice is Voice.CIVIL_SOCIETY and not is_slip(a, view.recorded):
            found.setdefault((view.organisation_of(a).id, a.part), a)
    removals = ((a, last_removal(a, view.recorded)) for a in found.values())
    return tuple((a, event) for a, event in removals if event)


def same_demand_links(view: View, r: Recommendation) -> tuple[tuple[Recommendation, SameDemand], ...]:
    """Return (recommendation, link) pairs for the recommendations that ask for the same thing as `r`.

    The extent and the note of a link say how far they ask for the same. Each of them is None if it is given neither in
    the file of `r` nor in the file of the other recommendation.
    """

    def link(other: Recommendation) -> SameDemand:
        links = [same for same in r.same_demand if same.recommendation == other.id]
        links += [same for same in other.same_demand if same.recommendation == r.id]
        return SameDemand(
            recommendation=other.id,
            extent=next((same.extent for same in links if same.extent), None),
            note=next((same.note for same in links if same.note), None),
        )

    return tuple((other, link(other)) for other in view.same_demand(r))


def uptake_by(view: View, r: Recommendation) -> tuple[tuple[Recommendation, Uptake], ...]:
    """Return (recommendation, uptake) pairs for each uptake recorded in the committee's recommendation `r`.

    The recommendation in a pair is the civil-society recommendation. An uptake is left out if its recommendation is not
    in the view.
    """
    return tuple(
        (view.recommendations[uptake.recommendation], uptake)
        for uptake in r.uptake
        if uptake.recommendation in view.recommendations
    )
