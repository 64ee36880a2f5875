"""The page Deadlines: the deadlines of each committee, and the timeline of the reporting cycles."""

from collections.abc import Sequence
from functools import partial

from tracker.model import partial_dates
from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries import deadlines

LONGEST_LABEL = 36
"""The largest number of characters of a label on a wide screen. Longer labels are cut."""
LETTER_WIDTH = 0.92
"""The approximate width of a letter, in percent of the width of the timeline on a wide screen."""


def render_deadlines(request: ViewRequest) -> RenderedPage:
    """Return the page with the deadlines of each committee (overdue, next, not known, done), and the timeline."""

    def content(context: ViewRequest) -> str:
        view = context.view
        return render(
            "pages/deadlines.html",
            context,
            bodies=deadlines.deadlines_by_body(view),
            ahead=deadlines.list_upcoming(view),
            unknown=deadlines.list_unknown(view),
            line=deadlines.build_timeline(view),
            silent=deadlines.bodies_without_date(view),
            label_dots=partial(label_dots, context),
        )

    return build_page(request, "/deadlines", content)


def label_dots(
    context: ViewRequest, dots: Sequence[deadlines.TimelineItem]
) -> list[tuple[deadlines.TimelineItem, str, str, int]]:
    """Return (dot, year, what, row) for the label of each dot of one committee, from left to right.

    `what` names the event in words. Row 0 is next to the line. If a label would reach dots to its right, it goes below
    the labels of these dots, so that it crosses neither these labels nor the lines from their dots.
    """
    labels: list[tuple[deadlines.TimelineItem, str, str, int]] = []
    for dot in sorted(dots, key=lambda dot: dot.at, reverse=True):
        item, said = dot.item, context.date_label(dot.item)
        kind = "" if item.step or item.deadline else context.document_kind_name(item.document)
        what = kind or said
        if kind and item.place == "due":
            what = context.language.gettext("{document} due", document=kind)
        if context.view.has_several_states:  # the line is that of a State
            what = f"{context.label(context.view.bodies[item.document.body])}: {what}"
        year = partial_dates.last_year(item.date)
        end = dot.at + min(len(year) + 1 + len(what), LONGEST_LABEL) * LETTER_WIDTH
        row = max((row + 1 for other, _year, _what, row in labels if other.at < end), default=0)
        labels.append((dot, year, what, row))
    return labels[::-1]
