"""Owners and second review: to which organisation a word belongs, who may change it, and who must confirm it.

The organisation that signed an assessment is its owner, and the one that made a record is the owner of the record (see
`owner_of`). A person without an organisation belongs to the tracker's editors, which count as an organisation.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import PRIVATE_SIGNATURE, Dataset, Record
from tracker.model.errors import NotAllowed, SignedByOthers
from tracker.model.events import Event
from tracker.model.fields import item_texts, record_texts
from tracker.model.labels import N_
from tracker.model.lifecycle import (
    REMOVING_EVENTS,
    events_for,
    events_until,
    is_active,
    is_unpublished,
    is_withdrawn,
    standing_events,
)
from tracker.model.organisations import is_named, own_organisation, plain_name
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Assessment, Evidence, Recommendation, Source
from tracker.model.registers import Deadline, Document, Settings
from tracker.model.verification import READ_FIELDS, quotes_other_words, says_the_same
from tracker.model.vocabulary import (
    QUOTED_ORIGINS,
    DateSetBy,
    EventType,
    EvidenceKind,
    Issuer,
    StateResponse,
    Verification,
    Voice,
)

_ASSESSED = N_(
    "It is not archived: {organisation} has assessed it. It can be archived when that assessment is withdrawn."
)
OTHERS_ASSESSMENT = N_(
    "This is an assessment of {organisation}. Only this organisation withdraws, reviews, corrects or translates it. "
    "A reviewer can contest it."
)
_OTHERS_RECORD = N_(
    "This belongs to {organisation}. Only this organisation changes, archives or translates it. Others can contest it, "
    "or propose a change."
)
_PUBLISHED_BY_OTHERS = N_(
    "This is published by {organisation}. Only this organisation and the tracker's editors mark it as “source read”. Choose "
    "“reported by others” or “not checked yet”."
)
ENTERED_BY_OTHERS = N_(
    "This was entered by {organisation}. Only this organisation and the tracker's editors withdraw it or bring it back."
)
_NAMES_OF_EDITORS = N_(
    "{organisation} would be added to the authors or publisher, or taken away from there. Once an entry is saved, only the "
    "tracker's editors do that: ask whoever runs this tracker."
)
_NAMED = N_(
    "An entry can name {organisation} as its author only if this organisation makes it, or has agreed to sign it."
)
_SAYS_WHAT_IT_IS = N_(
    "This says what the entry “{record}” is, so only the tracker's editors and the organisation that entered it change it: "
    "{fields}. Propose the change in the form of the entry, or ask whoever runs this tracker."
)
_OTHERS_REST_ON_IT = N_(
    "{organisation} entered “{record}” and other entries that rest on it, so only {organisation} changes what it is: {fields}. "
    "Propose the change in the form of the entry."
)
IDENTITY: Mapping[type, tuple[str, ...]] = {
    Document: (
        *("body", "state", "kind", "symbol", "cycle", "authors", "received", "considered", "adopted", "issued"),
        *("original_language", "link"),
    ),
    Recommendation: ("issued_by", "document", "source", "paragraph", "recommending_states", "response"),
    Evidence: ("kind", "publisher", "document", "happened", "published", "link", "archived", "identifier"),
}
"""Type of record → the fields that say what it is (see `fixed_fields`). Of a `source`, these are IDENTITY_OF_SOURCE."""
_PLACE = ("body", "state", "kind", "symbol", "considered", "adopted", "issued", "issued_by", "document")
"""The fields of a document or a recommendation that say of which committee and of when it is (see `keeper_of`)."""
IDENTITY_OF_SOURCE = ("document", "paragraph", "publisher", "link", "date", "cited_by")
_NOTHING_YET = (None, "", (), StateResponse.TO_BE_EXAMINED)
"""Values that say nothing yet: who fills them does not change what a record is."""
EVERYBODYS = ("assessments", "same_demand", "uptake", "text")
"""The fields of a recommendation that do not belong to the owner: assessments have owners of their own, what asks for
the same and what was taken up is everybody's to judge (each link says for whom), and a quotation is the text of a
document. A quotation of a report that belongs to an organisation is its own."""
CONFIRMATION_EVENTS = frozenset({EventType.CONFIRMED, EventType.CONFIRMATION_UNDONE})


def awaits_second_reader(settings: Settings, a: Assessment, moment: str | None) -> bool:
    """Return whether a second person must still confirm assessment `a` at `moment` (a recorded time, or None for now).

    This is so if its status is in `settings.second_reader`, its voice is civil society, it counts at this moment, and
    nobody but its author has confirmed it. A confirmation without the name of a person does not count.
    """
    required = a.status in settings.second_reader and a.voice is Voice.CIVIL_SOCIETY
    if not required or not is_active(a, moment):
        return False
    confirmations = standing_events(events_until(a, moment), EventType.CONFIRMED, EventType.CONFIRMATION_UNDONE)
    return all(event.recorded_by in (None, a.recorded_by) for event in confirmations)


def can_confirm(person: Person, a: Assessment) -> bool:
    """Return whether `person` may confirm assessment `a`: any reviewer may, except its author."""
    return person.can(Permission.CONFIRM) and bool(person.handle) and person.handle != a.recorded_by


def require_reviewer_to_confirm(before: Iterable[Record | None], after: Iterable[Record], by: Person) -> None:
    """Raise NotAllowed if `by` is no reviewer and the change confirms an assessment or withdraws a confirmation."""

    def count(record: Record | None) -> int:
        assessments = record.assessments if isinstance(record, Recommendation) else ()
        return sum(event.type in CONFIRMATION_EVENTS for a in assessments for event in a.events)

    pairs = zip(before, after, strict=True)
    if not by.can(Permission.CONFIRM) and any(count(new) > count(old) for old, new in pairs):
        raise NotAllowed("Only a reviewer can confirm what someone else recorded. Nothing was saved.")


def assessment_key(r: Recommendation, a: Assessment) -> str:
    """Return the name of assessment `a` in URLs: its recorded time or, without one, its position in `r`, from 0."""
    return a.recorded or str(r.assessments.index(a))


def find_assessment_index(r: Recommendation, key: str) -> int | None:
    """Return the position, from 0, of the assessment in `r` with this `assessment_key`, or None if there is none."""
    return next((i for i, a in enumerate(r.assessments) if key == (a.recorded or str(i))), None)


TAKEN_BACK = {EventType.CONFIRMATION_UNDONE: EventType.CONFIRMED, EventType.CONTEST_UNDONE: EventType.CONTESTED}
"""Type of event → the type of the events that it cancels. Only the person or organisation that recorded an event cancels it."""
CONTEST_EVENTS = frozenset({EventType.CONTESTED, EventType.CONTEST_UNDONE})


def recorded_for(settings: Settings, by: Person) -> str:
    """Return the id of the organisation for which a person records, or "" if there are only the tracker's editors."""
    return own_organisation(by, settings.organisations) if by.organisation or len(settings.organisations) > 1 else ""


