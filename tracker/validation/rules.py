"""The rules that a record must follow, above all between records.

A rule is a function: its name says what it requires, and it yields a (field path, message) pair for each violation.
"""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from tracker.model import partial_dates, vocabulary
from tracker.model.dataset import PRIVATE_SIGNATURE, Dataset, FileRecord, Record, place_of_record
from tracker.model.errors import FieldPath, RuleViolation, Said
from tracker.model.fields import FIELDS, FieldType, fields_of
from tracker.model.labels import N_
from tracker.model.lifecycle import is_withdrawn
from tracker.model.localized_text import NO_LANGUAGE_CODE
from tracker.model.organisations import EDITORS
from tracker.model.records import Assessment, Evidence, Recommendation, Source, TagSet
from tracker.model.registers import Deadline, Document
from tracker.model.verification import is_quoted, mark_of, statements_in
from tracker.model.vocabulary import NOT_SELECTED, DeadlineKind, Issuer, Status, Verification, Voice
from tracker.storage.yaml.format import field_defaults
from tracker.validation.scales import grades_in_use
from tracker.validation.sources import words_stand_in_their_source
from tracker.validation.state_party import position_is_an_answer, state_is_of_dataset

QUOTED_UNREAD = N_(
    "a quoted text needs 'verification: seen'; put what others report into the summary, in your own words"
)
RuleResults = Iterator[tuple[FieldPath, str]]
"""What a rule yields: (path of the field in the record, message that says what to write instead) for each violation."""


def id_exists(kind: str, name: str | None, known: Collection[str], *, where: FieldPath) -> RuleResults:
    """Yield a violation at `where` if `name` is an id that is not in `known`. The message names the most similar id."""
    if name is not None and name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        yield (
            where,
            f"there is no {kind} {name!r}; {f'did you mean {near[0]!r}?' if near else 'add it, or correct the id'}",
        )


