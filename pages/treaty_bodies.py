"""The page of the treaty bodies: their grading scales, documents by reporting cycle, and upcoming dates."""

from functools import partial

from pages.forms.private.files import count_private_files, show_private_files
from pages.shared.form_drafts import show_waiting_drafts
from pages.shared.layout import open_page
from pages.shared.saving import undo_offer
from tracker.publishing.pages.treaty_bodies import render_treaty_bodies

page = open_page("/treaty-bodies")
values = {"undo_of": partial(undo_offer, page), "private_files": partial(count_private_files, page)}
for place in page.show_parts(render_treaty_bodies, **values):
    if place == "top":
        show_waiting_drafts(page, what="document")
    elif place == "files":
        show_private_files(page, page.view.documents.values())
