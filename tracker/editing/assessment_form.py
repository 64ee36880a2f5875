"""The assessment form: validate what was typed, and turn it into an assessment and new evidence."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.editing.form_values import free_id
from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant, clean_input
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Source
from tracker.model.vocabulary import (
    Direction,
    EvidenceDimension,
    EvidenceEffect,
    EvidenceKind,
    Status,
    Verification,
    Voice,
)

URL_PATTERN = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class NewEvidenceForm:
    """The fields of an evidence item that is added together with an assessment."""

    kind: EvidenceKind = EvidenceKind.NEWS
    publisher: str = ""
    title: str = ""
    summary: str = ""
    link: str = ""
    happened: str = ""
    published: str = ""
    dimension: EvidenceDimension = EvidenceDimension.PRACTICE
    effect: EvidenceEffect = EvidenceEffect.CONTEXT


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """What is typed in the assessment form.

    `evidence` lists the ids of recorded evidence that the assessment cites. `new` is an evidence item to add with the
    assessment.
    """

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


def validate_assessment_form(form: AssessmentForm, language: Language, implemented: str) -> list[str]:
    """Return what is missing or wrong, as translated sentences; empty if the form can be saved.

    `implemented` is the dataset's label for the status "implemented".
    """
    return [
        *_assessment_errors(form, language, implemented),
        *(_evidence_errors(form.new, language) if form.new else ()),
    ]


def _assessment_errors(form: AssessmentForm, language: Language, implemented: str) -> Iterator[str]:
    _ = language.gettext
    if form.voice is Voice.CIVIL_SOCIETY and form.status is None:
        yield _("Choose a status.")
    if form.voice is Voice.COMMITTEE and not form.grade.strip():
        yield _("Give the committee's grade, or say that the paragraph was not selected for follow-up.")
    if not form.reason.strip():
        yield _("An assessment needs a reason: say in a sentence what it rests on.")
    if form.status is Status.IMPLEMENTED and form.voice is Voice.CIVIL_SOCIETY and not (form.evidence or form.new):
        yield _("“{status}” needs evidence: choose at least one item, or add one.", status=implemented)
    yield from date_errors(form.date, _("Date"), language, needed=True)


def _evidence_errors(new: NewEvidenceForm, language: Language) -> Iterator[str]:
    _ = language.gettext
    for value, message in (
        (new.publisher, _("The new evidence needs a publisher: who says it?")),
        (new.summary, _("The new evidence needs a summary in your own words.")),
    ):
        if not value.strip():
            yield message
    if new.link.strip() and not URL_PATTERN.fullmatch(new.link.strip()):
        yield _("The link does not look like a web address: it starts with https:// or http://.")
    yield from date_errors(new.happened, _("When it happened"), language)
    yield from date_errors(new.published, _("When it was published"), language)


def date_errors(date: str, label: str, language: Language, *, needed: bool = False) -> Iterator[str]:
    """Yield a translated sentence if the typed `date` is not valid.

    If `needed` is True, yield one also for an empty date. The sentence names the field by its `label`.
    """
    _ = language.gettext
    if not date.strip():
        if needed:
            yield _("{field}: write a date, such as 2026-03-18, 2026-03 or 2026.", field=label)
        return
    try:
        partial_dates.date_range(date.strip())
    except ValueError:
        yield _(
            "{field}: “{value}” is not a date. Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period.",
            field=label,
            value=date.strip()[:40],
        )


def text_from_input(text: str, language: Language) -> dict[str, TextVariant]:
    """Return `text` as a mapping language code → text, with one entry: the language of the person who typed it."""
    return {
        NO_LANGUAGE_CODE if language.code == language.default else language.code: TextVariant(text=clean_input(text))
    }


def assessment_from_form(form: AssessmentForm, language: Language, new_id: str | None = None) -> Assessment:
    """Return the assessment that a valid form describes.

    `new_id` is the id of the evidence item that is added with the assessment, None if there is no such item.
    """
    is_committee = form.voice is Voice.COMMITTEE
    return Assessment(
        voice=form.voice,
        assessor=text_from_input(form.assessor, language) if form.assessor.strip() else None,
        part=form.part,
        status=None if is_committee else form.status,
        grade=form.grade.strip() if is_committee else None,
        direction=form.direction,
        date=form.date.strip(),
        reason=text_from_input(form.reason, language),
        source=Source(document=form.document) if form.document else None,
        verification=form.verification,
        evidence=form.evidence + ((new_id,) if new_id else ()),
    )


@dataclass(frozen=True, slots=True)
class AssessmentPreview:
    """The values of a form that may be incomplete. The page shows these values beside the recorded assessments."""

    voice: Voice
    status: Status | None
    grade: str
    direction: Direction | None
    date: str
    reason: Mapping[str, TextVariant]


def preview_assessment(form: AssessmentForm, language: Language) -> AssessmentPreview:
    """Return a preview of what was typed so far. If the typed date is not valid, the preview has "" as its date."""
    date = "" if list(date_errors(form.date, "", language)) else form.date.strip()
    reason = text_from_input(form.reason, language) if form.reason.strip() else {}
    return AssessmentPreview(
        voice=form.voice,
        status=form.status,
        grade=form.grade,
        direction=form.direction,
        date=date,
        reason=reason,
    )


def evidence_from_form(new: NewEvidenceForm, r: Recommendation, taken: Collection[str], language: Language) -> Evidence:
    """Return the new evidence item that a valid form describes, linked to the recommendation `r`.

    `taken` are the evidence ids that exist already.
    """
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
        relevant_to=(EvidenceLink(recommendation=r.id, effect=new.effect),),
    )


def suggest_evidence_id(new: NewEvidenceForm, taken: Collection[str]) -> str:
    """Return an evidence id that is not in `taken`, made from the publisher and a year.

    The year is that of publication. If the date of publication is not typed, the year is that of the event.
    """
    source = f"{new.publisher} {partial_dates.last_year(new.published or new.happened)}"
    return free_id(source if re.search("[a-z]", source.casefold()) else f"evidence {source}", taken)


def add_assessment(r: Recommendation, version: str, new: Assessment) -> Recommendation:
    """Return the recommendation `r` with the assessment `new` added.

    `version` is the version of `r` on which the form was opened. With this version, the save can find out whether the
    record has changed since.
    """
    return replace(r, version=version, assessments=(*r.assessments, new))
