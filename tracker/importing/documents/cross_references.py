"""References to paragraphs: "paras. 12–14 and 19 (a)", "reiterates its previous recommendation (E/C.12/…/CO/3, para. 12)"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.importing.documents.front_matter import SYMBOL
from tracker.importing.documents.imported_document import CrossReference
from tracker.importing.documents.paragraph_labels import ListLetters
from tracker.importing.documents.phrases import Phrases, split_sentences

_LETTERS = re.compile(
    r"\s*\(?(?P<first>[a-zа-яё])\)(?:\s*(?:-|–|—|to|по|до)\s*\(?(?P<last>[a-zа-яё])\))?(?:\s*\((?:i|v|x)+\))?", re.I
)
_TOPIC = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)")
_NUMBER = re.compile(r"\s*(?P<first>\d{1,3})(?![\d/])(?:\s*(?:-|–|—)\s*(?P<last>\d{1,3})(?!\d))?")
_NO_LISTS = ListLetters()
MAX_RANGE = 60
"""How many paragraphs a range such as 12–14 may have. A longer one is not a range."""


_Letters = tuple[str, str]
"""The first and the last letter of a range as printed, the same for a single letter."""


@dataclass(frozen=True, slots=True)
class ParagraphList:
    """A list of paragraphs in a text: the numbers with letters, such as "19 (a)", and its place in the text."""

    paragraphs: tuple[str, ...]
    start: int
    end: int


def find_paragraph_lists(text: str, phrases: Phrases, letters_in: ListLetters = _NO_LISTS) -> Iterator[ParagraphList]:
    """Yield the lists of paragraphs in `text`. A paragraph of a rule, such as "paragraph 1 of rule 75", is left out.

    Topics in brackets after a number are skipped. `letters_in` are the letters of the document that is referred to.
    """
    words = phrases.patterns["paragraph_words"]
    separator = re.compile(
        rf"\s*(?:[,;]\s*(?:(?:{phrases.patterns['list_words'].pattern})\s+)*"
        rf"|(?:{phrases.patterns['list_words'].pattern})\s+)",
        re.I,
    )
    at = 0
    while word := words.search(text, at):
        at = word.end()
        if word.start() and (text[word.start() - 1].isalnum()):
            continue
        paragraphs: list[str] = []
        end = at
        before_number, position = _letters_before_number(text, at, separator, words=words)
        while number := _NUMBER.match(text, position):
            position = number.end()
            first, last = int(number["first"]), int(number["last"] or number["first"])
            if not 0 <= last - first <= MAX_RANGE:
                last = first
            letters, position = _letters(text, position, separator)
            if named := _latin(letters or before_number, str(first), letters_in):
                paragraphs += [f"{first} ({letter})" for letter in named]
            else:
                paragraphs += [str(each) for each in range(first, last + 1)]
            end = position
            if not (joint := separator.match(text, position)):
                break
            position = joint.end()
            before_number = []
            if repeated := words.match(text, position):
                before_number, position = _letters_before_number(text, repeated.end(), separator, words=words)
        before = text[max(0, word.start() - 40) : word.start()]
        if (
            paragraphs
            and not phrases.has("rule_after", text[end : end + 40])
            and not re.search(phrases.patterns["rule_before"].pattern, before, re.I)
        ):
            yield ParagraphList(tuple(dict.fromkeys(paragraphs)), word.start(), end)
        at = max(at, end)


def _letters_before_number(
    text: str, position: int, separator: re.Pattern[str], *, words: re.Pattern[str]
) -> tuple[list[_Letters], int]:
    """Return the letters in "subparagraphs (a) and (b) of paragraph 12" and where the number begins; none if it is first."""
    letters, end = _letters(text, position, separator)
    of = re.match(rf"\s*(?:(?:of|du|de|del) )?(?:{words.pattern})", text[end : end + 60], re.I) if letters else None
    return (letters, end + of.end()) if of else ([], position)


def _letters(text: str, position: int, separator: re.Pattern[str]) -> tuple[list[_Letters], int]:
    """Return the letters from `position` on, such as "(a) (legal aid) and (c)" or "(a)–(c)", and where they end."""
    letters: list[_Letters] = []
    while found := _LETTERS.match(text, position):
        letters.append((found["first"].lower(), (found["last"] or found["first"]).lower()))
        position = _after_topic(text, found.end())
        joint = separator.match(text, position)
        if not joint or not _LETTERS.match(text, joint.end()):
            break
        position = joint.end()
    return letters, position if letters else _after_topic(text, position)


def _latin(letters: Sequence[_Letters], number: str, letters_in: ListLetters) -> list[str]:
    """Return the Latin letters of the parts of paragraph `number`, all of a range."""
    found = []
    for ends in letters:
        first, last = (letters_in.latin(letter, number) for letter in ends)
        if first and last:
            found += [chr(code) for code in range(ord(first), max(ord(first), ord(last)) + 1)]
    return found


def _after_topic(text: str, position: int) -> int:
    """Return where a topic in brackets ends that begins at `position`; `position` if there is none."""
    topic = _TOPIC.match(text, position)
    return topic.end() if topic else position


def find_references(
    text: str, phrases: Phrases, own_symbol: str | None, *, letters_in: ListLetters = _NO_LISTS
) -> tuple[CrossReference, ...]:
    """Return the references to paragraphs of this and of earlier concluding observations in the text of a paragraph.

    `letters_in` are the letters of this document. Those of an earlier one are most likely of the same kind.
    """
    references = []
    last_symbol: str | None = None
    for sentence in split_sentences(text, phrases):
        is_repeat = phrases.has("repeats", sentence)
        for found in find_paragraph_lists(sentence, phrases, letters_in):
            window = max(0, found.start - 300)
            before = sentence[window : found.start]
            symbols = list(SYMBOL.finditer(before))
            near = re.search(r"(?P<any>[A-Z]+(?:/[\w.–-]+){2,}),?\s*(?:[^\s()]+\s+){0,3}$", before)
            is_near = bool(symbols) and len(before) - symbols[-1].end() < 60
            if is_near:
                last_symbol = symbols[-1][0].replace("–", "-")
                symbol: str | None = last_symbol
            elif near:
                continue  # a document of another kind, such as A/65/38
            elif phrases.has("same_source", before[-20:]):
                symbol = last_symbol
            else:
                symbol = None
            is_here = symbol == own_symbol if symbol else phrases.has("above", sentence[found.end : found.end + 12])
            is_earlier = not is_here and (symbol is not None or phrases.has("earlier", sentence))
            references.append(
                CrossReference(
                    paragraphs=found.paragraphs,
                    symbol=symbol if symbol != own_symbol else None,
                    is_earlier=is_earlier,
                    is_repeat=is_repeat and is_earlier,
                    words=sentence[(window + symbols[-1].start() if is_near else found.start) : found.end],
                )
            )
    return tuple(references)
