"""The agenda: the dates of documents, steps of follow-up and deadlines, and which deadlines were met.

It is a list (`list_agenda`), is grouped by committee (`deadlines_by_body`), or is a timeline (`build_timeline`).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.records import Source
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpStep, TreatyBody
from tracker.model.states import State
from tracker.model.verification import mark_of
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DeadlineState, DocumentKind, Verification
from tracker.queries.view import View, effective_date, group_by_key, once_per_view

DATE_LABELS = {
    "due": N_("due"),
    "received": N_("received"),
    "considered": N_("review"),
    "adopted": N_("adopted"),
    "issued": N_("issued"),
}
"""Name of a date field of a document → label of this field."""
SET_BY = {DateSetBy.OURS: N_("set by {organisation}"), DateSetBy.COMPUTED: N_("calculated by {organisation}")}
OF_DOCUMENT = ("received", "adopted", "issued")
"""The dates of a document that exists: after one of them, nothing is to come."""
PASSING_KINDS = frozenset({DeadlineKind.SESSION, DeadlineKind.ALTERNATIVE_REPORTS})
"""The kinds of deadlines after which nobody is late. Deadlines of other kinds are overdue until they are met."""


class Completion(NamedTuple):
    """How a deadline was met: on which date (None: not known), and by which document (None: by no document)."""

    date: str | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One date, with its source. The date belongs to a document, to a step of its follow-up, or to a deadline in it.

    `place` identifies the date in its document, also after a correction: the name of the date field, "step-0" for the
    first step, "deadline-" with the kind, or "deadline-…-2" for the second of a kind. `step` is set for a date of a
    step, `deadline` for one of a deadline. `met` says how a deadline was met (None: not met yet).
    """

    date: str
    place: str
    document: Document
    source: Source
    verification: Verification
    step: FollowUpStep | None = None
    deadline: Deadline | None = None
    met: Completion | None = None

    @property
    def field(self) -> str:
        """Return the name of the field of the document in which the date stands."""
        return "follow_up" if self.step else "deadlines" if self.deadline else self.place

    @property
    def last_day(self) -> datetime.date:
        """Return the last day that the date covers."""
        return partial_dates.last_day(self.date)

    @property
    def is_deadline(self) -> bool:
        """Return whether the date is a deadline in a document, or the day on which a document is due."""
        return self.deadline is not None or self.place == "due"

    @property
    def is_plan(self) -> bool:
        """Return whether an organisation set the date itself, so that there is no source to compare it with."""
        return self.deadline is not None and self.deadline.set_by is DateSetBy.OURS

    @property
    def is_passing(self) -> bool:
        """Return whether nobody is late after this date: it is no deadline, our own plan, or of PASSING_KINDS."""
        return (
            not self.is_deadline or self.is_plan or (self.deadline is not None and self.deadline.kind in PASSING_KINDS)
        )

    def state(self, today: datetime.date) -> DeadlineState:
        """Return the state of the date on the day `today`: DONE if it was met, otherwise NEXT, PASSED or OVERDUE."""
        if self.met is not None:
            return DeadlineState.DONE
        if self.place in OF_DOCUMENT:
            return DeadlineState.PASSED
        if self.last_day >= today:
            return DeadlineState.NEXT
        return DeadlineState.PASSED if self.is_passing else DeadlineState.OVERDUE

    def label(self, language: Language, who: str = "") -> str:
        """Return what happens on the date. Say if we, or the organisation `who`, set or calculated a deadline.

        Leave it out if we set it for our own submission.
        """
        if self.step:
            return language.resolve(self.step.description).text
        if self.deadline is None:
            return language.gettext(DATE_LABELS[self.place])
        label, set_by = language.gettext(self.deadline.kind.label), self.deadline.set_by
        if set_by is DateSetBy.COMMITTEE or (set_by, self.deadline.kind) == (DateSetBy.OURS, DeadlineKind.SUBMISSION):
            return label
        return (
            f"{label} ({language.gettext(SET_BY[set_by], organisation=who) if who else language.gettext(set_by.label)})"
        )


@once_per_view
def list_agenda(view: View) -> tuple[AgendaItem, ...]:
    """Return all dates (of documents, follow-up steps, deadlines) known by the day of the view, the earliest first.

    The day on which a report is due is left out if it is also listed as a deadline that this report met.
    """

    def was_known(item: AgendaItem) -> bool:
        # A due date is known in advance. Of others it is not known when they were announced: they count from that day.
        if item.deadline is not None:
            return item.source.document is None or item.source.document in view.documents
        return item.place == "due" or partial_dates.is_known_by(item.date, view.as_of)

    found = [item for d in view.documents.values() for item in _items_of(view, d) if was_known(item)]
    asked = {(item.deadline.met_by, item.last_day) for item in found if item.deadline}
    once = (item for item in found if item.place != "due" or (item.document.id, item.last_day) not in asked)
    return tuple(sorted(once, key=lambda item: (item.last_day, item.document.id)))


