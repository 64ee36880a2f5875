"""The numbers and letters at the start of paragraphs: which are those of the document, and which are only words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.importing.documents.phrases import months_of_all

MAX_CANDIDATES = 4_000
"""How many blocks that begin like a numbered paragraph are compared."""
MAX_NUMBER = 400
"""No concluding observations have more paragraphs."""
_AUTOMATIC = re.compile(r"\(?(?P<body>\w{1,8})[.)]{0,2}")
_NUMBER = re.compile(r"(?P<open>\(?)(?P<number>\d{1,3})(?P<close>\.(?!\d)|\))?(?P<space>\s*)(?=\S)")
_LETTER = re.compile(r"(?:\((?P<a>[a-zа-яё])\)|(?P<b>[a-zа-яё])\))\s*(?=\S)")
_DOTTED_LETTER = re.compile(r"(?P<a>[a-zа-яё])\.\s+(?=[A-ZА-ЯЁ“«\"])")
_ROMAN = re.compile(r"\(?(?P<roman>[ivx]{1,5})\)\s*(?=\S)")
_CAPITAL = re.compile(r"(?P<label>[A-HА-ЖС]|[IVX]{1,4})\.\s*(?=[A-ZА-ЯЁ\d«“\"])")
_REFERENCE_GOES_ON = re.compile(
    r"(?:(?:and|or|above|below|of|и|или|выше|настоящ\w+|статьи|пункта)\b|to (?=\(?\w{1,3}\))|[,;.)–(-])"
)
"""What follows a letter that is only referred to: "(a) and (b)", "(a) to (c)". A part may begin with "To" or "to ensure"."""
_LOOKALIKES = {"а": "a", "в": "b", "с": "c", "е": "e", "о": "o", "р": "p", "х": "x", "у": "y", "і": "i", "д": "d"}
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A block that begins like a numbered paragraph. `index` is its place, `end` where its text starts after the number.

    `strength` is from 0 (hardly a number of a paragraph) to 1.5 (an automatic number).
    """

    index: int
    number: int
    end: int
    strength: float


@dataclass(frozen=True, slots=True)
class ListLabel:
    """A letter or a nested number at the start of a block. `end` is where the text starts after it."""

    letter: str
    is_roman: bool
    end: int


@dataclass(frozen=True, slots=True)
class ListLetters:
    """The letters that the lists of a document have. Its references to parts are read by them.

    `lists` maps the number of a paragraph → its printed letter → the Latin letter of the same place. `is_russian` says
    that the document counts а, б, в, so that a letter "в" is the third one.
    """

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    is_russian: bool = False

    def latin(self, letter: str, number: str) -> str:
        """Return the Latin letter that `letter` stands for in a reference to paragraph `number`; "" if there is none."""
        if known := self.lists.get(number, {}).get(letter):
            return known
        return (_by_order(letter) if self.is_russian else "") or latin_letter(letter)


def typed_number(index: int, text: str, *, weaker: bool = False) -> NumberCandidate | None:
    """Return the number with which `text` begins if it may be that of a paragraph, otherwise None.

    Years, dates, numbers of acts and counts are not numbers of paragraphs. `weaker` says that something speaks against
    it, such as an unfinished sentence before.
    """
    found = _NUMBER.match(text)
    if not found or bool(found["open"]) != (found["close"] == ")") or not 0 < int(found["number"]) <= MAX_NUMBER:
        return None
    rest = text[found.end() :]
    word = re.match(r"[^\W\d_]*", rest)
    first = rest[0]
    if word and word[0].lower() in months_of_all():
        return None
    if found["close"]:
        strength = 1.0 if first.isupper() or first in '“«"([' else 0.4
    elif first.isupper() or first in "“«":
        strength = 0.6
    else:
        return None
    return NumberCandidate(index, int(found["number"]), found.end(), strength=strength - (0.7 if weaker else 0))