def needs_another_organisation(settings: Settings, by: Person) -> bool:
    """Return whether what a person enters or changes is "source read" only by another organisation or the editors."""
    others = [o.id for o in settings.organisations if not o.is_editors]
    return len(others) > 1 and own_organisation(by, settings.organisations) in others


def may_set_contact(settings: Settings, by: Person) -> bool:
    """Return whether a person may say where readers report mistakes: the tracker's editors, or its only organisation."""
    others = [o.id for o in settings.organisations if not o.is_editors]
    return own_organisation(by, settings.organisations) not in others or len(others) == 1


def is_own(settings: Settings, a: Assessment, by: Person) -> bool:
    """Return whether a person may withdraw, check, correct and translate an assessment, because it is their own.

    It is their own if their organisation signed it, or recorded it for the State or a committee. If no organisation did,
    such an assessment is everybody's.
    """
    return _signer(settings, a) in ("", own_organisation(by, settings.organisations))


def may_take_back(settings: Settings, a: Assessment, by: Person) -> bool:
    """Return whether a person may withdraw an assessment and bring it back: only for the organisation that made it.

    With a grade or a claim of the State: for the organisation that entered it, or for the tracker's editors.
    """
    if a.voice is Voice.CIVIL_SOCIETY:
        return is_own(settings, a, by)
    own, editors = (own_organisation(one, settings.organisations) for one in (by, READER))
    return own in (editors, _entered_for(settings, a))