def _items_of(view: View, d: Document) -> Iterator[AgendaItem]:
    for name in DATE_LABELS:
        if known := getattr(d, name):
            met = _completion(view, None, d) if name == "due" and (d.received or d.issued) else None
            yield AgendaItem(known, name, d, source=Source(document=d.id), verification=d.verification, met=met)
    follow_up = d.follow_up or FollowUp(verification=Verification.TO_CHECK)
    for n, step in enumerate(follow_up.steps):
        own = Source(document=step.document) if step.document else follow_up.source or Source(document=d.id)
        yield AgendaItem(step.date, f"step-{n}", d, source=own, verification=follow_up.verification, step=step)
    seen: dict[DeadlineKind, int] = {}
    for deadline in d.deadlines:
        n = seen[deadline.kind] = seen.get(deadline.kind, 0) + 1
        place = f"deadline-{deadline.kind}" + (f"-{n}" if n > 1 else "")
        # a quoted sentence is in the document itself; without one, nobody said where the date is written
        own = deadline.source or (Source(document=d.id) if deadline.sentence else Source())
        met, mark = _completion(view, deadline.done, view.documents.get(deadline.met_by or "")), mark_of(deadline)
        yield AgendaItem(deadline.date, place, d, source=own, verification=mark, deadline=deadline, met=met)


def deadlines_in(view: View, d: Document) -> tuple[AgendaItem, ...]:
    """Return the deadlines in a document, which may be an earlier version of it."""
    return tuple(item for item in _items_of(view, d) if item.is_deadline)


def _completion(view: View, done: str | None, document: Document | None) -> Completion | None:
    """Return how a deadline was met: on the date `done`, or else on that of `document`. None: not met by the day of the view."""
    date = done or (document.received or effective_date(document) if document else None)
    if date and (not partial_dates.is_known_by(date, view.as_of) or partial_dates.is_after(date, view.local_date)):
        return None
    return Completion(date, document) if date or document else None


def list_upcoming(view: View) -> tuple[AgendaItem, ...]:
    """Return the dates of the agenda on or after the day of the view that are not met, earliest first."""
    return tuple(item for item in list_agenda(view) if item.state(view.local_date) is DeadlineState.NEXT)


def list_overdue(view: View) -> tuple[AgendaItem, ...]:
    """Return the deadlines before the day of the view that are not met, earliest first. PASSING_KINDS are left out."""
    return tuple(item for item in list_agenda(view) if item.state(view.local_date) is DeadlineState.OVERDUE)


def lanes(view: View) -> tuple[TreatyBody | State, ...]:
    """Return what dates are grouped by: the committees or, in a dataset of several States, the States."""
    return view.states if view.has_several_states else tuple(view.bodies.values())


def lane_of(view: View, document: Document) -> str | None:
    """Return the id of the group (see `lanes`) to which the dates of a document belong."""
    state = view.state_of(document)
    return document.body if not view.has_several_states else state.id if state else None


def bodies_without_date(view: View) -> tuple[TreatyBody | State, ...]:
    """Return the committees (see `lanes`) for which no upcoming date is known, in the order of the data."""
    announced = {lane_of(view, item.document) for item in list_upcoming(view)}
    return tuple(lane for lane in lanes(view) if lane.id not in announced)


class UnknownDeadline(NamedTuple):
    """A kind of deadline that concluding observations usually name, but that is not recorded for `document`."""

    document: Document
    kind: DeadlineKind


class BodyDeadlines(NamedTuple):
    """The deadlines of one committee or State (see `lanes`): `overdue` and `ahead` with the earliest first, `done` with the latest first.

    `ahead` also has other future dates, such as a review. `done` has the deadlines that were met and those of
    PASSING_KINDS that are over.
    """

    body: TreatyBody | State
    overdue: tuple[AgendaItem, ...]
    ahead: tuple[AgendaItem, ...]
    done: tuple[AgendaItem, ...]


def deadlines_by_body(view: View) -> tuple[BodyDeadlines, ...]:
    """Return the deadlines of each committee (see `lanes`), in the order of the data."""
    ended = (DeadlineState.DONE, DeadlineState.PASSED)
    done = (item for item in reversed(list_deadlines(view)) if item.state(view.local_date) in ended)
    dates = (list_overdue(view), list_upcoming(view), done)
    late, ahead, past = (group_by_key((lane_of(view, item.document), item) for item in items) for items in dates)

    def of(body: TreatyBody | State) -> BodyDeadlines:
        own, to_come, over = (items.get(body.id, ()) for items in (late, ahead, past))
        return BodyDeadlines(body, own, to_come, done=over)

    return tuple(map(of, lanes(view)))


def list_deadlines(view: View) -> tuple[AgendaItem, ...]:
    """Return all deadlines that were known on the day of the view, earliest first, whether they were met or not."""
    return tuple(item for item in list_agenda(view) if item.is_deadline)


