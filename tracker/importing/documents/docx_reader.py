"""Read a .docx file into blocks of text, as if all tracked changes were accepted, and without comments.

Automatic numbers are computed as Word shows them, from numbering.xml and the styles. The styles also say which
paragraphs are headings, and which are bold.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from string import ascii_lowercase
from typing import TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tracker.importing.documents.imported_document import RAISED, BlockRole, SourceText, TextBlock, clean_text, raised
from tracker.importing.documents.pasted_text_reader import count_words, join_lines
from tracker.importing.documents.phrases import guess_language, load_phrases
from tracker.importing.documents.structure import is_page_line, list_label
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import one_line
from tracker.sandbox.kinds import open_archive, read_packed
from tracker.sandbox.limits import CUT_OFF, READING, UPLOAD

MAX_LEVELS = 9
_ROMAN = tuple(
    (int(value), letters)
    for value, letters in re.findall(r"(\d+)(\w+)", "1000m 900cm 500d 400cd 100c 90xc 50l 40xl 10x 9ix 5v 4iv 1i")
)
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_MAX_BASES = 20
_HEADING_NAME = re.compile(
    r"^(?:heading|заголовок|titre|t[íi]tulo|title|subtitle)\b\s*(?P<level>\d)?|^_?\s*h\s*_?\s*(?P<un>ch|\d)", re.I
)
_TITLE = re.compile(r"^(?:title|subtitle|название)", re.I)
MAX_PART = 30_000_000
"""The maximum size of one unpacked XML file, in bytes. A document with 60 paragraphs has one or two million."""
MAX_XML_DEPTH = 200
"""How deep elements may be nested."""
MAX_ELEMENTS = 1_500_000
STRANGE_PARTS = N_(
    "The file has parts that a document does not have, so it was not opened. Save the text as a new .docx file, or paste it."
)
_LEFT_OUT = {
    *str.split("del moveFrom pPr rPr sdtPr sdtEndPr instrText delText delInstrText commentReference annotationRef"),
    *str.split("footnoteRef endnoteRef rt rubyPr altChunk fldData tblPr tblGrid trPr tcPr sectPr customXmlPr"),
    *str.split("smartTagPr"),
}
_CONTAINERS = {*str.split("sdt sdtContent customXml ins moveTo smartTag body hdr ftr footnote endnote txbxContent tc")}
_PRINTED = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_LONGEST_CELL = 200
_T = TypeVar("_T")


def _value(element: Element | None, path: str, empty: str = "") -> str | None:
    """Return the value of the property at `path`; None if there is no such property, `empty` if it has no value."""
    found = element.find(path) if element is not None else None
    return None if found is None else found.get("val", empty)


def _integer(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text.strip()) else None


def _is_on(properties: Element | None, name: str) -> bool | None:
    """Return whether a property such as bold is on or off; None if the property is missing."""
    value = _value(properties, name, "1")
    return None if value is None else value not in ("0", "false", "off", "none")


def _heading_level(properties: Element | None) -> int | None:
    level = _integer(_value(properties, "outlineLvl"))
    return level if level is not None and 0 <= level < MAX_LEVELS else None


def _first_given(values: Iterable[_T | None]) -> _T | None:
    return next((value for value in values if value is not None), None)


@dataclass(frozen=True, slots=True)
class ListLevel:
    """A level of a list. `start` is its first number, `text` the pattern of its labels, such as "%1.%2".

    `restart` decides when the count begins again: None is after a paragraph of any higher level, 2 is only after level
    1 or 2 (from the top), 0 is never. `style` is its paragraph style, or "". With `is_legal`, all numbers are decimal.
    """

    start: int = 1
    number_format: str = "decimal"
    text: str = ""
    restart: int | None = None
    style: str = ""
    is_legal: bool = False


@dataclass(slots=True)
class _List:
    """A list (w:num). `abstract` is the id of its definition (w:abstractNum). Lists with one definition share counters."""

    abstract: str
    levels: defaultdict[int, ListLevel]
    overrides: dict[int, int] = field(default_factory=dict)
    is_used: bool = False


class NumberingCounter:
    """Computes the automatic numbers of a document. Call `next_label` for each numbered paragraph, in order."""

    def __init__(self, numbering: Element | None, style_lists: Mapping[str, str]) -> None:
        """Read the lists from the XML of numbering.xml, or None. `style_lists` maps id of a list style → id of its list."""
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        found = numbering if numbering is not None else ()
        abstracts = {element.get("abstractNumId", ""): element for element in found if element.tag == "abstractNum"}
        numbers = {element.get("numId", ""): element for element in found if element.tag == "num"}
        for number_id, element in numbers.items():
            abstract_id = _value(element, "abstractNumId") or ""
            # a list that only names a list style has its levels in the list of this style
            link = _value(abstracts.get(abstract_id), "numStyleLink") or ""
            abstract_id = _value(numbers.get(style_lists.get(link, "")), "abstractNumId") or abstract_id
            abstract = abstracts.get(abstract_id, Element("abstractNum"))
            levels = defaultdict(ListLevel, map(_read_level, abstract.findall("lvl")))
            one = self._lists[number_id] = _List(abstract_id, levels)
            for override in element.findall("lvlOverride"):
                index = _integer(override.get("ilvl")) or 0
                if (level := override.find("lvl")) is not None:
                    one.levels[index] = _read_level(level)[1]
                    one.overrides[index] = one.levels[index].start
                if start := _value(override, "startOverride"):
                    one.overrides[index] = _first_given([_integer(start), 1]) or 0

    def level_of_style(self, number_id: str, style: str) -> int | None:
        """Return which level (from 0) of a list has the paragraph style `style`, or None. `number_id` is the id of the list."""
        levels = self._lists[number_id].levels if style and number_id in self._lists else {}
        return next((index for index, level in levels.items() if level.style == style), None)

    def next_label(self, number_id: str, index: int) -> str:
        """Count a paragraph at level `index` (from 0), and return its label; "" if the list is not known."""
        found = self._lists.get(number_id)
        if not found or not 0 <= index < MAX_LEVELS:
            return ""
        counters = self._counters.setdefault(found.abstract, [None] * MAX_LEVELS)
        if not found.is_used:
            found.is_used = True
            for place, start in found.overrides.items():
                if 0 <= place < MAX_LEVELS:
                    counters[place:] = [start - 1] + [None] * (MAX_LEVELS - place - 1)
        level, now = found.levels[index], counters[index]
        counters[index] = level.start if now is None else now + 1
        for deeper in range(index + 1, MAX_LEVELS):
            restart = found.levels[deeper].restart
            if restart is None or index < restart:
                counters[deeper] = found.overrides[deeper] - 1 if deeper in found.overrides else None
        shown = level.text
        for place, number in enumerate(counters[: index + 1]):
            other = found.levels[place]
            number_format = "decimal" if level.is_legal else other.number_format
            counted = format_number(other.start if number is None else number, number_format)
            shown = shown.replace(f"%{place + 1}", counted)
        return "•" if level.number_format == "bullet" else one_line(shown)


def _read_level(element: Element) -> tuple[int, ListLevel]:
    """Return the number (from 0) of a list's level, and the level, read from its XML."""
    level = ListLevel(
        start=_first_given([_integer(_value(element, "start")), 1]) or 0,
        number_format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        restart=_integer(_value(element, "lvlRestart")),
        style=_value(element, "pStyle") or "",
        is_legal=bool(_is_on(element, "isLgl")),
    )
    return _integer(element.get("ilvl")) or 0, level


