"""Find names of persons in a text in English, Russian or Kyrgyz. Each capitalised word is sorted into kinds.

A word can be a given name, a surname, a patronymic or another word. This is decided by the Russian dictionary of
pymorphy3, by the list in given_names.yaml, and by the endings of surnames and patronymics.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from enum import Flag, auto
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.yaml.reader import compose, decode, to_values

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse

GIVEN_NAMES = Path(__file__).parent / "given_names.yaml"
COMMON_SHARE = 0.15
"""If a word has another meaning than a name in a smaller share of its uses, this meaning is ignored."""
NAME_SHARE = 0.75
"""If a word is a given name in a larger share of its uses, its meanings as a surname or another word are ignored."""
RUSSIAN_ENDINGS = ("", "а", "у", "ом", "ем", "е", "ы", "и", "ой", "ей", "ю", "я", "ым", "ых", "ыми", "ью")
KYRGYZ_ENDING = re.compile(
    "(?:[нтд][ыиуү]н|[гк][аеоө]|[нтд][ыиуү]|[тд][аеоө]н?|[нлтд][аеоө]р[ыиуү]?|н[аеоө]н|[ыиуү]?м|[ыиуү]?ң)$"
)
KYRGYZ_NAME = re.compile(
    "г[үу]ль?[бжзмнсшк](?!тан|акча|айыр)\\w{2,}$|\\w{2,}(?:бек|г[үу]ль?|мырза|султан|жамал|газы|gul|bek|myrza|gazy)$"
)
"""Matches Kyrgyz given names by their beginning or ending, such as Гулбарчын and Чолпонбек."""
NOT_KYRGYZ_NAME = re.compile("өзбек|узбек|uzbek|загул|прогул|mogul")
KYRGYZ_GENITIVE_OR_ACCUSATIVE = re.compile("[нтд][ыиуү]н?$")
RUSSIAN_PLACE = re.compile("[оеи][вн]к[аеиоуы]й?$")
SURNAME = re.compile(r"\w{2,}(?:енко|[ое]в|[иы]н|[сц]к)(?:а|у|ым|е|ой|ою|ых|ыми|ы|ий|ая|ую|ого|ому|им|ом)?$")
"""Matches surnames by their endings, in all cases: Асанов, Асановой, Ильина, Ковалевская."""
SURE_SURNAME = re.compile(r"\w{3,}(?:(?:[ое]в|цын)(?:а|у|ым|е|ой|ою|ых|ыми|ы)?|енко)$")
"""Matches surnames by endings that few other words have."""
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
CAPITALISED = re.compile(r"(?<![^\W_])[A-ZÀ-ÞА-ЯЁӨҮҢ](?:[^\W\d_]|[-'’](?=[^\W\d_]))*")
LIST_CONTEXT = re.compile(
    r"(?:hepatitis|category|categories|annex|annexes|appendix"
    r"|(?:grade|group|schedule|list|part|section|vitamin|type|level|article|paragraph|form|rule|table|chapter)s?"
    r"|гепатит\w*|оценк\w*|категори\w*|групп\w*|списк\w*|список|класс\w*|приложени\w*|часть|части|раздел\w*|витамин\w*"
    r"|баа\w*|топ|тиркеме\w*|бөлүм\w*)\s+$",
    re.IGNORECASE,
)
"""Matches the text before a single letter that is not an initial, as in "hepatitis C"."""
KYRGYZ_GENITIVE = re.compile("[нтд][ыиуү]н$")
AGE_OR_ROLE = re.compile(r"\s*,\s+(?:\d\d\b(?!\.)|(?:an?|the|our|her|his)\s+(\w+)(?:\s+(\w+))?)")
"""Matches what often follows the name of a person: an age or a role."""
NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
NEXT_NAME_WORD = re.compile(r"\s+(?:(?:and|of|&)\s+)?([^\W\d_]+)")
PREVIOUS_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)(,|(?<!\w{4})\.)?\s+$")
OPENING_QUOTES = "«“„\"'‘"
CLOSING_QUOTES = "»”“\"'’"


class WordKind(Flag):
    """What a word can be. One word can be several of these."""

    NONE = 0
    GIVEN = auto()  # a given name and hardly anything else
    GIVEN_OR_WORD = auto()  # a given name that is also another word, such as Grace or Надежда
    SURNAME = auto()  # a surname and hardly anything else
    SURNAME_OR_WORD = auto()  # also another word, or with an ending of surnames that many words have
    PATRONYMIC = auto()
    WORD = auto()  # a Russian word that is not a name
    DESCRIPTION = auto()  # a Russian adjective, or the name of a place or an organisation


SURE = WordKind.GIVEN | WordKind.SURNAME | WordKind.PATRONYMIC
ANY_GIVEN = WordKind.GIVEN | WordKind.GIVEN_OR_WORD
ANY_SURNAME = WordKind.SURNAME | WordKind.SURNAME_OR_WORD
ANY_NAME = SURE | ANY_GIVEN | ANY_SURNAME


class GivenNames(NamedTuple):
    """The names in given_names.yaml, in small letters and without ё.

    `latin` are the keys (see `_latin_key`) with which names in Latin letters are found. `words` are names that are
    also other words. `not_names` are Kyrgyz words that the Russian dictionary takes for names.
    """

    cyrillic: frozenset[str]
    latin: frozenset[str]
    words: frozenset[str]
    not_names: frozenset[str]


@cached_until_redaction(maxsize=20_000)
def word_kind(word: str) -> WordKind:
    """Return what `word` can be. Capitals do not matter. `word` must be from a result of `normalize_lookalikes`."""
    whole = re.sub("['’]s?$", "", word.casefold())
    parts = [part for part in re.split("[-'’]", whole) if part]
    if not parts or max(map(len, parts)) < 2:
        return WordKind.NONE
    ends = parts[:: len(parts) - 1 or 1]  # the first and the last
    first, *others = (_cyrillic_kind(one) if _is_cyrillic(one) else _latin_kind(one) for one in ends)
    if not others:
        return first
    kind = others[0]
    # a double name such as Асанова-Тестова; in Kara-Suu or Нью-Йорк one part says nothing
    return first & kind if first & kind & ANY_NAME else (kind & WordKind.SURNAME)


def base_form(word: str) -> str:
    """Return, in small letters, the dictionary form of `word`, or `word` without its ending (in Latin letters: 's)."""
    small = word.casefold()
    if not _is_cyrillic(small):
        return re.sub("['’]s?$", "", small)
    parses = _parses(small)
    return str(parses[0].normal_form) if parses else KYRGYZ_ENDING.sub("", small)


def _is_cyrillic(word: str) -> bool:
    return word[:1] > "ʯ"


def _cyrillic_kind(word: str) -> WordKind:
    """Return what a word in small Cyrillic letters can be."""
    if word in given_names().not_names:
        return WordKind.WORD
    kind = WordKind.NONE
    parses = _parses(word)
    is_mostly_a_name = sum(parse.score for parse in parses if "Name" in parse.tag) > NAME_SHARE
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
    """Return `word`, or `word` without its Kyrgyz case ending, if this ends like a surname. Otherwise return ""."""
    # Комитеттин ends like Ильин, but is a Kyrgyz genitive
    # and Ивановке is the Russian name of a place, not a Kyrgyz dative
    stem = word if RUSSIAN_PLACE.search(word) else KYRGYZ_ENDING.sub("", word)
    forms = (stem,) if KYRGYZ_GENITIVE_OR_ACCUSATIVE.search(word) else (word, stem)
    return next((one for one in forms if SURNAME.match(one)), "")


def _bases(word: str) -> Iterable[str]:
    """Return the words that may become `word` with a Russian or Kyrgyz case ending. One of them is `word` itself."""
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
    """Return the names in given_names.yaml. The file is read once."""
    listed = to_values(compose(decode(GIVEN_NAMES.read_bytes())))
    keys = ("cyrillic", "latin", "words", "words-in-latin", "not-names")
    names = ([str(name).casefold().replace("ё", "е") for name in listed[key]] for key in keys)
    cyrillic, latin, words, latin_words, not_names = names
    doubtful = {_latin_key(word) for word in words if not _is_cyrillic(word) or word in latin_words}
    return GivenNames(
        cyrillic=frozenset(cyrillic),
        latin=frozenset(map(_latin_key, (*cyrillic, *latin, *words))) - doubtful,
        words=frozenset((*words, *doubtful)),
        not_names=frozenset(not_names),
    )


def _latin_key(word: str) -> str:
    """Return a key that is the same for all Latin spellings of a name and for its Cyrillic spelling."""
    if _is_cyrillic(word):
        return re.sub(r"(.)\1", r"\1", "".join(LATIN_LETTERS.get(letter, letter) for letter in word))
    for spelling, letter in LATIN_SPELLINGS:
        word = word.replace(spelling, letter)
    return re.sub(r"(.)\1", r"\1", word)


@cached_until_redaction(maxsize=20_000)
def _parses(word: str) -> tuple["Parse", ...]:
    """Return what a Russian word can be, most likely first, or () if it is not in the dictionary of pymorphy3."""
    morph = _morph()
    return tuple(morph.parse(word)) if morph.word_is_known(word) else ()


@lru_cache(maxsize=1)
def _morph() -> "MorphAnalyzer":
    # loaded when the first Cyrillic word is looked up: it takes 0.1 s and 15 MB
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer()


class CapitalWord(NamedTuple):
    """A capitalised word or an initial. `text` is in small letters. An ordinary word cannot be a part of a name."""

    start: int
    end: int
    text: str
    kind: WordKind
    is_initial: bool = False
    is_ordinary: bool = False

    def can_be(self, kinds: WordKind) -> bool:
        """Return whether the word can be one of `kinds`."""
        return bool(self.kind & kinds)


class WordSet:
    """A word list of the safety rules, for use with `in`. An entry with a star stands for all words that begin so."""

    def __init__(self, listed: Sequence[str]) -> None:
        normalized = [one.casefold().replace("ё", "е") for one in listed]
        self.whole = frozenset(one for one in normalized if not one.endswith("*"))
        self.beginnings = tuple(one[:-1] for one in normalized if one.endswith("*"))

    def __contains__(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings)


class NameFinder:
    """Finds names of persons in texts. `words` is a mapping from the safety rules: name of a word list → words."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        def listed(*names: str) -> WordSet:
            return WordSet([word for name in names for word in words.get(name, ())])

        self._classified = lru_cache(maxsize=20_000)(self._classify)
        self.roles = listed("case", "official", "relation", "called", "title")
        self.ordinary = listed("not-a-name", "month", "starter", "case", "official", "place")
        self.honorifics = listed("honorific")
        self.of_a_person = listed("honorific", "person-verb")
        self.child_of = listed("child-of")
        self.named_after = listed("named-after")
        self.name_of = listed("name-of")
        self.place_parts = listed("place-part")
        self.named_things = listed("named-after", "name-of", "named-thing")

    def find_names(self, text: str, known: Set[str] = frozenset()) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each passage that is certainly or probably the name of a person, from first to last.

        `text` must be a result of `normalize_lookalikes`. A passage is left out if all its words are in `known`,
        unless a word follows that is used only with persons, such as "эже". A following "эже" or "уулу" is a part of
        the passage.
        """
        for group in self._groups(text):
            # a known word, such as the name of a place, is a name before such a word: Чолпон эже, Чолпон умерла
            is_known = _is_known(group, known) and _word_after(text, group[-1].end) not in self.of_a_person
            if self._is_name(text, group) and not self._is_named_after(text, group) and not is_known:
                # уулу or эже after the group belongs to it
                after = NEXT_WORD.match(text, group[-1].end)
                is_part = after and (after[1].casefold() in self.child_of or after[1].casefold() in self.honorifics)
                yield group[0].start, after.end() if after and is_part else group[-1].end

    def find_candidates(self, text: str, known: Set[str] = frozenset()) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of passages of several words that are less surely names. Skip passages of only `known` words."""
        for group in self._groups(text):
            words = [word for word in group if not word.is_initial]
            if len(words) > 1 and not self._is_name(text, group) and not _is_known(group, known):
                yield group[0].start, group[-1].end

    def _groups(self, text: str) -> Iterator[list[CapitalWord]]:
        """Yield groups of capitalised words that follow each other in the text and are not ordinary words."""
        group: list[CapitalWord] = []
        for word in self._words(text):
            gap = text[group[-1].end : word.start] if group else ""
            is_joined = (not gap.strip() and gap.count("\n") < 2) or gap.strip().casefold() in self.child_of
            if group and (word.is_ordinary or not is_joined):
                yield group
                group = []
            if not word.is_ordinary:
                group.append(word)
        if group:
            yield group

    def _words(self, text: str) -> Iterator[CapitalWord]:
        for found in CAPITALISED.finditer(text):
            (start, end), word = found.span(), found[0].casefold()
            if end - start == 1 and text[end : end + 1] == ".":
                is_part = LIST_CONTEXT.search(text, max(0, start - 20), start) is not None
                yield CapitalWord(start, end + 1, word, kind=WordKind.NONE, is_initial=not is_part, is_ordinary=is_part)
            else:
                kind, is_ordinary = self._classified(found[0])
                yield CapitalWord(start, end, word, kind=kind, is_ordinary=is_ordinary)

    def _classify(self, written: str) -> tuple[WordKind, bool]:
        """Return (kind, whether it is an ordinary word) for a capitalised word, as it is written in the text."""
        word, kind = written.casefold(), word_kind(written)
        # an abbreviation such as МВД or ФАПа; a surname can be in capitals, too
        if (written.isupper() or written[1:2].isupper()) and not (
            kind & SURE and len(word) > (3 if kind & WordKind.GIVEN else 4)
        ):
            return WordKind.NONE, True
        # a place such as Джалал-Абад has parts that are names
        is_listed = word in (self.ordinary.whole if kind & SURE and "-" not in word else self.ordinary)
        return kind, is_listed or (bool(kind & WordKind.WORD) and not kind & ANY_NAME)

    def _is_name(self, text: str, group: list[CapitalWord]) -> bool:
        """Return whether a group of words is certainly or likely the name of a person."""
        names = [word for word in group if not word.is_initial]
        if not names:
            return False
        before, after = _word_before(text, group[0].start), _word_after(text, group[-1].end)
        if self._has_child_of(text, group) or (
            after in self.honorifics and not group[-1].is_initial and group[-1].text not in self.roles
        ):
            return True
        if len(group) == 1 and self._is_title(text, group[0]):
            return False
        if len(group) == 2 and self._is_place(group):
            return False
        if len(names) == 1 and "ск" in names[0].text and after.startswith(("район", "област", "городск", "сельск")):
            return False
        if any(word.can_be(SURE) for word in names) or _is_full_name(text, names) or _has_initials(text, group):
            return not (len(names) == 1 and (before in self.named_things or after in self.named_things))
        first = names[0]
        if after == "аттуу" or (self._follows_role(text, first) and not _starts_sentence(text, first)):
            return (first.can_be(ANY_NAME) and not _is_adjective(first)) or not first.can_be(WordKind.WORD)
        if len(names) == 1:
            return (
                first.can_be(WordKind.GIVEN_OR_WORD)
                and first.text[0] > "ʯ"  # in Latin letters, Hope and Grant are seldom names
                and not first.can_be(WordKind.DESCRIPTION)
                and not _starts_sentence(text, first)
                and before not in self.named_things
                and before not in self.place_parts
                and text[first.start - 1] not in OPENING_QUOTES
            )
        if (described := AGE_OR_ROLE.match(text, group[-1].end)) is None:
            return False
        return described[1] is None or any(word and word.casefold() in self.roles for word in described.groups())

    def _has_child_of(self, text: str, group: list[CapitalWord]) -> bool:
        """Return whether the group has the form of a name such as Асан уулу Бакыт, or is followed by уулу."""
        inside = any(text[one.end : two.start].strip() for one, two in pairwise(group))
        last = group[-1]
        if inside or any(word.text in self.child_of for word in group[1:]):
            return True
        return _word_after(text, last.end) in self.child_of and (
            last.can_be(ANY_GIVEN) or (not KYRGYZ_GENITIVE.search(last.text) and not _starts_sentence(text, last))
        )

    def _follows_role(self, text: str, word: CapitalWord) -> bool:
        """Return whether a role is before `word`, as in "judge Asanov" or "judge Bakyt Asanov"."""
        before = PREVIOUS_WORD.search(text, max(0, word.start - 40), word.start)
        if before is None:
            return False
        if before[1].casefold() in self.roles:
            return True
        is_name = before[1][0].isupper() and before[1].casefold() not in self.ordinary
        return is_name and _word_before(text, before.start()) in self.roles

    def _is_title(self, text: str, word: CapitalWord) -> bool:
        """Return whether `word` alone is in quotes, or begins the quoted name of an organisation."""
        if text[word.start - 1 : word.start] not in tuple(OPENING_QUOTES):
            return False
        is_alone = text[word.end : word.end + 1] in tuple(CLOSING_QUOTES)
        return is_alone or _word_before(text, word.start - 1) in self.named_things

    def _is_place(self, group: list[CapitalWord]) -> bool:
        """Return whether a group of two words can be the name of a place, such as Ala Archa or Кызыл Аскер."""
        first, second = group
        is_surname = second.can_be(WordKind.SURNAME | WordKind.PATRONYMIC) or second.is_initial
        return not is_surname and (first.text in self.place_parts or base_form(second.text) in self.place_parts)

    def _is_named_after(self, text: str, group: list[CapitalWord]) -> bool:
        """Return whether the group is a part of the name of a place, an institution or a document."""
        if _word_before(text, group[0].start) in self.named_after:
            return True
        end = group[-1].end
        # Sampleson University, Sampleson & Example Foundation
        while (found := NEXT_NAME_WORD.match(text, end)) is not None:
            word = found[1]
            if word.casefold() in self.name_of:
                return True
            if not word[0].isupper():
                return False
            end = found.end()
        return False


def _is_adjective(word: CapitalWord) -> bool:
    """Return whether the word is a Russian adjective such as Первомайский."""
    return word.can_be(WordKind.DESCRIPTION) and "ск" in word.text


def _is_full_name(text: str, names: list[CapitalWord]) -> bool:
    """Return whether two words beside each other can be a given name and a surname."""
    return any(
        (one.can_be(WordKind.GIVEN_OR_WORD) and _can_be_surname(text, two, given=one))
        or (two.can_be(WordKind.GIVEN_OR_WORD) and _can_be_surname(text, one, given=two))
        for one, two in pairwise(names)
    )


def _can_be_surname(text: str, word: CapitalWord, given: CapitalWord) -> bool:
    """Return whether `word`, which is beside the given name `given`, can be the surname."""
    if word.can_be(ANY_SURNAME) and not _is_adjective(word):
        return True
    # Mark Sampleson: in Latin letters a surname can have any form
    return word.text[0] < "ʯ" and not word.can_be(ANY_GIVEN) and not _starts_sentence(text, given)


def _has_initials(text: str, group: list[CapitalWord]) -> bool:
    """Return whether the group has an initial beside a word that can be a name."""
    for i, word in enumerate(group):
        if not word.is_initial:
            continue
        count = sum(one.is_initial for one in group)
        beside = [one for one in group[max(0, i - 1) : i] + group[i + 1 : i + 2] if not one.is_initial]
        is_after_name = i > 0 and group[i - 1].can_be(ANY_GIVEN)  # Алмаз Т.
        if is_after_name or any(one.can_be(ANY_SURNAME) for one in beside):
            return True
        # A to I may count the parts of a text: A. Principal concerns
        is_heading = count == 1 and word.text in "abcdefghiабвгдежзи" and _starts_sentence(text, word)
        if not is_heading and any(not one.can_be(WordKind.WORD) for one in beside):
            return True
    return False


def _starts_sentence(text: str, word: CapitalWord) -> bool:
    before = text[max(0, word.start - 4) : word.start].rstrip(OPENING_QUOTES + "(#*- ")
    return not before or before[-1] in ".!?:;\n|—–"


def _is_known(group: list[CapitalWord], known: Set[str]) -> bool:
    # Чолпон is known as the name of a place, but Чолпон Т. is a person
    return bool(known) and all(
        not word.is_initial and (word.text in known or base_form(word.text) in known) for word in group
    )


def _word_before(text: str, start: int) -> str:
    """Return the word before `start` in small letters, or "" if more than spaces or the stop of a short word is between."""
    found = PREVIOUS_WORD.search(text, max(0, start - 40), start)
    return found[1].casefold() if found and found[2] != "," else ""


def _word_after(text: str, end: int) -> str:
    found = NEXT_WORD.match(text, end)
    return found[1].casefold() if found else ""
