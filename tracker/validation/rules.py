"""The rules between records.

The name of each rule says what the rule requires. A rule yields a (field path, message) pair for each violation.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from tracker.model import partial_dates
from tracker.model.dataset import PRIVATE_SIGNATURE, Dataset, Record
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.problems import FieldPath, RuleViolation
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.verification import is_quoted, mark_of, statements_in
from tracker.model.vocabulary import DocumentKind, EventType, Issuer, Status, Verification
from tracker.storage.yaml.format import field_defaults
from tracker.validation.assessment_rules import check_assessment
from tracker.validation.date_rules import dates_have_come
from tracker.validation.deadline_rules import check_deadlines
from tracker.validation.references import RuleResults, id_exists, referenced_documents, sources_exist, tags_exist

MAX_VIOLATIONS = 100
"""The largest number of violations reported for one record. For each, the most similar id is searched: this is slow."""


PLACE_MISSING = (
    "'verification: seen' does not say where it was read; name the paragraph, or a link or document for evidence: "
    "until then readers see 'not checked yet'"
)


def document_exists_and_fits_issuer(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that the document of a recommendation exists and fits the issuer.

    If civil society is the issuer, the document must be an alternative report. If a committee is the issuer, the
    document must not be an alternative report.
    """
    yield from id_exists("document", r.document, d.documents, where=("document",))
    if (document := d.documents.get(r.document)) is None:
        return
    is_alternative_report = document.kind is DocumentKind.ALTERNATIVE_REPORT
    if is_alternative_report and r.issued_by is Issuer.COMMITTEE:
        yield (
            ("issued_by",),
            f"{r.document} is an alternative report: its recommendations are issued by civil society, not by a committee",
        )
    if not is_alternative_report and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield (
            ("issued_by",),
            f"{r.document} is not an alternative report: its recommendations are not issued by civil society",
        )


