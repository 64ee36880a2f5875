"""Treaty bodies, documents and the settings of the dataset."""

from dataclasses import field
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model import vocabulary as codes
from tracker.model.attached_files import AttachedFile
from tracker.model.events import Event
from tracker.model.field_types import Handle, Id, PartialDate, ShortText, Timestamp, TimeZoneName, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LanguageCode, Line, LocalizedText
from tracker.model.organisations import Organisation, with_editors
from tracker.model.records import Revision, Source


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUpStep:
    """A dated step of a follow-up procedure."""

    date: PartialDate
    description: LocalizedText
    document: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUpRound:
    """One turn of a follow-up: the State replies, the committee reports and says what is next.

    `reply` is the id of the State's reply, `report` that of the committee's report: they have the dates. A grade belongs
    to the round whose report is its source. `ngos` is who informed the committee, as the report lists them; `lists_ngos`
    is False if the report lists none, None if nobody has looked. `action` is what the committee decided to do. When the
    reply and the next report are due stands in the deadlines of the document.
    """

    verification: codes.Verification
    reply: Id | None = None
    report: Id | None = None
    ngos: tuple[Line, ...] = ()
    lists_ngos: bool | None = None
    action: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUp:
    """The follow-up to a document: the paragraphs that the committee selected for it, its steps, and its rounds so far.

    `no_submission` is why civil society sends the committee nothing on it; None if this was not decided.
    """

    verification: codes.Verification
    source: Source | None = None
    paragraphs: tuple[ShortText, ...] = ()
    steps: tuple[FollowUpStep, ...] = ()
    rounds: tuple[FollowUpRound, ...] = ()
    no_submission: LocalizedText | None = None
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Deadline:
    """Something that is to happen by a date, such as the State's reply. It belongs to the document that names it.

    `source` is where the date stands; without it, the date stands in the document itself. `sentence` is the committee's
    own sentence. `verification` is None if nobody has said how it was checked: a quoted sentence was read. `done` is the date on which it was done, `met_by` the id of the document that met the deadline.
    """

    kind: codes.DeadlineKind
    date: PartialDate
    set_by: codes.DateSetBy = codes.DateSetBy.COMMITTEE
    source: Source | None = None
    sentence: LocalizedText | None = None
    verification: codes.Verification | None = None
    done: PartialDate | None = None
    met_by: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Document:
    """A document of a reporting cycle, such as a State report or concluding observations.

    `body` is the id of the committee. `original_language` is the language in which the document was written: its texts
    in other languages are translations.
    """

    id: Id
    version: str = ""
    body: Id
    kind: codes.DocumentKind
    symbol: ShortText | None = None
    title: LocalizedText
    authors: Line | None = None
    cycle: ShortText
    original_language: LanguageCode | None = None
    due: PartialDate | None = None
    received: PartialDate | None = None
    considered: PartialDate | None = None
    adopted: PartialDate | None = None
    issued: PartialDate | None = None
    verification: codes.Verification
    parts_read: LocalizedText | None = None
    link: Url | None = None
    follow_up: FollowUp | None = None
    deadlines: tuple[Deadline, ...] = ()
    note: LocalizedText | None = None
    files: tuple[AttachedFile, ...] = ()
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()
    history: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Grade:
    """One grade of a committee's scale, as the committee writes it, with our summary of its meaning."""

    grade: ShortText
    meaning: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Scale:
    """A committee's grading scale. Grades of two committees are never compared.

    `period` is the time in which the scale was used. If the end is not known, `since` is given instead: the date of its
    first use.
    """

    period: PartialDate | None = None
    since: PartialDate | None = None
    verification: codes.Verification
    grades: tuple[Grade, ...] = ()
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class SubmissionLimit:
    """How long a submission to a committee may be, and the languages that the committee takes.

    `stage` is None if it holds for every stage without a limit of its own. What nobody has read is left out.
    `not_counted` says what does not count, such as annexes. `source` says where it was read.
    """

    stage: codes.SubmissionStage | None = None
    words: Annotated[int, Field(ge=1)] | None = None
    pages: Annotated[int, Field(ge=1)] | None = None
    languages: tuple[LanguageCode, ...] = ()
    not_counted: LocalizedText | None = None
    source: Source | None = None
    verification: codes.Verification
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TreatyBody:
    """A mechanism that makes recommendations to States, such as a UN treaty body (committee) or the UPR.

    `code` is the English abbreviation. Readers see `abbreviation` instead, if it is given. `treaty_abbreviation` is how
    rights in tags name the treaty, for example ICESCR in "ICESCR art. 12". `symbols` are the beginnings of the symbols of
    its documents, `other_names` what else spreadsheets call it, `usual_wording` the forms of most of its recommendations.
    `document_names` says what its documents are called if not by the label of their kind, `recommendation_name` what its
    recommendations are called. What a file leaves out of a mechanism that the tracker knows comes with the tracker.
    """

    id: Id
    code: ShortText
    kind: codes.MechanismKind = codes.MechanismKind.TREATY_BODY
    abbreviation: LocalizedText | None = None
    name: LocalizedText
    treaty: LocalizedText | None = None
    treaty_abbreviation: LocalizedText | None = None
    link: Url | None = None
    symbols: tuple[ShortText, ...] = ()
    other_names: tuple[ShortText, ...] = ()
    usual_wording: tuple[Id, ...] = ()
    recommendation_name: LocalizedText | None = None
    document_names: dict[codes.DocumentKind, LocalizedText] = field(default_factory=dict)
    scales: tuple[Scale, ...] = ()
    submission_limits: tuple[SubmissionLimit, ...] = ()

    def limit_for(self, stage: codes.SubmissionStage) -> SubmissionLimit | None:
        """Return the limit for a stage or, without one, that for every stage. Return None if there is neither."""
        by_stage = {limit.stage: limit for limit in reversed(self.submission_limits)}
        return by_stage.get(stage) or by_stage.get(None)


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TaxonomyTerm:
    """A theme or a group of people: its id, and the label that readers see.

    `keywords` are words, phrases and abbreviations, in any language. By them a theme is proposed for a text that is
    brought in, and a cell of a spreadsheet means the theme or group. Each also stands for its synonyms.
    """

    id: Id
    label: LocalizedText
    keywords: tuple[ShortText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class StatusDisplay:
    """The label, definition and colours of a status. `colour` is used on light pages, `dark` on dark pages."""

    label: LocalizedText
    definition: LocalizedText
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
    dark: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Publisher:
    """The publisher of the dashboard, and where to report mistakes (an email address or a page)."""

    name: LocalizedText
    contact: Annotated[str, StringConstraints(pattern=r"^(mailto:[^\s@]+@[^\s@?]+|https?://[^\s<>\"]+)$")] | None = None
    licence: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Settings:
    """tracker.yaml: the subject of the dataset, the organisations that assess, and how it is shown.

    `organisations` always has at least one of the kind `editors`: if the file leaves it out, it is added. What the file
    leaves out of `statuses` and `groups`, and the common `synonyms` and `publisher_names`, come with the tracker.
    `fallback` maps the language of a reader → the languages in which a text is shown if it
    has no wording in the language of the reader, best first. `synonyms` are groups of words and phrases, in any
    language: a search for one of a group finds the others too. Without `allow_other_states`, what is addressed to
    another State cannot be brought in.
    """

    title: LocalizedText
    subtitle: LocalizedText | None = None
    about: LocalizedText | None = None
    state_party: LocalizedText
    language: LanguageCode = "en"
    languages: tuple[LanguageCode, ...] = ("en",)
    fallback: dict[LanguageCode, tuple[LanguageCode, ...]] = field(default_factory=dict)
    timezone: TimeZoneName = "UTC"
    stale_after_months: Annotated[int, Field(ge=1, le=240)] = 12
    neutral_previews: bool = False
    allow_other_states: bool = False
    second_reader: tuple[codes.Status, ...] = ()
    publisher: Publisher
    organisations: Annotated[tuple[Organisation, ...], AfterValidator(with_editors), Field(validate_default=True)] = ()
    statuses: dict[codes.Status, StatusDisplay]
    themes: tuple[TaxonomyTerm, ...] = ()
    groups: tuple[TaxonomyTerm, ...] = ()
    publisher_names: tuple[LocalizedText, ...] = ()
    synonyms: tuple[tuple[ShortText, ...], ...] = ()

    def fallback_for(self, code: str) -> tuple[str, ...]:
        """Return the other languages in which a text is shown to a reader of the language `code`, best first.

        First come those that `fallback` names, then the main language, then the rest in the order of `languages`.
        """
        order = (*self.fallback.get(code, ()), self.language, *self.languages)
        return tuple(lang for lang in dict.fromkeys(order) if lang != code)


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class BodiesFile:
    """treaty_bodies.yaml: the treaty bodies."""

    treaty_bodies: tuple[TreatyBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class DocumentsFile:
    """documents.yaml: the documents of all reporting cycles."""

    documents: tuple[Document, ...]
