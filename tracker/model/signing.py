"""Signing and second review: which organisation signed an assessment, who may change it, and who must confirm it.

The organisation that signed an assessment is its owner. A person without an organisation belongs to the tracker's
editors, which count as an organisation.
"""

from collections.abc import Iterable
from dataclasses import replace

from tracker.model.dataset import Record
from tracker.model.errors import NotAllowed, SignedByOthers
from tracker.model.events import Event
from tracker.model.fields import item_texts
from tracker.model.labels import N_
from tracker.model.lifecycle import events_for, events_until, is_active, is_withdrawn, standing_events
from tracker.model.organisations import own_organisation
from tracker.model.permissions import READER, Permission, Person
from tracker.model.records import Assessment, Recommendation
from tracker.model.registers import Settings
from tracker.model.vocabulary import EventType, Voice

_ASSESSED = N_(
    "It is not archived: {organisation} has assessed it. It can be archived when that assessment is withdrawn."
)
_OTHERS = N_(
    "This is an assessment of {organisation}. Only this organisation withdraws, reviews, corrects or translates it. "
    "A reviewer can contest it."
)
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


def is_own(settings: Settings, a: Assessment, by: Person) -> bool:
    """Return whether a person may withdraw, check, correct and translate an assessment, because it is their own.

    It is their own if their organisation signed it, or if they have no organisation and entered it for another one.
    For assessments of the State and of committees, the answer is True for everybody.
    """
    own = own_organisation(by, settings.organisations)
    is_own = not by.organisation and a.recorded_by == by.handle and a.recorded_for == own
    return a.voice is not Voice.CIVIL_SOCIETY or is_own or _signer(settings, a) == own


def can_contest(settings: Settings, a: Assessment, by: Person) -> bool:
    """Return whether a person may contest an assessment: a reviewer may, unless it is their own (see `is_own`)."""
    return by.can(Permission.CONFIRM) and bool(by.handle) and not is_own(settings, a, by)


def events_made_by(events: Iterable[Event], settings: Settings, by: Person) -> list[Event]:
    """Return the events that a person recorded, and those recorded for the organisation of this person."""
    own = events_for(events := tuple(events), own_organisation(by, settings.organisations))
    return [event for event in events if event in own or event.recorded_by == by.handle]


def texts_of_others(settings: Settings, record: Record, by: Person) -> frozenset[str]:
    """Return the paths of the texts in a record that the person `by` may not translate: those in assessments of others."""
    assessments = record.assessments if isinstance(record, Recommendation) else ()
    return frozenset(path for a in assessments if not is_own(settings, a, by) for path in item_texts("assessments", a))


def require_own_organisation(
    before: Iterable[Record | None], after: Iterable[Record], by: Person, *, settings: Settings
) -> None:
    """Raise SignedByOthers if the person `by` may not make the change: an assessment belongs to another organisation.

    - A new assessment is signed by this person's organisation. A person without one may enter an assessment for another
      organisation, unless this organisation itself has recorded an assessment of the recommendation.
    - An assessment of another organisation is not changed. A reviewer may confirm or contest it.
    - A recommendation is not archived while it has an assessment of another organisation.
    """
    for old, new in zip(before, after, strict=True):
        if not isinstance(new, Recommendation):
            continue
        known = old.assessments if isinstance(old, Recommendation) else ()
        for a in new.assessments[len(known) :]:
            if by.organisation and a.voice is Voice.CIVIL_SOCIETY and a.organisation != by.organisation:
                message = N_("You assess for {own}, not for another organisation.")
                raise SignedByOthers(message, {"own": by.organisation})
            signing = {k.organisation for k in known if k.recorded_for and k.recorded_for == k.organisation}
            if a.organisation in signing and a.organisation != own_organisation(by, settings.organisations):
                message = N_("{organisation} signs its own assessments of this recommendation.")
                raise SignedByOthers(message, {"organisation": _signer(settings, a)})
        for a, changed in zip(known, new.assessments, strict=False):
            _require_own_word(settings, a, changed, by=by)
        if isinstance(old, Recommendation) and is_withdrawn(new.events) and not is_withdrawn(old.events):
            for a in old.assessments:
                if is_active(a, None) and not is_own(settings, a, by):
                    raise SignedByOthers(_ASSESSED, {"organisation": _signer(settings, a)})


def _signer(settings: Settings, a: Assessment) -> str:
    known = {o.id for o in settings.organisations}
    return a.organisation if a.organisation in known else own_organisation(READER, settings.organisations)


def _require_own_word(settings: Settings, a: Assessment, changed: Assessment, *, by: Person) -> None:
    """Raise SignedByOthers if the person `by` may not change the assessment `a` to `changed`, or add its new events."""
    is_theirs = is_own(settings, a, by)
    for i, event in enumerate(changed.events[len(a.events) :], len(a.events)):
        earlier = changed.events[:i]
        if event.type in CONTEST_EVENTS and not by.can(Permission.CONFIRM):
            raise SignedByOthers(N_("Only a reviewer can contest what another organisation signed."), {})
        if kind := TAKEN_BACK.get(event.type):
            if not events_made_by(standing_events(earlier, kind, event.type), settings, by):
                message = N_("Only the organisation that made a confirmation or an objection withdraws it.")
                raise SignedByOthers(message, {})
        elif event.type is EventType.CONTESTED:
            if is_theirs:
                message = N_("This is an assessment of your own organisation: withdraw it instead.")
                raise SignedByOthers(message, {})
            if events_made_by(standing_events(earlier, EventType.CONTESTED, EventType.CONTEST_UNDONE), settings, by):
                raise SignedByOthers(N_("An organisation contests an assessment once."), {})
        elif event.type is not EventType.CONFIRMED and not is_theirs:
            raise SignedByOthers(_OTHERS, {"organisation": _signer(settings, a)})
    if replace(changed, events=a.events) != a and not is_theirs:
        raise SignedByOthers(_OTHERS, {"organisation": _signer(settings, a)})