def format_number(number: int, number_format: str) -> str:
    """Return a number as text in a format of Word ("" for "none"). Other formats, and numbers outside 1 to 3000, are decimal."""
    kind = number_format.lower()
    if not 1 <= number <= 3000:
        return str(number)
    text = {"none": "", "decimalzero": f"{number:02}"}.get(kind, str(number))
    if kind in ("lowerletter", "upperletter", "russianlower", "russianupper"):
        letters = _RUSSIAN if kind.startswith("russian") else ascii_lowercase
        again, place = divmod(number - 1, len(letters))
        text = letters[place] * (again + 1)
    elif kind in ("lowerroman", "upperroman"):
        text = ""
        for value, roman in _ROMAN:
            again, number = divmod(number, value)
            text += roman * again
    return text.upper() if "upper" in kind else text


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """A style, with what it inherits. `number_id` is the id of its list, `heading` the level of its heading, from 0."""

    number_id: str | None = None
    level: int | None = None
    heading: int | None = None
    is_bold: bool = False
    is_centred: bool = False


class StyleSheet:
    """The styles of a file. `list_styles` maps the id of a list style → the id of its list."""

    def __init__(self, styles: Element | None) -> None:
        """Read the styles from the XML of styles.xml, or None if the file has no styles.xml."""
        self._elements: dict[str, Element] = {}
        self.default = ""
        self.list_styles: dict[str, str] = {}
        for element in styles.iter("style") if styles is not None else ():
            style_id = element.get("styleId", "")
            self._elements[style_id] = element
            if element.get("type") == "paragraph" and element.get("default") in ("1", "true", "on"):
                self.default = style_id
            if element.get("type") == "numbering" and (number := _value(element, "pPr/numPr/numId")):
                self.list_styles[style_id] = number
        self.find = cache(self._find)

    def _find(self, style_id: str) -> ParagraphStyle:
        """Return the properties of a style. An unknown style has none."""
        chain: list[Element] = []  # the style, and those that it is based on
        current = self._elements.get(style_id)
        while current is not None and len(chain) < _MAX_BASES:
            chain.append(current)
            current = self._elements.get(_value(current, "basedOn") or "")
        return ParagraphStyle(
            _first_given(_value(one, "pPr/numPr/numId") for one in chain),
            _first_given(_integer(_value(one, "pPr/numPr/ilvl")) for one in chain),
            _first_given(level for one in chain for level in (_heading_level(one.find("pPr")), _named_level(one))),
            is_bold=bool(_first_given(_is_on(one.find("rPr"), "b") for one in chain)),
            is_centred=any(_value(one, "pPr/jc") == "center" for one in chain),
        )


