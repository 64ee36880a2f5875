"""The page of the deadlines: overdue, next, not known and done for each committee, and the timeline of their cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tracker.model import partial_dates
from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.queries.deadlines import TimelineItem, bodies_without_date, build_timeline, deadlines_by_body

LONGEST_LABEL = 36
"""On a wide screen, longer labels are cut."""
LETTER_WIDTH = 0.85
"""About how wide a letter is, in percent of the timeline on a wide screen."""


def render_deadlines(request: ViewRequest) -> RenderedPage:
    """Return the page of the deadlines."""

    def content(context: RenderContext) -> str:
        values = {"bodies": deadlines_by_body(context.view), "line": build_timeline(context.view)}
        silent = bodies_without_date(context.view)
        return render("pages/deadlines.html", context, **values, silent=silent, label_dots=partial(label_dots, context))

    return build_page(request, "/deadlines", content)


@dataclass(frozen=True, slots=True)
class DotLabel:
    """The label of one dot. `year` and `what` are its text. `row` counts from 0, the row next to the line."""

    dot: TimelineItem
    year: str
    what: str
    row: int


def label_dots(context: RenderContext, dots: Sequence[TimelineItem]) -> tuple[DotLabel, ...]:
    """Return a label for each dot of one committee, in the order of the dots on the line.

    A label begins at its dot. It goes below all labels whose dots it would reach, so that neither these labels nor the
    lines from their dots cross it. It says what happened in few words: the step of the follow-up, or the kind of
    document and what is to come.
    """
    labels: list[DotLabel] = []
    for dot in sorted(dots, key=lambda dot: dot.at, reverse=True):
        item, said = dot.item, dot.item.label(context.language)
        kind = "" if item.step or item.deadline else context.label(item.document.kind)
        what = ", ".join(filter(None, [kind, said if not kind or item.place in ("due", "considered") else ""]))
        year = partial_dates.last_year(item.date)
        end = dot.at + min(len(year) + 1 + len(what), LONGEST_LABEL) * LETTER_WIDTH
        row = max((label.row + 1 for label in labels if label.dot.at < end), default=0)
        labels.append(DotLabel(dot, year, what, row=row))
    return tuple(reversed(labels))
