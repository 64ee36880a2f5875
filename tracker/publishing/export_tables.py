"""The columns of the three tables: recommendations, assessments, evidence."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from tracker.model.labels import N_
from tracker.model.localized_text import TextVariant
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.vocabulary import NOT_SELECTED, Issuer, Voice
from tracker.publishing.export_columns import Column, Value, ValueKind
from tracker.publishing.html import RenderContext
from tracker.queries.view import effective_date

ExportedAssessment = tuple[Recommendation, Assessment]
"""An assessment with its recommendation."""


def _text(s: RenderContext, text: Mapping[str, TextVariant] | None) -> str | None:
    return s.language.resolve(text).text if text else None


def _latest(
    voice: Voice, answer: Callable[[RenderContext, Assessment], Value]
) -> Callable[[RenderContext, Recommendation], Value]:
    """What the latest assessment of one voice says; nothing where there is none."""
    return lambda s, r: answer(s, a) if (a := s.view.latest(r, voice)) else None


def _ours(answer: Callable[[RenderContext, Assessment], Value]) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.CIVIL_SOCIETY, answer)


def _state(answer: Callable[[RenderContext, Assessment], Value]) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.STATE, answer)


def _committee(
    answer: Callable[[RenderContext, Assessment], Value],
) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.COMMITTEE, answer)


def _grade(s: RenderContext, a: Assessment) -> Value:
    return s.language.gettext("not selected for follow-up") if a.grade == NOT_SELECTED else a.grade


def _body(s: RenderContext, r: Recommendation) -> Value:
    return body.id if (body := s.view.body_of(r)) else None


def _body_code(s: RenderContext, r: Recommendation) -> Value:
    return body.code if (body := s.view.body_of(r)) else None


def _document(s: RenderContext, name: str | None) -> str | None:
    """What a document is called: its symbol, else its title."""
    document = s.view.document(name)
    return (document.symbol or _text(s, document.title)) if document else name


def _asker(s: RenderContext, r: Recommendation) -> Value:
    document = s.view.document(r.document)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        return document.authors if document else None
    return _text(s, body.name) if (body := s.view.body_of(r)) else None


def _tags(r: Recommendation | Evidence, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tagging in r.tags for tag in getattr(tagging, name)))


def _named(s: RenderContext, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(s.term_label, codes))


def _authorities(s: RenderContext, r: Recommendation) -> Value:
    found = (f"{_text(s, a.name)} ({s.label(a.role)})" for tagging in r.tags for a in tagging.authorities)
    return tuple(dict.fromkeys(found))


def _parts(s: RenderContext, r: Recommendation) -> Value:
    return "\n".join(f"({part.id}) {_text(s, part.summary)}" for part in r.parts) or None


def _evidence(s: RenderContext, r: Recommendation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.id for e, _ in s.view.evidence_for(r)))


def _source_link(s: RenderContext, r: Recommendation) -> Value:
    document = s.view.document(r.document)
    return r.source.link or (document.link if document else None)


def permalink(s: RenderContext, r: Recommendation) -> str:
    """The link that lasts: the recommendation's card, in this language, as of this day, as recorded at this moment."""
    return s.link(f"/r/{r.id}")


