"""The page that lists everything that was recorded, newest first. A person who may undo an entry gets a link for that."""

from datetime import UTC, datetime

from pages.forms.private.entries import can_unpublish
from pages.shared.layout import open_page, organisations_by_handle
from tracker.editing.undo import can_undo_publication, find_own_save, is_undo
from tracker.publishing.pages.activity import render_activity
from tracker.queries.activity_log import activity_log

page = open_page("/activity")
view, link, now, may_unpublish = page.view, page.context.link, datetime.now(UTC), can_unpublish(page)


def undo_save_offer(recorded: str) -> tuple[str, bool] | None:
    """Return (link to the form that undoes a save, whether it was an undo), once for each save; None if it may not be undone."""
    save = find_own_save(view, [recorded], by=page.context.person, now=now) if page.can_edit else None
    if save is None or save.recorded in offered:
        return None
    offered.add(save.recorded)
    return link("/edit", ("what", "undo"), ("id", save.recorded)), is_undo(save)


def undo_publication_link(id: str) -> str:
    """Return the link to make evidence private again. Return "" if it is too late, or if this person may not do it."""
    e = view.dataset.evidence.get(id)
    may_undo = e and may_unpublish and page.context.may_retract(e.recorded_for) and can_undo_publication(e, now)
    return link("/edit", ("what", "unpublish"), ("id", id)) if may_undo else ""


changes = {entry.recorded: entry for entry in activity_log(view)} if page.context.person.handle else {}
offered: set[str] = set()
undo = {"undo_save": undo_save_offer, "undo_publication": undo_publication_link}
page.show_page(render_activity, changes=changes, organisations=organisations_by_handle(page), **undo)
