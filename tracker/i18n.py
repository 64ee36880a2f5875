"""The language of the reader: translate messages with gettext, and format dates with Babel."""

import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel import units as babel_units
from babel.core import get_global
from babel.messages import mofile, pofile

from tracker.model.labels import N_
from tracker.model.localized_text import ResolvedText, TextVariant, resolve
from tracker.model.registers import Settings

LOCALE_FOLDER = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "ru": "Русский", "ky": "Кыргызча"}
"""The languages of the interface: language code → name of the language in that language."""
LANGUAGE_LABELS = {"en": N_("English"), "ru": N_("Russian"), "ky": N_("Kyrgyz")}
BABEL_LOCALES = {"en": "en_GB"}
"""Language → the locale that is meant, where this is not the one with the most speakers."""


@cache
def locale_of(code: str) -> str:
    """Return the locale of a language, such as ru_RU for ru; the code itself if Babel knows no country for it."""
    territory = get_global("likely_subtags").get(code, "").rpartition("_")[2]
    return BABEL_LOCALES.get(code) or (f"{code}_{territory}" if territory else code)


@cache
def native_name(code: str) -> str:
    """Return the name of a language in this language, such as Русский for ru; the code if Babel does not know it."""
    try:
        name = Locale.parse(code).get_display_name(code)
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:] if name else code


@cache
def _catalog(code: str) -> gettext.NullTranslations:
    path = LOCALE_FOLDER / code / "LC_MESSAGES" / "tracker.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalog = pofile.read_po(file, locale=code)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


UNDONE, BROUGHT_BACK = N_("Undone."), N_("Brought back after it was undone.")
"""The reasons with which an undo is saved, and the undo of an undo."""
EARLIER_UNDONE = N_("Undone within a day.")
"""The reason with which version 1.0.0 saved an undo."""


