"""What somebody typed into the form, as records; and what is missing, in sentences for that person."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from tracker.i18n import Language
from tracker.model import partial_dates
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant, strip_bidi_controls
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Source
from tracker.model.vocabulary import Dimension, Direction, EvidenceEffect, EvidenceKind, Status, Verification, Voice

UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udfff]")
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class NewEvidence:
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
class Draft:
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
    new: NewEvidence | None = None


def missing(draft: Draft, _: Language, implemented: str) -> list[str]:
    """What stands in the way of recording it, as sentences; `implemented` is the dataset's word for that status."""
    return [*_missing_in_assessment(draft, _, implemented), *(_missing_in_evidence(draft.new, _) if draft.new else ())]


def _missing_in_assessment(draft: Draft, _: Language, implemented: str) -> Iterator[str]:
    if draft.voice is Voice.CIVIL_SOCIETY and draft.status is None:
        yield _("Choose a status.")
    if draft.voice is Voice.COMMITTEE and not draft.grade.strip():
        yield _("Give the committee's grade, or say that the paragraph was not selected for follow-up.")
    if not draft.reason.strip():
        yield _("An assessment needs a reason: say in a sentence what it rests on.")
    if draft.status is Status.IMPLEMENTED and draft.voice is Voice.CIVIL_SOCIETY and not (draft.evidence or draft.new):
        yield _("“{status}” needs evidence: choose at least one item, or add one.", status=implemented)
    yield from wrong_date(draft.date, _("Date"), _, needed=True)


def _missing_in_evidence(new: NewEvidence, _: Language) -> Iterator[str]:
    for value, sentence in (
        (new.publisher, _("The new evidence needs a publisher: who says it?")),
        (new.summary, _("The new evidence needs a summary in your own words.")),
    ):
        if not value.strip():
            yield sentence
    if new.link.strip() and not LINK.fullmatch(new.link.strip()):
        yield _("The link does not look like a web address: it starts with https:// or http://.")
    yield from wrong_date(new.happened, _("When it happened"), _)
    yield from wrong_date(new.published, _("When it was published"), _)


def wrong_date(known: str, name: str, _: Language, *, needed: bool = False) -> Iterator[str]:
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


def said(text: str, _: Language) -> dict[str, TextVariant]:
    """A typed text as a wording in the language of the person who typed it."""
    return {DEFAULT_LANGUAGE if _.code == _.main else _.code: TextVariant(text=clean(text))}


def clean(text: str) -> str:
    """A text as it was typed or pasted, without the control characters that other programs leave in it."""
    lines = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return UNSEEN.sub(" ", strip_bidi_controls(lines)).strip()


def assessment(draft: Draft, _: Language, new_id: str | None = None) -> Assessment:
    """The assessment of a draft in which nothing is missing."""
    of_committee = draft.voice is Voice.COMMITTEE
    return Assessment(
        voice=draft.voice,
        assessor=said(draft.assessor, _) if draft.assessor.strip() else None,
        part=draft.part,
        status=None if of_committee else draft.status,
        grade=draft.grade.strip() if of_committee else None,
        direction=draft.direction,
        date=draft.date.strip(),
        reason=said(draft.reason, _),
        source=Source(document=draft.document) if draft.document else None,
        verification=draft.verification,
        evidence=draft.evidence + ((new_id,) if new_id else ()),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft as it would be shown, however little of it is there."""

    voice: Voice
    status: Status | None
    grade: str
    direction: Direction | None
    date: str
    reason: Mapping[str, TextVariant]


def preview(draft: Draft, _: Language) -> Preview:
    """What somebody typed so far, to be set beside what is recorded."""
    day = "" if list(wrong_date(draft.date, "", _)) else draft.date.strip()
    reason = said(draft.reason, _) if draft.reason.strip() else {}
    return Preview(draft.voice, draft.status, draft.grade, draft.direction, day, reason)


def evidence(new: NewEvidence, r: Recommendation, taken: Collection[str], _: Language) -> Evidence:
    """The new evidence item of a draft in which nothing is missing, bearing on the recommendation."""
    return Evidence(
        id=proposed_id(new, taken),
        kind=new.kind,
        publisher=clean(new.publisher),
        title=said(new.title, _) if new.title.strip() else None,
        happened=new.happened.strip() or None,
        published=new.published.strip() or None,
        summary=said(new.summary, _),
        dimension=new.dimension,
        verification=Verification.REPORTED,
        link=new.link.strip() or None,
        relevant_to=(EvidenceLink(recommendation=r.id, effect=new.direction),),
    )


def proposed_id(new: NewEvidence, taken: Collection[str]) -> str:
    """A free id from the publisher and the year."""
    words = f"{new.publisher} {year(new.published or new.happened)}"
    name = "-".join(re.findall(r"[a-z0-9]+", words.casefold()))[:60].strip("-")
    name = name if re.search("[a-z]", name) else f"evidence-{name}".strip("-")
    return next(i for i in (name, *(f"{name}-{n}" for n in range(2, 10_000))) if i not in taken)


def year(known: str) -> str:
    """The last year that a date names, however far it is typed; empty without one."""
    years: list[str] = re.findall(r"(?<!\d)\d{4}(?!\d)", known)
    return years[-1] if years else ""


def added(r: Recommendation, version: str, new: Assessment) -> Recommendation:
    """The recommendation with one more assessment, as an edit of the version that the form was opened on."""
    return replace(r, version=version, assessments=(*r.assessments, new))
