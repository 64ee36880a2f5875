"""The page Treaty bodies: their grading scales and documents."""

from functools import partial

from tracker.publishing.pages.frame import RenderedPage, build_page, page_name
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries import deadlines, follow_up
from tracker.queries.recommendation_details import list_retired


def render_treaty_bodies(request: ViewRequest) -> RenderedPage:
    """Return the page with each treaty body: its grading scales, its documents by reporting cycle, its coming dates."""

    def content(context: ViewRequest) -> str:
        view, ahead = context.view, deadlines.list_upcoming(context.view)
        cycles, asked_by = partial(follow_up.group_by_cycle, view), partial(follow_up.recommendations_of_body, view)
        return render(
            "pages/treaty_bodies.html",
            context,
            name=page_name(context, "/treaty-bodies"),
            bodies=[(body, cycles(body), asked_by(body)) for body in view.bodies.values()],
            coming={body: [item for item in ahead if item.document.body == body] for body in view.bodies},
            scales=partial(follow_up.known_scales, view),
            positions_of=follow_up.positions_of,
            steps_of=partial(follow_up.known_steps, view),
            retired=list_retired(view, view.dataset.documents.values()),
        )

    return build_page(request, "/treaty-bodies", content)
