"""Full-text search in Russian, Kyrgyz and English: the words that somebody typed, and an index of the words of records."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from tracker.queries.search.synonyms import NO_SYNONYMS, Phrase, Synonyms
from tracker.queries.search.word_forms import TOKEN, plain_stems, split_token, stem_word, without_endings
from tracker.storage.cache_registry import register_cache

MIN_PREFIX_STEM_LENGTH = 6
"""A stem with at least this many letters also matches longer stems that begin with it. A shorter stem would match too
much: parti (from parties) would also match particular.
"""
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "at",
        "be",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "that",
        "the",
        "there",
        "this",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "with",
        "а",
        "в",
        "во",
        "где",
        "для",
        "до",
        "за",
        "и",
        "из",
        "или",
        "к",
        "как",
        "какие",
        "какой",
        "когда",
        "кто",
        "ли",
        "на",
        "о",
        "об",
        "от",
        "по",
        "при",
        "с",
        "со",
        "у",
        "чего",
        "что",
        "это",
        "боюнча",
        "жана",
        "кандай",
        "ким",
        "менен",
        "учун",
        "эмне",
    ]
)
"""Normalized words that say nothing about the subject. They are searched for only if nothing else was typed."""
NOTHING = "\x01"
"""A search word that no text contains."""
_MARK = "\x00"
"""The index has a word that begins with this for each group of synonyms that occurs in a record. Nobody can type it."""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One search word: the normalized word (`word`) and the stem of this word (`stem`).

    If the word belongs to groups of synonyms, `groups` are the numbers of these groups and `phrases` all their phrases.
    If somebody typed a phrase of several words, `parts` are its words.
    """

    word: str
    stem: str
    groups: tuple[int, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    parts: tuple["SearchTerm", ...] = ()

    def matches(self, word: str) -> bool:
        """Return whether the search word finds `word`, a normalized word of a text. Synonyms are not considered.

        This is so if `word` is equal to the search word, begins with it, or is another form of it. A search word with a
        slash is a document symbol or a part of a symbol. It finds every `word` that contains it.
        """
        if "/" in self.word:
            return self.word in word
        if word.startswith(self.word):
            return True
        if word[0] != self.word[0]:
            return False  # a stem begins with the same letter as its word, and to find a stem takes long
        other = stem_word(word)
        return other == self.stem or (len(self.stem) >= MIN_PREFIX_STEM_LENGTH and other.startswith(self.stem))

    def occurs_as(self, word: str) -> bool:
        """Return whether this search word is marked in a text where it finds `word`. Synonyms are not considered.

        One or two letters find only the same word.
        """
        return self.word == word or (len(self.word) >= 3 and self.matches(word))

    def without_synonyms(self) -> tuple["SearchTerm", ...]:
        """Return the typed words themselves as search terms."""
        return self.parts or (SearchTerm(self.word, self.stem),)


def parse_search(typed: str, synonyms: Synonyms = NO_SYNONYMS) -> tuple[SearchTerm, ...]:
    """Return each different search word or phrase in `typed`. If it is only punctuation, return a word that finds nothing.

    A phrase is recognised if it is one of `synonyms`.
    """
    tokens = TOKEN.findall(unicodedata.normalize("NFC", typed))
    words = [word for token in tokens for word in _search_words(split_token(token))]
    if not words and typed.strip():
        words = [NOTHING]
    terms = tuple({term.word: term for term in _terms(words, synonyms)}.values())
    return tuple(term for term in terms if term.word not in STOP_WORDS) or terms


def _terms(words: list[str], synonyms: Synonyms) -> Iterator[SearchTerm]:
    stems, start = [stem_word(word) for word in words], 0
    while start < len(words):
        matches = list(synonyms.at(stems, start))
        for shorter in () if matches else without_endings(words[start]):
            # a Kyrgyz form, such as метадонду: the stemmer knows only Russian
            matches = matches or list(synonyms.at([stem_word(shorter)], 0))
        length = matches[0][0] if matches else 1
        groups = tuple(number for size, number in matches if size == length)
        phrases = tuple(phrase for number in groups for phrase in synonyms.phrases[number])
        plain = tuple(map(SearchTerm, words[start : start + length], stems[start : start + length]))
        yield SearchTerm(
            " ".join(part.word for part in plain),
            " ".join(part.stem for part in plain),
            groups=groups,
            phrases=phrases,
            parts=plain if length > 1 else (),
        )
        start += length


def _search_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to search for if a user typed a token. `words` is the result of `split_token` for this token.

    For a document symbol or a letter in brackets, return only the whole token. For any other token, return its words.
    """
    whole = words[0] if words else ""
    if "/" in whole and not any(c.isdigit() for c in whole):
        return words[1:]  # prison/police: two words, not a symbol
    return words[:1] if "/" in whole or "(" in whole else words


@lru_cache(maxsize=40_000)
def _words_of(texts: tuple[str, ...], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the normalized words of a record's texts, each once, and a mark for each group of synonyms in the texts.

    The result is cached: if a save does not change the texts of a record, its words are not computed again.
    """
    tokens = TOKEN.findall(unicodedata.normalize("NFC", "\n".join(texts)))
    different = set(tokens)
    words = {word for token in different for word in split_token(token)}
    if synonyms.first_words:
        stems = {token: plain_stems(token) for token in different}
        if not all(map(synonyms.first_words.isdisjoint, stems.values())):
            groups = synonyms.groups_in([stem for token in tokens for stem in stems[token]])
            words.update(f"{_MARK}{number}" for number in groups)
    return tuple(words)


def clear_search_caches() -> None:
    """Drop all cached words, for example after a redaction."""
    _words_of.cache_clear()


register_cache(clear_search_caches)


class SearchIndex:
    """An inverted index: normalized word → ids of the records that contain this word, or one of its `synonyms`."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]], synonyms: Synonyms = NO_SYNONYMS) -> None:
        self._all = frozenset(texts)
        self._synonyms = synonyms
        ids_by_word: dict[str, list[str]] = defaultdict(list)
        for name, record_texts in texts.items():
            for word in _words_of(record_texts, synonyms):
                ids_by_word[word].append(name)
        self._buckets: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for word, names in ids_by_word.items():
            self._buckets[_bucket_key(word)][word] = names

    def updated(self, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> "SearchIndex":
        """Return a new index without the records in `old` and with the records in `new`. This index does not change.

        `old` and `new` are record id → texts. The texts in `old` must be the texts that this index was built from.
        """
        index = SearchIndex({}, self._synonyms)
        index._all = frozenset((self._all - old.keys()) | new.keys())
        index._buckets = defaultdict(dict, {key: dict(bucket) for key, bucket in self._buckets.items()})
        for name in old.keys() | new.keys():
            before, after = (
                frozenset(_words_of(texts[name], self._synonyms)) if name in texts else frozenset()
                for texts in (old, new)
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
        """Return the ids of the records that contain all search words `terms`, or a synonym in place of a word."""
        found = self._all
        for term in terms:
            found &= self._ids_with(term)
        return found

    def words(self) -> dict[str, int]:
        """Return each word of the records → the number of records that contain it."""
        return {word: len(names) for word, names in self.ids_by_word().items()}

    def ids_by_word(self) -> dict[str, list[str]]:
        """Return each word of the records → the ids of the records that contain it."""
        return {
            word: names for key, bucket in self._buckets.items() if key != _MARK for word, names in bucket.items()
        }

    def ids_by_group(self) -> dict[int, list[str]]:
        """Return the number of each group of synonyms → the ids of the records that contain one of its phrases."""
        return {int(mark.removeprefix(_MARK)): names for mark, names in self._buckets.get(_MARK, {}).items()}

    def _ids_with(self, term: SearchTerm) -> Set[str]:
        bucket, marks = self._buckets.get(_bucket_key(term.word), {}), self._buckets.get(_MARK, {})
        if term.parts:
            found = set(self.find(term.parts))
        else:
            found = {name for word, names in bucket.items() if term.matches(word) for name in names}
        return found.union(*(marks.get(f"{_MARK}{number}", ()) for number in term.groups))


def _bucket_key(word: str) -> str:
    # All forms of a word begin with the same letter, so a search has to look at only about a tenth of all words.
    return "/" if "/" in word else word[0]
