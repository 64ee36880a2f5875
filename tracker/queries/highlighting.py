"""Mark the words of a search in a text, and cut an excerpt around them."""

from collections.abc import Iterable

from markupsafe import Markup

from tracker.queries.text_search import SearchTerm
from tracker.queries.word_forms import TOKEN

EXCERPT_LENGTH = 120
"""How many characters of a text a list shows around the first word found."""


def highlight(text: str, words: Iterable[SearchTerm]) -> Markup:
    """Return `text` as escaped HTML. Each word that is found by one of the search words `words` is put in <mark>."""
    words, pieces, at = tuple(words), [], 0
    for token in TOKEN.finditer(text) if words else ():
        if any(word.occurs_in(token[0]) for word in words):
            pieces += [Markup.escape(text[at : token.start()]), Markup("<mark>{}</mark>").format(token[0])]
            at = token.end()
    return Markup("").join([*pieces, Markup.escape(text[at:])])


def missing_terms(text: str, words: Iterable[SearchTerm]) -> tuple[SearchTerm, ...]:
    """Return those of the search words `words` that do not occur in `text`."""
    tokens = TOKEN.findall(text)
    return tuple(word for word in words if not any(map(word.occurs_in, tokens)))


def excerpt(text: str, words: Iterable[SearchTerm]) -> str:
    """Return about 120 characters of `text` around the first place where one of the search words `words` occurs.

    The excerpt begins and ends between words. Return "" if none of the search words occurs in `text`.
    """
    words, text = tuple(words), " ".join(text.split())
    hit = next((t for t in TOKEN.finditer(text) if any(word.occurs_in(t[0]) for word in words)), None)
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
