"""The columns of the three exported tables: recommendations, assessments, evidence."""

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
"""One row of the assessments table: the recommendation, and the assessment of it."""


def _text(context: RenderContext, text: Mapping[str, TextVariant] | None) -> str | None:
    return context.language.resolve(text).text if text else None


def _latest(
    voice: Voice, value: Callable[[RenderContext, Assessment], Value]
) -> Callable[[RenderContext, Recommendation], Value]:
    """Return a function for a column: it returns `value` of the latest assessment by a voice.

    The function returns None if the voice has not assessed the recommendation.
    """
    return lambda context, r: value(context, a) if (a := context.view.latest(r, voice)) else None


def _civil_society(
    value: Callable[[RenderContext, Assessment], Value],
) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.CIVIL_SOCIETY, value)


def _state(value: Callable[[RenderContext, Assessment], Value]) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.STATE, value)


def _committee(
    value: Callable[[RenderContext, Assessment], Value],
) -> Callable[[RenderContext, Recommendation], Value]:
    return _latest(Voice.COMMITTEE, value)


def _grade(context: RenderContext, a: Assessment) -> Value:
    return context.language.gettext("not selected for follow-up") if a.grade == NOT_SELECTED else a.grade


def _body(context: RenderContext, r: Recommendation) -> Value:
    return body.id if (body := context.view.body_of(r)) else None


def _body_code(context: RenderContext, r: Recommendation) -> Value:
    return body.code if (body := context.view.body_of(r)) else None


def _document_name(context: RenderContext, document_id: str | None) -> str | None:
    """Return the symbol of a document, or its title if it has no symbol.

    If the view does not contain the document, return `document_id`.
    """
    document = context.view.document(document_id)
    return (document.symbol or _text(context, document.title)) if document else document_id


def _issuer_name(context: RenderContext, r: Recommendation) -> Value:
    document = context.view.document(r.document)
    if r.issued_by is Issuer.CIVIL_SOCIETY:
        return document.authors if document else None
    return _text(context, body.name) if (body := context.view.body_of(r)) else None


def _tags(r: Recommendation | Evidence, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tagging in r.tags for tag in getattr(tagging, name)))


def _term_labels(context: RenderContext, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(context.term_label, codes))


def _authorities(context: RenderContext, r: Recommendation) -> Value:
    names = (f"{_text(context, a.name)} ({context.label(a.role)})" for tagging in r.tags for a in tagging.authorities)
    return tuple(dict.fromkeys(names))


def _parts(context: RenderContext, r: Recommendation) -> Value:
    return "\n".join(f"({part.id}) {_text(context, part.summary)}" for part in r.parts) or None


def _evidence(context: RenderContext, r: Recommendation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.id for e, _ in context.view.evidence_for(r)))


def _source_link(context: RenderContext, r: Recommendation) -> Value:
    document = context.view.document(r.document)
    return r.source.link or (document.link if document else None)


def permalink(context: RenderContext, r: Recommendation) -> str:
    """Return the link to a recommendation's card, with the language and the past dates of the view."""
    return context.link(f"/r/{r.id}")


