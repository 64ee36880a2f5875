"""The rules for the deadlines of documents."""

from collections.abc import Iterator
from datetime import date

from tracker.model import partial_dates
from tracker.model.dataset import Dataset
from tracker.model.lifecycle import is_withdrawn
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.registers import Document
from tracker.model.vocabulary import DateSetBy, DeadlineKind, TextOrigin, Verification
from tracker.validation.references import RuleResults, id_exists, sources_exist


def deadline_documents_exist(d: Dataset, document: Document) -> RuleResults:
    """Require that the source of each deadline, and the document that met it, exist. A document cannot meet its own."""
    for i, deadline in enumerate(document.deadlines):
        at: FieldPath = ("deadlines", i)
        if deadline.source:
            yield from sources_exist(d, deadline.source, (*at, "source"))
        yield from id_exists("document", deadline.met_by, d.documents, where=(*at, "met_by"))
        if deadline.met_by == document.id:
            yield (
                (*at, "met_by"),
                "a document cannot meet its own deadline; name the document that was sent, or leave it out",
            )


def computed_date_has_sentence(d: Dataset, document: Document) -> RuleResults:
    """Require the sentence with the period for each date that we calculated."""
    for i, deadline in enumerate(document.deadlines):
        if deadline.set_by is DateSetBy.COMPUTED and not deadline.sentence:
            where: FieldPath = ("deadlines", i, "sentence")
            yield where, "a date calculated by us needs the sentence with the period, such as 'within two years'"


def quoted_sentence_was_read(d: Dataset, document: Document) -> RuleResults:
    """Require that the person who quoted the sentence of a deadline has read it."""
    for i, deadline in enumerate(document.deadlines):
        is_quoted = any(wording.origin is TextOrigin.OFFICIAL for wording in (deadline.sentence or {}).values())
        if is_quoted and deadline.verification is not Verification.SEEN:
            where: FieldPath = ("deadlines", i, "sentence")
            yield where, "a quoted sentence needs 'verification: seen'; write 'origin: own' if it is in your own words"


def submission_is_ours(d: Dataset, document: Document) -> RuleResults:
    """Require that the date of our own submission is not called the committee's."""
    for i, deadline in enumerate(document.deadlines):
        if deadline.kind is DeadlineKind.SUBMISSION and deadline.set_by is DateSetBy.COMMITTEE:
            where: FieldPath = ("deadlines", i, "set_by")
            yield where, "the date of our own submission is not the committee's; write 'set_by: ours'"


def deadlines_done_in_the_future(d: Dataset, today: date) -> Iterator[RuleViolation]:
    """Yield a violation for each deadline that was done on a date after `today`. Retired documents are left out."""
    for document in d.documents.values():
        for i, deadline in enumerate(document.deadlines):
            if deadline.done and not is_withdrawn(document.events) and partial_dates.is_after(deadline.done, today):
                where = ("documents", document.id, "deadlines", i, "done")
                message = f"the date {deadline.done} is in the future; write when it was really done"
                yield RuleViolation(d.path_of(document), where, message)
