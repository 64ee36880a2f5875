"""Tell from a single word whether it can be a part of a person's name, in English, Russian and Kyrgyz.

Three sources are used: the Russian dictionary of pymorphy3, the given names in given_names.yaml, and the endings of
surnames and patronymics.
"""

import re
from collections.abc import Iterable
from enum import Flag, auto
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tracker.storage.cache_registry import register_cache
from tracker.storage.yaml.reader import compose, decode, to_values

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse

GIVEN_NAMES = Path(__file__).parent / "given_names.yaml"
COMMON_SHARE = 0.15
"""A reading of the dictionary with a smaller share of the uses of a word is ignored."""
MOST = 0.75
"""A word is a name if the dictionary reads a larger share of its uses as a given name."""
RUSSIAN_ENDINGS = ("", "а", "у", "ом", "ем", "е", "ы", "и", "ой", "ей", "ю", "я", "ым", "ых", "ыми", "ью")
KYRGYZ_ENDING = re.compile(
    "(?:[нтд][ыиуү]н|[гк][аеоө]|[нтд][ыиуү]|[тд][аеоө]н?|[нлтд][аеоө]р[ыиуү]?|н[аеоө]н|[ыиуү]?м|[ыиуү]?ң)$"
)
KYRGYZ_NAME = re.compile(
    "г[үу]ль?[бжмнсшк](?!тан|акча|айыр)\\w{2,}$|\\w{2,}(?:бек|г[үу]ль?|мырза|султан|жамал|газы|gul|bek|myrza|gazy)$"
)
"""The forms of Kyrgyz given names, such as Гулбарчын and Чолпонбек."""
NOT_KYRGYZ_NAME = re.compile("өзбек|узбек|uzbek|загул|прогул|mogul")
KYRGYZ_GENITIVE = re.compile("[нтд][ыиуү]н?$")
RUSSIAN_PLACE = re.compile("[оеи][вн]к[аеиоуы]й?$")
SURNAME = re.compile(r"\w{2,}(?:енко|[ое]в|[иы]н|[сц]к)(?:а|у|ым|е|ой|ою|ых|ыми|ы|ий|ая|ую|ого|ому|им|ом)?$")
"""The endings of surnames with their cases: Асанов, Асановой, Ильина, Ковалевская."""
SURE_SURNAME = re.compile(r"\w{3,}(?:(?:[ое]в|цын)(?:а|у|ым|е|ой|ою|ых|ыми|ы)?|енко)$")
"""The endings that few other words have."""
PATRONYMIC = re.compile(r"\w{2,}(?:[ое]вич(?:а|у|ем|е|и|ей|ам)?|[ое]вн(?:а|ы|е|у|ой|ою)|ыч(?:а|у|ем|е)?)$")
LATIN_SURNAME = re.compile(r"\w{2,}(?:[oe]v(?:a|na)?|[iy]na?|sk(?:y|i|iy|aya|aia)|enko|b[ae]k|ba[yi]|kul)$")
SURE_LATIN_SURNAME = re.compile(r"\w{3,}(?:[oe]va?|ovna|evna|ovich|evich|enko)$")
LATIN_PATRONYMIC = re.compile(r"\w{2,}(?:[oe]vna|[oe]vich)$")
# The same name is written in several ways in Latin letters: Жаркынай is Jarkynay, Zharkynai and Zharkinai.
LATIN_LETTERS = {
    **dict(zip("абвгдежзийклмнопрстуфхцчшщыэөүң", "abvgdejziiklmnoprstufhcčššieoun", strict=True)),
    **{"ъ": "", "ь": "", "ю": "iu", "я": "ia"},
}
LATIN_SPELLINGS = tuple(
    tuple(pair.split("="))
    for pair in str.split("shch=š zh=j dj=j dzh=j kh=h ch=č sh=š ts=c ng=n ya=ia yu=iu yo=e ye=e y=i ö=o ü=u w=v x=ks")
)


