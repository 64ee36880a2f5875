"""Whether a document is about the State party of this dataset."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

from babel.core import Locale, get_global

from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.documents.imported_document import ImportedDocument, ImportNotice
from tracker.model.dataset import Dataset
from tracker.model.errors import ImportRefused
from tracker.model.labels import N_

_OTHER_STATE = N_(
    "This document is about {found}, but this dataset is about {expected}. Check that it is the right file."
)
_REFUSED = N_(
    "These are recommendations to {found}. This tracker is about {expected}, so they cannot be added: "
    "its settings do not allow other States."
)
_UNCONFIRMED = N_("These are recommendations to {found}. Confirm that they belong to the tracker on {expected}.")
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

    Its names are followed by their synonyms. Its code is that of the country with this name. Otherwise it is taken from the symbols of the documents.
    """
    party = dataset.settings.state_party
    names = tuple(party[code].text for code in sorted(party, key=lambda code: code != lang))
    others = (group for group in dataset.settings.synonyms if {*names} & {*group})
    names = tuple(dict.fromkeys((*names, *chain.from_iterable(others))))
    codes = {code for name in names if (code := _code_of_country(name))}
    if not codes:
        symbols = [document.symbol for document in dataset.documents.values() if document.symbol]
        codes = {found["country"] for found in map(SYMBOL.search, symbols) if found and found["country"]}
    return ExpectedState(names, frozenset(codes))


def check_state(document: ImportedDocument, expected: ExpectedState) -> ImportedDocument:
    """Return the document, with a notice if it is about another State party than the dataset."""
    if not is_other_state(document, expected):
        return document
    notice = ImportNotice(_OTHER_STATE, (("found", state_of(document)), ("expected", expected.name)))
    return replace(document, notices=(notice, *document.notices))


def state_of(document: ImportedDocument) -> str:
    """Return the State that a document is about, by its name or by its code, "" if it does not say."""
    return document.state or document.country


def is_other_state(document: ImportedDocument, expected: ExpectedState) -> bool:
    """Return whether the document is about another State party. False if the document does not say."""
    if document.country and expected.codes:
        return document.country not in expected.codes
    return bool(document.state and expected.names) and not is_name_of(document.state, expected)


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


def refuse_other_state(document: ImportedDocument, dataset: Dataset, confirmed: str) -> None:
    """Raise ImportRefused if the document is about another State, unless the settings allow it and it was confirmed.

    `confirmed` is the name of the State that the editor confirmed, "" for none.
    """
    expected = expected_state(dataset)
    found = state_of(document)
    if is_other_state(document, expected) and not (dataset.settings.allow_other_states and confirmed == found):
        message = _UNCONFIRMED if dataset.settings.allow_other_states else _REFUSED
        raise ImportRefused(message, {"found": found, "expected": expected.name})


def _stems(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", name.casefold())
    return {word[:5] for word in words if word not in _COMMON_WORDS.split()}


def _code_of_country(name: str) -> str:
    return _codes_by_name().get(name.strip().casefold(), "")


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Return the name of a country, in small letters → its code of three letters, as in the symbols of documents."""
    codes = {
        two: three for three, (two, *_) in get_global("territory_aliases").items() if re.fullmatch("[A-Z]{3}", three)
    }
    return {
        name.casefold(): codes[two]
        for language in LANGUAGES_OF_NAMES
        for two, name in Locale(language).territories.items()
        if two in codes
    }
