"""The State party of a dataset: its names and codes, and whether a symbol or a name is of another State."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from babel.core import Locale, get_global

from tracker.model.dataset import Dataset
from tracker.storage.yaml.defaults import symbol_prefix_pattern

SYMBOL = re.compile(
    rf"\b(?:(?P<older>[A-Z]{{3,5}}/(?:C/CR|CO)/\d{{1,2}}/)(?=[A-Z]{{3}}\b)|(?:{symbol_prefix_pattern()}))"
    r"(?:(?P<country>[A-Z]{3})(?(older)|/))?(?(older)|(?:C[OC]/\d+(?:[–-]\d+)*(?:/[A-Z]{3}\b)?|(?:1|79)/Add\.\d+))"
    r"(?:/(?:Add|Rev|Corr)\.\d+)?"
)
"""The symbol of concluding observations. Until about 2005 also such as …/C/CR/34/RUR, …/CO/75/RUR and …/C/79/Add.113."""
COUNTRY = re.compile(r"(?:[A-Z]{2,5}/(?:C/CR|CO)/\d+|E/C\.\d+|[A-Z]{2,5}/C(?:/OP[A-Z]+)?)/([A-Z]{3})(?![A-Z])")
"""The code of the State in a symbol: of concluding observations, or of a State's report or a list of issues."""
LANGUAGES_OF_NAMES = ("en", "ru", "ky", "fr", "es")
_COMMON_WORDS = """
    republic democratic federation federal federative united kingdom people islamic arab union states state north south
    республика республики федерация федеративная соединенные штаты государство королевство демократическая исламская
    народная республикасы
"""
"""Words of official names that many States have in common."""


@dataclass(frozen=True, slots=True)
class ExpectedState:
    """The State party of a dataset: its name in each language, and its codes in the symbols of the documents."""

    names: tuple[str, ...]
    codes: frozenset[str]

    @property
    def name(self) -> str:
        """Return the first name, "" if there is none."""
        return next(iter(self.names), "")


def expected_state(dataset: Dataset, lang: str = "") -> ExpectedState:
    """Return the State party of a dataset, with its name in the language `lang` first if there is one.

    Its names are followed by their synonyms. Its codes are those of its names or, if none is known, of its documents.
    """
    party = dataset.settings.state_party
    names = tuple(party[code].text for code in sorted(party, key=lambda code: code != lang))
    others = (group for group in dataset.settings.synonyms if {*names} & {*group})
    names = tuple(dict.fromkeys((*names, *chain.from_iterable(others))))
    codes = {code for name in names if (code := _code_of_country(name))}
    return ExpectedState(names, frozenset(codes or _codes_in(_symbols(dataset))))


def other_state_in(dataset: Dataset, symbol: str) -> str:
    """Return the code of another State in the symbol of a document, "" if there is none or the settings allow others.

    If the State of the dataset is known only from the symbols of its documents, those of the others count.
    """
    found = COUNTRY.match("".join(symbol.split()).upper())
    code = found[1] if found and not dataset.settings.allow_other_states else ""
    if code not in _codes_by_name().values():
        return ""
    expected, symbols = expected_state(dataset), _symbols(dataset)
    if not any(map(_code_of_country, expected.names)):
        own = _codes_in((symbol,)) if symbol in symbols else {}
        others = {one for one, n in _codes_in(symbols).items() if n > own.get(one, 0)}
        return code if others and code not in others else ""
    return "" if code in expected.codes else code


def _symbols(dataset: Dataset) -> tuple[str, ...]:
    return tuple(document.symbol for document in dataset.documents.values() if document.symbol)


@lru_cache(maxsize=64)
def _codes_in(symbols: tuple[str, ...]) -> Mapping[str, int]:
    """Return code of a State → in how many of the symbols it is."""
    return Counter(found["country"] for found in map(SYMBOL.search, symbols) if found and found["country"])


@lru_cache(maxsize=1024)
def is_name_of(written: str, expected: ExpectedState) -> bool:
    """Return whether a State is the expected one: by its code, by its name, or by a name with the same beginning."""
    if written.strip() in expected.codes or written.strip().casefold() in map(str.casefold, expected.names):
        return True
    if (code := _code_of_country(written)) and expected.codes:
        return code in expected.codes
    # the name may be in another case or form: Кыргызстан, Кыргызстана, the Kyrgyz Republic
    names = [*expected.names, *(name for name, three in _codes_by_name().items() if three in expected.codes)]
    return bool(_stems(written) & {stem for name in names for stem in _stems(name)})


def country_in(text: str) -> str:
    """Return the part of a heading that is the name of a country, or "": the whole of it, or what stands before a mark."""
    parts = [text, *re.split(r"[:;,.()–—|/]", text)]
    return next((part.strip() for part in parts if _code_of_country(part)), "")


def _stems(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", name.casefold())
    return {word[:5] for word in words if word not in _COMMON_WORDS.split()}


def _code_of_country(name: str) -> str:
    return _codes_by_name().get(name.strip().casefold(), "")


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Return the name of a country, in small letters → its code of three letters, as in the symbols of documents."""
    aliases = get_global("territory_aliases").items()
    codes = {two: three for three, (two, *_) in aliases if re.fullmatch("[A-Z]{3}", three)}
    names = (item for language in LANGUAGES_OF_NAMES for item in Locale(language).territories.items())
    return {name.casefold(): codes[two] for two, name in names if two in codes}
