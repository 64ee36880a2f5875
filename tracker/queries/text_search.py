"""Finding words in texts the way people type them, and marking them where they were found."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

# The classes themselves: snowballstemmer.stemmer() would take another package where there is one.
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.russian_stemmer import RussianStemmer

from tracker.storage.cache_registry import register_cache

_ALIKE = str.maketrans("өүң", "оун")
_SHORT = "\u0306"  # the breve of й, which is a letter of its own
_WORD = r"[\w\u0300-\u036f]+"
_TOKEN = re.compile(rf"\(\w{{1,3}}\)|{_WORD}(?:[./]{_WORD})*")
"""A word; a symbol such as E/C.12/KGZ/CO/4; a letter in brackets, as in 36 (c)."""
_BETWEEN = re.compile(r"[\W_]+")
_VERB = re.compile("из(?:ир)?ова(?:н|нн)?$")
"""декриминализовать, декриминализировать: what a recommendation asks for is also found by декриминализация."""
LANGUAGE_FAMILIES = 6
"""Letters from which a stem also stands for longer ones. A shorter one says too much: parties (parti), particular."""
MAX_WORD_LENGTH = 60
STEM_CACHE_SIZE = 2**17
"""Words whose folded form and stem are kept: stemming takes 20 to 50 µs a word."""
EXCERPT_LENGTH = 120
"""Letters of a text that a list shows around the first word found."""


def normalize(text: str) -> str:
    """A text as a search compares it: without case, accents and the difference of ё and е, ө and о, ү and у, ң and н."""
    flat = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c) or c == _SHORT
    )
    return unicodedata.normalize("NFC", flat).translate(_ALIKE)


@lru_cache(maxsize=STEM_CACHE_SIZE)
def stem_word(word: str) -> str:
    """The stem of a folded word, Russian or English by its letters; what is no word stays as it is."""
    if not word.isalpha() or len(word) > MAX_WORD_LENGTH:
        return word
    # A new stemmer for each word: it keeps the word in itself, and sessions are threads.
    if not "\u0400" <= word[0] <= "\u04ff":
        return str(EnglishStemmer().stemWord(word.replace("iz", "is")))  # decriminalization is decriminalisation
    if word.endswith("пись"):
        return word[:-1]  # подпись and запись are no reflexive verbs, as the stemmer thinks
    return _VERB.sub("изац", RussianStemmer().stemWord(word))


@lru_cache(maxsize=STEM_CACHE_SIZE)
def _words(token: str) -> tuple[str, ...]:
    """What a token of a text is found by: its words, and the whole when it is a symbol or a letter in brackets."""
    whole = normalize(token)
    words = tuple(filter(None, _BETWEEN.split(whole)))
    return (whole, *words) if "/" in whole or whole.startswith("(") else words


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One word that a reader looks for."""

    word: str
    stem: str

    def matches(self, word: str) -> bool:
        """Whether a folded word of a text is the word, begins with it, or is another form of it."""
        if "/" in self.word:
            return self.word in word
        if word.startswith(self.word):
            return True
        other = stem_word(word)
        return other == self.stem or (len(self.stem) >= LANGUAGE_FAMILIES and other.startswith(self.stem))

    def occurs_in(self, token: str) -> bool:
        """Whether a token of a text shows the word. One or two letters begin too many words to show them all."""
        words = _words(token)
        return self.word in words if len(self.word) < 3 else any(map(self.matches, words))


def parse_search(typed: str) -> tuple[SearchTerm, ...]:
    """The words of a search. One that consists of nothing but signs finds nothing."""
    words = [word for token in _TOKEN.findall(unicodedata.normalize("NFC", typed)) for word in _asked(_words(token))]
    if not words and typed.strip():
        words = [typed]
    return tuple(SearchTerm(word, stem_word(word)) for word in dict.fromkeys(words))


def _asked(words: tuple[str, ...]) -> tuple[str, ...]:
    whole = words[0] if words else ""
    if "/" in whole and not any(c.isdigit() for c in whole):
        return words[1:]  # prison/police: two words, not a symbol
    return words[:1] if "/" in whole or "(" in whole else words


@lru_cache(maxsize=20_000)
def _words_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a record's texts. They are kept for as long as the texts are the same, whatever else was saved."""
    tokens = set(_TOKEN.findall(unicodedata.normalize("NFC", "\n".join(texts))))
    return tuple({word for token in tokens for word in _words(token)})


def clear_search_caches() -> None:
    """Drops every word that is kept in memory, as after a text was removed for safety."""
    for kept in (_words_of, _words, stem_word):
        kept.cache_clear()


register_cache(clear_search_caches)


class SearchIndex:
    """The words of many records, and in which of them each stands."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        self._all = frozenset(texts)
        where: dict[str, list[str]] = defaultdict(list)
        for name, those in texts.items():
            for word in _words_of(those):
                where[word].append(name)
        self._shelves: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for word, names in where.items():
            self._shelves[_shelf(word)][word] = names

    def find(self, words: Iterable[SearchTerm]) -> Set[str]:
        """The ids of the records in which every word is found."""
        found = self._all
        for one in words:
            shelf = self._shelves.get(_shelf(one.word), {})
            found &= {name for word, names in shelf.items() if one.matches(word) for name in names}
        return found


def _shelf(word: str) -> str:
    # Forms of a word begin with the same letter: a search goes through a tenth of the words.
    return "/" if "/" in word else word[0]


def highlight(text: str, words: Iterable[SearchTerm]) -> Markup:
    """The text as HTML, with the words found in it marked. Every piece is escaped by itself."""
    words, pieces, at = tuple(words), [], 0
    for token in _TOKEN.finditer(text) if words else ():
        if any(word.occurs_in(token[0]) for word in words):
            pieces += [Markup.escape(text[at : token.start()]), Markup("<mark>{}</mark>").format(token[0])]
            at = token.end()
    return Markup("").join([*pieces, Markup.escape(text[at:])])


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """The words that a text does not show."""
    tokens = _TOKEN.findall(text)
    return tuple(word for word in words if not any(map(word.occurs_in, tokens)))


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """About 120 letters of a text around the first of the words, cut between words; empty when none is there."""
    words, text = tuple(words), " ".join(text.split())
    hit = next((t for t in _TOKEN.finditer(text) if any(word.occurs_in(t[0]) for word in words)), None)
    if hit is None:
        return ""
    start = max(0, min(hit.start() - EXCERPT_LENGTH // 3, len(text) - EXCERPT_LENGTH))
    end = min(len(text), max(start + EXCERPT_LENGTH, hit.end()))
    # not in the middle of a word, unless the word is longer than the excerpt
    if start and (space := text.rfind(" ", 0, start + 1)) >= start - 20:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", hit.end(), end + 1)) > 0:
        end = space
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
