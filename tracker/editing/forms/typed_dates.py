"""Read a date as people write it, such as "12 March 2026", "март 2026" or "12.03.2026".

A date is read only if it can mean one thing. Every word and every number in it must be understood.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache

from tracker.editing.forms import date_words
from tracker.editing.forms.plain_dates import NOT_UNDERSTOOD, DateReading, read_plain_date
from tracker.model.partial_dates import SINGLE_DATE, date_range, months_before

MAX_DATE_LENGTH = 80
"""The largest number of characters of a text that is read as a date."""
CLOCK_TIME = re.compile(r"[ t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? *(?:z|utc)?$")


@lru_cache(maxsize=4096)
def read_date(text: str, today: date | None = None) -> DateReading:
    """Return what the typed `text` says. Words such as "yesterday" are understood only if `today` is given."""
    text = text.strip()
    with suppress(ValueError):
        date_range(text)
        return DateReading(text)
    if not text or len(text) > MAX_DATE_LENGTH or ".." in text.removeprefix(".."):
        return NOT_UNDERSTOOD
    if short := re.fullmatch(r"(\d\d)(\d\d)[\u2012-\u2015\u2212](\d\d)", text):  # 2009–12: a period or a month?
        first, last = short[1] + short[2], short[1] + short[3]
        if first < last and short[3] <= "12":
            return DateReading(choices=(f"{first}/{last}", f"{first}-{short[3]}"))
    text = _normalize(text)
    if today and (relative := _relative(text, today)):
        return DateReading(relative)
    text, weekday = _without_weekday(CLOCK_TIME.sub("", text))
    reading = _qualified(text, today)
    if weekday is not None and reading.date:
        # a day of the week that does not fit shows that something is wrong
        is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", reading.date)
        fits = is_day and date.fromisoformat(reading.date).weekday() == weekday
        return reading if fits else DateReading(choices=(reading.date,))
    return reading


def _normalize(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"[«»“”„\"]", " ", text).replace("’", "'")
    text = re.sub(r"(?<=\d) ?\. ?(?=\d)", ".", text)
    return re.sub(r"\s+", " ", text).strip(" ,;")


def _relative(text: str, today: date) -> str:
    """Return the partial date of a phrase such as "yesterday" or "last year", or "" if `text` is none."""
    text = text.rstrip(".").removeprefix("in ").removeprefix("в ")
    ago = re.fullmatch(r"(\d{1,3}) (?:days? ago|дн(?:я|ей)|день назад|күн мурун)(?: назад)?", text)
    if ago or text in date_words.RELATIVE_DAYS:
        days = int(ago[1]) if ago else date_words.RELATIVE_DAYS[text]
        return (today - timedelta(days=days)).isoformat()
    if text in date_words.RELATIVE_MONTHS:
        return months_before(today, date_words.RELATIVE_MONTHS[text]).isoformat()[:7]
    return str(today.year - date_words.RELATIVE_YEARS[text]) if text in date_words.RELATIVE_YEARS else ""


def _without_weekday(text: str) -> tuple[str, int | None]:
    first, _space, rest = text.partition(" ")
    day = date_words.weekdays().get(first.strip(",."))
    return (text, None) if day is None or not rest else (rest.lstrip(), day)


def _qualified(text: str, today: date | None) -> DateReading:
    """Read a date with a word such as "about", "before" or "since" before or after it."""
    text = re.sub(rf"^\.\.\s*/\s*({SINGLE_DATE})$", r"no later than \1", text)
    for pattern, change in _QUALIFIERS.items():
        if pattern is date_words.SINCE and read_plain_date(text, today).date:
            break  # "from March to June"
        match = pattern.match(text) or pattern.search(text)
        if match and (match.start() == 0 or match.end() == len(text)) and match[0].strip():
            rest = (text[match.end() :] if match.start() == 0 else text[: match.start()]).strip(" -,")
            inner = read_plain_date(rest, today)
            return change(inner.date, today) if inner.date else NOT_UNDERSTOOD
    return read_plain_date(text, today)


def _about(found: str, _today: date | None) -> DateReading:
    return NOT_UNDERSTOOD if "/" in found or found.endswith("~") else DateReading(found + "~")


def _before(found: str, _today: date | None) -> DateReading:
    return NOT_UNDERSTOOD if "/" in found else DateReading(f"../{_one_earlier(found)}")


def _until_including(found: str, _today: date | None) -> DateReading:
    return NOT_UNDERSTOOD if "/" in found else DateReading(f"../{found}")


def _until(found: str, _today: date | None) -> DateReading:
    return NOT_UNDERSTOOD if "/" in found else DateReading(choices=(f"../{_one_earlier(found)}", f"../{found}"))


def _since(found: str, today: date | None) -> DateReading:
    """Ask for the end: a partial date has one. The proposal ends now."""
    end = today.isoformat()[: len(found)] if today else ""
    return NOT_UNDERSTOOD if "/" in found or end <= found else DateReading(choices=(f"{found}/{end}",))


_QUALIFIERS: dict[re.Pattern[str], Callable[[str, date | None], DateReading]] = {
    date_words.ABOUT: _about,
    date_words.UNTIL_INCLUDING: _until_including,
    date_words.OR_BEFORE: _until_including,
    date_words.BEFORE: _before,
    date_words.SINCE: _since,
    date_words.UNTIL: _until,
}


def _one_earlier(found: str) -> str:
    """Return the year, month or day before the partial date `found`."""
    first, _last = date_range(found.rstrip("~"))
    return ((first or date.min) - timedelta(days=1)).isoformat()[: len(found.rstrip("~"))]