def _entered_for(settings: Settings, a: Assessment) -> str:
    return _signer(settings, a) or own_organisation(READER, settings.organisations)


def can_contest(d: Dataset, item: Assessment | Record, by: Person) -> bool:
    """Return whether a person may contest an assessment or a record: a reviewer may, if it belongs to another organisation."""
    is_others = not is_own(d.settings, item, by) if isinstance(item, Assessment) else bool(others_owner(d, item, by))
    return by.can(Permission.CONFIRM) and bool(by.handle) and is_others


def events_made_by(events: Iterable[Event], settings: Settings, by: Person) -> list[Event]:
    """Return the events that a person recorded, and those recorded for the organisation of this person."""
    own = events_for(events := tuple(events), own_organisation(by, settings.organisations))
    return [event for event in events if event in own or event.recorded_by == by.handle]


def owner_of(d: Dataset, record: Record) -> str:
    """Return the id of the organisation to which a record belongs, or "" if it is everybody's.

    Evidence and a document of civil society belong to the organisation for which they were first recorded. A recommendation
    in a report of an organisation belongs to this one, another one of civil society to the organisation for which it was
    first recorded. Everything else is everybody's: what the tracker's editors made, also older records without an
    organisation, and what the State and committees said.
    """
    if d.signature == PRIVATE_SIGNATURE or getattr(record, "private", None):
        return ""  # private entries say whose they are, and the private folder enforces it
    match record:
        case Document():
            is_owned = record.kind.is_civil_societys
        case Recommendation():
            if of_report := _owner_of_report(d, record):
                return of_report
            is_owned = record.issued_by is Issuer.CIVIL_SOCIETY
        case _:
            is_owned = True
    return _organisation(d.settings, record.recorded_for) if is_owned else ""


def others_owner(d: Dataset, item: Any, by: Person) -> str:
    """Return the id of the organisation to which an item belongs, or "" if the person `by` may change it.

    The item is a record, a file of everybody's evidence, or a deadline. A report that the tracker's editors entered,
    and the demands in it, may be changed by the editors and by its authors (see `named_in`), and by nobody else.
    """
    is_record, own = (
        isinstance(item, Document | Evidence | Recommendation),
        own_organisation(by, d.settings.organisations),
    )
    owner = owner_of(d, item) if is_record else _organisation(d.settings, item.recorded_for)
    is_reported = isinstance(item, Document | Recommendation)
    if is_reported and not owner and own != own_organisation(READER, d.settings.organisations):
        named = named_in(d, item)
        owner = "" if own in named else next(iter(named), "")
    return "" if owner == own else owner


def named_in(d: Dataset, record: Record) -> tuple[str, ...]:
    """Return the ids of the organisations of the tracker under whose names a record stands.

    They are the authors of a report of civil society, also for each demand in it, or the publisher of evidence.
    """
    if isinstance(record, Recommendation):
        report = d.documents.get(record.document) if record.issued_by is Issuer.CIVIL_SOCIETY else None
        return named_in(d, report) if report else ()
    is_report = isinstance(record, Document) and record.kind.is_civil_societys
    is_under = is_report or isinstance(record, Evidence)
    found = _organisations_in(d, record) if is_under else set[str]()
    return tuple(o.id for o in d.settings.organisations if o.id in found)


