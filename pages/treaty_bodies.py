"""Each committee: its scales, its documents by cycle, and what is still to be checked."""

from pages.frame import footer, header, open_page
from tracker.agenda import coming
from tracker.documents import by_cycle
from tracker.words import Asker

page = open_page("/treaty-bodies")
view = page.view
header(page, ())
theirs = view.of(Asker.COMMITTEE)
bodies = [(body, by_cycle(view, body), [r for r in theirs if view.body_of(r) is body]) for body in view.bodies.values()]
ahead = {body.id: [k for k in coming(view) if k.document.body == body.id] for body in view.bodies.values()}
page.show("bodies.html", bodies=bodies, coming=ahead)
footer(page)
