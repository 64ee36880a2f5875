"""Clean, black out, read and preview files in a process of its own, with limits for memory and time.

`prepare_upload`, `text_of_file` and `preview_of_file` are for the store and the pages. The functions `answer_…` run
in the process (see `sandbox.host`), and so does `clean_bytes`, which cleans a file of any kind.

`pages_of` reads the words of a file, so that they can be checked, redacted and searched: the text of each page, and
every other string that is kept, such as the targets of links and the names of styles. Text in pictures is not
recognized.
"""

import hashlib
import io
import math
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tracker.files import findings
from tracker.files.cleaners.office_package import elements_of, local_name, parse_part
from tracker.files.findings import FoundItems
from tracker.files.kept_file import (
    CleanedFile,
    CleaningChoices,
    FileFinding,
    FilePage,
    FilePreview,
    PreparedUpload,
    Rectangle,
)
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox import kinds
from tracker.sandbox.host import IsCancelled, JobAnswer, JobLimits, never, run_job
from tracker.sandbox.limits import KEPT, FileLimits

MAX_CELLS = 500_000
_BLOCKS = frozenset(
    str.split("""
p h br tr table-row list-item li div h1 h2 h3 h4 h5 h6 title comment annotation footnote endnote note si dt dd pre blockquote
cr line-break is v oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter definedName author formula formula1
formula2 calculatedColumnFormula totalsRowFormula formatCode col row colOff rowOff align pctWidth pctHeight
address article aside caption details figcaption figure footer header main nav section summary
""")
)
_GAPS = {"tab", "ptab", "noBreakHyphen", "s", "tc", "td", "th", "table-cell", "rt", "rPh", "ruby-text"}
_APART = ("instrText", "delInstrText", "delText", "posOffset", "f", "creator", "date")
"""Elements whose text does not belong to the text around them."""
_TEXT_PARTS = {
    FileKind.DOCX: r"word/(document|(header|footer)\d*|(foot|end)notes|comments|charts/chart\w*|diagrams/data\w*)\.xml",
    FileKind.ODT: r"(?:content|styles)\.xml",
}
_GEOMETRY = frozenset(
    str.split("""
viewBox points d enhanced-path path modifiers coordsize coordorigin adj wrapcoords textboxrect connectlocs connectangles limo
glue-points text-areas pos relativeHeight
""")
)
"""Attributes that hold lists of numbers."""
_NUMBERS = re.compile(r"(?:[-+\d.,;:\s@#$?*/()%]|[A-Za-z]{1,2}(?![A-Za-z]))*")
_CODE = re.compile(
    r"[-+]?\d{0,8}(?:\.\d+)?(?:[Ee][-+]?\d+)?[a-z%*]{0,2}|[0-9A-F]{6}(?:[0-9A-F]{2})?|#[0-9a-f]{6}|[0-9A-F]{20}|[01]{12}|\$?[A-Z]{0,3}\$?\d{0,7}"
    r"|[a-z]{2,3}(?:-[A-Z][a-z]{3})?-(?:[A-Z]{2}|\d{3})|\{00000000-0000-0000-0000-\d{12}\}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?"
)
"""Matches a number, a colour, a cell of a table, a language or a date."""
_BETWEEN_CODES = re.compile(r"[\s,:;!()/|]+")
_MANY_DIGITS = re.compile(r"(?:\d[\s().-]*){9}")
_CELL = re.compile(r"\$?\b[A-Z]{1,3}\$?\d{1,7}\b")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""Matches a character as Excel writes it, such as _x000a_ for the end of a line."""
_SHEET_EDGE = re.compile(r"(?:odd|even|first)(?:Header|Footer)")
_SHEET_CODE = re.compile(r'&(?:"([^"]*)"|K(?:[0-9A-Fa-f]{6}|\d\d[-+]\d{3})|\d{1,3}|[A-Za-z&])')
"""Matches a code in the header or footer of a sheet: a font, its size or colour, a place such as &L, or a value such as &P."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z][^\W\d_]*")


