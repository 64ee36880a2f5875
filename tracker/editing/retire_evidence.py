"""Retire evidence or a document: it stays in the history but no longer counts. Find what keeps it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.events import Event
from tracker.model.lifecycle import is_active
from tracker.model.localized_text import TextVariant
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.queries.activity_log import ONE_SAVE
from tracker.validation.references import referenced_documents

RetiredRecord = TypeVar("RetiredRecord", Evidence, Document)


def retire_record(record: RetiredRecord, reason: Mapping[str, TextVariant]) -> RetiredRecord:
    """Return the evidence or the document with an event that retires it."""
    return replace(record, events=(*record.events, Event(type=EventType.RETIRED, reason=reason)))


def records_naming(dataset: Dataset, document_id: str) -> tuple[Record, ...]:
    """Return the other records that name a document, or that belong to it. They keep it from being retired."""
    return tuple(
        record
        for record in all_records(dataset)
        if record is not dataset.documents.get(document_id)
        and any(name == document_id for _, name in referenced_documents(record))
    )


def evidence_recorded_with(dataset: Dataset, r: Recommendation, a: Assessment) -> tuple[Evidence, ...]:
    """Return the evidence that was recorded in the same save as the assessment `a` of `r`, and is used nowhere else.

    It still counts, no other assessment that still counts cites it, and it is relevant to no other recommendation.
    """
    items = (dataset.evidence.get(i) for i in a.evidence)
    return tuple(e for e in items if e and _is_same_save(e, a) and not _is_used_elsewhere(dataset, e, r, besides=a))


def _is_same_save(e: Evidence, a: Assessment) -> bool:
    if not (e.recorded and a.recorded) or e.recorded_by != a.recorded_by:
        return False
    return abs(datetime.fromisoformat(e.recorded) - datetime.fromisoformat(a.recorded)) < ONE_SAVE


def _is_used_elsewhere(dataset: Dataset, e: Evidence, r: Recommendation, *, besides: Assessment) -> bool:
    """Return whether `e` no longer counts, or is used by more than the assessment `besides` of `r`."""
    links = {link.recommendation for link in e.relevant_to if is_active(link, None)}
    citing = (
        a
        for other in dataset.recommendations.values()
        for a in other.assessments
        if e.id in a.evidence and is_active(a, None) and (other.id, a) != (r.id, besides)
    )
    return not is_active(e, None) or bool(links - {r.id}) or any(citing)
