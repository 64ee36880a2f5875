"""The page of the treaty bodies: their grading scales, documents by reporting cycle, and upcoming dates."""

from pages.shared.layout import open_page, show_footer, show_header
from tracker.queries.agenda import bodies_without_date, upcoming
from tracker.queries.documents_by_cycle import group_by_cycle, recommendations_of_body
from tracker.queries.timeline import build_timeline

page = open_page("/treaty-bodies")
view = page.view
show_header(page, ())
bodies = [(body, group_by_cycle(view, body), recommendations_of_body(view, body)) for body in view.bodies.values()]
ahead = {body.id: [item for item in upcoming(view) if item.document.body == body.id] for body in view.bodies.values()}
page.show("pages/treaty_bodies.html", bodies=bodies, coming=ahead)
page.show("pages/timeline.html", line=build_timeline(view), ahead=upcoming(view), silent=bodies_without_date(view))
show_footer(page)
