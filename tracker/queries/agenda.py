"""The dates of the committees' work as far as they are known: what was, what is to come, and where nothing is announced."""

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
"""The dates of a document, by the name of its field."""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One date of a document, as well as it is known, with where that is known from.

    `place` is the field that says it, or `step-0` for the first step of its follow-up; it stays when a date is corrected.
    """

    date: str
    place: str
    document: Document
    source: Source
    verification: Verification
    step: FollowUpStep | None = None

    @property
    def last_day(self) -> datetime.date:
        """The day after which it is past."""
        return partial_dates.last_day(self.date)

    def what(self, language: Language) -> str:
        """What is dated, in words."""
        return language.resolve(self.step.description).text if self.step else language.gettext(DATE_LABELS[self.place])


def list_agenda(view: View) -> tuple[AgendaItem, ...]:
    """Every date that the documents of a view give, the earliest first. None is computed."""
    return view.cached("agenda", (), lambda: _agenda(view))


def _agenda(view: View) -> tuple[AgendaItem, ...]:
    found = [known for d in view.documents.values() for known in _of(d) if _was_known(known, view)]
    return tuple(sorted(found, key=lambda known: (known.last_day, known.document.id)))


def _of(d: Document) -> Iterator[AgendaItem]:
    for name in DATE_LABELS:
        if known := getattr(d, name):
            yield AgendaItem(known, name, d, Source(document=d.id), d.verification)
    for n, step in enumerate(d.follow_up.steps if d.follow_up else ()):
        assert d.follow_up
        yield AgendaItem(step.date, f"step-{n}", d, _source(d, d.follow_up, step), d.follow_up.verification, step)


def _source(d: Document, follow_up: FollowUp, step: FollowUpStep) -> Source:
    return Source(document=step.document) if step.document else follow_up.source or Source(document=d.id)


def _was_known(known: AgendaItem, view: View) -> bool:
    # a due date lies ahead when it is set; of everything else nobody knows when it was announced
    return known.place == "due" or partial_dates.known_by(known.date, view.as_of)


def upcoming(view: View) -> tuple[AgendaItem, ...]:
    """What is still to come on the day of the view, the earliest first. What was received is no longer due."""
    return tuple(
        k for k in list_agenda(view) if k.last_day >= view.local_date and not (k.place == "due" and k.document.received)
    )


def bodies_without_date(view: View) -> tuple[TreatyBody, ...]:
    """The committees of which nothing that is to come is known."""
    announced = {known.document.body for known in upcoming(view)}
    return tuple(body for body in view.bodies.values() if body.id not in announced)
