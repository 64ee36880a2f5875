"""Where the lettered parts of a paragraph begin and end, if the text runs on.

"… that the State party: (a) Adopt a law; and (b) Train judges. The State party should also publish data."
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.importing.documents.paragraph_labels import is_letter_at
from tracker.importing.documents.phrases import Phrases, split_sentences

_LABEL = re.compile(r"(?:(?<=\s)|(?<=[:;,])|^)\(?(?P<letter>[a-zа-яё])\)\s*(?=[^\W\d_]|[“\"«‘(])")
_REFERENCE_BEFORE = re.compile(
    r"(?:\d|\b(?:[a-zа-яё]|[ivx]{1,4}|\d{1,3})\)|\b(?:paragraphe?s?|párrafos?|alinéas?|artículos?|apartados?|paras?\.?|sub-?paragraphs?|subparas?\.?|articles?|arts?\.|sections?|rules?|items?|letters?|"
    r"пункт\w*|подпункт\w*|пп?\.|стать\w+|ст\.|правил\w*|lit\.))(?:\s*(?:,|and|or|et|ou|y|o|и|или|–|-))?\s*$",
    re.I,
)
_NOT_TEXT = re.compile(
    r"(?:and|or|above|below|of the|et|ou|y|o|и|или|выше|настоящ\w+|статьи|пункта)\b|to (?=\(?\w{1,3}\))", re.I
)


@dataclass(frozen=True, slots=True)
class ParagraphLine:
    """A piece of a paragraph: a lettered part (`letter` is Latin), or text without a letter (`letter` is "").

    `printed` is the letter as the document has it, which may be Cyrillic.
    """

    letter: str
    text: str
    printed: str = ""


def split_run_in(text: str, phrases: Phrases) -> list[ParagraphLine]:
    """Return the lines of the text: the chapeau, the parts, and what follows the last part.

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
        return [ParagraphLine("", text)]
    lines = [ParagraphLine("", text[: found[0].start()].strip())]
    ends = [label.start() for label in found[1:]] + [len(text)]
    for place, (label, end) in enumerate(zip(found, ends, strict=True)):
        letter = chr(ord("a") + place)
        lines.append(ParagraphLine(letter, text[label.end() : end].strip(), label["letter"].lower()))
    first, *others = split_sentences(lines[-1].text, phrases)
    if others and all(len(split_sentences(line.text, phrases)) == 1 for line in lines[1:-1]):
        lines[-1] = replace(lines[-1], text=first.strip())
        lines.append(ParagraphLine("", "".join(others).strip()))
    return lines


def split_tail(lines: Sequence[ParagraphLine], phrases: Phrases) -> list[ParagraphLine]:
    """Return the lines, where sentences to the State party that follow the last part are a line of their own.

    "(c) Train judges. The State party should also publish data." If other parts have such sentences too, they stay.
    """
    at = max((index for index, line in enumerate(lines) if line.letter), default=-1)
    parts = [line for line in lines[: at + 1] if line.letter]
    if len(parts) < 2:
        return list(lines)
    first, *others = split_sentences(parts[-1].text, phrases)
    before = [first, *(sentence for part in parts[:-1] for sentence in split_sentences(part.text, phrases))]
    start = next((place for place, sentence in enumerate(others) if phrases.has("tail", sentence)), -1)
    if start < 0 or any(phrases.has("tail", sentence) for sentence in before):
        return list(lines)
    part = replace(parts[-1], text="".join([first, *others[:start]]).strip())
    return [*lines[:at], part, ParagraphLine("", "".join(others[start:]).strip()), *lines[at + 1 :]]
