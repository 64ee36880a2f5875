"""Details for the page of a recommendation: all its assessments, and the civil-society recommendations it takes up."""

from tracker.model import partial_dates
from tracker.model.lifecycle import existed_at
from tracker.model.localized_text import LocalizedText
from tracker.model.records import Assessment, Recommendation, Uptake
from tracker.queries.record_order import sort_newest_first
from tracker.queries.view import View


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


def same_demand_notes(view: View, r: Recommendation) -> tuple[tuple[Recommendation, LocalizedText | None], ...]:
    """Return (recommendation, note) pairs for the recommendations that ask for the same thing as `r`.

    The note says how far they ask for the same, for example only in part. It is None if there is no note. It may be in
    the file of `r` or in the file of the other recommendation.
    """

    def note(of: Recommendation, on: Recommendation) -> LocalizedText | None:
        return next((same.note for same in of.same_demand if same.recommendation == on.id and same.note), None)

    return tuple((other, note(r, other) or note(other, r)) for other in view.same_demand(r))


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
