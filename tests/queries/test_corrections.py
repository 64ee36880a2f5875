"""Slips that were undone within minutes are told apart from what stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import tracker.queries.activity_log
from tests.support.small_dataset import ANNA, BOLOT, Clock, said
from tests.support.story_folder import ASKED, NEWS, made
from tracker.editing.store import Store
from tracker.editing.undo import confirm_unchanged, reversal_of, withdraw_assessment
from tracker.model.records import Assessment, EvidenceLink
from tracker.model.vocabulary import EventType, EvidenceEffect, Status, Voice
from tracker.queries.activity_log import ActivityKind, activity_log, corrected_on_page, is_slip, split_corrected
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SAID = "recorded: 2026-01-01T09:00:00.000000Z\nrecorded_by: editor-anna\n"
QUICK, SLOW = timedelta(minutes=14), timedelta(minutes=16)
MINE = Assessment(voice=Voice.CIVIL_SOCIETY, status=Status.PARTIALLY, date="2026-01", reason=said("A slip."))


@pytest.fixture
def store(tmp_path):
    root = made(tmp_path / "data", {"recommendations/r1.yaml": ASKED + SAID, "evidence/law.yaml": NEWS + SAID})
    return Store(DatasetReader(root, look_every=0), clock=Clock())


def split(store, **past):
    view = View(store.reader.read(), date(2026, 6, 18), **past)
    standing, corrected = split_corrected(activity_log(view), view.recorded)
    return [[entry.event.type if entry.event else entry.kind for entry in some] for some in (standing, corrected)]


ADDED = [ActivityKind.RECOMMENDATION, ActivityKind.EVIDENCE]


@pytest.mark.parametrize(("later", "is_folded"), [(QUICK, True), (SLOW, False)])
def test_an_assessment_that_was_withdrawn_within_minutes_is_a_slip(store, later, is_folded):
    r = store.reader.read().recommendations["r1"]
    (r,) = store.save(replace(r, assessments=(MINE,)), by=ANNA, reason="-")
    store.clock.now += later
    (r,) = store.save(withdraw_assessment(r, 0, said("Wrong.")), by=ANNA, reason="-")
    slip = [EventType.WITHDRAWN, ActivityKind.ASSESSMENT]
    assert split(store) == ([ADDED, slip] if is_folded else [slip + ADDED, []])
    assert is_slip(r.assessments[0], None) is is_folded
    # as recorded before it was withdrawn, nobody knew that it was a slip
    assert not is_slip(r.assessments[0], r.assessments[0].recorded)
    assert split(store, recorded=r.assessments[0].recorded) == [[ActivityKind.ASSESSMENT, *ADDED], []]


def test_new_evidence_that_was_undone_takes_its_edits_and_links_with_it(store):
    e = store.reader.read().evidence["law"]
    (new,) = store.save(replace(e, id="new", version=""), by=ANNA, reason="-")
    link = EvidenceLink(recommendation="r1", effect=EvidenceEffect.CONTEXT)
    (edited,) = store.save(replace(new, publisher="Another", relevant_to=(link,)), by=BOLOT, reason="-")
    store.save(reversal_of(None, edited, said("Twice.")), by=ANNA, reason="-")
    standing, corrected = split(store)
    assert (standing, sorted(corrected)) == (ADDED, ["edit", "evidence", "evidence", "retired"])


def test_an_edit_that_was_taken_back_is_a_slip_and_one_that_was_edited_again_is_none(store):
    r = store.reader.read().recommendations["r1"]
    (one,) = store.save(replace(r, title=said("Repeal it")), by=ANNA, reason="-")
    (two,) = store.save(replace(one, title=r.title), by=ANNA, reason="-")
    (three,) = store.save(replace(two, title=said("Repeal")), by=ANNA, reason="-")
    store.clock.now += SLOW
    store.save(replace(three, title=r.title), by=ANNA, reason="-")
    assert split(store) == [[ActivityKind.EDIT, ActivityKind.EDIT, *ADDED], [ActivityKind.EDIT, ActivityKind.EDIT]]


def test_what_was_withdrawn_and_restored_within_minutes_still_counts(store):
    r = store.reader.read().recommendations["r1"]
    (r,) = store.save(replace(r, assessments=(MINE,)), by=ANNA, reason="-")
    store.clock.now += SLOW
    (gone,) = store.save(withdraw_assessment(r, 0, said("Wrong.")), by=ANNA, reason="-")
    (back,) = store.save(replace(reversal_of(r, gone, said("Right.")), version=gone.version), by=ANNA, reason="-")
    (checked,) = store.save(confirm_unchanged(back, 0, "2026-01-30"), by=ANNA, reason="-")
    store.save(replace(reversal_of(back, checked, said("No.")), version=checked.version), by=ANNA, reason="-")
    assert split(store) == [
        [ActivityKind.ASSESSMENT, *ADDED],
        [EventType.CHECK_UNDONE, EventType.CHECKED, EventType.RESTORED, EventType.WITHDRAWN],
    ]


def test_a_page_shows_the_slips_of_its_time_and_no_slip_twice(store, monkeypatch):
    monkeypatch.setattr(tracker.queries.activity_log, "ENTRIES_PER_PAGE", 1)
    entry = activity_log(View(store.reader.read(), date(2026, 6, 18)))[0]
    slips, standing = (
        [replace(entry, recorded=f"2026-01-0{day}T00:00:00.000000Z") for day in days] for days in ("95431", "752")
    )
    pages = [corrected_on_page(slips, standing, number) for number in (1, 2, 3)]
    assert [[slip.recorded[9] for slip in page] for page in pages] == [["9"], ["5"], ["4", "3", "1"]]
    assert [slip.recorded[9] for slip in corrected_on_page(slips, (), 1)] == list("95431")
