"""Recognize what kind of file an upload is, by its content and never by its name. Everything else is refused."""

import io
import re
import unicodedata
import zipfile

from tracker.files.kept_file import FileLimits
from tracker.files.text_decoding import ENCODING_MARKS, decode_any
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_

_EMPTY = N_("The file is empty. Check that it was saved or downloaded completely.")
_TOO_LARGE = N_("The file has {size} MB. Up to {most} MB can be kept. Make it smaller, or split it.")
_UNKNOWN = N_(
    "This kind of file cannot be kept. Use PDF, DOCX, ODT, XLSX, PNG, JPEG, WebP, plain text, or a saved web page (HTML or MHTML)."
)
DAMAGED = N_("The file is damaged or cut off. Open it on your device to check it, and save or download it again.")
PROTECTED = N_("The file is protected with a password, so it cannot be cleaned. Save a copy without the password.")
_OLD_OFFICE = N_("This is a file of an old version of Word or Excel. Open it and save it as .docx or .xlsx.")
MACROS = N_("The file contains macros or embedded programs. Save a copy without them, or save it as PDF.")
_ARCHIVE = N_("This is an archive. Unpack it and add the files that are in it.")
_PROGRAM = N_("This is a program or a script. It cannot be kept.")
_SVG = N_("This is a drawing in the format SVG, which can contain programs. Save it as PNG or PDF.")
_XML = N_("This is an XML file, which cannot be cleaned. Save it as PDF or as plain text.")
_OTHER_IMAGE = N_("Images in this format cannot be cleaned. Save it as PNG or JPEG.")
_RICH_TEXT = N_("This is an RTF file, which cannot be cleaned. Save it as .docx or PDF.")
_OTHER_OFFICE = N_("This kind of office file cannot be cleaned. Save it as .docx, .xlsx, .odt or PDF.")
_TWO_KINDS = N_("The file is made so that it can be opened as two different kinds of file. It was not kept.")
TOO_LARGE_UNPACKED = N_("The file is far larger inside than such a file can be. It was not opened.")
_NOT_TEXT = N_("This looks like plain text, but contains characters that no text has. Save it as PDF.")

_IMAGES = ((b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG))
_REFUSED_STARTS = (
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"MSCF", _ARCHIVE),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\x00asm", _PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _PROGRAM),
    (b"GIF8", _OTHER_IMAGE),
    (b"II*\x00", _OTHER_IMAGE),
    (b"MM\x00*", _OTHER_IMAGE),
    (b"BM", _OTHER_IMAGE),
    (b"8BPS", _OTHER_IMAGE),
    (b"\x00\x00\x00\x0cJXL ", _OTHER_IMAGE),
    (b"\x00\x00\x01\x00", _OTHER_IMAGE),
    (b"{\\rtf", _RICH_TEXT),
)
_TEXT_LIKE_STARTS = (b"MZ", b"BM", b"BZh")
"""A text may begin like this, too: what follows decides."""
_DOCX_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_XLSX_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_PARTS = re.compile(
    r"vbaProject|vbaData|(^|/)(activeX|macrosheets|intlMacrosheets|dialogsheets)/|oleObject|\.ole$|(^|/)(Basic|Scripts)/",
    re.I,
)
_HTML_MARK = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|style|link|div|table|form|object|embed|img|a\s|p[\s>]|h1)",
    re.I,
)
_XML_MARK = re.compile(r"<(?:\?xml|!doctype|!entity|[a-z][\w.-]*:[a-z])", re.I)


def recognize_kind(data: bytes, limits: FileLimits) -> FileKind:
    """Return the kind of a file. Raises UnusableFile if it is not one that can be kept."""
    if len(data) > limits.file_bytes:
        raise UnusableFile(_TOO_LARGE, {"size": f"{len(data) / 1e6:.1f}", "most": f"{limits.file_bytes / 1e6:g}"})
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise UnusableFile(_EMPTY)
    if data.startswith(b"PK"):
        return _kind_of_package(data, limits)
    if _ends_as_archive(data):
        raise UnusableFile(_TWO_KINDS)
    kind = _kind_by_start(data)
    if kind is not FileKind.PDF and b"%PDF-" in data[:1024]:
        raise UnusableFile(_TWO_KINDS)
    return kind


