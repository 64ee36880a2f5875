"""Read a date as people write it in a spreadsheet: "02.05.2026", "2 мая 2026", "до конца 2027 г.", "March 2026".

Only `cell_values.py` reads dates with this module.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from babel.dates import get_month_names

from tracker.i18n import LANGUAGES, Language
from tracker.model.partial_dates import date_range

_MAX_LENGTH = 80
_FILLERS = re.compile(
    r"(?<!\w)(?:г|гг|год|года|году|ж|жыл|жылы|жылдын|жылга|year|of|the|on|от|с|st|nd|rd|th|го)(?!\w)|(?<=\d)(?:st|nd|rd|th|-?го|-?е|гг?|ж)(?!\w)"
)
_END_OF = re.compile(
    r"(?<!\w)(?:(?:до|к)\s+конца|конец|концу|by\s+the\s+end|by\s+end|(?:before\s+)?end|late|аягына\s+чейин|аягы)(?!\w)"
)
_UNTIL = re.compile(r"(?<!\w)(?:до|к|не\s+позднее|by|until|till|before|no\s+later\s+than|чейин)(?!\w)")
_ABOUT = re.compile(r"(?<!\w)(?:около|примерно|ок|about|around|approx|approximately|circa|болжол\s+менен)(?!\w)|^~|~$")
_QUARTER = re.compile(r"(?:q\s*([1-4])|([1-4]|iv|i{1,3})[- ]*(?:кв|квартал|quarter|чейрек)\w*)[\s,/.-]*(\d{4})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True, slots=True)
class CellDate:
    """What a written date says: a partial date, or "" if it is not one.

    `choices` are the dates that it may mean if this is not clear; `date` is then the more likely one. `is_guess` is
    True if the words say more or less than the partial date.
    """

    date: str = ""
    choices: tuple[str, ...] = ()
    is_guess: bool = False


NOT_A_DATE = CellDate()


def read_cell_date(text: str, month_first: bool = False) -> CellDate:
    """Return what the written date `text` says.

    In "03/04/2026" the day comes first, unless `month_first` is True; the other reading is then among the choices.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text or len(text) > _MAX_LENGTH:
        return NOT_A_DATE
    if _is_valid(text):
        return CellDate(text)
    words = re.sub(r"[–—−‒]", "-", text.casefold().replace("ё", "е"))
    if quarter := _QUARTER.fullmatch(words.rstrip(" .г")):
        number = int(quarter[1] or _ROMAN.get(quarter[2]) or quarter[2])
        return CellDate(f"{quarter[3]}-{3 * number - 2:02d}/{quarter[3]}-{3 * number:02d}", is_guess=True)
    words, ends = _END_OF.subn(" ", words)
    words, untils = _UNTIL.subn(" ", words)
    words, abouts = _ABOUT.subn(" ", words)
    words = " ".join(_FILLERS.sub(" ", re.sub(r"(?<=[^\W\d])\.", " ", words)).replace(",", " ").split()).strip(" .-")
    if period := re.fullmatch(r"(\d{4}) ?[-/] ?(\d{4})", words):
        dates = CellDate(f"{period[1]}/{period[2]}")
    else:
        dates = _single(words, month_first)
    if abouts and "/" not in dates.date and dates.date:
        dates = replace(dates, date=f"{dates.date}~")
    dates = replace(dates, is_guess=dates.is_guess or bool(ends or untils))
    return dates if _is_valid(dates.date) else NOT_A_DATE


def _single(words: str, month_first: bool) -> CellDate:
    if found := re.fullmatch(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?", words):
        return _numeric(int(found[1]), int(found[3]), _year(found[4]), separator=found[2], month_first=month_first)
    if found := re.fullmatch(
        r"(\d{4})[./ -](\d{1,2})(?:[./ -](\d{1,2}))?(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", words
    ):
        return CellDate("-".join([found[1], *(f"{int(part):02d}" for part in found.groups()[1:] if part)]))
    if found := re.fullmatch(r"(\d{1,2})[./ -](\d{4})", words):
        return CellDate(f"{found[2]}-{int(found[1]):02d}")
    if re.fullmatch(r"\d{4}", words):
        return CellDate(words)
    tokens = re.findall(r"\d+|[^\W\d_]+", words)
    months = [month for token in tokens if (month := _month(token))]
    numbers = [token for token in tokens if token.isdecimal()]
    others = [token for token in tokens if not token.isdecimal() and not _month(token)]
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(months) != 1 or others or len(years) != 1 or len(days) > 1 or len(numbers) != len(years) + len(days):
        return NOT_A_DATE
    return CellDate("-".join([years[0], f"{months[0]:02d}", *(f"{int(day):02d}" for day in days)]))


def _numeric(first: int, second: int, year: int, *, separator: str, month_first: bool) -> CellDate:
    by_day, by_month = f"{year}-{second:02d}-{first:02d}", f"{year}-{first:02d}-{second:02d}"
    if not _is_valid(by_day):
        return CellDate(by_month, is_guess=True)
    if separator == "." or first == second or not _is_valid(by_month):
        return CellDate(by_day)  # nobody writes the month first with dots
    return CellDate(by_month if month_first and separator == "/" else by_day, choices=(by_day, by_month))


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits) - (100 if int(digits) > 60 else 0)


@cache
def _months() -> dict[str, int]:
    """Return name of a month, in the languages of the interface → its number. Short names are included."""
    names = {}
    for locale in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    names[name.casefold().strip(".").replace("ё", "е")] = number
    return names


def _month(word: str) -> int:
    """Return the number of the month that a word names, in any case form, or 0."""
    known = _months()
    if word in known:
        return known[word]
    stem = word if len(word) < 4 else word[: max(3, len(word) - 4)]
    found = {number for name, number in known.items() if len(word) > 2 and name.startswith(stem)}
    return found.pop() if len(found) == 1 else 0


def _is_valid(text: str) -> bool:
    try:
        return text != "" and 1900 <= date_range(text)[1].year <= 2100
    except ValueError:
        return False


def date_choices(found: CellDate, language: Language) -> str:
    """Return the dates that an unclear date may mean, in words of the reader's language."""
    return " / ".join(language.format_date(choice) for choice in found.choices)
