"""A file is recognized by its content. What cannot be kept gets a sentence that says what to do."""

import io
import zipfile

import pikepdf
import pytest
from PIL import Image

from tests.support.canary_documents import (
    canary_docx,
    canary_html,
    canary_mhtml,
    canary_odt,
    canary_pdf,
    canary_xlsx,
    pdf_with_text,
    saved,
)
from tests.support.canary_images import canary_jpeg, canary_png, canary_webp, scene
from tracker.files.kept_file import CleaningChoices
from tracker.files.process import clean_bytes, harmless_name
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.kinds import recognize_kind
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()


def packed(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def image_as(image_format):
    target = io.BytesIO()
    scene(1).save(target, image_format)
    return target.getvalue()


@pytest.mark.parametrize(
    ("make", "kind", "media_type"),
    [
        (lambda: canary_pdf(1), "pdf", "application/pdf"),
        (canary_docx, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (canary_xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (canary_odt, "odt", "application/vnd.oasis.opendocument.text"),
        (lambda: canary_png(1), "png", "image/png"),
        (lambda: canary_jpeg(1), "jpg", "image/jpeg"),
        (lambda: canary_webp(1), "webp", "image/webp"),
        (canary_html, "html", "text/html; charset=utf-8"),
        (canary_mhtml, "mhtml", "multipart/related"),
        (lambda: "Закон принят.".encode("cp1251") * 30, "txt", "text/plain; charset=utf-8"),
        (lambda: "Закон принят.".encode("utf-16"), "txt", "text/plain; charset=utf-8"),
        (lambda: b"MZ is how this text begins", "txt", "text/plain; charset=utf-8"),
        (lambda: b'<?xml version="1.0"?><!-- a --><html><p>A page</p></html>', "html", "text/html; charset=utf-8"),
    ],
)  # fmt: skip
def test_a_file_is_recognized(make, kind, media_type):
    found = recognize_kind(make(), LIMITS)
    assert (found, found.media_type) == (FileKind(kind), media_type)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"\x00" * 100, "The file is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "format SVG"),
        (b"<?xml version='1.0'?><a/>", "XML file"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "XML file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old version of Word or Excel"),
        (b"MZ\x90\x00" + b"\x00" * 100, "a program"),
        (b"#!/bin/sh\nrm x", "a program or a script"),
        (b"{\\rtf1 a}", "RTF"),
        (b"\x1f\x8b\x08\x00", "an archive"),
        (packed(a="b"), "an archive"),
        (packed(**{"[Content_Types].xml": "<a/>", "ppt__presentation.xml": "b"}), "kind of office file"),
        (packed(**{"[Content_Types].xml": "<a/>", "word__vbaProject.bin": "b"}), "contains macros"),
        (packed(**{"[Content_Types].xml": "<a>macroEnabled</a>"}), "contains macros"),
        (packed(**{"[Content_Types].xml": "<a/>", "word__embeddings__oleObject1.bin": "b"}), "contains macros"),
        (packed(mimetype="application/vnd.oasis.opendocument.presentation", **{"content.xml": "b"}), "kind of office file"),
        (b"\x00\x01\x02\x03" * 100, "kind of file cannot be kept"),
        (b"A text\x07\x01 with control characters", "characters that no text has"),
        (b"GIF89a" + b"\x00" * 20, "format cannot be cleaned"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "format cannot be cleaned"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_gets_a_sentence(data, words):
    with pytest.raises(UnusableFile, match=words) as refused:
        recognize_kind(data, LIMITS)
    assert str(refused.value).endswith(".")


def test_a_file_that_is_two_kinds_at_once_is_refused():
    archive = packed(a="b")
    for first in (image_as("PNG"), image_as("JPEG"), saved(pdf_with_text()), b"A text.\n", canary_html()):
        with pytest.raises(UnusableFile, match="two different kinds"):
            recognize_kind(first + archive, LIMITS)
    with pytest.raises(UnusableFile, match="two different kinds"):
        recognize_kind(image_as("PNG")[:33] + b"%PDF-1.4\n" + image_as("PNG")[33:], LIMITS)
    with pytest.raises(UnusableFile, match="two different kinds"):
        recognize_kind(canary_docx() + b"%PDF-1.4", LIMITS)


def test_a_file_that_needs_a_password_is_refused():
    data = saved(pdf_with_text(), encryption=pikepdf.Encryption(user="secret", owner="secret"))
    with pytest.raises(UnusableFile, match="protected with a password"):
        clean_bytes(data, "", CleaningChoices(), limits=LIMITS)


def test_a_pdf_that_only_forbids_printing_is_kept_without_that():
    data = saved(pdf_with_text(), encryption=pikepdf.Encryption(user="", owner="secret"))
    kept = clean_bytes(data, "", CleaningChoices(), limits=LIMITS)
    assert b"/Encrypt" not in kept.data


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(UnusableFile, match=r"has 0\.1 MB\. Up to 0\.05 MB"):
        recognize_kind(b"a" * 100_000, FileLimits(file_bytes=50_000))


def test_an_image_with_too_many_pixels_is_refused():
    target = io.BytesIO()
    Image.new("1", (8000, 8000)).save(target, "PNG")
    with pytest.raises(UnusableFile, match=r"has 64 megapixels\. Up to 52"):
        clean_bytes(target.getvalue(), "", CleaningChoices(), limits=LIMITS)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Report 2026.PDF", "Report 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Отчёт.docx", "Отчёт.pdf"),
        ("photo\nname\r\t.jpg.pdf", "photo name.pdf"),
        ("a\u202efdp.exe", "a fdp.exe.pdf"),
        ("", "file.pdf"),
        ("<b>\"'|?*;x", "b ' x.pdf"),
        ("x" * 500, "x" * 80 + ".pdf"),
        ("\x00\ud800a", "a.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, kept):
    assert harmless_name(name, FileKind.PDF) == kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("IMG_20240618_101530.jpg", "IMG.jpg"),
        ("photo_2024-06-18 10.15.30 (2).jpg", "photo.jpg"),
        ("3F2504E0-4F89-11D3-9A0C-0305E82C3301.jpg", "file.jpg"),
        ("Снимок экрана 2024-06-18 в 10.15.30.jpg", "Снимок экрана в.jpg"),
        ("the-court.jpg", "the-court.jpg"),
    ],
)
def test_the_name_of_a_picture_says_not_when_or_as_what_it_was_taken(name, kept):
    assert harmless_name(name, FileKind.JPEG) == kept


def test_a_wrong_ending_is_named_and_corrected():
    kept = clean_bytes(image_as("PNG"), "photo.jpg", CleaningChoices(), limits=LIMITS)
    assert kept.name == "photo.png"
    assert [str(finding) for finding in kept.warnings] == [
        "The name ends in .jpg, but the content is .png. It is kept as .png."
    ]


def test_the_digests_are_those_of_what_came_and_of_what_is_kept():
    kept = clean_bytes("Закон\r\nпринят.".encode("utf-8-sig"), "law.txt", CleaningChoices(), limits=LIMITS)
    assert kept.data == "Закон\nпринят.".encode()
    assert kept.received_digest == "77deb18c6d36f384e4182875046f8a30f92f4ab59d7914ff9e549a8a7822b93a"
    assert kept.digest == "922e43ed79105930015941845c195572a069e2d24655013da353b8bf9d8ad81d"
    assert (kept.size, kept.kind) == (24, "txt")