@cache
def _format_words() -> frozenset[str]:
    """Return words that no author wrote: values of enumerations, and built-in names of styles and fonts."""
    return frozenset(Path(__file__).with_name("format_words.txt").read_text("utf-8").split())


def pages_of(data: bytes, kind: FileKind, limits: FileLimits) -> tuple[FilePage, ...]:
    """Return the text of a file by page, cut after the `limits`; () for images. Raises UnusableFile.

    A file without pages has one page, numbered None. A last page 0 has anything else that a reader or program can
    find, such as links and hidden text, but no numbers, colours, dates or words of the formats.
    """
    match kind:
        case FileKind.PDF:
            from tracker.files.cleaners.pdf_strings import pages_of_pdf, read_pdf_strings

            pages, others = [*pages_of_pdf(data)], iter(read_pdf_strings(data, limits))
        case FileKind.DOCX | FileKind.ODT:
            pages, others = [_text_of_package(data, _TEXT_PARTS[kind], limits)], _strings_of_package(data, limits)
        case FileKind.XLSX:
            pages, others = [*_pages_of_workbook(data)], _strings_of_package(data, limits)
        case FileKind.HTML:
            root = _parse_web_page(data)
            pages, others = [FilePage(None, _text_of_xml(root))], _texts_in_attributes(root)
        case FileKind.TEXT:
            pages, others = [FilePage(None, kinds.decode_any(data))], iter(())
        case _:
            pages, others = [], iter(())
    if kind is FileKind.XLSX:
        pages = [replace(page, text=_unescaped(page.text)) for page in pages]
        others = map(_unescaped, others)
    known = {" ".join(part.split()) for page in pages for part in re.split(r"[\n\t]", page.text)}
    lines = dict.fromkeys(" ".join(line.split()) for string in others for line in string.splitlines())
    rest = "\n".join(line for line in lines if line not in known and not _is_code(line))
    return _cut_to_limits([*pages, FilePage(0, rest)] if rest else pages, limits)


