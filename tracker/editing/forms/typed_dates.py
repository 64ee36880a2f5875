"""Read a date as people write it, such as "12 March 2026", "март 2026" or "12.03.2026".

A date is read only if it can mean one thing. Every word and every number in it must be understood. This module has in
this order: the words of the languages of the interface, a single date or a period, and last the words that may stand
before or after it, such as "about".
"""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path

import yaml
from babel import Locale
from rapidfuzz.distance import OSA

from tracker.i18n import LANGUAGES
from tracker.model.partial_dates import SINGLE_DATE, date_range, months_before

CYRILLIC_ROMAN_LETTERS = str.maketrans("іхѵ", "ixv")
"""Cyrillic letter → the letter of a Roman numeral that looks the same."""
DATE_WORDS = Path(__file__).with_name("date_words.yaml")
PART_OF_PERIOD = re.compile(
    r"^(?:(?:at|in|about|around|towards?|в|во|на|под|около|ближе к) )?(?:the |сам(?:ое|ом|ый) )?(?:"
    r"(?:very )?(?:(?:beginning|start|middle|end|(?:first|last) days) (?:of )?|(?:early|mid|late|end)[ -])"
    r"|(?:начал[оае]|середин[аеы]|конец|конце|(?<=ближе к )концу|(?:нач|сер|кон)\."
    r"|(?:перв|последн)\w+ (?:дни|дня|днях|числа|числах))(?!\w))"
    r"| *-?\b(?:башы|башында|ортосу|ортосунда|ортолорунда|аягы|аягында|соңу|соңунда)\b"
)
"""Words for the beginning, the middle or the end of a month or a year. They name no day."""
TO_THE_END = re.compile(r"^(?:the )?end (?:of )?|^кон(?:ца|цу)\b| *\bаяг$")
"""Words after "until", such as "the end of": the whole month or year then belongs to the period."""
KYRGYZ_FROM = r"(?<=[^\W\d_]{3})(?:[ыиуү]н[ае]н|[дт][ае]н|[уү]н[оө]н)"
KYRGYZ_TO = r"(?:(?<=[^\W\d_]{3})(?:[ыиуү]н[аеоө]|[гк][ае]))? чейин$"
INCLUSIVE = re.compile(r"(?:(?:until|till|up to|through|до|по) )?(.+?),? \(?(?:включительно|inclusive)\)?")
UNTIL_NOW = re.compile(
    r"(?:since |from |с |со )?(.+?) ?(?:-|\b(?:to|until|till|по|до)\b) ?"
    r"(?:(?:the )?present|now|date|настоящее время|настоящего времени|сих пор|н\.? ?в\.?)"
)
ABOUT = re.compile(
    r"(?:~|≈|(?:c\.|(?:about|around|circa|ca|approx|approximately|roughly|somewhere in|"
    r"около|ок|где-то|примерно|прим|приблизительно|ориентировочно|болжол менен|болжолу|болжолдуу|болжолдуу түрдө)\b)\.?) *"
    r"| *\((?:approximately|approx\.?|about|circa|ориентировочно|около|приблизительно|примерно|прим\.?|болжол менен)\)$"
    r"| *\b(?:чамасында|тегерегинде)$"
)
BEFORE = re.compile(r"(?:before|prior to|earlier than|ранее|раньше)\b *")
"""Words such as "before". The date that follows them does not itself belong to the period."""
UNTIL_INCLUDING = re.compile(
    r"(?:on or before|no later than|not later than|up to and including|through|не позднее|не позже|по)\b *"
)
OR_BEFORE = re.compile(
    r" *\b(?:or before|or earlier|и ранее|или ранее|или раньше|же андан мурда|же ага чейин|жана ага чейин)"
)
"""Words such as "or before", after a date. As with UNTIL_INCLUDING, the date itself belongs to the period."""
UNTIL = re.compile(rf"(?:until|till|by|up to|до|к)\b *|{KYRGYZ_TO}")
"""Words such as "until", which do not say whether the date itself belongs to the period."""
SINCE = re.compile(rf"(?:since|from|начиная с|с|со)\b *| *(?:-?\bonwards?|{KYRGYZ_FROM} (?:бери|баштап|тартып))$")


@cache
def _words(kind: str) -> Mapping[str, int]:
    """Return a mapping: word → number, for the words of one kind in date_words.yaml, in the order of the file."""
    listed = yaml.safe_load(DATE_WORDS.read_text("utf-8"))[kind]
    return {word.strip(): number for number, words in listed.items() for word in words.split(",")}


