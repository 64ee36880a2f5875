"""The rules between records. Each is the sentence it enforces; each yields the place and what would be right."""

import difflib
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from tracker import dates
from tracker.dataset import Dataset
from tracker.model import Assessment, Evidence, Recommendation, Source, Tagging
from tracker.problems import Finding, Where
from tracker.words import NOT_SELECTED, Asker, DocumentKind, Mark, Origin, Status, Voice

Found = Iterator[tuple[Where, str]]
MOST = 100
"""Findings told of one record or register: looking for the nearest id takes time."""


def _known(kind: str, name: str | None, there: Collection[str], where: Where) -> Found:
    if name is not None and name not in there:
        near = difflib.get_close_matches(name, there, n=1)
        yield (
            where,
            f"there is no {kind} {name!r}; " + (f"did you mean {near[0]!r}?" if near else "add it, or correct the id"),
        )


def _source_is_known(d: Dataset, source: Source, where: Where) -> Found:
    yield from _known("document", source.document, d.documents, (*where, "document"))
    yield from _known("document", source.cited_by, d.documents, (*where, "cited_by"))
    if source.document is None and source.publisher is None:
        yield where, "a source names nobody; give the document of the register, or the publisher"


def _tags_are_known(d: Dataset, tags: tuple[Tagging, ...]) -> Found:
    themes, groups = {t.id for t in d.settings.themes}, {g.id for g in d.settings.groups}
    for i, tagging in enumerate(tags):
        for j, theme in enumerate(tagging.themes):
            yield from _known("theme", theme, themes, ("tags", i, "themes", j))
        for j, group in enumerate(tagging.groups):
            yield from _known("group", group, groups, ("tags", i, "groups", j))


def document_is_known_and_fits_who_asks(d: Dataset, r: Recommendation) -> Found:
    yield from _known("document", r.document, d.documents, ("document",))
    if (document := d.documents.get(r.document)) is None:
        return
    theirs = document.kind is DocumentKind.ALTERNATIVE_REPORT
    if theirs and r.by is Asker.COMMITTEE:
        yield ("by",), f"{r.document} is an alternative report: what it asks is civil society's, not a committee's"
    if not theirs and r.by is Asker.CIVIL_SOCIETY:
        yield ("by",), f"{r.document} is not an alternative report: what it asks is not civil society's"


def a_quotation_was_seen(d: Dataset, r: Recommendation) -> Found:
    if r.text and r.mark is not Mark.SEEN and any(w.origin is Origin.OFFICIAL for w in r.text.values()):
        yield ("text",), "a quoted text needs the mark 'seen'; put what others report into the summary, in own words"


def its_source_and_tags_are_known(d: Dataset, r: Recommendation) -> Found:
    yield from _source_is_known(d, r.source, ("source",))
    yield from _tags_are_known(d, r.tags)


def same_demand_points_to_another_recommendation(d: Dataset, r: Recommendation) -> Found:
    for i, same in enumerate(r.same_demand):
        where: Where = ("same_demand", i, "recommendation")
        yield from _known("recommendation", same.recommendation, d.recommendations, where)
        if same.recommendation == r.id:
            yield where, "a recommendation is not the same demand as itself; name the other one"


def uptake_is_a_later_document_of_the_committee_addressed(d: Dataset, r: Recommendation) -> Found:
    if r.uptake and r.by is Asker.CIVIL_SOCIETY:
        yield ("uptake",), "uptake stands at the committee's recommendation; move it there"
        return
    for i, uptake in enumerate(r.uptake):
        where: Where = ("uptake", i, "recommendation")
        yield from _known("recommendation", uptake.recommendation, d.recommendations, where)
        asked = d.recommendations.get(uptake.recommendation)
        if asked is None:
            continue
        if asked.by is not Asker.CIVIL_SOCIETY:
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
            and dates.last_day(mine.issued) < (dates.bounds(theirs.issued)[0] or dates.last_day(theirs.issued))
        ):
            yield where, f"{mine.id} is earlier than {theirs.id}; uptake is asked of a later document, use same_demand"


def an_assessment_says_what_its_voice_can_say(d: Dataset, r: Recommendation) -> Found:
    for i, a in enumerate(r.assessments):
        yield from ((("assessments", i, *where), what) for where, what in _assessment(d, r, a))


