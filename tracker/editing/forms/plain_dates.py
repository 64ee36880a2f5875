"""Read a single date or a period in words or digits. `typed_dates` reads what may stand around it, such as "about"."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.editing.forms import date_words
from tracker.model.partial_dates import date_range

RANGE_WORDS = re.compile(r"(?<=[\w.]) *(?:\b(?:to|по|through)|-жылдан(?=.*чейин))\b *")
FROM_WORDS = re.compile(r"^(?:from|between|с|со)\b *(?=.* - )")


@dataclass(frozen=True)
class DateReading:
    """What a typed text says. `date` is the partial date, or "" if the text does not say one for sure.

    `choices` are the partial dates that may be meant, if there is more than one, or if the text leaves something open.
    """

    date: str = ""
    choices: tuple[str, ...] = ()


NOT_UNDERSTOOD = DateReading()
Token = tuple[str, int]
"""("year", 2026), ("number", 12), ("month", 3), ("roman", 3), ("ordinal", 1), ("period", 3) or ("season", 9)"""


def read_plain_date(text: str, today: date | None) -> DateReading:
    """Read a single date or a period."""
    text = RANGE_WORDS.sub(" - ", text)
    if " - " in text:
        text = re.sub(r"(?<=\d)-?(?:жылга|жылына) чейин$", "", text)
    text = re.sub(r"^(between .+?) and |^((?:с|со|from) .+?) (?:до|until|till) ", r"\1\2 - ", text)
    text = FROM_WORDS.sub("", text)
    text = re.sub(r"(?<=\d) (?:and|и|жана) (?=\d{1,2}\b)", " & ", text)
    single = _single(text, today)
    if single != NOT_UNDERSTOOD:
        return single
    found = set()
    for mark in re.finditer(r" ?[-/&] ?", text):
        if (period := _range(text[: mark.start()], text[mark.end() :])) and _fits_mark(period, mark[0].strip()):
            found.add(period)
    return DateReading(found.pop()) if len(found) == 1 else NOT_UNDERSTOOD


def _fits_mark(period: str, mark: str) -> bool:
    """Return whether "and" stands between two days in a row. Between others, it names two dates, not a period."""
    first, last = date_range(period)
    return mark != "&" or (first is not None and last - first == timedelta(days=1))


def _single(text: str, today: date | None) -> DateReading:
    if decade := re.fullmatch(r"(?:the |in the |в )?(\d{3}0)(?:'?s|-?е(?: годы)?|-жылдар)", text):
        return _period(decade[1], str(int(decade[1]) + 9))
    if re.fullmatch(r"[\d./ -]+", text := _without_fillers(text)):
        return _numeric(text, today)
    # a hyphen, slash or dot beside a word joins: 12-Mar-2026, 5/VI/2024
    joined = re.sub(r"(?<=\w)[-/.](?=[^\W\d])|(?<=[^\W\d])[-/.](?=\w)|(?<=q[1-4])/", " ", text)
    if joined.partition(" ")[0] in date_words.SEASONS:  # winter 2025/26
        joined = re.sub(r"(?<=\d{4})[-/](?=\d{2}(?:\d{2})?$)", " ", joined)
    tokens = _tokens(re.sub(r"(?<=\d)\. (?=[^\W\d])", " ", joined))
    if tokens is None:
        return NOT_UNDERSTOOD
    kinds, values = "-".join(kind for kind, _value in tokens), [value for _kind, value in tokens]
    return _by_kinds(kinds.replace("roman", "month"), values, today)


def _without_fillers(text: str) -> str:
    words = "|".join(sorted(date_words.FILLERS, key=len, reverse=True))
    text = re.sub(rf"(?:(?<=\d)|\b)-?(?<![^\W\d_])(?:{words})\b\.?", " ", text)
    return re.sub(r"\s+", " ", text.replace(",", " ")).strip(" .")


def _tokens(text: str) -> list[Token] | None:
    """Return the tokens of a text, or None if there is a word or sign that is not understood."""
    tokens: list[Token] = []
    for part in re.findall(r"q[1-4]\b|h[12]\b|'?\d+|[^\W\d_]+\.?|\S", text):
        word = part.rstrip(".")
        if part[0] in "qh" and part[1:].isdigit():
            tokens += [("ordinal", int(part[1:])), ("period", 3 if part[0] == "q" else 6)]
        elif part.lstrip("'").isdigit():
            is_short_year = part.startswith("'") and len(part) == 3
            if len(part.lstrip("'")) not in (1, 2, 4):
                return None
            value = int(part.lstrip("'")) + (2000 if is_short_year else 0)
            tokens.append(("year" if is_short_year or len(part) == 4 else "number", value))
        elif (kind := _word_kind(word)) is not None:
            tokens.append(kind)
        else:
            return None
    return tokens


def _word_kind(word: str) -> Token | None:
    readers: tuple[tuple[str, Callable[[str], int | None]], ...] = (
        ("period", date_words.PERIODS.get),
        ("season", date_words.SEASONS.get),
        ("ordinal", date_words.ordinal_number),
        ("roman", date_words.roman_number),
        ("month", date_words.month_number),
    )
    return next(((kind, value) for kind, read in readers if (value := read(word)) is not None), None)


def _by_kinds(kinds: str, values: list[int], today: date | None) -> DateReading:
    match kinds:
        case "number-month-year":
            return _date(values[2], values[1], values[0])
        case "month-number-year":
            return _date(values[2], values[0], values[1])
        case "year-month-number":
            return _date(*values)
        case "year-number-month":
            return _date(values[0], values[2], values[1])
        case "month-year":
            return _date(values[1], values[0])
        case "year-month" | "year":
            return _date(*values)
        case "number-month-number" if values[2] >= 10:
            return _date(_full_year(values[2], today), values[1], values[0])
        case "number-month":
            return _ask(_date(_year_of(today, values[1]), values[1], values[0]))
        case "month-number":
            in_year = [_date(_full_year(values[1], today), values[0])] if values[1] >= 10 else []
            return _ask(_date(_year_of(today, values[0]), values[0], values[1]), *in_year)
        case "month":
            return _ask(_date(_year_of(today, values[0]), values[0]))
        case "season-year" | "year-season" | "season-year-year" | "season-year-number":
            return _season(kinds, values)
        case "ordinal-period-year" | "number-period-year" | "month-period-year":
            return _part_of_year(values[2], values[0], values[1])
        case "year-ordinal-period" | "year-number-period" | "year-month-period":
            return _part_of_year(*values)
    return NOT_UNDERSTOOD


def _part_of_year(year: int, number: int, months: int) -> DateReading:
    if not 1 <= number <= 12 // months:
        return NOT_UNDERSTOOD
    return _period(_iso(year, (number - 1) * months + 1), _iso(year, number * months))


def _season(kinds: str, values: list[int]) -> DateReading:
    if kinds == "year-season":
        values = values[::-1]
    first, year = values[:2]
    if len(values) == 3:  # winter 2025/26
        is_winter = first == 12 and values[2] % 100 == (year + 1) % 100
        return _period(_iso(year, 12), _iso(year + 1, 2)) if is_winter else NOT_UNDERSTOOD
    if first == 12:
        return DateReading(choices=(f"{year - 1}-12/{year}-02", f"{year}-12/{year + 1}-02"))
    return _period(_iso(year, first), _iso(year, first + 2))


def _numeric(text: str, today: date | None) -> DateReading:
    """Read a date of digits. Dots stand between day, month and year; with slashes, the month may come first."""
    if match := re.fullmatch(r"(\d{4})([./ -])(\d{1,2})\2(\d{1,2})|(\d{4})()(\d{2})(\d{2})", text):
        year, _sign, month, day = filter(lambda group: group is not None, match.groups())
        return _date(int(year), int(month), int(day))
    if match := re.fullmatch(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4}|\d{2})", text):
        one, two, year = int(match[1]), int(match[3]), int(match[4])
        year = year if len(match[4]) == 4 else _full_year(year, today)
        day_first, month_first = _date(year, two, one), _date(year, one, two)
        if match[2] == "." or month_first == NOT_UNDERSTOOD:
            return day_first
        return month_first if day_first in (NOT_UNDERSTOOD, month_first) else _ask(day_first, month_first)
    if match := re.fullmatch(r"(\d{1,2})[./ -](\d{4})", text):
        return _date(int(match[2]), int(match[1]))
    if match := re.fullmatch(r"(\d{4})(?:[./ -](\d{1,2}))?", text):
        return _date(int(match[1]), *([int(match[2])] if match[2] else []))
    return NOT_UNDERSTOOD


def _range(left: str, right: str) -> str:
    """Return the period from `left` to `right`, or "". What one side leaves out, such as the year, the other side has."""
    left, right = _without_fillers(left), _without_fillers(right)
    if re.fullmatch(r"\d{4}", left) and re.fullmatch(r"\d{2}", right):  # 2021-24
        right = left[:2] + right
    one, two = _single(left, None).date, _single(right, None).date
    if not (one and two):
        if dotted := re.fullmatch(r"(?:\d{1,2}\.)?(\d{1,2}\.\d{4})", right):  # 12-15.03.2026, 12.03-15.04.2026
            end = dotted[1] if re.fullmatch(r"\d{1,2}", left) else dotted[1][-4:]
            one = _single(f"{left.rstrip('.')}.{end}", None).date if two.count("-") == 2 else ""
        else:
            one, two = _complete(left, right)
    same_precision = one.count("-") == two.count("-")
    return _period(one, two).date if one and two and same_precision and "/" not in one + two else ""


def _complete(left: str, right: str) -> tuple[str, str]:
    """Return both ends of a period that has one year, and one or two months: "28 February" and "3 March 2026"."""
    join = r"(?<=\d)-(?=[^\W\d])"  # 7-июнь
    sides = [_tokens(re.sub(join, " ", side)) for side in (left, right)]
    if None in sides:
        return "", ""
    tokens = [dict(side or ()) for side in sides]
    counts = [len(side or ()) for side in sides]
    year = [found["year"] for found in tokens if "year" in found]
    months = [found["month"] for found in tokens if "month" in found]
    if len(year) != 1 or not months or counts != [len(found) for found in tokens]:
        return "", ""
    if {kind for found in tokens for kind in found} - {"year", "month", "number"}:
        return "", ""
    ends = [
        _date(year[0], found.get("month", months[0]), *([found["number"]] if "number" in found else [])).date
        for found in tokens
    ]
    return ends[0], ends[1]


def _period(first: str, last: str) -> DateReading:
    with suppress(ValueError):
        if date_range(f"{first}/{last}"):
            return DateReading(f"{first}/{last}")
    return NOT_UNDERSTOOD


def _iso(year: int, month: int | None = None, day: int | None = None) -> str:
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])


def _date(year: int, month: int | None = None, day: int | None = None) -> DateReading:
    """Return the date if there is such a day, in a year from 1900 to 2100."""
    with suppress(ValueError):
        if 1900 <= year <= 2100 and date_range(_iso(year, month, day)):
            return DateReading(_iso(year, month, day))
    return NOT_UNDERSTOOD


def _ask(*readings: DateReading) -> DateReading:
    return DateReading(choices=tuple(reading.date for reading in readings if reading.date))


def _full_year(short: int, today: date | None) -> int:
    """Return the year that the two digits `short` mean: at most ten years after `today`."""
    latest = (today.year if today else 2026) + 10
    return 2000 + short if 2000 + short <= latest else 1900 + short


def _year_of(today: date | None, month: int) -> int:
    """Return the year of the last such month, or 0 without `today`."""
    return 0 if today is None else today.year - (month > today.month)
