"""The activity log: all recorded changes, newest first.

A slip is a mistake that the person who made it undid soon, within SLIP_PERIOD. Slips and the changes that undid them
are listed apart from the changes that stand. Changes of several records in one save are listed as one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, islice, pairwise
from operator import attrgetter
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from tracker.model import partial_dates
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import RECORDED_LISTS, Record, all_records
from tracker.model.events import Event
from tracker.model.fields import RECORD_TYPES, parse_item_path
from tracker.model.labels import N_
from tracker.model.lifecycle import REMOVING_EVENTS, events_until, is_withdrawn
from tracker.model.localized_text import NO_LANGUAGE_CODE, LocalizedText, TextVariant, language_of_letters
from tracker.model.ownership import CONFIRMATION_EVENTS, CONTEST_EVENTS
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation, Revision, SameDemand, Uptake
from tracker.model.registers import Document
from tracker.model.vocabulary import ActivityKind, EventType, Since
from tracker.queries.current_view import recorded_day
from tracker.queries.field_diff import FieldChange, to_yaml
from tracker.queries.lists import url_filters as url
from tracker.queries.view import View, group_by_key
from tracker.storage.yaml.format import record_values

T = TypeVar("T")
Item = Assessment | EvidenceLink | SameDemand | Uptake | AttachedFile
ENTRIES_PER_PAGE = 100
ONE_SAVE = timedelta(milliseconds=1)
"""The recorded times of one save are closer together than this. Those of two saves of one file are further apart."""
_ADDED = (ActivityKind.RECOMMENDATION, ActivityKind.EVIDENCE, ActivityKind.DOCUMENT)
ADDING_KINDS = dict(zip(RECORD_TYPES, _ADDED, strict=True))
"""Type of record → the kind of the entry for a new record."""
KINDS_OF_EVENTS = {
    **dict.fromkeys(REMOVING_EVENTS, ActivityKind.WITHDRAWAL),
    **dict.fromkeys(CONFIRMATION_EVENTS, ActivityKind.READING),
    **dict.fromkeys(CONTEST_EVENTS, ActivityKind.CONTEST),
}
"""Type of event → the kind of its entry. Events of other types are checks."""


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One recorded change: of the record itself if `item` is None, otherwise of one of its items, such as a link.

    `event` is set if the change is an event, and `edits` are the changed fields if it is an edit. `by` is the handle
    of the person and `organisation` the id of the organisation, or None if the file does not name them. `gone` is the
    type of the event that later withdrew or retired the item or record, or None. If `event` is set, `gone` is None.
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
    """Return up to `most` entries of new assessments and new evidence, newest first, without slips and withdrawn ones."""
    standing = (entry for entry in split_activity(view)[0] if not (entry.event or entry.gone))
    added = (e for e in standing if e.assessment or (e.kind is ActivityKind.EVIDENCE and e.item is None))
    known = (e for e in added if view.as_of is None or recorded_day(e.recorded, view.dataset) <= view.as_of)
    return tuple(islice(known, most))


def activity_log(view: View) -> tuple[ActivityEntry, ...]:
    """Return an entry for each change recorded by the time of the view, newest first. Withdrawn records are included."""

    def is_in_view(r: Record) -> bool:
        # evidence without any date always is
        if isinstance(r, Evidence):
            return partial_dates.is_known_by(r.published or r.happened, view.as_of)
        return (r.id if isinstance(r, Document) else r.document) not in view.not_yet_issued

    records = (view.labelled(r) for r in all_records(view.dataset) if is_in_view(r))
    found = (entry for r in records for entry in _entries_of(r, view))
    recorded = (entry for entry in found if view.recorded is None or entry.recorded <= view.recorded)
    return tuple(sorted(recorded, key=attrgetter("recorded"), reverse=True))


def _entries_of(r: Record, view: View) -> Iterator[ActivityEntry]:
    """Yield the entries of a record: its addition, its events, its items, and its edits (one entry for each save)."""
    gone = _gone(r, view)
    if r.recorded:
        # a new recommendation of an import has no summary of its own: it repeats the title
        reason = None if isinstance(r, Document) or r.summary == r.title else r.summary
        yield _entry(ADDING_KINDS[type(r)], r, r, reason=reason, gone=gone)
    yield from _event_entries(r, None, view)
    for item in (item for name in RECORDED_LISTS for item in getattr(r, name, ())):
        if isinstance(item, Assessment) and not partial_dates.is_known_by(item.date, view.as_of):
            continue
        # a link or a file that was saved together with its new record gets no own entry
        is_part = isinstance(item, EvidenceLink | AttachedFile) and r.recorded and item.recorded
        if item.recorded and not (is_part and is_same_save(r, item)):
            kind, reason = _kind_and_reason(item)
            yield _entry(kind, r, item, item=item, reason=reason, gone=_gone(item, view) or gone)
        yield from _event_entries(r, item, view)
    history = sorted(r.history, key=attrgetter("recorded"))
    for edits in runs(history, lambda run, c: is_same_save(run[-1], c) and run[-1].recorded_by == c.recorded_by):
        changes = tuple(FieldChange(change.field, change.old, _value_after(r, change)) for change in edits)
        # Latin letters may be the main language, such as French
        said, found = edits[-1].reason, language_of_letters(edits[-1].reason)
        is_main = found == "en" and view.settings.language not in ("ru", "ky")
        reason = {NO_LANGUAGE_CODE if is_main else found: TextVariant(text=said)}
        yield _entry(ActivityKind.EDIT, r, edits[-1], edits=changes, reason=reason, gone=gone)


def _entry(kind: ActivityKind, r: Record, source: Any, **more: Any) -> ActivityEntry:
    by, organisation = (getattr(source, name, None) for name in ("recorded_by", "recorded_for"))
    return ActivityEntry(source.recorded, kind, r, by=by, organisation=organisation, **more)


def _kind_and_reason(item: Item) -> tuple[ActivityKind, LocalizedText | None]:
    match item:
        case Assessment():
            return ActivityKind.ASSESSMENT, item.reason
        case EvidenceLink():
            return ActivityKind.EVIDENCE, None
        case AttachedFile():
            return ActivityKind.FILE, item.caption
    return ActivityKind.LINK, item.note


def is_same_save(one: Record | Revision, other: "Item | Revision | ActivityEntry") -> bool:
    """Return whether two things were recorded in the same save, by their recorded times. Both must have a recorded time."""
    assert one.recorded and other.recorded
    return abs(_time_between(one.recorded, other.recorded)) < ONE_SAVE


def _time_between(earlier: str, later: str) -> timedelta:
    return datetime.fromisoformat(later) - datetime.fromisoformat(earlier)


def runs(items: Iterable[T], is_next: Callable[[list[T], T], bool]) -> list[list[T]]:
    """Return the items in groups of neighbours. `is_next(group, item)` says whether `item` continues the group."""
    runs: list[list[T]] = []
    for item in items:
        if runs and is_next(runs[-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _event_entries(r: Record, item: Item | None, view: View) -> Iterator[ActivityEntry]:
    for event in (r if item is None else item).events:
        if event.recorded and partial_dates.is_known_by(event.date, view.as_of):
            kind = KINDS_OF_EVENTS.get(event.type, ActivityKind.CHECK)
            yield _entry(kind, r, event, item=item, event=event, reason=event.reason)


def _gone(item: Record | Item, view: View) -> EventType | None:
    return removal.type if (removal := last_removal(item, view.recorded)) else None


def _value_after(r: Record, change: Revision) -> str | None:
    """Return the value of a field right after an edit, as YAML, or None if the record did not have the field then."""
    later = [other for other in r.history if other.field == change.field and other.recorded > change.recorded]
    if later:
        return min(later, key=attrgetter("recorded")).old
    of, name = cast(Any, r), change.field
    if item_path := parse_item_path(change.field):
        list_name, recorded, name = item_path
        of = next((item for item in getattr(r, list_name, ()) if item.recorded == recorded), None)
    return to_yaml(record_values(of).get(name)) if of else None


@dataclass(frozen=True)
class ActivityFilters(url.UrlFilters):
    """The filters of the activity page. `since` is a day, a code of Since, or "". `page` counts from 1."""

    since: str = url.SINCE_ROW.field()
    change: tuple[str, ...] = url.filter_field(N_("Kind of change"), url.enum_options(ActivityKind))
    state: tuple[str, ...] = url.STATE_ROW.field()
    body: tuple[str, ...] = url.BODY_ROW.field()
    by: tuple[str, ...] = url.ISSUER_ROW.field()
    page: int = url.PAGE_ROW.field()


def filter_activity(
    view: View, entries: Sequence[ActivityEntry], filters: ActivityFilters
) -> tuple[ActivityEntry, ...]:
    """Return the matching entries, in order. Evidence has the issuers of its recommendations. Documents have no issuer."""
    return tuple(entry for entry in entries if _matches(view, entry, filters))


def count_activity_options(view: View, entries: Sequence[ActivityEntry], filters: ActivityFilters) -> url.OptionCounts:
    """Return a mapping: name of a filter → code → number of entries that match this code and all other filters."""
    counts: dict[str, dict[str, int]] = {}
    for row in (row for row in filters.rows() if row.options and row.narrows):
        others = filter_activity(view, entries, filters.without(row))
        counts[row.name] = Counter(code for entry in others for code in _codes_of(view, entry, row, filters=filters))
    return counts


def _codes_of(view: View, entry: ActivityEntry, row: url.FilterRow, *, filters: ActivityFilters) -> set[str]:
    if row.name == "change":
        return {str(entry.kind)}
    if row.name == "since":
        return {code for code in (*Since, filters.since) if code and _is_since(view, entry, code)}
    at = ("by", "body", "state").index(row.name)
    return {codes[at] for codes in _chosen_codes(view, entry, filters) if codes[at]}


def _chosen_codes(view: View, entry: ActivityEntry, filters: ActivityFilters) -> list[tuple[str, str, str]]:
    """Return (issuer, committee id, State) for each recommendation or document of an entry, if it matches the filters."""

    def state(record: Recommendation | Document) -> str:
        return "".join(url.codes_of_states(view, (view.state_of(record),)))

    found = recommendations_of(view, entry)
    codes = [(str(r.issued_by), body.id if (body := view.body_of(r)) else "", state(r)) for r in found]
    if isinstance(entry.record, Document):
        codes = [("", entry.record.body, state(entry.record))]
    chosen = filters.by, filters.body, filters.state
    return [own for own in codes if all(not some or code in some for code, some in zip(own, chosen, strict=True))]


def _matches(view: View, entry: ActivityEntry, filters: ActivityFilters) -> bool:
    if (filters.change and entry.kind not in filters.change) or not _is_since(view, entry, filters.since):
        return False
    return not (filters.body or filters.by or filters.state) or bool(_chosen_codes(view, entry, filters))


def _is_since(view: View, entry: ActivityEntry, since: str) -> bool:
    day = url.since_day(view, since)
    return day is None or recorded_day(entry.recorded, view.dataset) >= day


def recommendations_of(view: View, entry: ActivityEntry) -> list[Recommendation]:
    """Return the recommendations that a change is about: the changed one, the target of a link, or all that evidence links to."""
    if isinstance(entry.record, Recommendation):
        return [entry.record]
    links = (entry.item,) if isinstance(entry.item, EvidenceLink) else getattr(entry.record, "relevant_to", ())
    return [r for link in links if (r := view.dataset.recommendations.get(link.recommendation))]


Timed = TypeVar("Timed", bound="Activity")


def group_by_day(entries: Iterable[Timed], timezone: str) -> tuple[tuple[date, tuple[Timed, ...]], ...]:
    """Return (day, entries that were recorded on this day in `timezone`) pairs, in the order of the entries."""
    zone = ZoneInfo(timezone)
    days = groupby(entries, key=lambda entry: datetime.fromisoformat(entry.recorded).astimezone(zone).date())
    return tuple((day, tuple(group)) for day, group in days)


SLIP_PERIOD = timedelta(minutes=15)
"""A change that the same person undoes within this time after it was recorded is a slip."""
NEWS_SLIP_PERIOD = timedelta(days=1)
"""Feeds leave out a change that was undone within this time: editors can undo a save for one day."""
MAX_CORRECTED = 100
"""The largest number of corrected entries (slips and what undid them) that one page of the activity shows."""
UNDOES: dict[EventType, Set[EventType]] = {
    EventType.RESTORED: {EventType.WITHDRAWN, EventType.RETIRED},
    EventType.WITHDRAWN: {EventType.RESTORED},
    EventType.RETIRED: {EventType.RESTORED},
    EventType.CHECK_UNDONE: {EventType.CHECKED},
    EventType.CONFIRMATION_UNDONE: {EventType.CONFIRMED},
    EventType.CONTEST_UNDONE: {EventType.CONTESTED},
}
"""Type of event → the types of the earlier events that it undoes."""


def is_slip(item: Any, moment: str | None, within: timedelta = SLIP_PERIOD) -> bool:
    """Return whether who recorded an item withdrew or retired it by `moment`, soon after that (at most `within`)."""
    removal = last_removal(item, moment)
    return bool(removal and item.recorded and _is_soon(item, removal, within))


def split_corrected(
    entries: Iterable[ActivityEntry], moment: str | None, within: timedelta = SLIP_PERIOD
) -> tuple[tuple[ActivityEntry, ...], tuple[ActivityEntry, ...]]:
    """Return (entries that stand, corrected entries: slips and what undid them), both in the order of `entries`."""
    listed = list(entries)
    edits, undone_by_item = _undone_edits(listed, within), dict[int, Set[int]]()
    standing, corrected = list[ActivityEntry](), list[ActivityEntry]()
    for i, entry in enumerate(listed):
        item: Any = entry.record if entry.item is None else entry.item
        if entry.event is not None and id(item) not in undone_by_item:
            undone_by_item[id(item)] = ids_of_undone_events(item.events, within)
        is_undone = entry.event is not None and id(entry.event) in undone_by_item[id(item)]
        is_corrected = i in edits or is_undone or _belongs_to_slip(entry, item, moment, within=within)
        (corrected if is_corrected else standing).append(entry)
    return tuple(standing), tuple(corrected)


def split_activity(
    view: View, within: timedelta = SLIP_PERIOD
) -> tuple[tuple[ActivityEntry, ...], tuple[ActivityEntry, ...]]:
    """Return `split_corrected` of the activity log of a view: (entries that stand, corrected entries), newest first."""
    return view.cached("activity log", within, lambda: split_corrected(activity_log(view), view.recorded, within))


def corrected_on_page(
    corrected: Iterable[ActivityEntry], standing: "Sequence[Activity]", number: int
) -> tuple[ActivityEntry, ...]:
    """Return the `corrected` entries from the time that a page of `standing` (`number`, from 1) covers, at most MAX_CORRECTED."""
    start, end = (number - 1) * ENTRIES_PER_PAGE, number * ENTRIES_PER_PAGE
    newest = standing[start - 1].recorded if start else "9"  # later than any timestamp
    oldest = standing[end - 1].recorded if end < len(standing) else ""
    return tuple(entry for entry in corrected if oldest <= entry.recorded < newest)[:MAX_CORRECTED]


def _belongs_to_slip(entry: ActivityEntry, item: Any, moment: str | None, *, within: timedelta) -> bool:
    """Return whether an entry belongs to a slip. The slip is the record of the entry, or the item of the entry (`item`)."""
    if is_slip(entry.record, moment, within):
        removal = last_removal(entry.record, moment)
        return removal is not None and entry.recorded <= (removal.recorded or "")
    is_own = entry.item is not None and is_slip(item, moment, within)
    return is_own and (entry.event is None or entry.event == last_removal(item, moment))


def last_removal(item: Any, moment: str | None) -> Event | None:
    """Return the event that withdrew or retired an item by `moment`, or None if the item still counted then."""
    events = events_until(item, moment)
    return [event for event in events if event.type in REMOVING_EVENTS][-1] if is_withdrawn(events) else None


def _is_soon(item: Any, later: Event, within: timedelta) -> bool:
    """Return whether an event came soon after an item or event, by the same person. A link does not say whose it is."""
    is_same = getattr(item, "recorded_by", None) in (None, later.recorded_by)
    return is_same and later.recorded is not None and _time_between(item.recorded, later.recorded) <= within


def ids_of_undone_events(events: Sequence[Event], within: timedelta) -> Set[int]:
    """Return the `id()` of each event that a later event undid within the time `within`, and of this later event."""
    undone: set[int] = set()
    not_undone: dict[EventType, list[Event]] = defaultdict(list)
    for event in events:
        earlier = [not_undone[kind][-1] for kind in UNDOES.get(event.type, ()) if not_undone[kind]]
        last = max(earlier, key=lambda one: one.recorded or "", default=None)
        if last is not None and last.recorded and _is_soon(last, event, within):
            not_undone[last.type].pop()
            undone |= {id(last), id(event)}
        else:
            not_undone[event.type].append(event)
    return undone


def _undone_edits(entries: Sequence[ActivityEntry], within: timedelta) -> Set[int]:
    """Return the positions of edits that the next edit of the same record soon undid (`within`), and of these next edits."""
    edited = ((i, entry.record) for i, entry in enumerate(entries) if entry.edits)
    found: set[int] = set()
    for positions in group_by_key(((type(record), record.id), i) for i, record in edited).values():
        for later, earlier in pairwise(positions):
            before, after = entries[earlier], entries[later]
            is_back = {(c.field, c.new, c.old) for c in after.edits} == {(c.field, c.old, c.new) for c in before.edits}
            is_soon = before.by == after.by and _time_between(before.recorded, after.recorded) <= within
            if is_back and is_soon and later not in found:
                found |= {later, earlier}
    return found


@dataclass(frozen=True, slots=True)
class SavedTogether:
    """What one person saved at once: changes of one or several records. `entries` are the changes, newest first."""

    entries: tuple[ActivityEntry, ...]

    @property
    def recorded(self) -> str:
        """Return the recorded time of the newest change. It identifies the save in URLs."""
        return self.entries[0].recorded

    @property
    def by(self) -> str | None:
        """Return the handle of the person who saved, or None if the files name nobody."""
        return next((entry.by for entry in self.entries if entry.by), None)

    @property
    def organisation(self) -> str | None:
        """Return the id of the organisation for which the person saved, or None if the files name none."""
        return next((entry.organisation for entry in self.entries if entry.organisation), None)

    @property
    def records(self) -> tuple[Record, ...]:
        """Return the records that were saved, each once, in the order in which they were recorded."""
        return tuple({(type(entry.record), entry.record.id): entry.record for entry in reversed(self.entries)}.values())

    @property
    def document_id(self) -> str:
        """Return the id of the document to which all records belong, or "" if there are several documents or any evidence."""
        in_documents = [r for r in self.records if not isinstance(r, Evidence)]
        documents = {r.id if isinstance(r, Document) else r.document for r in in_documents}
        return documents.pop() if len(documents) == 1 and len(in_documents) == len(self.records) else ""


@dataclass(frozen=True, slots=True)
class Redaction:
    """The removal of words or of a file. It does not say what was removed or where: old copies may still contain this.

    `organisations` are the ids of those whose people did it, if they are known.
    """

    recorded: str
    organisations: tuple[str, ...] = ()


Activity = ActivityEntry | SavedTogether | Redaction


def entries_of(change: Activity) -> tuple[ActivityEntry, ...]:
    """Return the entries of an activity: one or more, or none for a redaction."""
    return change.entries if isinstance(change, SavedTogether) else () if isinstance(change, Redaction) else (change,)


def list_activity(view: View, filters: ActivityFilters) -> tuple[Activity, ...]:
    """Return the redactions and the matching changes that stand, newest first. Records saved at once are one SavedTogether."""
    return with_redactions(view, group_by_save(filter_activity(view, split_activity(view)[0], filters)), filters)


def with_redactions(view: View, changes: Sequence[Activity], filters: ActivityFilters) -> tuple[Activity, ...]:
    """Return `changes` with one Redaction added for each day on which something was redacted, newest first.

    No Redaction is added if the filters choose a kind, committee or issuer, or if the view is as of a past day.
    """
    if view.as_of or filters.change or filters.body or filters.by:
        return tuple(changes)
    day = url.since_day(view, filters.since)
    by_day = defaultdict[date, list[tuple[str, str]]](list)
    for time, organisation in sorted(view.dataset.redactions):
        by_day[recorded_day(time, view.dataset)].append((time, organisation))
    known = [
        Redaction(done[-1][0], tuple(dict.fromkeys(name for _, name in done if name)))
        for on, done in by_day.items()
        if (day is None or on >= day) and (view.recorded is None or done[-1][0] <= view.recorded)
    ]
    return tuple(sorted([*changes, *known], key=attrgetter("recorded"), reverse=True))


def group_by_save(entries: Iterable[ActivityEntry]) -> tuple[Activity, ...]:
    """Combine the entries of several records that were saved at once into one SavedTogether. `entries` are newest first."""
    return tuple(one for save in _saves(entries) for one in ((save,) if len(save.records) > 1 else save.entries))


def saves_by_time(view: View) -> Mapping[str, SavedTogether]:
    """Return a mapping: recorded time of each change → all that was saved at once with it. Include what was undone."""

    def find() -> Mapping[str, SavedTogether]:
        return {entry.recorded: save for save in _saves(activity_log(view)) for entry in save.entries}

    return view.cached("saves", "", find)


def _saves(entries: Iterable[ActivityEntry]) -> list[SavedTogether]:
    def is_next(run: list[ActivityEntry], entry: ActivityEntry) -> bool:
        is_near = _time_between(entry.recorded, run[-1].recorded) < ONE_SAVE
        return is_near and len({each.by for each in (*run, entry) if each.by}) < 2

    return [SavedTogether(tuple(run)) for run in runs(entries, is_next)]
