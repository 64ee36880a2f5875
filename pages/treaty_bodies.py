"""Each committee: its scales, its documents by cycle, and what is still to be checked."""

from pages.shared.layout import footer, header, open_page
from tracker.model.vocabulary import Issuer
from tracker.queries.agenda import coming
from tracker.queries.documents_by_cycle import by_cycle

page = open_page("/treaty-bodies")
view = page.view
header(page, ())
theirs = view.of(Issuer.COMMITTEE)
bodies = [(body, by_cycle(view, body), [r for r in theirs if view.body_of(r) is body]) for body in view.bodies.values()]
ahead = {body.id: [k for k in coming(view) if k.document.body == body.id] for body in view.bodies.values()}
page.show("pages/treaty_bodies.html", bodies=bodies, coming=ahead)
footer(page)