def list_unknown(view: View) -> tuple[UnknownDeadline, ...]:
    """Return the deadlines that are probably missing in the data, in the order of the committees."""
    pairs = ((body, state) for state in view.states for body in view.bodies.values())
    return tuple(gap for body, state in pairs for gap in _missing_deadlines(view, body, state))


def _missing_deadlines(view: View, body: TreatyBody, state: State) -> tuple[UnknownDeadline, ...]:
    """Return the open deadlines (reply, next report) that are not recorded for the latest concluding observations."""
    own = [d for d in view.documents.values() if d.body == body.id and view.state_of(d) == state]
    last_day = partial_dates.last_day
    observations = [d for d in own if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS and effective_date(d)]
    if not observations:
        return ()
    latest = min(observations, key=lambda d: partial_dates.descending_key(effective_date(d)))
    dates = (item for item in list_agenda(view) if item.document.id == latest.id and not item.is_plan)
    known = {item.deadline.kind for item in dates if item.deadline}
    reports = (day for d in own if d.kind is DocumentKind.STATE_REPORT and (day := d.due or effective_date(d)))
    is_reported = any(last_day(day) > last_day(effective_date(latest) or "") for day in reports)
    over = {DeadlineKind.REPLY: _has_reply(view, latest, own), DeadlineKind.NEXT_REPORT: is_reported}
    return tuple(UnknownDeadline(latest, kind) for kind, is_over in over.items() if kind not in known and not is_over)


def _has_reply(view: View, observations: Document, own: list[Document]) -> bool:
    """Return whether the State has replied to concluding observations, or whether the committee asked for no reply."""
    if follow_up := observations.follow_up:
        is_not_asked = follow_up.verification is Verification.SEEN and not follow_up.paragraphs
        if is_not_asked or any(partial_dates.is_known_by(step.date, view.as_of) for step in follow_up.steps):
            return True
    return any(d.kind is DocumentKind.FOLLOW_UP_REPORT and d.cycle == observations.cycle for d in own)


MIN_YEARS = 4
"""The smallest number of years that the timeline covers."""


class TimelineItem(NamedTuple):
    """One date, from `at` to `until` in percent of the timeline. `ahead` means upcoming, `late` an overdue deadline."""

    item: AgendaItem
    at: float
    until: float
    ahead: bool
    late: bool

    @property
    def is_long(self) -> bool:
        """Return whether the date covers more than 1 % of the timeline, as a date of which only the year is known."""
        return self.until - self.at > 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """The timeline of all committees. All positions are in percent of its length.

    `years` are (year, position of its first day) pairs. `lanes` are (committee (see `lanes`), its dates) pairs, earliest dates first.
    """

    years: tuple[tuple[int, float], ...]
    today: float
    lanes: tuple[tuple[TreatyBody | State, tuple[TimelineItem, ...]], ...]

    @property
    def has_upcoming(self) -> bool:
        """Return whether the timeline has an upcoming date."""
        return any(item.ahead for _body, items in self.lanes for item in items)

    @property
    def has_overdue(self) -> bool:
        """Return whether the timeline has an overdue deadline."""
        return any(item.late for _body, items in self.lanes for item in items)


def build_timeline(view: View) -> Timeline | None:
    """Return the timeline of all committees, or None if no date is known.

    It shows all deadlines, follow-up steps, upcoming and overdue dates, and the dates from which documents count.
    """

    def is_shown(item: AgendaItem) -> bool:
        if item.step or item.deadline or item.state(view.local_date) in (DeadlineState.NEXT, DeadlineState.OVERDUE):
            return True
        is_effective = item.date == effective_date(item.document) and item.place != "due"
        return is_effective and partial_dates.is_known_by(item.date, view.local_date)

    if not (shown := list(filter(is_shown, list_agenda(view)))):
        return None
    days = [item.last_day for item in shown]
    # a date to come is not at the very end, so that the line visibly goes on
    end = max(*days, view.local_date + datetime.timedelta(days=185)) + datetime.timedelta(days=180)
    first, last = min(days).year, end.year + 1
    first = min(first, last - MIN_YEARS)

    def position(day: datetime.date) -> float:
        whole = datetime.date(last, 1, 1) - datetime.date(first, 1, 1)
        return round(100 * ((day - datetime.date(first, 1, 1)) / whole), 2)

    step = max(1, -(-(last - first) // 10))  # at most ten years are labelled
    years = tuple((year, position(datetime.date(year, 1, 1))) for year in range(first, last, step))

    def placed(item: AgendaItem) -> TimelineItem:
        state, first = item.state(view.local_date), partial_dates.date_range(item.date)[0] or item.last_day
        is_ahead, is_late = state is DeadlineState.NEXT, state is DeadlineState.OVERDUE
        return TimelineItem(item, position(first), position(item.last_day), ahead=is_ahead, late=is_late)

    own = group_by_key((lane_of(view, item.document), placed(item)) for item in shown)
    return Timeline(years, position(view.local_date), tuple((lane, own.get(lane.id, ())) for lane in lanes(view)))
