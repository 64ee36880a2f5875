"""What the page of a recommendation shows besides its latest assessments: all assessments, and what it takes up."""

from tracker.model import partial_dates
from tracker.model.lifecycle import existed_at
from tracker.model.records import Assessment, Recommendation, Uptake
from tracker.queries.view import View, sort_newest_first


def assessment_history(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return every assessment that was made and recorded by the day of the view, newest first, also withdrawn ones."""
    return sort_newest_first(
        a
        for a in view.dataset.recommendations[r.id].assessments
        if partial_dates.known_by(a.date, view.as_of) and existed_at(a, view.recorded)
    )


def uptake_by(view: View, r: Recommendation) -> tuple[tuple[Recommendation, Uptake], ...]:
    """Return the civil-society recommendations that a committee's recommendation takes up, each with the uptake."""
    return tuple(
        (view.recommendations[uptake.recommendation], uptake)
        for uptake in r.uptake
        if uptake.recommendation in view.recommendations
    )
