"""The labels of the timeline: the year and what happened, in rows so that no label covers another."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.publishing.html import RenderContext
from tracker.publishing.wording import shorten
from tracker.queries.agenda import AgendaItem
from tracker.queries.timeline import TimelineItem

LONGEST_LABEL = 34
LETTER_WIDTH = 0.95
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

    A label begins at its dot. If it would cover a label to its right, it goes into the next row.
    """
    ends: list[float] = []  # for each row, where its leftmost label begins
    labels: list[DotLabel] = []
    for dot in sorted(dots, key=lambda dot: dot.at, reverse=True):
        year, what = partial_dates.last_year(dot.item.date), shorten(_what(context, dot.item), LONGEST_LABEL)
        end = dot.at + (len(year) + 1 + len(what)) * LETTER_WIDTH
        row = next((row for row, begins in enumerate(ends) if end <= begins), len(ends))
        ends[row : row + 1] = [dot.at]
        labels.append(DotLabel(dot, year, what, row))
    return tuple(reversed(labels))


def _what(context: RenderContext, item: AgendaItem) -> str:
    """Return what happened, in few words: the step of the follow-up, or the kind of document and what is to come."""
    kind = context.label(item.document.kind)
    if item.step:
        return item.label(context.language)
    return f"{kind}, {item.label(context.language)}" if item.place in ("due", "considered") else kind