def referenced_documents(record: Record) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, document id) for each reference to a document, even if that is missing. Leave out withdrawn items."""
    if is_withdrawn(record.events):
        return
    named: list[tuple[FieldPath, str | None]] = []
    if isinstance(record, Document):
        if follow_up := record.follow_up:
            named += [(("follow_up", "steps", i, "document"), step.document) for i, step in enumerate(follow_up.steps)]
            for i, turn in enumerate(follow_up.rounds):
                at: FieldPath = ("follow_up", "rounds", i)
                named += [((*at, "reply"), turn.reply), ((*at, "report"), turn.report)]
        named += [(("deadlines", i, "met_by"), deadline.met_by) for i, deadline in enumerate(record.deadlines)]
    else:
        named.append((("document",), record.document))
    for where, item in statements_in(record):
        source: Source | None = getattr(item, "source", None)
        if source and not is_withdrawn(getattr(item, "events", ())):
            named += [((*where, "source", key), getattr(source, key)) for key in ("document", "cited_by")]
    yield from ((where, name) for where, name in named if name)


def check_source(d: Dataset, source: Source, where: FieldPath) -> RuleResults:
    """Require that a source names a document or publisher, and that its documents exist. `where` is its field path."""
    yield from id_exists("document", source.document, d.documents, where=(*where, "document"))
    yield from id_exists("document", source.cited_by, d.documents, where=(*where, "cited_by"))
    if source.document is None and source.publisher is None and source.cited_by is None:
        yield where, Said(N_("a source names nobody; give the document of the register, or the publisher"))


def tags_exist(d: Dataset, tags: tuple[TagSet, ...]) -> RuleResults:
    """Yield a violation for each theme and each group in `tags` that is not listed in tracker.yaml."""
    themes, groups = {t.id for t in d.settings.themes}, {g.id for g in d.settings.groups}
    for i, tagging in enumerate(tags):
        for j, theme in enumerate(tagging.themes):
            yield from id_exists("theme", theme, themes, where=("tags", i, "themes", j))
        for j, group in enumerate(tagging.groups):
            yield from id_exists("group", group, groups, where=("tags", i, "groups", j))


def deadlines_fit_document(d: Dataset, document: Document) -> RuleResults:
    """Require that the documents of each deadline exist, and that no document meets its own deadline.

    A date that we calculated needs the sentence with the period. A quoted sentence needs `verification: seen`. The
    date of our own submission must not be set by the committee. A reporting cycle has a kind of deadline once on a date.
    """
    cycle = (document.state, document.body, document.cycle)
    same = (one for one in d.documents.values() if (one.state, one.body, one.cycle) == cycle and one.id != document.id)
    others = [] if is_withdrawn(document.events) else [one for one in same if not is_withdrawn(one.events)]
    there = {(one.kind, one.date): other.id for other in others for one in other.deadlines}
    for i, deadline in enumerate(document.deadlines):
        at: FieldPath = ("deadlines", i)
        if known := there.get(key := (deadline.kind, deadline.date)):
            yield (
                at,
                Said(
                    N_("{document} has this deadline already: {kind}, {date}; leave it out here"),
                    document=known,
                    kind=deadline.kind,
                    date=deadline.date,
                ),
            )
        there[key] = document.id
        met_by, sentence = (*at, "met_by"), (*at, "sentence")
        if deadline.source:
            yield from check_source(d, deadline.source, (*at, "source"))
        yield from id_exists("document", deadline.met_by, d.documents, where=met_by)
        if deadline.met_by == document.id:
            yield (
                met_by,
                Said(N_("a document cannot meet its own deadline; name the document that was sent, or leave it out")),
            )
        if deadline.set_by is vocabulary.DateSetBy.COMPUTED and not deadline.sentence:
            yield (
                sentence,
                Said(N_("a date calculated by us needs the sentence with the period, such as 'within two years'")),
            )
        if is_quoted(deadline.sentence) and deadline.verification is Verification.REPORTED:
            message = Said(
                N_("a quoted sentence needs 'verification: seen'; write 'origin: own' if it is in your own words")
            )
            yield sentence, message
        if deadline.kind is DeadlineKind.SUBMISSION and deadline.set_by is vocabulary.DateSetBy.COMMITTEE:
            yield (
                (*at, "set_by"),
                Said(N_("the date of our own submission is not the committee's; write 'set_by: ours'")),
            )


PLANNED = {(Document, "due"), (Deadline, "date")}
"""The (type, field) pairs of the dates that may be in the future. All other dates say when something happened."""
DATES = frozenset(field.name for kind in FIELDS for field in fields_of(kind, FieldType.DATE))
"""The names of the fields that contain a partial date."""


def check_dates(record: Record, today: date) -> RuleResults:
    """Require that no date in `record` is after `today`, except those of PLANNED and dates in withdrawn items."""
    for where, of, value in _dates_and_texts(record, with_withdrawn=False):
        if isinstance(value, str) and (of, where[-1]) not in PLANNED and partial_dates.is_after(value, today):
            yield (
                where,
                Said(
                    N_("the date {date} is in the future; correct it, or record a planned date as a deadline"),
                    date=value,
                ),
            )


def _dates_and_texts(
    value: object, where: FieldPath = (), *, with_withdrawn: bool = True
) -> Iterator[tuple[FieldPath, type[Any], str | dict[str, Any]]]:
    """Yield (field path, type that has the field, value) for each date and each text in several languages."""
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _dates_and_texts(item, (*where, i), with_withdrawn=with_withdrawn)
    elif is_dataclass(value) and (with_withdrawn or not is_withdrawn(getattr(value, "events", ()))):
        kind: Any = type(value)
        for name, _ in field_defaults(kind):
            # most fields are empty or a single word: a generator for each would take most of the time of a check
            if not (inside := getattr(value, name)) or (isinstance(inside, str) and name not in DATES):
                continue
            if isinstance(inside, (str, dict)):
                yield (*where, name), kind, inside
            else:
                yield from _dates_and_texts(inside, (*where, name), with_withdrawn=with_withdrawn)


MAX_VIOLATIONS = 100
"""The largest number of violations reported for one record. Each search for the most similar id takes time."""
PLACE_MISSING = Said(
    N_(
        "'verification: seen' does not say where it was read; name the paragraph, or a link or document for evidence: "
        "until then readers see 'not checked yet'"
    )
)


def document_exists_and_fits_issuer(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that the document exists, and is civil society's if and only if civil society issued `r`."""
    yield from id_exists("document", r.document, d.documents, where=("document",))
    if (document := d.documents.get(r.document)) is None:
        return
    is_civil_societys = document.kind.is_civil_societys
    what = f"{r.document} is a document of civil society: its recommendations"
    if is_civil_societys and r.issued_by is Issuer.COMMITTEE:
        yield ("issued_by",), f"{what} are issued by civil society, not by a committee"
    if not is_civil_societys and r.issued_by is Issuer.CIVIL_SOCIETY:
        message = (
            f"{r.document} is not a document of civil society: its recommendations are not issued by civil society"
        )
        yield ("issued_by",), message


