"""Treaty bodies, documents and the settings of the dataset."""

from dataclasses import field
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model import vocabulary as codes
from tracker.model.attached_files import AttachedFile
from tracker.model.events import Event
from tracker.model.field_types import Handle, Id, PartialDate, ShortText, SiteHost, Timestamp, TimeZoneName, Url
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LanguageCode, Line, LocalizedText
from tracker.model.network import GatheredSource
from tracker.model.organisations import Organisation, with_editors
from tracker.model.records import Revision, Source
from tracker.model.states import UNKNOWN_STATE, State, StateCode, code_of_country


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUpStep:
    """A dated step of a follow-up procedure."""

    date: PartialDate
    description: LocalizedText
    document: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUpRound:
    """One round of a follow-up: the State replies, and the committee reports and says what is next.

    `reply` is the id of the State's reply, `report` that of the committee's report. The dates are in these documents.
    A grade belongs to the round if its source is `report`. `ngos` are the organisations that informed the committee, as
    the report lists them. `lists_ngos` is False if the report lists none, and None if nobody has looked. `action` is
    what the committee decided to do. The deadlines of the document say when the reply and the next report are due.
    """

    verification: codes.Verification
    reply: Id | None = None
    report: Id | None = None
    ngos: tuple[Line, ...] = ()
    lists_ngos: bool | None = None
    action: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class FollowUp:
    """The follow-up to concluding observations.

    `paragraphs` are the paragraphs that the committee selected for it. `steps` and `rounds` are what has happened so
    far. `no_submission` is the reason if civil society has decided to send no submission on the follow-up. Otherwise,
    it is None.
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

    `source` is where the date is written. If it is None, a `sentence` of the committee that sets the date is in the
    document itself; without a sentence, nobody has said where the date is from. `verification` is None if nobody has said how the date was checked; then a
    quoted sentence counts as read. `done` is the date on which the deadline was met, and `met_by` the id of the
    document that met it. `recorded_for` is the organisation to which the date belongs, None if it is everybody's.
    """

    kind: codes.DeadlineKind
    date: PartialDate
    set_by: codes.DateSetBy = codes.DateSetBy.COMMITTEE
    source: Source | None = None
    sentence: LocalizedText | None = None
    verification: codes.Verification | None = None
    done: PartialDate | None = None
    met_by: Id | None = None
    recorded_for: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Grade:
    """One grade of a committee's scale, as the committee writes it, with our summary of its meaning."""

    grade: ShortText
    meaning: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Scale:
    """A committee's grading scale. Grades of two committees are never compared.

    `period` is the time in which the scale was used. If its end is not known, `period` is None, and `since` is the date
    of the first use.
    """

    period: PartialDate | None = None
    since: PartialDate | None = None
    verification: codes.Verification
    grades: tuple[Grade, ...] = ()
    note: LocalizedText | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class Document:
    """A document of a reporting cycle, such as a State report or concluding observations.

    `body` is the id of the committee, `state` that of a State of tracker.yaml. `original_language` is the language in
    which the document was written. Quotations in other languages are translations. `parts_read` says which parts were
    read, if not all. `scale` is the grading scale that a report on follow-up prints, if it is not one of the committee's
    scales: it holds for its own grades.
    """

    id: Id
    version: str = ""
    body: Id
    state: StateCode | None = None
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
    scale: Scale | None = None
    deadlines: tuple[Deadline, ...] = ()
    note: LocalizedText | None = None
    files: tuple[AttachedFile, ...] = ()
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()
    history: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class SubmissionLimit:
    """How long a submission to a committee may be, and the languages that the committee accepts.

    `stage` is None if the limit holds for every stage that has no limit of its own. `words` and `pages` are None, and
    `languages` is empty, if nobody has read what the committee allows. `not_counted` says what does not count, such as
    annexes. `source` says where the limit was read.
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

    `code` is the English abbreviation. Readers see `abbreviation` instead, if it is given. `treaty_abbreviation` is the
    name of the treaty in tags, for example ICESCR in "ICESCR art. 12".

    The import needs three fields: the symbols of its documents begin with one of `symbols`, `other_names` are names in
    spreadsheets, and `usual_wording` are ids of the forms of wording of most of its recommendations.

    `recommendation_name` is the name of its recommendations. `document_names` has the names of kinds of documents that
    the mechanism does not call by the label of the kind. If the tracker knows a mechanism with this id
    (`tracker/defaults`), its values are used for the fields that the data file leaves out.
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
        """Return the limit for `stage`; if there is none, the limit for every stage; if there is none either, None."""
        by_stage = {limit.stage: limit for limit in reversed(self.submission_limits)}
        return by_stage.get(stage) or by_stage.get(None)

    def languages_for(self, stage: codes.SubmissionStage) -> SubmissionLimit | None:
        """Return the limit that says in which languages the committee takes submissions at `stage`; None if none does."""
        known = [limit for limit in self.submission_limits if limit.languages]
        return next(
            (limit for limit in sorted(known, key=lambda one: one.stage is None) if limit.stage in (stage, None)), None
        )


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class TaxonomyTerm:
    """A theme or a group of people: its id, and the label that readers see.

    `keywords` are words, phrases and abbreviations, in any language; each also stands for its synonyms. The import
    proposes a theme for a text that contains one of them. A cell of a spreadsheet with one of them names the theme or
    group. `uhri` are the codes that UHRI has for the term; trackers of a network find each other's words by them.
    """

    id: Id
    label: LocalizedText
    keywords: tuple[ShortText, ...] = ()
    uhri: tuple[ShortText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class StatusDisplay:
    """The label, definition and colours of a status. `colour` is for light pages, `dark` for dark pages."""

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
    """tracker.yaml: the subject of the dataset, the organisations that assess, and how the dataset is shown.

    `state_party` names the State or, if the dataset has several `states`, all of them together.
    `organisations` always has one of the kind `editors`: if the file has none, it is added. `fallback` is language of a
    reader → other languages in which a text is shown if it has no wording in the language of the reader, best first.
    `second_reader` are the statuses that a second person must confirm. `publisher_names` are the names of each
    publisher in several languages. `embed_hosts` are the sites that may show a recommendation or a list in a frame.
    `synonyms` are groups of words and phrases, in any language: a search for one of a
    group finds the others too. If `allow_other_states` is False, documents that are addressed to another State cannot
    be imported. A `demonstration` says so on its pages. `gathered` are the trackers from which the dataset was gathered;
    then nobody can edit it.

    The `statuses` and `groups` that the file leaves out are those of `tracker/defaults`. The common `synonyms` and
    `publisher_names` there are added to those of the file.
    """

    title: LocalizedText
    subtitle: LocalizedText | None = None
    about: LocalizedText | None = None
    state_party: LocalizedText
    states: tuple[State, ...] = ()
    language: LanguageCode = "en"
    languages: tuple[LanguageCode, ...] = ("en",)
    fallback: dict[LanguageCode, tuple[LanguageCode, ...]] = field(default_factory=dict)
    timezone: TimeZoneName = "UTC"
    stale_after_months: Annotated[int, Field(ge=1, le=240)] = 12
    neutral_previews: bool = False
    embed_hosts: tuple[SiteHost, ...] = ()
    demonstration: bool = False
    allow_other_states: bool = False
    second_reader: tuple[codes.Status, ...] = ()
    publisher: Publisher
    organisations: Annotated[tuple[Organisation, ...], AfterValidator(with_editors), Field(validate_default=True)] = ()
    statuses: dict[codes.Status, StatusDisplay]
    themes: tuple[TaxonomyTerm, ...] = ()
    groups: tuple[TaxonomyTerm, ...] = ()
    publisher_names: tuple[LocalizedText, ...] = ()
    synonyms: tuple[tuple[ShortText, ...], ...] = ()
    gathered: tuple[GatheredSource, ...] = ()

    @property
    def all_states(self) -> tuple[State, ...]:
        """Return the States in the order of the file: `states` or, if it is empty, the one of `state_party`."""
        codes = filter(None, (code_of_country(name.text) for name in self.state_party.values()))
        return self.states or (State(id=next(codes, UNKNOWN_STATE).lower(), name=self.state_party),)

    @property
    def lacks_contact(self) -> bool:
        """Return whether readers cannot see whom to write to, though this is no demonstration."""
        return not (self.publisher.contact or self.demonstration)

    def fallback_for(self, code: str) -> tuple[str, ...]:
        """Return the other languages in which a text may be shown to a reader of the language `code`, best first.

        These are the languages that `fallback` names, then the main language, then the rest of `languages`.
        """
        order = (*self.fallback.get(code, ()), self.language, *self.languages)
        return tuple(lang for lang in dict.fromkeys(order) if lang != code)


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class BodiesFile:
    """treaty_bodies.yaml: the treaty bodies and other mechanisms."""

    treaty_bodies: tuple[TreatyBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class DocumentsFile:
    """documents.yaml: the documents of all reporting cycles."""

    documents: tuple[Document, ...]
