"""Recognize the kind of a file by its content, whatever its name says, and open archives and texts.

`recognize_kind` is for files that are kept, `kind_of_document` and `refuse_other_formats` for files that are
imported. A kind that cannot be used raises UnusableFile, with a sentence that says what to do. Office files are zip
archives: `open_package` opens them with limits.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import PurePath
from typing import BinaryIO

from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.limits import CUT_OFF, DAMAGED, EMPTY, KEEPING, READING, UPLOAD, FileLimits, Sentences

TWO_KINDS = N_("The file is made so that it can be opened as two different kinds of file. It was not kept.")
ENCODING_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TEXT_LIKE_STARTS = (b"MZ", b"BM", b"BZh")
"""Beginnings of other kinds that a text may have, too. A file without a NUL byte in its first 512 bytes may be a text."""
_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be kept. Make it smaller, or split it.")
_UNKNOWN = N_(
    "This kind of file cannot be kept. Use PDF, DOCX, ODT, XLSX, PNG, JPEG, WebP, plain text, or a saved web page (HTML or MHTML)."
)
MACROS = N_("The file contains macros or embedded programs. Save a copy without them, or save it as PDF.")
_ARCHIVE = N_("This is an archive. Unpack it and add the files that are in it.")
_SVG = N_("This is a drawing in the format SVG, which can contain programs. Save it as PNG or PDF.")
_XML = N_("This is an XML file, which cannot be cleaned. Save it as PDF or as plain text.")
_OTHER_IMAGE = N_("Images in this format cannot be cleaned. Save it as PNG or JPEG.")
_OTHER_OFFICE = N_("This kind of office file cannot be cleaned. Save it as .docx, .xlsx, .odt or PDF.")
_NOT_TEXT = N_("This looks like plain text, but contains characters that no text has. Save it as PDF.")
NOT_A_WORKBOOK = {
    "word/document.xml": N_("This is a Word document. Choose the import of documents, or save the table as .xlsx."),
    "ppt/presentation.xml": N_("This is a presentation, not a spreadsheet. Save the table as .xlsx or .csv."),
    "content.xml": N_("This is an OpenDocument file. Open it and save it as .xlsx."),
    "Index/Document.iwa": N_("This is an Apple Numbers file. Export it as .xlsx."),
    "xl/workbook.bin": N_("This is a binary Excel file (.xlsb). Open it and save it as .xlsx."),
}
"""Name of a file inside a zip file → the sentence that says why the zip file is not a workbook."""
_ARCHIVED_PAGE = N_(
    "This is a web archive (.mht). Open the page in your browser, save it as “HTML only”, and upload that."
)
_NO_TEXT = N_(
    "The file has no text that can be read. Upload the document as .docx or as a saved web page, or paste its text."
)
_TABLE_ENDINGS = (".csv", ".tsv", ".xls", ".xlsx", ".json")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Matches a control character other than a space or the end of a line."""
_SPACE = b"\xef\xbb\xbf \t\r\n"
_DOCX_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_XLSX_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_PARTS = re.compile(
    r"vbaProject|vbaData|(^|/)(activeX|macrosheets|intlMacrosheets|dialogsheets)/|oleObject|\.ole$|(^|/)(Basic|Scripts)/",
    re.I,
)
_HTML_MARK = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|style|link|div|table|form|object|embed|img|a\s|p[\s>]|h1|ol[\s>]|article)",
    re.I,
)
_XML_MARK = re.compile(r"<(?:\?xml|!doctype|!entity|[a-z][\w.-]*:[a-z])", re.I)


@contextmanager
def refuse_damaged(*passed: type[Exception], message: str = DAMAGED) -> Iterator[None]:
    """Turn every error in the `with` block into UnusableFile, except UnusableFile, MemoryError and `passed`."""
    kept: tuple[type[Exception], ...] = (UnusableFile, MemoryError, *passed)
    try:
        yield
    except kept:
        raise
    except Exception:
        raise UnusableFile(message) from None


def open_archive(data: bytes, limits: FileLimits, sentences: Sentences) -> zipfile.ZipFile:
    """Return an open zip archive. Raises UnusableFile if it is damaged, protected or too large inside."""
    with refuse_damaged(message=sentences.damaged):
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    if len(entries) > limits.packed_files or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise UnusableFile(sentences.too_large)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnusableFile(sentences.protected)
    return archive


