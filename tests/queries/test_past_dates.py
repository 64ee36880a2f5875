"""Which past state an address asks for, and which one is refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.support.small_dataset import ASKED, TRACKER, dataset
from tracker.model.dataset import Dataset
from tracker.model.errors import PastDateRefused
from tracker.queries.current_view import DayChoice, as_of_choice, parse_past, recorded_choice
from tracker.queries.recommendation_details import AbsenceReason, find_absence_reason
from tracker.queries.view import View

TODAY = date(2026, 11, 25)
FIRST = "recorded: 2026-11-23T20:00:00.000046Z\n"  # 24 November in Bishkek
IN_BISHKEK = {"tracker": TRACKER + "timezone: Asia/Bishkek\n"}


@pytest.fixture
def found(tmp_path: Path) -> Dataset:
    return dataset(tmp_path, {**IN_BISHKEK, "r/x": ASKED + FIRST, "r/y": ASKED})


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-24", "2026-11-24T17:59:59.999999Z"),
        ("2026-11-24T09:50:00.000001Z", "2026-11-24T09:50:00.000001Z"),
        ("2026-11-24t09:50:00.5z", "2026-11-24T09:50:00.599999Z"),
        ("2026-11-24T09:50:00+01:00", "2026-11-24T08:50:00.999999Z"),
        ("", None),
    ],
)
def test_a_recorded_day_or_time_counts_to_its_end(found, value, moment):
    assert parse_past({"recorded": value}, found, TODAY).recorded == moment


UNREADABLE = "This date cannot be read: {}. Write it as 2026-11-25."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("recorded", "yesterday", UNREADABLE.format("yesterday")),
        ("recorded", "2026-11-24T25:00:00Z", UNREADABLE.format("2026-11-24T25:00:00Z")),
        ("recorded", "<b>\u202e;", UNREADABLE.format("b")),
        ("recorded", "2026-11-26", "This date is in the future: 2026-11-26. Choose today or an earlier day."),
        ("recorded", "2026-11-23", "Nothing was recorded here before 2026-11-24."),
        ("as_of", "12.03.2026", UNREADABLE.format("12.03.2026")),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(found, name, value, sentence):
    with pytest.raises(PastDateRefused) as refused:
        parse_past({name: value}, found, TODAY)
    assert str(refused.value) == sentence


def test_facts_up_to_today_are_todays_view(found):
    assert parse_past({"as_of": "2026-11-25"}, found, TODAY).as_of is None
    assert parse_past({"as_of": "2026-11-24"}, found, TODAY).as_of == date(2026, 11, 24)


def test_a_time_that_was_recorded_while_the_clock_was_wrong_is_not_in_the_future(tmp_path):
    found = dataset(tmp_path, {"r/x": ASKED + FIRST.replace("2026", "2027")})
    assert parse_past({"recorded": "2027-11-23T20:00:00.000046Z"}, found, TODAY).recorded
    with pytest.raises(PastDateRefused):
        parse_past({"recorded": "2027-11-23T20:00:00.000047Z"}, found, TODAY)


def test_where_nothing_has_a_recorded_time_there_is_no_earlier_version(tmp_path):
    found = dataset(tmp_path, {"r/x": ASKED})
    with pytest.raises(PastDateRefused, match="Nothing here has a recorded time"):
        parse_past({"recorded": "2026-11-24"}, found, TODAY)
    assert recorded_choice(View(found, TODAY)) is None


def test_the_days_that_can_be_chosen_begin_with_the_first_document_and_the_first_recorded_day(found):
    assert as_of_choice(View(found, TODAY)) == DayChoice(date(2021, 12, 31), TODAY, TODAY)
    assert recorded_choice(View(found, TODAY)) == DayChoice(date(2026, 11, 24), TODAY, TODAY)
    past = View(found, TODAY, date(2024, 1, 1), recorded="2026-11-24T17:59:59.999999Z")
    assert (as_of_choice(past).chosen, recorded_choice(past).chosen) == (date(2024, 1, 1), date(2026, 11, 24))


def test_what_is_out_of_date_or_still_to_come_is_counted_from_the_recorded_day(tmp_path):
    assessed = "assessments: [{voice: civil-society, status: implemented, date: 2024-02, reason: R, recorded: 2024-03-01T20:00:00.000000Z}]\n"
    found = dataset(tmp_path, {**IN_BISHKEK, "r/x": ASKED + "recorded: 2024-03-01T20:00:00.000000Z\n" + assessed})
    then, now = View(found, TODAY, recorded="2024-03-01T20:00:00.000000Z"), View(found, TODAY)
    assert (then.local_date, now.local_date) == (date(2024, 3, 2), TODAY)
    assert [view.is_stale(view.recommendations["x"]) for view in (then, now)] == [False, True]
    assert View(found, TODAY, date(2024, 2, 29), recorded="2024-03-01T20:00:00.000000Z").local_date == date(2024, 2, 29)
    assert View(found, TODAY, recorded="2026-11-25T23:00:00.000000Z").local_date == TODAY


@pytest.fixture
def later(found: Dataset) -> Callable[..., AbsenceReason | None]:
    return lambda name, as_of=None, recorded=None: find_absence_reason(View(found, TODAY, as_of, recorded), name)


def test_a_recommendation_that_is_later_than_the_view_says_from_when_it_is(later):
    assert later("x", date(2024, 1, 1)) == AbsenceReason(dated="2024-02")
    assert later("x", recorded="2026-11-23T20:00:00.000045Z") == AbsenceReason(recorded="2026-11-23T20:00:00.000046Z")
    assert later("y", recorded="2026-11-24T17:59:59.999999Z") == AbsenceReason()  # written by hand
    # in the view; not in the dataset; today
    assert [later("x", date(2024, 3, 1)), later("never", date(2024, 1, 1)), later("x")] == [None, None, None]
