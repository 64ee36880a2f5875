"""The page of the deadlines of each committee: overdue, next, not known, done; and the timeline of reporting cycles."""

from pages.forms.private.entries import show_private_plans
from pages.shared.layout import open_page
from tracker.publishing.pages.deadlines import render_deadlines

page = open_page("/deadlines")
for place in page.show_parts(render_deadlines):
    if place == "plans":
        if page.context.can_save and page.config.mail_from:
            page.show("editors/reminders.html")
        show_private_plans(page)