@cache
def _months_by_name(width: str = "wide") -> dict[str, int]:
    """Return a mapping: name of a month in small letters → 1 to 12, in all languages of the interface."""
    return {
        name.casefold().rstrip("."): month
        for code in LANGUAGES
        for names in Locale.parse(code).months.values()
        for month, name in names[width].items()
    }


@lru_cache(maxsize=512)
def month_number(word: str) -> int | None:
    """Return 1 to 12 if `word` names a month, perhaps inflected, shortened or with a wrong letter, otherwise None."""
    if not 3 <= len(word) <= 12 or not word.isalpha():
        return None
    endings = _words("case_endings")
    stems = [word, *(word.removesuffix(ending) for ending in endings if word.endswith(ending))]
    known = {**_months_by_name(), **_words("months")}
    names = (name for stem in stems for name in (stem, stem + "ь", stem + "й") if name in known)
    if found := known.get(next(names, "")) or _months_by_name("abbreviated").get(word):
        return found
    pairs = ((name, stem) for name in _months_by_name() for stem in stems if len(name) > 3 < len(stem))
    close = (name for name, stem in pairs if len(name + stem) > 8 and OSA.distance(name, stem, score_cutoff=1) < 2)
    misspelt = {_months_by_name()[name] for name in close}
    return misspelt.pop() if len(misspelt) == 1 else None


@cache
def weekdays() -> dict[str, int]:
    """Return a mapping: (short) name of a weekday in small letters → 0 (Monday) to 6, in all languages of the interface."""
    return {
        name.casefold().rstrip("."): day
        for code in LANGUAGES
        for names in Locale.parse(code).days["format"].values()
        for day, name in names.items()
        if len(name) > 1
    }


def names_season(text: str) -> bool:
    """Return whether a text has the name of a season. Where it begins and ends is a question of habit."""
    return any(word in _words("seasons") for word in re.findall(r"[^\W\d_]+", text.casefold()))


RANGE_WORDS = re.compile(rf"(?<=[\w.]) *(?:\b(?:to|по|through)|{KYRGYZ_FROM}(?=.*чейин))\b *")
FROM_WORDS = re.compile(r"^(?:from|between|с|со)\b *(?=.* - )")


@dataclass(frozen=True)
class DateReading:
    """The partial date that a typed text means. If `date` is "", `choices` has the dates that may be meant."""

    date: str = ""
    choices: tuple[str, ...] = ()


NOT_UNDERSTOOD = DateReading()
Token = tuple[str, int]
"""(kind, value) of a word or number in a date.

The kinds are "year", "number" (a day, or a short year), "month" and "roman" (1 to 12), "ordinal", "period" (its length
in months) and "season" (its first month).
"""


def read_plain_date(text: str, today: date | None) -> DateReading:
    """Return the reading of a normalized text with a single date or a period, without words such as "about".

    Without `today`, a year of two digits is read as in 2026, and a date without a year is not read.
    """
    text = RANGE_WORDS.sub(" - ", text)
    if " - " in text:
        text = re.sub(KYRGYZ_TO, "", text)
    text = re.sub(r"^(between .+?) and |^((?:с|со|from) .+?) (?:до|until|till) ", r"\1\2 - ", text)
    text = FROM_WORDS.sub("", text)
    text = re.sub(r"(?<=\d) (?:and|и|жана) (?=\d{1,2}\b)", " & ", text)
    single = _single(text, today)
    if single != NOT_UNDERSTOOD:
        return single
    found = set()
    for mark in re.finditer(r" ?[-/&] ?", text):
        if period := _range(text[: mark.start()], text[mark.end() :]):
            first, last = date_range(period)
            # "and" means a period only between two days in a row; otherwise it means two dates
            if mark[0].strip() != "&" or (first is not None and last - first == timedelta(days=1)):
                found.add(period)
    return DateReading(found.pop()) if len(found) == 1 else NOT_UNDERSTOOD


