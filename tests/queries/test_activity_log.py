"""What changed, newest first: as a list, word by word, and on its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.form_pages import html, opening
from tests.support.small_dataset import ANNA, BOLOT, Clock, said
from tests.support.story_folder import ASKED, NEWS, made
from tracker.editing.store import Store
from tracker.editing.undo import retire_record, reversal_of, with_event
from tracker.model.events import Event
from tracker.model.permissions import READER
from tracker.model.records import Assessment, EvidenceLink
from tracker.model.vocabulary import ActivityKind, EventType, EvidenceEffect, Status, Voice
from tracker.queries import activity_log as log
from tracker.queries.activity_log import ActivityFilters, activity_log, corrected_on_page, filter_activity, is_slip
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)
SAID = """\
recorded: 2026-01-01T09:00:00.000000Z
recorded_by: editor-anna
assessments:
  - {voice: civil-society, status: not-implemented, date: 2025, reason: Nothing was done., verification: seen,
     recorded: 2026-01-02T09:00:00.000000Z, recorded_by: editor-anna}
"""
LAW = f"""\
{NEWS}relevant_to:
  - {{recommendation: r1, effect: context, recorded: 2026-01-03T09:00:00.000001Z}}
recorded: 2026-01-03T09:00:00.000000Z
recorded_by: editor-anna
"""


def store_of(tmp_path, r1=ASKED, law=LAW):
    root = made(tmp_path / "data", {"recommendations/r1.yaml": r1, "evidence/law.yaml": law})
    return Store(DatasetReader(root, look_every=0), clock=Clock())


@pytest.fixture
def store(tmp_path):
    """Where r1 has an assessment, and the law bears on it. The clock stands at noon on 31 January 2026."""
    return store_of(tmp_path, ASKED + SAID)


def now(store, **past):
    return View(store.reader.read(), TODAY, **past)


def told(changes):
    return [(c.recorded[5:10], c.kind.value, c.record.id) for c in changes]


BEFORE = [("01-03", "evidence", "law"), ("01-02", "assessment", "r1"), ("01-01", "recommendation", "r1")]


def test_a_withdrawn_assessment_stays_and_says_so(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.WITHDRAWN, r, 0, said("A mistake.")), by=BOLOT, reason="-")
    gone, *before = activity_log(now(store))
    assert (gone.kind, gone.event.type) == (ActivityKind.WITHDRAWAL, EventType.WITHDRAWN)
    assert (gone.reason, gone.by) == (said("A mistake."), "editor-bolot")
    assert (told(before), [c.gone for c in before]) == (BEFORE, [None, EventType.WITHDRAWN, None])
    assert told(log.latest_assessments_and_evidence(now(store), 9)) == BEFORE[:1]


def test_a_check_is_told_with_its_day(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.CHECKED, r, 0, day="2026-01-30", reason=said("Asked again.")), by=ANNA, reason="-")
    check = activity_log(now(store))[0]
    assert (check.kind, check.event.date, check.gone) == (ActivityKind.CHECK, "2026-01-30", None)


def test_an_edit_says_what_every_field_was_and_what_it_is(store):
    r = store.reader.read().recommendations["r1"]
    (r,) = store.save(replace(r, title=said("Repeal them"), paragraph="7"), by=ANNA, reason="Shorter.")
    (r,) = store.save(replace(r, title=said("Repeal all of them")), by=BOLOT, reason="Longer.")
    store.save(replace(r, title=said("Repeal all")), by=BOLOT, reason="Shorter.")
    _, second, first, *_ = activity_log(now(store))
    edits = [[(e.field, e.old, e.new) for e in change.edits] for change in (first, second)]
    assert edits[0] == [("paragraph", None, "7"), ("title", "Repeal the punishments", "Repeal them")]
    assert edits[1] == [("title", "Repeal them", "Repeal all of them")]
    assert (second.kind, second.by, second.reason) == (ActivityKind.EDIT, "editor-bolot", said("Longer."))
    assert (first.kind, first.by, first.reason) == (ActivityKind.EDIT, "editor-anna", said("Shorter."))


def test_what_the_evidence_bears_on_later_is_told_by_itself(store):
    e = store.reader.read().evidence["law"]
    more = (*e.relevant_to, EvidenceLink(recommendation="hrc-3-20", effect=EvidenceEffect.SETBACK))
    store.save(replace(e, relevant_to=more), by=ANNA, reason="-")
    added = activity_log(now(store))[0]
    assert (added.kind, added.item.recommendation, added.by) == (ActivityKind.EVIDENCE, "hrc-3-20", "editor-anna")
    assert len(activity_log(now(store))) == 4


SCAN = f"""\
files:
  - {{sha256: {"a1" * 32}, kind: pdf, name: scan.pdf, size: 9, caption: The signed law,
     recorded: 2026-01-04T09:00:00.000000Z, recorded_by: editor-bolot}}
