"""The rules for the deadlines of documents."""

from collections.abc import Iterator
from datetime import date

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.lifecycle import is_withdrawn
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.registers import Document
from tracker.model.verification import is_quoted, mark_of
from tracker.model.vocabulary import DateSetBy, DeadlineKind, Verification
from tracker.validation.references import RuleResults, id_exists, sources_exist


def check_deadlines(d: Dataset, document: Document) -> RuleResults:
    """Yield a violation for each deadline of a document that refers to a missing document, or says what cannot be.

    A document cannot meet its own deadline. A date that we calculated needs the sentence with the period. A sentence is
    quoted only if somebody has read it. The date of our own submission is not the committee's.
    """
    for i, deadline in enumerate(document.deadlines):
        at: FieldPath = ("deadlines", i)
        if deadline.source:
            yield from sources_exist(d, deadline.source, (*at, "source"))
        yield from id_exists("document", deadline.met_by, d.documents, where=(*at, "met_by"))
        if deadline.met_by == document.id:
            message = "a document cannot meet its own deadline; name the document that was sent, or leave it out"
            yield (*at, "met_by"), message
        if deadline.set_by is DateSetBy.COMPUTED and not deadline.sentence:
            message = "a date calculated by us needs the sentence with the period, such as 'within two years'"
            yield (*at, "sentence"), message
        if is_quoted(deadline.sentence) and mark_of(deadline) is not Verification.SEEN:
            message = "a quoted sentence needs 'verification: seen'; write 'origin: own' if it is in your own words"
            yield (*at, "sentence"), message
        if deadline.kind is DeadlineKind.SUBMISSION and deadline.set_by is DateSetBy.COMMITTEE:
            yield (*at, "set_by"), "the date of our own submission is not the committee's; write 'set_by: ours'"


def deadlines_done_in_the_future(d: Dataset, today: date) -> Iterator[RuleViolation]:
    """Yield a violation for each deadline that was done on a date after `today`. Retired documents are left out."""
    for document in d.documents.values():
        for i, deadline in enumerate(document.deadlines):
            if deadline.done and not is_withdrawn(document.events) and partial_dates.is_after(deadline.done, today):
                where = ("documents", document.id, "deadlines", i, "done")
                message = f"the date {deadline.done} is in the future; write when it was really done"
                yield RuleViolation(d.path_of(document), where, message)
