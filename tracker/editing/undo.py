"""Withdraw, check or confirm an assessment, retire evidence or a document, and undo a save within a day.

Each of these actions adds an event to what is recorded. Nothing is deleted. An undo is a save too: to undo it brings
back what it undid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeVar

from tracker.editing.forms.values import text_from_input
from tracker.i18n import BROUGHT_BACK, EARLIER_UNDONE, UNDONE, Language, automatic_reasons, get_language
from tracker.model.dataset import RECORDED_LISTS, Dataset, Record, all_records
from tracker.model.errors import TrackerError
from tracker.model.events import Event
from tracker.model.fields import ITEM_TEXTS
from tracker.model.labels import N_
from tracker.model.lifecycle import REMOVING_EVENTS, is_active, is_withdrawn
from tracker.model.localized_text import LocalizedText
from tracker.model.permissions import Permission, Person
from tracker.model.records import Assessment, Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import EventType
from tracker.queries.activity_log import SavedTogether, is_same_save, saves_by_time
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.view import View
from tracker.storage.timestamps import TIMESTAMP_FORMAT
from tracker.validation.rules import referenced_documents

Items = tuple[Any, ...]
Events = tuple[Event, ...]
Key = tuple[type, str]
"""(type, id) of a record."""
SaveRecords = Callable[[tuple[Record, ...], str], Iterable[Record]]
"""A function that saves records with a reason, and returns them as they were saved."""
RetiredRecord = TypeVar("RetiredRecord", bound=Record)
OPPOSITE_EVENTS = {
    EventType.WITHDRAWN: EventType.RESTORED,
    EventType.RETIRED: EventType.RESTORED,
    EventType.RESTORED: EventType.WITHDRAWN,
    EventType.CHECKED: EventType.CHECK_UNDONE,
    EventType.CHECK_UNDONE: EventType.CHECKED,
    EventType.CONFIRMED: EventType.CONFIRMATION_UNDONE,
    EventType.CONFIRMATION_UNDONE: EventType.CONFIRMED,
    EventType.CONTESTED: EventType.CONTEST_UNDONE,
    EventType.CONTEST_UNDONE: EventType.CONTESTED,
}
"""Type of event → the type of event that undoes it."""
UNDO_PERIOD = timedelta(days=1)
"""For how long a person can undo a save, or a publication of evidence, in one step."""
NOTHING_TO_UNDO = N_(
    "There is nothing to undo: it was undone already, it was saved more than a day ago, or somebody else saved it."
)
CHECK_EVENTS = (EventType.CHECKED, EventType.CHECK_UNDONE)
IGNORED_FIELDS = {*RECORDED_LISTS, "events", "history", "version", "recorded", "recorded_by", "recorded_for"}
"""Fields that an undo does not reset. A save may only add to lists and events; the store sets the other fields."""


def with_event(
    kind: EventType, r: Recommendation, index: int, reason: LocalizedText | None = None, *, day: str | None = None
) -> Recommendation:
    """Return `r` with an event of type `kind` and date `day` added to its assessment at `index`, from 0."""
    a = r.assessments[index]
    updated = replace(a, events=(*a.events, Event(type=kind, date=day, reason=reason)))
    return replace(r, assessments=(*r.assessments[:index], updated, *r.assessments[index + 1 :]))


def reversal_of(before: Record | None, after: Record, reason: LocalizedText, *, now: Record | None = None) -> Record:
    """Return the record to save in order to undo a save that changed the record `before` (None if new) to `after`.

    `now` may also have later changes: they stay. If nothing is left to undo, the result is equal to `now`. A
    record that the save created is retired, unless somebody edited it or added to it since.
    """
    now = now or after
    if before is None:
        if is_withdrawn(now.events) or has_later_work(after, now):
            return now
        return retire_record(now, reason)
    names = after.__dataclass_fields__.keys() - IGNORED_FIELDS - {"id"}
    changes: dict[str, Any] = {n: getattr(before, n) for n in names if getattr(now, n) == getattr(after, n)}
    for name in RECORDED_LISTS:
        if items := getattr(now, name, ()):
            versions = (getattr(before, name), getattr(after, name), items)
            changes[name] = _reverse_items(*versions, reason, texts=ITEM_TEXTS.get(name, ()))
    changes["events"] = _reverse_events(before.events, after.events, now.events, reason=reason)
    return replace(now, **changes)


def has_later_work(after: Record, now: Record) -> bool:
    """Return whether a field was changed, or an active item added or changed, since a save wrote `after`."""
    names = now.__dataclass_fields__.keys() - IGNORED_FIELDS
    items = (pair for n in RECORDED_LISTS for pair in zip_longest(getattr(after, n, ()), getattr(now, n, ())))
    return any(getattr(now, n) != getattr(after, n) for n in names) or any(
        new != old and is_active(new, None) for old, new in items
    )


def _reverse_items(before: Items, after: Items, now: Items, reason: LocalizedText, *, texts: tuple[str, ...]) -> Items:
    """Return the items `now` with a save undone: its items are withdrawn, its events and its changes of `texts` reversed."""
    reversed_items = []
    for index, item in enumerate(now):
        if index < len(before):
            old, new = before[index], after[index]
            back = {name: getattr(old, name) for name in texts if getattr(item, name) == getattr(new, name)}
            item = replace(item, events=_reverse_events(old.events, new.events, item.events, reason=reason), **back)
        elif index < len(after) and not is_withdrawn(item.events):
            item = replace(item, events=(*item.events, Event(type=EventType.WITHDRAWN, reason=reason)))
        reversed_items.append(item)
    return tuple(reversed_items)


def _reverse_events(before: Events, after: Events, now: Events, *, reason: LocalizedText) -> Events:
    """Return the events `now`, then events that undo a save. Leave out checks without a date, and what is undone already."""
    added, later = after[len(before) :], {(event.type, event.recorded_by) for event in now[len(after) :]}
    # If an item was withdrawn a second time, nothing changed: the opposite event would wrongly restore the item.
    changed = is_withdrawn(before) != is_withdrawn(after) == is_withdrawn(now)
    removals = [event for event in added if event.type in REMOVING_EVENTS][-1:] if changed else []
    others = [e for e in reversed(added) if e.type not in REMOVING_EVENTS and (e.date or e.type not in CHECK_EVENTS)]
    checks = [e for e in others if (OPPOSITE_EVENTS[e.type], e.recorded_by) not in later]
    # The new event has the same date, because the date shows which check is undone.
    opposites = [Event(type=OPPOSITE_EVENTS[e.type], date=e.date, reason=reason) for e in (*checks, *removals)]
    # an event that contests an assessment again gets the reason that was given for contesting it
    given = [one.reason for one in after if one.type is EventType.CONTESTED]
    is_contested = EventType.CONTESTED if given else None
    return (*now, *(replace(e, reason=given[-1]) if e.type is is_contested else e for e in opposites))


@dataclass(frozen=True, slots=True)
class SaveReversal:
    """How to undo a save: save `records`. `kept` are records that stay: they were used since, or nothing is left to undo.

    `reason` is the reason of the new save. `has_later_work` says whether any of the records was changed or used since,
    which stays, and `is_undo` whether the save undid another one.
    """

    records: tuple[Record, ...]
    kept: tuple[Record, ...]
    reason: str
    has_later_work: bool
    is_undo: bool


def can_undo_save(save: SavedTogether, now: datetime, by: Person) -> bool:
    """Return whether `by` may still save, and made this save less than a day before `now`. `now` has a time zone.

    They cannot undo what they saved for another organisation.
    """
    is_own = bool(by.handle) and save.by == by.handle and by.can(Permission.SAVE)
    is_own = is_own and (not by.organisation or save.organisation in (None, by.organisation))
    return is_own and now - datetime.fromisoformat(save.recorded) < UNDO_PERIOD


def is_undo(save: SavedTogether) -> bool:
    """Return whether a save undid another one, as its reason says. Undoing it brings something back."""
    known, undone = automatic_reasons(), (UNDONE, EARLIER_UNDONE)
    return any(known.get(text.text) in undone for entry in save.entries for text in (entry.reason or {}).values())


def find_own_save(view: View, times: Iterable[str], *, by: Person, now: datetime) -> SavedTogether | None:
    """Return the newest save with a change at one of these recorded `times` if `by` may undo it, and if anything is left of it."""
    return next(_own_saves(view, times, by=by, now=now), None)


def list_own_saves(view: View, *, by: Person, now: datetime) -> list[SavedTogether]:
    """Return the saves of which `by` can still undo at least a part, the newest first."""
    saves = {save.recorded: save for save in _own_saves(view, saves_by_time(view), by=by, now=now)} if by.handle else {}
    return list(saves.values())


def _own_saves(view: View, times: Iterable[str], *, by: Person, now: datetime) -> Iterator[SavedTogether]:
    since = (now - UNDO_PERIOD).strftime(TIMESTAMP_FORMAT)
    recent = sorted((time for time in times if time > since), reverse=True) if by.handle else []
    known = (save for time in recent if (save := saves_by_time(view).get(time)) and can_undo_save(save, now, by))
    language = get_language("en")

    def is_left(save: SavedTogether) -> bool:
        return view.cached("undo", save.recorded, lambda: bool(reverse_save(view, save, language).records))

    return filter(is_left, known)


def undo_save(
    view: View, recorded: str, save: SaveRecords, *, by: Person, now: datetime, language: Language
) -> SaveReversal:
    """Undo the save that has a change at the time `recorded`, and return what was saved for this.

    Raises TrackerError unless `by` made it less than a day before `now`, and what `save` raises.
    """
    if (found := saves_by_time(view).get(recorded)) is None or not can_undo_save(found, now, by):
        raise TrackerError(NOTHING_TO_UNDO)
    reversal = reverse_save(view, found, language)
    return replace(reversal, records=tuple(save(reversal.records, reversal.reason)) if reversal.records else ())


def can_undo_publication(e: Evidence, now: datetime) -> bool:
    """Return whether evidence is not retired and was recorded less than a day before `now`. It need not have been private."""
    recorded = e.recorded
    return not is_withdrawn(e.events) and recorded is not None and now - datetime.fromisoformat(recorded) < UNDO_PERIOD


def reverse_save(view: View, save: SavedTogether, language: Language) -> SaveReversal:
    """Return the records to save in order to undo a save, and the records of the save that stay as they are.

    A record that the save created is retired, unless somebody has worked on it since, or a record that stays refers to
    it. A changed record gets its earlier values back, except in fields that were changed again.
    """
    # an entry has the time of its last edit; each edit before it was recorded a microsecond earlier
    times = ((datetime.fromisoformat(one.recorded), max(1, len(one.edits))) for one in save.entries)
    moment = min(time - timedelta(microseconds=n) for time, n in times).strftime(TIMESTAMP_FORMAT)
    if language.code not in view.settings.languages:  # a language of the interface, but not of the data
        language = get_language(view.settings.language, view.settings)
    words = language.gettext(BROUGHT_BACK if is_undo(save) else UNDONE)
    reason = text_from_input(words, language)
    saved = {(type(r), r.id): view.dataset.registers[type(r)][r.id] for r in save.records}
    reversals: dict[Key, Record] = {}
    for key, r in saved.items():
        before = None if (r.recorded or "") > moment else _record_at(r, moment)
        reversals[key] = reversal_of(before, _record_at(r, save.recorded), reason, now=r)
    new = {key for key, r in saved.items() if (r.recorded or "") > moment}
    kept = {key for key, r in saved.items() if reversals[key] == r}
    while new and (used := (new - kept) & _used_after(view, reversals, kept)):
        kept |= used
    worked_on = (has_later_work(_record_at(r, save.recorded), r) for r in saved.values())
    later = any(reversals[key] != saved[key] for key in kept) or any(worked_on)
    changed = tuple(reversals[key] for key in saved if key not in kept)
    left = tuple(saved[key] for key in saved if key in kept)
    return SaveReversal(changed, left, words, has_later_work=later, is_undo=is_undo(save))


def _used_after(view: View, reversals: Mapping[Key, Record], kept: Set[Key]) -> set[Key]:
    """Return the keys of the records to which others refer after these `reversals`, except those of `kept` records."""
    used = set[Key]()
    for r in all_records(view.dataset):
        r = r if (type(r), r.id) in kept else reversals.get((type(r), r.id), r)
        used |= {(Document, name) for _, name in referenced_documents(r)}
        lists = () if is_withdrawn(r.events) else (getattr(r, name, ()) for name in RECORDED_LISTS)
        for item in (item for items in lists for item in items if is_active(item, None)):
            used |= {(Evidence, id) for id in getattr(item, "evidence", ())}
            used.add((Recommendation, getattr(item, "recommendation", "")))
    return used


def _record_at(r: Record, moment: str) -> Record:
    """Return the record as it was at the time `moment`, also with the items that were withdrawn by then."""
    before: Record = without_later_edits(r, moment)  # type: ignore[type-var]
    lists: dict[str, Any] = {}
    for name in RECORDED_LISTS:
        if items := getattr(r, name, ()):
            pairs = zip(getattr(before, name), items, strict=True)
            known = ((old, new) for old, new in pairs if (new.recorded or "") <= moment)
            lists[name] = tuple(replace(old, events=_events_until(new.events, moment)) for old, new in known)
    return replace(before, events=_events_until(r.events, moment), **lists)


def _events_until(events: tuple[Any, ...], moment: str) -> tuple[Any, ...]:
    """Return the events that were recorded by `moment`, and those that have no recorded time."""
    return tuple(event for event in events if (event.recorded or "") <= moment)


def retire_record(record: RetiredRecord, reason: LocalizedText, into: str | None = None) -> RetiredRecord:
    """Return the record with an event that archives it. `into`: the id of the record of which it is a duplicate.

    A recommendation is "retired" only as a duplicate (the store sees to that), and otherwise withdrawn.
    """
    is_other = isinstance(record, Recommendation) and not into
    kind = EventType.WITHDRAWN if is_other else EventType.RETIRED
    return replace(record, events=(*record.events, Event(type=kind, into=into, reason=reason)))


def records_naming(dataset: Dataset, document_id: str) -> tuple[Record, ...]:
    """Return the other active records that refer to a document: it can be retired only if there are none."""
    others = (record for record in all_records(dataset) if record is not dataset.documents.get(document_id))
    return tuple(r for r in others if any(name == document_id for _, name in referenced_documents(r)))


def dependants_of(d: Dataset, evidence_id: str) -> tuple[tuple[Recommendation, tuple[Assessment, ...]], ...]:
    """Return (recommendation, its assessments that cite the evidence) for recommendations linked to it or citing it.

    Withdrawn assessments are included, withdrawn links are not.
    """
    e = d.evidence.get(evidence_id)
    linked = {link.recommendation for link in (e.relevant_to if e else ()) if not is_withdrawn(link.events)}
    citing = ((r, tuple(a for a in r.assessments if evidence_id in a.evidence)) for r in d.recommendations.values())
    return tuple((r, assessments) for r, assessments in citing if assessments or r.id in linked)


def evidence_recorded_with(dataset: Dataset, r: Recommendation, a: Assessment) -> tuple[Evidence, ...]:
    """Return the active evidence that was saved together with the assessment `a` of `r`, and that nothing else uses."""
    assessments = [(other.id, one) for other in dataset.recommendations.values() for one in other.assessments]
    cited = {i for id, one in assessments if is_active(one, None) and (id, one) != (r.id, a) for i in one.evidence}
    items = (dataset.evidence.get(i) for i in a.evidence if i not in cited)
    found = [e for e in items if e and e.recorded and a.recorded and e.recorded_by == a.recorded_by]
    linked = {e.id: {link.recommendation for link in e.relevant_to if is_active(link, None)} for e in found}
    return tuple(e for e in found if is_same_save(e, a) and is_active(e, None) and linked[e.id] <= {r.id})