def _single(text: str, today: date | None) -> DateReading:
    if decade := re.fullmatch(r"(?:in )?(?:the |в )?(\d{3}0)(?:'?s|-?[ех](?: год(?:ы|ах|ов))?|-жылдар(?:ы|да)?)", text):
        return _period(decade[1], str(int(decade[1]) + 9))
    if re.fullmatch(r"[\d./ -]+", text := _without_fillers(text)):
        return _numeric(text, today)
    # a hyphen, slash or dot beside a word joins: 12-Mar-2026, 5/VI/2024
    joined = re.sub(r"(?<=\w)[-/.](?=[^\W\d])|(?<=[^\W\d])[-/.](?=\w)|(?<=q[1-4])/", " ", text)
    if joined.partition(" ")[0] in _words("seasons"):  # winter 2025/26
        joined = re.sub(r"(?<=\d{4})[-/](?=\d{2}(?:\d{2})?$)", " ", joined)
    tokens = _tokens(re.sub(r"(?<=\d)\. (?=[^\W\d])", " ", joined))
    if tokens is None:
        return NOT_UNDERSTOOD
    kinds, values = "-".join(kind for kind, _value in tokens), [value for _kind, value in tokens]
    return _by_kinds(kinds.replace("roman", "month"), values, today)


def _without_fillers(text: str) -> str:
    words = "|".join(sorted(_words("fillers"), key=len, reverse=True))
    text = re.sub(rf"(?:(?<=\d)|\b)-?(?<![^\W\d_])(?:{words})\b\.?", " ", text)
    return re.sub(r"\s+", " ", text.replace(",", " ")).strip(" .")


def _tokens(text: str) -> list[Token] | None:
    """Return the tokens of a text, or None if it has a word, number or sign that is not understood."""
    tokens: list[Token] = []
    for part in re.findall(r"q[1-4]\b|[1-4]q\b|h[12]\b|[12]h\b|'?\d+|[^\W\d_]+\.?|\S", text):
        word = part.rstrip(".")
        if re.fullmatch("[qh][1-4]|[1-4][qh]", part):
            tokens += [("ordinal", int(part.strip("qh"))), ("period", 3 if "q" in part else 6)]
        elif part.lstrip("'").isdigit():
            is_short_year = part.startswith("'") and len(part) == 3
            if len(part.lstrip("'")) not in (1, 2, 4):
                return None
            value = int(part.lstrip("'")) + (2000 if is_short_year else 0)
            tokens.append(("year" if is_short_year or len(part) == 4 else "number", value))
        elif (token := _word_token(word)) is not None:
            tokens.append(token)
        else:
            return None
    return tokens


def _word_token(word: str) -> Token | None:
    """Return the token of a word, or None if the word is not understood."""
    stems = (number for stem, number in _words("ordinal_stems").items() if word.startswith(stem))
    values = {
        "period": _words("periods").get(word),
        "season": _words("seasons").get(word),
        "ordinal": _words("ordinals").get(word) or next(stems, None),
        "roman": _words("roman").get(word.translate(CYRILLIC_ROMAN_LETTERS)),
        "month": month_number(word),
    }
    return next(((kind, value) for kind, value in values.items() if value is not None), None)


def _by_kinds(kinds: str, values: list[int], today: date | None) -> DateReading:
    """Return the reading of tokens. `kinds` are their kinds with hyphens between them, such as "number-month-year"."""
    match kinds:
        case "number-month-year" | "month-number-year" | "year-month-number" | "year-number-month":
            by_kind = dict(zip(kinds.split("-"), values, strict=True))
            return _date(by_kind["year"], by_kind["month"], by_kind["number"])
        case "month-year":
            return _date(values[1], values[0])
        case "year-month" | "year":
            return _date(*values)
        case "number-month-number" if values[2] >= 10:
            return _date(_full_year(values[2], today), values[1], values[0])
        case "number-month":
            return _uncertain(_date(_latest_year(today, values[1]), values[1], values[0]))
        case "month-number":
            in_year = [_date(_full_year(values[1], today), values[0])] if values[1] >= 10 else []
            return _uncertain(_date(_latest_year(today, values[0]), values[0], values[1]), *in_year)
        case "month":
            return _uncertain(_date(_latest_year(today, values[0]), values[0]))
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
    """Return the reading of a date of digits, such as 12.03.2026."""
    if match := re.fullmatch(r"(\d{4})([./ -])(\d{1,2})\2(\d{1,2})|(\d{4})()(\d{2})(\d{2})", text):
        year, _sign, month, day = filter(lambda group: group is not None, match.groups())
        return _date(int(year), int(month), int(day))
    if match := re.fullmatch(r"(\d{1,2})([./ -])(\d{1,2})\2(\d{4}|\d{2})", text):
        one, two, year = int(match[1]), int(match[3]), int(match[4])
        year = year if len(match[4]) == 4 else _full_year(year, today)
        day_first, month_first = _date(year, two, one), _date(year, one, two)
        if match[2] == "." or month_first == NOT_UNDERSTOOD:
            return day_first
        return month_first if day_first in (NOT_UNDERSTOOD, month_first) else _uncertain(day_first, month_first)
    if match := re.fullmatch(r"(\d{1,2})[./ -](\d{4})", text):
        return _date(int(match[2]), int(match[1]))
    match = re.fullmatch(r"(\d{4})(?:[./ -](\d{1,2}))?", text)
    return _date(int(match[1]), int(match[2]) if match[2] else None) if match else NOT_UNDERSTOOD