"""


def test_a_file_that_is_added_later_is_told_by_itself_and_so_is_its_withdrawal(tmp_path, shows):
    store = store_of(tmp_path, law=LAW + SCAN)
    added, law = activity_log(now(store))
    assert (added.kind, added.file.name) == (ActivityKind.FILE, "scan.pdf")
    assert (added.reason, added.by) == (said("The signed law"), "editor-bolot")
    assert (law.kind, law.file) == (ActivityKind.EVIDENCE, None)
    shown = shows(lang="ru")
    assert ("<b>Новый файл</b>" in shown, "Файл: scan.pdf" in shown, "The signed law" in shown) == (True, True, True)

    e = store.reader.read().evidence["law"]
    gone = replace(e.files[0], events=(Event(type=EventType.WITHDRAWN, reason=said("The wrong one.")),))
    store.save(replace(e, files=(gone,)), by=BOLOT, reason="-")
    withdrawn, added, _law = activity_log(now(store))
    assert (withdrawn.kind, withdrawn.file.name) == (ActivityKind.WITHDRAWAL, "scan.pdf")
    assert added.gone is EventType.WITHDRAWN
    shown = shows(lang="en")
    assert ("File: scan.pdf" in shown, "The wrong one." in shown) == (True, True)


def test_a_file_that_is_saved_with_its_evidence_has_no_entry_of_its_own(tmp_path):
    store = store_of(tmp_path, law=LAW + SCAN.replace("2026-01-04T09:00:00.0", "2026-01-03T09:00:00.0"))
    assert told(activity_log(now(store))) == BEFORE[:1]


def test_as_recorded_earlier_what_was_recorded_later_is_left_out(store):
    r = store.reader.read().recommendations["r1"]
    store.save(with_event(EventType.WITHDRAWN, r, 0, said("A mistake.")), by=BOLOT, reason="-")
    then = activity_log(now(store, recorded="2026-01-02T09:00:00.000000Z"))
    assert (told(then), [c.gone for c in then]) == (BEFORE[1:], [None, None])


def test_as_of_an_earlier_day_what_is_dated_later_is_left_out(store):
    assert told(activity_log(now(store, as_of=date(2025, 6, 1)))) == [BEFORE[0], BEFORE[2]]


def test_what_has_no_recorded_time_is_left_out(tmp_path):
    by_hand = "assessments: [{voice: civil-society, status: not-implemented, date: 2025, reason: R.}]\n"
    assert activity_log(now(store_of(tmp_path, ASKED + by_hand, NEWS))) == ()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["law", "r1", "r1"]),
        ({"change": ["evidence", "recommendation"]}, ["law", "r1"]),
        ({"by": ["civil-society"], "body": ["cescr"]}, ["law", "r1", "r1"]),
        ({"body": ["ccpr"]}, []),
    ],
)
def test_filters_are_stable_codes_and_evidence_goes_with_what_it_bears_on(store, asked, found):
    view = now(store)
    wanted = ActivityFilters.from_params(view, asked)
    assert [c.record.id for c in filter_activity(view, activity_log(view), wanted)] == found
    params = {n: [v for k, v in wanted.params() if k == n] for n, _ in wanted.params()}
    assert ActivityFilters.from_params(view, params) == wanted


def test_a_day_is_one_in_the_datasets_timezone(store):
    late = replace(activity_log(now(store))[0], recorded="2026-01-03T20:30:00.000000Z")
    assert [day for day, _ in log.group_by_day([late], "Asia/Bishkek")] == [date(2026, 1, 4)]
    assert [day for day, _ in log.group_by_day([late], "UTC")] == [date(2026, 1, 3)]


@pytest.fixture
def shows(tmp_path, monkeypatch) -> Callable[..., str]:
    """`shows(lang="ru")` is the HTML of the page at that address for a reader."""
    open_page = opening(tmp_path, monkeypatch, None)
    return lambda **asked: html(open_page("activity", who=READER, **asked))


def test_the_page_shows_readers_no_handle_and_runs_no_text(store, shows):
    r = store.reader.read().recommendations["r1"]
    store.save(replace(r, title=said("<script>alert(1)</script>")), by=BOLOT, reason="<b>Why</b>")
    shown = shows(lang="en")
    assert "<del>Repeal the punishments</del> <ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in shown
    assert ("&lt;b&gt;Why&lt;/b&gt;" in shown, "<script>" in shown, "<b>Why" in shown) == (True, False, False)
    assert ("editor-bolot" in shown, "· editor" in shown) == (False, False)


# Slips that were undone within minutes are told apart from what stands.


ADDED_BY_ANNA = "recorded: 2026-01-01T09:00:00.000000Z\nrecorded_by: editor-anna\n"
QUICK, SLOW = timedelta(minutes=14), timedelta(minutes=16)
MINE = Assessment(voice=Voice.CIVIL_SOCIETY, status=Status.PARTIALLY, date="2026-01", reason=said("A slip."))


@pytest.fixture
def corrections(tmp_path):
    return store_of(tmp_path, ASKED + ADDED_BY_ANNA, NEWS + ADDED_BY_ANNA)


def split(corrections, **past):
    view = now(corrections, **past)
    parts = log.split_corrected(activity_log(view), view.recorded)
    return [[entry.event.type if entry.event else entry.kind for entry in part] for part in parts]


ADDED = [ActivityKind.RECOMMENDATION, ActivityKind.EVIDENCE]


@pytest.mark.parametrize(("later", "is_folded"), [(QUICK, True), (SLOW, False)])
def test_an_assessment_that_was_withdrawn_within_minutes_is_a_slip(corrections, later, is_folded):
    r = corrections.reader.read().recommendations["r1"]
    (r,) = corrections.save(replace(r, assessments=(MINE,)), by=ANNA, reason="-")
    corrections.clock.now += later
    (r,) = corrections.save(with_event(EventType.WITHDRAWN, r, 0, said("Wrong.")), by=ANNA, reason="-")
    slip = [EventType.WITHDRAWN, ActivityKind.ASSESSMENT]
    assert split(corrections) == ([ADDED, slip] if is_folded else [slip + ADDED, []])
    assert is_slip(r.assessments[0], None) is is_folded
    # as recorded before it was withdrawn, nobody knew that it was a slip
    assert not is_slip(r.assessments[0], r.assessments[0].recorded)
    assert split(corrections, recorded=r.assessments[0].recorded) == [[ActivityKind.ASSESSMENT, *ADDED], []]


def test_new_evidence_that_was_undone_takes_its_edits_and_links_with_it(corrections):
    e = corrections.reader.read().evidence["law"]
    (new,) = corrections.save(replace(e, id="new", version=""), by=ANNA, reason="-")
    link = EvidenceLink(recommendation="r1", effect=EvidenceEffect.CONTEXT)
    (edited,) = corrections.save(replace(new, publisher="Another", relevant_to=(link,)), by=BOLOT, reason="-")
    corrections.save(reversal_of(None, edited, said("Twice.")), by=ANNA, reason="-")
    standing, corrected = split(corrections)
    assert (standing, sorted(corrected)) == (ADDED, ["edit", "evidence", "evidence", "retired"])


def test_an_edit_that_was_taken_back_is_a_slip_and_one_that_was_edited_again_is_none(corrections):
    r = corrections.reader.read().recommendations["r1"]
    (one,) = corrections.save(replace(r, title=said("Repeal it")), by=ANNA, reason="-")
    (two,) = corrections.save(replace(one, title=r.title), by=ANNA, reason="-")
    (three,) = corrections.save(replace(two, title=said("Repeal")), by=ANNA, reason="-")
    corrections.clock.now += SLOW
    corrections.save(replace(three, title=r.title), by=ANNA, reason="-")
    assert split(corrections) == [["edit", "edit", *ADDED], ["edit", "edit"]]


def test_what_was_withdrawn_and_restored_within_minutes_still_counts(corrections):
    r = corrections.reader.read().recommendations["r1"]
    (r,) = corrections.save(replace(r, assessments=(MINE,)), by=ANNA, reason="-")
    corrections.clock.now += SLOW
    (gone,) = corrections.save(with_event(EventType.WITHDRAWN, r, 0, said("Wrong.")), by=ANNA, reason="-")
    (back,) = corrections.save(replace(reversal_of(r, gone, said("Right.")), version=gone.version), by=ANNA, reason="-")
    (checked,) = corrections.save(with_event(EventType.CHECKED, back, 0, day="2026-01-30"), by=ANNA, reason="-")
    corrections.save(replace(reversal_of(back, checked, said("No.")), version=checked.version), by=ANNA, reason="-")
    assert split(corrections) == [
        [ActivityKind.ASSESSMENT, *ADDED],
        [EventType.CHECK_UNDONE, EventType.CHECKED, EventType.RESTORED, EventType.WITHDRAWN],
    ]


def test_what_somebody_else_archived_or_edited_back_within_minutes_is_no_correction(corrections):
    e = corrections.reader.read().evidence["law"]
    (new,) = corrections.save(replace(e, id="new", version=""), by=ANNA, reason="-")
    (gone,) = corrections.save(retire_record(new, said("No.")), by=BOLOT, reason="-")
    back = replace(gone, events=(*gone.events, Event(type=EventType.RESTORED, reason=said("Yes."))))
    (one,) = corrections.save(back, by=ANNA, reason="-")
    (two,) = corrections.save(replace(one, publisher="Another"), by=BOLOT, reason="-")
    corrections.save(replace(two, publisher=one.publisher), by=ANNA, reason="-")
    standing = ["edit", "edit", EventType.RESTORED, EventType.RETIRED, ActivityKind.EVIDENCE, *ADDED]
    for within in (log.SLIP_PERIOD, log.NEWS_SLIP_PERIOD):
        parts = log.split_activity(now(corrections), within)
        assert [[c.event.type if c.event else c.kind for c in part] for part in parts] == [standing, []]


def test_a_page_shows_the_slips_of_its_time_and_no_slip_twice(corrections, monkeypatch):
    monkeypatch.setattr(log, "ENTRIES_PER_PAGE", 1)
    entry = activity_log(now(corrections))[0]
    days = [[replace(entry, recorded=f"2026-01-0{day}T00:00:00.000000Z") for day in days] for days in ("95431", "752")]
    slips, standing = days
    pages = [corrected_on_page(slips, standing, number) for number in (1, 2, 3)]
    assert [[slip.recorded[9] for slip in page] for page in pages] == [["9"], ["5"], ["4", "3", "1"]]
    assert [slip.recorded[9] for slip in corrected_on_page(slips, (), 1)] == list("95431")
