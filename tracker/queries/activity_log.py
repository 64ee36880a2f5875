"""What was recorded, newest first: statements, evidence, links, edits, and what became of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from tracker.model import partial_dates
from tracker.model.dataset import RECORDED_LISTS, Record, all_records
from tracker.model.labels import N_
from tracker.model.lifecycle import REMOVING_EVENTS, events_by
from tracker.model.localized_text import DEFAULT_LANGUAGE, LocalizedText, TextVariant
from tracker.model.records import (
    Assessment,
    Event,
    Evidence,
    EvidenceLink,
    Recommendation,
    Revision,
    SameDemand,
    Uptake,
)
from tracker.model.registers import Document
from tracker.model.second_review import CONFIRMATION_EVENTS
from tracker.model.vocabulary import EventType, Issuer
from tracker.queries.field_diff import FieldChange
from tracker.queries.view import View
from tracker.storage.yaml_writer import record_values, to_block

Item = Assessment | EvidenceLink | SameDemand | Uptake
ENTRIES_PER_PAGE = 100
ONE_SAVE = timedelta(milliseconds=1)
"""What one save records stands microseconds apart; two saves of one file never so close."""


class ActivityKind(StrEnum):
    """What sort of change it is."""

    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    WITHDRAWAL = "withdrawal"
    CHECK = "check"
    READING = "second-reading"
    EDIT = "edit"
    RECOMMENDATION = "recommendation"
    LINK = "connection"
    DOCUMENT = "document"


ADDING_KINDS: dict[type[Record], ActivityKind] = {
    Recommendation: ActivityKind.RECOMMENDATION, Evidence: ActivityKind.EVIDENCE, Document: ActivityKind.DOCUMENT
}  # fmt: skip
ACTIVITY_LABELS: dict[ActivityKind, str] = {
    ActivityKind.ASSESSMENT: N_("Assessment"),
    ActivityKind.EVIDENCE: N_("Evidence"),
    ActivityKind.WITHDRAWAL: N_("Withdrawn or restored"),
    ActivityKind.CHECK: N_("Checked: still so"),
    ActivityKind.READING: N_("Second reader"),
    ActivityKind.EDIT: N_("Edit"),
    ActivityKind.RECOMMENDATION: N_("New recommendation"),
    ActivityKind.LINK: N_("Uptake or same demand"),
    ActivityKind.DOCUMENT: N_("New document"),
}


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One change: the record, the item in it where it is about one, and what became of it.

    `gone` says that what was recorded counts no more; `by` is the handle, None where the file does not say.
    """

    recorded: str
    kind: ActivityKind
    record: Record
    item: Item | None = None
    event: Event | None = None
    edits: tuple[FieldChange, ...] = ()
    reason: LocalizedText | None = None
    by: str | None = None
    gone: EventType | None = None

    @property
    def recommendation(self) -> Recommendation | None:
        """The recommendation that changed."""
        return self.record if isinstance(self.record, Recommendation) else None

    @property
    def evidence(self) -> Evidence | None:
        """The evidence that changed."""
        return self.record if isinstance(self.record, Evidence) else None

    @property
    def document(self) -> Document | None:
        """The document that changed."""
        return self.record if isinstance(self.record, Document) else None

    @property
    def assessment(self) -> Assessment | None:
        """The assessment that it is about."""
        return self.item if isinstance(self.item, Assessment) else None


def latest_entries(view: View, most: int) -> tuple[ActivityEntry, ...]:
    """The last recorded assessments and evidence items that count, newest first."""
    found = [
        ActivityEntry(a.recorded, ActivityKind.ASSESSMENT, r, a)
        for r in view.recommendations.values()
        for a in view.assessments[r.id]
        if a.recorded
    ]
    found += [ActivityEntry(e.recorded, ActivityKind.EVIDENCE, e) for e in view.evidence.values() if e.recorded]
    return tuple(sorted(found, key=attrgetter("recorded"), reverse=True)[:most])


def activity_log(view: View) -> tuple[ActivityEntry, ...]:
    """Everything that was recorded, newest first; also what counts no more. What has no recorded time is left out."""
    found = [c for r in all_records(view.dataset) if _was_there(r, view) for c in _of(r, view)]
    there = (c for c in found if view.recorded is None or c.recorded <= view.recorded)
    return tuple(sorted(there, key=attrgetter("recorded"), reverse=True))


def _was_there(r: Record, view: View) -> bool:
    if not isinstance(r, Evidence):
        return (r.id if isinstance(r, Document) else r.document) not in view.not_yet_issued
    return partial_dates.known_by(r.published or r.happened, view.as_of)


def _of(r: Record, view: View) -> Iterator[ActivityEntry]:
    gone = _gone(r, view.recorded)
    if r.recorded:
        reason = None if isinstance(r, Document) else r.summary
        yield ActivityEntry(r.recorded, ADDING_KINDS[type(r)], r, reason=reason, by=r.recorded_by, gone=gone)
    yield from _events(r, None, view)
    for item in (item for name in RECORDED_LISTS for item in getattr(r, name, ())):
        if isinstance(item, Assessment) and not partial_dates.known_by(item.date, view.as_of):
            continue
        if item.recorded and not _is_told_with(r, item):
            yield _one(r, item, _gone(item, view.recorded) or gone)
        yield from _events(r, item, view)
    for edits in _saves(r.history):
        now = tuple(FieldChange(change.field, change.old, _after(r, change)) for change in edits)
        reason = {DEFAULT_LANGUAGE: TextVariant(text=edits[-1].reason)}
        yield ActivityEntry(
            edits[-1].recorded, ActivityKind.EDIT, r, edits=now, reason=reason, by=edits[-1].recorded_by, gone=gone
        )


