"""Dates are read as people write them; what can mean two things is asked back, and nothing is guessed."""

from datetime import date

import pytest

from tests.support.examples import examples
from tests.support.fuse import fuse
from tracker.editing.forms.typed_dates import DateReading, read_date
from tracker.i18n import get_language

TODAY = date(2026, 11, 25)
TYPED = examples(__file__)
UNSEEN = {typed: date for date, ways in TYPED.items() for typed in ways}


def test_most_dates_are_read_and_none_is_read_wrong():
    read = {text: read_date(text, TODAY).date or "?" for text in UNSEEN}
    assert {text: found for text, found in read.items() if found not in ("?", UNSEEN[text])} == {}
    assert sum(read[text] == meant for text, meant in UNSEEN.items()) / len(UNSEEN) >= 0.97


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("03/04/2025", ("2025-04-03", "2025-03-04")),
        ("12-03-2026", ("2026-03-12", "2026-12-03")),
        ("2009–12", ("2009/2012", "2009-12")),
        ("2011/12", ("2011/2012", "2011-12")),
        ("by the end of 2024", ("../2024", "2024~")),
        ("early May", ("2026-05~",)),
        ("до 2021 года", ("../2020", "../2021")),
        ("since 2021", ("2021/2026",)),
        ("12 марта", ("2026-03-12",)),
        ("12 декабря", ("2025-12-12",)),
        ("зима 2025", ("2024-12/2025-02", "2025-12/2026-02")),
        ("Mar 26", ("2026-03-26", "2026-03")),
        ("Friday, 12 March 2026", ("2026-03-12",)),
    ],
)
def test_what_can_mean_two_things_or_leaves_something_open_is_asked_back(text, choices):
    assert read_date(text, TODAY) == DateReading(choices=choices)


@pytest.mark.parametrize(
    "text",
    [
        *("", "not 12 March 2026", "12 марта 2026?", "12 or 13 March 2026", "5 and 9 June 2024", "2026-2020", "2021/.."),
        *("2021..", "14:30", "Q1-Q3 2025", "5 квартал 2025", "spring 2025-2026", "после 2021", "майя 2026", "сена 2025"),
        *("a 2024", "12 мартобря 2026", "около 2021-2024", "12 March 2026 (published)", "30.02.2026", "1/2", "x" * 81),
    ],
)  # fmt: skip
def test_what_is_not_understood_word_for_word_is_refused(text):
    assert read_date(text, TODAY) == DateReading()


def test_a_decade_a_lookalike_letter_and_a_time_of_day():
    texts = [
        "2020-е", "2020-е годы", "Х.2025", "с 2024", "c. 2024", "c 2024", "12. 03. 2026 14:30", "с 5 до 7 июня 2024",
    ]  # fmt: skip
    assert [read_date(text).date for text in texts] == [
        *("2020/2029", "2020/2029", "2025-10", "", "2024~", "", "2026-03-12", "2024-06-05/2024-06-07")
    ]


def test_yesterday_depends_on_the_day_that_is_passed_in():
    assert [read_date("вчера", day).date for day in (None, date(2024, 3, 1))] == ["", "2024-02-29"]


def test_no_text_takes_long():
    read_date("март 2026")  # loads the names of months
    with fuse():
        for text in ("1-" * 40, "q1 " * 26, "с по " * 16, "1 and " * 13, "a" * 80, "мартында " * 8, "- " * 40):
            assert read_date(text, TODAY).date == ""


@pytest.mark.parametrize("code", ["en", "ru", "ky"])
def test_a_date_is_read_back_as_the_dashboard_writes_it(code):
    dates = ["2026", "2026-03", "2026-03-12", "2021/2024", "2026-03-11/2026-03-12", "2025-09~", "../2021", "../2021-05"]
    dates += ["2026-02-28/2026-03-03", "2025-12/2026-01"]
    written = {date: get_language(code).format_date(date) for date in dates}
    assert {date: read_date(text).date for date, text in written.items()} == {date: date for date in dates}, written
