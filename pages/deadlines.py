"""The page of the deadlines: overdue, next, not known and done for each committee, and the timeline of their cycles."""

from dataclasses import replace
from functools import partial

from pages.forms.private.plans import show_private_plans
from pages.shared.layout import open_page, show_footer, show_header
from tracker.model.permissions import READER
from tracker.publishing.pictures.timeline_labels import label_dots
from tracker.queries.agenda import bodies_without_date, build_timeline, deadlines_by_body

page = open_page("/deadlines")
view = page.view
show_header(page, ())
page.show("pages/deadlines.html", bodies=deadlines_by_body(view))
show_private_plans(page)
page.show(
    "pages/timeline.html",
    line=build_timeline(view),
    silent=bodies_without_date(view),
    label_dots=partial(label_dots, replace(page.context, person=READER)),
)
show_footer(page)