def open_package(data: bytes, limits: FileLimits) -> zipfile.ZipFile:
    """Return the opened zip archive of an office file that is to be kept. Raises UnusableFile.

    This refuses a file that is damaged, protected or too large inside, has two files of the same name, or has
    anything before or after the archive: another program may open it as another kind of file.
    """
    archive = open_archive(data, limits, KEEPING)
    entries = archive.infolist()
    if min((entry.header_offset for entry in entries), default=0) != 0 or not ends_as_archive(data):
        raise UnusableFile(TWO_KINDS)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise UnusableFile(DAMAGED)
    return archive


def read_packed(archive: zipfile.ZipFile, name: str, most: int, *, sentences: Sentences = KEEPING) -> bytes:
    """Return a file in an archive. Raises UnusableFile if it is damaged or has more than `most` bytes."""
    with refuse_damaged(message=sentences.damaged), archive.open(name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise UnusableFile(sentences.too_large)
    return content


def ends_as_archive(data: bytes) -> bool:
    """Return whether a file ends with the directory of a zip archive, and no byte follows."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if place < 0 or len(data) < place + 22:
        return False
    return place + 22 + int.from_bytes(data[place + 20 : place + 22], "little") == len(data)


def decode_any(data: bytes) -> str:
    """Return the text of a file in any encoding, known or guessed. Bytes without a meaning are replaced."""
    for mark, encoding in ENCODING_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{3,20})", data[:4000], re.I)
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "utf-8"):
        with suppress(UnicodeError, LookupError):
            return data.decode(encoding)
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding if best else "latin-1", "replace")


_OtherKind = Enum("_OtherKind", "OLD_OFFICE ARCHIVE PROGRAM OTHER_IMAGE FILM RICH_TEXT")
"""Kinds that are recognized by the beginning of a file, but cannot be kept."""
_STARTS: dict[FileKind | _OtherKind, tuple[bytes, ...]] = {
    FileKind.PDF: (b"%PDF-",),
    FileKind.PNG: (b"\x89PNG",),
    FileKind.JPEG: (b"\xff\xd8\xff",),
    _OtherKind.OLD_OFFICE: (b"\xd0\xcf\x11\xe0",),
    _OtherKind.ARCHIVE: (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"MSCF"),
    _OtherKind.PROGRAM: (
        b"\x7fELF",
        b"MZ",
        b"#!",
        b"\xca\xfe\xba\xbe",
        b"\xcf\xfa\xed\xfe",
        b"\0asm",
        b"L\0\0\0\1\x14\2\0",
    ),
    _OtherKind.OTHER_IMAGE: (b"GIF8", b"II*\0", b"MM\0*", b"BM", b"8BPS", b"\0\0\1\0", b"\0\0\0\x0cJXL "),
    _OtherKind.RICH_TEXT: (b"{\\rtf",),
}
_IMAGES = (FileKind.PNG, FileKind.JPEG, FileKind.WEBP, _OtherKind.OTHER_IMAGE)

_NOT_KEPT = {
    _OtherKind.OLD_OFFICE: N_(
        "This is a file of an old version of Word or Excel. Open it and save it as .docx or .xlsx."
    ),
    _OtherKind.ARCHIVE: _ARCHIVE,
    _OtherKind.PROGRAM: N_("This is a program or a script. It cannot be kept."),
    _OtherKind.OTHER_IMAGE: _OTHER_IMAGE,
    _OtherKind.FILM: _OTHER_IMAGE,
    _OtherKind.RICH_TEXT: N_("This is an RTF file, which cannot be cleaned. Save it as .docx or PDF."),
}
_NO_DOCUMENT: dict[FileKind | _OtherKind | None, str] = {
    _OtherKind.OLD_OFFICE: N_(
        "This is a file of an old version of Word (.doc). Open it, save it as .docx, and upload that."
    ),
    **dict.fromkeys(
        _IMAGES,
        N_("This is a picture, and its text cannot be read. Upload the document itself: .docx, or a saved web page."),
    ),
    _OtherKind.RICH_TEXT: N_("This is an RTF file. Open it in your word processor, save it as .docx, and upload that."),
}
_NO_TABLE: dict[FileKind | _OtherKind | None, str] = {
    _OtherKind.OLD_OFFICE: N_(
        "This file is protected with a password, or in the old Excel format (.xls). Open it and save it as .xlsx."
    ),
    FileKind.PDF: N_("This is a PDF, not a spreadsheet. Save the table as .xlsx or .csv."),
    **dict.fromkeys(_IMAGES, N_("This is a picture, not a spreadsheet. Type or export the table as .xlsx or .csv.")),
    _OtherKind.RICH_TEXT: N_("This is a text document, not a spreadsheet. Save the table as .xlsx or .csv."),
    _OtherKind.ARCHIVE: N_("This is an archive. Unpack it and choose the spreadsheet that is in it."),
}


def recognize_kind(data: bytes, limits: FileLimits) -> FileKind:
    """Return the kind of a file. Raises UnusableFile if it is empty or too large, or cannot be kept."""
    if len(data) > limits.file_bytes:
        raise UnusableFile(_TOO_LARGE, {"size": f"{len(data) / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"})
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise UnusableFile(EMPTY)
    if data.startswith(b"PK"):
        return _kind_of_package(data, limits)
    if ends_as_archive(data):
        raise UnusableFile(TWO_KINDS)
    kind = _kind_by_start(data)
    if isinstance(kind, _OtherKind):
        raise UnusableFile(_NOT_KEPT[kind])
    kind = kind or _kind_of_text(data)
    if kind is not FileKind.PDF and b"%PDF-" in data[:1024]:
        raise UnusableFile(TWO_KINDS)
    return kind


def _kind_by_start(data: bytes) -> FileKind | _OtherKind | None:
    """Return the kind that the beginning of a file shows; None if it may be a text or a zip archive."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data[4:8] == b"ftyp":
        return _OtherKind.OTHER_IMAGE if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else _OtherKind.FILM
    if data.startswith(_TEXT_LIKE_STARTS) and b"\x00" not in data[:512]:
        return None
    for kind, starts in _STARTS.items():
        if data.startswith(starts):
            return kind
    return _OtherKind.ARCHIVE if data[257:262] == b"ustar" else None


def _kind_of_text(data: bytes) -> FileKind:
    """Return MHTML, HTML or TEXT. Raises UnusableFile for SVG, other XML, and what is no text."""
    if b"\x00" in data and not data.startswith(tuple(mark for mark, _ in ENCODING_MARKS[1:])):
        raise UnusableFile(_UNKNOWN)
    head = decode_any(data[:65536])
    start = head.lstrip("\ufeff \t\r\n")
    headers = re.split(r"\r?\n\r?\n", start, maxsplit=1)[0].lower()
    if re.search(r"^mime-version:", headers, re.M) and re.search(r"^content-type:\s*multipart/related", headers, re.M):
        return FileKind.MHTML
    if start.startswith("<"):
        without_prolog = re.sub(r"^(?:<\?xml[^>]*\?>|<!--.*?-->|\s+)*", "", start[:20_000], flags=re.S)
        if re.match(r"<(?:!doctype\s+svg|svg\b|\w+:svg\b)", without_prolog, re.I):
            raise UnusableFile(_SVG)
        if re.match(r"<(?:!doctype\s+html|html\b)", without_prolog, re.I):
            return FileKind.HTML
        if _XML_MARK.match(start):
            raise UnusableFile(_XML)
    if _HTML_MARK.search(start[:4096]):
        return FileKind.HTML
    refuse_binary_text(head)
    return FileKind.TEXT


def refuse_binary_text(text: str) -> None:
    """Raise UnusableFile if a text has a control character, or more than 1 % strange characters at its start."""
    sample = text[:200_000]
    printed = re.sub(r"[\t\n\r\f\v]", "", sample)
    strange = sum(char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co") for char in printed)
    if _CONTROL.search(text) or strange > 0.01 * len(sample):
        raise UnusableFile(_NOT_TEXT)


def _kind_of_package(data: bytes, limits: FileLimits) -> FileKind:
    """Return DOCX, XLSX or ODT for a zip archive. Raises UnusableFile for any other, and for macros."""
    with open_package(data, limits) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            types = read_packed(archive, "[Content_Types].xml", 1_000_000)
            if any(map(MACRO_PARTS.search, names)) or b"macroEnabled" in types or b"vbaProject" in types:
                raise UnusableFile(MACROS)
            if _DOCX_MAIN in types and "word/document.xml" in names:
                return FileKind.DOCX
            if _XLSX_MAIN in types and "xl/workbook.xml" in names:
                return FileKind.XLSX
            raise UnusableFile(_OTHER_OFFICE)
        if "mimetype" in names and "content.xml" in names:
            if read_packed(archive, "mimetype", 200).strip() != FileKind.ODT.media_type.encode():
                raise UnusableFile(_OTHER_OFFICE)
            if any(map(MACRO_PARTS.search, names)):
                raise UnusableFile(MACROS)
            return FileKind.ODT
    raise UnusableFile(_ARCHIVE)


def is_zip(data: bytes) -> bool:
    """Return whether `data` begins like a zip file. Workbooks (.xlsx) are zip files."""
    return data.startswith(b"PK\x03\x04")


def is_json(data: bytes) -> bool:
    """Return whether `data` begins like a list or an object in JSON."""
    return data.lstrip(_SPACE)[:1] in (b"[", b"{")


def refuse_other_formats(data: bytes) -> None:
    """Raise UnusableFile if `data` begins like a file that is no CSV, such as a PDF or a photo."""
    start = data[:512].lstrip(_SPACE)
    if message := _NO_TABLE.get(_kind_by_start(start)):
        raise UnusableFile(message)
    if start.lower().startswith((b"<!doctype", b"<html")):
        raise UnusableFile(N_("This is a web page, not a spreadsheet. Save the table as .xlsx or .csv."))
    if start.lower().startswith(b"<?xml"):
        raise UnusableFile(N_("This is an XML file, not a spreadsheet. Save the table as .xlsx or .csv."))


def is_table(file: BinaryIO, name: str = "") -> bool:
    """Return whether a file is a spreadsheet or an export of UHRI (JSON). The file stays open. Raises OSError."""
    start = file.read(2048)
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(file) as archive:
                return any(packed.lstrip("/").startswith("xl/workbook.") for packed in archive.namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, OverflowError, EOFError):
            return name.lower().endswith(_TABLE_ENDINGS)
    return name.lower().endswith(_TABLE_ENDINGS) or re.match(rb"\[\s*\{|\{\s*\"", start.lstrip(_SPACE)) is not None


def kind_of_document(data: bytes) -> FileKind:
    """Return DOCX, PDF, HTML or TEXT. Raises UnusableFile if the file is empty or no such document."""
    if not data.strip(b"\x00 \t\r\n"):
        raise UnusableFile(N_("The file is empty. Check it and upload it again."))
    if data.startswith(b"PK"):
        return _kind_of_imported_archive(data)
    found = _kind_by_start(data) or _kind_by_start(data[:2048].lstrip())
    if found is _OtherKind.OLD_OFFICE and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnusableFile(READING.protected)
    if message := _NO_DOCUMENT.get(found):
        raise UnusableFile(message)
    if found is FileKind.PDF:
        return FileKind.PDF
    if b"multipart/related" in data[:2048].lower():
        raise UnusableFile(_ARCHIVED_PAGE)
    encodings = (encoding for mark, encoding in ENCODING_MARKS if data.startswith(mark))
    start = data[:4000].decode(next(encodings, "latin-1"), "replace")
    return FileKind.HTML if _HTML_MARK.search(start) else FileKind.TEXT


_FALSE_NAME = {
    ".docx": N_(
        "This is not a Word file, although its name ends in .docx. Open the original in your word processor, save it as "
        ".docx, and upload that."
    ),
    ".pdf": N_(
        "This is not a PDF, although its name ends in .pdf. Download it again from where it is published, and upload that."
    ),
}
_PROGRAM = N_("This is a program and not a document. Do not open it if you do not know who sent it.")


def refuse_false_name(data: bytes, name: str) -> None:
    """Raise UnusableFile if a file is a program, or a text that only its name makes a Word file or a PDF."""
    ending = PurePath(name.lower()).suffix
    if ending == ".exe" or data.startswith((b"MZ\x90\x00", b"\x7fELF")):
        raise UnusableFile(_PROGRAM)
    if (message := _FALSE_NAME.get(ending)) and data.strip() and kind_of_document(data) is FileKind.TEXT:
        raise UnusableFile(message)


def _kind_of_imported_archive(data: bytes) -> FileKind:
    """Return DOCX for a zip archive that may be a Word document. Raises UnusableFile for any other."""
    with open_archive(data, UPLOAD, READING) as archive:
        names = {name.lstrip("/") for name in archive.namelist()}
    if "mimetype" in names and "content.xml" in names:
        raise UnusableFile(N_("This is an OpenDocument file (.odt). Open it, save it as .docx, and upload that."))
    if any(name.startswith("xl/") for name in names):
        raise UnusableFile(N_("This is a table. It is not a document with numbered paragraphs."))
    if "[Content_Types].xml" not in names and not any(name.startswith("word/") for name in names):
        archived = N_("This is an archive (.zip). Unpack it and upload the document that is in it.")
        raise UnusableFile(archived if names else CUT_OFF)
    return FileKind.DOCX


def decode_text(data: bytes) -> str:
    """Return the text of a file in any encoding. Raises UnusableFile if the file is no text."""
    text = decode_any(data)
    sample = text[:20_000]
    strange = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    letters = sum(char.isalpha() or char.isspace() for char in sample)
    if strange > 0.01 * len(sample) or letters < 0.5 * len(sample):
        raise UnusableFile(_NO_TEXT)
    return text
