"""The page of the treaty bodies: their grading scales, documents by reporting cycle, and upcoming dates."""

from functools import partial

from pages.forms.private.files import show_private_files
from pages.shared.layout import open_page, show_footer, show_header
from pages.shared.waiting_drafts import show_waiting_drafts
from tracker.queries.agenda import upcoming
from tracker.queries.documents_by_cycle import group_by_cycle, known_scales, known_steps, recommendations_of_body
from tracker.queries.later_records import list_retired

page = open_page("/treaty-bodies")
view = page.view
show_header(page, ())
show_waiting_drafts(page, what="document")
bodies = [(body, group_by_cycle(view, body), recommendations_of_body(view, body)) for body in view.bodies.values()]
ahead = {body.id: [item for item in upcoming(view) if item.document.body == body.id] for body in view.bodies.values()}
page.show(
    "pages/treaty_bodies.html",
    bodies=bodies,
    coming=ahead,
    scales=partial(known_scales, view),
    steps_of=partial(known_steps, view),
    retired=list_retired(view, view.dataset.documents.values()),
)
show_private_files(page, view.documents.values())
show_footer(page)