def _organisations_in(d: Dataset, record: Record) -> set[str]:
    """Return the ids of the organisations that are named as authors of a document or as publisher of evidence."""
    said = plain_name(record.publisher if isinstance(record, Evidence) else getattr(record, "authors", None) or "")
    return {o.id for o in d.settings.organisations if not o.is_editors and is_named(o, said)}


def is_everybodys_date(deadline: Deadline) -> bool:
    """Return whether a deadline is what a document says: it was not set by us, and a sentence or a place shows it."""
    return deadline.set_by is not DateSetBy.OURS and bool(deadline.sentence or deadline.source)


def can_bring_back(d: Dataset, record: Record, by: Person) -> bool:
    """Return whether a person may bring back an archived record: its owner may, and who archived it.

    A reviewer may bring back what the tracker's editors made, and what others than its owner archived. What belongs to
    everybody may be brought back by those under whose names it stands (see `named_in`). What belongs to everybody and was undone by those who entered it, such as an import, anybody may bring in again.
    """
    is_stub = isinstance(record, Evidence) and is_unpublished(record)
    if not is_withdrawn(record.events) or is_stub or not by.can(Permission.SAVE):
        return False
    removal = [event for event in record.events if event.type in REMOVING_EVENTS][-1]
    own, editors = (own_organisation(one, d.settings.organisations) for one in (by, READER))
    owner = owner_of(d, record)
    is_theirs = own == (owner or editors) or bool(events_made_by([removal], d.settings, by))
    is_imported = (
        isinstance(record, Document | Recommendation) and not owner and record.recorded_for not in (None, editors)
    )
    is_theirs |= is_imported and removal.recorded_for == record.recorded_for
    is_theirs |= not owner and own in named_in(d, record)
    return is_theirs or (by.can(Permission.CONFIRM) and removal.recorded_for != owner)


def texts_of_others(d: Dataset, record: Record, by: Person) -> frozenset[str]:
    """Return the paths of the texts in a record that the person `by` may not translate, because they belong to others."""
    assessments = record.assessments if isinstance(record, Recommendation) else ()
    found = {path for a in assessments if not is_own(d.settings, a, by) for path in item_texts("assessments", a)}
    if others_owner(d, record, by):
        free = _everybodys(d, record)
        found |= {path for path, _ in record_texts(record) if path.partition("/")[0] not in free}
    return frozenset(found.union(*(item_texts("files", file) for file in files_of_others(d, record, by))))


def keeper_of(d: Dataset, record: Record) -> str:
    """Return the id of the organisation to which a change of the `fixed_fields` is proposed: otherwise the tracker's editors.

    It is the one that entered a document or recommendation, if its assessments, dates, demands or evidence rest on that.
    """
    owner, editors = _organisation(d.settings, record.recorded_for), own_organisation(READER, d.settings.organisations)
    if not owner or isinstance(record, Evidence):
        return editors
    if isinstance(record, Recommendation):
        of_it = [record]
    else:
        of_it = [r for r in d.recommendations.values() if r.document == record.id]
        if owner in {*(one.recorded_for for one in record.deadlines), *(r.recorded_for for r in of_it)}:
            return owner
    ids = {r.id for r in of_it}
    is_assessed = any(_signer(d.settings, a) == owner and is_active(a, None) for r in of_it for a in r.assessments)
    is_shown = (
        owner == e.recorded_for and (e.document == record.id or ids & {link.recommendation for link in e.relevant_to})
        for e in d.evidence.values()
    )
    return owner if is_assessed or any(is_shown) else editors


