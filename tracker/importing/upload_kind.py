"""What kind of file an upload is, by its content. A kind that cannot be read gets a sentence that says what to do."""

import re
import zipfile
from typing import BinaryIO

from tracker.files.text_decoding import ENCODING_MARKS, decode_any
from tracker.importing.readers.docx_package import CUT_OFF, ENCRYPTED, UNREADABLE_ARCHIVE, open_archive
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_

_EMPTY = N_("The file is empty. Check it and upload it again.")
_OLD_WORD = N_("This is a file of an old version of Word (.doc). Open it, save it as .docx, and upload that.")
_PDF = N_("This is a PDF. Open it, select and copy all of its text, and paste it.")
_PICTURE = N_("This is a picture, and its text cannot be read. Upload the document itself: .docx, or a saved web page.")
_RICH_TEXT = N_("This is an RTF file. Open it in your word processor, save it as .docx, and upload that.")
_ARCHIVED_PAGE = N_(
    "This is a web archive (.mht). Open the page in your browser, save it as “HTML only”, and upload that."
)
_OPEN_DOCUMENT = N_("This is an OpenDocument file (.odt). Open it, save it as .docx, and upload that.")
_TABLE = N_("This is a table. It is not a document with numbered paragraphs.")
_ZIP = N_("This is an archive (.zip). Unpack it and upload the document that is in it.")
_NO_TEXT = N_(
    "The file has no text that can be read. Upload the document as .docx or as a saved web page, or paste its text."
)
TABLE_ENDINGS = (".csv", ".tsv", ".xls", ".xlsx", ".json")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def is_table(file: BinaryIO, name: str = "") -> bool:
    """Return whether a file is a spreadsheet or an export of UHRI, and not a document. Only a part of it is read.

    `name` is the name of the file: only the name tells a .csv file from a text. Raises OSError.
    """
    start = file.read(2048)
    if start.startswith(b"PK"):
        try:
            with zipfile.ZipFile(file) as archive:
                return any(packed.lstrip("/").startswith("xl/workbook.") for packed in archive.namelist())
        except UNREADABLE_ARCHIVE:
            return name.lower().endswith(TABLE_ENDINGS)
    start = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return name.lower().endswith(TABLE_ENDINGS) or re.match(rb"\[\s*\{|\{\s*\"", start) is not None


def kind_of_upload(data: bytes) -> str:
    """Return "docx", "html" or "text". Raises UnusableFile if the file is of a kind that cannot be read."""
    start = data[:2048].lstrip()
    if not data.strip(b"\x00 \t\r\n"):
        raise UnusableFile(_EMPTY)
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise UnusableFile(ENCRYPTED if is_encrypted else _OLD_WORD)
    if start.startswith(b"%PDF"):
        raise UnusableFile(_PDF)
    is_webp_or_heic = data[8:12] in (b"WEBP",) or data[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix", b"ftypavif")
    if data.startswith(_PICTURES) or is_webp_or_heic:
        raise UnusableFile(_PICTURE)
    if start.startswith(b"{\\rtf"):
        raise UnusableFile(_RICH_TEXT)
    if b"multipart/related" in start.lower():
        raise UnusableFile(_ARCHIVED_PAGE)
    head = _decoded_start(data).lower()
    return (
        "html" if re.search(r"<(?:!doctype\s+html|html|head|body|div|p|h1|ol|table|article|meta)\b", head) else "text"
    )


def _kind_of_archive(data: bytes) -> str:
    with open_archive(data) as archive:
        names = {name.lstrip("/") for name in archive.namelist()}
        if "mimetype" in names and "content.xml" in names:
            raise UnusableFile(_OPEN_DOCUMENT)
        if any(name.startswith("xl/") for name in names):
            raise UnusableFile(_TABLE)
        if "[Content_Types].xml" not in names and not any(name.startswith("word/") for name in names):
            raise UnusableFile(_ZIP if names else CUT_OFF)
    return "docx"


def _decoded_start(data: bytes) -> str:
    for mark, encoding in ENCODING_MARKS:
        if data.startswith(mark):
            return data[:4000].decode(encoding, "replace")
    return data[:4000].decode("latin-1")


def decode_text(data: bytes) -> str:
    """Return the text of a file in any encoding. Raises UnusableFile if it is not text."""
    text = decode_any(data)
    sample = text[:20_000]
    strange = sum((ord(char) < 32 and char not in "\t\n\r\f\v") or char == "�" for char in sample)
    letters = sum(char.isalpha() or char.isspace() for char in sample)
    if strange > 0.01 * len(sample) or letters < 0.5 * len(sample):
        raise UnusableFile(_NO_TEXT)
    return text
