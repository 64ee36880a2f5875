"""The rules between records. Each is the sentence it enforces; each yields the place and what would be right."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from tracker.model import partial_dates
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, EventType, Issuer, Status, TextOrigin, Verification
from tracker.queries.as_recorded import is_gone
from tracker.storage.dataset_reader import Dataset
from tracker.storage.timestamps import Record
from tracker.storage.yaml_writer import fields_of
from tracker.validation.references import Found, documents_named, known, source_is_known, tags_are_known
from tracker.validation.statement_rules import said

MOST = 100
"""Findings told of one record or register: looking for the nearest id takes time."""


def document_is_known_and_fits_who_asks(d: Dataset, r: Recommendation) -> Found:
    yield from known("document", r.document, d.documents, ("document",))
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


def a_quotation_was_seen(d: Dataset, r: Recommendation) -> Found:
    if (
        r.text
        and r.verification is not Verification.SEEN
        and any(w.origin is TextOrigin.OFFICIAL for w in r.text.values())
    ):
        yield ("text",), "a quoted text needs the mark 'seen'; put what others report into the summary, in own words"


def its_source_and_tags_are_known(d: Dataset, r: Recommendation) -> Found:
    yield from source_is_known(d, r.source, ("source",))
    yield from tags_are_known(d, r.tags)


def same_demand_points_to_another_recommendation(d: Dataset, r: Recommendation) -> Found:
    for i, same in enumerate(r.same_demand):
        where: FieldPath = ("same_demand", i, "recommendation")
        yield from known("recommendation", same.recommendation, d.recommendations, where)
        if same.recommendation == r.id:
            yield where, "a recommendation is not the same demand as itself; name the other one"


def uptake_is_a_later_document_of_the_committee_addressed(d: Dataset, r: Recommendation) -> Found:
    if r.uptake and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield ("uptake",), "uptake stands at the committee's recommendation; move it there"
        return
    for i, uptake in enumerate(r.uptake):
        where: FieldPath = ("uptake", i, "recommendation")
        yield from known("recommendation", uptake.recommendation, d.recommendations, where)
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


def an_assessment_says_what_its_voice_can_say(d: Dataset, r: Recommendation) -> Found:
    for i, a in enumerate(r.assessments):
        yield from ((("assessments", i, *where), what) for where, what in said(d, r, a))


def parts_are_named_once(d: Dataset, r: Recommendation) -> Found:
    before: set[str] = set()
    for i, part in enumerate(r.parts):
        if part.id in before:
            yield ("parts", i, "id"), f"the part {part.id!r} stands twice; letters are used once"
        before.add(part.id)


def recorded_times_are_used_once(d: Dataset, r: Recommendation) -> Found:
    before: set[str] = set()
    for i, a in enumerate(r.assessments):
        if a.recorded in before:
            yield ("assessments", i, "recorded"), "this recorded time stands twice; delete the line of the copy"
        if a.recorded is not None:
            before.add(a.recorded)


def an_assessment_is_confirmed_by_another_person(d: Dataset, r: Recommendation) -> Found:
    for i, a in enumerate(r.assessments):
        for j, event in enumerate(a.events):
            if event.type is EventType.CONFIRMED and event.recorded_by and event.recorded_by == a.recorded_by:
                where: FieldPath = ("assessments", i, "events", j)
                yield where, f"{a.recorded_by} recorded this assessment; its second reader is somebody else"


def texts_are_in_languages_of_the_dataset(d: Dataset, record: Record) -> Found:
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
        for name, _ in fields_of(kind):
            # most fields are empty or a word: a generator for each of them is most of the time of a check
            if (inside := getattr(value, name)) and not isinstance(inside, str):
                yield from _languages(inside, (*where, name))


def evidence_bears_on_what_is_there(d: Dataset, e: Evidence) -> Found:
    yield from known("document", e.document, d.documents, ("document",))
    yield from tags_are_known(d, e.tags)
    for i, bears in enumerate(e.relevant_to):
        where: FieldPath = ("relevant_to", i, "recommendation")
        yield from known("recommendation", bears.recommendation, d.recommendations, where)
        r = d.recommendations.get(bears.recommendation)
        if r and bears.part is not None and bears.part not in {p.id for p in r.parts}:
            yield (
                ("relevant_to", i, "part"),
                f"{r.id} has no part {bears.part!r}; leave it out, or name one that is there",
            )


def a_retired_document_is_named_by_nothing(d: Dataset, record: Record) -> Found:
    for where, name in documents_named(record):
        if name in d.documents and is_gone(d.documents[name].events):
            yield where, f"{record.id} names the document {name!r}, which is retired; name another one, or restore it"


def its_body_and_documents_are_known(d: Dataset, document: Document) -> Found:
    yield from known("treaty body", document.body, d.bodies, ("body",))
    if document.follow_up and document.follow_up.source:
        yield from source_is_known(d, document.follow_up.source, ("follow_up", "source"))
    for i, step in enumerate(document.follow_up.steps if document.follow_up else ()):
        yield from known("document", step.document, d.documents, ("follow_up", "steps", i, "document"))


def a_document_is_issued_after_it_was_adopted(d: Dataset, document: Document) -> Found:
    if (
        document.adopted
        and document.issued
        and partial_dates.last_day(document.issued) < partial_dates.last_day(document.adopted)
    ):
        yield ("issued",), "issued before it was adopted; check both dates"


RECOMMENDATION_RULES: tuple[Callable[[Dataset, Recommendation], Found], ...] = (
    document_is_known_and_fits_who_asks,
    a_quotation_was_seen,
    its_source_and_tags_are_known,
    same_demand_points_to_another_recommendation,
    uptake_is_a_later_document_of_the_committee_addressed,
    an_assessment_says_what_its_voice_can_say,
    parts_are_named_once,
    recorded_times_are_used_once,
    an_assessment_is_confirmed_by_another_person,
    texts_are_in_languages_of_the_dataset,
    a_retired_document_is_named_by_nothing,
)
EVIDENCE_RULES: tuple[Callable[[Dataset, Evidence], Found], ...] = (
    evidence_bears_on_what_is_there,
    texts_are_in_languages_of_the_dataset,
    a_retired_document_is_named_by_nothing,
)
DOCUMENT_RULES: tuple[Callable[[Dataset, Document], Found], ...] = (
    its_body_and_documents_are_known,
    a_document_is_issued_after_it_was_adopted,
    texts_are_in_languages_of_the_dataset,
    a_retired_document_is_named_by_nothing,
)


def of_record(d: Dataset, record: Record) -> Iterator[RuleViolation]:
    """What the rules find in one record of the dataset."""
    found: Iterator[tuple[FieldPath, str]]
    if isinstance(record, Document):
        at: FieldPath = ("documents", record.id)
        found = (((*at, *where), what) for rule in DOCUMENT_RULES for where, what in rule(d, record))
    elif isinstance(record, Recommendation):
        found = (pair for rule in RECOMMENDATION_RULES for pair in rule(d, record))
    else:
        found = (pair for rule in EVIDENCE_RULES for pair in rule(d, record))
    return (RuleViolation(d.file_of(record), where, what) for where, what in islice(found, MOST))


def of_registers(d: Dataset) -> Iterator[RuleViolation]:
    """What the rules find in tracker.yaml and documents.yaml."""
    for document in d.documents.values():
        yield from of_record(d, document)
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


def of_dataset(d: Dataset) -> Iterator[RuleViolation]:
    """What the rules find anywhere in the dataset."""
    yield from islice(of_registers(d), MOST)
    for recommendation in d.recommendations.values():
        yield from of_record(d, recommendation)
    for evidence in d.evidence.values():
        yield from of_record(d, evidence)
