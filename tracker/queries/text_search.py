"""Full-text search in Russian, Kyrgyz and English, and highlighting of the words found."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

# The classes themselves: snowballstemmer.stemmer() would use PyStemmer instead if it is installed.
from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.russian_stemmer import RussianStemmer

from tracker.storage.cache_registry import register_cache

_KYRGYZ_LETTERS = str.maketrans("өүң", "оун")
_BREVE = "\u0306"  # not removed as an accent: й is a letter of its own
_WORD = r"[\w\u0300-\u036f]+"
_TOKEN = re.compile(rf"\(\w{{1,3}}\)|{_WORD}(?:[./]{_WORD})*")
"""Matches a word, a document symbol such as E/C.12/KGZ/CO/4, or a letter in brackets, as in 36 (c)."""
_SEPARATORS = re.compile(r"[\W_]+")
_VERB_ENDING = re.compile("из(?:ир)?ова(?:н|нн)?$")
"""Matches the ending of the stem of verbs such as декриминализовать. This ending is replaced by the ending of the stem
of the noun, here декриминализация. So a search for the verb also finds the noun, and a search for the noun the verb.
"""
MIN_PREFIX_STEM_LENGTH = 6
"""A stem with at least this many letters also matches longer stems that begin with it. A shorter stem would match too
much: parti (from parties) would also match particular.
"""
MAX_WORD_LENGTH = 60
STEM_CACHE_SIZE = 2**17
"""How many normalized words and stems are cached: stemming takes 20 to 50 µs a word."""
EXCERPT_LENGTH = 120
"""How many characters of a text a list shows around the first word found."""


def normalize(text: str) -> str:
    """Return a text in the form in which the search compares texts.

    This form is in lower case and has no accents. The letter ё is replaced by е, ө by о, ү by у, and ң by н.
    """
    plain = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c) or c == _BREVE
    )
    return unicodedata.normalize("NFC", plain).translate(_KYRGYZ_LETTERS)


@lru_cache(maxsize=STEM_CACHE_SIZE)
def stem_word(word: str) -> str:
    """Return the stem of a normalized word, by the Russian or English stemmer. Return numbers and symbols unchanged."""
    if not word.isalpha() or len(word) > MAX_WORD_LENGTH:
        return word
    # A new stemmer for each word: a stemmer stores the word in itself, and sessions run in threads.
    if not "\u0400" <= word[0] <= "\u04ff":
        return str(EnglishStemmer().stemWord(word.replace("iz", "is")))  # decriminalization is decriminalisation
    if word.endswith("пись"):
        return word[:-1]  # the stemmer would take подпись and запись for reflexive verbs
    return _VERB_ENDING.sub("изац", RussianStemmer().stemWord(word))


@lru_cache(maxsize=STEM_CACHE_SIZE)
def _words(token: str) -> tuple[str, ...]:
    """Return the normalized words of a token. A token is a match of `_TOKEN`.

    If the token is a document symbol or a letter in brackets, the first item is the whole token, normalized. Its words
    follow.
    """
    whole = normalize(token)
    words = tuple(filter(None, _SEPARATORS.split(whole)))
    return (whole, *words) if "/" in whole or whole.startswith("(") else words


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One search word: the normalized word (`word`) and the stem of this word (`stem`)."""

    word: str
    stem: str

    def matches(self, word: str) -> bool:
        """Return whether the search word finds `word`, a normalized word of a text.

        This is so if `word` is equal to the search word, begins with it, or is another form of it. A search word with a
        slash is a document symbol or a part of a symbol. It finds every `word` that contains it.
        """
        if "/" in self.word:
            return self.word in word
        if word.startswith(self.word):
            return True
        other = stem_word(word)
        return other == self.stem or (len(self.stem) >= MIN_PREFIX_STEM_LENGTH and other.startswith(self.stem))

    def occurs_in(self, token: str) -> bool:
        """Return whether this search word finds a token of a text. One or two letters find only the same word."""
        words = _words(token)
        return self.word in words if len(self.word) < 3 else any(map(self.matches, words))


