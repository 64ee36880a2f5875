"""Extract everything that can be read in a kept file, so that it can be checked, redacted and searched.

This is the one place where files are read for words: the text by page, and every other string and attribute that is kept,
such as the targets of links, alternative texts, footers, and names of styles. Text in images is not recognized.
"""

import io
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tracker.files.cleaners.xml_parts import elements_of, local_name, parse_part
from tracker.files.kept_file import FilePage
from tracker.model.file_kind import FileKind
from tracker.sandbox.kinds import damage_as_sentence, decode_any, open_package, read_packed
from tracker.sandbox.limits import FileLimits

MAX_CELLS = 500_000
_BLOCKS = frozenset(
    str.split("""
p h br tr table-row list-item li div h1 h2 h3 h4 h5 h6 title comment annotation footnote endnote note si dt dd pre blockquote
cr line-break is v oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter definedName author formula formula1
formula2 calculatedColumnFormula totalsRowFormula formatCode col row colOff rowOff align pctWidth pctHeight
""")
)
_GAPS = {"tab", "s", "tc", "td", "th", "table-cell"}
_APART = ("instrText", "delInstrText", "posOffset", "f", "creator", "date")
"""Elements whose text is no part of the text around them."""
_WORD_PARTS = re.compile(
    r"word/(?:document|(?:header|footer)\d*|footnotes|endnotes|comments|charts/chart\w*|diagrams/data\w*)\.xml"
)
_OPEN_DOCUMENT_PARTS = re.compile(r"(?:content|styles)\.xml")
_GEOMETRY = frozenset(
    str.split("""
viewBox points d enhanced-path path modifiers coordsize coordorigin adj wrapcoords textboxrect connectlocs connectangles limo
glue-points text-areas pos relativeHeight
""")
)
"""Attributes with lists of numbers."""
_NUMBERS = re.compile(r"(?:[-+\d.,;:\s@#$?*/()%]|[A-Za-z]{1,2}(?![A-Za-z]))*")
_CODE = re.compile(
    r"[-+]?\d{0,8}(?:\.\d+)?(?:[Ee][-+]?\d+)?[a-z%*]{0,2}|[0-9A-F]{6}(?:[0-9A-F]{2})?|#[0-9a-f]{6}|[0-9A-F]{20}|[01]{12}|\$?[A-Z]{0,3}\$?\d{0,7}"
    r"|[a-z]{2,3}(?:-[A-Z][a-z]{3})?-(?:[A-Z]{2}|\d{3})|\{00000000-0000-0000-0000-\d{12}\}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?"
)
"""Numbers, colours, cells, languages, and dates."""
_BETWEEN_CODES = re.compile(r"[\s,:;!()/|]+")
_MANY_DIGITS = re.compile(r"(?:\d[\s().-]*){9}")
_CELL = re.compile(r"\$?\b[A-Z]{1,3}\$?\d{1,7}\b")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z][^\W\d_]*")


@cache
def _format_words() -> frozenset[str]:
    """Return the words of the enumerations in the standards, of built-in styles, and of the fonts that programs choose.

    Where only they stand, nobody wrote anything.
    """
    return frozenset(Path(__file__).with_name("format_words.txt").read_text("utf-8").split())


def pages_of(data: bytes, kind: FileKind, limits: FileLimits) -> tuple[FilePage, ...]:
    """Return the text by page, in the order of the file; empty for images. What is on no page is the last, with the number 0.

    It is everything that a reader, or a program, can find in the file: also headers, footnotes, comments, hidden text,
    links and names of styles. Only numbers, colours, and the words of the formats themselves are left out. It is cut after
    `limits.pages` pages and `limits.characters` characters. Raises UnusableFile.
    """
    match kind:
        case FileKind.PDF:
            from tracker.files.cleaners.pdf_strings import pages_of_pdf, read_pdf_strings

            pages, others = [*pages_of_pdf(data)], iter(read_pdf_strings(data, limits))
        case FileKind.DOCX:
            pages, others = [_text_of_package(data, _WORD_PARTS, limits)], _strings_of_package(data, limits)
        case FileKind.XLSX:
            pages, others = [*_sheets(data)], _strings_of_package(data, limits)
        case FileKind.ODT:
            pages, others = [_text_of_package(data, _OPEN_DOCUMENT_PARTS, limits)], _strings_of_package(data, limits)
        case FileKind.HTML:
            root = _parse_page(data)
            pages, others = [FilePage(None, _text_of_xml(root))], _attributes(root)
        case FileKind.TEXT:
            pages, others = [FilePage(None, decode_any(data))], iter(())
        case _:
            pages, others = [], iter(())
    rest = "\n".join(_not_in(pages, others))
    return _bounded([*pages, FilePage(0, rest)] if rest else pages, limits)


