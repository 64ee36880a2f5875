"""Automatic numbers of a .docx file, computed as Word shows them: numbering.xml, styles, restarts, overrides, levels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

MAX_LEVELS = 9
_ROMAN = tuple(
    (int(value), letters)
    for value, letters in re.findall(r"(\d+)(\w+)", "1000m 900cm 500d 400cd 100c 90xc 50l 40xl 10x 9ix 5v 4iv 1i")
)
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"


@dataclass(frozen=True, slots=True)
class ListLevel:
    """A level of a list: its first number, its number format, its text such as "%1.", and after which level it restarts.

    `restart` is None for the usual rule (after every higher level) and 0 for never. `style` is the paragraph style that
    this level belongs to.
    """

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    style: str = ""
    is_legal: bool = False


@dataclass(slots=True)
class _List:
    """A list definition (w:num): its levels, the definition it counts with, and the restarts that it asks for."""

    abstract: str
    levels: dict[int, ListLevel]
    overrides: dict[int, int] = field(default_factory=dict)
    is_used: bool = False


class NumberingCounter:
    """Counts the automatic numbers of a document, paragraph after paragraph."""

    def __init__(self, numbering: Element | None, style_lists: Mapping[str, str]) -> None:
        """Read the lists. `style_lists` maps a list style → the id of its list."""
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        if numbering is None:
            return
        abstracts: dict[str, Element] = {
            element.get("abstractNumId", ""): element for element in numbering if element.tag == "abstractNum"
        }
        numbers = {element.get("numId", ""): element for element in numbering if element.tag == "num"}
        for number_id, element in numbers.items():
            abstract_id = _value(element, "abstractNumId")
            abstract = abstracts.get(abstract_id)
            # a list that only names a list style has its levels in the list of this style
            link = _value(abstract, "numStyleLink") if abstract is not None else ""
            if link and (other := numbers.get(style_lists.get(link, ""))) is not None:
                abstract_id = _value(other, "abstractNumId")
                abstract = abstracts.get(abstract_id)
            levels = _levels(abstract) if abstract is not None else {}
            one = _List(abstract_id, levels)
            for override in element:
                if override.tag != "lvlOverride":
                    continue
                index = _integer(override.get("ilvl"), 0)
                if (level := override.find("lvl")) is not None:
                    one.levels[index] = _level(level)
                    one.overrides[index] = one.levels[index].start
                if start := _value(override, "startOverride"):
                    one.overrides[index] = _integer(start, 1)
            self._lists[number_id] = one

    def level_of_style(self, number_id: str, style: str) -> int | None:
        """Return the level that belongs to a paragraph style, or None."""
        found = self._lists.get(number_id)
        if not found:
            return None
        return next((index for index, level in found.levels.items() if style and level.style == style), None)

    def next_label(self, number_id: str, index: int) -> str:
        """Count a paragraph in level `index` (from 0) of a list, and return its number as shown; "" for none."""
        found = self._lists.get(number_id)
        if not found or not 0 <= index < MAX_LEVELS:
            return ""
        counters = self._counters.setdefault(found.abstract, [None] * MAX_LEVELS)
        if not found.is_used:
            found.is_used = True
            for level_index, start in found.overrides.items():
                if 0 <= level_index < MAX_LEVELS:
                    counters[level_index] = start - 1
                    counters[level_index + 1 :] = [None] * (MAX_LEVELS - level_index - 1)
        level = found.levels.get(index, ListLevel())
        now = counters[index]
        counters[index] = level.start if now is None else now + 1
        for deeper in range(index + 1, MAX_LEVELS):
            restart = found.levels.get(deeper, ListLevel()).restart
            if restart is None or (restart > 0 and index < restart):
                counters[deeper] = found.overrides[deeper] - 1 if deeper in found.overrides else None
        return self._shown(found, index, counters)

    def _shown(self, found: _List, index: int, counters: list[int | None]) -> str:
        level = found.levels.get(index, ListLevel())
        if level.number_format == "bullet":
            return "•"
        shown = level.text
        for place in range(index + 1):
            other = found.levels.get(place, ListLevel())
            number = counters[place]
            number_format = "decimal" if level.is_legal else other.number_format
            shown = shown.replace(
                f"%{place + 1}", format_number(other.start if number is None else number, number_format)
            )
        return " ".join(shown.split())


def _value(element: Element | None, name: str) -> str:
    child = element.find(name) if element is not None else None
    return child.get("val", "") if child is not None else ""


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def _levels(abstract: Element) -> dict[int, ListLevel]:
    return {_integer(element.get("ilvl"), 0): _level(element) for element in abstract.findall("lvl")}


def _level(element: Element) -> ListLevel:
    restart = _value(element, "lvlRestart")
    legal = element.find("isLgl")
    return ListLevel(
        start=_integer(_value(element, "start"), 1),
        number_format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText"),
        restart=_integer(restart, 0) if restart else None,
        style=_value(element, "pStyle"),
        is_legal=legal is not None and legal.get("val", "1") not in ("0", "false"),
    )


def format_number(number: int, number_format: str) -> str:
    """Return a number in a format of Word, such as lowerLetter (27 is "aa") or upperRoman. Unknown formats are decimal."""
    if number < 1 or number > 3000:
        return str(number)
    match number_format:
        case "lowerLetter" | "upperLetter":
            text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        case "lowerRoman" | "upperRoman":
            text = _roman(number)
        case "russianLower" | "russianUpper":
            text = _RUSSIAN[(number - 1) % len(_RUSSIAN)] * ((number - 1) // len(_RUSSIAN) + 1)
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)
    return text.upper() if number_format.startswith("upper") or number_format == "russianUpper" else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text
