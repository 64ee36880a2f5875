"""What the importer says about files that are not concluding observations."""

import io
import itertools
import zipfile

import pytest

from tracker.importing.documents.reader import read_document
from tracker.model.errors import UnusableFile
from tracker.sandbox.kinds import decode_text, is_table


def archive(*names: str, **contents: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in (dict.fromkeys(names, b"x") | contents).items():
            file.writestr(name, content)
    return target.getvalue()


DOCUMENT_WITH_A_TABLE = archive(
    **{"word/document.xml": b"x", "word/embeddings/table.xlsx": archive("[Content_Types].xml", "xl/workbook.xml")}
)
"""Word packs the tables of a document once more, or not at all: the names in them can be read in the bytes of the whole."""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old version of Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
        (b"%PDF-1.7 ...", "This PDF is damaged"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "This is a picture"),
        (b"\0\0\0\x18ftypheic", "This is a picture"),
        (b"{\\rtf1\\ansi", "an RTF file"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x", "web archive"),
        (archive("mimetype", "content.xml"), "OpenDocument"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "This is a table"),
        (archive("letter.pdf", "photo.jpg"), r"archive \(.zip\)"),
        (archive("[Content_Types].xml", "word/document.xml")[:60], "damaged or cut off"),
        (bytes(range(256)) * 40, "no text that can be read"),
        (b"The State party should act. The Committee is concerned.", "No numbered paragraphs"),
    ],
    ids=itertools.count(),  # the bytes of an archive have the time in them
)
def test_a_file_of_another_kind_gets_a_sentence(data, words):
    with pytest.raises(UnusableFile, match=words):
        read_document(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
def test_russian_text_in_any_encoding(encoding):
    text = "5. Государству-участнику следует принять меры. " + "Комитет рекомендует государству-участнику закон. " * 20
    assert decode_text(text.encode(encoding)).startswith("5. Государству-участнику следует")


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (archive("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", True),
        (archive("[Content_Types].xml", "word/document.xml"), "a.docx", False),
        (DOCUMENT_WITH_A_TABLE, "a.docx", False),
        (archive("[Content_Types].xml", "xl/workbook.xml")[:90], "cut off.xlsx", True),
        (b"Symbol;Text", "a.CSV", True),
        (b"1. The State party; should act", "a.txt", False),
        (b'\xef\xbb\xbf [{"Text": "x"}]', "export", True),
        (b"[1] The Committee", "a.txt", False),
    ],
    ids=itertools.count(),
)
def test_a_table_is_told_from_a_document(data, name, expected):
    assert is_table(io.BytesIO(data), name) is expected
