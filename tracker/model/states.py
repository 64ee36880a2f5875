"""The States whose records a dataset has, and the codes of countries."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated

from babel.core import Locale, get_global
from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LocalizedText

LANGUAGES_OF_NAMES = ("en", "ru", "ky", "fr", "es")
UNKNOWN_STATE = "zzz"
"""The code of a State party whose name is not that of a country. ISO 3166-1 leaves it to its users."""
StateCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class State:
    """A State of the dataset. `id` is its ISO 3166-1 alpha-3 code in lower case, such as kgz."""

    id: StateCode
    name: LocalizedText

    def __hash__(self) -> int:
        """Return a hash of the id: a text in several languages has none."""
        return hash(self.id)


def code_of_country(name: str) -> str:
    """Return the code of three capitals of a country, or "" if no country has this name."""
    return codes_by_name().get(name.strip().casefold(), "")


@cache
def codes_by_name() -> Mapping[str, str]:
    """Return a mapping: name of a country in lower case → its code of three letters. Names are in LANGUAGES_OF_NAMES."""
    aliases = get_global("territory_aliases").items()
    codes = {two: three for three, (two, *_) in aliases if re.fullmatch("[A-Z]{3}", three)}
    names = (item for language in LANGUAGES_OF_NAMES for item in Locale(language).territories.items())
    return {name.casefold(): codes[two] for two, name in names if two in codes}