def _range(left: str, right: str) -> str:
    """Return the period from `left` to `right`, or "" if they are not the ends of a period."""
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
    """Return both ends of a period as partial dates if only one of them was typed with a year; otherwise ("", "")."""
    join = r"(?<=\d)-(?=[^\W\d])"  # 7-июнь
    sides = [_tokens(re.sub(join, " ", side)) for side in (left, right)]
    if None in sides:
        return "", ""
    tokens = [dict(side or ()) for side in sides]
    year = [found["year"] for found in tokens if "year" in found]
    months = [found["month"] for found in tokens if "month" in found]
    has_repeated = [len(side or ()) for side in sides] != [len(found) for found in tokens]
    has_others = {kind for found in tokens for kind in found} - {"year", "month", "number"}
    if len(year) != 1 or not months or has_repeated or has_others:
        return "", ""
    one, two = (_date(year[0], found.get("month", months[0]), found.get("number")).date for found in tokens)
    return one, two


def _period(first: str, last: str) -> DateReading:
    return _valid(f"{first}/{last}")


def _valid(partial_date: str) -> DateReading:
    """Return the reading with this partial date, or NOT_UNDERSTOOD if the date is not valid."""
    with suppress(ValueError):
        date_range(partial_date)
        return DateReading(partial_date)
    return NOT_UNDERSTOOD


def _iso(year: int, month: int | None = None, day: int | None = None) -> str:
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])


def _date(year: int, month: int | None = None, day: int | None = None) -> DateReading:
    """Return the reading with this date. Return NOT_UNDERSTOOD for an impossible day, and for a year outside 1900 to 2100."""
    return _valid(_iso(year, month, day)) if 1900 <= year <= 2100 else NOT_UNDERSTOOD


def _uncertain(*readings: DateReading) -> DateReading:
    """Return a reading that is uncertain: the dates of `readings` are its choices."""
    return DateReading(choices=tuple(reading.date for reading in readings if reading.date))


def _full_year(short: int, today: date | None) -> int:
    """Return the year that the two digits `short` mean: 20…, or 19… if 20… is more than ten years after `today`."""
    latest = (today.year if today else 2026) + 10
    return 2000 + short if 2000 + short <= latest else 1900 + short


def _latest_year(today: date | None, month: int) -> int:
    """Return the latest year in which `month` has begun by `today`; 0 if `today` is None."""
    return 0 if today is None else today.year - (month > today.month)


MAX_DATE_LENGTH = 80
"""The largest number of characters of a text that is read as a date."""
CLOCK_TIME = re.compile(r"[ t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? *(?:z|utc)?$")


@lru_cache(maxsize=4096)
def read_date(text: str, today: date | None = None) -> DateReading:
    """Read `text` as a date. Return the date, choices, or NOT_UNDERSTOOD. Relative words and missing years need `today`."""
    text = text.strip()
    if (plain := _valid(text)) != NOT_UNDERSTOOD:
        return plain
    if not text or len(text) > MAX_DATE_LENGTH or ".." in text.removeprefix(".."):
        return NOT_UNDERSTOOD
    # 2009–12, 2011/12: a period or a month?
    if short := re.fullmatch(r"(\d\d)(\d\d) ?[/\u2012-\u2015\u2212] ?(\d\d)", text):
        first, last = short[1] + short[2], short[1] + short[3]
        if first < last and short[3] <= "12":
            return DateReading(choices=(f"{first}/{last}", f"{first}-{short[3]}"))
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"[«»“”„\"]", " ", text).replace("’", "'")
    text = re.sub(r"(?<=\d) ?\. ?(?=\d)", ".", text)
    text = re.sub(r"\b(жалган|чын|баш|аяк) (?=куран|оона)", r"\1", text)
    text = re.sub(r"\s+", " ", text).strip(" ,;")
    if today and (relative := _relative(text, today)):
        return DateReading(relative)
    text = CLOCK_TIME.sub("", text)
    first, _space, rest = text.partition(" ")
    weekday = weekdays().get(first.strip(",.")) if rest else None
    reading = _qualified(text if weekday is None else rest.lstrip(), today)
    if weekday is not None and reading.date:
        # a day of the week that does not fit shows that something is wrong
        is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", reading.date)
        fits = is_day and date.fromisoformat(reading.date).weekday() == weekday
        return reading if fits else DateReading(choices=(reading.date,))
    return reading


