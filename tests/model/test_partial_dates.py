"""Dates as well as they are known: what is taken, what is refused, and from which day a date counts."""

from datetime import date

import pytest

from tracker.model.partial_dates import date_range, descending_key, is_known_by, last_day, months_before, parse_date

FORMS = "a date looks like 2024, 2024-06, 2024-06-18, 2021/2024, ../2021 or 2025-09~"


@pytest.mark.parametrize(
    ("known", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2021/2024", date(2021, 1, 1), date(2024, 12, 31)),
        ("2022-08/2022-09", date(2022, 8, 1), date(2022, 9, 30)),
        ("2024/2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("../2021", None, date(2021, 12, 31)),
        ("2021~/2024-03~", date(2021, 1, 1), date(2024, 3, 31)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
    ],
)
def test_a_date_covers_all_the_days_that_it_may_mean(known, first, last):
    assert (parse_date(known), date_range(known), last_day(known)) == (known, (first, last), last)


@pytest.mark.parametrize(
    "text",
    [
        "", "18.06.2024", "18 June 2024", "2024-06-1", "24", "2024-06-18T12:00", "2024/", "2024/..", "../..",
        "2021/2022/2023", "~2024", "2024?", "2024-XX", " 2024", "2024\n", "٢٠٢٤", "2024–2025",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_forms_that_are_taken(text):
    with pytest.raises(ValueError) as refused:
        parse_date(text)
    assert str(refused.value) == f"{text!r} is not a date; {FORMS}"


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2024-13", "2024-00", "2024-06-31", "0000", "2024/2024-13", "0000/2024"]
)
def test_a_day_that_no_calendar_has_is_refused(text):
    with pytest.raises(ValueError) as refused:
        parse_date(text)
    assert str(refused.value) == f"there is no such day as {text!r}; {FORMS}"


@pytest.mark.parametrize("text", ["2024/2021", "2024-06-18/2024-06-17", "2022-01/2021"])
def test_a_period_that_ends_before_it_starts_is_refused(text):
    with pytest.raises(ValueError) as refused:
        parse_date(text)
    assert str(refused.value) == f"{text!r} ends before it starts; write the earlier date first"


def test_a_very_long_text_is_not_repeated_in_the_message():
    with pytest.raises(ValueError) as refused:
        parse_date("x" * 1_000_000)
    assert str(refused.value) == f"{'x' * 40!r} is not a date; {FORMS}"


def test_a_year_counts_from_its_last_day():
    assert [is_known_by("2024", date(2024, 12, 30)), is_known_by("2024", date(2024, 12, 31))] == [False, True]


def test_a_period_counts_when_it_is_over():
    assert [is_known_by("2021/2024", date(2023, 6, 1)), is_known_by("2021/2024", date(2025, 1, 1))] == [False, True]


def test_what_has_no_date_always_counts():
    assert is_known_by(None, date(1990, 1, 1))


def test_without_a_day_to_ask_for_everything_counts():
    assert is_known_by("9999", None)


def test_the_newest_comes_first_and_what_has_no_date_last():
    known = [None, "2021", "2024-06-18", "../2018", "2024", "2025-09~"]
    assert sorted(known, key=descending_key) == ["2025-09~", "2024", "2024-06-18", "2021", "../2018", None]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 6, 18), 12, date(2024, 6, 18)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2024, 12, 31), 0, date(2024, 12, 31)),
        (date(2024, 12, 31), 240, date(2004, 12, 31)),
    ],
)
def test_months_before_a_day(day, months, expected):
    assert months_before(day, months) == expected
