"""The records that people edit: recommendations with their assessments, and evidence."""

from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.fields import Date, Handle, Id, Link, Moment, Short
from tracker.model.localized_text import CLOSED, Line, Text
from tracker.model.vocabulary import (
    Issuer,
    Bearing,
    Dimension,
    Direction,
    EvidenceKind,
    Mark,
    Share,
    Status,
    Tagger,
    Taken,
    Voice,
    What,
)


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Source:
    """Where a statement comes from: a document of the register, or an organisation with its page."""

    document: Id | None = None
    paragraph: Short | None = None
    publisher: Line | None = None
    link: Link | None = None
    date: Date | None = None
    cited_by: Id | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Authority:
    """A responsible authority, leading or contributing."""

    name: Text
    share: Share = Share.LEAD


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Tagging:
    """Tags with the name of who gave them."""

    by: Tagger
    themes: tuple[Id, ...] = ()
    rights: tuple[Short, ...] = ()
    groups: tuple[Id, ...] = ()
    sdg: tuple[Short, ...] = ()
    authorities: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Change:
    """One edit of a record's texts or links: what a field said before."""

    recorded: Moment
    recorded_by: Handle
    reason: Line
    field: Line
    was: Annotated[str, StringConstraints(max_length=100_000)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Event:
    """What became of an item after it was recorded: withdrawn or restored, checked again on a day, retired into another."""

    what: What
    date: Date | None = None
    into: Id | None = None
    reason: Text | None = None
    recorded: Moment | None = None
    recorded_by: Handle | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
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
    afterwards: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Part:
    """A lettered part of a recommendation."""

    id: Short
    summary: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class SameDemand:
    """Another recommendation that asks for the same thing."""

    recommendation: Id
    note: Text | None = None
    recorded: Moment | None = None
    afterwards: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Uptake:
    """What this later document made of a civil-society recommendation. It says that wording matches, not that one caused the other."""

    recommendation: Id
    result: Taken
    note: Text | None = None
    recorded: Moment | None = None
    afterwards: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class Recommendation:
    """What a State is asked to do: a committee's paragraph, or civil society's in an alternative report."""

    id: Id
    version: str = ""
    by: Issuer
    document: Id
    paragraph: Short | None = None
    title: Text
    text: Text | None = None
    summary: Text
    mark: Mark
    seen_part: Text | None = None
    source: Source
    parts: tuple[Part, ...] = ()
    tags: tuple[Tagging, ...] = ()
    same_demand: tuple[SameDemand, ...] = ()
    uptake: tuple[Uptake, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    recorded: Moment | None = None
    recorded_by: Handle | None = None
    afterwards: tuple[Event, ...] = ()
    history: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class BearsOn:
    """What a piece of evidence suggests for one recommendation."""

    recommendation: Id
    part: Short | None = None
    direction: Bearing
    recorded: Moment | None = None
    afterwards: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
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
    afterwards: tuple[Event, ...] = ()
    history: tuple[Change, ...] = ()
