"""Groups of words and phrases that mean the same, such as methadone, OST and ЗТМ. They are defined in tracker.yaml."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tracker.queries.search.word_forms import stems_of, words_of
from tracker.storage.cache_registry import register_cache

Phrase = tuple[str, ...]
"""The stems of the words of a phrase."""


class Synonyms:
    """Groups of phrases that mean the same. A search for one phrase of a group finds the others too.

    `groups` are lists of words and phrases, in any language. A group is named by its position.
    """

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self.phrases: tuple[tuple[Phrase, ...], ...] = tuple(
            tuple(dict.fromkeys(filter(None, map(stems_of, group)))) for group in groups
        )
        self._by_first_word: dict[str, list[tuple[Phrase, int]]] = defaultdict(list)
        for number, phrases in enumerate(self.phrases):
            for phrase in phrases:
                self._by_first_word[phrase[0]].append((phrase, number))
        for found in self._by_first_word.values():
            found.sort(key=lambda pair: -len(pair[0]))
        self.first_words = frozenset(self._by_first_word)
        self.words = frozenset(word for group in groups for phrase in group for word in words_of(phrase))

    def at(self, stems: Sequence[str], start: int) -> Iterator[tuple[int, int]]:
        """Yield (length, number of the group) for each phrase that begins at `start`, the longest phrase first."""
        for phrase, number in self._by_first_word.get(stems[start], ()):
            if tuple(stems[start : start + len(phrase)]) == phrase:
                yield len(phrase), number

    def groups_in(self, stems: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the groups of which at least one phrase occurs in a text with these stems."""
        starts = (i for i, stem in enumerate(stems) if stem in self.first_words)
        return frozenset(number for start in starts for _length, number in self.at(stems, start))


NO_SYNONYMS = Synonyms(())


@lru_cache(maxsize=8)
def synonyms_of(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Return the synonyms for the groups of the settings. Equal groups give the same object."""
    return Synonyms(groups)


register_cache(synonyms_of.cache_clear)
