"""The records: recommendations with their assessments, evidence, documents, treaty bodies, and the dataset's own settings."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from tracker import dates
from tracker.texts import Lang, Line, Text, record
from tracker.words import (
    Asker,
    Bearing,
    Dimension,
    Direction,
    DocumentKind,
    EvidenceKind,
    Mark,
    Share,
    Status,
    Tagger,
    Taken,
    Voice,
)

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID, max_length=80)]
Date = Annotated[
    str, AfterValidator(dates.edtf), WithJsonSchema({"type": ["string", "integer"], "description": dates.FORMS})
]
# A YAML editor reads 44 as a number: the schema takes both, the file keeps what was typed.
Short = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    WithJsonSchema({"type": ["string", "integer"], "maxLength": 120}),
]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2000)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$")]
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$")]


@record
class Source:
    """Where a statement comes from: a document of the register, or an organisation with its page."""

    document: Id | None = None
    paragraph: Short | None = None
    publisher: Line | None = None
    link: Link | None = None
    date: Date | None = None
    cited_by: Id | None = None
    note: Text | None = None


@record
class Authority:
    """A responsible authority, leading or contributing."""

    name: Text
    share: Share = Share.LEAD


@record
class Tagging:
    """Tags with the name of who gave them."""

    by: Tagger
    themes: tuple[Id, ...] = ()
    rights: tuple[Short, ...] = ()
    groups: tuple[Id, ...] = ()
    sdg: tuple[Short, ...] = ()
    authorities: tuple[Authority, ...] = ()


@record
class Change:
    """One edit of a record's texts or links: what a field said before."""

    recorded: Moment
    recorded_by: Handle
    reason: Line
    field: Line
    was: Annotated[str, StringConstraints(max_length=40_000)] | None = None


@record
class Assessment:
    """One dated statement of one voice. It is added, never overwritten."""

    voice: Voice
    assessor: Text | None = None
    part: Short | None = None
    status: Status | None = None
    grade: Short | None = None
    direction: Direction | None = None
    date: Date
    reason: Text
    source: Source | None = None
    mark: Mark = Mark.SEEN
    evidence: tuple[Id, ...] = ()
    recorded: Moment | None = None
    recorded_by: Handle | None = None


@record
class Part:
    """A lettered part of a recommendation."""

    id: Short
    summary: Text


@record
class SameDemand:
    """Another recommendation that asks for the same thing."""

    recommendation: Id
    note: Text | None = None
    recorded: Moment | None = None


@record
class Uptake:
    """What this later document made of a civil-society recommendation. It says that wording matches, not that one caused the other."""

    recommendation: Id
    result: Taken
    note: Text | None = None
    recorded: Moment | None = None


@record
class Recommendation:
    """What a State is asked to do: a committee's paragraph, or civil society's in an alternative report."""

    id: Id
    version: str = ""
    by: Asker
    document: Id
    paragraph: Short | None = None
    title: Text
    text: Text | None = None
    summary: Text
    mark: Mark
    source: Source
    parts: tuple[Part, ...] = ()
    tags: tuple[Tagging, ...] = ()
    same_demand: tuple[SameDemand, ...] = ()
    uptake: tuple[Uptake, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    recorded: Moment | None = None
    recorded_by: Handle | None = None
    history: tuple[Change, ...] = ()


@record
class BearsOn:
    """What a piece of evidence suggests for one recommendation."""

    recommendation: Id
    part: Short | None = None
    direction: Bearing
    recorded: Moment | None = None


@record
class Evidence:
    """A source, and what it bears on. It may bear on nothing yet: then its themes say what it is about."""

    id: Id
    version: str = ""
    kind: EvidenceKind
    publisher: Line
    title: Text | None = None
    happened: Date | None = None
    published: Date | None = None
    summary: Text
    dimension: Dimension
    mark: Mark
    document: Id | None = None
    link: Link | None = None
    archived: Link | None = None
    identifier: Line | None = None
    bears_on: tuple[BearsOn, ...] = ()
    tags: tuple[Tagging, ...] = ()
    recorded: Moment | None = None
    recorded_by: Handle | None = None
    history: tuple[Change, ...] = ()


@record
class FollowUpStep:
    """One dated step of a follow-up procedure."""

    date: Date
    what: Text
    document: Id | None = None


@record
class FollowUp:
    """What a committee selected for follow-up in one document, and what came of it."""

    mark: Mark
    source: Source | None = None
    paragraphs: tuple[Short, ...] = ()
    steps: tuple[FollowUpStep, ...] = ()
    note: Text | None = None


@record
class Document:
    """A document of a reporting cycle, known by its symbol."""

    id: Id
    body: Id
    kind: DocumentKind
    symbol: Short | None = None
    title: Text
    authors: Line | None = None
    cycle: Short
    due: Date | None = None
    received: Date | None = None
    considered: Date | None = None
    adopted: Date | None = None
    issued: Date | None = None
    mark: Mark
    seen_part: Text | None = None
    link: Link | None = None
    follow_up: FollowUp | None = None
    note: Text | None = None


@record
class Grade:
    """One grade of a committee's scale, in its letter, with our summary of its meaning."""

    grade: Short
    meaning: Text | None = None


@record
class Scale:
    """A committee's grading scale and the period in which it was used. Grades of two committees are never compared."""

    period: Date | None = None
    since: Date | None = None
    mark: Mark
    grades: tuple[Grade, ...] = ()
    note: Text | None = None


@record
class TreatyBody:
    """A UN committee, its treaty and its scales."""

    id: Id
    code: Short
    name: Text
    treaty: Text
    link: Link | None = None
    scales: tuple[Scale, ...] = ()


@record
class Label:
    """A code of the dataset (a theme, a group) with the word a reader sees."""

    id: Id
    label: Text


@record
class StatusWords:
    """How one status is called, what it means here, and its colour in a light and a dark page."""

    label: Text
    definition: Text
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
    dark: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


@record
class Publisher:
    """Whose name stands on the dashboard, and where mistakes are reported (a mail address or a page)."""

    name: Text
    contact: Annotated[str, StringConstraints(pattern=r"^(mailto:[^\s@]+@[^\s@?]+|https?://[^\s<>\"]+)$")] | None = None
    licence: Text | None = None


@record
class Settings:
    """tracker.yaml: what this dataset is about and how it is shown."""

    title: Text
    subtitle: Text | None = None
    about: Text | None = None
    state_party: Text
    language: Lang = "en"
    languages: tuple[Lang, ...] = ("en",)
    timezone: Line = "UTC"
    stale_after_months: Annotated[int, Field(ge=1, le=240)] = 12
    publisher: Publisher
    statuses: dict[Status, StatusWords]
    themes: tuple[Label, ...] = ()
    groups: tuple[Label, ...] = ()


@record
class BodiesFile:
    """treaty_bodies.yaml"""

    treaty_bodies: tuple[TreatyBody, ...]


@record
class DocumentsFile:
    """documents.yaml"""

    documents: tuple[Document, ...]
