"""Search recommendations, evidence, documents and attached files together. Correct a search that finds nothing."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.model.vocabulary import Issuer, MechanismKind
from tracker.queries.search.file_search import (
    NOTHING_IN_FILES,
    FileTextIndex,
    FoundInFiles,
    prepare_file_search,
    search_files,
)
from tracker.queries.search.text_search import Searchable, SearchTerm, missing_terms, synonyms_of
from tracker.queries.search.word_forms import TOKEN, normalize, stem_word, without_endings
from tracker.queries.view import View, once_per_view

MIN_CORRECTED_LENGTH = 4
"""Words with fewer letters are not corrected: too many other words are similar."""
MIN_LENGTH_FOR_TWO_TYPOS = 9
"""A word with fewer letters is corrected only if it has one typo."""
MAX_CORRECTED_WORDS = 6
"""At most this many words of one search are corrected."""
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS + _LATIN_KEYS.upper() + '{}:"<>`', _RUSSIAN_KEYS * 2 + "хъжэбюё")
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS + "ё", _LATIN_KEYS + "`")
_SOUNDS = """
shch щ  zh ж  kh х  ts ц  ch ч  sh ш  yu ю  ya я  yo е  iy ий  a а  b б
v в  g г  d д  e е  z з  i и  j ж  k к  l л  m м  n н  o о
p п  r р  s с  t т  u у  f ф  h х  c к  y ы  w в  x кс  q к
"""
"""How each sound is written in Latin and in Russian letters, the longest Latin spelling first."""
_PAIRS = list(zip(_SOUNDS.split()[::2], _SOUNDS.split()[1::2], strict=True))
_RUSSIAN_SOUND = dict(_PAIRS)
_LATIN_SOUND = {russian: latin for latin, russian in reversed(_PAIRS)} | {"ь": "", "ъ": "", "э": "e"}
_SOUND = re.compile("|".join(_RUSSIAN_SOUND))


class Dictionary:
    """The words that a search can find: word → number of records, which is 0 for a word that only synonyms have."""

    def __init__(self, counts: Mapping[str, int], other_words: frozenset[str]) -> None:
        self.counts = {word: n for word, n in counts.items() if word.isalpha() and len(word) > 2}
        self.counts |= {word: 0 for word in other_words - self.counts.keys() if word.isalpha() and len(word) > 1}

        self._words = list(self.counts)

    @cached_property
    def _by_stem(self) -> dict[str, str]:
        by_count = sorted(self.counts.items(), key=lambda pair: (pair[1], pair[0]))
        return {stem: word for word, _ in by_count if len(stem := stem_word(word)) >= MIN_CORRECTED_LENGTH}

    def suggest(self, word: str, is_found: Callable[[str], bool]) -> str | None:
        """Return what `word` was probably meant to be, or None. `is_found(word)` says whether a word finds anything."""
        return next((found for found in self._guesses(word, is_found) if found), None)

    def _guesses(self, word: str, is_found: Callable[[str], bool]) -> Iterator[str | None]:
        yield self._nearest(word, 1) if len(word) >= MIN_CORRECTED_LENGTH else None
        translated = _in_other_alphabet(word)
        for other in (*without_endings(word), translated):
            yield other if len(other) > 2 and (is_found(other) or other in self.counts) else None
        yield self._nearest(translated, 1) if len(translated) > MIN_CORRECTED_LENGTH else None
        yield self._nearest(word, 2) if len(word) >= MIN_LENGTH_FOR_TWO_TYPOS else None
        splits = ((word[:at], word[at:]) for at in range(MIN_CORRECTED_LENGTH, len(word) - MIN_CORRECTED_LENGTH + 1))
        yield next((f"{a} {b}" for a, b in splits if a in self.counts and b in self.counts), None)

    def _nearest(self, word: str, most: int) -> str | None:
        """Return the known word that differs from `word` by the fewest typos, at most `most`, or None."""
        near = partial(process.extract, scorer=OSA.distance, score_cutoff=most, limit=20)
        found = [(distance, -self.counts[other], other) for other, distance, _ in near(word, self._words)]
        least = MIN_CORRECTED_LENGTH if most == 1 else MIN_LENGTH_FOR_TWO_TYPOS
        if not found and len(stem_word(word)) >= least:
            stems = near(stem_word(word), list(self._by_stem))
            found = [(distance, -self.counts[self._by_stem[stem]], self._by_stem[stem]) for stem, distance, _ in stems]
        return min(found)[2] if found else None


def correct_words(typed: str, dictionary: Dictionary, is_found: Callable[[str], bool]) -> str:
    """Return `typed` with what was probably meant in place of words that find nothing (the first MAX_CORRECTED_WORDS of them)."""
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
    """Return what the same keys type in the Russian and in the English keyboard layout. Texts equal to `typed` are left out."""
    found = (typed.translate(_TO_RUSSIAN), typed.lower().translate(_TO_LATIN))
    return tuple(text for text in found if text not in (typed, typed.lower()))


def _in_other_alphabet(word: str) -> str:
    """Return a word as it sounds in the other alphabet: a Latin word in Cyrillic letters, a Cyrillic word in Latin letters."""
    if word.isascii():
        return _SOUND.sub(lambda sound: _RUSSIAN_SOUND[sound[0]], word)
    return "".join(_LATIN_SOUND.get(letter, letter) for letter in word)


MAX_SORTED_BY_TITLE = 60
"""At most this many of the best results are sorted again, by the number of search words in their titles."""
FEW_RESULTS = 3
"""A group with fewer results is filled up to this number with records that contain only some of the words."""
MAX_WITH_SOURCE = 8
MAX_SOURCES = 3
"""At most this many documents of the first MAX_WITH_SOURCE recommendations and items of evidence are shown."""
MIN_SYMBOL_LENGTH = 5
"""A text with fewer letters and digits is not compared with symbols of documents."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was found of one type of records, best first. `records` contain all search words, `similar` some."""

    records: tuple[T, ...] = ()
    similar: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search found. The results are for the text `used`: `typed`, or a correction if `typed` finds nothing.

    `sources` are the documents of the best recommendations and evidence, without those in `documents`. If only files
    contain `typed`, `similar` is a correction that finds records. It is "" if there is none.
    """

    typed: str
    used: str
    terms: tuple[SearchTerm, ...] = ()
    recommendations: Found[Recommendation] = Found()
    evidence: Found[Evidence] = Found()
    documents: Found[Document] = Found()
    sources: tuple[Document, ...] = ()
    in_files: FoundInFiles = NOTHING_IN_FILES
    similar: str = ""

    @property
    def results_by_kind(self) -> tuple[Found[Recommendation], Found[Evidence], Found[Document]]:
        """Return what was found for each type of records."""
        return self.recommendations, self.evidence, self.documents

    @property
    def count(self) -> int:
        """Return the number of records that contain all the search words."""
        return sum(len(group.records) for group in self.results_by_kind)

    @property
    def is_corrected(self) -> bool:
        """Return whether the results are for a correction of what was typed."""
        return self.used != self.typed

    def by_asker(self, view: View) -> dict[Issuer | MechanismKind, int]:
        """Return who asked (civil society, or a kind of mechanism) → number of recommendations with all the words, without zeros."""
        rs = [(r.issued_by, view.body_of(r)) for r in self.recommendations.records]
        found = Counter(by if by is Issuer.CIVIL_SOCIETY or body is None else body.kind for by, body in rs)
        return {asker: found[asker] for asker in (*Issuer, *MechanismKind) if asker in found}


def search_everything(
    view: View, typed: str, *, exactly: bool = False, texts: FileTextIndex | None = None
) -> SearchResults:
    """Return what is found in records and, with `texts`, in attached files. With `exactly`, nothing is corrected."""
    if texts is None:
        return view.cached("site search", (typed, exactly), lambda: _search(view, typed, exactly=exactly))
    indexed = prepare_file_search(view, texts)

    def search() -> SearchResults:
        found = search_everything(view, typed, exactly=exactly)
        in_files = search_files(view, view.search_terms(typed), texts, indexed=indexed)
        if not found.is_corrected:
            return replace(found, in_files=in_files)
        if in_files.count:
            # no typo: somebody wrote it
            return replace(_results(view, typed, typed), in_files=in_files, similar=found.used if found.count else "")
        return replace(found, in_files=search_files(view, found.terms, texts, indexed=indexed))

    return view.cached("search in files", (typed, exactly, indexed.generation), search)


def correct_list_search(view: View, typed: str, listed: Searchable) -> str:
    """Return `typed`, or its correction if only the correction finds something in the list."""
    if not typed or listed.index.find(view.search_terms(typed)):
        return typed
    corrections = (used for used in _corrections(view, typed) if listed.index.find(view.search_terms(used)))
    return next(corrections, typed)


def _search(view: View, typed: str, *, exactly: bool) -> SearchResults:
    if not typed.strip():
        return SearchResults(typed, typed)
    if (found := _results(view, typed, typed)).count or exactly:
        return found
    for used in _corrections(view, typed):
        if (found := _results(view, typed, used)).count:
            return found
    return _results(view, typed, correct_words(typed, _dictionary(view), partial(_is_found, view)))


def _corrections(view: View, typed: str) -> list[str]:
    correct = partial(correct_words, dictionary=_dictionary(view), is_found=partial(_is_found, view))
    texts = [correct(typed)]
    known, words = _dictionary(view).counts, list(map(normalize, TOKEN.findall(typed)))
    for text in other_layouts(typed):
        # a word with a meaning is no slip of the keyboard, and "k;d" is no word
        if not all(word in known for word in words) and all(len(word) > 2 for word in TOKEN.findall(text)):
            texts += [text, correct(text)]
    # a layout that makes known words of every word is more probable than a typo in each of them
    texts.sort(key=lambda text: not all(_is_found(view, term.word) for term in view.search_terms(text)))
    return [text for text in dict.fromkeys(texts) if text != typed]


def _is_found(view: View, word: str) -> bool:
    terms = view.search_terms(word)
    return any(group.index.find(terms) for group in _groups(view))


def _groups(view: View) -> tuple[Searchable, Searchable, Searchable]:
    return view.searchable, view.searchable_evidence, view.searchable_documents


@once_per_view
def _dictionary(view: View) -> Dictionary:
    counts: Counter[str] = Counter()
    for group in _groups(view):
        counts.update({word: len(ids) for word, ids in group.index.ids_by_word().items()})
    return Dictionary(counts, synonyms_of(view.settings.synonyms).words)


def _results(view: View, typed: str, used: str) -> SearchResults:
    terms, by_symbol = view.search_terms(used), documents_with_symbol(view, used)
    documents = Found(by_symbol) if by_symbol else _find(view.documents, view.searchable_documents, terms)
    recommendations = _find(view.recommendations, view.searchable, terms)
    evidence = _find(view.evidence, view.searchable_evidence, terms)
    best: list[Recommendation | Evidence] = [*recommendations.records[:MAX_WITH_SOURCE]]
    best += evidence.records[:MAX_WITH_SOURCE]
    ids = (id for id, _ in Counter(r.document or "" for r in best).most_common())
    cited = [view.documents[id] for id in ids if id in view.documents]
    sources = tuple(d for d in cited if d not in (*documents.records, *documents.similar))[:MAX_SOURCES]
    found = (recommendations, evidence, documents)
    return SearchResults(typed, used, terms, *found, sources=sources)


def _find(records: Mapping[str, T], group: Searchable, terms: Sequence[SearchTerm]) -> Found[T]:
    best = _best_first(records, group, terms)
    similar = _similar(records, group, terms) if len(best) < FEW_RESULTS and len(terms) > 1 else []
    more = [id for id in similar if id not in best][: FEW_RESULTS - len(best)]
    return Found(tuple(records[id] for id in best), tuple(records[id] for id in more))


def _best_first(records: Iterable[str], group: Searchable, terms: Sequence[SearchTerm]) -> list[str]:
    """Return the ids of the records that contain all search words, best first."""
    found = group.index.find(terms)
    if not found:
        return []
    plain = tuple(part for term in terms for part in term.without_synonyms())
    main, main_plain, all_plain = group.main_index.find(terms), group.main_index.find(plain), group.index.find(plain)
    ranks = dict.fromkeys(found, 4)
    for better, rank in ((all_plain, 3), (main, 2), (main & all_plain, 1), (main_plain, 0)):
        ranks |= dict.fromkeys(better, rank)
    ids = sorted(filter(ranks.__contains__, records), key=ranks.__getitem__)
    best, rest = ids[:MAX_SORTED_BY_TITLE], ids[MAX_SORTED_BY_TITLE:]
    best.sort(key=lambda id: (id not in main, -_count_words_in_title(group, id, terms)))
    return best + rest


def _count_words_in_title(group: Searchable, id: str, terms: Sequence[SearchTerm]) -> int:
    """Return how many search words the title of a record contains, in the language in which it contains most."""
    titles = group.texts[id].main_texts[:1]
    wordings = [wording.text for title in titles for wording in title.values()]
    return max((len(terms) - len(missing_terms(text, terms)) for text in wordings), default=0)


def _similar(records: Mapping[str, T], group: Searchable, terms: Sequence[SearchTerm]) -> list[str]:
    """Return the ids of the records that contain many of the search words, best first."""
    scores: dict[str, float] = defaultdict(float)
    most = 0.0
    for term in terms:
        ids, main = group.index.find((term,)), group.main_index.find((term,))
        weight = math.log(1 + len(records) / len(ids)) if ids else 0.0
        most += weight
        for id in ids:
            scores[id] += weight if id in main else 0.9 * weight
    order = {id: place for place, id in enumerate(records)}
    return sorted((id for id, score in scores.items() if score >= most / 2), key=lambda id: (-scores[id], order[id]))


def documents_with_symbol(view: View, typed: str) -> tuple[Document, ...]:
    """Return up to 20 documents whose symbol contains `typed`, one with exactly this symbol first.

    Only letters and digits are compared. Return () if `typed` has fewer than MIN_SYMBOL_LENGTH, or no digit.
    """
    asked = _squeezed(typed)
    if len(asked) < MIN_SYMBOL_LENGTH or not any(map(str.isdigit, asked)):
        return ()
    found = [d for d in view.documents.values() if d.symbol and asked in _squeezed(d.symbol)]
    return tuple(islice(sorted(found, key=lambda d: _squeezed(d.symbol or "") != asked), 20))


def _squeezed(symbol: str) -> str:
    return re.sub(r"[\W_]+", "", symbol.casefold())
