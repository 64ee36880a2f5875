"""The activity log: everything that was recorded, newest first, such as assessments, evidence, links and edits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from tracker.model import partial_dates
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import RECORDED_LISTS, Record, all_records
from tracker.model.events import Event
from tracker.model.labels import N_
from tracker.model.lifecycle import REMOVING_EVENTS, events_by
from tracker.model.localized_text import NO_LANGUAGE_CODE, LocalizedText, TextVariant
from tracker.model.record_texts import parse_item_path
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Revision, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.second_review import CONFIRMATION_EVENTS
from tracker.model.signing import CONTEST_EVENTS
from tracker.model.vocabulary import ActivityKind, EventType, Since
from tracker.queries.field_diff import FieldChange
from tracker.queries.lists.url_filters import (
    BODY_ROW,
    ISSUER_ROW,
    PAGE_ROW,
    SINCE_ROW,
    FilterRow,
    OptionCounts,
    UrlFilters,
    enum_options,
    since_day,
)
from tracker.queries.past_dates import recorded_day
from tracker.queries.view import View
from tracker.storage.yaml.format import record_values, to_block

Item = Assessment | EvidenceLink | SameDemand | Uptake | AttachedFile
ENTRIES_PER_PAGE = 100
ONE_SAVE = timedelta(milliseconds=1)
"""Two recorded times belong to the same save if they are less than ONE_SAVE apart. The recorded times in one save are
microseconds apart. The recorded times of two saves of one file are always further apart than ONE_SAVE.
"""

ADDING_KINDS: dict[type[Record], ActivityKind] = {
    Recommendation: ActivityKind.RECOMMENDATION,
    Evidence: ActivityKind.EVIDENCE,
    Document: ActivityKind.DOCUMENT,
}


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One recorded change of a record.

    `item` is the assessment, link, uptake or file that the change is about, or None if the change is about the whole
    record.
    `event` is the recorded event, or None if the change is not an event. `edits` are the changed fields of an edit.
    `by` is the handle of the person who recorded the change, `organisation` the id of the organisation of this person. Each
    is None if the file does not name it. `gone` is the type of
    the event that later withdrew or retired the record or item, or None if the record or item still counts.
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
    organisation: str | None = None

    @property
    def recommendation(self) -> Recommendation | None:
        """Return the record if it is a recommendation, otherwise None."""
        return self.record if isinstance(self.record, Recommendation) else None

    @property
    def evidence(self) -> Evidence | None:
        """Return the record if it is evidence, otherwise None."""
        return self.record if isinstance(self.record, Evidence) else None

    @property
    def document(self) -> Document | None:
        """Return the record if it is a document, otherwise None."""
        return self.record if isinstance(self.record, Document) else None

    @property
    def assessment(self) -> Assessment | None:
        """Return the item if it is an assessment, otherwise None."""
        return self.item if isinstance(self.item, Assessment) else None

    @property
    def file(self) -> AttachedFile | None:
        """Return the item if it is an attached file, otherwise None."""
        return self.item if isinstance(self.item, AttachedFile) else None


def latest_assessments_and_evidence(view: View, most: int) -> tuple[ActivityEntry, ...]:
    """Return an entry for each of the last recorded assessments and evidence, newest first, at most `most` entries.

    Withdrawn assessments and withdrawn evidence are left out, and what was recorded after the day `as_of` of the view.
    """
    found = [
        ActivityEntry(a.recorded, ActivityKind.ASSESSMENT, r, item=a)
        for r in view.recommendations.values()
        for a in view.assessments[r.id]
        if a.recorded
    ]
    found += [ActivityEntry(e.recorded, ActivityKind.EVIDENCE, e) for e in view.evidence.values() if e.recorded]
    newest = sorted(found, key=attrgetter("recorded"), reverse=True)
    return tuple(islice((entry for entry in newest if _was_recorded_by_day(entry, view)), most))


def _was_recorded_by_day(entry: ActivityEntry, view: View) -> bool:
    return view.as_of is None or recorded_day(entry.recorded, view.dataset) <= view.as_of


def activity_log(view: View) -> tuple[ActivityEntry, ...]:
    """Return an entry for every recorded change in the dataset of a view, newest first.

    Changes of records and items that were withdrawn later are included. Changes without a recorded time are left out.
    """
    found = [entry for r in all_records(view.dataset) if _is_in_view(r, view) for entry in _entries_of(r, view)]
    recorded = (entry for entry in found if view.recorded is None or entry.recorded <= view.recorded)
    return tuple(sorted(recorded, key=attrgetter("recorded"), reverse=True))


def _is_in_view(r: Record, view: View) -> bool:
    """Return whether a record was issued or published by the day of the view. The record may be withdrawn.

    For evidence without a publication date, the date on which it happened is used. Evidence without any date is always
    in the view.
    """
    if not isinstance(r, Evidence):
        return (r.id if isinstance(r, Document) else r.document) not in view.not_yet_issued
    return partial_dates.known_by(r.published or r.happened, view.as_of)


def _entries_of(r: Record, view: View) -> Iterator[ActivityEntry]:
    gone = _removing_event(r, view.recorded)
    if r.recorded:
        # a new recommendation of an import has no summary of its own: it repeats the title
        reason = None if isinstance(r, Document) or r.summary == r.title else r.summary
        yield ActivityEntry(
            r.recorded,
            ADDING_KINDS[type(r)],
            r,
            reason=reason,
            by=r.recorded_by,
            gone=gone,
            organisation=r.recorded_for,
        )
    yield from _event_entries(r, None, view)
    for item in (item for name in RECORDED_LISTS for item in getattr(r, name, ())):
        if isinstance(item, Assessment) and not partial_dates.known_by(item.date, view.as_of):
            continue
        if item.recorded and not _is_part_of_new_record(r, item):
            yield _item_entry(r, item, _removing_event(item, view.recorded) or gone)
        yield from _event_entries(r, item, view)
    for edits in _group_by_save(r.history):
        changes = tuple(FieldChange(change.field, change.old, _value_after(r, change)) for change in edits)
        reason = {NO_LANGUAGE_CODE: TextVariant(text=edits[-1].reason)}
        yield ActivityEntry(
            edits[-1].recorded,
            ActivityKind.EDIT,
            r,
            edits=changes,
            reason=reason,
            by=edits[-1].recorded_by,
            gone=gone,
            organisation=edits[-1].recorded_for,
        )


def _item_entry(r: Record, item: Item, gone: EventType | None) -> ActivityEntry:
    assert item.recorded
    if isinstance(item, Assessment):
        return ActivityEntry(
            item.recorded,
            ActivityKind.ASSESSMENT,
            r,
            item=item,
            reason=item.reason,
            by=item.recorded_by,
            gone=gone,
            organisation=item.recorded_for,
        )
    if isinstance(item, EvidenceLink):
        return ActivityEntry(item.recorded, ActivityKind.EVIDENCE, r, item=item, gone=gone)
    if isinstance(item, AttachedFile):
        return ActivityEntry(
            item.recorded,
            ActivityKind.FILE,
            r,
            item=item,
            reason=item.caption,
            by=item.recorded_by,
            gone=gone,
            organisation=item.recorded_for,
        )
    return ActivityEntry(item.recorded, ActivityKind.LINK, r, item=item, reason=item.note, gone=gone)


def _is_part_of_new_record(r: Record, item: Item) -> bool:
    """Return whether `item` is a link or a file that was saved together with its new record. It gets no own entry."""
    return (
        isinstance(item, EvidenceLink | AttachedFile) and bool(r.recorded and item.recorded) and _is_same_save(r, item)
    )


def _is_same_save(one: Record | Revision, other: Item | Revision) -> bool:
    assert one.recorded and other.recorded
    return abs(datetime.fromisoformat(one.recorded) - datetime.fromisoformat(other.recorded)) < ONE_SAVE


def _event_entries(r: Record, item: Item | None, view: View) -> Iterator[ActivityEntry]:
    for event in (r if item is None else item).events:
        if event.recorded and partial_dates.known_by(event.date, view.as_of):
            kind = (
                ActivityKind.WITHDRAWAL
                if event.type in REMOVING_EVENTS
                else ActivityKind.READING
                if event.type in CONFIRMATION_EVENTS
                else ActivityKind.CONTEST
                if event.type in CONTEST_EVENTS
                else ActivityKind.CHECK
            )
            yield ActivityEntry(
                event.recorded,
                kind,
                r,
                item=item,
                event=event,
                reason=event.reason,
                by=event.recorded_by,
                organisation=event.recorded_for,
            )


def _removing_event(item: Record | Item, moment: str | None) -> EventType | None:
    """Return the type of the event that withdrew or retired `item` by the time `moment`. None for `moment` means now.

    Return None if the item still counted at that time.
    """
    types = [event.type for event in events_by(item, moment) if event.type in REMOVING_EVENTS]
    return types[-1] if types and REMOVING_EVENTS[types[-1]] else None


def _group_by_save(history: Iterable[Revision]) -> Iterator[list[Revision]]:
    """Yield one list of edits for each save of a record, oldest save first. `history` holds all edits of the record."""
    save: list[Revision] = []
    for change in sorted(history, key=attrgetter("recorded")):
        if save and not (_is_same_save(save[-1], change) and save[-1].recorded_by == change.recorded_by):
            yield save
            save = []
        save.append(change)
    if save:
        yield save


def _value_after(r: Record, change: Revision) -> str | None:
    """Return the value of the field `change.field` right after the edit `change`, as YAML.

    If the field was edited again later, the value is the old value of the next edit. Otherwise it is the present value.
    Return None if the record did not have the field.
    """
    later = [other for other in r.history if other.field == change.field and other.recorded > change.recorded]
    if later:
        return min(later, key=attrgetter("recorded")).old
    if item_path := parse_item_path(change.field):
        list_name, recorded, name = item_path
        item = next((item for item in getattr(r, list_name, ()) if item.recorded == recorded), None)
        values = record_values(item) if item else {}
    else:
        values, name = record_values(r), change.field
    return to_block(values[name]).removesuffix("\n") if name in values else None


@dataclass(frozen=True)
class ActivityFilters(UrlFilters):
    """The filters of the activity page. Each attribute is named like its URL parameter.

    `since` is a day, or a word such as "week". `change` holds kinds of activity, `body` the ids of committees, and `by`
    issuers. `page` is the page number, from 1.
    """

    since: str = SINCE_ROW.field()
    change: tuple[str, ...] = FilterRow(heading=N_("Kind of change"), options=enum_options(ActivityKind)).field()
    body: tuple[str, ...] = BODY_ROW.field()
    by: tuple[str, ...] = ISSUER_ROW.field()
    page: int = PAGE_ROW.field()


def filter_activity(
    view: View, entries: Sequence[ActivityEntry], filters: ActivityFilters
) -> tuple[ActivityEntry, ...]:
    """Return the entries that match the filters, in the given order.

    An entry about evidence matches if the evidence is relevant to at least one recommendation of a chosen issuer and a
    chosen committee. A document has no issuer, so an entry about a document never matches a filter by issuer.
    """
    return tuple(entry for entry in entries if _matches(view, entry, filters))


def count_activity_options(view: View, entries: Sequence[ActivityEntry], filters: ActivityFilters) -> OptionCounts:
    """Return for each filter: code → how many entries match if it is chosen, besides the other filters."""
    counts: dict[str, dict[str, int]] = {}
    for row in (row for row in filters.rows() if row.options and row.narrows):
        others = filter_activity(view, entries, filters.without(row))
        counts[row.name] = Counter(code for entry in others for code in _codes_of(view, entry, row, filters=filters))
    return counts


def _codes_of(view: View, entry: ActivityEntry, row: FilterRow, *, filters: ActivityFilters) -> set[str]:
    """Return the values of a filter that an entry matches, for the chosen values of the other filters."""
    if row.name == "change":
        return {str(entry.kind)}
    if row.name == "since":
        return {code for code in Since if _is_since(view, entry, code)}
    pairs = _issuers_and_bodies(view, entry)
    if row.name == "body":
        return {body for issuer, body in pairs if body and (not filters.by or issuer in filters.by)}
    return {issuer for issuer, body in pairs if issuer and (not filters.body or body in filters.body)}


def _issuers_and_bodies(view: View, entry: ActivityEntry) -> tuple[tuple[str, str], ...]:
    """Return (issuer, id of the committee) of what an entry is about; "" for what is missing."""
    if isinstance(entry.record, Document):
        return (("", entry.record.body),)
    found = recommendations_of(view, entry)
    return tuple((str(r.issued_by), body.id if (body := view.body_of(r)) else "") for r in found)


def _matches(view: View, entry: ActivityEntry, filters: ActivityFilters) -> bool:
    if (filters.change and entry.kind not in filters.change) or not _is_since(view, entry, filters.since):
        return False
    if not filters.body and not filters.by:
        return True
    return any(
        (not filters.by or issuer in filters.by) and (not filters.body or body in filters.body)
        for issuer, body in _issuers_and_bodies(view, entry)
    )


def _is_since(view: View, entry: ActivityEntry, since: str) -> bool:
    day = since_day(view, since)
    return day is None or recorded_day(entry.recorded, view.dataset) >= day


def recommendations_of(view: View, entry: ActivityEntry) -> list[Recommendation]:
    """Return the recommendations that an entry is about.

    If a recommendation was changed, return only this recommendation. If evidence was changed, return the
    recommendations that the evidence is relevant to. If only one link of the evidence was changed, return only the
    recommendation of this link. If a document was changed, the list is empty.
    """
    if isinstance(entry.record, Recommendation):
        return [entry.record]
    links = (entry.item,) if isinstance(entry.item, EvidenceLink) else getattr(entry.record, "relevant_to", ())
    found = (view.dataset.recommendations.get(link.recommendation) for link in links)
    return [r for r in found if r is not None]


class HasTime(Protocol):
    """What was recorded at a time."""

    @property
    def recorded(self) -> str:
        """Return the recorded time."""
        ...


Timed = TypeVar("Timed", bound=HasTime)


def group_by_day(entries: Iterable[Timed], timezone: str) -> tuple[tuple[date, tuple[Timed, ...]], ...]:
    """Return the entries grouped by the day on which they were recorded, as (day, entries) pairs.

    `timezone` is the name of the time zone in which the day is computed. The order of the entries does not change.
    """
    zone = ZoneInfo(timezone)

    def day_of(entry: Timed) -> date:
        return datetime.fromisoformat(entry.recorded).astimezone(zone).date()

    return tuple((day, tuple(group)) for day, group in groupby(entries, key=day_of))
