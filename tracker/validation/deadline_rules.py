"""The rules for the deadlines of documents."""

from tracker.model.dataset import Dataset
from tracker.model.problems import FieldPath
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
