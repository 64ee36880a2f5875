"""The words in a typed date, in the languages of the interface: months, weekdays, seasons, quarters, "about", "before"."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale

from tracker.i18n import LANGUAGES

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

ROMAN_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
CYRILLIC_ROMAN_LETTERS = str.maketrans("іхѵ", "ixv")
"""Cyrillic letter → the letter of a Roman numeral that looks the same."""
CASE_ENDINGS = (
    *("ында", "инде", "унда", "үндө", "ынын", "инин", "дын", "дин", "дун", "дагы", "ты", "ти", "ту", "та", "те"),
    *("да", "де", "до", "ны", "ы", "и", "у", "ү", "е"),
)
"""The endings that Russian and Kyrgyz add to the name of a month."""
FILLERS = frozenset(
    (
        *("the", "of", "in", "on", "at", "year", "month", "st", "nd", "rd", "th"),
        *(
            "г",
            "гг",
            "год",
            "года",
            "году",
            "годов",
            "годы",
            "в",
            "во",
            "месяц",
            "месяца",
            "месяце",
            "го",
            "й",
            "ый",
            "е",
            "ое",
        ),
        *(
            "ж",
            "жж",
            "жыл",
            "жылы",
            "жылдын",
            "жылда",
            "жылдар",
            "жылдары",
            "жылдарда",
            "ай",
            "айы",
            "айында",
            "айынын",
        ),
    )
)
"""Words that say nothing about the date."""
ORDINALS = {
    **{word: n for n, words in enumerate(("first", "second", "third", "fourth"), 1) for word in words.split()},
    **{word: n for n, word in enumerate(("биринчи", "экинчи", "үчүнчү", "төртүнчү"), 1)},
}
ORDINAL_STEMS = {"перв": 1, "втор": 2, "трет": 3, "четверт": 4}
"""The beginning of a Russian ordinal number → the number. Its ending depends on gender and case."""
SEASONS = {
    word: first_month
    for first_month, words in {
        3: "spring весна весны весной весну жаз жазы жазында",
        6: "summer лето лета летом жай жайы жайында",
        9: "autumn fall осень осени осенью күз күзү күзүндө",
        12: "winter зима зимы зимой зиму кыш кышы кышында",
    }.items()
    for word in words.split()
}
"""Season → its first month, in the northern hemisphere."""
PERIODS = {
    **dict.fromkeys(("quarter", "qtr", "квартал", "квартала", "квартале", "кв", "чейрек", "чейреги", "чейрегинде"), 3),
    **dict.fromkeys(("half", "полугодие", "полугодия", "полугодии", "жарымы", "жарым", "жарымында"), 6),
}
"""Word for a quarter or a half of a year → its months."""
RELATIVE_DAYS = {
    **dict.fromkeys(("today", "сегодня", "бүгүн"), 0),
    **dict.fromkeys(("yesterday", "вчера", "кечээ"), 1),
    **dict.fromkeys(("day before yesterday", "the day before yesterday", "позавчера"), 2),
    **dict.fromkeys(("tomorrow", "завтра", "эртең"), -1),
}
"""Phrase → how many days ago."""
RELATIVE_YEARS = {
    **dict.fromkeys(("this year", "этом году", "этот год", "быйыл", "ушул жылы"), 0),
    **dict.fromkeys(("last year", "прошлом году", "прошлый год", "былтыр", "өткөн жылы"), 1),
}
"""Phrase → how many years ago."""
RELATIVE_MONTHS = {
    **dict.fromkeys(("this month", "этом месяце", "этот месяц", "ушул айда"), 0),
    **dict.fromkeys(("last month", "прошлом месяце", "прошлый месяц", "өткөн айда"), 1),
}
"""Phrase → how many months ago."""
ABOUT = re.compile(
    r"(?:~|≈|(?:c\.|(?:about|around|circa|ca|approx|approximately|roughly|около|ок|примерно|прим|приблизительно|"
    r"ориентировочно|болжол менен|болжолу|болжолдуу|болжолдуу түрдө)\b)\.?) *"
    r"| *\((?:approximately|about|приблизительно|примерно|болжол менен)\)$"
)
BEFORE = re.compile(r"(?:before|prior to|earlier than|ранее|раньше)\b *")
"""The day itself does not belong to the time."""
UNTIL_INCLUDING = re.compile(r"(?:no later than|not later than|не позднее|не позже)\b *")
OR_BEFORE = re.compile(
    r" *\b(?:or before|or earlier|и ранее|или ранее|или раньше|же андан мурда|же ага чейин|жана ага чейин)"
)
"""The day itself belongs to the time."""
UNTIL = re.compile(r"(?:until|till|by|up to|до|к)\b *| *\b(?:чейин|жылга чейин)$")
"""It does not say whether the day itself belongs to the time."""
SINCE = re.compile(r"(?:since|from|начиная с|с|со)\b *| *-?\b(?:onwards?|жылдан бери|жылдан баштап|бери|баштап)$")


@cache
def _month_parser() -> "DateDataParser":
    # imported when the first date in words is typed, because the import takes 0.2 s
    from dateparser.date import DateDataParser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "DATE_ORDER": "DMY"}
    return DateDataParser(languages=list(LANGUAGES), settings=settings)


@cache
def _full_month_names() -> frozenset[str]:
    names = [Locale.parse(code).months["stand-alone"]["wide"].values() for code in LANGUAGES]
    return frozenset(name.casefold() for group in names for name in group)


@lru_cache(maxsize=512)
def month_number(word: str) -> int | None:
    """Return 1 to 12 if `word` is the name of a month, in full, shortened, or in another case; otherwise None."""
    if not 3 <= len(word) <= 12 or not word.isalpha():
        return None
    stems = [word.removesuffix(ending) for ending in CASE_ENDINGS if word.endswith(ending)]
    names = [stem + end for stem in stems for end in ("", "ь", "й")]
    for name in [word, *(name for name in names if name in _full_month_names())]:
        found = _month_parser().get_date_data(f"1 {name} 2000").date_obj
        if found is not None and (found.year, found.day) == (2000, 1):
            return int(found.month)
    return None


def roman_number(word: str) -> int | None:
    """Return 1 to 12 if `word` is a Roman numeral. It may be typed with Cyrillic letters that look the same."""
    word = word.translate(CYRILLIC_ROMAN_LETTERS)
    return ROMAN_NUMERALS.index(word) + 1 if word in ROMAN_NUMERALS else None


def ordinal_number(word: str) -> int | None:
    """Return 1 to 4 for an ordinal number in words, such as "third"; otherwise None."""
    return ORDINALS.get(word) or next((n for stem, n in ORDINAL_STEMS.items() if word.startswith(stem)), None)


@cache
def weekdays() -> dict[str, int]:
    """Return name of a weekday → 0 (Monday) to 6, in all languages of the interface, in full and shortened."""
    return {
        name.casefold().rstrip("."): day
        for code in LANGUAGES
        for names in Locale.parse(code).days["format"].values()
        for day, name in names.items()
        if len(name) > 1
    }
