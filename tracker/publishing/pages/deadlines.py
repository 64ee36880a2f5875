"""The page of the deadlines: overdue, next, not known and done for each committee, and the timeline of their cycles."""

from functools import partial

from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.pictures.timeline_labels import label_dots
from tracker.publishing.render_context import render
from tracker.publishing.request import ViewRequest
from tracker.queries.deadlines import bodies_without_date, build_timeline, deadlines_by_body


def render_deadlines(request: ViewRequest) -> RenderedPage:
    """Return the page of the deadlines."""
    view = request.view
    return build_page(
        request,
        "/deadlines",
        lambda context: render(
            "pages/deadlines.html",
            context,
            bodies=deadlines_by_body(view),
            line=build_timeline(view),
            silent=bodies_without_date(view),
            label_dots=partial(label_dots, context),
        ),
    )
