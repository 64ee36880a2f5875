"""The page of the deadlines: overdue, next, not known and done for each committee, and the timeline of their cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tracker.model import partial_dates
from tracker.publishing.pages.frame import same_for_all
from tracker.publishing.render_context import RenderContext, render
from tracker.queries.deadlines import AgendaItem, TimelineItem, bodies_without_date, build_timeline, deadlines_by_body


def _content(context: RenderContext) -> str:
    view = context.view
    return render(
        "pages/deadlines.html",
        context,
        bodies=deadlines_by_body(view),
        line=build_timeline(view),
        silent=bodies_without_date(view),
        label_dots=partial(label_dots, context),
    )


render_deadlines = same_for_all("/deadlines", _content)


LONGEST_LABEL = 36
"""On a wide screen, longer labels are cut."""
LETTER_WIDTH = 0.85
"""About how wide a letter is, in percent of the timeline on a wide screen."""


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
    lines from their dots cross it.
    """
    labels: list[DotLabel] = []
    for dot in sorted(dots, key=lambda dot: dot.at, reverse=True):
        year, what = partial_dates.last_year(dot.item.date), _what(context, dot.item)
        end = dot.at + min(len(year) + 1 + len(what), LONGEST_LABEL) * LETTER_WIDTH
        row = max((label.row + 1 for label in labels if label.dot.at < end), default=0)
        labels.append(DotLabel(dot, year, what, row=row))
    return tuple(reversed(labels))


def _what(context: RenderContext, item: AgendaItem) -> str:
    """Return what happened, in few words: the step of the follow-up, or the kind of document and what is to come."""
    kind = context.label(item.document.kind)
    if item.step or item.deadline:
        return item.label(context.language)
    return f"{kind}, {item.label(context.language)}" if item.place in ("due", "considered") else kind
