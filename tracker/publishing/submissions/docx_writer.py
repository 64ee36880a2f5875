"""Write a submission as a Word document: the parts of the package, with styles, numbering and footnotes."""

import io
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from urllib.parse import quote

from tracker.model.localized_text import CONTROL_CHARACTERS, strip_bidi_controls
from tracker.publishing.render_context import TEMPLATES
from tracker.publishing.submissions import document
from tracker.publishing.submissions.document import Block, Note, Paragraph, Run, Submission

CAPTIONS = {"en": ("Table", "Figure"), "ru": ("Таблица", "Рисунок"), "ky": ("Таблица", "Сүрөт")}
"""Language → how captions of tables and of pictures begin."""
LOCALES = {"en": "en-GB", "ru": "ru-RU", "ky": "ky-KG"}
PAGE_WIDTH = 9026
"""The width of the text on a page of A4, in twentieths of a point."""
EMU_PER_PAGE_WIDTH = PAGE_WIDTH * 635
CONTENTS_LEVELS = ("Heading1", "Heading2")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main" '
    f'xmlns:pic="{_DRAWING}/picture"'
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEMPLATES = ("styles", "settings", "numbering")
"""The parts that are the same in every submission, apart from the language."""
_PARTS = (*_TEMPLATES, "footnotes", "header", "footer")


def write_docx(submission: Submission) -> bytes:
    """Return a submission as the bytes of a .docx file. The same submission gives the same bytes."""
    return _Writer(submission).package()


def _relate(lines: list[str], kind: str, target: str) -> str:
    """Add a relationship to `lines`, the relationships of one part of the package, and return its id."""
    id, mode = f"rId{len(lines) + 1}", ' TargetMode="External"' if kind == "hyperlink" else ""
    lines.append(f'<Relationship Id="{id}" Type="{_R}/{kind}" Target="{escaped(target)}"{mode}/>')
    return id


def _relations_part(lines: Iterable[str]) -> str:
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


class Footnotes:
    """The footnotes of a document as XML, numbered after `last`. `relate` adds a link and returns its relationship id."""

    def __init__(self, relate: Callable[[str], str], last: int = 0) -> None:
        self.lines: list[str] = []
        self.relate, self.last = relate, last

    def add(self, note: Note) -> str:
        """Add a footnote, and return the XML of the run that refers to it in the text."""
        number, links = self.last + len(self.lines) + 1, ""
        for link in note.links:
            # Word refuses a file with a target that is no address
            target = self.relate(quote(link, safe="/:?#@!$&'()*+,;=%~"))
            links += f'{run_xml(" ")}<w:hyperlink r:id="{target}">{run_xml(link, _HYPERLINK)}</w:hyperlink>'
        self.lines.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            f"<w:r>{_REFERENCE}<w:footnoteRef/></w:r>{run_xml(' ' + note.words)}{links}</w:p></w:footnote>"
        )
        return f'<w:r>{_REFERENCE}<w:footnoteReference w:id="{number}"/></w:r>'


def footnotes_part(lines: Iterable[str] = ()) -> str:
    """Return the XML of footnotes.xml: the separators, then `lines`, which are w:footnote elements as XML."""
    return f"{_XML}<w:footnotes {_NAMESPACES}>{_SEPARATORS}{''.join(lines)}</w:footnotes>"


