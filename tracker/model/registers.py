"""The registers beside the recommendations: treaty bodies, documents, and the dataset's own settings."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.fields import Date, Handle, Id, Link, Moment, Short, Zone
from tracker.model.localized_text import CLOSED, Lang, Line, Text
from tracker.model.records import Change, Event, Source
from tracker.model.vocabulary import DocumentKind, Mark, Status


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class FollowUpStep:
    """One dated step of a follow-up procedure."""

    date: Date
    what: Text
    document: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class FollowUp:
    """What a committee selected for follow-up in one document, and what came of it."""

    mark: Mark
    source: Source | None = None
    paragraphs: tuple[Short, ...] = ()
    steps: tuple[FollowUpStep, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Document:
    """A document of a reporting cycle, known by its symbol."""

    id: Id
    version: str = ""
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
    recorded: Moment | None = None
    recorded_by: Handle | None = None
    afterwards: tuple[Event, ...] = ()
    history: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Grade:
    """One grade of a committee's scale, in its letter, with our summary of its meaning."""

    grade: Short
    meaning: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Scale:
    """A committee's grading scale and the period in which it was used. Grades of two committees are never compared."""

    period: Date | None = None
    since: Date | None = None
    mark: Mark
    grades: tuple[Grade, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class TreatyBody:
    """A UN committee, its treaty and its scales."""

    id: Id
    code: Short
    name: Text
    treaty: Text
    link: Link | None = None
    scales: tuple[Scale, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Label:
    """A code of the dataset (a theme, a group) with the word a reader sees."""

    id: Id
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class StatusWords:
    """How one status is called, what it means here, and its colour in a light and a dark page."""

    label: Text
    definition: Text
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
    dark: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Publisher:
    """Whose name stands on the dashboard, and where mistakes are reported (a mail address or a page)."""

    name: Text
    contact: Annotated[str, StringConstraints(pattern=r"^(mailto:[^\s@]+@[^\s@?]+|https?://[^\s<>\"]+)$")] | None = None
    licence: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Settings:
    """tracker.yaml: what this dataset is about and how it is shown."""

    title: Text
    subtitle: Text | None = None
    about: Text | None = None
    state_party: Text
    language: Lang = "en"
    languages: tuple[Lang, ...] = ("en",)
    timezone: Zone = "UTC"
    stale_after_months: Annotated[int, Field(ge=1, le=240)] = 12
    neutral_previews: bool = False
    second_reader: tuple[Status, ...] = ()
    publisher: Publisher
    statuses: dict[Status, StatusWords]
    themes: tuple[Label, ...] = ()
    groups: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class BodiesFile:
    """treaty_bodies.yaml"""

    treaty_bodies: tuple[TreatyBody, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class DocumentsFile:
    """documents.yaml"""

    documents: tuple[Document, ...]