def fixed_fields(d: Dataset, record: Record, by: Person) -> frozenset[str]:
    """Return which filled fields that say what a record is (see `_identity`) the person `by` may not change.

    The tracker's editors change them, the organisation that entered the record, the authors of a report, and a field
    that was empty also the organisation that filled it. Where there is one organisation, nothing is fixed. The editors do
    not move what another organisation keeps to another place (see `keeper_of`).
    """
    own, editors = (own_organisation(one, d.settings.organisations) for one in (by, READER))
    in_its_report = () if isinstance(record, Evidence) else (owner_of(d, record), *named_in(d, record))
    is_private = d.signature == PRIVATE_SIGNATURE or getattr(record, "private", None)
    if is_private or own in (record.recorded_for, *in_its_report):
        return frozenset()
    known = _identity(record)
    if not needs_another_organisation(d.settings, by):
        places = _PLACE if keeper_of(d, record) not in (own, editors) else ()
        known = {name: known[name] for name in places if name in known}
    edits = {name: [one for one in record.history if one.field == name] for name in known}
    filled = {name for name, e in edits.items() if e and not e[0].old and {one.recorded_for for one in e} == {own}}
    return frozenset(known.keys() - filled)


def _identity(record: Record) -> dict[str, Any]:
    """Return what a record is: field (such as "symbol" or "source/paragraph") → value, without what says nothing yet."""
    values = {name: getattr(record, name, None) for name in IDENTITY[type(record)]}
    source = values.pop("source", None)
    values |= {f"source/{name}": getattr(source, name, None) for name in IDENTITY_OF_SOURCE}
    return {name: value for name, value in values.items() if value not in _NOTHING_YET}


def require_same_identity(d: Dataset, old: Record | None, new: Record, *, by: Person, undone: Collection[str]) -> None:
    """Raise SignedByOthers if the person `by` may not make of a record another one (see `fixed_fields`).

    `undone` are the fields that get back the value from before the last edit, which was made for the own organisation:
    that is free unless another one keeps the record (see `keeper_of`). A recommendation that gets its quotation is from
    its document, whoever reported it before. Who fills a field does not name another organisation there.
    """
    if old is None or not (fixed := fixed_fields(d, old, by)):
        return
    before, after = _identity(old), _identity(new)
    is_first_quoted = not getattr(old, "text", True) and getattr(new, "source", None) == Source(
        document=before["document"]
    )
    keeper = keeper_of(d, old)
    is_kept = keeper != own_organisation(READER, d.settings.organisations)
    free = {*(() if is_kept else undone), *(["source"] if is_first_quoted else [])}
    changed = {name for name in fixed if after.get(name) != before[name] and name.partition("/")[0] not in free}
    said, own = plain_name(after.get("source/publisher", "")), own_organisation(by, d.settings.organisations)
    if "source/publisher" not in before:
        named = (o for o in d.settings.organisations if o.id != own and not o.is_editors and is_named(o, said))
        changed |= {"source/publisher" for _one in named}
    if changed:
        record = getattr(old, "symbol", None) or next(iter((old.title or getattr(old, "summary", {})).values())).text
        fields = ", ".join(name.rpartition("/")[2] for name in {**before, **after} if name in changed)
        told = _OTHERS_REST_ON_IT if is_kept else _SAYS_WHAT_IT_IS
        raise SignedByOthers(told, {"record": record, "fields": fields, "organisation": keeper})


def files_of_others(d: Dataset, record: Record, by: Person) -> tuple[AttachedFile, ...]:
    """Return the files in everybody's evidence that another organisation than that of the person `by` attached."""
    if not isinstance(record, Evidence) or owner_of(d, record) or d.signature == PRIVATE_SIGNATURE:
        return ()
    return tuple(file for file in record.files if others_owner(d, file, by))


def require_own_record(d: Dataset, record: Record, by: Person, *, digest: str = "") -> None:
    """Raise SignedByOthers if the record, or its file with this digest, belongs to another organisation."""
    for item in (record, *(file for file in files_of_others(d, record, by) if file.sha256 == digest)):
        if owner := others_owner(d, item, by):
            raise SignedByOthers(_OTHERS_RECORD, {"organisation": owner})