def _kind_by_start(data: bytes) -> FileKind:
    for start, kind in _IMAGES:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    if data[4:8] == b"ftyp":
        raise UnusableFile(_OTHER_IMAGE)
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    for start, message in _REFUSED_STARTS:
        if data.startswith(start) and not (start in _TEXT_LIKE_STARTS and b"\x00" not in data[:512]):
            raise UnusableFile(message)
    if data[257:262] == b"ustar":
        raise UnusableFile(_ARCHIVE)
    return _kind_of_text(data)


def _kind_of_text(data: bytes) -> FileKind:
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
    check_characters(head)
    return FileKind.TEXT


def check_characters(text: str) -> None:
    """Raise UnusableFile if a text has characters that no text has, such as NUL or unassigned ones."""
    sample = text[:200_000]
    if any(ord(char) < 32 and char not in "\t\n\r\f\v" for char in text):
        raise UnusableFile(_NOT_TEXT)
    strange = sum(
        char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co")
        for char in sample
        if char not in "\t\n\r\f\v"
    )
    if strange > 0.01 * len(sample):
        raise UnusableFile(_NOT_TEXT)


def _ends_as_archive(data: bytes) -> bool:
    """Return whether the file ends with the directory of a zip archive, to the byte."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if place < 0 or len(data) < place + 22:
        return False
    return place + 22 + int.from_bytes(data[place + 20 : place + 22], "little") == len(data)


def open_package(data: bytes, limits: FileLimits) -> zipfile.ZipFile:
    """Return the zip archive of an office file. Raises UnusableFile if it is damaged, protected or too large inside."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except MemoryError:
        raise
    except Exception:  # damaged archives raise errors of zipfile and struct, and many more
        raise UnusableFile(DAMAGED) from None
    if len(entries) > limits.packed_files or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise UnusableFile(TOO_LARGE_UNPACKED)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnusableFile(PROTECTED)
    if min((entry.header_offset for entry in entries), default=0) != 0 or not _ends_as_archive(data):
        raise UnusableFile(_TWO_KINDS)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise UnusableFile(DAMAGED)
    return archive


def read_packed(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return a file in an archive. Never unpacks more than `most` bytes. Raises UnusableFile if there are more."""
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except MemoryError:
        raise
    except Exception:  # damaged archives raise errors of zipfile, zlib, lzma, bz2 and struct
        raise UnusableFile(DAMAGED) from None
    if len(content) > most:
        raise UnusableFile(TOO_LARGE_UNPACKED)
    return content


def _kind_of_package(data: bytes, limits: FileLimits) -> FileKind:
    with open_package(data, limits) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            types = read_packed(archive, "[Content_Types].xml", 1_000_000)
            if any(map(_MACRO_PARTS.search, names)) or b"macroEnabled" in types or b"vbaProject" in types:
                raise UnusableFile(MACROS)
            for main, part, kind in (
                (_DOCX_MAIN, "word/document.xml", FileKind.DOCX),
                (_XLSX_MAIN, "xl/workbook.xml", FileKind.XLSX),
            ):
                if main in types and part in names:
                    return kind
            raise UnusableFile(_OTHER_OFFICE)
        if "mimetype" in names and "content.xml" in names:
            if read_packed(archive, "mimetype", 200).strip() != FileKind.ODT.media_type.encode():
                raise UnusableFile(_OTHER_OFFICE)
            if any(map(_MACRO_PARTS.search, names)):
                raise UnusableFile(MACROS)
            return FileKind.ODT
    raise UnusableFile(_ARCHIVE)
