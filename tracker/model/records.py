"""The records that people edit: recommendations with their assessments, and evidence."""

from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model import vocabulary as codes
from tracker.model.attached_files import AttachedFile
from tracker.model.events import Event
from tracker.model.field_types import Handle, Id, PartialDate, ShortText, Timestamp, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LanguageCode, Line, LocalizedText
from tracker.model.organisations import Privacy


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Source:
    """The source of a statement: a document that is listed in documents.yaml, or a publisher with a link.

    `document` is the id of the listed document. `cited_by` is the id of another document, which cites the source.
    """

    document: Id | None = None
    paragraph: ShortText | None = None
    publisher: Line | None = None
    link: Url | None = None
    date: PartialDate | None = None
    cited_by: Id | None = None
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Authority:
    """A responsible authority and its role: leading or contributing."""

    name: LocalizedText
    role: codes.AuthorityRole = codes.AuthorityRole.LEAD


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TagSet:
    """Tags, and who assigned them.

    `themes` and `groups` are ids of terms in tracker.yaml. A right is written like "ICESCR art. 12".
    """

    tagged_by: codes.TagSource
    themes: tuple[Id, ...] = ()
    rights: tuple[ShortText, ...] = ()
    groups: tuple[Id, ...] = ()
    sdg: tuple[ShortText, ...] = ()
    authorities: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Revision:
    """One edit of one field of a record.

    `field` is the name of the field. For a text of a recorded item, it is a path such as
    "assessments/2026-01-31T12:00:00.000000Z/reason". `old` is the value of the field before the edit, written as YAML,
    or None if the record did not have the field. `still_right` are the languages whose translations the editor
    confirmed, although the wording in another language changed. If the edit changed no value, the editor only
    confirmed these translations.
    """

    recorded: Timestamp
    recorded_by: Handle
    recorded_for: Id | None = None
    reason: Line
    field: Line
    old: Annotated[str, StringConstraints(max_length=100_000)] | None = None
    still_right: tuple[LanguageCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Assessment:
    """A dated statement by one voice about how far a recommendation is implemented.

    An assessment is never overwritten. `organisation` is the id of the organisation that made it; the State and
    committees have none. `assessor` says who spoke for the State or for a committee. `part` is the id of the assessed
    part, or None for the whole recommendation.

    `scope` is for grades only. It names the parts that the grade is for, as the committee prints them, such as
    "(a), (b) and (e)". "2" is the second of several parts without letters. If the committee prints no parts, `scope`
    is None, and the grade is for `part`.
    """

    voice: codes.Voice
    organisation: Id | None = None
    assessor: LocalizedText | None = None
    part: ShortText | None = None
    scope: ShortText | None = None
    status: codes.Status | None = None
    grade: ShortText | None = None
    direction: codes.Direction | None = None
    date: PartialDate
    reason: LocalizedText
    source: Source | None = None
    verification: codes.Verification = codes.Verification.TO_CHECK
    evidence: tuple[Id, ...] = ()
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Part:
    """A part of a recommendation. `id` is its letter, such as "a"; the first part without a letter has the id "1"."""

    id: ShortText
    summary: LocalizedText

    @property
    def label(self) -> str:
        """Return what is printed before the part: "(a)", or "1." if it has no letter."""
        return f"{self.id}." if self.id.isdigit() else f"({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class SameDemand:
    """Another recommendation that asks for the same thing, as the organisation `recorded_for` judges, or the tracker's editors.

    `recommendation` is the id of the other recommendation. `extent` says whether the two ask for the same in whole or
    in part. It is None if nobody has decided this.
    """

    recommendation: Id
    extent: codes.DemandExtent | None = None
    note: LocalizedText | None = None
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Uptake:
    """Whether a committee's recommendation takes up an earlier recommendation by civil society.

    `recommendation` is the id of the earlier recommendation. `result` compares only the wording of the two
    recommendations. It does not mean that one caused the other.
    """

    recommendation: Id
    result: codes.UptakeResult
    note: LocalizedText | None = None
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Recommendation:
    """A recommendation to a State.

    It comes from a committee (in concluding observations) or from civil society (in an alternative report). In the
    Universal Periodic Review, it comes from `recommending_states`, and `response` is the answer of the State under
    review. `document` is the id of the document that contains the recommendation. `closing` is the quoted text after
    the parts, which belongs to all of them. `parts_read` says which parts of this document were read. `version` is a hash of the file of the record: it changes with every change of the file.
    """

    id: Id
    version: str = ""
    issued_by: codes.Issuer
    document: Id
    paragraph: ShortText | None = None
    title: LocalizedText
    text: LocalizedText | None = None
    summary: LocalizedText
    verification: codes.Verification
    parts_read: LocalizedText | None = None
    source: Source
    parts: tuple[Part, ...] = ()
    closing: LocalizedText | None = None
    expected_action: LocalizedText | None = None
    recommending_states: tuple[Line, ...] = ()
    response: codes.StateResponse | None = None
    tags: tuple[TagSet, ...] = ()
    same_demand: tuple[SameDemand, ...] = ()
    uptake: tuple[Uptake, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()
    history: tuple[Revision, ...] = ()

    @property
    def quotation(self) -> tuple[tuple[str, LocalizedText], ...]:
        """Return (label or "", text) of the opening, the parts and the closing text, in order; () if nothing is quoted."""
        if not self.text:
            return ()
        # parts that are all in our own words only tell again what the text says, unless it leads to a list
        origins = {wording.origin for part in self.parts for wording in part.summary.values()}
        is_list = not origins.isdisjoint(codes.QUOTED_ORIGINS) or next(iter(self.text.values())).text.endswith(":")
        parts = [(part.label, part.summary) for part in self.parts if is_list]
        return (("", self.text), *parts, *([("", self.closing)] if self.closing else []))


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class EvidenceLink:
    """A link from an evidence item to a recommendation.

    `effect` is what the evidence suggests about the recommendation: progress, setback or context, as the organisation
    `recorded_for` judges, or the owner of the evidence.
    """

    recommendation: Id
    part: ShortText | None = None
    effect: codes.EvidenceEffect
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Evidence:
    """An item of evidence, such as a report or a law, and the recommendations to which it is relevant.

    If there are no such recommendations yet, the themes in `tags` say what the evidence is about. `private` names the
    owner of private evidence. It is None for public evidence.
    """

    id: Id
    version: str = ""
    kind: codes.EvidenceKind
    publisher: Line
    title: LocalizedText | None = None
    happened: PartialDate | None = None
    published: PartialDate | None = None
    summary: LocalizedText
    dimension: codes.EvidenceDimension
    verification: codes.Verification
    document: Id | None = None
    link: Url | None = None
    archived: Url | None = None
    identifier: Line | None = None
    relevant_to: tuple[EvidenceLink, ...] = ()
    files: tuple[AttachedFile, ...] = ()
    tags: tuple[TagSet, ...] = ()
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()
    private: Privacy | None = None
    history: tuple[Revision, ...] = ()
