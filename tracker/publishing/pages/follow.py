"""Following a page: the panel with its feed and its calendar, and the times from which a browser counts what is new."""

from collections.abc import Iterable, Sequence
from itertools import islice

from markupsafe import Markup

from tracker.model.lifecycle import timestamps_of
from tracker.model.records import Evidence, Recommendation
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.queries.activity_log import Activity
from tracker.queries.current_view import recorded_bounds
from tracker.queries.view import View

_MAX_TIMES = 100
"""How many of the newest changes a browser can count."""


def follow_panel(request: ViewRequest, context: RenderContext, params: Sequence[tuple[str, str]]) -> Markup:
    """Return the panel "Follow this" as HTML, or "" in a view of the past. `params` filter its feed and calendar."""
    if context.view.is_past:
        return Markup()
    # the kind of a change, and since when, choose entries of the feed only
    about = [pair for pair in params if pair[0] not in ("change", "since")]
    feed = request.link("/feed.xml", *(pair for pair in params if pair[0] != "since"))
    return Markup(render("layout/follow.html", context, feed=feed, calendar=request.link("/calendar.ics", *about)))


def visit_notice(context: RenderContext, changes: Iterable[Activity] = (), *, offers: bool = False) -> Markup:
    """Return what since.js needs to say how much is new since the last visit, as HTML: the times of the newest `changes`.

    Without `changes`, it counts what it marks on the page, as on a list (see `changed_at`); such a page shows a part of
    what is new, so opening it is no visit. All of this is the same for everybody. The visit is known to the browser only,
    and only if somebody asked for it; `offers` says whether that can be asked for here. Nothing is sent.
    """
    if context.view.is_past:
        return Markup()
    times = " ".join(change.recorded for change in islice(changes, _MAX_TIMES))
    newest = recorded_bounds(context.view.dataset)[1]
    return Markup(render("layout/visit.html", context, newest=newest, times=times, most=_MAX_TIMES, offers=offers))


def changed_at(view: View, record: Recommendation | Evidence) -> str:
    """Return when something of a record last changed; of a recommendation, also when its evidence did."""
    if not isinstance(record, Recommendation):
        return max(timestamps_of(record))
    records: tuple[Recommendation | Evidence, ...] = (record, *(e for e, _link in view.evidence_for(record)))
    return view.reused_piece(record.id, "changed", lambda: max(time for one in records for time in timestamps_of(one)))
