"""Nothing of the metadata of a file is in what is kept: read back with other libraries than those that cleaned it."""

import io
from dataclasses import replace

import docx
import openpyxl
import pypdf
import pytest
from PIL import Image, ImageChops

from tests.support.canary_documents import (
    KEPT_COMMENT,
    VISIBLE,
    canary_docx,
    canary_html,
    canary_mhtml,
    canary_odt,
    canary_pdf,
    canary_xlsx,
)
from tests.support.canary_images import CANARY, canary_jpeg, canary_multi_jpeg, canary_png, canary_webp
from tests.support.kept_files import everything_in, what_is_wrong_with
from tests.support.long import LONG
from tracker.files.kept_file import CleaningChoices
from tracker.files.process import clean_bytes, pages_of
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()
MAKERS = {
    "jpg": (canary_jpeg, 60),
    "png": (canary_png, 40),
    "webp": (canary_webp, 40),
    "pdf": (canary_pdf, 60),
    "docx": (canary_docx, 20),
    "xlsx": (canary_xlsx, 20),
    "odt": (canary_odt, 20),
    "html": (canary_html, 20),
    "mhtml": (canary_mhtml, 20),
}
"""Extension → what makes a file from a seed, and how many of them there are in the long run."""
SHORT = 3


def cleaned(data, name="", **choices):
    return clean_bytes(data, name, CleaningChoices(**choices), limits=LIMITS)


def text_of(kept):
    return "\n".join(page.text for page in pages_of(kept.data, kept.kind, LIMITS))


@pytest.mark.parametrize("extension", MAKERS)
def test_no_canary_is_kept(extension):
    make, count = MAKERS[extension]
    for seed in range(count if LONG else SHORT):
        kept = cleaned(make(seed), f"{CANARY}.{extension}")
        inside = everything_in(kept)
        assert CANARY.encode() not in inside, seed
        assert CANARY.encode("utf-16-be") not in inside, seed
        assert what_is_wrong_with(kept) == [], seed
        # a picture keeps no word with a digit: cameras and messengers write such names
        assert kept.name == f"{'file' if kept.kind.is_image else CANARY}.{kept.kind.value}"


def test_the_canary_is_found_in_what_is_not_cleaned():
    for extension, (make, _count) in MAKERS.items():
        kept = cleaned(make(0), f"a.{extension}")
        uncleaned = replace(kept, data=make(0), kind=kept.received_kind)
        assert CANARY.encode() in everything_in(uncleaned), extension
        if extension not in ("html", "mhtml"):
            assert what_is_wrong_with(uncleaned) != [], extension


def test_the_editor_is_told_what_a_photo_said():
    said = {str(finding) for finding in cleaned(canary_jpeg(0)).removed}
    assert said == {
        "GPS position", "Camera make and model", "Serial number of the camera or lens", "Name of the author or owner",
        "Date and time", "Name of the software", "Description or comment", "Data of the camera's maker",
        "XMP metadata: 1", "IPTC metadata", "Colour profile", "Data after the end of the image",
    }  # fmt: skip
    assert cleaned(canary_jpeg(0)).warnings == ()


def test_the_editor_is_told_what_a_pdf_said():
    assert {str(finding) for finding in cleaned(canary_pdf(0)).findings} == {
        "Document properties, such as author, company and dates", "XMP metadata: 3", "Attached or embedded files: 3",
        "Scripts: 2", "Actions and links to files or programs: 7",
        "Form fields: 1. Their text is now part of the page.", "Digital signatures: 1",
        "Names and dates of comments: 1", "Sound, video and other multimedia: 1", "Thumbnail",
        "Hidden data of programs: 2", "Images with metadata: 1", "Colour profile",
        "Earlier versions of the document: 1", "The document has comments: 1. Read them before you publish.",
    }  # fmt: skip


def test_a_second_cleaning_finds_nothing_more_in_a_photo():
    once = cleaned(canary_jpeg(0))
    assert cleaned(once.data).findings == ()


@pytest.mark.parametrize(("make", "most"), [(canary_png, 0), (canary_jpeg, 24)])
def test_the_pixels_stay(make, most):
    data = make(0)
    before, after = (
        Image.open(io.BytesIO(data)).convert("RGB"),
        Image.open(io.BytesIO(cleaned(data).data)).convert("RGB"),
    )
    difference = ImageChops.difference(before, after)
    assert max(high for _low, high in difference.getextrema()) <= most