class WordKind(Flag):
    """What a word can be. A word can be several of these."""

    NONE = 0
    GIVEN = auto()
    """A given name and hardly anything else."""
    GIVEN_OR_WORD = auto()
    """A given name that is also another word, such as Grace or Надежда."""
    SURNAME = auto()
    """A surname and hardly anything else."""
    SURNAME_OR_WORD = auto()
    """A word with the ending of a surname that is also another word, or whose ending many words have."""
    PATRONYMIC = auto()
    WORD = auto()
    """A Russian word that is not a name."""
    DESCRIPTION = auto()
    """A Russian adjective, or the name of a place or an organisation."""


SURE = WordKind.GIVEN | WordKind.SURNAME | WordKind.PATRONYMIC
ANY_GIVEN = WordKind.GIVEN | WordKind.GIVEN_OR_WORD
ANY_SURNAME = WordKind.SURNAME | WordKind.SURNAME_OR_WORD
ANY_NAME = SURE | ANY_GIVEN | ANY_SURNAME


class GivenNames(NamedTuple):
    """The given names of the file, in small letters. `latin` holds Latin names as `_latin_key` returns them."""

    cyrillic: frozenset[str]
    latin: frozenset[str]
    words: frozenset[str]
    not_names: frozenset[str]


@lru_cache(maxsize=20_000)
def word_kind(word: str) -> WordKind:
    """Return what `word` can be. Pass a word without lookalikes (see `normalize_lookalikes`), in any case."""
    whole = re.sub("['’]s?$", "", word.casefold())
    parts = [part for part in re.split("[-'’]", whole) if part]
    if not parts or max(map(len, parts)) < 2:
        return WordKind.NONE
    kind = _kind_of_part(parts[-1])
    if len(parts) > 1:
        first = _kind_of_part(parts[0])
        # a double name such as Асанова-Тестова; in Kara-Suu or Нью-Йорк one part says nothing
        return first & kind if first & kind & ANY_NAME else (kind & WordKind.SURNAME)
    return kind


def base_form(word: str) -> str:
    """Return the dictionary form of `word` in small letters, or the word without a Kyrgyz case ending."""
    small = word.casefold()
    if not _is_cyrillic(small):
        return re.sub("['’]s?$", "", small)
    parses = _parses(small)
    return str(parses[0].normal_form) if parses else KYRGYZ_ENDING.sub("", small)


def clear_word_kinds() -> None:
    """Forget all words that were looked up."""
    word_kind.cache_clear()
    _parses.cache_clear()


register_cache(clear_word_kinds)


def _kind_of_part(word: str) -> WordKind:
    return _cyrillic_kind(word) if _is_cyrillic(word) else _latin_kind(word)


def _is_cyrillic(word: str) -> bool:
    return word[:1] > "ʯ"


def _cyrillic_kind(word: str) -> WordKind:
    if word in given_names().not_names:
        return WordKind.WORD
    kind = WordKind.NONE
    parses = _parses(word)
    is_mostly_a_name = sum(parse.score for parse in parses if "Name" in parse.tag) > MOST
    for parse in parses:
        tag = parse.tag
        if "Patr" in tag:
            kind |= WordKind.PATRONYMIC
        elif "Name" in tag:
            kind |= WordKind.GIVEN
        elif is_mostly_a_name:
            continue
        elif "Surn" in tag:
            kind |= WordKind.SURNAME
        elif parse.score >= COMMON_SHARE:
            kind |= WordKind.WORD
            if "ADJF" in tag or "Geox" in tag or "Orgn" in tag:
                kind |= WordKind.DESCRIPTION
    names = given_names()
    bases = _bases(word)
    if any(base in names.cyrillic or _is_kyrgyz_name(base) for base in bases):
        kind |= WordKind.GIVEN
    if kind & WordKind.GIVEN and (kind & WordKind.WORD or any(base in names.words for base in bases)):
        kind = kind & ~WordKind.GIVEN | WordKind.GIVEN_OR_WORD
    if PATRONYMIC.match(word) and not kind & WordKind.WORD:
        kind |= WordKind.PATRONYMIC
    if kind & WordKind.SURNAME and (kind & (WordKind.WORD | ANY_GIVEN) or not SURNAME.match(word)):
        kind = kind & ~WordKind.SURNAME | WordKind.SURNAME_OR_WORD
    if not kind & ANY_SURNAME and len(word) > 4 and (stem := _surname_in(word)):
        sure = SURE_SURNAME.match(stem) and not kind & (WordKind.WORD | ANY_GIVEN)
        kind |= WordKind.SURNAME if sure else WordKind.SURNAME_OR_WORD
    return kind


