"""The State party of a dataset, or its States: names and codes, and whether a symbol or a name belongs to another State."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from tracker.model.dataset import Dataset
from tracker.model.errors import FieldPath, Said
from tracker.model.labels import N_
from tracker.model.records import Recommendation
from tracker.model.registers import Document
from tracker.model.states import State, code_of_country, codes_by_name
from tracker.model.vocabulary import Issuer, MechanismKind
from tracker.storage.yaml.defaults import is_symbol_of, mechanism_of_symbol, symbol_prefix_pattern

SYMBOL = re.compile(
    rf"\b(?:(?P<older>[A-Z]{{3,5}}/(?:C/CR|CO)/\d{{1,2}}/)(?=[A-Z]{{3}}\b)|(?:{symbol_prefix_pattern()}))"
    r"(?:(?P<country>[A-Z]{3})(?(older)|/))?(?(older)|(?:C[OC]/\d+(?:[–-]\d+)*(?:/[A-Z]{3}\b)?|(?:1|79)/Add\.\d+))"
    r"(?:/(?:Add|Rev|Corr)\.\d+)?"
)
"""Matches the symbol of concluding observations, also the older forms …/C/CR/34/RUR, …/CO/75/RUR and …/C/79/Add.113."""
COUNTRY = re.compile(r"(?:[A-Z]{2,5}/(?:C/CR|CO)/\d+|E/C\.\d+|[A-Z]{2,5}/C(?:/OP[A-Z]+)?)/([A-Z]{3})(?![A-Z])")
"""Matches the beginning of the symbol of a document about a State, and captures the code of the State."""
_COMMON_WORDS = """
    republic democratic federation federal federative united kingdom people islamic arab union states state north south
    республика республики федерация федеративная соединенные штаты государство королевство демократическая исламская
    народная республикасы
