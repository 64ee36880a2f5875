"""The known dates of documents, of the steps of their follow-up and of their deadlines, and which deadlines were met."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import LABELS, N_
from tracker.model.records import Source
from tracker.model.registers import Deadline, Document, FollowUp, FollowUpStep, TreatyBody
from tracker.model.verification import mark_of
from tracker.model.vocabulary import DateSetBy, DeadlineKind, DeadlineState, Verification
from tracker.queries.view import View, effective_date

DATE_LABELS = {
    "due": N_("due"),
    "received": N_("received"),
    "considered": N_("review by the committee"),
    "adopted": N_("adopted"),
    "issued": N_("issued"),
}
"""Name of a date field of a document → label of this field."""
PASSING_KINDS = frozenset({DeadlineKind.SESSION, DeadlineKind.ALTERNATIVE_REPORTS})
"""The kinds of deadlines that simply pass: nobody is late after them. All others are overdue until they are met."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How a deadline was met: on which date, if it is known, and by which document, if it was a document."""

    date: str | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One date of a document, of a step of its follow-up or of one of its deadlines, with its source.

    `date` is a partial date: perhaps only the year or month is known. `place` is the name of the date field of the
    document, `step-0` for the first step of the follow-up, or `deadline-` with the kind of the deadline. `place` stays
    the same when the date is corrected. `step` is the step of the follow-up and `deadline` the deadline; both are None
    for a date field. `met` says how a deadline was met, None if it was not met by the day of the view.
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
    def last_day(self) -> datetime.date:
        """Return the last day that the date covers."""
        return partial_dates.last_day(self.date)

    @property
    def is_deadline(self) -> bool:
        """Return whether somebody has to do something by this date, or whether it is a deadline of a document."""
        return self.deadline is not None or self.place == "due"

    @property
    def is_passing(self) -> bool:
        """Return whether nobody is late after this date: it is no deadline, or one that simply passes."""
        return not self.is_deadline or (self.deadline is not None and self.deadline.kind in PASSING_KINDS)

    def state(self, today: datetime.date) -> DeadlineState:
        """Return where the deadline stands on the day `today`, which is the day of the view."""
        if self.met is not None:
            return DeadlineState.DONE
        if self.last_day >= today:
            return DeadlineState.NEXT
        return DeadlineState.PASSED if self.is_passing else DeadlineState.OVERDUE

    def label(self, language: Language) -> str:
        """Return what happens on the date: the description of the step, or the label of the deadline or date field.

        If a deadline is not the committee's own date, the label says so.
        """
        if self.step:
            return language.resolve(self.step.description).text
        if self.deadline is None:
            return language.gettext(DATE_LABELS[self.place])
        label, set_by = language.gettext(LABELS[DeadlineKind][self.deadline.kind]), self.deadline.set_by
        if set_by is DateSetBy.COMMITTEE or (set_by, self.deadline.kind) == (DateSetBy.OURS, DeadlineKind.SUBMISSION):
            return label
        return f"{label} ({language.gettext(LABELS[DateSetBy][set_by])})"


def list_agenda(view: View) -> tuple[AgendaItem, ...]:
    """Return the dates of documents, follow-up steps and deadlines that were known on the day of the view.

    The earliest comes first. Every date is written in the data. No date is computed.
    """
    return view.cached("agenda", (), lambda: _list_agenda(view))


def _list_agenda(view: View) -> tuple[AgendaItem, ...]:
    found = [item for d in view.documents.values() for item in _items_of(view, d) if _was_known(item, view)]
    return tuple(sorted(found, key=lambda item: (item.last_day, item.document.id)))


def _items_of(view: View, d: Document) -> Iterator[AgendaItem]:
    for name in DATE_LABELS:
        if known := getattr(d, name):
            met = _completion(view, None, d) if name == "due" and (d.received or d.issued) else None
            yield AgendaItem(known, name, d, source=Source(document=d.id), verification=d.verification, met=met)
    for n, step in enumerate(d.follow_up.steps if d.follow_up else ()):
        assert d.follow_up
        source = _source(d, d.follow_up, step)
        yield AgendaItem(step.date, f"step-{n}", d, source=source, verification=d.follow_up.verification, step=step)
    seen: dict[DeadlineKind, int] = {}
    for deadline in d.deadlines:
        n = seen[deadline.kind] = seen.get(deadline.kind, 0) + 1
        yield AgendaItem(
            deadline.date,
            f"deadline-{deadline.kind}" + (f"-{n}" if n > 1 else ""),
            d,
            source=deadline.source or Source(document=d.id),
            verification=mark_of(deadline),
            deadline=deadline,
            met=_completion(view, deadline.done, view.documents.get(deadline.met_by or "")),
        )


def _completion(view: View, done: str | None, document: Document | None) -> Completion | None:
    """Return how a deadline was met: on the date `done` or by `document`. Return None if this was later than the view."""
    date = done or (document.received or effective_date(document) if document else None)
    if date and (not partial_dates.known_by(date, view.as_of) or partial_dates.is_after(date, view.local_date)):
        return None
    return Completion(date, document) if date or document else None


def _source(d: Document, follow_up: FollowUp, step: FollowUpStep) -> Source:
    return Source(document=step.document) if step.document else follow_up.source or Source(document=d.id)


def _was_known(item: AgendaItem, view: View) -> bool:
    # A due date is known in advance. The data does not say when other dates were announced: they count from that day on.
    if item.deadline is not None:
        source = item.source.document
        return source is None or source in view.documents
    return item.place == "due" or partial_dates.known_by(item.date, view.as_of)


def upcoming(view: View) -> tuple[AgendaItem, ...]:
    """Return the dates on or after the day of the view, earliest first.

    Deadlines that were met are left out, among them the due date of a document that was received.
    """
    return tuple(item for item in list_agenda(view) if item.state(view.local_date) is DeadlineState.NEXT)


def overdue(view: View) -> tuple[AgendaItem, ...]:
    """Return the deadlines before the day of the view that were not met, earliest first.

    Sessions and the dates that committees set for alternative reports are left out: nobody is late after them.
    """
    return tuple(item for item in list_agenda(view) if item.state(view.local_date) is DeadlineState.OVERDUE)


def bodies_without_date(view: View) -> tuple[TreatyBody, ...]:
    """Return the committees for which no upcoming date is known."""
    announced = {item.document.body for item in upcoming(view)}
    return tuple(body for body in view.bodies.values() if body.id not in announced)
