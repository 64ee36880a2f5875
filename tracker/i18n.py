"""The language of a reader: the interface's words through gettext, dates and numbers through Babel."""

import gettext
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel.messages import mofile, pofile

from tracker.model.localized_text import ResolvedText, TextVariant, resolve

LOCALE_FOLDER = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "ru": "Русский", "ky": "Кыргызча"}
"""The languages that the interface speaks, by the names that their readers use."""
BABEL_LOCALES = {"en": "en_GB"}


@cache
def native_name(code: str) -> str:
    """What a language is called by those who read it; the code itself where nobody knows."""
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


@dataclass(frozen=True, slots=True)
class Language:
    """What a reader of one language is shown."""

    code: str
    default: str = "en"
    timezone: str = "UTC"

    def gettext(self, message: str, /, **values: object) -> str:
        """Return the translation of a message, with `values` filled in."""
        translated = _catalog(self.code).gettext(message)
        return translated.format(**values) if values else translated

    def ngettext(self, one: str, several: str, n: int, /, **values: object) -> str:
        """The words for a number of things."""
        return _catalog(self.code).ngettext(one, several, n).format(n=n, **values)

    def resolve(self, text: Mapping[str, TextVariant]) -> ResolvedText:
        """The wording of a text of the data."""
        return resolve(text, self.code, self.default)

    def format_day(self, day: date) -> str:
        """A day in full: 18 June 2024."""
        return _clean(babel_dates.format_date(day, "long", locale=BABEL_LOCALES.get(self.code, self.code)))

    def format_timestamp(self, recorded: str) -> str:
        """A recorded time as a day in the dataset's timezone."""
        at = datetime.fromisoformat(recorded.replace("Z", "+00:00"))
        return self.format_day(at.astimezone(ZoneInfo(self.timezone)).date())

    def format_date(self, known: str) -> str:
        """A date as well as it is known, in words."""
        start, _, end = known.rpartition("/")
        if start == "..":
            return self.gettext("{date} or before", date=self._one(end))
        if start:
            return self._between(start, end)
        return self._one(end)

    def _one(self, known: str) -> str:
        if known.endswith("~"):
            return self.gettext("about {date}", date=self._one(known[:-1]))
        parts = [int(part) for part in known.split("-")]
        if len(parts) == 1:
            return known
        if len(parts) == 2:
            day = date(parts[0], parts[1], 1)
            return _clean(babel_dates.format_skeleton("yMMMM", day, locale=BABEL_LOCALES.get(self.code, self.code)))
        return self.format_day(date(*parts))

    def _between(self, start: str, end: str) -> str:
        if len(start) == len(end) == 10 and start[:7] == end[:7]:
            # the day stands where the language puts it: first in English, last in Kyrgyz
            first, last = str(int(start[8:])), str(int(end[8:]))
            return re.sub(rf"(?<!\d){last}(?!\d)", f"{first}\u2013{last}", self._one(end), count=1)
        return (
            f"{self._one(start)}\u2013{self._one(end)}"
            if len(start) == len(end) == 4
            else f"{self._one(start)} \u2013 {self._one(end)}"
        )


def _clean(text: str) -> str:
    return text.removesuffix("\u202fг.").removesuffix("\xa0г.").removesuffix(" г.").replace("\u2009", "")


def get_language(wanted: str, settings_language: str = "en", timezone: str = "UTC") -> Language:
    """The language that a reader is answered in: the wanted one if the interface speaks it, else English."""
    code = wanted if wanted in LANGUAGES else "en"
    return Language(code, settings_language, timezone)


def preferred_language(header: str) -> str:
    """The first language of an Accept-Language header (or of a browser's locale) that the interface speaks."""
    wishes = []
    for position, item in enumerate(header[:500].split(",")):
        name, _, weight = item.replace(" ", "").lower().partition(";q=")
        try:
            wishes.append((-float(weight or 1), position, re.split("[-_]", name)[0]))
        except ValueError:
            continue
    return next((code for weight, _, code in sorted(wishes) if code in LANGUAGES and weight < 0), "en")


def request_language(params: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The language asked for in the address, else the browser's first guess."""
    asked = params.get("lang", "")
    return asked if asked in LANGUAGES else preferred_language(headers.get("accept-language", ""))
