"""Each committee: its scales, its documents by cycle, and what is still to be checked."""

from pages.shared.layout import open_page, show_footer, show_header
from tracker.model.vocabulary import Issuer
from tracker.queries.agenda import upcoming
from tracker.queries.documents_by_cycle import group_by_cycle

page = open_page("/treaty-bodies")
view = page.view
show_header(page, ())
theirs = view.by_issuer(Issuer.COMMITTEE)
bodies = [
    (body, group_by_cycle(view, body), [r for r in theirs if view.body_of(r) is body]) for body in view.bodies.values()
]
ahead = {body.id: [k for k in upcoming(view) if k.document.body == body.id] for body in view.bodies.values()}
page.show("pages/treaty_bodies.html", bodies=bodies, coming=ahead)
show_footer(page)
