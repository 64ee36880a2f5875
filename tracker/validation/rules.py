"""The rules between records. Each is the sentence it enforces; each yields the place and what would be right."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from tracker.model import partial_dates
from tracker.model.dataset import Dataset, Record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, EventType, Issuer, Status, TextOrigin, Verification
from tracker.storage.yaml_writer import field_defaults
from tracker.validation.references import (
    RuleResults,
    referenced_documents,
    sources_exist,
    tags_exist,
    unknown_id_message,
)
from tracker.validation.statement_rules import check_statement

MAX_ITEMS_NAMED = 100
"""Findings told of one record or register: looking for the nearest id takes time."""


def document_exists_and_fits_issuer(d: Dataset, r: Recommendation) -> RuleResults:
    yield from unknown_id_message("document", r.document, d.documents, ("document",))
    if (document := d.documents.get(r.document)) is None:
        return
    theirs = document.kind is DocumentKind.ALTERNATIVE_REPORT
    if theirs and r.issued_by is Issuer.COMMITTEE:
        yield (
            ("issued_by",),
            f"{r.document} is an alternative report: what it asks is civil society's, not a committee's",
        )
    if not theirs and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield ("issued_by",), f"{r.document} is not an alternative report: what it asks is not civil society's"


def quotation_was_read(d: Dataset, r: Recommendation) -> RuleResults:
    if (
        r.text
        and r.verification is not Verification.SEEN
        and any(w.origin is TextOrigin.OFFICIAL for w in r.text.values())
    ):
        yield ("text",), "a quoted text needs the mark 'seen'; put what others report into the summary, in own words"


def source_and_tags_exist(d: Dataset, r: Recommendation) -> RuleResults:
    yield from sources_exist(d, r.source, ("source",))
    yield from tags_exist(d, r.tags)


def same_demand_is_another_recommendation(d: Dataset, r: Recommendation) -> RuleResults:
    for i, same in enumerate(r.same_demand):
        where: FieldPath = ("same_demand", i, "recommendation")
        yield from unknown_id_message("recommendation", same.recommendation, d.recommendations, where)
        if same.recommendation == r.id:
            yield where, "a recommendation is not the same demand as itself; name the other one"


def uptake_is_in_later_document_of_same_committee(d: Dataset, r: Recommendation) -> RuleResults:
    if r.uptake and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield ("uptake",), "uptake stands at the committee's recommendation; move it there"
        return
    for i, uptake in enumerate(r.uptake):
        where: FieldPath = ("uptake", i, "recommendation")
        yield from unknown_id_message("recommendation", uptake.recommendation, d.recommendations, where)
        asked = d.recommendations.get(uptake.recommendation)
        if asked is None:
            continue
        if asked.issued_by is not Issuer.CIVIL_SOCIETY:
            yield where, f"{asked.id} is a committee's; uptake is of a civil-society recommendation, use same_demand"
            continue
        mine, theirs = d.documents.get(r.document), d.documents.get(asked.document)
        if mine and theirs and mine.body != theirs.body:
            yield (
                where,
                f"{theirs.id} addressed {theirs.body}, not {mine.body}; use same_demand for another committee's",
            )
        elif (
            mine
            and theirs
            and mine.issued
            and theirs.issued
            and partial_dates.last_day(mine.issued)
            < (partial_dates.date_range(theirs.issued)[0] or partial_dates.last_day(theirs.issued))
        ):
            yield where, f"{mine.id} is earlier than {theirs.id}; uptake is asked of a later document, use same_demand"


def assessment_fits_its_voice(d: Dataset, r: Recommendation) -> RuleResults:
    for i, a in enumerate(r.assessments):
        yield from ((("assessments", i, *where), what) for where, what in check_statement(d, r, a))


def part_ids_are_unique(d: Dataset, r: Recommendation) -> RuleResults:
    before: set[str] = set()
    for i, part in enumerate(r.parts):
        if part.id in before:
            yield ("parts", i, "id"), f"the part {part.id!r} stands twice; letters are used once"
        before.add(part.id)


def recorded_times_are_unique(d: Dataset, r: Recommendation) -> RuleResults:
    before: set[str] = set()
    for i, a in enumerate(r.assessments):
        if a.recorded in before:
            yield ("assessments", i, "recorded"), "this recorded time stands twice; delete the line of the copy"
        if a.recorded is not None:
            before.add(a.recorded)


def confirmation_is_by_another_person(d: Dataset, r: Recommendation) -> RuleResults:
    for i, a in enumerate(r.assessments):
        for j, event in enumerate(a.events):
            if event.type is EventType.CONFIRMED and event.recorded_by and event.recorded_by == a.recorded_by:
                where: FieldPath = ("assessments", i, "events", j)
                yield where, f"{a.recorded_by} recorded this assessment; its second reader is somebody else"


def texts_are_in_dataset_languages(d: Dataset, record: Record) -> RuleResults:
    there = {DEFAULT_LANGUAGE, *d.settings.languages}
    for where, lang in _languages(record):
        if lang not in there:
            yield (
                where,
                f"the language {lang!r} is not one of the dataset's ({', '.join(d.settings.languages)}); correct the code",
            )


def _languages(value: object, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """(place, code) of every wording in a record that names its language."""
    if isinstance(value, Mapping):
        yield from (((*where, lang), lang) for lang, wording in value.items() if isinstance(wording, TextVariant))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _languages(item, (*where, i))
    elif dataclasses.is_dataclass(value):
        kind: Any = type(value)
        for name, _ in field_defaults(kind):
            # most fields are empty or a word: a generator for each of them is most of the time of a check
            if (inside := getattr(value, name)) and not isinstance(inside, str):
                yield from _languages(inside, (*where, name))


def evidence_links_exist(d: Dataset, e: Evidence) -> RuleResults:
    yield from unknown_id_message("document", e.document, d.documents, ("document",))
    yield from tags_exist(d, e.tags)
    for i, bears in enumerate(e.relevant_to):
        where: FieldPath = ("relevant_to", i, "recommendation")
        yield from unknown_id_message("recommendation", bears.recommendation, d.recommendations, where)
        r = d.recommendations.get(bears.recommendation)
        if r and bears.part is not None and bears.part not in {p.id for p in r.parts}:
            yield (
                ("relevant_to", i, "part"),
                f"{r.id} has no part {bears.part!r}; leave it out, or name one that is there",
            )


def retired_document_is_unreferenced(d: Dataset, record: Record) -> RuleResults:
    for where, name in referenced_documents(record):
        if name in d.documents and is_withdrawn(d.documents[name].events):
            yield where, f"{record.id} names the document {name!r}, which is retired; name another one, or restore it"


def body_and_documents_exist(d: Dataset, document: Document) -> RuleResults:
    yield from unknown_id_message("treaty body", document.body, d.bodies, ("body",))
    if document.follow_up and document.follow_up.source:
        yield from sources_exist(d, document.follow_up.source, ("follow_up", "source"))
    for i, step in enumerate(document.follow_up.steps if document.follow_up else ()):
        yield from unknown_id_message("document", step.document, d.documents, ("follow_up", "steps", i, "document"))


def issued_after_adopted(d: Dataset, document: Document) -> RuleResults:
    if (
        document.adopted
        and document.issued
        and partial_dates.last_day(document.issued) < partial_dates.last_day(document.adopted)
    ):
        yield ("issued",), "issued before it was adopted; check both dates"


RECOMMENDATION_RULES: tuple[Callable[[Dataset, Recommendation], RuleResults], ...] = (
    document_exists_and_fits_issuer,
    quotation_was_read,
    source_and_tags_exist,
    same_demand_is_another_recommendation,
    uptake_is_in_later_document_of_same_committee,
    assessment_fits_its_voice,
    part_ids_are_unique,
    recorded_times_are_unique,
    confirmation_is_by_another_person,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)
EVIDENCE_RULES: tuple[Callable[[Dataset, Evidence], RuleResults], ...] = (
    evidence_links_exist,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)
DOCUMENT_RULES: tuple[Callable[[Dataset, Document], RuleResults], ...] = (
    body_and_documents_exist,
    issued_after_adopted,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)


def check_record(d: Dataset, record: Record) -> Iterator[RuleViolation]:
    """What the rules find in one record of the dataset."""
    found: Iterator[tuple[FieldPath, str]]
    if isinstance(record, Document):
        at: FieldPath = ("documents", record.id)
        found = (((*at, *where), what) for rule in DOCUMENT_RULES for where, what in rule(d, record))
    elif isinstance(record, Recommendation):
        found = (pair for rule in RECOMMENDATION_RULES for pair in rule(d, record))
    else:
        found = (pair for rule in EVIDENCE_RULES for pair in rule(d, record))
    return (RuleViolation(d.path_of(record), where, what) for where, what in islice(found, MAX_ITEMS_NAMED))


def check_registers(d: Dataset) -> Iterator[RuleViolation]:
    """What the rules find in tracker.yaml and documents.yaml."""
    for document in d.documents.values():
        yield from check_record(d, document)
    missing = [status for status in Status if status not in d.settings.statuses]
    for status in missing:
        yield RuleViolation(
            d.root / "tracker.yaml", ("statuses",), f"the status {status.value!r} has no label; add it under 'statuses'"
        )
    if d.settings.language not in d.settings.languages:
        yield RuleViolation(
            d.root / "tracker.yaml",
            ("languages",),
            f"the main language {d.settings.language!r} is missing from the list",
        )


def check_dataset(d: Dataset) -> Iterator[RuleViolation]:
    """What the rules find anywhere in the dataset."""
    yield from islice(check_registers(d), MAX_ITEMS_NAMED)
    for recommendation in d.recommendations.values():
        yield from check_record(d, recommendation)
    for evidence in d.evidence.values():
        yield from check_record(d, evidence)
