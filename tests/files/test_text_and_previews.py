"""The text of a file by page, and a small picture of it."""

import io

import docx
import openpyxl
import pytest
from PIL import Image

from tests.support.canary_documents import canary_docx, canary_odt, canary_pdf, pdf_with_text, saved
from tests.support.canary_images import canary_jpeg, canary_png, canary_webp
from tracker.files.cleaners.image import draw_preview
from tracker.files.kept_file import CleaningChoices, FilePage
from tracker.files.process import clean_bytes, pages_of
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.limits import FileLimits

LIMITS = FileLimits()


def pdf_of(*texts):
    first, *others = [pdf_with_text(text) for text in texts]
    for other in others:
        first.pages.append(other.pages[0])
    return saved(first)


def test_each_page_of_a_pdf_has_its_number():
    assert pages_of(pdf_of("First page.", "", "Third page."), FileKind.PDF, LIMITS) == (
        FilePage(1, "First page."),
        FilePage(2, ""),
        FilePage(3, "Third page."),
    )


def test_text_that_is_outside_of_the_page_is_in_the_text():
    pdf = pdf_with_text("On the page.")
    pdf.pages[0].obj.Contents = pdf.make_stream(
        b"BT /F1 14 Tf 30 250 Td (On the page.) Tj 0 -900 Td (Beside it.) Tj ET"
    )
    (page,) = pages_of(saved(pdf), FileKind.PDF, LIMITS)
    assert page.text == "On the page.\nBeside it."


def test_the_text_is_cut_at_the_limits():
    data = pdf_of("First page.", "Second page.", "Third page.")
    assert [page.text for page in pages_of(data, FileKind.PDF, FileLimits(pages=2))] == ["First page.", "Second page."]
    assert [page.text for page in pages_of(data, FileKind.PDF, FileLimits(characters=16))] == ["First page.", "Secon"]


def test_headers_tables_and_notes_of_a_document_are_in_its_text():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "In the header."
    document.add_paragraph("In the body.")
    document.add_table(1, 2).rows[0].cells[1].text = "In a cell."
    hidden = document.add_paragraph().add_run("Hidden words.")
    hidden.font.hidden = True
    target = io.BytesIO()
    document.save(target)
    kept = clean_bytes(target.getvalue(), "", CleaningChoices(), limits=LIMITS)
    assert pages_of(kept.data, kept.kind, LIMITS)[0] == FilePage(
        None, "In the body.\nIn a cell.\nHidden words.\nIn the header."
    )
    assert "The document has hidden text, layers, sheets, rows or columns: 1." in [str(one) for one in kept.warnings]


def test_a_sheet_is_a_page_also_a_hidden_one():
    book = openpyxl.Workbook()
    book.active.title = "Cases"
    book.active.append(["Year", 2026])
    hidden = book.create_sheet("Names")
    hidden.append(["Aidana Testova"])
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    kept = clean_bytes(target.getvalue(), "", CleaningChoices(), limits=LIMITS)
    assert pages_of(kept.data, kept.kind, LIMITS)[:2] == (
        FilePage(1, "Cases\nYear\t2026"),
        FilePage(2, "Names\nAidana Testova"),
    )
    assert len(kept.warnings) == 1


def test_words_that_are_split_by_formatting_stay_whole():
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("decrimi", "nali", "sation"):
        paragraph.add_run(piece)
    target = io.BytesIO()
    document.save(target)
    assert pages_of(target.getvalue(), FileKind.DOCX, LIMITS)[0] == FilePage(None, "decriminalisation")


def test_images_have_no_text():
    assert pages_of(canary_jpeg(0), FileKind.JPEG, LIMITS) == ()


@pytest.mark.parametrize("make", [canary_jpeg, canary_png, canary_webp, canary_pdf])
def test_a_preview_is_a_small_webp(make):
    preview = draw_preview(make(0), LIMITS)
    image = Image.open(io.BytesIO(preview.data))
    assert image.format == "WEBP"
    assert image.size == (preview.width, preview.height)
    assert image.width <= 800 and image.height <= 1100
    assert image.getexif() == {}


@pytest.mark.parametrize(
    ("size", "expected"), [((4000, 1000), (800, 200)), ((500, 4400), (125, 1100)), ((60, 40), (60, 40))]
)
def test_a_preview_keeps_its_shape_and_is_never_enlarged(size, expected):
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, "PNG")
    preview = draw_preview(target.getvalue(), LIMITS)
    assert (preview.width, preview.height) == expected


def test_the_preview_of_a_pdf_shows_its_first_page():
    preview = draw_preview(pdf_of("First page.", "Second."), LIMITS)
    image = Image.open(io.BytesIO(preview.data)).convert("L")
    assert (preview.width, preview.height) == (800, 600)
    assert image.getextrema()[0] < 100  # the letters
    assert image.getpixel((790, 590)) > 240


@pytest.mark.parametrize("make", [canary_docx, canary_odt])
def test_other_files_have_no_preview(make):
    assert draw_preview(make(), LIMITS) is None


def test_a_damaged_pdf_has_no_preview():
    with pytest.raises(UnusableFile, match="damaged or cut off"):
        draw_preview(b"%PDF-1.4\nnothing", LIMITS)
