"""Read a .docx file into blocks of text, as it reads with all tracked changes accepted and without comments.

Automatic numbers are computed as Word shows them: numbering.xml, styles, restarts, overrides, levels. The styles also say
which paragraphs are headings, and which are bold.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tracker.importing.documents.imported_document import BlockRole, SourceText, TextBlock, clean_text
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
"""Bytes of one XML file, unpacked. The document of 60 paragraphs has one or two million."""
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
_LONGEST_CELL = 200


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
        return one_line(shown)


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


class DocxPackage:
    """The XML parts of a .docx file. All names in them are without their namespace."""

    def __init__(self, data: bytes) -> None:
        """Open the file. Raises UnusableFile if it is damaged, protected, too large, or another kind of file."""
        self._archive = open_archive(data, UPLOAD, READING)
        self._names = {name.lstrip("/"): name for name in self._archive.namelist()}
        mains = (target for target, kind in self._related("") if kind == "officeDocument")
        main = next(mains, "word/document.xml")
        body = self._part(main)
        found = body.find("body") if body is not None else None
        if found is None:
            raise UnusableFile(CUT_OFF)
        self.body = found
        related = dict(self._related(main))
        self.styles = self._first(related, "styles")
        self.numbering = self._first(related, "numbering")
        self.margins = self._all(related, "header")
        self.notes = self._all(related, "footnotes") + self._all(related, "endnotes")

    def _related(self, part: str) -> Iterator[tuple[str, str]]:
        """Yield (path of the related part, last word of its type) of the parts that `part` refers to."""
        folder, _, name = part.rpartition("/")
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        for element in relations if relations is not None else ():
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield path, element.get("Type", "").rpartition("/")[2]

    def _first(self, related: dict[str, str], kind: str) -> Element | None:
        return next(iter(self._all(related, kind)), None)

    def _all(self, related: dict[str, str], kind: str) -> list[Element]:
        parts = [self._part(path) for path, its_kind in related.items() if its_kind == kind]
        return [part for part in parts[:20] if part is not None]

    def _part(self, path: str) -> Element | None:
        if path not in self._names:
            return None
        return parse_xml(read_packed(self._archive, self._names[path], MAX_PART, told=READING))


def parse_xml(content: bytes) -> Element:
    """Return the root of an XML file, with names without namespaces.

    Raises UnusableFile if it is not valid, has a document type or entities, or is nested too deep.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise UnusableFile(STRANGE_PARTS) from None
    except (ParseError, ValueError, LookupError):
        raise UnusableFile(CUT_OFF) from None
    elements = [(root, 0)]
    count = 0
    while elements:
        element, depth = elements.pop()
        count += 1
        if depth > MAX_XML_DEPTH or count > MAX_ELEMENTS:
            raise UnusableFile(READING.too_large)
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
        if element.attrib:
            element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
        elements += [(child, depth + 1) for child in element]
    return root


