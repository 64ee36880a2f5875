"""Records that exist, but are later than the view: they are dated later, or were recorded later."""

from dataclasses import dataclass

from tracker.model.lifecycle import existed_at
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class Later:
    """Why a record is not in a view of the past. At most one of the two is given.

    `dated` is the partial date from which the record counts. `recorded` is the time when the record was recorded. If
    both are "", the record was written by hand, so nobody knows when it was recorded.
    """

    dated: str = ""
    recorded: str = ""


def later_recommendation(view: View, recommendation_id: str) -> Later | None:
    """Return why a recommendation that exists is later than the view.

    Return None if no recommendation has this id, if it is in the view, or if it was retired by then.
    """
    r = view.dataset.recommendations.get(recommendation_id)
    if r is None or not view.is_past or recommendation_id in view.recommendations or view.is_retired(r.id):
        return None
    if not existed_at(r, view.recorded):
        return Later(recorded=r.recorded or "")
    document = view.dataset.documents.get(r.document)
    if document and existed_at(document, view.recorded):
        return Later(dated=effective_date(document) or "")
    return Later(recorded=(document and document.recorded) or "")
