"""Follow a page: the panel with its feed and calendar, and the times by which a browser counts what is new."""

from collections.abc import Iterable, Sequence
from itertools import islice

from markupsafe import Markup

from tracker.model.lifecycle import timestamps_of
from tracker.model.records import Evidence, Recommendation
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.activity_log import Activity
from tracker.queries.current_view import recorded_bounds
from tracker.queries.view import View

_MAX_TIMES = 100
"""How many new changes a browser counts at most."""


def follow_panel(request: ViewRequest, context: ViewRequest, params: Sequence[tuple[str, str]]) -> Markup:
    """Return the panel "Follow this" as HTML; "" in a view of the past. `params`: filters of its feed and calendar."""
    if context.view.is_past:
        return Markup()
    # the kind of a change, and since when, choose entries of the feed only
    about = [pair for pair in params if pair[0] not in ("change", "since")]
    feed = request.link("/feed.xml", *(pair for pair in params if pair[0] != "since"))
    return Markup(render("layout/follow.html", context, feed=feed, calendar=request.link("/calendar.ics", *about)))


def visit_notice(context: ViewRequest, changes: Iterable[Activity] = (), *, offers: bool = False) -> Markup:
    """Return the HTML in which last_visit.js shows how much is new since the last visit; "" in a view of the past.

    The script counts `changes`, the newest first. Without `changes`, it counts the new entries on the page, and opening
    the page marks nothing as seen. The HTML is the same for everybody: the time of the visit is kept in the browser,
    only if the reader asked for it, and is never sent. `offers` says whether to show the button for this.
    """
    if context.view.is_past:
        return Markup()
    times = " ".join(change.recorded for change in islice(changes, _MAX_TIMES))
    newest = recorded_bounds(context.view.dataset)[1]
    return Markup(render("layout/visit.html", context, newest=newest, times=times, most=_MAX_TIMES, offers=offers))


def changed_at(view: View, record: Recommendation | Evidence) -> str:
    """Return the latest timestamp in a record; for a recommendation also in its evidence. "" without one."""
    evidence = view.evidence_for(record) if isinstance(record, Recommendation) else ()
    return max(time for one in (record, *(e for e, _link in evidence)) for time in timestamps_of(one))