def parse_search(typed: str) -> tuple[SearchTerm, ...]:
    """Return each different search word in `typed`. If it is only punctuation, return a word that finds nothing."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFC", typed))
    words = [word for token in tokens for word in _search_words(_words(token))]
    if not words and typed.strip():
        words = [typed]
    return tuple(SearchTerm(word, stem_word(word)) for word in dict.fromkeys(words))


def _search_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to search for if a user typed a token. `words` is the result of `_words` for this token.

    For a document symbol or a letter in brackets, return only the whole token. For any other token, return its words.
    """
    whole = words[0] if words else ""
    if "/" in whole and not any(c.isdigit() for c in whole):
        return words[1:]  # prison/police: two words, not a symbol
    return words[:1] if "/" in whole or "(" in whole else words


@lru_cache(maxsize=40_000)
def _words_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the normalized words of a record's texts, each once.

    The result is cached: if a save does not change the texts of a record, its words are not computed again.
    """
    tokens = set(_TOKEN.findall(unicodedata.normalize("NFC", "\n".join(texts))))
    return tuple({word for token in tokens for word in _words(token)})


def clear_search_caches() -> None:
    """Drop all cached words, for example after a redaction."""
    for cached in (_words_of, _words, stem_word):
        cached.cache_clear()


register_cache(clear_search_caches)


class SearchIndex:
    """An inverted index: normalized word → ids of the records that contain this word."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        self._all = frozenset(texts)
        ids_by_word: dict[str, list[str]] = defaultdict(list)
        for name, record_texts in texts.items():
            for word in _words_of(record_texts):
                ids_by_word[word].append(name)
        self._buckets: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for word, names in ids_by_word.items():
            self._buckets[_bucket_key(word)][word] = names

    def updated(self, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> "SearchIndex":
        """Return a new index without the records in `old` and with the records in `new`. This index does not change.

        `old` and `new` are record id → texts. The texts in `old` must be the texts that this index was built from.
        """
        index = SearchIndex({})
        index._all = (self._all - old.keys()) | new.keys()
        index._buckets = defaultdict(dict, {key: dict(bucket) for key, bucket in self._buckets.items()})
        for name in old.keys() | new.keys():
            before, after = (
                frozenset(_words_of(texts[name])) if name in texts else frozenset() for texts in (old, new)
            )
            for word in before - after:
                bucket = index._buckets[_bucket_key(word)]
                bucket[word] = [other for other in bucket[word] if other != name]
                if not bucket[word]:
                    del bucket[word]
            for word in after - before:
                bucket = index._buckets[_bucket_key(word)]
                bucket[word] = [*bucket.get(word, ()), name]
        return index

    def find(self, terms: Iterable[SearchTerm]) -> Set[str]:
        """Return the ids of the records that contain all search words `terms`."""
        found = self._all
        for term in terms:
            bucket = self._buckets.get(_bucket_key(term.word), {})
            found &= {name for word, names in bucket.items() if term.matches(word) for name in names}
        return found


def _bucket_key(word: str) -> str:
    # All forms of a word begin with the same letter, so a search has to look at only about a tenth of all words.
    return "/" if "/" in word else word[0]


def highlight(text: str, words: Iterable[SearchTerm]) -> Markup:
    """Return `text` as escaped HTML. Each word that is found by one of the search words `words` is put in <mark>."""
    words, pieces, at = tuple(words), [], 0
    for token in _TOKEN.finditer(text) if words else ():
        if any(word.occurs_in(token[0]) for word in words):
            pieces += [Markup.escape(text[at : token.start()]), Markup("<mark>{}</mark>").format(token[0])]
            at = token.end()
    return Markup("").join([*pieces, Markup.escape(text[at:])])


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """Return those of the search words `words` that do not occur in `text`."""
    tokens = _TOKEN.findall(text)
    return tuple(word for word in words if not any(map(word.occurs_in, tokens)))


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """Return about 120 characters of `text` around the first place where one of the search words `words` occurs.

    The excerpt begins and ends between words. Return "" if none of the search words occurs in `text`.
    """
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