RECOMMENDATION_COLUMNS: tuple[Column[Recommendation], ...] = (
    Column("id", N_("Id"), lambda s, r: r.id),
    Column("by", N_("Who asks"), lambda s, r: r.issued_by),
    Column("asker", N_("Asked by"), _asker, ValueKind.TEXT),
    Column("body", N_("Committee"), _body, words=_body_code),
    Column("document", N_("Document"), lambda s, r: r.document, words=lambda s, r: _document(s, r.document)),
    Column("symbol", N_("Symbol"), lambda s, r: d.symbol if (d := s.view.document(r.document)) else None),
    Column("paragraph", N_("Paragraph"), lambda s, r: r.paragraph),
    Column("made", N_("Date of the document"), lambda s, r: effective_date(d) if (d := s.view.document(r.document)) else None, ValueKind.DATE),
    Column("title", N_("Title"), lambda s, r: _text(s, r.title), ValueKind.TEXT),
    Column("summary", N_("Summary"), lambda s, r: _text(s, r.summary), ValueKind.LONG),
    Column("text", N_("Text as quoted"), lambda s, r: _text(s, r.text), ValueKind.LONG),
    Column("parts", N_("Its parts"), _parts, ValueKind.LONG),
    Column("mark", N_("How sure we are"), lambda s, r: r.verification),
    Column("status", N_("Status"), lambda s, r: s.view.status(r)),
    Column("status_label", N_("Status in words"), lambda s, r: s.label(s.view.status(r))),
    Column("direction", N_("Direction"), _ours(lambda s, a: a.direction)),
    Column("assessed", N_("Assessed"), _ours(lambda s, a: a.date), ValueKind.DATE),
    Column("checked", N_("Last checked"), lambda s, r: s.view.last_checked(r), ValueKind.DATE),
    Column("stale", N_("Assessment out of date"), lambda s, r: s.view.is_stale(r) if s.view.last_checked(r) else None),
    Column("second_reader", N_("Awaiting a second reader"), _ours(lambda s, a: s.view.awaits_second_reader(a))),
    Column("assessor", N_("Assessor"), _ours(lambda s, a: _text(s, a.assessor)), ValueKind.TEXT),
    Column("reason", N_("Reason for the assessment"), _ours(lambda s, a: _text(s, a.reason)), ValueKind.LONG),
    Column("state_status", N_("The State's claim, as coded"), _state(lambda s, a: a.status)),
    Column("state_reason", N_("What the State says"), _state(lambda s, a: _text(s, a.reason)), ValueKind.LONG),
    Column("state_date", N_("Date of the State's claim"), _state(lambda s, a: a.date), ValueKind.DATE),
    Column("grade", N_("The committee's grade"), _committee(lambda s, a: a.grade), words=_committee(_grade)),
    Column("grade_date", N_("Date of the grade"), _committee(lambda s, a: a.date), ValueKind.DATE),
    Column("claim_gap", N_("Claim gap, in steps"), lambda s, r: s.view.claim_gap(r), ValueKind.NUMBER),
    Column("themes", N_("Themes"), lambda s, r: _tags(r, "themes"), words=lambda s, r: _named(s, _tags(r, "themes"))),
    Column("groups", N_("Groups"), lambda s, r: _tags(r, "groups"), words=lambda s, r: _named(s, _tags(r, "groups"))),
    Column("rights", N_("Rights"), lambda s, r: _tags(r, "rights")),
    Column("sdg", N_("SDG targets"), lambda s, r: _tags(r, "sdg")),
    Column("authorities", N_("Responsible authorities"), _authorities, ValueKind.TEXT),
    Column("same_demand", N_("Same demand"), lambda s, r: tuple(other.id for other in s.view.same_demand(r))),
    Column("uptake", N_("Uptake"), lambda s, r: tuple(f"{other.id}: {u.result.value}" for other, u in s.view.uptake_of(r)),
           words=lambda s, r: tuple(f"{other.id}: {s.label(u.result)}" for other, u in s.view.uptake_of(r))),
    Column("evidence", N_("Evidence"), _evidence),
    Column("evidence_count", N_("Number of evidence items"), lambda s, r: len(_evidence(s, r)), ValueKind.NUMBER),
    Column("recorded", N_("Recorded"), lambda s, r: r.recorded),
    Column("source_link", N_("Link to the source"), _source_link, ValueKind.LINK),
    Column("permalink", N_("Permanent link"), permalink, ValueKind.LINK),
)  # fmt: skip
"""Every column of the table of recommendations that can be asked for."""

DEFAULT_COLUMNS = (
    "id", "by", "body", "symbol", "paragraph", "made", "title", "summary", "status", "status_label", "direction",
    "assessed", "stale", "reason", "state_status", "state_reason", "grade", "claim_gap", "themes", "evidence_count", "permalink",
)  # fmt: skip
"""What an export holds when no columns are named."""

