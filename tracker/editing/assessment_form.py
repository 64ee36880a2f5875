"""What somebody typed into the form, as records; and what is missing, in sentences for that person."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant, clean_input
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Source
from tracker.model.vocabulary import Dimension, Direction, EvidenceEffect, EvidenceKind, Status, Verification, Voice

URL_PATTERN = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class NewEvidenceForm:
    """The fields of an evidence item that is added on the spot."""

    kind: EvidenceKind = EvidenceKind.NEWS
    publisher: str = ""
    title: str = ""
    summary: str = ""
    link: str = ""
    happened: str = ""
    published: str = ""
    dimension: Dimension = Dimension.PRACTICE
    direction: EvidenceEffect = EvidenceEffect.CONTEXT


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """The fields of the form."""

    voice: Voice = Voice.CIVIL_SOCIETY
    assessor: str = ""
    part: str | None = None
    status: Status | None = None
    grade: str = ""
    direction: Direction | None = None
    date: str = ""
    reason: str = ""
    document: str | None = None
    verification: Verification = Verification.SEEN
    evidence: tuple[str, ...] = ()
    new: NewEvidenceForm | None = None


def validate_assessment_form(draft: AssessmentForm, language: Language, implemented: str) -> list[str]:
    """What stands in the way of recording it, as sentences; `implemented` is the dataset's word for that status."""
    return [
        *_missing_in_assessment(draft, language, implemented),
        *(_missing_in_evidence(draft.new, language) if draft.new else ()),
    ]


def _missing_in_assessment(draft: AssessmentForm, language: Language, implemented: str) -> Iterator[str]:
    _ = language.gettext
    if draft.voice is Voice.CIVIL_SOCIETY and draft.status is None:
        yield _("Choose a status.")
    if draft.voice is Voice.COMMITTEE and not draft.grade.strip():
        yield _("Give the committee's grade, or say that the paragraph was not selected for follow-up.")
    if not draft.reason.strip():
        yield _("An assessment needs a reason: say in a sentence what it rests on.")
    if draft.status is Status.IMPLEMENTED and draft.voice is Voice.CIVIL_SOCIETY and not (draft.evidence or draft.new):
        yield _("“{status}” needs evidence: choose at least one item, or add one.", status=implemented)
    yield from date_errors(draft.date, _("Date"), language, needed=True)


def _missing_in_evidence(new: NewEvidenceForm, language: Language) -> Iterator[str]:
    _ = language.gettext
    for value, sentence in (
        (new.publisher, _("The new evidence needs a publisher: who says it?")),
        (new.summary, _("The new evidence needs a summary in your own words.")),
    ):
        if not value.strip():
            yield sentence
    if new.link.strip() and not URL_PATTERN.fullmatch(new.link.strip()):
        yield _("The link does not look like a web address: it starts with https:// or http://.")
    yield from date_errors(new.happened, _("When it happened"), language)
    yield from date_errors(new.published, _("When it was published"), language)


def date_errors(known: str, name: str, language: Language, *, needed: bool = False) -> Iterator[str]:
    _ = language.gettext
    if not known.strip():
        if needed:
            yield _("{field}: write a date, such as 2026-03-18, 2026-03 or 2026.", field=name)
        return
    try:
        partial_dates.date_range(known.strip())
    except ValueError:
        yield _(
            "{field}: “{value}” is not a date. Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period.",
            field=name,
            value=known.strip()[:40],
        )


def text_from_input(text: str, language: Language) -> dict[str, TextVariant]:
    """A typed text as a wording in the language of the person who typed it."""
    return {
        DEFAULT_LANGUAGE if language.code == language.default else language.code: TextVariant(text=clean_input(text))
    }


def assessment_from_form(draft: AssessmentForm, language: Language, new_id: str | None = None) -> Assessment:
    """The assessment of a draft in which nothing is missing."""
    of_committee = draft.voice is Voice.COMMITTEE
    return Assessment(
        voice=draft.voice,
        assessor=text_from_input(draft.assessor, language) if draft.assessor.strip() else None,
        part=draft.part,
        status=None if of_committee else draft.status,
        grade=draft.grade.strip() if of_committee else None,
        direction=draft.direction,
        date=draft.date.strip(),
        reason=text_from_input(draft.reason, language),
        source=Source(document=draft.document) if draft.document else None,
        verification=draft.verification,
        evidence=draft.evidence + ((new_id,) if new_id else ()),
    )


@dataclass(frozen=True, slots=True)
class AssessmentPreview:
    """A draft as it would be shown, however little of it is there."""

    voice: Voice
    status: Status | None
    grade: str
    direction: Direction | None
    date: str
    reason: Mapping[str, TextVariant]


def preview_assessment(draft: AssessmentForm, language: Language) -> AssessmentPreview:
    """What somebody typed so far, to be set beside what is recorded."""
    day = "" if list(date_errors(draft.date, "", language)) else draft.date.strip()
    reason = text_from_input(draft.reason, language) if draft.reason.strip() else {}
    return AssessmentPreview(draft.voice, draft.status, draft.grade, draft.direction, day, reason)


def evidence_from_form(new: NewEvidenceForm, r: Recommendation, taken: Collection[str], language: Language) -> Evidence:
    """The new evidence item of a draft in which nothing is missing, bearing on the recommendation."""
    return Evidence(
        id=suggest_evidence_id(new, taken),
        kind=new.kind,
        publisher=clean_input(new.publisher),
        title=text_from_input(new.title, language) if new.title.strip() else None,
        happened=new.happened.strip() or None,
        published=new.published.strip() or None,
        summary=text_from_input(new.summary, language),
        dimension=new.dimension,
        verification=Verification.REPORTED,
        link=new.link.strip() or None,
        relevant_to=(EvidenceLink(recommendation=r.id, effect=new.direction),),
    )


def suggest_evidence_id(new: NewEvidenceForm, taken: Collection[str]) -> str:
    """A free id from the publisher and the year."""
    words = f"{new.publisher} {first_year_of(new.published or new.happened)}"
    name = "-".join(re.findall(r"[a-z0-9]+", words.casefold()))[:60].strip("-")
    name = name if re.search("[a-z]", name) else f"evidence-{name}".strip("-")
    return next(i for i in (name, *(f"{name}-{n}" for n in range(2, 10_000))) if i not in taken)


def first_year_of(known: str) -> str:
    """The last year that a date names, however far it is typed; empty without one."""
    years: list[str] = re.findall(r"(?<!\d)\d{4}(?!\d)", known)
    return years[-1] if years else ""


def add_assessment(r: Recommendation, version: str, new: Assessment) -> Recommendation:
    """The recommendation with one more assessment, as an edit of the version that the form was opened on."""
    return replace(r, version=version, assessments=(*r.assessments, new))
