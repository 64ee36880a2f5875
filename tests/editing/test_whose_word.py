"""Only the organisation that signed an assessment withdraws, corrects or translates it; others may contest it."""

from dataclasses import replace

import pytest

from tests.support.small_dataset import ASKED, CENTRE, NOBODYS, ORGANISATIONS, PARTLY, TRACKER, WATCH, said
from tracker.editing.undo import reversal_of, with_event
from tracker.model.errors import NotAllowed, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_active, standing_contests
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.vocabulary import EventType, Voice

WATCH_REVIEWER = Person(Role.REVIEWER, "reviewer-w2", "watch")
CENTRE_REVIEWER = Person(Role.REVIEWER, "reviewer-c2", "centre")
WHY = said("It is wrong.")
AT = "recorded: 2026-01-0{}T00:00:00.000000Z"
X = f"""\
{ASKED}{AT.format(1)}
assessments:
  - {{voice: civil-society, organisation: centre, status: not-implemented, date: 2025, reason: {{en: R.}}, {AT.format(2)}, recorded_by: editor-c1}}
  - {{voice: civil-society, organisation: editors, status: implemented, date: 2025, reason: R., {AT.format(3)}, recorded_by: editor-n2}}
  - {{voice: state, status: implemented, date: 2025, reason: R., {AT.format(4)}, recorded_by: editor-c1}}
"""
E = "kind: monitoring\npublisher: P\nsummary: S.\ndimension: practice\nverification: seen\n"
FILES = {"tracker": TRACKER + ORGANISATIONS, "r/x": X, "e/e": E + AT.format(1)}
OF_WATCH, OF_CENTRE = (replace(PARTLY, organisation=name, reason=WHY) for name in ("watch", "centre"))

STATED = {"voice": Voice.STATE, "organisation": None}


def x(store):
    return store.reader.read().recommendations["x"]


def save(store, record, by):
    (after,) = store.save(record, by=by, reason="Why.")
    return after


def forged(r, kind, **values):
    first, *others = r.assessments
    event = Event(type=kind, **values)
    return replace(r, assessments=(replace(first, events=(*first.events, event)), *others))


def translated(r):
    first = r.assessments[0]
    text = {**first.reason, "ru": TextVariant(text="П.")}
    return replace(r, assessments=(replace(first, reason=text), *r.assessments[1:]))


def test_who_has_no_organisation_assesses_for_the_editors_alone(store):
    save(store, with_event(EventType.WITHDRAWN, x(store), 1, WHY), NOBODYS)
    before = x(store)
    for by in (NOBODYS, replace(NOBODYS, role=Role.REVIEWER)):
        with pytest.raises(NotAllowed, match="You assess for editors, not for another organisation"):
            save(store, replace(before, assessments=(*before.assessments, OF_WATCH)), by)
    after = save(
        store, replace(before, assessments=(*before.assessments, replace(PARTLY, organisation="editors"))), NOBODYS
    )
    assert after.assessments[3].recorded_for == "editors"
    assert not is_active(save(store, reversal_of(before, after, WHY), NOBODYS).assessments[3], None)


def test_what_somebody_else_once_entered_for_an_organisation_is_changed_by_it_alone(store):
    path = store.root / "recommendations" / "x.yaml"
    path.write_text(
        path.read_text().replace("recorded_by: editor-c1}", "recorded_by: editor-n1, recorded_for: editors}", 1)
    )
    store.reader.read(fresh=True)
    for change in (translated, lambda r: with_event(EventType.WITHDRAWN, r, 0, WHY)):
        with pytest.raises(NotAllowed, match="an assessment of centre"):
            save(store, change(x(store)), NOBODYS)
        save(store, change(x(store)), CENTRE)


def test_what_the_state_said_is_withdrawn_by_who_entered_it_and_the_editors(store):
    withdrawn = with_event(EventType.WITHDRAWN, x(store), 2, WHY)
    for by in (WATCH, WATCH_REVIEWER):
        with pytest.raises(NotAllowed, match="entered by editors"):
            save(store, withdrawn, by)
    assert not is_active(save(store, withdrawn, NOBODYS).assessments[2], None)


def test_the_store_says_for_whom_an_event_was_recorded_whatever_the_caller_says(store):
    forged = Event(type=EventType.CHECKED, date="2026-01-30", recorded_for="watch")
    first, *others = x(store).assessments
    r = save(store, replace(x(store), assessments=(replace(first, events=(forged,)), *others)), CENTRE)
    assert r.assessments[0].events[0].recorded_for == "centre"
    r = save(store, replace(r, title=said("New"), recorded_for="watch"), CENTRE)
    assert (r.history[-1].recorded_for, r.recorded_for) == ("centre", None)