ASSESSMENT_COLUMNS: tuple[Column[ExportedAssessment], ...] = (
    Column("recommendation", N_("Recommendation"), lambda s, it: it[0].id),
    Column("title", N_("Title"), lambda s, it: _text(s, it[0].title), ValueKind.TEXT),
    Column("body", N_("Committee"), lambda s, it: _body(s, it[0]), words=lambda s, it: _body_code(s, it[0])),
    Column("part", N_("Part"), lambda s, it: it[1].part),
    Column("voice", N_("Voice"), lambda s, it: it[1].voice),
    Column("assessor", N_("Assessor"), lambda s, it: _text(s, it[1].assessor), ValueKind.TEXT),
    Column("status", N_("Status"), lambda s, it: it[1].status),
    Column("grade", N_("The committee's grade"), lambda s, it: it[1].grade, words=lambda s, it: _grade(s, it[1])),
    Column("direction", N_("Direction"), lambda s, it: it[1].direction),
    Column("date", N_("Date"), lambda s, it: it[1].date, ValueKind.DATE),
    Column("reason", N_("Reason for the assessment"), lambda s, it: _text(s, it[1].reason), ValueKind.LONG),
    Column("mark", N_("How sure we are"), lambda s, it: it[1].verification),
    Column("second_reader", N_("Awaiting a second reader"), lambda s, it: s.view.awaits_second_reader(it[1])),
    Column("source", N_("Source"), lambda s, it: _source(s, it[1]), ValueKind.TEXT),
    Column("source_link", N_("Link to the source"), lambda s, it: it[1].source.link if it[1].source else None, ValueKind.LINK),
    Column("evidence", N_("Evidence"), lambda s, it: tuple(e for e in it[1].evidence if e in s.view.evidence)),
    Column("recorded", N_("Recorded"), lambda s, it: it[1].recorded),
    Column("permalink", N_("Permanent link"), lambda s, it: permalink(s, it[0]), ValueKind.LINK),
)  # fmt: skip

EVIDENCE_COLUMNS: tuple[Column[Evidence], ...] = (
    Column("id", N_("Id"), lambda s, e: e.id),
    Column("kind", N_("Kind of source"), lambda s, e: e.kind),
    Column("publisher", N_("Publisher"), lambda s, e: e.publisher, ValueKind.TEXT),
    Column("title", N_("Title"), lambda s, e: _text(s, e.title), ValueKind.TEXT),
    Column("happened", N_("Happened"), lambda s, e: e.happened, ValueKind.DATE),
    Column("published", N_("Published"), lambda s, e: e.published, ValueKind.DATE),
    Column("summary", N_("Summary"), lambda s, e: _text(s, e.summary), ValueKind.LONG),
    Column("dimension", N_("Dimension"), lambda s, e: e.dimension),
    Column("mark", N_("How sure we are"), lambda s, e: e.verification),
    Column("bears_on", N_("Bears on"), lambda s, e: _bears_on(s, e, lambda code: code.value), words=lambda s, e: _bears_on(s, e, s.label)),
    Column("document", N_("Document"), lambda s, e: e.document, words=lambda s, e: _document(s, e.document)),
    Column("identifier", N_("Identifier"), lambda s, e: e.identifier),
    Column("themes", N_("Themes"), lambda s, e: _tags(e, "themes"), words=lambda s, e: _named(s, _tags(e, "themes"))),
    Column("link", N_("Link"), lambda s, e: e.link, ValueKind.LINK),
    Column("archived", N_("Archived copy"), lambda s, e: e.archived, ValueKind.LINK),
    Column("recorded", N_("Recorded"), lambda s, e: e.recorded),
)  # fmt: skip


def _source(s: RenderContext, a: Assessment) -> Value:
    if a.source is None:
        return None
    named = _document(s, a.source.document)
    where = f"{named}, {a.source.paragraph}" if named and a.source.paragraph else named
    return tuple(part for part in (where, a.source.publisher) if part)


def _bears_on(s: RenderContext, e: Evidence, said: Callable[[StrEnum], str]) -> Value:
    return tuple(
        f"{b.recommendation}: {said(b.effect)}" for b in e.relevant_to if b.recommendation in s.view.recommendations
    )
