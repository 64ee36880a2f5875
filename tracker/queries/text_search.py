"""Full-text search in Russian, Kyrgyz and English."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from tracker.queries.word_forms import TOKEN, split_token, stem_word
from tracker.storage.cache_registry import register_cache

MIN_PREFIX_STEM_LENGTH = 6
"""A stem with at least this many letters also matches longer stems that begin with it. A shorter stem would match too
much: parti (from parties) would also match particular.
"""


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
        words = split_token(token)
        return self.word in words if len(self.word) < 3 else any(map(self.matches, words))


def parse_search(typed: str) -> tuple[SearchTerm, ...]:
    """Return each different search word in `typed`. If it is only punctuation, return a word that finds nothing."""
    tokens = TOKEN.findall(unicodedata.normalize("NFC", typed))
    words = [word for token in tokens for word in _search_words(split_token(token))]
    if not words and typed.strip():
        words = [typed]
    return tuple(SearchTerm(word, stem_word(word)) for word in dict.fromkeys(words))


def _search_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to search for if a user typed a token. `words` is the result of `split_token` for this token.

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
    tokens = set(TOKEN.findall(unicodedata.normalize("NFC", "\n".join(texts))))
    return tuple({word for token in tokens for word in split_token(token)})


def clear_search_caches() -> None:
    """Drop all cached words, for example after a redaction."""
    _words_of.cache_clear()


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