def _is_kyrgyz_name(word: str) -> bool:
    return KYRGYZ_NAME.match(word) is not None and not NOT_KYRGYZ_NAME.match(word) and not _parses(word)


def _surname_in(word: str) -> str:
    """Return `word`, or `word` without its Kyrgyz case ending, if this has the ending of a surname."""
    # Комитеттин ends like Ильин, but is a Kyrgyz genitive
    # and Ивановке is the Russian name of a place, not a Kyrgyz dative
    stem = word if RUSSIAN_PLACE.search(word) else KYRGYZ_ENDING.sub("", word)
    forms = (stem,) if KYRGYZ_GENITIVE.search(word) else (word, stem)
    return next((one for one in forms if SURNAME.match(one)), "")


def _bases(word: str) -> Iterable[str]:
    """Return the forms that `word` may have without a Russian or Kyrgyz case ending."""
    found = {word, KYRGYZ_ENDING.sub("", word)}
    if word.startswith("гуль"):  # Гульзат, Гулзат
        found.add(word.replace("гуль", "гул", 1))
    for ending in RUSSIAN_ENDINGS:
        if word.endswith(ending) and len(stem := word[: len(word) - len(ending)]) > 2:
            found.update((stem, stem + "а", stem + "я", stem + "ь", stem + "й") if ending else ())
    return found


def _latin_kind(word: str) -> WordKind:
    names = given_names()
    kind = WordKind.NONE
    key = _latin_key(word)
    if key in names.words:
        kind |= WordKind.GIVEN_OR_WORD
    elif key in names.latin or _is_kyrgyz_name(word):
        kind |= WordKind.GIVEN
    if LATIN_PATRONYMIC.match(word):
        kind |= WordKind.PATRONYMIC
    if not kind and len(word) > 4 and LATIN_SURNAME.match(word):
        kind |= WordKind.SURNAME if len(word) > 5 and SURE_LATIN_SURNAME.match(word) else WordKind.SURNAME_OR_WORD
    return kind


@lru_cache(maxsize=1)
def given_names() -> GivenNames:
    """Return the given names of given_names.yaml."""
    listed = to_values(compose(decode(GIVEN_NAMES.read_bytes())))
    cyrillic, latin, words, not_names = (
        [str(name).casefold().replace("ё", "е") for name in listed[key]]
        for key in ("cyrillic", "latin", "words", "not-names")
    )
    return GivenNames(
        cyrillic=frozenset(cyrillic),
        latin=frozenset(map(_latin_key, (*cyrillic, *latin))),
        words=frozenset((*words, *map(_latin_key, words))),
        not_names=frozenset(not_names),
    )


def _latin_key(word: str) -> str:
    """Return the same key for the Latin and Cyrillic spellings of a name."""
    if _is_cyrillic(word):
        return re.sub(r"(.)\1", r"\1", "".join(LATIN_LETTERS.get(letter, letter) for letter in word))
    for spelling, letter in LATIN_SPELLINGS:
        word = word.replace(spelling, letter)
    return re.sub(r"(.)\1", r"\1", word)


@lru_cache(maxsize=20_000)
def _parses(word: str) -> tuple["Parse", ...]:
    """Return the readings of a Russian word, or nothing if it is not in the dictionary."""
    morph = _morph()
    return tuple(morph.parse(word)) if morph.word_is_known(word) else ()


@lru_cache(maxsize=1)
def _morph() -> "MorphAnalyzer":
    # loaded when the first Cyrillic word is looked up: it takes 0.1 s and 15 MB
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()
