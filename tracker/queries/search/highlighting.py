"""Mark the words of a search in a text, and cut an excerpt around them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain

from markupsafe import Markup

from tracker.queries.search.text_search import SearchTerm
from tracker.queries.search.word_forms import TOKEN, split_token, stem_word

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
    tokens = _Tokens(text)
    spans: list[Span] = []
    for start, end in sorted((span for word in words for span in _spans_of(word, tokens)), key=lambda s: (s[0], -s[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


class _Tokens:
    """The normalized words of a text and where they stand, by first letter.

    All forms of a word begin with the same letter, so only about a tenth of the words has to be compared.
    """

    def __init__(self, text: str) -> None:
        self.words: list[tuple[str, Span]] = []
        self.by_letter: dict[str, list[int]] = {}
        self.symbols: list[tuple[str, Span]] = []
        for token in TOKEN.finditer(text):
            words, span = split_token(token[0]), token.span()
            if words and not words[0].isalnum():
                self.symbols.append((words[0], span))
                words = words[1:]
            for word in words:
                self.by_letter.setdefault(word[0], []).append(len(self.words))
                self.words.append((word, span))

    def beginning_with(self, letters: Iterable[str]) -> Iterator[int]:
        """Yield the positions of the words that begin with one of `letters`."""
        return chain.from_iterable(self.by_letter.get(letter, ()) for letter in letters)


def _spans_of(term: SearchTerm, tokens: _Tokens) -> list[Span]:
    if term.parts:
        spans = _phrases_in(term, tokens)
        by_part = [_spans_of(part, tokens) for part in term.parts]
        return spans or ([span for part in by_part for span in part] if all(by_part) else [])
    if not term.word.isalnum():
        return [span for symbol, span in tokens.symbols if term.occurs_as(symbol)]
    found = (tokens.words[at] for at in tokens.beginning_with(term.word[0]))
    return [span for word, span in found if term.occurs_as(word)] + _phrases_in(term, tokens)


def _phrases_in(term: SearchTerm, tokens: _Tokens) -> list[Span]:
    """Return where the phrases of a search word occur, also those of one word."""
    spans: list[Span] = []
    for at in tokens.beginning_with({phrase[0][0] for phrase in term.phrases}):
        stem = stem_word(tokens.words[at][0])
        for phrase in term.phrases:
            if stem == phrase[0]:
                following = tokens.words[at : at + len(phrase)]
                if tuple(stem_word(word) for word, _ in following) == phrase:
                    spans.append((following[0][1][0], following[-1][1][1]))
    return spans


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """Return those of the search words `words` that do not occur in `text`, nor a synonym of them."""
    tokens = _Tokens(text)
    return tuple(word for word in words if not _spans_of(word, tokens))


def _densest_span(text: str, words: Iterable[SearchTerm]) -> Span | None:
    """Return the first found word or phrase after which the most of the search words `words` follow closely."""
    tokens = _Tokens(text)
    spans = sorted((span, number) for number, word in enumerate(words) for span in _spans_of(word, tokens))
    starts = [span[0] for span, _ in spans]
    best, most = None, 0
    for at, (span, _) in enumerate(spans):
        near = {number for _, number in spans[at : bisect_right(starts, span[0] + EXCERPT_LENGTH // 2)]}
        if len(near) > most:
            best, most = span, len(near)
    return best


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """Return about 120 characters of `text` where most of the search words `words` occur, the first such place.

    The excerpt begins and ends between words. Return "" if none of the search words occurs in `text`.
    """
    text = " ".join(text.split())
    best = _densest_span(text, words)
    if not best:
        return ""
    hit_start, hit_end = best
    start = max(0, min(hit_start - EXCERPT_LENGTH // 3, len(text) - EXCERPT_LENGTH))
    end = min(len(text), max(start + EXCERPT_LENGTH, hit_end))
    # not in the middle of a word, unless the word is longer than the excerpt
    if start and (space := text.rfind(" ", 0, start + 1)) >= start - 20:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", hit_end, end + 1)) > 0:
        end = space
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
