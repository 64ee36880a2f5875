"""Read cleaned files with other libraries than those that cleaned them, and say what is in them."""

import io
import re
import struct
import zipfile
from xml.etree import ElementTree

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from tracker.files.kept_file import CleanedFile
from tracker.model.file_kind import FileKind

PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
JPEG_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDD}
ACTIVE_PDF = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMedia", "/FileAttachment",
}  # fmt: skip
FORBIDDEN_PDF_KEYS = {
    "/JS", "/AA", "/OpenAction", "/EmbeddedFiles", "/EF", "/AF", "/Metadata", "/AcroForm", "/XFA", "/PieceInfo",
}  # fmt: skip


def everything_in(kept: CleanedFile) -> bytes:
    """Return all bytes of a file, unpacked, and again without zero bytes, so that a canary in UTF-16 is found."""
    raw = kept.data
    if kept.kind is FileKind.PDF:
        raw += b"\n".join(pdf_strings(kept.data))
    elif kept.kind in (FileKind.DOCX, FileKind.XLSX, FileKind.ODT):
        with zipfile.ZipFile(io.BytesIO(kept.data)) as archive:
            raw += b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
    return raw + raw.replace(b"\x00", b"")


def pdf_objects(data: bytes) -> list[object]:
    """Return every object of a PDF as pypdf reads it, also objects inside others."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    found: list[object] = []
    seen: set[tuple[int, int]] = set()
    waiting: list[object] = [reader.trailer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        found.append(value)
        if isinstance(value, DictionaryObject):
            waiting += [value.raw_get(key) for key in value]
        elif isinstance(value, ArrayObject):
            waiting += list(value)
    return found


def pdf_strings(data: bytes) -> list[bytes]:
    found = []
    for value in pdf_objects(data):
        if isinstance(value, StreamObject):
            found.append(value._data if "/DCTDecode" in str(value.get("/Filter")) else value.get_data())
        if isinstance(value, DictionaryObject):
            found += [str(key).encode() for key in value]
        elif not isinstance(value, ArrayObject):
            found.append(str(value).encode("utf-8", "replace"))
    return found


def jpeg_segments(data: bytes) -> set[int]:
    """Return the markers of the segments of a JPEG. 0 stands for bytes after the end of the image."""
    markers, place = set[int](), 2
    while place < len(data):
        marker = data[place + 1]
        if marker == 0xD9:
            return markers | ({0} if data[place + 2 :] else set())
        markers.add(marker)
        place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
        if marker == 0xDA:
            place = next(
                found.start() for found in re.finditer(rb"\xff(?![\x00\xd0-\xd7])", data) if found.start() >= place
            )
    return markers


def png_chunks(data: bytes) -> set[bytes]:
    names, place = set(), 8
    while place < len(data):
        names.add(data[place + 4 : place + 8])
        place += 12 + struct.unpack(">I", data[place : place + 4])[0]
    return names


def webp_chunks(data: bytes) -> set[bytes]:
    names, place = set(), 12
    while place < len(data):
        names.add(data[place : place + 4])
        size = struct.unpack("<I", data[place + 4 : place + 8])[0]
        place += 8 + size + size % 2
    return names


def what_is_wrong_with(kept: CleanedFile) -> list[str]:
    """Return what a cleaned file may not have: parts beside the pixels, programs, links to files, forms."""
    data = kept.data
    match kept.kind:
        case FileKind.JPEG:
            return [hex(one) for one in jpeg_segments(data) - JPEG_SEGMENTS]
        case FileKind.PNG:
            return [str(one) for one in png_chunks(data) - PNG_CHUNKS]
        case FileKind.WEBP:
            return [str(one) for one in webp_chunks(data) - WEBP_CHUNKS]
        case FileKind.PDF:
            return wrong_in_pdf(data)
        case FileKind.HTML:
            pattern = rb"<(?:script|iframe|object|embed|form|input|link|style|svg|meta\s+http|base)\b|\son\w+=|javascript:|src=\"(?!data:image/)"
            return [found.decode() for found in re.findall(pattern, data, re.I)]
        case FileKind.TEXT:
            return [] if not re.search(rb"[\x00-\x08\x0e-\x1f]", data) else ["control characters"]
    return wrong_in_package(data)


def wrong_in_pdf(data: bytes) -> list[str]:
    wrong = []
    for value in pdf_objects(data):
        if isinstance(value, DictionaryObject):
            wrong += sorted(FORBIDDEN_PDF_KEYS & set(value))
            wrong += [str(value[key]) for key in ("/S", "/Subtype") if key in value and value[key] in ACTIVE_PDF]
            if value.get("/S") == "/URI" and not str(value["/URI"]).startswith(("http://", "https://", "mailto:")):
                wrong.append(str(value["/URI"]))
    return wrong + (["/Info"] if pypdf.PdfReader(io.BytesIO(data)).metadata else [])


def wrong_in_package(data: bytes) -> list[str]:
    wrong = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.search(
                r"vba|activeX|ole|embeddings|docProps|customXml|\.bin$|meta\.xml|settings\.xml$(?<!word/settings\.xml)|\.\.",
                name,
                re.I,
            ):
                wrong.append(name)
            if name.endswith(".rels"):
                for relation in ElementTree.fromstring(archive.read(name)):
                    target = relation.get("Target", "")
                    if relation.get("TargetMode") == "External" and not re.match(
                        r"https?:|mailto:|#|about:blank$", target
                    ):
                        wrong.append(target)
    return wrong
