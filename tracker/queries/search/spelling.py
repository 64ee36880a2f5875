"""Correct what somebody typed in a search: a typo, another keyboard layout, another alphabet, a Kyrgyz ending."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tracker.queries.search.word_forms import TOKEN, normalize, stem_word, without_endings

MIN_LENGTH = 4
"""Words with fewer letters are not corrected: too many other words are similar."""
MIN_LENGTH_FOR_TWO_TYPOS = 9
MAX_CORRECTED_WORDS = 6
"""How many words of one search are corrected."""
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS + _LATIN_KEYS.upper() + '{}:"<>`', _RUSSIAN_KEYS * 2 + "хъжэбюё")
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS + "ё", _LATIN_KEYS + "`")
_SOUNDS = """
shch щ  zh ж  kh х  ts ц  ch ч  sh ш  yu ю  ya я  yo е  iy ий  a а  b б
v в  g г  d д  e е  z з  i и  j ж  k к  l л  m м  n н  o о
p п  r р  s с  t т  u у  f ф  h х  c к  y ы  w в  x кс  q к
"""
"""How a sound is written in Latin and in Russian letters, the longest first."""
_PAIRS = list(zip(_SOUNDS.split()[::2], _SOUNDS.split()[1::2], strict=True))
_RUSSIAN_SOUND = dict(_PAIRS)
_LATIN_SOUND = {russian: latin for latin, russian in reversed(_PAIRS)} | {"ь": "", "ъ": "", "э": "e"}
_SOUND = re.compile("|".join(_RUSSIAN_SOUND))


class Dictionary:
    """The words that a search can find. `counts` is normalized word → number of records that contain it.

    `other_words` are words that can be searched for, but need not occur in a record, such as synonyms.
    """

    def __init__(self, counts: Mapping[str, int], other_words: frozenset[str]) -> None:
        self.counts = {word: n for word, n in counts.items() if word.isalpha() and len(word) > 2}
        self.counts |= {word: 0 for word in other_words - self.counts.keys() if word.isalpha() and len(word) > 1}

    @cached_property
    def _words(self) -> list[str]:
        return list(self.counts)

    @cached_property
    def _by_stem(self) -> dict[str, str]:
        """Return stem → the most frequent word with this stem."""
        return {stem_word(word): word for word, _ in sorted(self.counts.items(), key=lambda pair: (pair[1], pair[0]))}

    @cached_property
    def _stems(self) -> list[str]:
        return [stem for stem in self._by_stem if len(stem) >= MIN_LENGTH]

    def suggest(self, word: str, is_found: Callable[[str], bool]) -> str | None:
        """Return the word or words that somebody who typed the normalized `word` probably meant, or None.

        `is_found` says whether a search for a word finds something.
        """
        nearest = self._nearest(word, 1) if len(word) >= MIN_LENGTH else None
        if nearest:
            return nearest
        for other in (*without_endings(word), *_in_other_alphabet(word)):
            if len(other) > 2 and (is_found(other) or other in self.counts):
                return other
        return next((found for found in self._guesses(word) if found), None)

    def _guesses(self, word: str) -> Iterator[str | None]:
        for other in _in_other_alphabet(word):
            yield self._nearest(other, 1) if len(other) > MIN_LENGTH else None
        yield self._nearest(word, 2) if len(word) >= MIN_LENGTH_FOR_TWO_TYPOS else None
        yield self._two_words(word)

    def _nearest(self, word: str, most: int) -> str | None:
        """Return the most frequent word that is at most `most` typos away from `word`. Fewer typos are better."""
        found = [
            (distance, -self.counts[other], other)
            for other, distance, _ in process.extract(
                word, self._words, scorer=OSA.distance, score_cutoff=most, limit=20
            )
        ]
        least = MIN_LENGTH if most == 1 else MIN_LENGTH_FOR_TWO_TYPOS
        if not found and len(stem_word(word)) >= least:
            stems = process.extract(stem_word(word), self._stems, scorer=OSA.distance, score_cutoff=most, limit=20)
            found = [(distance, -self.counts[self._by_stem[stem]], self._by_stem[stem]) for stem, distance, _ in stems]
        return min(found)[2] if found else None

    def _two_words(self, word: str) -> str | None:
        """Return `word` as two words, if somebody forgot the space between them."""
        splits = ((word[:at], word[at:]) for at in range(MIN_LENGTH, len(word) - MIN_LENGTH + 1))
        return next((f"{a} {b}" for a, b in splits if a in self.counts and b in self.counts), None)


def correct_words(typed: str, dictionary: Dictionary, is_found: Callable[[str], bool]) -> str:
    """Return `typed` with each word that finds nothing replaced by the word that was probably meant.

    At most MAX_CORRECTED_WORDS words are replaced. Words without a suggestion stay as they are.
    """
    left = MAX_CORRECTED_WORDS

    def corrected(token: re.Match[str]) -> str:
        nonlocal left
        word = normalize(token[0])
        if left == 0 or not word.isalpha() or is_found(word):
            return token[0]
        left -= 1
        return dictionary.suggest(word, is_found) or token[0]

    return TOKEN.sub(corrected, typed)


def other_layouts(typed: str) -> tuple[str, ...]:
    """Return `typed` as if the other keyboard layout, English or Russian, had been switched on."""
    found = (typed.translate(_TO_RUSSIAN), typed.lower().translate(_TO_LATIN))
    return tuple(text for text in found if text not in (typed, typed.lower()))


def _in_other_alphabet(word: str) -> tuple[str, ...]:
    """Return how a Latin word may be written in Cyrillic, or a Cyrillic word in Latin letters."""
    if word.isascii():
        return (_SOUND.sub(lambda sound: _RUSSIAN_SOUND[sound[0]], word),)
    return ("".join(_LATIN_SOUND.get(letter, letter) for letter in word),)