"""
"""Words that occur in the official names of many States."""
_BESIDE = ("of", "the", "party", "и", "участник", "участника", "катышуучу")


@dataclass(frozen=True, slots=True)
class ExpectedState:
    """The State party of a dataset, or its States: names in all languages, and codes of three letters, as used in symbols.

    `name` is what people read: one name for each State.
    """

    names: tuple[str, ...]
    codes: frozenset[str]
    name: str = ""


def expected_state(dataset: Dataset, lang: str = "", state: State | None = None) -> ExpectedState:
    """Return `state`, or all States of a dataset. In `names`, the name in `lang` is first, and the synonyms are last.

    `codes` are the codes of these names or, if none is known, all codes in the symbols of the documents.
    """
    states = (state,) if state else dataset.states
    ordered = [[one.name[code].text for code in sorted(one.name, key=lambda code: code != lang)] for one in states]
    names, name = tuple(chain.from_iterable(ordered)), ", ".join(words[0] for words in ordered if words)
    others = (group for group in dataset.settings.synonyms if {*names} & {*group})
    names = tuple(dict.fromkeys((*names, *chain.from_iterable(others))))
    codes = {code for name in names if (code := code_of_country(name))}
    codes |= {one.id.upper() for one in states if one in dataset.settings.states}
    return ExpectedState(names, frozenset(codes or _codes_in(_symbols_of_documents(dataset))), name)


def state_in(dataset: Dataset, *written: str) -> str | None:
    """Return the id of the State of tracker.yaml that the texts name first, by its name, code or a symbol. None: none of them."""
    for text in filter(None, written):
        found = COUNTRY.match("".join(text.split()).upper())
        for state in dataset.settings.states:
            if found[1].lower() == state.id if found else is_name_of(text, expected_state(dataset, state=state)):
                return state.id
    return None


def other_state_in(dataset: Dataset, symbol: str, state: State | None = None) -> str:
    """Return the code of the State in a symbol if this is not `state`, or none of the dataset's States, otherwise "".

    Return "" if other States are allowed. If the dataset's State has no code, compare with the other symbols in it.
    """
    found = COUNTRY.match("".join(symbol.split()).upper())
    code = found[1] if found and not dataset.settings.allow_other_states else ""
    if code not in codes_by_name().values():
        return ""
    expected, symbols = expected_state(dataset, state=state), _symbols_of_documents(dataset)
    if not dataset.settings.states and not any(map(code_of_country, expected.names)):
        own = _codes_in((symbol,)) if symbol in symbols else {}
        others = {one for one, n in _codes_in(symbols).items() if n > own.get(one, 0)}
        return code if others and code not in others else ""
    return "" if code in expected.codes else code


def position_is_an_answer(d: Dataset, r: Recommendation) -> Iterator[tuple[FieldPath, Said]]:
    """Require that no recommendation of a treaty body or of civil society has a position of the State.

    States take positions on recommendations in the Universal Periodic Review.
    """
    document = d.documents.get(r.document)
    body = d.bodies.get(document.body or "") if document else None
    if r.response and (r.issued_by is Issuer.CIVIL_SOCIETY or (body and body.kind is MechanismKind.TREATY_BODY)):
        told = N_("only a recommendation of the Universal Periodic Review has a position of the State")
        yield ("response",), Said(told)


def state_is_of_dataset(dataset: Dataset, document: Document) -> Iterator[tuple[FieldPath, str]]:
    """Require that a document names one of the States of tracker.yaml, if it lists any, and that its symbol is of no other.

    Nor is the symbol that of another treaty body than the one of the document.

    It is one of the rules of `tracker.validation.rules`.
    """
    known = [state.id for state in dataset.states]
    if document.state not in known and (document.state or dataset.settings.states):
        message = Said(N_("a document is of one State; write 'state', one of {known}"), known=", ".join(known))
        yield ("state" if document.state else "body",), message
    if document.symbol and (found := other_state_in(dataset, document.symbol, dataset.state_of(document))):
        message = Said(
            N_("the symbol {symbol} is of another State ({state}); correct it, or allow it in tracker.yaml"),
            symbol=document.symbol,
            state=found,
        )
        yield ("symbol",), message
    body, symbol = dataset.bodies.get(document.body), "".join((document.symbol or "").split()).upper()
    named = mechanism_of_symbol(symbol)
    if body and named and named.kind is MechanismKind.TREATY_BODY and not is_symbol_of(body, symbol):
        told = N_("the symbol {symbol} is of {named}, not of {body}; correct the symbol or the committee")
        yield ("symbol",), Said(told, symbol=document.symbol, named=named.code, body=body.code)


def _symbols_of_documents(dataset: Dataset) -> tuple[str, ...]:
    return tuple(document.symbol for document in dataset.documents.values() if document.symbol)


@lru_cache(maxsize=64)
def _codes_in(symbols: tuple[str, ...]) -> Mapping[str, int]:
    """Return a mapping: code of a State → number of symbols with this code."""
    return Counter(found["country"] for found in map(SYMBOL.search, symbols) if found and found["country"])


@lru_cache(maxsize=1024)
def is_name_of(written: str, expected: ExpectedState) -> bool:
    """Return whether a code or name is that of the State. Of an unknown name, the beginnings of the words are compared."""
    if written.strip() in expected.codes or written.strip().casefold() in map(str.casefold, expected.names):
        return True
    if (code := code_of_country(written)) and expected.codes:
        return code in expected.codes
    # the name may be in another case or form: Кыргызстан, Кыргызстана, the Kyrgyz Republic
    return bool(_stems(written) & _stems_of(expected))


@lru_cache(maxsize=64)
def _stems_of(expected: ExpectedState) -> set[str]:
    names = [*expected.names, *(name for name, three in codes_by_name().items() if three in expected.codes)]
    return {stem for name in names for stem in _stems(name)}


def is_state_itself(written: str, expected: ExpectedState, government: Iterable[str]) -> bool:
    """Return whether a text names only the State or its government: "Правительство КР". `government` has such words."""
    found, common = re.findall(r"[^\W\d_]+", written.casefold()), {word[:5] for word in _COMMON_WORDS.split()}
    rest = [word for word in found if word not in government and word not in _BESIDE]
    is_government = any(word in government for word in found)
    own = [word for word in rest if word[:5] in _stems_of(expected) or (len(word) == 2 and is_government)]
    return bool(own or is_government) and all(word in own or word[:5] in common for word in rest)


def country_in(text: str) -> str:
    """Return the name of a country if it is the whole text, or a whole part between punctuation marks; otherwise ""."""
    parts = [text, *re.split(r"[:;,.()–—|/]", text)]
    return next((part.strip() for part in parts if code_of_country(part)), "")


def _stems(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{4,}", name.casefold())
    return {word[:5] for word in words if word not in _COMMON_WORDS.split()}
