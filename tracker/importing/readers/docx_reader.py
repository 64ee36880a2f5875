"""Read a .docx file into blocks of text, as it reads with all tracked changes accepted and without comments."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from tracker.importing.readers.docx_numbering import NumberingCounter
from tracker.importing.readers.docx_package import DocxPackage
from tracker.importing.readers.docx_styles import StyleSheet, heading_level, is_centred, is_on, list_of
from tracker.importing.readers.text_blocks import BlockRole, SourceText, TextBlock, clean_text

_LEFT_OUT = {
    *str.split("del moveFrom pPr rPr sdtPr sdtEndPr instrText delText delInstrText commentReference annotationRef"),
    *str.split("footnoteRef endnoteRef rt rubyPr altChunk fldData tblPr tblGrid trPr tcPr sectPr customXmlPr"),
    *str.split("smartTagPr"),
}
_CONTAINERS = {
    *str.split("sdt sdtContent customXml ins moveTo smartTag body hdr ftr footnote endnote txbxContent tc"),
}
_LONGEST_CELL = 200


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
        for row in _rows(table):
            cells = [tuple(self.read_blocks(cell)) for cell in _cells(row)]
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


def _rows(table: Element) -> Iterator[Element]:
    return _kept(table, "tr", deleted="trPr/del")


def _cells(row: Element) -> Iterator[Element]:
    return _kept(row, "tc", deleted="tcPr/cellDel")


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