RECOMMENDATION_COLUMNS: tuple[Column[Recommendation], ...] = (
    Column("id", N_("Id"), lambda context, r: r.id),
    Column("by", N_("Who asks"), lambda context, r: r.issued_by),
    Column("asker", N_("Asked by"), _issuer_name, kind=ValueKind.TEXT),
    Column("body", N_("Committee"), _body, words=_body_code),
    Column(
        "document",
        N_("Document"),
        lambda context, r: r.document,
        words=lambda context, r: _document_name(context, r.document),
    ),
    Column("symbol", N_("Symbol"), lambda context, r: d.symbol if (d := context.view.document(r.document)) else None),
    Column("paragraph", N_("Paragraph"), lambda context, r: r.paragraph),
    Column(
        "made",
        N_("Date of the document"),
        lambda context, r: effective_date(d) if (d := context.view.document(r.document)) else None,
        kind=ValueKind.DATE,
    ),
    Column("title", N_("Title"), lambda context, r: _text(context, r.title), kind=ValueKind.TEXT),
    Column("summary", N_("Summary"), lambda context, r: _text(context, r.summary), kind=ValueKind.LONG),
    Column("text", N_("Text as quoted"), lambda context, r: _text(context, r.text), kind=ValueKind.LONG),
    Column("parts", N_("Its parts"), _parts, kind=ValueKind.LONG),
    Column("mark", N_("How sure we are"), lambda context, r: r.verification),
    Column("status", N_("Status"), lambda context, r: context.view.status(r)),
    Column("status_label", N_("Status in words"), lambda context, r: context.label(context.view.status(r))),
    Column("direction", N_("Direction"), _civil_society(lambda context, a: a.direction)),
    Column("assessed", N_("Assessed"), _civil_society(lambda context, a: a.date), kind=ValueKind.DATE),
    Column("checked", N_("Last checked"), lambda context, r: context.view.last_checked(r), kind=ValueKind.DATE),
    Column(
        "stale",
        N_("Assessment out of date"),
        lambda context, r: context.view.is_stale(r) if context.view.last_checked(r) else None,
    ),
    Column(
        "second_reader",
        N_("Awaiting a second reader"),
        _civil_society(lambda context, a: context.view.awaits_second_reader(a)),
    ),
    Column(
        "assessor", N_("Assessor"), _civil_society(lambda context, a: _text(context, a.assessor)), kind=ValueKind.TEXT
    ),
    Column(
        "reason",
        N_("Reason for the assessment"),
        _civil_society(lambda context, a: _text(context, a.reason)),
        kind=ValueKind.LONG,
    ),
    Column("state_status", N_("The State's claim, as coded"), _state(lambda context, a: a.status)),
    Column(
        "state_reason",
        N_("What the State says"),
        _state(lambda context, a: _text(context, a.reason)),
        kind=ValueKind.LONG,
    ),
    Column("state_date", N_("Date of the State's claim"), _state(lambda context, a: a.date), kind=ValueKind.DATE),
    Column("grade", N_("The committee's grade"), _committee(lambda context, a: a.grade), words=_committee(_grade)),
    Column("grade_date", N_("Date of the grade"), _committee(lambda context, a: a.date), kind=ValueKind.DATE),
    Column("claim_gap", N_("Claim gap, in steps"), lambda context, r: context.view.claim_gap(r), kind=ValueKind.NUMBER),
    Column(
        "themes",
        N_("Themes"),
        lambda context, r: _tags(r, "themes"),
        words=lambda context, r: _term_labels(context, _tags(r, "themes")),
    ),
    Column(
        "groups",
        N_("Groups"),
        lambda context, r: _tags(r, "groups"),
        words=lambda context, r: _term_labels(context, _tags(r, "groups")),
    ),
    Column("rights", N_("Rights"), lambda context, r: _tags(r, "rights")),
    Column("sdg", N_("SDG targets"), lambda context, r: _tags(r, "sdg")),
    Column("authorities", N_("Responsible authorities"), _authorities, kind=ValueKind.TEXT),
    Column(
        "same_demand", N_("Same demand"), lambda context, r: tuple(other.id for other in context.view.same_demand(r))
    ),
    Column(
        "uptake",
        N_("Uptake"),
        lambda context, r: tuple(f"{other.id}: {u.result.value}" for other, u in context.view.uptake_of(r)),
        words=lambda context, r: tuple(
            f"{other.id}: {context.label(u.result)}" for other, u in context.view.uptake_of(r)
        ),
    ),
    Column("evidence", N_("Evidence"), _evidence),
    Column(
        "evidence_count",
        N_("Number of evidence items"),
        lambda context, r: len(_evidence(context, r)),
        kind=ValueKind.NUMBER,
    ),
    Column("recorded", N_("Recorded"), lambda context, r: r.recorded),
    Column("source_link", N_("Link to the source"), _source_link, kind=ValueKind.LINK),
    Column("permalink", N_("Permanent link"), permalink, kind=ValueKind.LINK),
)
"""All columns of the recommendations table, in the order of a table that has all of them."""

DEFAULT_COLUMNS = (
    "id",
    "by",
    "body",
    "symbol",
    "paragraph",
    "made",
    "title",
    "summary",
    "status",
    "status_label",
    "direction",
    "assessed",
    "stale",
    "reason",
    "state_status",
    "state_reason",
    "grade",
    "claim_gap",
    "themes",
    "evidence_count",
    "permalink",
)
"""The codes of the columns that an export has if the request does not choose any."""

