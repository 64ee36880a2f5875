"""Dates and periods as committees write them: "12 and 13 September 2024", "within 24 months"."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from tracker.importing.documents.phrases import Phrases, load_phrases, phrase_languages
from tracker.model.partial_dates import last_day

MAX_MONTHS = 240
"""No committee gives a State more time than this."""
_JOINT = r"(?:\s*(?:,|;|–|—|-)\s*(?:and\s+|и\s+)?|\s+(?:and|to|и|по|до|et|y|a|au|al)\s+)"
_DAYS = rf"\d{{1,2}}(?:\s*(?:st|nd|rd|th|er)\b)?(?:{_JOINT}\d{{1,2}})*"


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date or several days written together. `text` is a partial date; `start` and `end` are its place."""

    text: str
    start: int
    end: int


@cache
def _months() -> Mapping[str, int]:
    # of all languages, because half the front matter of a translated document may be in English
    return {name: number for code in phrase_languages() for name, number in load_phrases(code).months.items()}


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<dd>\d{{1,2}})[./](?P<mm>\d{{1,2}})[./](?P<yyyy>\d{{4}})"
        rf"|(?P<usmonth>{names})\s+(?P<usday>\d{{1,2}}),\s+(?P<usyear>\d{{4}})"
        rf"|(?:(?P<days>{_DAYS})\s+(?:de\s+)?)?(?P<month>{names})\b\.?(?:,?\s+(?:del?\s+)?(?P<year>\d{{4}}))?"
        rf"|(?P<alone>(?:19|20)\d{{2}})(?![\d/-]))(?:\s*(?:года|г\.))?",
        re.I,
    )


@dataclass(frozen=True, slots=True)
class _Mention:
    first: tuple[int, int, int]  # year, month, day; 0 is unknown
    last: tuple[int, int, int]
    start: int
    end: int


def _mentions(text: str) -> list[_Mention]:
    found = []
    for match in _pattern().finditer(text):
        first_day = last_day_ = 0
        if match["iso"]:
            year, month, first_day = map(int, match["iso"].split("-"))
            last_day_ = first_day
        elif match["yyyy"]:
            year, month, first_day = int(match["yyyy"]), int(match["mm"]), int(match["dd"])
            last_day_ = first_day
        elif match["usmonth"]:
            year, month, first_day = int(match["usyear"]), _months()[match["usmonth"].lower()], int(match["usday"])
            last_day_ = first_day
        elif match["month"]:
            year, month = int(match["year"] or 0), _months()[match["month"].lower()]
            days = [int(day) for day in re.findall(r"\d+", match["days"] or "")]
            first_day, last_day_ = (days[0], days[-1]) if days else (0, 0)
            if not days and not year:
                continue
        else:
            year, month = int(match["alone"]), 0
        found.append(_Mention((year, month, first_day), (year, month, last_day_), match.start(), end=match.end()))
    return found


def _partial(year: int, month: int, day: int) -> str | None:
    try:
        if month:
            date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def find_dates(text: str) -> list[WrittenDate]:
    """Return the dates in `text`, in order. Days that are written together come back as one date or one period.

    In "29 October and 2 November 2021" the year counts for both. A day without any year is left out.
    """
    groups: list[list[_Mention]] = []
    for mention in _mentions(text):
        between = text[groups[-1][-1].end : mention.start] if groups else ""
        if groups and mention.first[1] and groups[-1][-1].last[2] and mention.last[2] and _is_joint(between):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    dates = []
    for group in groups:
        year = group[-1].last[0]
        first = (group[0].first[0] or year, *group[0].first[1:])
        start, end = _partial(*first) if year else None, _partial(*group[-1].last) if year else None
        if not start or not end:
            continue
        whole = start if start == end else f"{start}/{end}"
        if end >= start:
            dates.append(WrittenDate(whole, group[0].start, group[-1].end))
    return dates


def _is_joint(between: str) -> bool:
    return bool(re.fullmatch(_JOINT, between))


@dataclass(frozen=True, slots=True)
class WrittenPeriod:
    """A period such as "within 24 months": its words, its length in months, and its place in the text."""

    words: str
    months: int
    start: int


def find_period(text: str, phrases: Phrases) -> WrittenPeriod | None:
    """Return the first period in `text`, or None."""
    found = phrases.find("period", text)
    if not found:
        return None
    groups = {name: value for name, value in found.groupdict().items() if value}
    count = (groups.get("count") or groups.get("count2") or "1").lower()
    unit = groups.get("unit") or groups.get("unit2") or groups.get("joined") or groups.get("alone") or ""
    number = int(count) if count.isdecimal() else phrases.numbers.get(count, 0)
    if "joined" in groups:
        number = next((value for stem, value in (("двух", 2), ("тр", 3)) if unit.lower().startswith(stem)), 1)
    months = number * (12 if phrases.has("years", unit) else 1)
    return WrittenPeriod(found[0], months, found.start()) if 0 < months <= MAX_MONTHS else None


def months_later(partial_date: str, months: int) -> str:
    """Return the same day, or the same month or year if the day is not known, `months` months after `partial_date`.

    Of a period it takes the last day. If that month has no such day, it takes the last day of the month.
    """
    day = last_day(partial_date)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    precision = len(partial_date.rpartition("/")[2].rstrip("~").split("-"))
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()
    return "-".join(moved.split("-")[:precision])
