"""The dates of the committees' documents on a line: where each stands, and where today is."""

from dataclasses import dataclass
from datetime import date

from tracker.model import partial_dates
from tracker.model.registers import TreatyBody
from tracker.queries.agenda import AgendaItem, list_agenda, upcoming
from tracker.queries.view import View

MIN_VISIBLE_LENGTH = 4
"""Years that a line covers at least."""


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One date on the line, from its first to its last day in hundredths of the line; `ahead` where it is still to come."""

    known: AgendaItem
    at: float
    until: float
    ahead: bool

    @property
    def is_long(self) -> bool:
        """Whether it is known to the month at best: then it covers a part of the line."""
        return self.until - self.at > 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """A line for each committee over the same years; `today` is where the day of the view is, in hundredths."""

    years: tuple[tuple[int, float], ...]
    today: float
    lanes: tuple[tuple[TreatyBody, tuple[TimelineItem, ...]], ...]


def build_timeline(view: View) -> Timeline | None:
    """The known dates of every committee, one of each document and each step; None where no date is known."""
    ahead = {(k.document.id, k.place) for k in upcoming(view)}
    shown = [k for k in list_agenda(view) if _is_shown(k, view) or (k.document.id, k.place) in ahead]
    if not shown:
        return None
    days = [k.last_day for k in shown]
    first, last = min(days).year, max(*days, view.local_date).year + 1
    first = min(first, last - MIN_VISIBLE_LENGTH)

    def at(day: date) -> float:
        whole = date(last, 1, 1) - date(first, 1, 1)
        return round(100 * ((day - date(first, 1, 1)) / whole), 2)

    step = max(1, -(-(last - first) // 6))
    years = tuple((year, at(date(year, 1, 1))) for year in range(first, last, step))
    lanes = tuple(
        (
            body,
            tuple(
                TimelineItem(
                    k,
                    at(partial_dates.date_range(k.date)[0] or k.last_day),
                    at(k.last_day),
                    (k.document.id, k.place) in ahead,
                )
                for k in shown
                if k.document.body == body.id
            ),
        )
        for body in view.bodies.values()
    )
    return Timeline(years, at(view.local_date), lanes)


def _is_shown(known: AgendaItem, view: View) -> bool:
    """One date stands for each document: the one from which it counts. Each step of a follow-up stands for itself."""
    d = known.document
    from_when = d.issued or d.adopted or d.considered or d.received
    return known.step is not None or (
        (known.date == from_when and known.place != "due") and partial_dates.known_by(known.date, view.local_date)
    )