def _unescaped(text: str) -> str:
    """Return a text of a workbook without the escapes in which Excel writes some characters."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)).replace("\r", "\n"), text)


def _is_code(line: str, words: Container[str] = ()) -> bool:
    """Return whether a line has only numbers (none like a phone number), colours, cells, languages, dates and `words`."""
    if _MANY_DIGITS.search(line) and not _CODE.fullmatch(line):
        return False
    return all(
        _CODE.fullmatch(token)
        or (words and all(len(word) == 1 or word.casefold() in words for word in _WORD.findall(token)))
        for token in _BETWEEN_CODES.split(line)
    )


def _cut_to_limits(pages: Iterable[FilePage], limits: FileLimits) -> tuple[FilePage, ...]:
    """Return as many pages as the limits allow, the last one cut if it is too long."""
    kept, left = list[FilePage](), limits.characters
    for page in pages:
        if left > 0 and len(kept) < limits.pages:
            kept.append(FilePage(page.number, page.text[:left]))
            left -= len(page.text)
    return tuple(kept)


def _text_of_package(data: bytes, parts: str, limits: FileLimits) -> FilePage:
    with kinds.open_package(data, limits) as archive:
        # the main text first: "document" and "content" come before "footer" and "styles"
        names = sorted(name for name in archive.namelist() if re.fullmatch(parts, name))
        roots = (parse_part(kinds.read_packed(archive, name, limits.unpacked_bytes)) for name in names)
        return FilePage(None, "\n".join(filter(None, map(_text_of_xml, roots))))


def _strings_of_package(data: bytes, limits: FileLimits) -> Iterator[str]:
    """Yield the names of all files in an office file, and the text and the attributes of its XML parts."""
    with kinds.open_package(data, limits) as archive:
        for name in archive.namelist():
            yield name
            if name.endswith((".xml", ".rels")):
                root = parse_part(kinds.read_packed(archive, name, limits.unpacked_bytes))
                yield from _strings_of_part(root)
                if not name.startswith(("word/", "xl/")):  # properties, of which each is a text of its own
                    yield "\n".join(root.itertext())


def _strings_of_part(root: Any) -> Iterator[str]:
    """Yield the text and the attributes of an XML part, and then what is not in its text, such as formulas."""
    yield _text_of_xml(root)
    yield from _texts_in_attributes(root)
    for paragraph in elements_of(root, "p"):
        # the instruction of a field may be in several pieces
        yield "".join(text.text or "" for text in elements_of(paragraph, "instrText", "delInstrText"))
        if elements_of(paragraph, "delText"):
            yield _text_of_xml(paragraph, with_deleted=True)
    for element in elements_of(root, *_APART):
        # the same formula stands in many cells
        yield _CELL.sub("", element.text or "")


def _texts_in_attributes(root: Any) -> Iterator[str]:
    """Yield the values of attributes that an author may have written, sorted, each once."""
    values = {
        value.replace("\\", "") if local_name(name) == "formatCode" else value
        for element in root.iter("*")
        for name, value in element.attrib.items()
        if not value.startswith("data:image/") and not (local_name(name) in _GEOMETRY and _NUMBERS.fullmatch(value))
    }
    for value in sorted(values):
        # in the names of styles of an OpenDocument text, _20_ is a space
        written = re.sub(r"_([0-9a-f]{2})_", lambda found: chr(int(found[1], 16)), value)
        if not _is_code(written, _format_words()):
            yield written


def _text_of_xml(root: Any, *, with_deleted: bool = False) -> str:
    """Return the text of an XML part, with a line for each paragraph, and alternative texts of pictures.

    What was deleted in tracked changes is left out or, `with_deleted`, stands apart from the words around it.
    """
    from lxml import etree

    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        name = local_name(element.tag)
        if name in _BLOCKS:
            pieces.append("\n")
        elif name in _GAPS or (with_deleted and name in ("del", "ins")):
            pieces.append("\t" if name == "tab" else " ")
        if event == "start":
            if element.text and (name not in _APART or (with_deleted and name == "delText")):
                is_edge = _SHEET_EDGE.fullmatch(name)
                pieces.append(_SHEET_CODE.sub(r" \1 ", element.text) if is_edge else element.text)
            if name in ("docPr", "cNvPr") and element.get("descr"):
                pieces.append(f"\n{element.get('descr')}\n")
        elif element.tail:
            pieces.append(element.tail)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _pages_of_workbook(data: bytes) -> Iterator[FilePage]:
    """Yield a page for each sheet of a workbook: its title, and a line for each row up to MAX_CELLS cells."""
    import openpyxl

    cells = 0
    with kinds.refuse_damaged():
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


def _parse_web_page(data: bytes) -> Any:
    """Return the root element of a web page without scripts and styles, an empty one if it cannot be parsed."""
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        root = html.document_fromstring(kinds.decode_any(data).encode(), parser=parser)
    except (ValueError, LookupError, SyntaxError):
        return html.Element("html")
    for element in elements_of(root, "script", "style"):
        element.text = ""
    return root


MAX_RECTANGLES = 200
_NO_IMAGE = N_("Only parts of images (PNG, JPEG, WebP) and of pages of a PDF can be blacked out.")
_TOO_MANY_PARTS = N_("Too many parts to black out: at most {most} are possible.")
MAX_NAME = 80
"""The largest number of characters in the name of a file, without its extension."""
_ENDINGS = {
    FileKind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileKind.HTML: ("html", "htm", "xhtml"),
    FileKind.MHTML: ("mhtml", "mht"),
}


def prepare_upload(
    data: bytes,
    name: str = "",
    *,
    choices: CleaningChoices | None = None,
    blackened: Sequence[Rectangle] = (),
    limits: FileLimits = KEPT,
    is_cancelled: IsCancelled = never,
) -> PreparedUpload:
    """Clean an upload in a process of its own, and return it with text and preview. Raises UnusableFile."""
    if len(blackened) > MAX_RECTANGLES:
        raise UnusableFile(_TOO_MANY_PARTS, {"most": str(MAX_RECTANGLES)})
    # not a number and infinity are no JSON; outside of the image they are refused with a sentence
    parts = [[value if math.isfinite(value) else -1.0 for value in asdict(part).values()] for part in blackened]
    values = {"name": name[:1000], "choices": asdict(choices or CleaningChoices()), "blackened": parts}
    answer, content = _run_file_job("answer_upload", data, values, limits=limits, is_cancelled=is_cancelled)
    from pydantic import TypeAdapter  # here, because the process does without it

    size = answer["size"]
    cleaned = TypeAdapter(CleanedFile).validate_python({**answer["cleaned"], "data": content[:size]})
    return PreparedUpload(cleaned, _pages_in_answer(answer), _preview_in_answer(answer, content[size:]))


def text_of_file(data: bytes, kind: FileKind, *, limits: FileLimits = KEPT) -> tuple[FilePage, ...]:
    """Return the text of a cleaned file by page, read in a process of its own; () for an image. Raises UnusableFile."""
    values = {"kind": kind.value}
    return _pages_in_answer(_run_file_job("answer_text", data, values, limits=_limits_for_cleaned(limits))[0])


def preview_of_file(data: bytes, limits: FileLimits = KEPT, page: int = 1) -> FilePreview | None:
    """Return a small image of a page of a PDF, or of an image; None for other kinds. Raises UnusableFile."""
    answer = _run_file_job("answer_preview", data, {"page": page}, limits=_limits_for_cleaned(limits))
    return _preview_in_answer(*answer)


def _preview_in_answer(answer: dict[str, Any], content: bytes) -> FilePreview | None:
    """Return the preview in an answer, None if it has none."""
    return FilePreview(content, *answer["preview"]) if answer["preview"] else None


def _limits_for_cleaned(limits: FileLimits) -> FileLimits:
    """Return limits for a cleaned file, with twice the bytes: an image can become larger when it is encoded anew."""
    return replace(limits, file_bytes=2 * limits.file_bytes)


def _run_file_job(
    job: str, data: bytes, values: dict[str, Any], limits: FileLimits, *, is_cancelled: IsCancelled = never
) -> JobAnswer:
    """Run the job "answer_…" for a file, and return its answer."""
    if not data or len(data) > limits.file_bytes:
        kinds.recognize_kind(data, limits)  # raises the sentence for this, without a process
    values |= {"limits": asdict(limits)}
    allowed = JobLimits(limits.seconds, limits.memory)
    return run_job(f"tracker.files.process.{job}", values, data, limits=allowed, is_cancelled=is_cancelled)


def _pages_in_answer(answer: dict[str, Any]) -> tuple[FilePage, ...]:
    return tuple(FilePage(number, text) for number, text in answer["pages"])


def answer_upload(
    data: bytes, name: str, choices: dict[str, bool], blackened: list[list[float]], limits: dict[str, Any]
) -> JobAnswer:
    """Clean an upload. Return values of file, preview and text, and the bytes of file and preview. This runs in the process."""
    allowed = FileLimits(**limits)
    parts = tuple(
        Rectangle(left, top, width=width, height=height, page=int(page)) for left, top, width, height, page in blackened
    )
    if parts and (kind := kinds.recognize_kind(data, allowed)) is not FileKind.PDF and not kind.is_image:
        raise UnusableFile(_NO_IMAGE)
    cleaned = clean_bytes(data, name, CleaningChoices(**choices), limits=allowed, blackened=parts)
    about = {key: value for key, value in asdict(cleaned).items() if key != "data"}
    larger = asdict(_limits_for_cleaned(allowed))
    preview, drawn = answer_preview(cleaned.data, larger)
    text, _ = answer_text(cleaned.data, cleaned.kind, larger)
    return {"cleaned": about, "size": cleaned.size} | preview | text, cleaned.data + drawn


def answer_preview(data: bytes, limits: dict[str, Any], page: int = 1) -> JobAnswer:
    """Return {"preview": [width, height] or None} and the bytes of the preview. This runs in the process."""
    # imported here, as below: each of them loads libraries that the others do not need
    from tracker.files.cleaners.image import draw_preview

    preview = draw_preview(data, FileLimits(**limits), page)
    return {"preview": [preview.width, preview.height] if preview else None}, preview.data if preview else b""


def answer_text(data: bytes, kind: str, limits: dict[str, Any]) -> JobAnswer:
    """Return {"pages": a list of [number, text]} for a cleaned file, and no bytes. This runs in the process."""
    return {"pages": [[page.number, page.text] for page in pages_of(data, FileKind(kind), FileLimits(**limits))]}, b""


def clean_bytes(
    data: bytes, name: str, choices: CleaningChoices, *, limits: FileLimits, blackened: tuple[Rectangle, ...] = ()
) -> CleanedFile:
    """Clean a file, whose kind is found by its content, and return it with what was found. Raises UnusableFile."""
    # imported here: each cleaner loads libraries that the others do not need
    received, found = kinds.recognize_kind(data, limits), FoundItems()
    if received.is_image:
        from tracker.files.cleaners.image import clean_image

        cleaned = clean_image(data, received, limits, found=found, blackened=blackened)
    elif received in (FileKind.HTML, FileKind.MHTML):
        from tracker.files.cleaners.web_page import clean_web_archive, clean_web_page

        cleaned = (clean_web_page if received is FileKind.HTML else clean_web_archive)(data, limits, found)
    elif received is FileKind.TEXT:
        text = kinds.decode_any(data).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        kinds.refuse_binary_text(text)
        cleaned = text.encode()
    else:
        cleaner = getattr(import_module(f"tracker.files.cleaners.{received.value}"), f"clean_{received.value}")
        cleaned = cleaner(data, choices, limits, found=found)
        if blackened:
            from tracker.files.cleaners.pdf import black_out_pages

            cleaned = black_out_pages(cleaned, blackened)
    kind = FileKind.HTML if received is FileKind.MHTML else received
    return CleanedFile(
        data=cleaned,
        kind=kind,
        name=harmless_name(name, kind),
        received_kind=received,
        received_digest=hashlib.sha256(data).hexdigest(),
        findings=found.findings() + _ending_warning(name, received),
    )


def harmless_name(name: str, kind: FileKind) -> str:
    """Return a name that any system can show and save, with the extension of the kind; "file" if nothing is left.

    In names of images, words with a digit are left out: a time or number shows which picture on a phone it is.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char if unicodedata.category(char)[0] not in "CZ" else " " for char in last)
    stem = re.sub(r"[<>:\"|?*%;\s]+", " ", visible)
    known = [ending for each in FileKind for ending in _ENDINGS.get(each, (each.value,))]
    stem = re.sub(rf"(?:\.(?:{'|'.join(known)}))+\s*$", "", stem, flags=re.I).strip(" .-_")
    if kind.is_image:
        stem = re.sub(r"[\s_.()-]*[^\s_.()-]*\d[^\s_.()-]*", "", stem).strip(" .-_()")
    return f"{stem[:MAX_NAME].strip(' .') or 'file'}.{kind.value}"


def _ending_warning(name: str, kind: FileKind) -> tuple[FileFinding, ...]:
    """Return a warning if a name has an extension that the kind does not have, otherwise ()."""
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if not re.fullmatch(r"[a-z0-9]{1,8}", ending) or ending in _ENDINGS.get(kind, (kind.value,)):
        return ()
    return (FileFinding(findings.WRONG_ENDING, (("ending", ending), ("extension", kind.value)), is_warning=True),)
