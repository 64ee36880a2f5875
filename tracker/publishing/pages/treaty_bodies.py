"""The page of the treaty bodies: their grading scales, documents by reporting cycle, and upcoming dates."""

from functools import partial

from tracker.publishing.pages.frame import page_name, same_for_all
from tracker.publishing.render_context import RenderContext, render
from tracker.queries.deadlines import upcoming
from tracker.queries.follow_up import group_by_cycle, known_scales, known_steps, recommendations_of_body
from tracker.queries.recommendation_details import list_retired


def _content(context: RenderContext) -> str:
    view = context.view
    ahead = upcoming(view)
    return render(
        "pages/treaty_bodies.html",
        context,
        name=page_name(context, "/treaty-bodies"),
        bodies=[
            (body, group_by_cycle(view, body), recommendations_of_body(view, body)) for body in view.bodies.values()
        ],
        coming={body: [item for item in ahead if item.document.body == body] for body in view.bodies},
        scales=partial(known_scales, view),
        steps_of=partial(known_steps, view),
        retired=list_retired(view, view.dataset.documents.values()),
    )


render_treaty_bodies = same_for_all("/treaty-bodies", _content)
