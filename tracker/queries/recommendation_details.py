"""Details for the page of a recommendation: the history of its assessments, and the recommendations that it takes up."""

from tracker.model import partial_dates
from tracker.model.lifecycle import existed_at
from tracker.model.records import Assessment, Recommendation, Uptake
from tracker.queries.view import View, sort_newest_first


def assessment_history(view: View, r: Recommendation) -> tuple[Assessment, ...]:
    """Return every assessment made by the day of the view and recorded by its recorded time, newest first.

    Withdrawn assessments are included.
    """
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
