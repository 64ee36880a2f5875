"""Dates as people write them in spreadsheets."""

import pytest

from tracker.importing.cell_dates import CellDate, read_cell_date


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("02.05.2026", "2026-05-02"),
        ("2.5.26", "2026-05-02"),
        ("13/04/2025", "2025-04-13"),
        ("2026/05/02", "2026-05-02"),
        ("2026-05-02 00:00:00", "2026-05-02"),
        ("2 мая 2026", "2026-05-02"),
        ("2 мая 2026 г.", "2026-05-02"),
        ("May 2, 2026", "2026-05-02"),
        ("2nd May 2026", "2026-05-02"),
        ("2-май 2026-ж.", "2026-05-02"),
        ("2026-жылдын 2-майы", "2026-05-02"),
        ("март 2026", "2026-03"),
        ("сент. 2025 г.", "2025-09"),
        ("12.2025", "2025-12"),
        ("2026г", "2026"),
        ("2026 год", "2026"),
        ("2021–2024 гг.", "2021/2024"),
        ("ок. 2025", "2025~"),
        ("../2021", "../2021"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(written, date):
    assert read_cell_date(written) == CellDate(date)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("до конца 2027 г.", "2027"),
        ("к концу 2027 года", "2027"),
        ("by the end of March 2027", "2027-03"),
        ("2027-жылдын аягына чейин", "2027"),
        ("до 1 июня 2026 года", "2026-06-01"),
        ("к 2030 году", "2030"),
        ("I кв. 2026", "2026-01/2026-03"),
        ("Q2 2026", "2026-04/2026-06"),
        ("04/13/2025", "2025-04-13"),
    ],
)
def test_what_says_more_than_a_date_is_a_guess(written, date):
    assert read_cell_date(written) == CellDate(date, is_guess=True)


def test_a_date_with_slashes_may_mean_two_days_and_says_so():
    both = ("2025-04-03", "2025-03-04")
    assert read_cell_date("03/04/2025") == CellDate("2025-04-03", choices=both)
    assert read_cell_date("03/04/2025", month_first=True) == CellDate("2025-03-04", choices=both)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "в процессе",
        "ongoing",
        "31.02.2026",
        "99999",
        "марта",
        "2 мая 2026 г., 3 мая",
        "0001-01-01",
        "9999",
        "1" * 90,
    ],
)
def test_what_is_no_date_is_not_read(written):
    assert read_cell_date(written).date == ""