def test_a_contest_has_a_reason_is_not_about_ones_own_and_is_taken_back_by_who_made_it(store):
    with pytest.raises(ValidationFailed, match="needs a reason"):
        save(store, forged(x(store), EventType.CONTESTED), WATCH_REVIEWER)
    with pytest.raises(NotAllowed, match="your own organisation"):
        save(store, with_event(EventType.CONTESTED, x(store), 0, WHY), CENTRE_REVIEWER)
    r = save(store, with_event(EventType.CONTESTED, x(store), 0, WHY), WATCH_REVIEWER)
    with pytest.raises(NotAllowed, match="once"):
        save(store, with_event(EventType.CONTESTED, r, 0, WHY), WATCH_REVIEWER)
    for by in (CENTRE_REVIEWER, NOBODYS):
        with pytest.raises(NotAllowed):
            save(store, with_event(EventType.CONTEST_UNDONE, r, 0), by)
    colleague = replace(WATCH_REVIEWER, handle="reviewer-w3")
    after = save(store, with_event(EventType.CONTEST_UNDONE, r, 0), colleague)
    assert standing_contests(after.assessments[0], None) == ()
    again = save(store, reversal_of(r, after, said("Undone.")), WATCH_REVIEWER)
    assert [e.reason for e in standing_contests(again.assessments[0], None)] == [WHY]


def test_a_confirmation_is_undone_by_who_gave_it_and_takes_no_other_away(store):
    one = save(store, with_event(EventType.CONFIRMED, x(store), 0), WATCH_REVIEWER)
    nobodys = replace(NOBODYS, role=Role.REVIEWER)
    with pytest.raises(NotAllowed):
        save(store, forged(one, EventType.CONFIRMATION_UNDONE), nobodys)
    two = save(store, with_event(EventType.CONFIRMED, one, 0), nobodys)
    three = save(store, forged(two, EventType.CONFIRMATION_UNDONE), WATCH_REVIEWER)
    assert [e.type.value for e in three.assessments[0].events] == ["confirmed", "confirmed", "unconfirmed"]
    save(store, forged(three, EventType.CONFIRMATION_UNDONE), nobodys)  # theirs still stands


def test_undo_takes_back_what_was_saved_and_leaves_what_others_did_since(store):
    before = x(store)
    mine = replace(before, title=said("Mine"), summary=said("7"), assessments=(*before.assessments, OF_WATCH))
    after = save(store, mine, WATCH)
    now = save(store, replace(after, summary=said("8"), assessments=(*after.assessments, OF_CENTRE)), CENTRE)
    undone = save(store, reversal_of(before, after, WHY, now=now), WATCH)
    assert (undone.title, undone.summary) == (said("T"), said("8"))
    assert [is_active(a, None) for a in undone.assessments] == [True, True, True, False, True]
    left = replace(reversal_of(before, after, WHY, now=undone), verification="to-check")
    assert left == undone, "nothing is left to undo but the mark, which was for another summary"


def test_a_new_record_stays_if_another_organisation_has_assessed_it_since(store):
    new = replace(x(store), id="y", version="", assessments=(), recorded=None, recorded_by=None)
    after = save(store, new, WATCH)
    now = save(store, replace(after, assessments=(OF_CENTRE,)), CENTRE)
    assert reversal_of(None, after, WHY, now=now) == now
    gone = save(store, with_event(EventType.WITHDRAWN, now, 0, WHY), CENTRE)
    assert not is_active(save(store, reversal_of(None, after, WHY, now=gone), WATCH), None)


def test_what_the_state_said_rests_on_no_evidence_that_was_archived_before_it_was_entered(store):
    def said_in(**source):
        return replace(r := x(store), assessments=(*r.assessments, replace(OF_WATCH, **STATED, **source)))

    def archive(record, kind=EventType.RETIRED):
        save(store, replace(record, events=(*record.events, Event(type=kind, reason=WHY))), NOBODYS)

    def is_refused(r):
        with pytest.raises(ValidationFailed, match="is archived"):
            save(store, r, NOBODYS)

    first = save(store, said_in(evidence=("e",)), NOBODYS)
    archive(store.reader.read().evidence["e"])
    is_refused(said_in(evidence=("e",)))
    kept = save(store, with_event(EventType.CHECKED, first, 3, day="2026-01-30"), NOBODYS)
    gone = save(store, with_event(EventType.WITHDRAWN, kept, 3, WHY), NOBODYS)
    is_refused(with_event(EventType.RESTORED, gone, 3, WHY))
    archive(store.reader.read().evidence["e"], EventType.RESTORED)
    save(store, with_event(EventType.RESTORED, gone, 3, WHY), NOBODYS)