ASSESSMENT_COLUMNS: tuple[Column[ExportedAssessment], ...] = (
    Column("recommendation", N_("Recommendation"), lambda context, pair: pair[0].id),
    Column("title", N_("Title"), lambda context, pair: _text(context, pair[0].title), kind=ValueKind.TEXT),
    Column(
        "body",
        N_("Committee"),
        lambda context, pair: _body(context, pair[0]),
        words=lambda context, pair: _body_code(context, pair[0]),
    ),
    Column("part", N_("Part"), lambda context, pair: pair[1].part),
    Column("voice", N_("Voice"), lambda context, pair: pair[1].voice),
    Column("assessor", N_("Assessor"), lambda context, pair: _text(context, pair[1].assessor), kind=ValueKind.TEXT),
    Column("status", N_("Status"), lambda context, pair: pair[1].status),
    Column(
        "grade",
        N_("The committee's grade"),
        lambda context, pair: pair[1].grade,
        words=lambda context, pair: _grade(context, pair[1]),
    ),
    Column("direction", N_("Direction"), lambda context, pair: pair[1].direction),
    Column("date", N_("Date"), lambda context, pair: pair[1].date, kind=ValueKind.DATE),
    Column(
        "reason",
        N_("Reason for the assessment"),
        lambda context, pair: _text(context, pair[1].reason),
        kind=ValueKind.LONG,
    ),
    Column("mark", N_("How sure we are"), lambda context, pair: pair[1].verification),
    Column(
        "second_reader",
        N_("Awaiting a second reader"),
        lambda context, pair: context.view.awaits_second_reader(pair[1]),
    ),
    Column("source", N_("Source"), lambda context, pair: _source(context, pair[1]), kind=ValueKind.TEXT),
    Column(
        "source_link",
        N_("Link to the source"),
        lambda context, pair: pair[1].source.link if pair[1].source else None,
        kind=ValueKind.LINK,
    ),
    Column(
        "evidence",
        N_("Evidence"),
        lambda context, pair: tuple(e for e in pair[1].evidence if e in context.view.evidence),
    ),
    Column("recorded", N_("Recorded"), lambda context, pair: pair[1].recorded),
    Column("permalink", N_("Permanent link"), lambda context, pair: permalink(context, pair[0]), kind=ValueKind.LINK),
)

EVIDENCE_COLUMNS: tuple[Column[Evidence], ...] = (
    Column("id", N_("Id"), lambda context, e: e.id),
    Column("kind", N_("Kind of source"), lambda context, e: e.kind),
    Column("publisher", N_("Publisher"), lambda context, e: e.publisher, kind=ValueKind.TEXT),
    Column("title", N_("Title"), lambda context, e: _text(context, e.title), kind=ValueKind.TEXT),
    Column("happened", N_("Happened"), lambda context, e: e.happened, kind=ValueKind.DATE),
    Column("published", N_("Published"), lambda context, e: e.published, kind=ValueKind.DATE),
    Column("summary", N_("Summary"), lambda context, e: _text(context, e.summary), kind=ValueKind.LONG),
    Column("dimension", N_("Dimension"), lambda context, e: e.dimension),
    Column("mark", N_("How sure we are"), lambda context, e: e.verification),
    Column(
        "bears_on",
        N_("Bears on"),
        lambda context, e: _relevant_to(context, e, lambda code: code.value),
        words=lambda context, e: _relevant_to(context, e, context.label),
    ),
    Column(
        "document",
        N_("Document"),
        lambda context, e: e.document,
        words=lambda context, e: _document_name(context, e.document),
    ),
    Column("identifier", N_("Identifier"), lambda context, e: e.identifier),
    Column(
        "themes",
        N_("Themes"),
        lambda context, e: _tags(e, "themes"),
        words=lambda context, e: _term_labels(context, _tags(e, "themes")),
    ),
    Column("link", N_("Link"), lambda context, e: e.link, kind=ValueKind.LINK),
    Column("archived", N_("Archived copy"), lambda context, e: e.archived, kind=ValueKind.LINK),
    Column("recorded", N_("Recorded"), lambda context, e: e.recorded),
)


def _source(context: RenderContext, a: Assessment) -> Value:
    if a.source is None:
        return None
    name = _document_name(context, a.source.document)
    place = f"{name}, {a.source.paragraph}" if name and a.source.paragraph else name
    return tuple(part for part in (place, a.source.publisher) if part)


def _relevant_to(context: RenderContext, e: Evidence, label: Callable[[StrEnum], str]) -> Value:
    return tuple(
        f"{link.recommendation}: {label(link.effect)}"
        for link in e.relevant_to
        if link.recommendation in context.view.recommendations
    )
