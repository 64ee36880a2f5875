"""The text of an announcement: what is new in the public feed, without what was taken back."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

from tracker.publishing.change_summaries import change_sentence
from tracker.publishing.exports.atom_feed import change_link, list_news
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import site_name
from tracker.queries.activity_log import Activity, ActivityEntry, ActivityFilters, group_by_save, undone_events
from tracker.queries.current_view import recorded_day

_MAX_LISTED = 20
"""The largest number of changes that one text names."""


def new_changes(request: ViewRequest, after: str, until: str) -> tuple[Activity, ...]:
    """Return what the public feed reports that was recorded after one time and by another, the newest first.

    What was taken back until now is left out, with what took it back, however long ago that was. Of several edits of a
    record only the last counts, and none if the record is new itself: its sentence has the present words.
    """
    new = [entry for entry in list_news(request, request.filters, ActivityFilters()) if entry.recorded > after]
    seen: set[tuple[type, str]] = set()
    kept = []
    for entry in new:
        record = (type(entry.record), entry.record.id)
        if entry.edits:
            if _is_new(entry.record, after) or record in seen:
                continue
            seen.add(record)
        if not _was_taken_back(entry, after):
            kept.append(entry)
    return tuple(change for change in group_by_save(kept) if change.recorded <= until)


def _is_new(item: Any, after: str) -> bool:
    return (item.recorded or "") > after


def _was_taken_back(entry: ActivityEntry, after: str) -> bool:
    if entry.event is None:
        return entry.gone is not None
    subject: Any = entry.record if entry.item is None else entry.item
    events = [event for event in subject.events if (event.recorded or "") > after]
    return (
        _is_new(subject, after)
        or _is_new(entry.record, after)
        or id(entry.event) in undone_events(events, timedelta.max)
    )


def announcement(request: ViewRequest, changes: Sequence[Activity], limit: int) -> str:
    """Return one text about the changes with at most `limit` characters. No sentence is cut.

    What has no place is counted, with a link to the activity. Links have the language of the request.
    """
    language = request.language
    head = language.gettext("News from “{name}”", name=site_name(request.context))
    items = [f"• {change_sentence(request.context, change)}\n{change_link(request, change)}" for change in changes]
    day = min(recorded_day(change.recorded, request.view.dataset) for change in changes)
    all_changes = request.link("/activity", ("since", day.isoformat()))
    for n in range(min(len(items), _MAX_LISTED), -1, -1):
        rest = len(items) - n
        more = [language.ngettext("{n} more change", "{n} more changes", rest) + f": {all_changes}"] if rest else []
        text = "\n\n".join([head, *items[:n], *more])
        # some services get the text as HTML
        if len(escape(text)) + text.count("\n") * 5 <= limit:
            return text
    return more[0] if len(more[0]) <= limit else all_changes


def correction(request: ViewRequest, id: str) -> str:
    """Return the text that corrects an announcement about a recommendation or evidence. It repeats nothing of it."""
    view = request.view
    if id in view.dataset.recommendations:
        link = request.link(f"/r/{id}")
    else:
        link = request.link("/evidence") + f"#e-{id}" if id in view.evidence else request.link("/")
    said = request.language.gettext(
        "Correction: an earlier message in this channel was wrong, or what it said has been withdrawn. "
        "Please do not pass it on. What is known now:"
    )
    return f"{said}\n{link}"
