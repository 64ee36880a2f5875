"""Extract the text of a file, so that it can be checked and searched. Text in images is not recognized."""

import io
import re
from collections.abc import Iterator
from typing import Any

from tracker.files.cleaners.xml_parts import elements_of, local_name, parse_part
from tracker.files.kept_file import FilePage
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.archives import open_package, read_packed
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED
from tracker.sandbox.text_decoding import decode_any

MAX_CELLS = 500_000
_BLOCKS = {
    *(
        "p",
        "h",
        "br",
        "tr",
        "table-row",
        "list-item",
        "li",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "title",
        "comment",
    ),
    *("annotation", "footnote", "endnote", "note", "si", "dt", "dd", "pre", "blockquote", "cr", "line-break"),
}
_GAPS = {"tab", "s", "tc", "td", "th", "table-cell"}
_WORD_PARTS = re.compile(
    r"word/(?:document|(?:header|footer)\d*|footnotes|endnotes|comments|charts/chart\w*|diagrams/data\w*)\.xml"
)
_SHEET_PARTS = re.compile(r"xl/(?:comments\w*|comments/\w+|drawings/drawing\w*|charts/chart\w*)\.xml")


def pages_of(data: bytes, kind: FileKind, limits: FileLimits) -> tuple[FilePage, ...]:
    """Return the text by page, in the order of the file; empty for images.

    The text has everything that a reader can find in the file: also headers, footnotes, comments, and hidden text. It is
    cut after `limits.pages` pages and `limits.characters` characters. Raises UnusableFile.
    """
    match kind:
        case FileKind.PDF:
            pages = _pages_of_pdf(data)
        case FileKind.DOCX:
            pages = _texts_of_package(data, _WORD_PARTS, limits)
        case FileKind.XLSX:
            pages = _sheets(data, limits)
        case FileKind.ODT:
            pages = _texts_of_package(data, re.compile(r"(?:content|styles)\.xml"), limits)
        case FileKind.HTML:
            pages = iter([FilePage(None, _text_of_page(data))])
        case FileKind.TEXT:
            pages = iter([FilePage(None, decode_any(data))])
        case _:
            pages = iter(())
    return _bounded(pages, limits)


def _bounded(pages: Iterator[FilePage], limits: FileLimits) -> tuple[FilePage, ...]:
    kept: list[FilePage] = []
    left = limits.characters
    for page in pages:
        if left <= 0 or len(kept) >= limits.pages:
            break
        text = page.text[:left]
        left -= len(text)
        kept.append(FilePage(page.number, text))
    return tuple(kept)


def _pages_of_pdf(data: bytes) -> Iterator[FilePage]:
    import pypdfium2

    comments = _comments_of_pdf(data)
    try:
        with pypdfium2.PdfDocument(data) as document:
            for number in range(1, len(document) + 1):
                page = document[number - 1]
                text_page = page.get_textpage()
                text = text_page.get_text_range().replace("\r\n", "\n").replace("\x02", "-")
                text_page.close()
                page.close()
                yield FilePage(number, "\n".join([text, *comments.get(number, ())]).strip())
    except pypdfium2.PdfiumError:
        raise UnusableFile(DAMAGED) from None


def _comments_of_pdf(data: bytes) -> dict[int, list[str]]:
    """Return the texts of comments by page: they are not part of what is printed on it."""
    import pikepdf

    found: dict[int, list[str]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            for annotation in page.obj.get("/Annots", ()):
                text = annotation.get("/Contents")
                if text is not None and str(text).strip():
                    found.setdefault(number, []).append(str(text))
    return found


def _texts_of_package(data: bytes, parts: "re.Pattern[str]", limits: FileLimits) -> Iterator[FilePage]:
    texts = []
    with open_package(data, limits) as archive:
        # the main text first: "document" and "content" come before "footer" and "styles"
        for name in sorted(name for name in archive.namelist() if parts.fullmatch(name)):
            texts.append(_text_of_xml(parse_part(read_packed(archive, name, limits.unpacked_bytes))))
    yield FilePage(None, "\n".join(filter(None, texts)))


def _text_of_xml(root: Any) -> str:
    """Return the text, with a line for each paragraph. Alternative texts of pictures are in it, too."""
    pieces: list[str] = []
    for event, element in _walk(root):
        name = local_name(element.tag)
        if event == "start":
            if name in _GAPS:
                pieces.append("\t" if name == "tab" else " ")
            if element.text and name not in ("instrText", "delInstrText", "posOffset", "f", "creator", "date"):
                pieces.append(element.text)
            if name in ("docPr", "cNvPr") and element.get("descr"):
                pieces.append(f"\n{element.get('descr')}\n")
        else:
            if name in _BLOCKS:
                pieces.append("\n")
            if element.tail:
                pieces.append(element.tail)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _walk(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if isinstance(element.tag, str):
            yield event, element


def _sheets(data: bytes, limits: FileLimits) -> Iterator[FilePage]:
    import openpyxl

    cells = 0
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for number, sheet in enumerate(book.worksheets, 1):
            lines = [sheet.title]
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                cells += max(1, len(row))
                if cells > MAX_CELLS:
                    break
                if line := "\t".join("" if value is None else str(value) for value in row).strip():
                    lines.append(line)
            yield FilePage(number, "\n".join(lines))
    except (UnusableFile, MemoryError):
        raise
    except Exception:  # openpyxl raises errors of nearly every class
        raise UnusableFile(DAMAGED) from None
    with open_package(data, limits) as archive:
        names = sorted(name for name in archive.namelist() if _SHEET_PARTS.fullmatch(name))
        roots = [parse_part(read_packed(archive, name, limits.unpacked_bytes)) for name in names]
    # everything else in these parts are numbers and positions
    if text := "\n".join(element.text for root in roots for element in elements_of(root, "t") if element.text):
        yield FilePage(None, text)


def _text_of_page(data: bytes) -> str:
    from lxml import html

    try:
        root = html.document_fromstring(
            decode_any(data).encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (ValueError, LookupError, SyntaxError):
        return ""
    for element in elements_of(root, "script", "style"):
        element.text = ""
    return _text_of_xml(root)