def automatic_number(index: int, label: str, *, weaker: bool = False) -> NumberCandidate | None:
    """Return the number of an automatic `label` such as "12.", or None if it is not a plain number."""
    found = _AUTOMATIC.fullmatch(label.strip())
    if not found or not found["body"].isdecimal() or not 0 < int(found["body"]) <= MAX_NUMBER:
        return None
    return NumberCandidate(index, int(found["body"]), 0, strength=0.2 if weaker else 1.5)


def choose_numbers(candidates: Sequence[NumberCandidate]) -> dict[int, NumberCandidate]:
    """Return index of the block → candidate, for those that together are the numbers of the document.

    They are the best rising sequence: gaps cost, consecutive numbers count.
    """
    candidates = candidates[:MAX_CANDIDATES]
    best: list[tuple[float, int]] = []
    for i, candidate in enumerate(candidates):
        score, before = candidate.strength - 0.02 * candidate.number, -1
        for j in range(max(0, i - MAX_NUMBER), i):
            gap = candidate.number - candidates[j].number
            if gap < 1 or candidates[j].index == candidate.index:
                continue
            total = best[j][0] + candidate.strength + (1.0 if gap == 1 else -min(3.0, 0.3 * gap))
            if total > score:
                score, before = total, j
        best.append((score, before))
    chosen: dict[int, NumberCandidate] = {}
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chosen[candidates[at].index] = candidates[at]
        at = best[at][1]
    return chosen


def list_label(text: str, automatic: str = "") -> ListLabel | None:
    """Return the letter or the Roman number at the start of a block, or None. `automatic` is its automatic label."""
    if automatic:
        found = _AUTOMATIC.fullmatch(automatic.strip())
        body = found["body"] if found else ""
        if not body or body.isdecimal() or body != body.lower():
            return None
        return ListLabel(body, body in _ROMANS, 0) if len(body) == 1 or body in _ROMANS else None
    if typed := _ROMAN.match(text):
        letter = typed["roman"]
        if letter in _ROMANS and not _REFERENCE_GOES_ON.match(text[typed.end() :]):
            return ListLabel(letter, True, typed.end())
    typed = _LETTER.match(text) or _DOTTED_LETTER.match(text)
    if not typed or _REFERENCE_GOES_ON.match(text[typed.end() :]):
        return None
    return ListLabel(typed["a"] or typed.groupdict().get("b") or "", False, typed.end())


def capital_label(text: str, automatic: str = "") -> int:
    """Return the length of a label of a heading, such as "A. ", at the start of `text`; -1 if there is none.

    It is 0 if the label is `automatic`.
    """
    if automatic:
        return 0 if re.fullmatch(r"\(?[A-ZА-Я]{1,4}[.)]?", automatic.strip()) else -1
    found = _CAPITAL.match(text)
    return found.end() if found else -1


def is_letter_at(letter: str, position: int) -> bool:
    """Return whether `letter` may be the letter of part `position` (from 0): Latin, or Cyrillic in look or in order."""
    latin = chr(ord("a") + position) if position < 26 else ""
    return (
        letter == latin
        or _LOOKALIKES.get(letter) == latin
        or (position < len(_CYRILLIC) and letter == _CYRILLIC[position])
        or (letter == "б" and latin == "b")
    )


def latin_letter(letter: str) -> str:
    """Return the Latin letter for a letter of a part, which may be Cyrillic; "" if there is none."""
    if len(letter) != 1:
        return ""
    return letter if letter.isascii() else _LOOKALIKES.get(letter) or _by_order(letter)


def _by_order(letter: str) -> str:
    place = _CYRILLIC.find(letter)
    return chr(ord("a") + place) if 0 <= place < 26 else ""


def is_next_roman(letter: str, count: int) -> bool:
    """Return whether `letter` is the Roman number that follows `count` others."""
    return count < len(_ROMANS) and letter == _ROMANS[count]
