"""The known dates of documents and of the steps of their follow-up, and the committees without an upcoming date."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.labels import N_
from tracker.model.records import Source
from tracker.model.registers import Document, FollowUp, FollowUpStep, TreatyBody
from tracker.model.vocabulary import Verification
from tracker.queries.view import View

DATE_LABELS = {
    "due": N_("due"),
    "received": N_("received"),
    "considered": N_("review by the committee"),
    "adopted": N_("adopted"),
    "issued": N_("issued"),
}
"""Name of a date field of a document → label of this field."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One date of a document or of a step of its follow-up, with its source.

    `date` is a partial date: perhaps only the year or month is known. `place` is the name of the date field of the
    document, or `step-0` for the first step of the follow-up. `place` stays the same when the date is corrected.
    `step` is the step of the follow-up, or None for a date field.
    """

    date: str
    place: str
    document: Document
    source: Source
    verification: Verification
    step: FollowUpStep | None = None

    @property
    def last_day(self) -> datetime.date:
        """Return the last day that the date covers."""
        return partial_dates.last_day(self.date)

    def label(self, language: Language) -> str:
        """Return what happens on the date: the description of the follow-up step, or the label of the date field."""
        return language.resolve(self.step.description).text if self.step else language.gettext(DATE_LABELS[self.place])


def list_agenda(view: View) -> tuple[AgendaItem, ...]:
    """Return the dates of documents and of follow-up steps that were known on the day of the view, earliest first.

    Every date is written in the data. No date is computed.
    """
    return view.cached("agenda", (), lambda: _list_agenda(view))


def _list_agenda(view: View) -> tuple[AgendaItem, ...]:
    found = [item for d in view.documents.values() for item in _items_of(d) if _was_known(item, view)]
    return tuple(sorted(found, key=lambda item: (item.last_day, item.document.id)))


def _items_of(d: Document) -> Iterator[AgendaItem]:
    for name in DATE_LABELS:
        if known := getattr(d, name):
            yield AgendaItem(known, name, d, source=Source(document=d.id), verification=d.verification)
    for n, step in enumerate(d.follow_up.steps if d.follow_up else ()):
        assert d.follow_up
        source = _source(d, d.follow_up, step)
        yield AgendaItem(step.date, f"step-{n}", d, source=source, verification=d.follow_up.verification, step=step)


def _source(d: Document, follow_up: FollowUp, step: FollowUpStep) -> Source:
    return Source(document=step.document) if step.document else follow_up.source or Source(document=d.id)


def _was_known(item: AgendaItem, view: View) -> bool:
    # A due date is known in advance. The data does not say when other dates were announced: they count from that day on.
    return item.place == "due" or partial_dates.known_by(item.date, view.as_of)


def upcoming(view: View) -> tuple[AgendaItem, ...]:
    """Return the dates on or after the day of the view, earliest first.

    The due date of a document that was already received is left out.
    """
    return tuple(
        item
        for item in list_agenda(view)
        if item.last_day >= view.local_date and not (item.place == "due" and item.document.received)
    )


def bodies_without_date(view: View) -> tuple[TreatyBody, ...]:
    """Return the committees for which no upcoming date is known."""
    announced = {item.document.body for item in upcoming(view)}
    return tuple(body for body in view.bodies.values() if body.id not in announced)