def require_own_organisation(
    before: Iterable[Record | None],
    after: Iterable[Record],
    by: Person,
    *,
    dataset: Dataset,
    agreed: Collection[str] = (),
) -> None:
    """Raise SignedByOthers if the person `by` may not make the change, because something belongs to another organisation.

    - A new assessment is signed by this person's organisation; without one, by the tracker's editors.
    - An assessment or record of another organisation is not changed. A reviewer may confirm the assessment, and contest
      both.
    - Nothing becomes another organisation's, as a recommendation that is put into its report, or names it as the author,
      unless it is one of those that `agreed`.
    - A recommendation is not archived while it has an assessment of another organisation.
    - A link of the same demand, of uptake or of evidence is withdrawn by the organisation that judged so, and by the tracker's editors.
    - An archived record is brought back only by who may (see `can_bring_back`).
    """
    settings = dataset.settings
    own = own_organisation(by, settings.organisations)
    for old, new in zip(before, after, strict=True):
        if old is not None:
            _require_own_changes(dataset, old, new, by=by, agreed=agreed)
        _require_own_name(dataset, old, new, by=by, agreed=agreed)
        _require_own_links(settings, old, new, own=own)
        if not isinstance(new, Recommendation):
            continue
        known = old.assessments if isinstance(old, Recommendation) else ()
        edited = _edited_fields(old, new)
        for a in new.assessments[len(known) :]:
            if not is_own(settings, a, by):
                raise SignedByOthers(N_("You assess for {own}, not for another organisation."), {"own": own})
        for a, changed in zip(known, new.assessments, strict=False):
            sentence = OTHERS_ASSESSMENT if a.voice is Voice.CIVIL_SOCIETY else _OTHERS_RECORD
            others = SignedByOthers(sentence, {"organisation": _signer(settings, a)})
            refused = None if is_own(settings, a, by) else others
            _require_own_events(dataset, a, changed, by=by, refused=refused)
            if refused and (replace(changed, events=a.events) != a or item_texts("assessments", a).keys() & edited):
                raise refused
        if isinstance(old, Recommendation) and is_withdrawn(new.events) and not is_withdrawn(old.events):
            for a in old.assessments:
                if is_active(a, None) and not may_take_back(settings, a, by):
                    raise SignedByOthers(_ASSESSED, {"organisation": _entered_for(settings, a)})


def _require_own_links(settings: Settings, old: Record | None, new: Record, *, own: str) -> None:
    """Raise SignedByOthers if a link that another organisation judged is withdrawn or changed, and not by the tracker's editors.

    Everybody may withdraw a link of the editors, and bring back what others withdrew. What the editors withdrew, only they
    bring back: it stands under their name.
    """
    editors = own_organisation(READER, settings.organisations)
    for name in ("same_demand", "uptake", "relevant_to"):
        for before, now in zip(getattr(old, name, ()), getattr(new, name, ()), strict=False):
            owner = _organisation(settings, before.recorded_for)
            is_gone = is_withdrawn(before.events) and not is_withdrawn(now.events)
            removal = [event.recorded_for for event in before.events if event.type in REMOVING_EVENTS and is_gone][-1:]
            is_others = owner not in ("", own) or (removal and not owner and removal[0] in (None, editors))
            if before != now and is_others and own != editors:
                raise SignedByOthers(ENTERED_BY_OTHERS, {"organisation": owner or editors})


def _organisation(settings: Settings, id: str | None) -> str:
    """Return `id` if it is the id of an organisation other than the tracker's editors, otherwise ""."""
    return next((o.id for o in settings.organisations if o.id == id and not o.is_editors), "")