def _named_level(style: Element) -> int | None:
    for text in (_value(style, "name") or "", style.get("styleId", "")):
        if _TITLE.match(text):
            return 0
        if found := _HEADING_NAME.match(text):
            if found["un"]:  # the templates of the UN: _ H _Ch_G, _ H_1_G, _ H_2/3_G
                return 0 if found["un"].lower() == "ch" else int(found["un"])
            return int(found["level"] or 1) - 1
    return None


class DocxPackage:
    """The XML parts of a .docx file. `margins` are the headers of pages, `notes` the footnotes and endnotes."""

    def __init__(self, data: bytes) -> None:
        """Open the file. Raise UnusableFile if it is damaged, protected, too large, or another kind of file."""
        self._archive = open_archive(data, UPLOAD, READING)
        self._names = {name.lstrip("/"): name for name in self._archive.namelist()}
        mains = (target for target, kind in self._related("") if kind == "officeDocument")
        main = next(mains, "word/document.xml")
        part = self._part(main)
        if part is None or (body := part.find("body")) is None:
            raise UnusableFile(CUT_OFF)
        self.body: Element = body
        related = dict(self._related(main))
        self.styles = next(iter(self._parts_of_kind(related, "styles")), None)
        self.numbering = next(iter(self._parts_of_kind(related, "numbering")), None)
        self.margins = self._parts_of_kind(related, "header")
        self.notes = self._parts_of_kind(related, "footnotes") + self._parts_of_kind(related, "endnotes")

    def _related(self, part: str) -> Iterator[tuple[str, str]]:
        """Yield (path, last word of the type) for each part of the file to which the part with the path `part` refers."""
        folder, _, name = part.rpartition("/")
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        for element in relations if relations is not None else ():
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield path, element.get("Type", "").rpartition("/")[2]

    def _parts_of_kind(self, related: dict[str, str], kind: str) -> list[Element]:
        """Return the parts of a kind, at most 20. `related` maps path → kind."""
        parts = [self._part(path) for path, its_kind in related.items() if its_kind == kind]
        return [part for part in parts[:20] if part is not None]

    def _part(self, path: str) -> Element | None:
        if path not in self._names:
            return None
        return parse_xml(read_packed(self._archive, self._names[path], MAX_PART, sentences=READING))


