"""The page of one recommendation: its text, status, assessments, evidence and history."""

from dataclasses import replace
from urllib.parse import urlencode

from tracker.model.lifecycle import events_until, is_active
from tracker.model.ownership import assessment_key
from tracker.model.records import Recommendation
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.pages.frame import RenderedPage, build_page, follow_panel
from tracker.publishing.pages.sheet import forward_text
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.wording import later_sentence
from tracker.queries import recommendation_details as details
from tracker.queries.activity_log import is_slip, last_removal, split_activity
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.follow_up import follow_up_status, next_dates
from tracker.queries.lists.filters import find_neighbours

_PATH = "/recommendation"
_LIST_PATH = "/recommendations"


def own_params(request: ViewRequest) -> list[tuple[str, str]]:
    """Return the URL parameters of the page: the id, and the filters of the list from which the reader came."""
    id = request.param("id")
    return [*([("id", id)] if id else []), *replace(request.filters, id=()).params()]


def render_recommendation(request: ViewRequest) -> RenderedPage:
    """Return the page of the recommendation with the id of the address, or one that says why there is none (404, 410)."""
    view, id = request.view, request.param("id")
    r = view.recommendations.get(id)
    return build_page(
        request,
        _PATH,
        lambda context: _content(request, context, r) if r else f"{_missing(request, context)}<!--part end-->",
        params=own_params(request),
        menu_path=_LIST_PATH,
        record=r,
        forward=(r.id, forward_text(request, r)) if r else ("", ""),
        status=200 if r else 410 if view.is_retired(id) else 404,
    )


def _content(request: ViewRequest, context: ViewRequest, r: Recommendation) -> str:
    view, filters = request.view, replace(request.filters, id=())
    before, place, count, after = find_neighbours(view, filters, r, lang=request.language.code)

    def link(other: Recommendation | None) -> str:
        return context.link(_PATH, ("id", other.id), *filters.params()) if other else ""

    history, whole = details.assessment_history(view, r), view.dataset.recommendations[r.id]
    return render(
        "pages/recommendation.html",
        context,
        r=r,
        back=context.link(_LIST_PATH, *filters.params()),
        place=place,
        count=count,
        before=link(before),
        after=link(after),
        cited=build_citation(request, r),
        follow=follow_panel(request, context, [("id", r.id)]),
        changed=last_changed(view, r),
        document=view.document(r.document),
        body=view.body_of(r),
        dates=next_dates(view, r),
        follow_up=follow_up_status(view, r),
        same=details.same_demand_links(view, r),
        taken=view.uptake_of(r),
        takes=details.uptake_by(view, r),
        evidence=view.evidence_for(r),
        unpublished=details.unpublished_evidence(view).get(r.id, ()),
        timeline=[a for a in history if not is_slip(a, view.recorded)],
        slips=[a for a in history if is_slip(a, view.recorded)],
        # most have none: then the log of all records, which takes long after a save, is not needed
        edits=[entry for entry in split_activity(view)[0] if entry.edits and entry.recommendation is whole]
        if whole.history
        else (),
        gone=[a for a in history if not is_active(a, view.recorded)],
        key_of=lambda a: assessment_key(whole, a),
        events=lambda a: events_until(a, view.recorded),
    )


def _missing(request: ViewRequest, context: ViewRequest) -> str:
    """Return HTML that says that a recommendation was retired, is later than the view, or does not exist."""
    view, id = request.view, request.param("id")
    if view.is_retired(id):
        retired = view.dataset.recommendations[id]
        event = last_removal(retired, view.recorded)
        return render(
            "layout/retired.html",
            context,
            r=view.labelled(without_later_edits(retired, view.recorded)),
            event=event,
            into=details.named_in_place(view, event),
        )
    if later := details.find_absence_reason(view, id):
        today = f"{_PATH}?" + urlencode([*own_params(request), ("lang", request.language.code)])
        sentence = later_sentence(request.language, later)
        earlier = details.earlier_records(view, view.dataset.recommendations[id])
        return render("layout/later.html", context, sentence=sentence, today=today) + render(
            "pages/earlier_records.html", context, earlier=earlier
        )
    similar = [view.recommendations[suggested] for suggested in view.suggest_ids(id)]
    return render("layout/missing.html", context, id=id[:80], near=similar)
