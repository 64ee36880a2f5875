"""Records that exist, but are later than the view: they are dated later, or were recorded later."""

from dataclasses import dataclass

from tracker.model.lifecycle import existed_at
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class Later:
    """Why a record is not in the view. Exactly one of the two is given.

    `dated` is the partial date from which the record counts. `recorded` is the time when the record was recorded.
    """

    dated: str = ""
    recorded: str = ""


def later_recommendation(view: View, recommendation_id: str) -> Later | None:
    """Return why a recommendation that exists is later than the view.

    Return None if no recommendation has this id, or if another reason keeps it out of the view.
    """
    r = view.dataset.recommendations.get(recommendation_id)
    if r is None or not view.is_past:
        return None
    if not existed_at(r, view.recorded):
        return Later(recorded=r.recorded) if r.recorded else None
    if r.document in view.not_yet_issued:
        document = view.dataset.documents[r.document]
        if not existed_at(document, view.recorded):
            return Later(recorded=document.recorded or "") if document.recorded else None
        return Later(dated=effective_date(document) or "")
    return None