def _assessment(d: Dataset, r: Recommendation, a: Assessment) -> Found:
    if not any(w.text.strip() for w in a.reason.values()):
        yield ("reason",), "an assessment needs a reason; say in a sentence what it rests on"
    if a.status is Status.NOT_ASSESSED:
        yield (
            ("status",),
            "'not-assessed' means that there is no assessment; use 'not-enough-information', or delete the assessment",
        )
    if a.voice is Voice.COMMITTEE:
        if a.status is not None:
            yield ("status",), "a committee gives a grade of its own scale, not a status; use the key 'grade'"
        if a.grade is None:
            yield ("voice",), f"a committee's assessment needs its grade, or {NOT_SELECTED!r}"
        if r.by is Asker.CIVIL_SOCIETY:
            yield ("voice",), "a committee grades its own recommendations; record this at the committee's"
        else:
            yield from _grade_is_in_the_scale(d, r, a)
    elif a.grade is not None:
        yield ("grade",), "only a committee gives grades; use the key 'status'"
    if a.voice is Voice.CIVIL_SOCIETY and a.status is None:
        yield ("voice",), "a civil-society assessment needs a status"
    if a.status is Status.IMPLEMENTED and a.voice is Voice.CIVIL_SOCIETY and not a.evidence:
        yield ("status",), "'implemented' needs evidence; name at least one item of the register"
    if a.part is not None and a.part not in {p.id for p in r.parts}:
        yield (
            ("part",),
            f"{r.id} has no part {a.part!r}; "
            + (f"one of {', '.join(p.id for p in r.parts)}" if r.parts else "leave it out"),
        )
    for j, name in enumerate(a.evidence):
        yield from _known("evidence", name, d.evidence, ("evidence", j))
    if a.source is not None:
        yield from _source_is_known(d, a.source, ("source",))
    if a.recorded is None:
        yield (
            (),
            "the assessment does not say when it was recorded; it counts as of its date and stays out of recorded views",
        )


def scale_at(d: Dataset, body: str, day: str | None) -> tuple[str, ...]:
    """The grades of a committee's scale on a day; empty where its wording is not known."""
    for scale in d.bodies[body].scales if body in d.bodies else ():
        first, last = dates.bounds(scale.period or scale.since or "0001/9999")
        end = last if scale.period else None
        on = dates.last_day(day) if day else None
        if on is None or ((first is None or first <= on) and (end is None or on <= end)):
            return tuple(grade.grade for grade in scale.grades)
    return ()


def _grade_is_in_the_scale(d: Dataset, r: Recommendation, a: Assessment) -> Found:
    document = d.documents.get(r.document)
    grades = scale_at(d, document.body, a.date) if document else ()
    if grades and a.grade not in (None, NOT_SELECTED, *grades):
        yield (
            ("grade",),
            f"{a.grade!r} is not in the committee's scale of that time; one of {', '.join(grades)}, or {NOT_SELECTED}",
        )


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


def evidence_bears_on_what_is_there(d: Dataset, e: Evidence) -> Found:
    yield from _known("document", e.document, d.documents, ("document",))
    yield from _tags_are_known(d, e.tags)
    for i, bears in enumerate(e.bears_on):
        where: Where = ("bears_on", i, "recommendation")
        yield from _known("recommendation", bears.recommendation, d.recommendations, where)
        r = d.recommendations.get(bears.recommendation)
        if r and bears.part is not None and bears.part not in {p.id for p in r.parts}:
            yield ("bears_on", i, "part"), f"{r.id} has no part {bears.part!r}; leave it out, or name one that is there"


RECOMMENDATION_RULES: tuple[Callable[[Dataset, Recommendation], Found], ...] = (
    document_is_known_and_fits_who_asks,
    a_quotation_was_seen,
    its_source_and_tags_are_known,
    same_demand_points_to_another_recommendation,
    uptake_is_a_later_document_of_the_committee_addressed,
    an_assessment_says_what_its_voice_can_say,
    parts_are_named_once,
    recorded_times_are_used_once,
)
EVIDENCE_RULES: tuple[Callable[[Dataset, Evidence], Found], ...] = (evidence_bears_on_what_is_there,)


def of_record(d: Dataset, record: Recommendation | Evidence) -> Iterator[Finding]:
    """What the rules find in one record of the dataset."""
    if isinstance(record, Recommendation):
        found = (pair for rule in RECOMMENDATION_RULES for pair in rule(d, record))
    else:
        found = (pair for rule in EVIDENCE_RULES for pair in rule(d, record))
    return (Finding(d.file_of(record), where, what) for where, what in islice(found, MOST))


def of_registers(d: Dataset) -> Iterator[Finding]:
    """What the rules find in tracker.yaml and documents.yaml."""
    file = d.root / "documents.yaml"
    for document in d.documents.values():
        at: Where = ("documents", document.id)
        found = [*_known("treaty body", document.body, d.bodies, (*at, "body"))]
        if document.follow_up and document.follow_up.source:
            found += _source_is_known(d, document.follow_up.source, (*at, "follow_up", "source"))
        for i, step in enumerate(document.follow_up.steps if document.follow_up else ()):
            found += _known("document", step.document, d.documents, (*at, "follow_up", "steps", i, "document"))
        if document.adopted and document.issued and dates.last_day(document.issued) < dates.last_day(document.adopted):
            found.append(((*at, "issued"), "issued before it was adopted; check both dates"))
        yield from (Finding(file, where, what) for where, what in found)
    missing = [status for status in Status if status not in d.settings.statuses]
    for status in missing:
        yield Finding(
            d.root / "tracker.yaml", ("statuses",), f"the status {status.value!r} has no label; add it under 'statuses'"
        )
    if d.settings.language not in d.settings.languages:
        yield Finding(
            d.root / "tracker.yaml",
            ("languages",),
            f"the main language {d.settings.language!r} is missing from the list",
        )


def of_dataset(d: Dataset) -> Iterator[Finding]:
    """What the rules find anywhere in the dataset."""
    yield from islice(of_registers(d), MOST)
    for recommendation in d.recommendations.values():
        yield from of_record(d, recommendation)
    for evidence in d.evidence.values():
        yield from of_record(d, evidence)
