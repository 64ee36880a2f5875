"""The timeline of the committees' documents: the position of each date and of the day of the view."""

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.model import partial_dates
from tracker.model.registers import TreatyBody
from tracker.queries.agenda import AgendaItem, list_agenda, overdue, upcoming
from tracker.queries.view import View, effective_date

MIN_YEARS = 4
"""The smallest number of years that the timeline covers."""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One date on the timeline.

    `at` is the position of the first day of the date, and `until` the position of its last day. Both are in percent of
    the length of the timeline. `ahead` says whether the date is still to come, `late` whether it is an overdue deadline.
    """

    item: AgendaItem
    at: float
    until: float
    ahead: bool
    late: bool

    @property
    def is_long(self) -> bool:
        """Return whether the date covers more than 1 % of the timeline, for example a date known only to the year."""
        return self.until - self.at > 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """The timeline: the dates of each committee, and the positions of the years and of the day of the view.

    `years` are (year, position) pairs. `today` is the position of the day of the view. Positions are in percent of the
    length of the timeline. `lanes` are (committee, dates) pairs.
    """

    years: tuple[tuple[int, float], ...]
    today: float
    lanes: tuple[tuple[TreatyBody, tuple[TimelineItem, ...]], ...]

    @property
    def is_ahead(self) -> bool:
        """Return whether a date is still to come."""
        return any(item.ahead for _body, items in self.lanes for item in items)

    @property
    def is_late(self) -> bool:
        """Return whether a deadline is overdue."""
        return any(item.late for _body, items in self.lanes for item in items)


def build_timeline(view: View) -> Timeline | None:
    """Return the timeline of all committees, or None if no date is known.

    The timeline contains four kinds of dates: for each document, the date from which the document counts, if this date
    is past; all steps of the follow-up of documents; all deadlines; every upcoming or overdue date. The line goes on for at least
    a year after the day of the view, so that the future has its place.
    """
    ahead = {(item.document.id, item.place) for item in upcoming(view)}
    late = {(item.document.id, item.place) for item in overdue(view)}
    shown = [
        item for item in list_agenda(view) if _is_shown(item, view) or (item.document.id, item.place) in ahead | late
    ]
    if not shown:
        return None
    days = [item.last_day for item in shown]
    # a date to come is not at the very end, so that the line visibly goes on
    end = max(*days, view.local_date + timedelta(days=185)) + timedelta(days=180)
    first, last = min(days).year, end.year + 1
    first = min(first, last - MIN_YEARS)

    def position(day: date) -> float:
        whole = date(last, 1, 1) - date(first, 1, 1)
        return round(100 * ((day - date(first, 1, 1)) / whole), 2)

    step = max(1, -(-(last - first) // 10))  # at most ten years are labelled
    years = tuple((year, position(date(year, 1, 1))) for year in range(first, last, step))
    lanes = tuple(
        (
            body,
            tuple(
                TimelineItem(
                    item,
                    position(partial_dates.date_range(item.date)[0] or item.last_day),
                    position(item.last_day),
                    ahead=(item.document.id, item.place) in ahead,
                    late=(item.document.id, item.place) in late,
                )
                for item in shown
                if item.document.body == body.id
            ),
        )
        for body in view.bodies.values()
    )
    return Timeline(years, position(view.local_date), lanes)


def _is_shown(item: AgendaItem, view: View) -> bool:
    """Return whether a date is shown even if it is neither upcoming nor overdue.

    This is so for every step of a follow-up and for every deadline. It is also so for the date from which a document
    counts, if this date is past.
    """
    return (
        item.step is not None
        or item.deadline is not None
        or (
            (item.date == effective_date(item.document) and item.place != "due")
            and partial_dates.known_by(item.date, view.local_date)
        )
    )