def _require_own_changes(d: Dataset, old: Record, new: Record, *, by: Person, agreed: Collection[str]) -> None:
    """Raise SignedByOthers if the person `by` may not change the record, one of its files, or one of its deadlines.

    If its owner `agreed`, a file of this owner may be added.
    """
    owner = others_owner(d, old, by)
    refused = SignedByOthers(_OTHERS_RECORD, {"organisation": owner}) if owner else None
    _require_own_events(d, old, new, by=by, refused=refused)
    wordings = [word for one in (old, new) for word in (getattr(one, "text", None) or {}).values()]
    is_quoted = all(word.origin in QUOTED_ORIGINS for word in wordings)
    free = {name for name in _everybodys(d, old) if hasattr(old, name) and (is_quoted or name != "text")}
    if free and quotes_other_words(old, new):
        free.add("verification")  # it is the store's, see `with_compared_marks`
    if isinstance(old, Evidence) and may_confirm(d, old, by):
        free.add("verification")
    added = getattr(new, "files", ())[len(before := getattr(old, "files", ())) :]
    if (
        owner in agreed
        and added
        and (*before, *added) == getattr(new, "files", ())
        and {one.recorded_for for one in added} == {owner}
    ):
        free.add("files")
    same: dict[str, Any] = {name: getattr(old, name) for name in (*free, "events", "history")}
    # a translation that is confirmed as still right is in the history alone
    edited = {path.partition("/")[0] for path in _edited_fields(old, new)}
    if refused and (edited - free or replace(new, **same) != old):
        raise refused
    gone = [*files_of_others(d, old, by), *(one for one in getattr(old, "deadlines", ()) if others_owner(d, one, by))]
    for one in gone:
        if one not in (*getattr(new, "files", ()), *getattr(new, "deadlines", ())):
            raise SignedByOthers(_OTHERS_RECORD, {"organisation": one.recorded_for or ""})


def _require_own_name(d: Dataset, old: Record | None, new: Record, *, by: Person, agreed: Collection[str]) -> None:
    """Raise SignedByOthers if a record comes to belong to another organisation than that of `by`, or to name it as its author.

    Those that `agreed` can be named.
    """
    own = own_organisation(by, d.settings.organisations)
    allowed = {own, owner_of(d, old) if old else new.recorded_for or ""}
    report = None
    if isinstance(new, Recommendation) and new.issued_by is Issuer.CIVIL_SOCIETY:
        report = d.documents.get(new.document) if new.document != getattr(old, "document", None) else None
    for owner in (owner_of(d, new), others_owner(d, report, by) if report else ""):
        if owner not in ("", *allowed):
            raise SignedByOthers(_OTHERS_RECORD, {"organisation": owner})
    if _is_read_anew(old, new) and not _may_say_read(d, new, by):
        raise SignedByOthers(_PUBLISHED_BY_OTHERS, {"organisation": named_in(d, new)[0]})
    said, before = _authors(new), _authors(old)
    for o in d.settings.organisations if said != before else ():
        if o.id not in (*allowed, *agreed) and not o.is_editors and is_named(o, said) and not is_named(o, before):
            raise SignedByOthers(_NAMED, {"organisation": o.id})
    is_public = d.signature != PRIVATE_SIGNATURE  # the private folder enforces whose an entry is
    if old is not None and is_public and own != own_organisation(READER, d.settings.organisations):
        names = [_organisations_in(d, one) for one in (old, new)]
        of_its_own = {own} if (owner_of(d, old) == own or agreed) and names[0] <= {own} else set[str]()
        for name in sorted((names[0] ^ names[1]) - {*agreed, *of_its_own}):
            raise SignedByOthers(_NAMES_OF_EDITORS, {"organisation": name})


def may_confirm(d: Dataset, e: Evidence, by: Person) -> bool:
    """Return whether a person may mark another organisation's evidence as read, because it names others (see `_may_say_read`)."""
    owner = owner_of(d, e)
    return bool(owner and {*named_in(d, e)} - {owner}) and _may_say_read(d, e, by)