def test_the_orientation_of_a_photo_is_applied():
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, quality=95)
    upright = Image.open(io.BytesIO(cleaned(target.getvalue()).data))
    assert upright.size == (20, 40)
    assert upright.getpixel((10, 4))[2] > 200
    assert upright.getpixel((10, 36))[0] > 200


def test_only_the_first_of_several_images_is_kept():
    kept = cleaned(canary_multi_jpeg())
    assert [str(finding) for finding in kept.warnings] == ["The file has several images. Only the first one is kept."]
    assert getattr(Image.open(io.BytesIO(kept.data)), "n_frames", 1) == 1


@pytest.mark.parametrize("make", [canary_pdf, canary_docx, canary_xlsx, canary_odt, canary_html, canary_mhtml])
def test_the_text_stays(make):
    assert VISIBLE in text_of(cleaned(make(0)))


def test_other_libraries_can_open_what_is_kept():
    assert VISIBLE in pypdf.PdfReader(io.BytesIO(cleaned(canary_pdf(0)).data)).pages[0].extract_text()
    document = docx.Document(io.BytesIO(cleaned(canary_docx()).data))
    assert document.paragraphs[0].text == VISIBLE
    assert [comment.text for comment in document.comments] == [KEPT_COMMENT]
    assert [comment.author for comment in document.comments] == ["Author"]
    assert len(document.inline_shapes) == 1
    book = openpyxl.load_workbook(io.BytesIO(cleaned(canary_xlsx()).data))
    assert [cell.value for cell in book["Demands"][1]] == [VISIBLE, 12, None, None, "=B1*2"]
    assert (book["Demands"]["A1"].comment.text, book["Demands"]["A1"].comment.author) == (KEPT_COMMENT, "Author")
    assert len(book["Demands"]._images) == 1


def test_what_a_person_typed_into_a_form_is_part_of_the_page():
    assert "Bishkek" in text_of(cleaned(canary_pdf(0)))


@pytest.mark.parametrize("make", [canary_pdf, canary_docx, canary_xlsx, canary_odt])
def test_comments_are_removed_when_asked(make):
    assert KEPT_COMMENT in text_of(cleaned(make(0)))
    without = cleaned(make(0), remove_comments=True)
    assert KEPT_COMMENT.encode() not in everything_in(without)
    assert "Comments: 1" in [str(finding) for finding in without.removed]
    assert VISIBLE in text_of(without)


@pytest.mark.parametrize("make", [canary_docx, canary_odt])
def test_tracked_changes_are_accepted_when_asked(make):
    shown = cleaned(make(0))
    assert "Deleted words." in text_of(shown)
    assert any("tracked changes" in str(finding) for finding in shown.warnings)
    accepted = cleaned(make(0), accept_changes=True)
    assert b"Deleted words." not in everything_in(accepted)
    assert not any("tracked changes" in str(finding) for finding in accepted.warnings)
    assert VISIBLE in text_of(accepted)


def test_inserted_text_stays_when_changes_are_accepted():
    kept = cleaned(canary_docx(), accept_changes=True)
    assert "Inserted words." in [paragraph.text for paragraph in docx.Document(io.BytesIO(kept.data)).paragraphs]


@pytest.mark.parametrize("make", [canary_docx, canary_odt])
def test_no_date_of_a_comment_or_change_is_kept(make):
    assert b"2026-01-02" in everything_in(replace(cleaned(make(0)), data=make(0)))
    assert b"2026-01-02" not in everything_in(cleaned(make(0)))
    assert b"initials=" not in everything_in(cleaned(make(0)))


def test_a_link_to_a_file_leads_nowhere_and_one_to_a_page_stays():
    kept = cleaned(canary_html())
    assert b'href="https://undocs.org/E/C.12/1"' in kept.data
    assert b"data:image/jpeg;base64," in kept.data
    assert kept.kind == "html"


def test_a_web_archive_becomes_one_page_with_its_images():
    kept = cleaned(canary_mhtml(), "page.mhtml")
    assert (kept.name, kept.kind, kept.received_kind) == ("page.html", "html", "mhtml")
    assert kept.data.count(b"data:image/jpeg;base64,") == 2