def parse_xml(content: bytes) -> Element:
    """Return the root of an XML file, without namespaces. Raise UnusableFile for invalid, huge or unsafe XML."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise UnusableFile(STRANGE_PARTS) from None
    except (ParseError, ValueError, LookupError):
        raise UnusableFile(CUT_OFF) from None
    elements, count = [(root, 0)], 0
    while elements:
        element, depth = elements.pop()
        count += 1
        if depth > MAX_XML_DEPTH or count > MAX_ELEMENTS:
            raise UnusableFile(READING.too_large)
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
        element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        elements += [(child, depth + 1) for child in element]
    return root


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is read: (text, whether it is bold) pairs, and the text boxes in it."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


def read_docx(data: bytes) -> SourceText:
    """Return the blocks, page headers (as margins) and notes of a .docx file. Raise UnusableFile if that fails."""
    package = DocxPackage(data)
    reader = _Reader(package)
    blocks = with_whole_words(tuple(reader.read_blocks(package.body)))
    margins = tuple(block.text for part in package.margins for block in _Reader(package).read_blocks(part))
    separators = ("separator", "continuationSeparator", "continuationNotice")
    kept = (note for part in package.notes for note in part if note.get("type") not in separators)
    notes = (" ".join(block.text for block in _Reader(package).read_blocks(note)) for note in kept)
    return SourceText(blocks, margins, tuple(filter(None, (*notes, *reader.notes))))


def read_docx_tables(data: bytes) -> list[list[list[str]]]:
    """Return the tables of a .docx file: rows of cells, a line for each paragraph. May raise UnusableFile."""
    package = DocxPackage(data)
    reader = _Reader(package)

    def text_of(cell: Element) -> str:
        return "\n".join(f"{block.label} {block.text}".strip() for block in reader.read_blocks(cell))

    return [
        [[text_of(cell) for cell in _not_deleted(row, "tc", deleted="tcPr/cellDel")] for row in rows]
        for table in package.body.iter("tbl")
        if (rows := list(_not_deleted(table, "tr", deleted="trPr/del")))
    ]


def with_whole_words(blocks: tuple[TextBlock, ...]) -> tuple[TextBlock, ...]:
    """Return the blocks, in which words that a line break or the end of a block divides after a hyphen are joined as in a pasted text."""
    joined = list[TextBlock]()
    for block in blocks:
        # lines between two pages may stand inside of the word
        last = next((at for at in range(len(joined) - 1, -1, -1) if not is_page_line(joined[at])), None)
        is_rest = (
            last is not None
            and not list_label(block.text, block.label)
            and block.text[:1].islower()
            and block.role is joined[last].role
        )
        if last is not None and is_rest and re.search(r"[^\W\d_]-$", joined[last].text):
            joined[last] = replace(joined[last], text=f"{joined[last].text}\n{block.text}")
        else:
            joined.append(block)
    blocks = tuple(joined)
    whole = " ".join(block.text for block in blocks)
    if "-\n" not in whole:
        return blocks
    words, phrases = count_words([whole]), load_phrases(guess_language(whole))
    lines = (re.split(r"(?<=[^\W\d_]-)\n(?=[^\W\d_])", block.text) for block in blocks)
    return tuple(replace(b, text=join_lines(pieces, words, phrases)) for b, pieces in zip(blocks, lines, strict=True))


class _Reader:
    """The reader of one part of the file, such as a header. Each part counts its automatic numbers anew."""

    def __init__(self, package: DocxPackage) -> None:
        self._styles = StyleSheet(package.styles)
        self._numbering = NumberingCounter(package.numbering, self._styles.list_styles)
        self._fields: list[bool] = []
        """For each open field of Word, such as a page number: True if its instruction has ended and its result has begun."""
        self.notes: list[str] = []
        self._pending = _Text()
        """The text of paragraphs whose end mark was deleted: this text goes on in the next paragraph."""

    def read_blocks(self, parent: Element) -> Iterator[TextBlock]:
        """Yield each paragraph with text inside an element, in order, also in tables and text boxes."""
        for element in parent:
            if element.tag == "p":
                yield from self._read_paragraph(element)
            elif element.tag == "tbl":
                yield from self._read_table(element)
            elif element.tag == "AlternateContent":
                for choice in _first_alternative(element):
                    yield from self.read_blocks(choice)
            elif element.tag in _CONTAINERS and not _is_placeholder(element):
                yield from self.read_blocks(element)

    def _read_paragraph(self, paragraph: Element) -> Iterator[TextBlock]:
        """Yield the paragraph if it has text, then the blocks of its text boxes."""
        properties, mark = paragraph.find("pPr"), paragraph.find("pPr/rPr")
        given = _value(properties, "pStyle")
        style_id = self._styles.default if given is None else given
        style = self._styles.find(style_id)
        text, self._pending = self._pending, _Text()
        self._collect_text(paragraph, text, bold=style.is_bold)
        boxes, text.boxes = text.boxes, []
        if mark is not None and (mark.find("del") is not None or mark.find("moveFrom") is not None):
            self._pending = text
            return
        number_id = _first_given([_value(properties, "numPr/numId"), style.number_id])
        by_style = self._numbering.level_of_style(number_id or "", style_id)
        level = _first_given([_integer(_value(properties, "numPr/ilvl")), by_style, style.level]) or 0
        words = clean_text(raw := "".join(piece for piece, _bold in text.pieces))
        if raw.strip()[:1] in tuple(RAISED):
            self.notes.append(re.sub(r"^\d+\s*", "", words))  # a footnote that was typed
            return
        is_hidden = not words and _is_on(mark, "vanish")
        label = self._numbering.next_label(number_id, level) if number_id not in (None, "0") and not is_hidden else ""
        heading = _first_given([_heading_level(properties), style.heading])
        if words and heading is not None:
            yield TextBlock(words, label, heading, role=BlockRole.HEADING)
        elif words:
            is_bold = all(bold for piece, bold in text.pieces if piece.strip()) or style.is_centred
            role = BlockRole.BOLD if is_bold or _value(properties, "jc") == "center" else BlockRole.BODY
            yield TextBlock(words, label, level if label else 0, role=role)
        for box in boxes:
            yield from self.read_blocks(box)

    def _collect_text(self, node: Element, text: _Text, *, bold: bool) -> None:
        """Add the visible text and the text boxes inside an element to `text`."""
        custom_mark = False
        for child in node:
            tag = child.tag
            if tag in _LEFT_OUT:
                continue
            if tag == "fldChar":
                kind = child.get("fldCharType")
                if kind == "begin":
                    self._fields.append(False)
                elif kind in ("separate", "end"):
                    self._fields[-1:] = [True] if kind == "separate" and self._fields else []
            elif tag == "r":
                properties = child.find("rPr")
                own = _is_on(properties, "b")
                if not _is_on(properties, "vanish"):
                    before = len(text.pieces)
                    self._collect_text(child, text, bold=bold if own is None else own)
                    if _value(properties, "vertAlign") == "superscript":
                        text.pieces[before:] = [(raised(piece), is_bold) for piece, is_bold in text.pieces[before:]]
            elif tag in ("footnoteReference", "endnoteReference"):
                custom_mark = child.get("customMarkFollows") in ("1", "true", "on")
            elif tag in ("drawing", "pict", "object"):
                text.boxes += _outermost_boxes(child)
            elif tag == "AlternateContent":
                for choice in _first_alternative(child):
                    self._collect_text(choice, text, bold=bold)
            elif tag == "p" or _is_placeholder(child):
                continue
            elif not all(self._fields):
                self._collect_text(child, text, bold=bold)  # inside the instruction of a field, only for its end
            elif tag == "t":
                text.pieces += [] if custom_mark else [(child.text or "", bold)]
            elif tag == "br" and child.get("type", "textWrapping") != "textWrapping":
                text.pieces.append((" ", bold))
            elif tag in _PRINTED:
                text.pieces.append((_PRINTED[tag], bold))
            else:
                self._collect_text(child, text, bold=bold)

    def _read_table(self, table: Element) -> Iterator[TextBlock]:
        rows = []
        for row in _not_deleted(table, "tr", deleted="trPr/del"):
            cells = [tuple(self.read_blocks(cell)) for cell in _not_deleted(row, "tc", deleted="tcPr/cellDel")]
            rows.append([cell for cell in cells if cell])
        blocks = [block for cells in rows for cell in cells for block in cell]
        # figures, not paragraphs: several columns, and nothing that is long or numbered
        is_short = all(len(block.text) < _LONGEST_CELL and not block.label for block in blocks)
        has_columns = len(rows) > 1 and max(map(len, rows)) > 1
        is_data = has_columns and is_short and not any("/" in one.text and "CO" in one.text for one in blocks)
        yield from (replace(block, role=BlockRole.TABLE) if is_data else block for block in blocks)


def _not_deleted(parent: Element, tag: str, *, deleted: str) -> Iterator[Element]:
    """Yield the elements with a tag in `parent` and its containers. Leave out those that have an element at path `deleted`."""
    for element in parent:
        if element.tag == tag:
            if element.find(deleted) is None:
                yield element
        elif element.tag in _CONTAINERS:
            yield from _not_deleted(element, tag, deleted=deleted)


def _first_alternative(element: Element) -> list[Element]:
    """Return the first choice in an AlternateContent element, otherwise its fallback; [] if there is neither."""
    return [*element.findall("Choice"), *element.findall("Fallback")][:1]


def _is_placeholder(element: Element) -> bool:
    properties = element.find("sdtPr") if element.tag == "sdt" else None
    return properties is not None and properties.find("showingPlcHdr") is not None


def _outermost_boxes(element: Element) -> list[Element]:
    if element.tag == "txbxContent":
        return [element]
    inside = _first_alternative(element) if element.tag == "AlternateContent" else element
    return [box for child in inside for box in _outermost_boxes(child)]