def _is_read_anew(old: Record | None, new: Record) -> bool:
    """Return whether evidence becomes "source read", or stays so with other words; a translation does not count."""
    if not isinstance(new, Evidence) or new.verification is not Verification.SEEN:
        return False
    if not isinstance(old, Evidence) or old.verification is not Verification.SEEN:
        return True
    return not all(says_the_same(getattr(old, name), getattr(new, name)) for name in READ_FIELDS[Evidence])


def _may_say_read(d: Dataset, e: Record, by: Person) -> bool:
    """Return whether a person may mark evidence as read: only organisations that it names, and the editors."""
    named = named_in(d, e) if isinstance(e, Evidence) and d.signature != PRIVATE_SIGNATURE else ()
    own, editors = (own_organisation(one, d.settings.organisations) for one in (by, READER))
    return not named or own in (*named, editors)


def _authors(record: Record | None) -> str:
    """Return the names under which a record stands: the authors of a document, and who did its "own monitoring"."""
    if isinstance(record, Evidence):
        return plain_name(record.publisher) if record.kind is EvidenceKind.MONITORING else ""
    return plain_name(record.authors or "") if isinstance(record, Document) else ""


def _owner_of_report(d: Dataset, r: Recommendation) -> str:
    return owner_of(d, report) if (report := d.documents.get(r.document)) else ""


def _everybodys(d: Dataset, record: Record) -> tuple[str, ...]:
    is_reported = isinstance(record, Recommendation) and (_owner_of_report(d, record) or named_in(d, record))
    return tuple(name for name in EVERYBODYS if name != "text" or not is_reported)


def _edited_fields(old: Record | None, new: Record) -> set[str]:
    return {change.field for change in new.history[len(old.history) if old else 0 :]}


def _signer(settings: Settings, a: Assessment) -> str:
    if a.voice is not Voice.CIVIL_SOCIETY:
        return _organisation(settings, a.recorded_for)
    known = {o.id for o in settings.organisations}
    return a.organisation if a.organisation in known else own_organisation(READER, settings.organisations)


def _require_own_events(d: Dataset, item: Any, changed: Any, *, by: Person, refused: SignedByOthers | None) -> None:
    """Raise SignedByOthers if the person `by` may not add the new events of `changed` to an assessment or a record.

    `refused` is the error if the item belongs to another organisation, and None if this person may change it.
    """
    is_assessment = isinstance(item, Assessment)
    for i, event in enumerate(changed.events[len(item.events) :], len(item.events)):
        earlier = changed.events[:i]
        if is_assessment and item.voice is not Voice.CIVIL_SOCIETY and event.type in REMOVING_EVENTS:
            if not may_take_back(d.settings, item, by):
                raise SignedByOthers(ENTERED_BY_OTHERS, {"organisation": _entered_for(d.settings, item)})
            continue
        if event.type in CONTEST_EVENTS and not by.can(Permission.CONFIRM):
            raise SignedByOthers(N_("Only a reviewer can contest what another organisation signed."), {})
        if kind := TAKEN_BACK.get(event.type):
            if not events_made_by(standing_events(earlier, kind, event.type), d.settings, by):
                message = N_("Only the organisation that made a confirmation or an objection withdraws it.")
                raise SignedByOthers(message, {})
        elif event.type is EventType.CONTESTED:
            if refused is None:
                message = N_("This is your own organisation's, or everybody's: change or withdraw it instead.")
                raise SignedByOthers(message, {})
            if events_made_by(standing_events(earlier, EventType.CONTESTED, EventType.CONTEST_UNDONE), d.settings, by):
                raise SignedByOthers(N_("An organisation contests an assessment or a record once."), {})
        elif event.type is EventType.RESTORED and not is_assessment and is_withdrawn(earlier):
            if not can_bring_back(d, replace(item, events=earlier), by):
                message = N_("Only its owner brings it back; a reviewer does if somebody else archived it.")
                raise SignedByOthers(message, {})
        elif refused and not (is_assessment and event.type is EventType.CONFIRMED):
            raise refused