def quotation_was_read(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that nobody quotes what others report: somebody has read a quoted text, or has to check what was changed."""
    for name in ("text", "closing"):
        if r.verification is Verification.REPORTED and is_quoted(getattr(r, name)):
            yield (name,), Said(QUOTED_UNREAD)


def reading_says_where(d: Dataset, record: Record) -> RuleResults:
    """Require that each statement with `verification: seen` says where it was read (see `has_named_place`)."""
    for where, item in statements_in(record):
        if item.verification is Verification.SEEN and mark_of(item) is not Verification.SEEN:
            yield (*where, "verification"), PLACE_MISSING


def sources_tags_and_same_demands_exist(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that the sources, themes, groups and same-demand recommendations of `r` exist, and that `r` is not one of them."""
    yield from check_source(d, r.source, ("source",))
    yield from tags_exist(d, r.tags)
    for i, same in enumerate(r.same_demand):
        where: FieldPath = ("same_demand", i, "recommendation")
        yield from id_exists("recommendation", same.recommendation, d.recommendations, where=where)
        if same.recommendation == r.id:
            yield where, Said(N_("a recommendation is not the same demand as itself; name the other one"))


def uptake_is_in_later_document_of_same_committee(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that only a committee's recommendation has uptake, and only of civil-society recommendations that exist.

    The report with the named recommendation must be addressed to the same committee and not be later than `r.document`.
    """
    if r.uptake and r.issued_by is Issuer.CIVIL_SOCIETY:
        yield ("uptake",), Said(N_("uptake is recorded with the committee's recommendation; move it there"))
        return
    for i, uptake in enumerate(r.uptake):
        where: FieldPath = ("uptake", i, "recommendation")
        yield from id_exists("recommendation", uptake.recommendation, d.recommendations, where=where)
        demand = d.recommendations.get(uptake.recommendation)
        if demand is None:
            continue
        document, report = d.documents.get(r.document), d.documents.get(demand.document)
        if demand.issued_by is not Issuer.CIVIL_SOCIETY:
            yield (
                where,
                Said(
                    N_("{record} is a committee's; uptake is of a civil-society recommendation, use same_demand"),
                    record=demand.id,
                ),
            )
        elif document and report and document.body != report.body:
            message = f"{report.id} is addressed to {report.body}, not to {document.body}"
            yield where, f"{message}; use same_demand for another committee's recommendation"
        elif document and report and d.state_of(document) != d.state_of(report):
            yield where, Said(N_("{report} is about another State; use same_demand"), report=report.id)
        elif document and report and document.issued and report.issued:
            first, last = partial_dates.date_range(report.issued)
            if partial_dates.last_day(document.issued) < (first or last):
                message = Said(
                    N_("{document} is earlier than {report}; uptake needs a later document, use same_demand"),
                    document=document.id,
                    report=report.id,
                )
                yield where, message


def assessment_fits_its_voice(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that each assessment follows the rules for its voice (see `check_assessment`)."""
    for i, a in enumerate(r.assessments):
        yield from ((("assessments", i, *where), message) for where, message in check_assessment(d, r, a))


UNASSIGNABLE_STATUSES: Mapping[Status | None, str] = {
    Status.NOT_ASSESSED: "'not-assessed' means that there is no assessment; "
    "use 'not-enough-information', or delete the assessment",
    Status.DIFFER: "'assessments-differ' follows from the assessments of several organisations; "
    "give the status of this one",
}
"""Status that no single assessment can have → message that says what to write instead."""
NOT_RECORDED = (
    "the assessment does not say when it was recorded; it counts from its date, but no recorded view shows it"
)


def check_assessment(d: Dataset, r: Recommendation, a: Assessment) -> RuleResults:
    """Yield a violation for each rule that the assessment breaks, with a field path that begins in the assessment.

    Civil society must give a status, and the State may. A committee must give a grade of its scale, and no status.
    """
    if not any(w.text.strip() for w in a.reason.values()):
        yield ("reason",), Said(N_("an assessment needs a reason; say in a sentence what it rests on"))
    if a.status in UNASSIGNABLE_STATUSES:
        yield ("status",), UNASSIGNABLE_STATUSES[a.status]
    yield from _organisation_fits_voice(d, a)
    if a.voice is Voice.COMMITTEE:
        if a.status is not None:
            yield ("status",), Said(N_("a committee gives a grade of its own scale, not a status; use the key 'grade'"))
        if a.grade is None:
            yield ("voice",), Said(N_("a committee's assessment needs its grade, or '{none}'"), none=NOT_SELECTED)
        if r.issued_by is Issuer.CIVIL_SOCIETY:
            message = Said(
                N_("a committee grades only its own recommendations; record this with the committee's recommendation")
            )
            yield ("voice",), message
        elif document := d.documents.get(r.document):
            grades = grades_in_use(d, document.body, a.date, report=a.source.document if a.source else None)
            if grades and a.grade not in (None, NOT_SELECTED, *grades):
                yield (
                    ("grade",),
                    Said(
                        N_("'{grade}' is not in the committee's scale of that time; one of {known}, or {none}"),
                        grade=a.grade,
                        known=", ".join(grades),
                        none=NOT_SELECTED,
                    ),
                )
    elif a.grade is not None:
        yield ("grade",), Said(N_("only a committee gives grades; use the key 'status'"))
    if a.voice is Voice.CIVIL_SOCIETY and a.status is None:
        yield ("voice",), Said(N_("a civil-society assessment needs a status"))
    if a.status is Status.IMPLEMENTED and a.voice is Voice.CIVIL_SOCIETY and not a.evidence:
        yield ("status",), Said(N_("'implemented' needs evidence; name at least one item of the register"))
    if a.scope is not None and a.grade is None:
        yield ("scope",), "only a grade has a scope as the committee prints it; use the key 'part'"
    if a.part is not None and a.part not in {p.id for p in r.parts}:
        advice = f"one of {', '.join(p.id for p in r.parts)}" if r.parts else "leave it out"
        yield ("part",), f"{r.id} has no part {a.part!r}; {advice}"
    for j, name in enumerate(a.evidence):
        yield from id_exists("evidence", name, d.evidence, where=("evidence", j))
    if a.source is not None:
        yield from check_source(d, a.source, ("source",))
    yield from words_stand_in_their_source(d, r, a)
    if a.recorded is None:
        yield (), NOT_RECORDED


def _organisation_fits_voice(d: Dataset, a: Assessment) -> RuleResults:
    """Require an organisation in assessments of civil society, if tracker.yaml lists any, and none in all others."""
    organisations = [o.id for o in d.settings.organisations]
    if a.voice is not Voice.CIVIL_SOCIETY:
        if a.organisation is not None:
            yield (
                ("organisation",),
                Said(N_("the State and committees are not organisations; leave out the key 'organisation'")),
            )
        return
    if a.organisation is not None:
        yield from id_exists("organisation", a.organisation, organisations, where=("organisation",))
    elif a.assessor is not None:
        message = (
            "the key 'assessor' is only for the State and committees; write 'organisation' with an id from tracker.yaml"
        )
        yield ("assessor",), message
    elif organisations != [EDITORS.id]:
        message = f"the assessment names no organisation; write 'organisation', one of {', '.join(organisations)}"
        yield ("voice",), message
    if a.organisation is not None and a.assessor is not None:
        yield ("assessor",), "the key 'assessor' is only for the State and committees; leave it out"


def part_ids_and_recorded_times_are_unique(d: Dataset, r: Recommendation) -> RuleResults:
    """Require that no two parts have the same id, and no two assessments the same recorded time (used in URLs)."""
    for i in _repeated([part.id for part in r.parts]):
        yield ("parts", i, "id"), f"the part {r.parts[i].id!r} occurs twice; use each letter once"
    for i in _repeated([a.recorded for a in r.assessments]):
        yield ("assessments", i, "recorded"), Said(N_("this recorded time occurs twice; delete this line in the copy"))


def _repeated(values: Sequence[str | None]) -> list[int]:
    return [i for i, value in enumerate(values) if value is not None and value in values[:i]]


def others_confirm_and_contests_have_reasons(d: Dataset, record: Record) -> RuleResults:
    """Require that nobody confirms their own assessment, and that each objection has a reason."""
    assessments = record.assessments if isinstance(record, Recommendation) else ()
    items: list[tuple[FieldPath, Any]] = [((), record), *((("assessments", i), a) for i, a in enumerate(assessments))]
    for (at, item), (j, event) in ((one, pair) for one in items for pair in enumerate(one[1].events)):
        where: FieldPath = (*at, "events", j)
        if event.type is vocabulary.EventType.CONFIRMED and event.recorded_by and event.recorded_by == item.recorded_by:
            yield (
                where,
                Said(N_("{person} recorded this assessment; somebody else has to confirm it"), person=item.recorded_by),
            )
        if event.type is vocabulary.EventType.CONTESTED and not event.reason:
            yield where, Said(N_("an objection needs a reason; add the key 'reason'"))


def texts_are_in_dataset_languages(d: Dataset, record: Record) -> RuleResults:
    """Require that each language code of a text is listed in tracker.yaml. A wording may have no code."""
    allowed = {NO_LANGUAGE_CODE, *d.settings.languages}
    for where, _, value in _dates_and_texts(record):
        for lang in value if isinstance(value, dict) else ():
            if lang not in allowed:
                yield (*where, lang), _unknown_language(d, lang)


def _unknown_language(d: Dataset, lang: str) -> str:
    return f"the language {lang!r} is not one of the dataset's ({', '.join(d.settings.languages)}); correct the code"


def evidence_links_exist(d: Dataset, e: Evidence) -> RuleResults:
    """Require that the evidence refers only to documents, themes, groups, recommendations and parts that exist."""
    yield from id_exists("document", e.document, d.documents, where=("document",))
    yield from tags_exist(d, e.tags)
    for i, link in enumerate(e.relevant_to):
        where: FieldPath = ("relevant_to", i, "recommendation")
        yield from id_exists("recommendation", link.recommendation, d.recommendations, where=where)
        r = d.recommendations.get(link.recommendation)
        if r and link.part is not None and link.part not in {p.id for p in r.parts}:
            message = Said(
                N_("{record} has no part '{part}'; leave it out, or name one that exists"), record=r.id, part=link.part
            )
            yield ("relevant_to", i, "part"), message


def retired_document_is_unreferenced(d: Dataset, record: Record) -> RuleResults:
    """Require that the record does not refer to a retired document."""
    for where, name in referenced_documents(record):
        if name in d.documents and is_withdrawn(d.documents[name].events):
            yield (
                where,
                Said(
                    N_("{record} names the document '{document}', which is retired; name another one, or restore it"),
                    record=record.id,
                    document=name,
                ),
            )


def body_and_documents_exist(d: Dataset, document: Document) -> RuleResults:
    """Require that the treaty body of a document exists, and that all documents in its follow-up exist."""
    yield from id_exists("treaty body", document.body, d.bodies, where=("body",))
    if document.follow_up and document.follow_up.source:
        yield from check_source(d, document.follow_up.source, ("follow_up", "source"))
    for i, step in enumerate(document.follow_up.steps if document.follow_up else ()):
        yield from id_exists("document", step.document, d.documents, where=("follow_up", "steps", i, "document"))
    for i, turn in enumerate(document.follow_up.rounds if document.follow_up else ()):
        for name in ("reply", "report"):
            where = ("follow_up", "rounds", i, name)
            yield from id_exists("document", getattr(turn, name), d.documents, where=where)


def dates_are_possible(d: Dataset, document: Document) -> RuleResults:
    """Require that the issue date is not before the adoption, nor that before the consideration."""
    last_day, adopted, issued = partial_dates.last_day, document.adopted, document.issued
    if adopted and issued and last_day(issued) < last_day(adopted):
        yield ("issued",), Said(N_("issued before it was adopted; check both dates"))
    if adopted and document.considered and partial_dates.is_before(adopted, document.considered):
        yield ("adopted",), Said(N_("adopted before the State was considered; check both dates"))


def nothing_public_has_an_owner(d: Dataset, record: FileRecord) -> RuleResults:
    """Require that public evidence and files have no key `private`: it would tell readers whose they are."""
    if d.signature == PRIVATE_SIGNATURE:
        return
    places: list[FieldPath] = [("private",)] if getattr(record, "private", None) else []
    places += [("files", i, "private") for i, file in enumerate(record.files) if file.private]
    yield from ((at, "is for entries in the private folder; move this entry there, or delete the key") for at in places)


def successor_is_alike(d: Dataset, record: Record) -> RuleResults:
    """Require that what replaces an archived record is of the same type, committee, State and kind."""
    known = d.registers[type(record)]
    for i, event in enumerate(record.events if is_withdrawn(record.events) else ()):
        where: FieldPath = ("events", i, "into")
        yield from id_exists(type(record).__name__.lower(), event.into, known, where=where)
        other = known.get(event.into or "")
        if other and place_of_record(d, record) != place_of_record(d, other):
            told = N_("{record} is of another committee or of another kind; name another one, or leave it out")
            yield where, Said(told, record=other.id)


RULES_OF_ALL = (
    successor_is_alike,
    reading_says_where,
    texts_are_in_dataset_languages,
    retired_document_is_unreferenced,
    others_confirm_and_contests_have_reasons,
)
"""The rules for all types of records."""
RULES: Mapping[type[Record], Sequence[Callable[[Dataset, Any], RuleResults]]] = {
    Recommendation: (
        document_exists_and_fits_issuer,
        position_is_an_answer,
        quotation_was_read,
        sources_tags_and_same_demands_exist,
        uptake_is_in_later_document_of_same_committee,
        assessment_fits_its_voice,
        part_ids_and_recorded_times_are_unique,
        *RULES_OF_ALL,
    ),
    Evidence: (evidence_links_exist, nothing_public_has_an_owner, *RULES_OF_ALL),
    Document: (
        nothing_public_has_an_owner,
        body_and_documents_exist,
        state_is_of_dataset,
        dates_are_possible,
        deadlines_fit_document,
        *RULES_OF_ALL,
    ),
}
"""Type of record → its rules."""


def check_record(d: Dataset, record: Record, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Return an iterator over the violations, at most MAX_VIOLATIONS. If `now` is None, dates may be in the future."""
    at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
    results = chain.from_iterable(rule(d, record) for rule in RULES[type(record)])
    if now:
        today = now.astimezone(ZoneInfo(d.settings.timezone)).date()
        results = chain(results, check_dates(record, today))
    path = d.path_of(record)
    return (RuleViolation(path, (*at, *where), message) for where, message in islice(results, MAX_VIOLATIONS))


def check_registers(d: Dataset, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Yield all violations in documents.yaml, treaty_bodies.yaml and tracker.yaml. `now` is as in `check_record`."""
    for document in d.documents.values():
        yield from check_record(d, document, now)
    yield from _check_limits(d)
    yield from (RuleViolation(d.root / "tracker.yaml", where, message) for where, message in _check_settings(d))


def _check_settings(d: Dataset) -> RuleResults:
    names, languages = [o.id for o in d.settings.organisations], d.settings.languages
    twice = "the organisation {!r} occurs twice; use each id once"
    yield from ((("organisations", i, "id"), twice.format(names[i])) for i in _repeated(names))
    if d.settings.language not in languages:
        yield ("languages",), f"the main language {d.settings.language!r} is missing from the list"
    for code, others in d.settings.fallback.items():
        yield from ((("fallback", code), _unknown_language(d, x)) for x in (code, *others) if x not in languages)


def _check_limits(d: Dataset) -> Iterator[RuleViolation]:
    """Yield the violations in the limits for submissions: a second limit for a stage, or a missing or wrong source."""
    for body in d.bodies.values():
        stages = [limit.stage for limit in body.submission_limits]
        for i, limit in enumerate(body.submission_limits):
            at: FieldPath = ("treaty_bodies", body.id, "submission_limits", i)
            found: list[tuple[FieldPath, str]] = []
            if limit.stage in stages[:i]:
                found.append((("stage",), "this stage has a limit above; keep one of them"))
            has_place = limit.source and (limit.source.link or limit.source.document)
            if (limit.words or limit.pages or limit.languages) and not has_place:
                message = "a limit needs the place where it stands; add 'source' with a link or document"
                found.append((("source",), message))
            if limit.source:
                found += check_source(d, limit.source, ("source",))
            yield from (RuleViolation(d.root / "treaty_bodies.yaml", (*at, *where), text) for where, text in found)


def check_dataset(d: Dataset, now: datetime | None = None) -> Iterator[RuleViolation]:
    """Yield the violations in documents and settings (at most MAX_VIOLATIONS), in recommendations, and in evidence."""
    yield from islice(check_registers(d, now), MAX_VIOLATIONS)
    records: tuple[Record, ...] = (*d.recommendations.values(), *d.evidence.values())
    for record in records:
        yield from check_record(d, record, now)