class _Writer:
    """A writer of one submission. Its methods return XML, and collect the footnotes, pictures and headings in it."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.relations, self.note_relations = list[str](), list[str]()
        self.notes = Footnotes(lambda link: _relate(self.note_relations, "hyperlink", link))
        for part in _PARTS:
            _relate(self.relations, part, f"{part}.xml")
        self.pictures, self.headings = list[bytes](), list[tuple[str, str]]()
        self.captions = {"Table": 0, "Figure": 0}

    def package(self) -> bytes:
        """Return the bytes of the .docx file."""
        submission = self.submission
        body = "".join(self.block(block) for block in (*submission.blocks, *submission.annex))
        # headings are known only now
        body = body.replace(_CONTENTS_HERE, self.contents_lines())
        style = "Confidential" if submission.is_confidential else "Header"
        header = self.paragraph(Paragraph((Run(submission.header),), style))
        lang = LOCALES.get(submission.lang, submission.lang)
        parts = {
            "[Content_Types].xml": _template("content_types"),
            "_rels/.rels": _template("relations"),
            "docProps/core.xml": core_properties(submission),
            "word/document.xml": _template("document").format(body=body),
            **{f"word/{name}.xml": _template(name).replace('"LANG"', f'"{lang}"') for name in _TEMPLATES},
            "word/footnotes.xml": footnotes_part(self.notes.lines),
            "word/header.xml": f"{_XML}<w:hdr {_NAMESPACES}>{header}</w:hdr>",
            "word/footer.xml": f'{_XML}<w:ftr {_NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
            f"{_field('PAGE', '1')}<w:r><w:t> / </w:t></w:r>{_field('NUMPAGES', '1')}</w:p></w:ftr>",
            "word/_rels/document.xml.rels": _relations_part(self.relations),
            "word/_rels/footnotes.xml.rels": _relations_part(self.note_relations),
        }
        pictures = {f"word/media/picture{number}.png": png for number, png in enumerate(self.pictures, 1)}
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as file:
            for name, content in ({name: text.encode() for name, text in parts.items()} | pictures).items():
                # without the time of writing, so that the same document has the same bytes
                file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        return raw.getvalue()

    def block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return self.paragraph(block)
            case document.Table():
                return self.caption("Table", block.caption) + self.table(block)
            case document.DocumentPicture():
                return self.picture(block) + self.caption("Figure", block.caption)
            case document.Contents():
                title = f'<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr>{run_xml(block.title)}</w:p>'
                return (
                    f"<w:sdt><w:sdtPr>{_GALLERY}</w:sdtPr><w:sdtContent>{title}{_CONTENTS_HERE}</w:sdtContent></w:sdt>"
                )

    def paragraph(self, paragraph: Paragraph) -> str:
        style, inside = paragraph.style, ""
        for run in paragraph.runs:
            inside += run_xml(run.text, f'<w:rStyle w:val="{run.style}"/>' if run.style else "")
            inside += self.notes.add(run.note) if run.note else ""
        if style in CONTENTS_LEVELS:
            self.headings.append((style, paragraph.text))
            number = len(self.headings)
            inside = f'<w:bookmarkStart w:id="{number}" w:name="_Toc{number}"/>{inside}<w:bookmarkEnd w:id="{number}"/>'
        new_page = "<w:pageBreakBefore/>" if paragraph.new_page else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{new_page}</w:pPr>{inside}</w:p>'

    def caption(self, kind: str, words: str) -> str:
        self.captions[kind] += 1
        style = f'<w:pPr><w:pStyle w:val="Caption"/>{"<w:keepNext/>" if kind == "Table" else ""}</w:pPr>'
        name = CAPTIONS.get(self.submission.lang, CAPTIONS["en"])[kind == "Figure"]
        number = _field(f"SEQ {kind}", str(self.captions[kind]))
        return f"<w:p>{style}{run_xml(name + ' ')}{number}{run_xml('. ' + words)}</w:p>"

    def table(self, table: document.Table) -> str:
        widths = [PAGE_WIDTH * share // sum(table.widths) for share in table.widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head_cells = [(Paragraph((Run(text),), "TableHead"),) for text in table.head]
        if len(head_cells) == 1 and len(widths) > 1:
            head = self.cell(head_cells[0], PAGE_WIDTH, f'<w:gridSpan w:val="{len(widths)}"/>')
        else:
            head = "".join(map(self.cell, head_cells, widths))
        rows = "".join(f"<w:tr>{''.join(map(self.cell, row, widths))}</w:tr>" for row in table.rows)
        caption = escaped(table.caption)
        return _template("table").format(width=PAGE_WIDTH, caption=caption, grid=grid, head=head, rows=rows)

    def cell(self, cell: Iterable[Paragraph], width: int, span: str = "") -> str:
        inside = "".join(map(self.paragraph, cell)) or '<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr></w:p>'
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr>{inside}</w:tc>'

    def picture(self, picture: document.DocumentPicture) -> str:
        self.pictures.append(picture.png)
        number, (width, height) = len(self.pictures), picture.size
        return _template("picture").format(
            number=number,
            relation=_relate(self.relations, "image", f"media/picture{number}.png"),
            extent=f'cx="{EMU_PER_PAGE_WIDTH}" cy="{EMU_PER_PAGE_WIDTH * height // width}"',
            alt=escaped(picture.alt),
        )

    def contents_lines(self) -> str:
        """Return the lines of the table of contents: one field of Word, whose result is a link to each heading."""
        lines = []
        for number, (style, text) in enumerate(self.headings, 1):
            begin = _field_begin('TOC \\o "1-2" \\h \\u', dirty=True) if number == 1 else ""
            end = _FIELD_END if number == len(self.headings) else ""
            page = _field(f"PAGEREF _Toc{number}", "…", dirty=True)
            lines.append(
                f'<w:p><w:pPr><w:pStyle w:val="TOC{style[-1]}"/></w:pPr>{begin}<w:hyperlink w:anchor="_Toc{number}">'
                f"{run_xml(text)}<w:r><w:tab/></w:r>{page}</w:hyperlink>{end}</w:p>"
            )
        return "".join(lines)


def core_properties(submission: Submission) -> str:
    """Return the XML of docProps/core.xml: title, organisations and date, and nothing about who wrote the file."""
    creator = escaped("; ".join(submission.organisations))
    return _template("core").format(title=escaped(submission.title), creator=creator, day=submission.day)


@cache
def _template(name: str) -> str:
    return (TEMPLATES / "submission" / f"{name}.xml").read_text("utf-8")


def escaped(text: str) -> str:
    """Return a text escaped for XML, with spaces for control characters. Line breaks stay."""
    return escape(CONTROL_CHARACTERS.sub(" ", strip_bidi_controls(text)))


def run_xml(text: str, properties: str = "") -> str:
    """Return the XML of a run with a text and its line breaks. `properties` is XML with the format of the run."""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = (f'<w:t xml:space="preserve">{escaped(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"


def _field_begin(instruction: str, *, dirty: bool = False) -> str:
    """Return the XML that begins a field. Word computes the result of a `dirty` field when the document is opened."""
    mark = ' w:dirty="true"' if dirty else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"{mark}/></w:r><w:r><w:instrText xml:space="preserve"> {instruction} '
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def _field(instruction: str, shown: str, *, dirty: bool = False) -> str:
    return f"{_field_begin(instruction, dirty=dirty)}{run_xml(shown)}{_FIELD_END}"


_CONTENTS_HERE = "<!--contents-->"
_GALLERY = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
_FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_REFERENCE = '<w:rPr><w:rStyle w:val="FootnoteReference"/><w:vertAlign w:val="superscript"/></w:rPr>'
_HYPERLINK = '<w:rStyle w:val="Hyperlink"/>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
