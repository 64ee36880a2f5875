"""The page that lists everything that was recorded, newest first. A person who may undo an entry gets a link for that."""

from datetime import UTC, datetime

from pages.forms.private.entries import can_unpublish
from pages.shared.layout import open_page, organisations_by_handle
from tracker.editing.undo import can_undo_publication, can_undo_save
from tracker.publishing.pages.activity import render_activity
from tracker.queries.activity_log import activity_log, find_save

page = open_page("/activity")
view, link, now, may_unpublish = page.view, page.context.link, datetime.now(UTC), can_unpublish(page)


def undo_save_link(recorded: str) -> str:
    """Return the link to the form that undoes a save; "" unless this person made the save, less than a day ago."""
    is_recent = page.can_edit and (now - datetime.fromisoformat(recorded)).days < 2
    save = find_save(view, recorded) if is_recent else None
    may_undo = save and can_undo_save(save, now, page.context.person)
    return link("/edit", ("what", "undo"), ("id", recorded)) if may_undo else ""


def undo_publication_link(id: str) -> str:
    """Return the link to make evidence private again. Return "" if it is too late, or if this person may not do it."""
    e = view.dataset.evidence.get(id)
    may_undo = e and may_unpublish and can_undo_publication(e, now)
    return link("/edit", ("what", "unpublish"), ("id", id)) if may_undo else ""


changes = {entry.recorded: entry for entry in activity_log(view)} if page.context.person.handle else {}
undo = {"undo_save": undo_save_link, "undo_publication": undo_publication_link}
page.show_page(render_activity, changes=changes, organisations=organisations_by_handle(page), **undo)
