"""Paragraph styles of a .docx file: which are headings, which are bold, which number their paragraphs."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_MAX_BASES = 20
_HEADING_NAME = re.compile(
    r"^(?:heading|заголовок|titre|t[íi]tulo|title|subtitle)\b\s*(?P<level>\d)?|^_?\s*h\s*_?\s*(?P<un>ch|\d)", re.I
)
_TITLE = re.compile(r"^(?:title|subtitle|название)", re.I)


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a style says, with what it takes over from the styles it is based on.

    `number_id` is the id of its list, None if it has none. `level` is the level in this list, None if not given.
    `heading` is the level of the heading from 0, None if it is no heading.
    """

    number_id: str | None = None
    level: int | None = None
    heading: int | None = None
    is_bold: bool = False
    is_centred: bool = False


def is_on(properties: Element | None, name: str) -> bool | None:
    """Return whether a property such as bold is on or off; None if it is not given."""
    element = properties.find(name) if properties is not None else None
    return None if element is None else element.get("val", "1") not in ("0", "false", "off", "none")


def list_of(properties: Element | None) -> tuple[str | None, int | None]:
    """Return the id of the list and the level in it, as given in paragraph properties. Each may be None."""
    numbering = properties.find("numPr") if properties is not None else None
    if numbering is None:
        return None, None
    number, level = numbering.find("numId"), numbering.find("ilvl")
    text = level.get("val", "") if level is not None else ""
    return (number.get("val") if number is not None else None), (int(text) if text.isdecimal() else None)


def heading_level(properties: Element | None) -> int | None:
    """Return the outline level in paragraph properties, or None."""
    outline = properties.find("outlineLvl") if properties is not None else None
    text = outline.get("val", "") if outline is not None else ""
    return int(text) if text.isdecimal() and int(text) < 9 else None


def is_centred(properties: Element | None) -> bool:
    """Return whether paragraph properties centre the text."""
    alignment = properties.find("jc") if properties is not None else None
    return alignment is not None and alignment.get("val") == "center"


class StyleSheet:
    """The styles of a file."""

    def __init__(self, styles: Element | None) -> None:
        """Read the styles."""
        self._elements: dict[str, Element] = {}
        self._known: dict[str, ParagraphStyle] = {}
        self.default = ""
        self.list_styles: dict[str, str] = {}
        """List style → the id of its list."""
        for element in styles.iter("style") if styles is not None else ():
            style_id = element.get("styleId", "")
            self._elements[style_id] = element
            if element.get("type") == "paragraph" and element.get("default") in ("1", "true", "on"):
                self.default = style_id
            if element.get("type") == "numbering" and (number := list_of(element.find("pPr"))[0]):
                self.list_styles[style_id] = number

    def find(self, style_id: str) -> ParagraphStyle:
        """Return what the style says. An unknown style says nothing."""
        if style_id not in self._known:
            self._known[style_id] = self._read(style_id)
        return self._known[style_id]

    def _read(self, style_id: str) -> ParagraphStyle:
        number_id: str | None = None
        level: int | None = None
        heading: int | None = None
        bold: bool | None = None
        centred = False
        current: str = style_id
        for _ in range(_MAX_BASES):
            element = self._elements.get(current)
            if element is None:
                break
            properties = element.find("pPr")
            number, own_level = list_of(properties)
            number_id = number if number_id is None else number_id
            level = own_level if level is None else level
            if heading is None:
                heading = heading_level(properties)
                heading = _named_level(element, current) if heading is None else heading
            bold = is_on(element.find("rPr"), "b") if bold is None else bold
            centred = centred or is_centred(properties)
            base = element.find("basedOn")
            if base is None:
                break
            current = base.get("val", "")
        return ParagraphStyle(number_id, level, heading, is_bold=bool(bold), is_centred=centred)


def _named_level(element: Element, style_id: str) -> int | None:
    name = element.find("name")
    for text in (name.get("val", "") if name is not None else "", style_id):
        if _TITLE.match(text):
            return 0
        if found := _HEADING_NAME.match(text):
            if found["un"]:  # the templates of the UN: _ H _Ch_G, _ H_1_G, _ H_2/3_G
                return 0 if found["un"].lower() == "ch" else int(found["un"])
            return int(found["level"] or 1) - 1
    return None
