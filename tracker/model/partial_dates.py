"""Dates as well as they are known: a subset of EDTF. 2024, 2024-06, 2024-06-18, 2021/2024, ../2021, 2025-09~."""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

SINGLE_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?~?"
DATE_PATTERN = rf"^(?:(?:{SINGLE_DATE}|\.\.)/)?{SINGLE_DATE}$"
DATE_FORMS = "a date looks like 2024, 2024-06, 2024-06-18, 2021/2024, ../2021 or 2025-09~"


def _bounds(text: str) -> tuple[date, date]:
    year, *rest = (int(part) for part in text.rstrip("~").split("-"))
    first = date(year, *(rest or [1]), *([] if rest[1:] else [1]))
    if rest[1:]:
        return first, first
    last_month = rest[0] if rest else 12
    return first, date(year, last_month, monthrange(year, last_month)[1])


@lru_cache(maxsize=65536)
def date_range(known: str) -> tuple[date | None, date]:
    """The first day (None where it is open) and the last day that a date covers; ValueError says what is wrong with it."""
    if not re.fullmatch(DATE_PATTERN, known):
        raise ValueError(f"{known[:40]!r} is not a date; {DATE_FORMS}")
    start, _, end = known.rpartition("/")
    first: date | None
    try:
        first, last = _bounds(end)
        if start:
            first = None if start == ".." else _bounds(start)[0]
    except ValueError:
        raise ValueError(f"there is no such day as {known!r}; {DATE_FORMS}") from None
    if first and first > last:
        raise ValueError(f"{known!r} ends before it starts; write the earlier date first")
    return first, last


def parse_date(known: str) -> str:
    """The same text when it is a date in the subset; ValueError otherwise."""
    date_range(known)
    return known


def last_day(known: str) -> date:
    """The day from which a date counts."""
    return date_range(known)[1]


def known_by(known: str | None, as_of: date | None) -> bool:
    """Whether something of this date is there on that day. What has no date always counts."""
    return as_of is None or known is None or last_day(known) <= as_of


def descending_key(known: str | None) -> tuple[bool, int]:
    """A sort key: latest first, what has no date last."""
    return (known is None, 0 if known is None else -last_day(known).toordinal())


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last day of that month where there is none; the first day there is."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