@dataclass(slots=True)
class _Text:
    """The text of a paragraph while it is read: pieces with whether they are bold, and text boxes beside it."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    def add(self, text: str, *, bold: bool = False) -> None:
        self.pieces.append((text, bold))

    @property
    def text(self) -> str:
        return clean_text("".join(text for text, _bold in self.pieces))

    @property
    def is_bold(self) -> bool:
        shown = [bold for text, bold in self.pieces if text.strip()]
        return bool(shown) and all(shown)


def read_docx(data: bytes) -> SourceText:
    """Return the text of a .docx file. Raises UnusableFile if it cannot be read or is too large."""
    package = DocxPackage(data)
    reader = _Reader(package)
    blocks = tuple(reader.read_blocks(package.body))
    margins = tuple(
        block.text for part in package.margins for block in _Reader(package).read_blocks(part) if block.text
    )
    notes = []
    for part in package.notes:
        for note in part:
            if note.get("type") not in ("separator", "continuationSeparator", "continuationNotice"):
                texts = [block.text for block in _Reader(package).read_blocks(note)]
                notes.append(" ".join(text for text in texts if text))
    return SourceText(blocks, margins, tuple(filter(None, notes)))


class _Reader:
    """Reads the paragraphs of one part of the file, in order."""

    def __init__(self, package: DocxPackage) -> None:
        self._styles = StyleSheet(package.styles)
        self._numbering = NumberingCounter(package.numbering, self._styles.list_styles)
        self._fields: list[bool] = []
        """For each field that is open, whether its instruction has ended and its result has begun."""
        self._pending = _Text()
        """The text of paragraphs whose end was deleted, which go on in the next paragraph."""

    def read_blocks(self, parent: Element) -> Iterator[TextBlock]:
        """Yield the paragraphs inside an element."""
        for element in parent:
            if element.tag == "p":
                yield from self._read_paragraph(element)
            elif element.tag == "tbl":
                yield from self._read_table(element)
            elif element.tag == "AlternateContent":
                if (choice := _choose(element)) is not None:
                    yield from self.read_blocks(choice)
            elif element.tag in _CONTAINERS and not _is_placeholder(element):
                yield from self.read_blocks(element)

    def _read_paragraph(self, paragraph: Element) -> Iterator[TextBlock]:
        properties = paragraph.find("pPr")
        mark = properties.find("rPr") if properties is not None else None
        given = properties.find("pStyle") if properties is not None else None
        style_id = given.get("val", "") if given is not None else self._styles.default
        style = self._styles.find(style_id)
        text, self._pending = self._pending, _Text()
        self._walk(paragraph, text, bold=style.is_bold)
        boxes, text.boxes = text.boxes, []
        if mark is not None and (mark.find("del") is not None or mark.find("moveFrom") is not None):
            self._pending = text
            return
        number_id, level = list_of(properties)
        if number_id is None:
            number_id = style.number_id
        if level is None:
            by_style = self._numbering.level_of_style(number_id or "", style_id)
            level = by_style if by_style is not None else style.level or 0
        is_hidden = not text.text and is_on(mark, "vanish")
        label = self._numbering.next_label(number_id, level) if number_id not in (None, "0") and not is_hidden else ""
        heading = heading_level(properties)
        heading = style.heading if heading is None else heading
        centred = style.is_centred or is_centred(properties)
        if text.text:
            if heading is not None:
                yield TextBlock(text.text, label, heading, role=BlockRole.HEADING)
            else:
                role = BlockRole.BOLD if text.is_bold or centred else BlockRole.BODY
                yield TextBlock(text.text, label, level if label else 0, role=role)
        for box in boxes:
            yield from self.read_blocks(box)

    def _walk(self, node: Element, text: _Text, *, bold: bool) -> None:
        custom_mark = False
        for child in node:
            tag = child.tag
            if tag in _LEFT_OUT:
                continue
            if tag == "fldChar":
                self._note_field(child)
            elif tag == "r":
                properties = child.find("rPr")
                own = is_on(properties, "b")
                if not is_on(properties, "vanish"):
                    self._walk(child, text, bold=bold if own is None else own)
            elif tag in ("footnoteReference", "endnoteReference"):
                custom_mark = child.get("customMarkFollows") in ("1", "true", "on")
            elif tag in ("drawing", "pict", "object"):
                text.boxes += _outermost_boxes(child)
            elif tag == "AlternateContent":
                if (choice := _choose(child)) is not None:
                    self._walk(choice, text, bold=bold)
            elif tag == "p" or _is_placeholder(child):
                continue
            elif not all(self._fields):
                self._walk(child, text, bold=bold)  # inside the instruction of a field, only for its end
            elif tag == "t":
                if not custom_mark:
                    text.add(child.text or "", bold=bold)
            elif tag in ("tab", "ptab"):
                text.add(" ")
            elif tag == "br":
                text.add("\n" if child.get("type", "textWrapping") == "textWrapping" else " ")
            elif tag == "cr":
                text.add("\n")
            elif tag == "noBreakHyphen":
                text.add("-", bold=bold)
            else:
                self._walk(child, text, bold=bold)

    def _note_field(self, mark: Element) -> None:
        kind = mark.get("fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _read_table(self, table: Element) -> Iterator[TextBlock]:
        rows = []
        for row in _kept(table, "tr", deleted="trPr/del"):
            cells = [tuple(self.read_blocks(cell)) for cell in _kept(row, "tc", deleted="tcPr/cellDel")]
            rows.append([cell for cell in cells if cell])
        is_data = _is_data(rows)
        for row_cells in rows:
            for cell in row_cells:
                for block in cell:
                    yield replace(block, role=BlockRole.TABLE) if is_data else block


def _is_data(rows: list[list[tuple[TextBlock, ...]]]) -> bool:
    """Return whether a table has figures, not paragraphs: several columns, and nothing that is long or numbered."""
    blocks = [block for cells in rows for cell in cells for block in cell]
    widest = max((len(cells) for cells in rows), default=0)
    if widest < 2 or len(rows) < 2:
        return False
    return all(len(block.text) < _LONGEST_CELL and not block.label for block in blocks) and not any(
        "/" in block.text and "CO" in block.text for block in blocks
    )


def _kept(parent: Element, tag: str, *, deleted: str) -> Iterator[Element]:
    """Yield the elements with a tag, also those inside containers, without what a tracked change deleted."""
    for element in parent:
        if element.tag == tag:
            if element.find(deleted) is None:
                yield element
        elif element.tag in _CONTAINERS:
            yield from _kept(element, tag, deleted=deleted)


def _choose(element: Element) -> Element | None:
    choice = element.find("Choice")
    return choice if choice is not None else element.find("Fallback")


def _is_placeholder(element: Element) -> bool:
    properties = element.find("sdtPr") if element.tag == "sdt" else None
    return properties is not None and properties.find("showingPlcHdr") is not None


def _outermost_boxes(element: Element) -> list[Element]:
    if element.tag == "txbxContent":
        return [element]
    if element.tag == "AlternateContent":
        choice = _choose(element)
        return _outermost_boxes(choice) if choice is not None else []
    return [box for child in element for box in _outermost_boxes(child)]
