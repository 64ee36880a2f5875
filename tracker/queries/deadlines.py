"""The deadlines of each committee: overdue, next, done, and those that are not known here."""

from dataclasses import dataclass

from tracker.model import partial_dates
from tracker.model.registers import Document, TreatyBody
from tracker.model.vocabulary import DeadlineKind, DocumentKind, Verification
from tracker.queries.agenda import AgendaItem, list_agenda, overdue, upcoming
from tracker.queries.view import View, effective_date


@dataclass(frozen=True, slots=True)
class UnknownDeadline:
    """A deadline that concluding observations usually name, and that nobody has entered here."""

    document: Document
    kind: DeadlineKind


@dataclass(frozen=True, slots=True)
class BodyDeadlines:
    """The deadlines of one committee. `overdue` and `ahead` have the earliest first, `done` the latest first.

    `ahead` also has other dates to come, such as a review. `done` also has sessions and dates for reports that passed.
    """

    body: TreatyBody
    overdue: tuple[AgendaItem, ...]
    ahead: tuple[AgendaItem, ...]
    done: tuple[AgendaItem, ...]
    unknown: tuple[UnknownDeadline, ...]


def deadlines_by_body(view: View) -> tuple[BodyDeadlines, ...]:
    """Return the deadlines of each committee, in the order of the committees in the data."""
    late, ahead = overdue(view), upcoming(view)
    done = tuple(item for item in reversed(list_agenda(view)) if item.is_deadline and item not in (*late, *ahead))

    def of(body: TreatyBody, items: tuple[AgendaItem, ...]) -> tuple[AgendaItem, ...]:
        return tuple(item for item in items if item.document.body == body.id)

    return tuple(
        BodyDeadlines(body, of(body, late), of(body, ahead), done=of(body, done), unknown=_unknown(view, body))
        for body in view.bodies.values()
    )


def list_deadlines(view: View) -> tuple[AgendaItem, ...]:
    """Return all deadlines that were known on the day of the view, earliest first, whether they were met or not."""
    return tuple(item for item in list_agenda(view) if item.is_deadline)


def _unknown(view: View, body: TreatyBody) -> tuple[UnknownDeadline, ...]:
    """Return what is not known about the follow-up to the latest concluding observations of a committee."""
    own = [d for d in view.documents.values() if d.body == body.id]
    observations = [d for d in own if d.kind is DocumentKind.CONCLUDING_OBSERVATIONS and effective_date(d)]
    if not observations:
        return ()
    latest = min(observations, key=lambda d: partial_dates.descending_key(effective_date(d)))
    known = {item.deadline.kind for item in list_agenda(view) if item.deadline and item.document.id == latest.id}
    if _has_reply(view, latest, own):
        known.add(DeadlineKind.REPLY)
    if any(d.kind is DocumentKind.STATE_REPORT and _is_later(d, latest) for d in own):
        known.add(DeadlineKind.NEXT_REPORT)
    kinds = (DeadlineKind.REPLY, DeadlineKind.NEXT_REPORT)
    return tuple(UnknownDeadline(latest, kind) for kind in kinds if kind not in known)


def _has_reply(view: View, observations: Document, own: list[Document]) -> bool:
    """Return whether the State has replied already, or whether no reply is asked for.

    A step of the follow-up, or a follow-up report of the same cycle, shows that there was a reply.
    """
    follow_up = observations.follow_up
    if follow_up and any(partial_dates.known_by(step.date, view.as_of) for step in follow_up.steps):
        return True
    if follow_up and follow_up.verification is Verification.SEEN and not follow_up.paragraphs:
        return True
    return any(d.kind is DocumentKind.FOLLOW_UP_REPORT and d.cycle == observations.cycle for d in own)


def _is_later(report: Document, observations: Document) -> bool:
    """Return whether a State report is due or dated after concluding observations."""
    date, other = report.due or effective_date(report), effective_date(observations)
    return date is not None and other is not None and partial_dates.last_day(date) > partial_dates.last_day(other)
