"""Hints from the words of a paragraph: a title, recommendations in the tracker with similar words, and themes.

Rare words count more, because all recommendations have the same drafting words: the scores of rapidfuzz are nearly the
same for unrelated texts (45 to 55 of 100) and related ones (50 to 56). Themes are proposed by their keywords.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import log

from tracker.importing.documents.imported_document import ImportedDocument, ImportedParagraph
from tracker.importing.documents.phrases import Phrases, load_phrases, phrase_languages, split_sentences
from tracker.importing.symbols_and_changes import shorten_title
from tracker.model.localized_text import TextVariant, resolve
from tracker.model.records import Recommendation
from tracker.queries.search.text_search import Synonyms
from tracker.queries.search.word_forms import stems_of
from tracker.queries.view import View
from tracker.storage.cache_registry import register_cache

LEAST_SIMILARITY = 0.24
"""The least similarity, from 0 to 1, of a recommendation that is proposed."""
LEAST_WEIGHT = 8.0
"""The least weight of the words that both texts have. Two short texts with one rare word in common have less."""
MAX_COMPARED = 2_000
"""A document is compared with at most so many recommendations, so that the review is shown at once."""
STEM_LENGTH = 6
"""How many first letters of words are compared: "detained" and "detainee" count as the same word, "женщин" and "женщинам" too."""
_ADDRESSEE = re.compile(
    r"\b(?:State part(?:y|ies)|государств\w+-участник\w*|État partie|Estado parte)\b(?!['’]),?"
    r"(?: (?:should|must|to|следует|надлежит|должно|devrait|doit|à|que|a que|debería|debe)\b)?(?: (?:also|также)\b)?[\s:,]*",
    re.I,
)
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class SimilarDemand:
    """A recommendation similar to a paragraph. `text` is its text and parts, if possible in the language of the file."""

    recommendation: Recommendation
    text: str


def find_similar_recommendations(
    view: View, imported: ImportedDocument, paragraphs: Iterable[ImportedParagraph], *, document: str
) -> dict[str, SimilarDemand]:
    """Return a mapping: number of a paragraph → the most similar recommendation, if any. Leave out those from `document`."""
    others = [r for r in view.recommendations.values() if r.document != document][:MAX_COMPARED]
    texts, code = [], imported.language
    for r in others:
        parts = [f"({part.id}) {_wording(view, part.summary, code)}" for part in r.parts]
        texts.append("\n".join([_wording(view, r.text or r.summary, code), *parts]))
    there = [_beginnings(f"{_wording(view, r.title, code)}\n{text}") for r, text in zip(others, texts, strict=True)]
    asked = {p.number: _beginnings("\n".join([p.heading, *p.texts])) for p in paragraphs}
    occurrences = Counter(stem for stems in (*there, *asked.values()) for stem in stems)
    total = len(there) + len(asked)
    weights = {stem: log(total / n) for stem, n in occurrences.items()}
    sums = [_total_weight(stems, weights) for stems in there]
    found: dict[str, SimilarDemand] = {}
    for number, stems in asked.items():
        own = _total_weight(stems, weights)
        best = 0.0
        for r, text, other, weight in zip(others, texts, there, sums, strict=True):
            common = _total_weight(stems & other, weights)
            similarity = common / min(own, weight) if common >= LEAST_WEIGHT else 0.0
            if similarity >= LEAST_SIMILARITY and similarity > best:
                best = similarity
                found[number] = SimilarDemand(r, text)
    return found


def _wording(view: View, text: Mapping[str, TextVariant], language: str) -> str:
    """Return the text in `language`, or in the language that is shown in its place."""
    return resolve(text, language, view.settings.language).text


def _beginnings(text: str) -> frozenset[str]:
    """Return the first STEM_LENGTH letters of the words of `text` that have four letters or more."""
    return frozenset(word[:STEM_LENGTH] for word in _LONG_WORD.findall(text.casefold()))


def _total_weight(stems: frozenset[str], weights: Mapping[str, float]) -> float:
    return sum(weights[stem] for stem in stems)


def propose_themes(view: View, versions: Iterable[ImportedParagraph]) -> tuple[str, ...]:
    """Return ids of themes with a keyword in the paragraph or its nearest heading, in the order of the settings."""
    terms = view.settings.themes
    keywords = _keywords(tuple(term.keywords for term in terms), view.settings.synonyms)
    found: set[int] = set()
    for paragraph in versions:
        for text in (paragraph.heading, *paragraph.texts):
            found |= keywords.groups_in(stems_of(text))
    return tuple(term.id for number, term in enumerate(terms) if number in found)


@lru_cache(maxsize=8)
def _keywords(of_themes: tuple[tuple[str, ...], ...], groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Return one group of phrases for each theme, in order: its keywords and their synonyms."""
    by_stems = {stems_of(phrase): group for group in groups for phrase in group}
    return Synonyms(
        [
            [phrase for keyword in keywords for phrase in (keyword, *by_stems.get(stems_of(keyword), ()))]
            for keywords in of_themes
        ]
    )


register_cache(_keywords.cache_clear)


@cache
def _phrases_for_titles() -> Phrases:
    """Return phrases with the abbreviations of all languages."""
    known = [load_phrases(code) for code in phrase_languages()]
    return replace(known[0], abbreviations=frozenset().union(*(phrases.abbreviations for phrases in known)))


def propose_title(heading: str, *texts: str) -> str:
    """Return the heading of a paragraph and what its `texts` ask for, or its first words if it has no heading."""
    phrases = _phrases_for_titles()
    sentence = re.split(r"(?<=;)\s", (split_sentences(texts[0], phrases) or [""])[0])[0]
    asked = sentence[found.end() :] if (found := _ADDRESSEE.search(sentence)) and heading else sentence
    candidates = (text for text in (asked, *texts[1:2], sentence) if len(text) > 15 and not asks_nothing(text))
    asked = next(candidates, sentence).strip(" :;,")
    last = re.split(r"[\s(]", asked.rstrip("."))[-1].lower()
    asked = asked if last in phrases.abbreviations else asked.rstrip(".")
    return shorten_title(f"{heading}: {asked}" if heading and asked else heading or asked)


def asks_nothing(text: str) -> bool:
    """Return whether a text ends with those who are asked: "The State party should:"."""
    return bool((found := _ADDRESSEE.search(text)) and not re.search(r"[^\W\d_]{2}", text[found.end() :]))