def quotation_was_read(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that the person who quoted a text from the document has read the document."""
    if r.verification is not Verification.SEEN and is_quoted(r.text):
        yield (
            ("text",),
            "a quoted text needs 'verification: seen'; put what others report into the summary, in your own words",
        )


def reading_says_where(d: Dataset, record: Record) -> RuleResults:
    """Require that whoever says that a source was read says where: a paragraph, a sentence, or a source of the evidence."""
    for where, item in statements_in(record):
        if item.verification is Verification.SEEN and mark_of(item) is not Verification.SEEN:
            yield (*where, "verification"), PLACE_MISSING


def source_and_tags_exist(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that the documents in the source and the themes and groups in the tags exist."""
    yield from sources_exist(d, r.source, ("source",))
    yield from tags_exist(d, r.tags)


def same_demand_is_another_recommendation(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that each recommendation in `same_demand` exists and is not the record itself."""
    for i, same in enumerate(r.same_demand):
        where: FieldPath = ("same_demand", i, "recommendation")
        yield from id_exists("recommendation", same.recommendation, d.recommendations, where=where)
        if same.recommendation == r.id:
            yield where, "a recommendation is not the same demand as itself; name the other one"


def uptake_is_in_later_document_of_same_committee(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that each uptake is recorded with a recommendation of the right committee.

    This is the committee to which civil society addressed the recommendation that is taken up. The document of the
    committee must not be earlier than the report of civil society.
    """
    if r.uptake and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield ("uptake",), "uptake is recorded with the committee's recommendation; move it there"
        return
    for i, uptake in enumerate(r.uptake):
        where: FieldPath = ("uptake", i, "recommendation")
        yield from id_exists("recommendation", uptake.recommendation, d.recommendations, where=where)
        demand = d.recommendations.get(uptake.recommendation)
        if demand is None:
            continue
        if demand.issued_by is not Issuer.CIVIL_SOCIETY:
            yield where, f"{demand.id} is a committee's; uptake is of a civil-society recommendation, use same_demand"
            continue
        document, report = d.documents.get(r.document), d.documents.get(demand.document)
        if document and report and document.body != report.body:
            yield (
                where,
                f"{report.id} is addressed to {report.body}, not to {document.body}; "
                "use same_demand for another committee's recommendation",
            )
        elif (
            document
            and report
            and document.issued
            and report.issued
            and partial_dates.last_day(document.issued)
            < (partial_dates.date_range(report.issued)[0] or partial_dates.last_day(report.issued))
        ):
            yield where, f"{document.id} is earlier than {report.id}; uptake needs a later document, use same_demand"


def assessment_fits_its_voice(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that each assessment follows the rules for its voice (see `check_assessment`)."""
    for i, a in enumerate(r.assessments):
        yield from ((("assessments", i, *where), message) for where, message in check_assessment(d, r, a))


def part_ids_are_unique(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that no two parts have the same id."""
    seen: set[str] = set()
    for i, part in enumerate(r.parts):
        if part.id in seen:
            yield ("parts", i, "id"), f"the part {part.id!r} occurs twice; use each letter once"
        seen.add(part.id)


def recorded_times_are_unique(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that no two assessments have the same recorded time. In URLs, this time identifies an assessment."""
    seen: set[str] = set()
    for i, a in enumerate(r.assessments):
        if a.recorded in seen:
            yield ("assessments", i, "recorded"), "this recorded time occurs twice; delete this line in the copy"
        if a.recorded is not None:
            seen.add(a.recorded)


def confirmation_is_by_another_person(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that nobody has confirmed their own assessment."""
    for i, a in enumerate(r.assessments):
        for j, event in enumerate(a.events):
            if event.type is EventType.CONFIRMED and event.recorded_by and event.recorded_by == a.recorded_by:
                where: FieldPath = ("assessments", i, "events", j)
                yield where, f"{a.recorded_by} recorded this assessment; somebody else has to confirm it"


def contest_has_a_reason(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that whoever contests an assessment says why."""
    for i, a in enumerate(r.assessments):
        for j, event in enumerate(a.events):
            if event.type is EventType.CONTESTED and not event.reason:
                yield (
                    ("assessments", i, "events", j),
                    "an objection to an assessment needs a reason; add the key 'reason'",
                )


def texts_are_in_dataset_languages(d: Dataset, record: Record) -> RuleResults:
    """Require that the language code of each text is listed in tracker.yaml. A text may have no code."""
    allowed = {NO_LANGUAGE_CODE, *d.settings.languages}
    for where, lang in _languages(record):
        if lang not in allowed:
            yield (
                where,
                f"the language {lang!r} is not one of the dataset's ({', '.join(d.settings.languages)}); correct the code",
            )


def _languages(value: object, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, language code) of every text in a record. The code is "" if the file gives none."""
    if isinstance(value, Mapping):
        yield from (((*where, lang), lang) for lang, wording in value.items() if isinstance(wording, TextVariant))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _languages(item, (*where, i))
    elif dataclasses.is_dataclass(value):
        kind: Any = type(value)
        for name, _ in field_defaults(kind):
            # most fields are empty or a single word: a generator for each would take most of the time of a check
            if (inside := getattr(value, name)) and not isinstance(inside, str):
                yield from _languages(inside, (*where, name))


def evidence_links_exist(d: Dataset, e: Evidence) -> RuleResults:
    """Require that the evidence refers only to documents, themes, groups, recommendations and parts that exist."""
    yield from id_exists("document", e.document, d.documents, where=("document",))
    yield from tags_exist(d, e.tags)
    for i, link in enumerate(e.relevant_to):
        where: FieldPath = ("relevant_to", i, "recommendation")
        yield from id_exists("recommendation", link.recommendation, d.recommendations, where=where)
        r = d.recommendations.get(link.recommendation)
        if r and link.part is not None and link.part not in {p.id for p in r.parts}:
            yield (
                ("relevant_to", i, "part"),
                f"{r.id} has no part {link.part!r}; leave it out, or name one that exists",
            )


def retired_document_is_unreferenced(d: Dataset, record: Record) -> RuleResults:
    """Require that the record does not refer to a retired document."""
    for where, name in referenced_documents(record):
        if name in d.documents and is_withdrawn(d.documents[name].events):
            yield where, f"{record.id} names the document {name!r}, which is retired; name another one, or restore it"


def body_and_documents_exist(d: Dataset, document: Document) -> RuleResults:
    """Require that the treaty body of a document exists, and that its follow-up refers only to documents that exist."""
    yield from id_exists("treaty body", document.body, d.bodies, where=("body",))
    if document.follow_up and document.follow_up.source:
        yield from sources_exist(d, document.follow_up.source, ("follow_up", "source"))
    for i, step in enumerate(document.follow_up.steps if document.follow_up else ()):
        yield from id_exists("document", step.document, d.documents, where=("follow_up", "steps", i, "document"))


def issued_after_adopted(d: Dataset, document: Document) -> RuleResults:
    """Require that a document was not issued before it was adopted."""
    if (
        document.adopted
        and document.issued
        and partial_dates.last_day(document.issued) < partial_dates.last_day(document.adopted)
    ):
        yield ("issued",), "issued before it was adopted; check both dates"


def deadlines_fit_document(d: Dataset, document: Document) -> RuleResults:
    """Require that each deadline follows the rules for deadlines (see `check_deadlines`)."""
    yield from check_deadlines(d, document)


RECOMMENDATION_RULES: tuple[Callable[[Dataset, Recommendation], RuleResults], ...] = (
    document_exists_and_fits_issuer,
    quotation_was_read,
    reading_says_where,
    source_and_tags_exist,
    same_demand_is_another_recommendation,
    uptake_is_in_later_document_of_same_committee,
    assessment_fits_its_voice,
    part_ids_are_unique,
    recorded_times_are_unique,
    confirmation_is_by_another_person,
    contest_has_a_reason,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)


def nothing_public_has_an_owner(d: Dataset, record: Evidence | Document) -> RuleResults:
    """Require that only private entries say whose they are: it would tell readers who has what."""
    if d.signature == PRIVATE_SIGNATURE:
        return
    places: list[FieldPath] = [("private",)] if getattr(record, "private", None) else []
    for where in [*places, *(("files", i, "private") for i, file in enumerate(record.files) if file.private)]:
        yield where, "is for entries in the private folder; move this entry there, or delete the key"


EVIDENCE_RULES: tuple[Callable[[Dataset, Evidence], RuleResults], ...] = (
    evidence_links_exist,
    reading_says_where,
    nothing_public_has_an_owner,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)
DOCUMENT_RULES: tuple[Callable[[Dataset, Document], RuleResults], ...] = (
    nothing_public_has_an_owner,
    body_and_documents_exist,
    issued_after_adopted,
    deadlines_fit_document,
    reading_says_where,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
)


def check_record(d: Dataset, record: Record, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Check one record with all rules for its type. Return at most MAX_VIOLATIONS violations.

    `now` is the current time; if it is None, dates in the future are no violations.
    """
    at: FieldPath = ()
    results: Iterator[tuple[FieldPath, str]]
    if isinstance(record, Document):
        at = ("documents", record.id)
        results = (result for rule in DOCUMENT_RULES for result in rule(d, record))
    elif isinstance(record, Recommendation):
        results = (result for rule in RECOMMENDATION_RULES for result in rule(d, record))
    else:
        results = (result for rule in EVIDENCE_RULES for result in rule(d, record))
    if now:
        today = now.astimezone(ZoneInfo(d.settings.timezone)).date()
        results = chain(results, dates_have_come(record, today))
    path = d.path_of(record)
    return (RuleViolation(path, (*at, *where), message) for where, message in islice(results, MAX_VIOLATIONS))


def check_registers(d: Dataset, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Yield the violations in documents.yaml, treaty_bodies.yaml and tracker.yaml. `now` is as in `check_record`."""
    for document in d.documents.values():
        yield from check_record(d, document, now)
    yield from _check_limits(d)
    names = [o.id for o in d.settings.organisations]
    for i, name in enumerate(names):
        if name in names[:i]:
            where: FieldPath = ("organisations", i, "id")
            yield RuleViolation(
                d.root / "tracker.yaml", where, f"the organisation {name!r} occurs twice; use each id once"
            )
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
    for code, others in d.settings.fallback.items():
        for lang in (code, *others):
            if lang not in d.settings.languages:
                yield RuleViolation(
                    d.root / "tracker.yaml",
                    ("fallback", code),
                    f"the language {lang!r} is not one of the dataset's ({', '.join(d.settings.languages)}); correct the code",
                )


def _check_limits(d: Dataset) -> Iterator[RuleViolation]:
    """Yield the violations in the limits for submissions: two for one stage, or a number without a source."""
    for body in d.bodies.values():
        stages = [limit.stage for limit in body.submission_limits]
        for i, limit in enumerate(body.submission_limits):
            at: FieldPath = ("treaty_bodies", body.id, "submission_limits", i)
            results = [("stage", "this stage has a limit above; keep one of them")] if limit.stage in stages[:i] else []
            has_place = limit.source and (limit.source.link or limit.source.document)
            if (limit.words or limit.pages or limit.languages) and not has_place:
                results.append(
                    ("source", "a limit needs the place where it stands; add 'source' with a link or document")
                )
            found = chain(
                (((name,), message) for name, message in results),
                sources_exist(d, limit.source, ("source",)) if limit.source else (),
            )
            yield from (
                RuleViolation(d.root / "treaty_bodies.yaml", (*at, *where), message) for where, message in found
            )


def check_dataset(d: Dataset, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Yield the violations in the whole dataset: first documents and settings, then recommendations, then evidence.

    `now` is as in `check_record`.
    """
    yield from islice(check_registers(d, now), MAX_VIOLATIONS)
    for recommendation in d.recommendations.values():
        yield from check_record(d, recommendation, now)
    for evidence in d.evidence.values():
        yield from check_record(d, evidence, now)
