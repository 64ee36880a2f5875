"""What is told of a record: now, and as it stood recorded at a moment."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import ANNA, ASKED, SHOWN, Clock, dataset, folder, said
from tracker.editing.store import Store
from tracker.model.lifecycle import last_checked
from tracker.model.localized_text import TextVariant
from tracker.queries.as_recorded import as_recorded
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)


def at(day):
    """A moment: noon on a day of January 2026."""
    return f"2026-01-{day:02}T12:00:00.000000Z"


def event(what, day, more=""):
    return f"{{type: {what}, recorded: {at(day)}, recorded_by: editor-anna{more}}}"


def assessed(*events, status="not-implemented", day="2024-01", recorded=2):
    when = f", recorded: {at(recorded)}" if recorded else ""
    return f"  - {{voice: civil-society, status: {status}, date: {day}, reason: R.{when}, events: [{', '.join(events)}]}}\n"


@pytest.fixture
def view(tmp_path):
    """`view(*assessments)` shows a recommendation x, recorded on 1 January, with these; `recorded` is a day of January."""

    def view(*assessments, more="", recorded=None, as_of=None):
        text = f"{ASKED}recorded: {at(1)}\n{more}" + ("assessments:\n" + "".join(assessments) if assessments else "")
        found = DatasetReader(folder(tmp_path, {"r/x": text})).read()
        assert found.problems == ()
        return View(found, TODAY, as_of, at(recorded) if recorded else None)

    return view


def status(view):
    return view.status(view.recommendations["x"]).value


def test_an_assessment_counts_from_when_it_was_recorded_until_it_was_withdrawn_and_again_when_restored(view):
    found = [status(view(assessed(event("withdrawn", 5), event("restored", 9)), recorded=day)) for day in (1, 2, 5, 9)]
    assert found == ["not-assessed", "not-implemented", "not-assessed", "not-implemented"]
    assert status(view(assessed(event("withdrawn", 5), event("restored", 9)))) == "not-implemented"


def test_when_the_latest_is_withdrawn_the_one_before_it_counts(view):
    later = assessed(event("withdrawn", 5), status="partially-implemented", day="2025", recorded=3)
    found = [status(view(assessed(), later, recorded=day)) for day in (2, 3, 5)]
    assert found == ["not-implemented", "partially-implemented", "not-implemented"]


def test_what_was_written_or_withdrawn_by_hand_without_a_time_counts_now_and_in_no_recorded_view(view):
    written, withdrawn = assessed(recorded=None), assessed("{type: withdrawn}")
    assert (status(view(written)), status(view(written, recorded=31))) == ("not-implemented", "not-assessed")
    assert (status(view(withdrawn)), status(view(withdrawn, recorded=31))) == ("not-assessed", "not-implemented")


def test_what_was_added_by_hand_at_the_end_is_the_latest_of_its_day(view):
    by_hand = assessed(status="partially-implemented", recorded=None)
    assert status(view(assessed(), by_hand)) == "partially-implemented"
    later = assessed(status="not-enough-information", recorded=9)
    assert status(view(assessed(), by_hand, later)) == "not-enough-information"


def test_a_record_is_not_there_before_it_was_recorded_nor_while_it_is_retired(view):
    retired = f"events: [{event('retired', 5, ', into: y')}, {event('restored', 9)}]\n"
    there = [list(view(more=retired, recorded=day).recommendations) for day in (1, 4, 5, 8, 9)]
    assert there == [["x"], ["x"], [], [], ["x"]]
    early = View(view(more=retired).dataset, TODAY, recorded="2025-12-31T12:00:00.000000Z")
    assert dict(early.recommendations) == {}


def test_evidence_and_its_links_come_and_go_by_themselves(tmp_path):
    bears = f"relevant_to:\n  - {{recommendation: x, effect: progress, recorded: {at(3)}, events: [{event('withdrawn', 5)}]}}\n"
    law = f"{SHOWN}recorded: {at(2)}\nevents: [{event('retired', 7)}]\n{bears}"
    found = dataset(tmp_path, {"r/x": f"{ASKED}recorded: {at(1)}\n", "e/law": law})
    views = [View(found, TODAY, recorded=at(day)) for day in (1, 2, 3, 5, 7)]
    assert [list(v.evidence) for v in views] == [[], ["law"], ["law"], ["law"], []]
    assert [len(v.evidence_for(v.recommendations["x"])) for v in views] == [0, 0, 1, 0, 0]


def edited(*changes):
    return "history:\n" + "".join(
        f"  - recorded: {at(day)}\n    recorded_by: editor-anna\n    reason: R.\n    field: {field}\n{was}"
        for day, field, was in changes
    )


def test_texts_are_as_they_were_with_every_later_edit_taken_back(view):
    history = edited(
        (3, "title", "    old: |-\n      en: Old\n      ru: Старое\n"),
        (5, "title", "    old: '''A: b'''\n"),
        (6, "paragraph", ""),
        (7, "summary", "    old: |\n      |\n        Line\n"),
    )
    found = [view(more="paragraph: 3\n" + history, recorded=day).recommendations["x"] for day in (2, 3, 5, 6, 7)]
    old = {"en": TextVariant(text="Old"), "ru": TextVariant(text="Старое")}
    assert [dict(r.title) for r in found] == [old, said("A: b"), *[said("T")] * 3]
    assert [r.paragraph for r in found] == [None, None, None, "3", "3"]
    assert [r.summary for r in found] == [said("Line\n")] * 4 + [said("S")]
    assert [len(r.history) for r in found] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "text", ["Ends with a line\n", "Ends with two\n\n", "- # ~", "null", "Two\n  lines", "x: y" * 50]
)
def test_any_text_comes_back_from_the_history(tmp_path, text):
    store = Store(DatasetReader(folder(tmp_path, {"r/x": f"{ASKED}recorded: {at(1)}\n"})), clock=Clock())
    r = store.reader.read().recommendations["x"]
    (r,) = store.save(replace(r, summary=said(text)), by=ANNA, reason="-")
    (r,) = store.save(replace(r, summary=said("Other.")), by=ANNA, reason="-")
    assert as_recorded(r, r.history[0].recorded).summary == said(text)


DAY, OTHER = ", date: 2025-03-01", ", date: 2026-01-05"


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([], None),
        ([event("checked", 3, DAY)], "2025-03-01"),
        ([event("checked", 3, OTHER), event("checked", 4, DAY)], "2026-01-05"),
        ([event("checked", 3, DAY), event("checked", 4, OTHER), event("unchecked", 5, DAY)], "2026-01-05"),
        ([event("checked", 3, DAY), event("checked", 4, OTHER), event("unchecked", 5)], "2025-03-01"),
        ([event("checked", 3, DAY), event("unchecked", 5, OTHER)], "2025-03-01"),
        ([event("checked", 3)], None),
    ],
)
def test_the_last_check_is_the_latest_day_that_was_not_taken_back(view, events, last):
    (a,) = view(assessed(*events)).recommendations["x"].assessments
    assert last_checked(a, None) == last


def test_a_check_keeps_an_old_assessment_from_turning_stale(view):
    checks = [event("checked", 3, ", date: 2024-12-01"), event("checked", 20, OTHER)]

    def seen(**past):
        v = view(assessed(*checks), **past)
        return v.last_checked(v.recommendations["x"]), v.is_stale(v.recommendations["x"])

    assert seen() == ("2026-01-05", False)
    assert seen(recorded=3) == ("2024-12-01", True)
    assert seen(recorded=2) == ("2024-01", True)
    assert seen(as_of=date(2025, 6, 1)) == ("2024-12-01", False)
    assert seen(as_of=date(2024, 11, 1)) == ("2024-01", False)


def test_a_check_from_before_the_assessment_does_not_make_it_older(view):
    v = view(assessed(event("checked", 3, ", date: 2023"), day="2024-01"))
    assert v.last_checked(v.recommendations["x"]) == "2024-01"