def _one(r: Record, item: Item, gone: EventType | None) -> ActivityEntry:
    assert item.recorded
    if isinstance(item, Assessment):
        return ActivityEntry(
            item.recorded, ActivityKind.ASSESSMENT, r, item, reason=item.reason, by=item.recorded_by, gone=gone
        )
    if isinstance(item, EvidenceLink):
        return ActivityEntry(item.recorded, ActivityKind.EVIDENCE, r, item, gone=gone)
    return ActivityEntry(item.recorded, ActivityKind.LINK, r, item, reason=item.note, gone=gone)


def _is_told_with(r: Record, item: Item) -> bool:
    """Whether the evidence said it from the beginning."""
    return isinstance(item, EvidenceLink) and bool(r.recorded and item.recorded) and _at_once(r, item)


def _at_once(one: Record | Revision, other: Item | Revision) -> bool:
    assert one.recorded and other.recorded
    return abs(datetime.fromisoformat(one.recorded) - datetime.fromisoformat(other.recorded)) < ONE_SAVE


def _events(r: Record, item: Item | None, view: View) -> Iterator[ActivityEntry]:
    for event in (r if item is None else item).events:
        if event.recorded and partial_dates.known_by(event.date, view.as_of):
            kind = (
                ActivityKind.WITHDRAWAL
                if event.type in REMOVING_EVENTS
                else ActivityKind.READING
                if event.type in CONFIRMATION_EVENTS
                else ActivityKind.CHECK
            )
            yield ActivityEntry(event.recorded, kind, r, item, event, reason=event.reason, by=event.recorded_by)


def _gone(item: Record | Item, moment: str | None) -> EventType | None:
    """What took it out of what counts; None while it counts."""
    steps = [event.type for event in events_by(item, moment) if event.type in REMOVING_EVENTS]
    return steps[-1] if steps and REMOVING_EVENTS[steps[-1]] else None


def _saves(history: Iterable[Revision]) -> Iterator[list[Revision]]:
    """The edits that were saved together."""
    together: list[Revision] = []
    for change in sorted(history, key=attrgetter("recorded")):
        if together and not (_at_once(together[-1], change) and together[-1].recorded_by == change.recorded_by):
            yield together
            together = []
        together.append(change)
    if together:
        yield together


def _after(r: Record, change: Revision) -> str | None:
    """What the field said after an edit: what the next edit found there, else what it says now."""
    later = [c for c in r.history if c.field == change.field and c.recorded > change.recorded]
    if later:
        return min(later, key=attrgetter("recorded")).old
    values = record_values(r)
    return to_block(values[change.field]).removesuffix("\n") if change.field in values else None


@dataclass(frozen=True, slots=True)
class ActivityFilters:
    """The filters of the list, as the address says them. `change` is the kind of change."""

    change: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    page: int = 1

    @classmethod
    def from_params(cls, view: View, params: Mapping[str, Iterable[str]]) -> "ActivityFilters":
        """The filters of address parameters; unknown values are left out."""
        known: dict[str, Iterable[str]] = {
            "change": map(str, ActivityKind),
            "body": view.bodies,
            "by": map(str, Issuer),
        }
        lists = {name: tuple(code for code in codes if code in params.get(name, ())) for name, codes in known.items()}
        pages = (int(p) for p in params.get("page", ()) if p.isascii() and p.isdigit() and 0 < len(p) < 6)
        return cls(**lists, page=max(1, next(pages, 1)))

    def params(self) -> list[tuple[str, str]]:
        """The filters as address parameters; what is at its default leaves no trace."""
        found = [(name, value) for name in ("change", "body", "by") for value in getattr(self, name)]
        return [*found, ("page", str(self.page))] if self.page > 1 else found


def filter_activity(view: View, changes: Iterable[ActivityEntry], wanted: ActivityFilters) -> tuple[ActivityEntry, ...]:
    """The changes that fit. Evidence fits a committee or an asker when it bears on a recommendation that does; a document asks nothing."""
    return tuple(c for c in changes if (not wanted.change or c.kind in wanted.change) and _fits(view, c, wanted))


def _fits(view: View, c: ActivityEntry, wanted: ActivityFilters) -> bool:
    if not wanted.body and not wanted.by:
        return True
    if isinstance(c.record, Document):
        return not wanted.by and c.record.body in wanted.body
    return any(
        (not wanted.by or r.issued_by in wanted.by)
        and (not wanted.body or ((body := view.body_of(r)) is not None and body.id in wanted.body))
        for r in recommendations_of(view, c)
    )


def recommendations_of(view: View, c: ActivityEntry) -> list[Recommendation]:
    if isinstance(c.record, Recommendation):
        return [c.record]
    bears = (c.item,) if isinstance(c.item, EvidenceLink) else getattr(c.record, "relevant_to", ())
    found = (view.dataset.recommendations.get(b.recommendation) for b in bears)
    return [r for r in found if r is not None]


def group_by_day(changes: Iterable[ActivityEntry], timezone: str) -> tuple[tuple[date, tuple[ActivityEntry, ...]], ...]:
    """The changes by the day on which they were recorded, in a timezone; their order stays."""
    zone = ZoneInfo(timezone)

    def day(change: ActivityEntry) -> date:
        return datetime.fromisoformat(change.recorded).astimezone(zone).date()

    return tuple((on, tuple(group)) for on, group in groupby(changes, key=day))
