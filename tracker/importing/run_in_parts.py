"""Lettered parts that run in the text: "… that the State party: (a) Adopt a law; and (b) Train judges."."""

import re

from tracker.importing.paragraph_labels import is_letter_at
from tracker.importing.phrases import Phrases, split_sentences

_LABEL = re.compile(r"(?:(?<=\s)|(?<=[:;,])|^)\(?(?P<letter>[a-zа-яё])\)\s*(?=[^\W\d_]|[“\"«‘(])")
_REFERENCE_BEFORE = re.compile(
    r"(?:\d|\)|\b(?:paragraphe?s?|párrafos?|alinéas?|artículos?|apartados?|paras?\.?|sub-?paragraphs?|subparas?\.?|articles?|arts?\.|sections?|rules?|items?|letters?|"
    r"пункт\w*|подпункт\w*|пп?\.|стать\w+|ст\.|правил\w*|lit\.))(?:\s*(?:,|and|or|et|ou|y|o|и|или|–|-))?\s*$",
    re.I,
)
_NOT_TEXT = re.compile(
    r"(?:and|or|above|below|of the|et|ou|y|o|и|или|выше|настоящ\w+|статьи|пункта)\b|to (?=\(?\w{1,3}\))", re.I
)


def split_run_in(text: str, phrases: Phrases) -> list[tuple[str, str]]:
    """Return the text as (Latin letter or "", text): the chapeau, the parts, and what follows the last part.

    References to letters, such as "article 2 (a)", are not parts. There must be at least two parts.
    """
    found: list[re.Match[str]] = []
    for label in _LABEL.finditer(text):
        before = text[max(0, label.start() - 60) : label.start()]
        after = text[label.end() : label.end() + 40]
        if not is_letter_at(label["letter"].lower(), len(found)):
            continue
        if _REFERENCE_BEFORE.search(before) or _NOT_TEXT.match(after):
            continue
        if not found and before.strip() and not re.search(r"(?:[:;,–—]|\b\w+)\s*$", before):
            continue
        found.append(label)
    if len(found) < 2:
        return [("", text)]
    pieces = [("", text[: found[0].start()].strip())]
    ends = [label.start() for label in found[1:]] + [len(text)]
    for place, (label, end) in enumerate(zip(found, ends, strict=True)):
        pieces.append((chr(ord("a") + place), text[label.end() : end].strip()))
    letter, last = pieces[-1]
    first, *others = split_sentences(last, phrases)
    if others and all(len(split_sentences(piece, phrases)) == 1 for _letter, piece in pieces[1:-1]):
        pieces[-1] = (letter, first.strip())
        pieces.append(("", "".join(others).strip()))
    return pieces
