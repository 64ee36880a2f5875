"""Partial dates: dates of which the month or the day may be unknown, and periods.

Examples: 2024, 2024-06, 2024-06-18, 2021/2024, ../2021 (2021 or before), 2025-09~ (about September 2025).

The notation is a part of EDTF (Extended Date/Time Format).
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

SINGLE_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?~?"
DATE_PATTERN = rf"^(?:(?:{SINGLE_DATE}|\.\.)/)?{SINGLE_DATE}$"
DATE_FORMS = "a date looks like 2024, 2024-06, 2024-06-18, 2021/2024, ../2021 or 2025-09~"


def _bounds(text: str) -> tuple[date, date]:
    year, *rest = (int(part) for part in text.rstrip("~").split("-"))
    if rest[1:]:
        return date(year, *rest), date(year, *rest)
    first_month, last_month = (rest * 2) or (1, 12)
    return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])


@lru_cache(maxsize=65536)
def date_range(text: str) -> tuple[date | None, date]:
    """Return (first day, last day) of a partial date; the first day of ../2021 is None. Raises ValueError."""
    if not re.fullmatch(DATE_PATTERN, text):
        raise ValueError(f"{text[:40]!r} is not a date; {DATE_FORMS}")
    start, _, end = text.rpartition("/")
    try:
        last = _bounds(end)[1]
        first = None if start == ".." else _bounds(start or end)[0]
    except ValueError:
        raise ValueError(f"there is no such day as {text!r}; {DATE_FORMS}") from None
    if first and first > last:
        raise ValueError(f"{text!r} ends before it starts; write the earlier date first")
    return first, last


def parse_date(text: str) -> str:
    """Return `text` unchanged if it is a partial date. Otherwise raise ValueError with a reason."""
    date_range(text)
    return text


def last_day(partial_date: str) -> date:
    """Return the last day of the time that a partial date covers."""
    return date_range(partial_date)[1]


def is_after(partial_date: str, day: date) -> bool:
    """Return whether the end of a partial date is certainly after `day`. A year or month that contains `day` is not."""
    return _bounds(partial_date.rpartition("/")[2])[0] > day


def is_before(partial_date: str, other: str) -> bool:
    """Return whether a partial date certainly ends before the other partial date begins."""
    first = date_range(other)[0]
    return first is not None and last_day(partial_date) < first


def last_year(date: str) -> str:
    """Return the last year in `date`, or "" if there is none. `date` need not be a complete partial date."""
    years: list[str] = re.findall(r"(?<!\d)\d{4}(?!\d)", date)
    return years[-1] if years else ""


def is_known_by(partial_date: str | None, as_of: date | None) -> bool:
    """Return whether a date ends on the day `as_of` or before. This is True if either of them is None."""
    return as_of is None or partial_date is None or last_day(partial_date) <= as_of


def descending_key(partial_date: str | None) -> tuple[bool, int]:
    """Return a sort key for a partial date. With this key, the latest date comes first, and None comes last."""
    return (partial_date is None, 0 if partial_date is None else -last_day(partial_date).toordinal())


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last day of a shorter month. Before the year 1, return `date.min`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) if year > 0 else date.min