def _relative(text: str, today: date) -> str:
    """Return the partial date of a phrase such as "yesterday" or "last year", or "" if `text` is no such phrase."""
    text = text.rstrip(".").removeprefix("in ").removeprefix("в ")
    ago = re.fullmatch(r"(\d{1,3}) (?:days? ago|дн(?:я|ей)|день назад|күн мурун)(?: назад)?", text)
    if ago or text in _words("days_ago"):
        days = int(ago[1]) if ago else _words("days_ago")[text]
        return (today - timedelta(days=days)).isoformat()
    if text in _words("months_ago"):
        return months_before(today, _words("months_ago")[text]).isoformat()[:7]
    return str(today.year - _words("years_ago")[text]) if text in _words("years_ago") else ""


def _qualified(text: str, today: date | None) -> DateReading:
    """Return the reading of a date that may have a word such as "about", "before" or "since" before or after it."""
    text = re.sub(rf"^\.\.\s*/\s*({SINGLE_DATE})$", r"no later than \1", text)
    if part := _part_of_period(text, today):
        return part
    if inclusive := INCLUSIVE.fullmatch(text):
        found = read_plain_date(inclusive[1], today).date
        is_until = inclusive.start(1) > 0 and "/" not in found
        return DateReading(f"../{found}" if is_until else found) if found else NOT_UNDERSTOOD
    if now := UNTIL_NOW.fullmatch(text):
        return _qualify(SINCE, read_plain_date(now[1], today).date or "/", today)
    for pattern in (ABOUT, UNTIL_INCLUDING, OR_BEFORE, BEFORE, SINCE, UNTIL):
        if pattern is SINCE and read_plain_date(text, today).date:
            break  # "from March to June"
        match = pattern.match(text) or pattern.search(text)
        if match and (match.start() == 0 or match.end() == len(text)) and match[0].strip():
            rest = (text[match.end() :] if match.start() == 0 else text[: match.start()]).strip(" -,")
            if pattern in (UNTIL, UNTIL_INCLUDING) and (end := TO_THE_END.search(rest)):
                found = read_plain_date((rest[: end.start()] + rest[end.end() :]).strip(" -"), today).date
                if found and match[0].startswith(("by", "к ")):  # in the last days, or on any day until then?
                    return DateReading(choices=(f"../{found}", f"{found}~"))
                return _qualify(UNTIL_INCLUDING, found, today) if found else NOT_UNDERSTOOD
            inner = read_plain_date(rest, today)
            return _qualify(pattern, inner.date, today) if inner.date else NOT_UNDERSTOOD
    return read_plain_date(text, today)


def _part_of_period(text: str, today: date | None) -> DateReading | None:
    """Return the reading of a part of a period, such as "early 2026" (read as about 2026); None if the text has no such part."""
    if (part := PART_OF_PERIOD.search(text)) is None:
        return None
    inner = read_plain_date(f"{text[: part.start()]} {text[part.end() :]}".strip(" -,"), today)
    found = tuple(one + "~" for one in (inner.date, *inner.choices) if re.fullmatch(r"\d{4}(?:-\d\d)?", one))
    return DateReading(found[0]) if inner.date and found else DateReading(choices=found)


def _qualify(pattern: re.Pattern[str], found: str, today: date | None) -> DateReading:
    """Return the reading of the partial date `found` together with a word that `pattern` matches, such as "about" or "since"."""
    if "/" in found or (pattern is ABOUT and found.endswith("~")):
        return NOT_UNDERSTOOD
    if pattern is SINCE:  # a partial date needs an end: propose a period that ends today
        end = today.isoformat()[: len(found)] if today else ""
        return NOT_UNDERSTOOD if end <= found else DateReading(choices=(f"{found}/{end}",))
    if pattern is UNTIL:
        return DateReading(choices=(f"../{_one_earlier(found)}", f"../{found}"))
    before = f"../{_one_earlier(found)}" if pattern is BEFORE else f"../{found}"
    return DateReading(found + "~" if pattern is ABOUT else before)


def _one_earlier(found: str) -> str:
    first, _last = date_range(found.rstrip("~"))
    return ((first or date.min) - timedelta(days=1)).isoformat()[: len(found.rstrip("~"))]
