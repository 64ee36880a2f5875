"""Mark the words of a search in a text, and cut an excerpt around them."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from tracker.queries.text_search import SearchTerm
from tracker.queries.word_forms import TOKEN, plain_stems

EXCERPT_LENGTH = 120
"""How many characters of a text a list shows around the first word found."""


Span = tuple[int, int]
"""Where a found word or phrase begins and ends in a text."""


def highlight(text: str, words: Iterable[SearchTerm]) -> Markup:
    """Return `text` as escaped HTML. What is found by one of the search words `words` is put in <mark>."""
    pieces, at = [], 0
    for start, end in find_spans(text, words):
        pieces += [Markup.escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*pieces, Markup.escape(text[at:])])


def find_spans(text: str, words: Iterable[SearchTerm]) -> list[Span]:
    """Return where the search words `words`, or synonyms of them, occur in `text`. The spans do not overlap."""
    words = tuple(words)
    if not words:
        return []
    tokens = list(TOKEN.finditer(text))
    spans: list[Span] = []
    for start, end in sorted((span for word in words for span in _spans_of(word, tokens)), key=lambda s: (s[0], -s[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _spans_of(word: SearchTerm, tokens: list[re.Match[str]]) -> list[Span]:
    if word.parts:
        spans = _phrases_in(word, tokens)
        by_part = [_spans_of(part, tokens) for part in word.parts]
        return spans or ([span for part in by_part for span in part] if all(by_part) else [])
    spans = [token.span() for token in tokens if word.occurs_in(token[0])]
    return spans + _phrases_in(word, tokens) if word.phrases else spans


def _phrases_in(word: SearchTerm, tokens: list[re.Match[str]]) -> list[Span]:
    """Return where the phrases of the search word `word` occur."""
    places = [(stem, token) for token in tokens for stem in plain_stems(token[0])]
    stems = tuple(stem for stem, _ in places)
    return [
        (places[start][1].start(), places[start + len(phrase) - 1][1].end())
        for phrase in word.phrases
        for start in range(len(stems) - len(phrase) + 1)
        if stems[start] == phrase[0] and stems[start : start + len(phrase)] == phrase
    ]


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """Return those of the search words `words` that do not occur in `text`, nor a synonym of them."""
    tokens = list(TOKEN.finditer(text))
    return tuple(word for word in words if not _spans_of(word, tokens))


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """Return about 120 characters of `text` around the first place where one of the search words `words` occurs.

    The excerpt begins and ends between words. Return "" if none of the search words occurs in `text`.
    """
    text = " ".join(text.split())
    spans = find_spans(text, words)
    if not spans:
        return ""
    hit_start, hit_end = spans[0]
    start = max(0, min(hit_start - EXCERPT_LENGTH // 3, len(text) - EXCERPT_LENGTH))
    end = min(len(text), max(start + EXCERPT_LENGTH, hit_end))
    # not in the middle of a word, unless the word is longer than the excerpt
    if start and (space := text.rfind(" ", 0, start + 1)) >= start - 20:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", hit_end, end + 1)) > 0:
        end = space
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