@cache
def automatic_reasons() -> Mapping[str, str]:
    """Return a mapping: a reason that the tracker writes itself, in any language of the interface → its message."""
    messages = (UNDONE, BROUGHT_BACK, EARLIER_UNDONE)
    return {_catalog(code).gettext(message): message for code in LANGUAGES for message in messages}


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface. `default` is the dataset's main one. `fallback` is for missing texts, best first."""

    code: str
    default: str = "en"
    timezone: str = "UTC"
    fallback: tuple[str, ...] = ()

    def gettext(self, message: str, /, **values: object) -> str:
        """Return the translation of `message`, with each placeholder {name} replaced by the value of `name`."""
        translated = _catalog(self.code).gettext(message)
        return translated.format(**values) if values else translated

    def ngettext(self, one: str, several: str, n: int, /, **values: object) -> str:
        """Return the translation, in the singular or plural form that fits `n`. Replace {n} and the other placeholders."""
        return (
            _catalog(self.code)
            .ngettext(one, several, n)
            .format(n=n if -1000 < n < 1000 else self.format_number(n), **values)
        )

    def language_name(self, code: str) -> str:
        """Return the name of a language in this one, such as "английский"; its own name if Babel does not know this one."""
        if code in LANGUAGE_LABELS:
            return self.gettext(LANGUAGE_LABELS[code])
        return Locale.parse(self.code).languages.get(code) or native_name(code)

    def resolve(self, text: Mapping[str, TextVariant], *, is_labelled: bool = True) -> ResolvedText:
        """Return the wording in this language, else in one of `fallback`, else in the main language, else the first.

        A reason that the tracker wrote itself is in the reader's language, whoever pressed the button. After a wording
        that another than its owner changed, this is said (unless `is_labelled` is False).
        """
        found = resolve(text, self.code, self.default, fallback=self.fallback)
        if found.changed_by and is_labelled:
            said = self.gettext("changed by {organisation}", organisation=self.resolve(found.changed_by).text)
            return replace(found, text=f"{found.text} ({said})", label=f" ({said})")
        if found.lang != self.code and (message := automatic_reasons().get(found.text)):
            return replace(found, text=self.gettext(message), lang=self.code)
        return found

    def format_day(self, day: date) -> str:
        """Return a day in words, such as 18 June 2024."""
        return _date_in_words(day, self.code)

    def format_timestamp(self, recorded: str) -> str:
        """Return the day of a recorded time in words. The day is that of the dataset's time zone."""
        at = datetime.fromisoformat(recorded.replace("Z", "+00:00"))
        return self.format_day(at.astimezone(ZoneInfo(self.timezone)).date())

    def format_moment(self, recorded: str) -> str:
        """Return the day of a recorded time and, unless it is the end of that day, its hour with the time zone."""
        at = datetime.fromisoformat(recorded.replace("Z", "+00:00")).astimezone(ZoneInfo(self.timezone))
        day = self.format_day(at.date())
        if is_end_of_day(recorded, self.timezone):
            return day
        hours, minutes = divmod(int((at.utcoffset() or timedelta()).total_seconds()) // 60, 60)
        offset = f"{hours:+d}" * bool(hours or minutes) + f":{minutes:02d}" * bool(minutes)
        return f"{day}, {at:%H:%M} (UTC{offset})"

    def format_span(self, number: int, unit: Literal["day", "month", "year"], *, with_direction: bool = False) -> str:
        """Return a number of days, months or years in words: "12 days"; `with_direction`, "in 12 days" or (-12) "12 days ago"."""
        span = timedelta(days={"day": 1, "month": 30, "year": 365}[unit] * number)
        locale = BABEL_LOCALES.get(self.code, self.code)
        # with this threshold only the granularity decides the unit
        return babel_dates.format_timedelta(
            span, granularity=unit, threshold=10**9, add_direction=with_direction, locale=locale
        )

    def format_number(self, number: int) -> str:
        """Return a number with its thousands apart, such as 5,001."""
        return babel_numbers.format_decimal(number, locale=BABEL_LOCALES.get(self.code, self.code))

    def format_size(self, size: int) -> str:
        """Return the size of a file in words, such as 1.2 MB or 345 kB, at least 1 kB. `size` is in bytes."""
        unit, factor, digits = ("mega", 1_000_000, "#,##0.0") if size >= 1_000_000 else ("kilo", 1_000, "#,##0")
        locale, most = BABEL_LOCALES.get(self.code, self.code), max(size / factor, 1)
        return babel_units.format_unit(most, f"digital-{unit}byte", "short", format=digits, locale=locale)

    def format_date(self, partial_date: str) -> str:
        """Return a partial date in words, such as June 2024 or about September 2025."""
        start, _, end = partial_date.rpartition("/")
        if start == "..":
            return self.gettext("{date} or before", date=self._format_single(end))
        return self._format_range(start, end) if start else self._format_single(end)

    def _format_single(self, text: str) -> str:
        if text.endswith("~"):
            return self.gettext("about {date}", date=self._format_single(text[:-1]))
        match [int(part) for part in text.split("-")]:
            case [year, month]:
                return _date_in_words(date(year, month, 1), self.code, skeleton="yMMMM")
            case [year, month, day]:
                return self.format_day(date(year, month, day))
        return text

    def _format_range(self, start: str, end: str) -> str:
        if len(start) == len(end) == 10 and start[:7] == end[:7]:
            # replace the day with both days; its place differs: it is first in English and last in Kyrgyz
            first, last = str(int(start[8:])), str(int(end[8:]))
            return re.sub(rf"(?<!\d){last}(?!\d)", f"{first}\u2013{last}", self._format_single(end), count=1)
        dash = "\u2013" if len(start) == len(end) == 4 else " \u2013 "
        return self._format_single(start) + dash + self._format_single(end)


_KYRGYZ_MONTHS = [
    "январы",
    "февралы",
    "марты",
    "апрели",
    "майы",
    "июну",
    "июлу",
    "августу",
    "сентябры",
    "октябры",
    "ноябры",
    "декабры",
]


@lru_cache(maxsize=20_000)
def _date_in_words(day: date, code: str, skeleton: str = "") -> str:
    """Return a day in words in the language `code`, without "г." at the end."""
    locale = BABEL_LOCALES.get(code, code)
    text = babel_dates.format_date(day, "long", locale=locale)
    if code == "ky":  # CLDR has "2024-ж., 18-июнь", which nobody writes in a sentence
        month = _KYRGYZ_MONTHS[day.month - 1]
        return f"{day.year}-жылдын {month if skeleton else f'{day.day}-{month}'}"
    if skeleton:
        text = babel_dates.format_skeleton(skeleton, day, locale=locale)
    return text.removesuffix("\u202fг.").removesuffix("\xa0г.").removesuffix(" г.").replace("\u2009", "")


def is_end_of_day(recorded: str, timezone: str) -> bool:
    """Return whether a recorded time is the last moment of its day in a time zone."""
    at = datetime.fromisoformat(recorded.replace("Z", "+00:00")).astimezone(ZoneInfo(timezone))
    return at.time() == time.max


def get_language(requested: str, settings: Settings | None = None) -> Language:
    """Return the language `requested`, or English if unknown. Take main language, fallbacks and time zone from `settings`."""
    code = requested if requested in LANGUAGES else "en"
    if settings is None:
        return Language(code)
    return Language(code, settings.language, settings.timezone, fallback=settings.fallback_for(code))


def preferred_language(header: str) -> str:
    """Return the interface language that an Accept-Language header, or a locale such as ru_RU, prefers; "en" if none fits."""
    preferences = []
    for position, item in enumerate(header[:500].split(",")):
        name, _, weight = item.replace(" ", "").lower().partition(";q=")
        try:
            preferences.append((-float(weight or 1), position, re.split("[-_]", name)[0]))
        except ValueError:
            continue
    return next((code for weight, _, code in sorted(preferences) if code in LANGUAGES and weight < 0), "en")


def request_language(params: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the language code in the URL parameter `lang` or, if it is unknown, the one that the browser prefers."""
    requested = params.get("lang", "")
    return requested if requested in LANGUAGES else preferred_language(headers.get("accept-language", ""))