def _not_in(pages: Sequence[FilePage], strings: Iterable[str]) -> Iterable[str]:
    """Return each line of the strings once, unless it is in the text, or is only a number."""
    known = {" ".join(part.split()) for page in pages for part in re.split(r"[\n\t]", page.text)}
    lines = dict.fromkeys(" ".join(line.split()) for string in strings for line in string.splitlines())
    return [line for line in lines if line not in known and not _is_code(line)]


def _is_code(line: str, words: Container[str] = ()) -> bool:
    """Return whether a line has only numbers, colours, cells, languages, dates, and some of these `words`."""
    if _MANY_DIGITS.search(line) and not _CODE.fullmatch(line):
        return False
    return all(
        _CODE.fullmatch(token)
        or (words and all(len(word) == 1 or word.casefold() in words for word in _WORD.findall(token)))
        for token in _BETWEEN_CODES.split(line)
    )


def _bounded(pages: Iterable[FilePage], limits: FileLimits) -> tuple[FilePage, ...]:
    kept: list[FilePage] = []
    left = limits.characters
    for page in pages:
        if left <= 0 or len(kept) >= limits.pages:
            break
        text = page.text[:left]
        left -= len(text)
        kept.append(FilePage(page.number, text))
    return tuple(kept)


def _text_of_package(data: bytes, parts: "re.Pattern[str]", limits: FileLimits) -> FilePage:
    texts = []
    with open_package(data, limits) as archive:
        # the main text first: "document" and "content" come before "footer" and "styles"
        for name in sorted(name for name in archive.namelist() if parts.fullmatch(name)):
            texts.append(_text_of_xml(parse_part(read_packed(archive, name, limits.unpacked_bytes))))
    return FilePage(None, "\n".join(filter(None, texts)))


def _strings_of_package(data: bytes, limits: FileLimits) -> Iterator[str]:
    """Yield the names of all parts of an office file, and every string and attribute in them."""
    with open_package(data, limits) as archive:
        for name in archive.namelist():
            yield name
            if name.endswith((".xml", ".rels")):
                yield from _strings_of(parse_part(read_packed(archive, name, limits.unpacked_bytes)))


def _strings_of(root: Any) -> Iterator[str]:
    yield _text_of_xml(root)
    yield from _attributes(root)
    # the instruction of a field may be in several pieces
    for paragraph in elements_of(root, "p"):
        yield "".join(text.text or "" for text in elements_of(paragraph, "instrText", "delInstrText"))
    for element in elements_of(root, *_APART):
        # the same formula stands in many cells
        yield _CELL.sub("", element.text or "")


def _attributes(root: Any) -> Iterator[str]:
    values = {
        value
        for element in root.iter("*")
        for name, value in element.attrib.items()
        if not value.startswith("data:image/") and not (local_name(name) in _GEOMETRY and _NUMBERS.fullmatch(value))
    }
    for value in sorted(values):
        # in the names of styles of an OpenDocument text, _20_ is a space
        written = re.sub(r"_([0-9a-f]{2})_", lambda found: chr(int(found[1], 16)), value)
        if not _is_code(written, _format_words()):
            yield written


def _text_of_xml(root: Any) -> str:
    """Return the text, with a line for each paragraph. Alternative texts of pictures are in it, too."""
    pieces: list[str] = []
    for event, element in _walk(root):
        name = local_name(element.tag)
        if event == "start":
            if name in _GAPS:
                pieces.append("\t" if name == "tab" else " ")
            if element.text and name not in _APART:
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


def _sheets(data: bytes) -> Iterator[FilePage]:
    import openpyxl

    cells = 0
    with damage_as_sentence():
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


def _parse_page(data: bytes) -> Any:
    from lxml import html

    try:
        root = html.document_fromstring(
            decode_any(data).encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (ValueError, LookupError, SyntaxError):
        return html.Element("html")
    for element in elements_of(root, "script", "style"):
        element.text = ""
    return root
