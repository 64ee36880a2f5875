"""Taking back without deleting: undo, withdraw, no change; and what the store takes of what became of something."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.importing.test_document_records import LANGUAGES, Place
from tests.support.small_dataset import ANNA, ASKED, BOLOT, CONCLUDED, LAW, PARTLY, SHOWN, said
from tests.support.small_observations import RUSSIAN_OBSERVATIONS
from tracker.editing.undo import can_undo_save, find_own_save, is_undo, reversal_of, reverse_save, undo_save, with_event
from tracker.i18n import get_language
from tracker.model.errors import Conflict, TrackerError, ValidationFailed
from tracker.model.events import Event
from tracker.model.lifecycle import is_active, last_checked, timestamps_of
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import READER
from tracker.model.records import EvidenceLink, Revision, SameDemand
from tracker.model.vocabulary import EventType, EvidenceEffect
from tracker.queries.activity_log import SavedTogether, activity_log, group_by_save
from tracker.queries.view import View

WHY = said("A mistake.")
PAST = "2020-01-01T00:00:00.000000Z"
TIMED = "recorded: 2026-01-01T00:00:00.000000Z\n"
FORGED = Event(type=EventType.WITHDRAWN, recorded=PAST, recorded_by="no-one")
X = f"{ASKED}{TIMED}assessments:\n  - {{voice: state, date: 2024, reason: R., source: {{cited_by: report-2024}}, {TIMED.strip()}}}\n"
SIGNED = f"{SHOWN}{TIMED}relevant_to:\n  - {{recommendation: x, effect: progress, {TIMED.strip()}}}\n"
FILES = {"r/x": X, "r/y": f"{CONCLUDED}{TIMED}", "e/law": SIGNED}
"""x has one assessment, the law bears on x, and y asks for something else."""


def x(store):
    return store.reader.read().recommendations["x"]


def save(store, *records, by=ANNA):
    return store.save(*records, by=by, reason="Why.")


def events(item):
    return [(e.type.value, e.date, e.recorded and e.recorded[20:26], e.recorded_by) for e in item.events]


def test_a_withdrawal_is_an_event_with_reason_time_and_handle(store):
    (r,) = save(store, with_event(EventType.WITHDRAWN, x(store), 0, WHY))
    assert r.assessments[0].events == (
        Event(type=EventType.WITHDRAWN, reason=WHY, recorded="2026-01-31T12:00:01.000000Z", recorded_by="editor-anna"),
    )
    assert replace(r.assessments[0], events=()) == replace(x(store).assessments[0], events=())
    assert (is_active(r.assessments[0], None), r.history) == (False, ())


def test_still_so_is_an_event_with_its_day(store):
    (r,) = save(
        store, with_event(EventType.CHECKED, x(store), 0, day="2026-01-30", reason=said("Asked again.")), by=BOLOT
    )
    assert events(r.assessments[0]) == [("checked", "2026-01-30", "000000", "editor-bolot")]
    assert r.assessments[0].events[0].reason == said("Asked again.")


def test_undoing_a_save_withdraws_what_it_added_and_brings_the_texts_back(store):
    before = x(store)
    (after,) = save(store, replace(before, title=said("New"), paragraph="7", assessments=(*before.assessments, PARTLY)))
    (r,) = save(store, reversal_of(before, after, WHY))
    assert [is_active(a, None) for a in r.assessments] == [True, False]
    assert (r.title, r.paragraph) == (said("T"), None)
    told = [(c.field, c.old) for c in r.history]
    assert told == [("paragraph", None), ("title", "T"), ("title", "New"), ("paragraph", "7")]


def test_undoing_a_save_that_made_a_record_retires_it(store):
    link = EvidenceLink(recommendation="x", effect=EvidenceEffect.PROGRESS)
    (after,) = save(store, replace(LAW, relevant_to=(link,)))
    (retired,) = save(store, reversal_of(None, after, WHY))
    assert (is_active(retired, None), events(retired)) == (False, [("retired", None, "000000", "editor-anna")])
    (again,) = save(store, reversal_of(after, retired, WHY))
    assert is_active(again, None)


def test_a_new_record_stays_if_somebody_confirmed_or_translated_one_of_its_items_since(store):
    (after,) = save(store, replace(x(store), id="new", version="", assessments=(PARTLY,)))
    confirmed = with_event(EventType.CONFIRMED, after, 0)
    said_again = replace(after.assessments[0], reason={**after.assessments[0].reason, "ru": TextVariant(text="Да.")})
    for now in (confirmed, replace(after, assessments=(said_again,))):
        assert reversal_of(None, after, WHY, now=now) == now
    withdrawn = with_event(EventType.WITHDRAWN, after, 0, WHY)
    assert not is_active(reversal_of(None, after, WHY, now=withdrawn), None)


def test_undoing_a_withdrawal_restores_and_undoing_that_withdraws(store):
    first = x(store)
    (second,) = save(store, with_event(EventType.WITHDRAWN, first, 0, WHY))
    (third,) = save(store, reversal_of(first, second, WHY))
    (fourth,) = save(store, reversal_of(second, third, WHY))
    assert [is_active(r.assessments[0], None) for r in (first, second, third, fourth)] == [True, False, True, False]
    assert [e.type.value for e in fourth.assessments[0].events] == ["withdrawn", "restored", "withdrawn"]


def test_undoing_a_check_takes_back_that_day_and_undoing_that_brings_it_again(store):
    first = x(store)
    (second,) = save(store, with_event(EventType.CHECKED, first, 0, day="2026-01-30"))
    (third,) = save(store, with_event(EventType.CHECKED, second, 0, day="2025-06-01"))
    (fourth,) = save(store, reversal_of(second, third, WHY))
    (fifth,) = save(store, reversal_of(third, fourth, WHY))
    assert [last_checked(r.assessments[0], None) for r in (first, second, third, fourth, fifth)] == [
        None, "2026-01-30", "2026-01-30", "2026-01-30", "2026-01-30",
    ]  # fmt: skip
    assert [(e.type.value, e.date) for e in fifth.assessments[0].events] == [
        ("checked", "2026-01-30"),
        ("checked", "2025-06-01"),
        ("unchecked", "2025-06-01"),
        ("checked", "2025-06-01"),
    ]


def test_a_save_that_a_colleague_has_gone_on_from_is_not_undone(store):
    before = x(store)
    (after,) = save(store, replace(before, title=said("New")))
    save(store, replace(after, summary=said("Newer")), by=BOLOT)
    with pytest.raises(Conflict):
        save(store, reversal_of(before, after, WHY))
    assert x(store).title == said("New")


def test_events_are_only_added(store):
    (r,) = save(store, with_event(EventType.WITHDRAWN, x(store), 0, WHY))
    (r,) = save(store, replace(r, events=(Event(type=EventType.WITHDRAWN),)))
    (a,) = r.assessments
    for fewer in (
        replace(r, assessments=(replace(a, events=()),)),
        replace(r, assessments=(replace(a, events=(replace(a.events[0], reason=said("Other.")),)),)),
        replace(r, events=()),
        replace(r, events=(Event(type=EventType.RESTORED), *r.events)),
    ):
        with pytest.raises(ValidationFailed, match="added, never overwritten"):
            save(store, fewer)


def test_links_are_only_added(store):
    law = store.reader.read().evidence["law"]
    y = store.reader.read().recommendations["y"]
    (y,) = save(store, replace(y, same_demand=(SameDemand(recommendation="x"),)))
    for fewer in (
        replace(law, relevant_to=()),
        replace(law, relevant_to=(replace(law.relevant_to[0], effect=EvidenceEffect.SETBACK),)),
        replace(y, same_demand=(replace(y.same_demand[0], note=said("N")),)),
    ):
        with pytest.raises(ValidationFailed, match="are added, never overwritten"):
            save(store, fewer)


def test_times_and_names_of_events_are_the_stores_to_give(store):
    r = x(store)
    (r,) = save(store, replace(r, assessments=(replace(r.assessments[0], events=(FORGED,)),), events=(FORGED,)))
    assert events(r.assessments[0]) == [("withdrawn", None, "000000", "editor-anna")]
    assert events(r) == [("withdrawn", None, "000001", "editor-anna")]


def test_the_time_and_the_history_of_a_record_cannot_be_made_up(store):
    made_up = Revision(recorded=PAST, recorded_by="no-one", reason="-", field="title", old="Never said")
    r = x(store)
    (saved,) = save(store, replace(r, recorded=PAST, recorded_by="no-one", history=(made_up,), title=said("New")))
    assert (saved.recorded, saved.recorded_by) == (r.recorded, r.recorded_by)
    assert [(c.recorded[:4], c.old) for c in saved.history] == [("2026", "T")]
    new = replace(r, id="new", version="", recorded=PAST, history=(made_up,), events=(FORGED,))
    (new,) = save(store, new)
    assert {time[:10] for time in (new.recorded, new.assessments[0].recorded, new.events[0].recorded)} == {"2026-01-31"}
    assert new.history == ()


def test_a_copy_of_an_item_or_an_event_is_recorded_anew(store):
    (r,) = save(store, with_event(EventType.WITHDRAWN, x(store), 0, WHY))
    (a,) = r.assessments
    twice = replace(a, events=(*a.events, a.events[0]))
    (r,) = save(store, replace(r, assessments=(twice, a)))
    times = [r.assessments[0].events[1].recorded, r.assessments[1].recorded, r.assessments[1].events[0].recorded]
    assert times == [f"2026-01-31T12:00:02.00000{n}Z" for n in range(3)]


def test_what_was_written_by_hand_without_a_time_keeps_none_when_something_becomes_of_it(store, tmp_path):
    path = tmp_path / "recommendations" / "x.yaml"
    path.write_text(path.read_text().replace(f", {TIMED.strip()}}}", "}"))
    store.reader.read(fresh=True)
    (r,) = save(store, with_event(EventType.WITHDRAWN, x(store), 0, WHY))
    assert (r.assessments[0].recorded, len(r.assessments[0].events)) == (None, 1)


# Each save can be found again by a time in it, and is undone and done again by who made it, for a day.


def undo_at(store, recorded, by=ANNA, hours=1, language="en"):
    view = View(store.reader.read(fresh=True), date(2026, 2, 1))
    how = {
        "by": by,
        "now": datetime.fromisoformat(recorded) + timedelta(hours=hours),
        "language": get_language(language),
    }
    return undo_save(view, recorded, lambda records, why: store.save(*records, by=by, reason=why), **how)


def offered(store, r, by=ANNA, hours=1):
    now = datetime.fromisoformat(max(timestamps_of(r))) + timedelta(hours=hours)
    return find_own_save(View(store.reader.read(fresh=True), date(2026, 2, 1)), timestamps_of(r), by=by, now=now)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_save_is_undone_done_again_and_undone_again(store, language):
    save(store, replace(x(store), title=said("New"), paragraph="7", assessments=(*x(store).assessments, PARTLY)))
    told = []
    for _ in range(4):
        told.append((x(store).title, x(store).paragraph, [is_active(a, None) for a in x(store).assessments]))
        found = offered(store, x(store))
        undo_at(store, found.recorded, language=language)
        told.append(is_undo(found))
    done, undone = (said("New"), "7", [True, True]), (said("T"), None, [True, False])
    assert told == [done, False, undone, True, done, False, undone, True]


def test_an_undo_is_for_who_saved_and_for_a_day_and_leaves_what_others_did_since(store):
    (r,) = save(store, replace(x(store), title=said("New"), paragraph="7"))
    recorded = max(timestamps_of(r))
    assert [offered(store, r, *who) is not None for who in ((ANNA, 23), (ANNA, 25), (BOLOT, 1), (READER, 1))] == [
        True, False, False, False,
    ]  # fmt: skip
    for who in ((ANNA, 25), (BOLOT, 1), (READER, 1)):
        with pytest.raises(TrackerError, match="There is nothing to undo"):
            undo_at(store, recorded, *who)
    assert x(store) == r
    save(store, replace(r, title=said("Newer")), by=BOLOT)
    assert undo_at(store, recorded).has_later_work
    assert (x(store).title, x(store).paragraph) == (said("Newer"), None)
    (new,) = save(store, replace(x(store), id="new", version="", assessments=()))
    save(store, replace(new, assessments=(PARTLY,)), by=BOLOT)
    assert offered(store, new) is None, "a colleague built on it"
    assert undo_at(store, new.recorded).records == ()


def test_new_evidence_on_which_a_colleague_rests_an_assessment_is_not_torn_away(store):
    (e,) = save(store, replace(LAW, id="new"))
    assert offered(store, e)
    (r,) = save(
        store, replace(x(store), assessments=(*x(store).assessments, replace(PARTLY, evidence=("new",)))), by=BOLOT
    )
    assert (offered(store, e), undo_at(store, e.recorded).kept) == (None, (e,))
    save(store, with_event(EventType.WITHDRAWN, r, 1, WHY), by=BOLOT)
    assert [r.id for r in undo_at(store, e.recorded).records] == ["new"]


# An import is one entry of the activity, and one undo takes it back within a day.


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "data", {"tracker.yaml": LANGUAGES})


def saves(place):
    return [each for each in group_by_save(activity_log(place.view)) if isinstance(each, SavedTogether)]


def undo(place, save):
    reversal = reverse_save(place.view, save, get_language("en"))
    place.store.save(*reversal.records, by=ANNA, reason="A mistake.")
    return [r.id for r in reversal.records], [r.id for r in reversal.kept]


def test_an_import_is_one_entry_that_opens_to_its_records(place):
    place.bring_in()
    (save,) = saves(place)
    told = ([r.id for r in save.records], save.by, save.document_id)
    assert told == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], "editor-anna", "e-c12-kgz-co-5")


def test_two_saves_of_one_document_are_two_entries(place):
    place.bring_in()
    place.bring_in(RUSSIAN_OBSERVATIONS)
    assert [len(save.records) for save in saves(place)] == [3, 3]


def test_one_undo_archives_what_was_added_and_can_be_made_for_a_day(place):
    place.bring_in()
    (save,) = saves(place)
    made = datetime.fromisoformat(save.recorded)
    assert [can_undo_save(save, made + timedelta(hours=hours), ANNA) for hours in (23, 25)] == [True, False]
    assert not can_undo_save(save, made, BOLOT)  # undo is for who saved
    assert undo(place, save) == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], [])
    assert "cescr-2026-3" not in place.view.recommendations
    assert reverse_save(place.view, save, get_language("en")).records == ()


def test_an_undo_gives_changed_texts_back_and_leaves_what_was_changed_since(place):
    place.bring_in()
    place.bring_in(RUSSIAN_OBSERVATIONS)
    newest = saves(place)[0]
    r = place.view.dataset.recommendations["cescr-2026-4"]
    place.store.save(replace(r, paragraph="4 bis"), by=ANNA, reason="A typo.")
    assert undo(place, newest) == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], [])
    found = place.view.dataset.recommendations
    assert (set(found["cescr-2026-3"].text), set(found["cescr-2026-4"].text)) == ({""}, {""})
    assert found["cescr-2026-4"].paragraph == "4 bis"


def test_a_new_document_stays_with_a_recommendation_that_stays(place):
    place.bring_in()
    (save,) = saves(place)
    r = place.view.dataset.recommendations["cescr-2026-4"]
    place.store.save(replace(r, paragraph="4 bis"), by=ANNA, reason="A typo.")
    assert undo(place, save) == (["cescr-2026-3"], ["e-c12-kgz-co-5", "cescr-2026-4"])
