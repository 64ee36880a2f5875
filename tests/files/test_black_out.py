"""Parts of an image are blacked out: the pixels are gone, not covered."""

import io

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from tests.support.canary_documents import pdf_with_text, saved
from tests.support.canary_images import CANARY, canary_jpeg, canary_png
from tests.support.kept_files import everything_in, what_is_wrong_with
from tracker.files.kept_file import CleaningChoices, Rectangle
from tracker.files.process import clean_bytes, prepare_upload, preview_of_file
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.limits import FileLimits


def blacked_out(data, *parts):
    return clean_bytes(data, "", CleaningChoices(), limits=FileLimits(), blackened=parts)


def secret_image(image_format, left_colour, mode="RGB"):
    """White, with a square whose colour is the secret."""
    image = Image.new(mode, (100, 80), "white")
    image.paste(left_colour, (20, 20, 40, 40))
    target = io.BytesIO()
    image.save(target, image_format)
    return target.getvalue()


PART = Rectangle(left=0.2, top=0.25, width=0.2, height=0.25)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
def test_two_images_that_differ_only_in_the_part_become_the_same_file(image_format):
    red, blue = secret_image(image_format, "red"), secret_image(image_format, "blue")
    part = Rectangle(left=0.1, top=0.1, width=0.5, height=0.6)  # also where JPEG spreads the colour
    assert blacked_out(red, part).data == blacked_out(blue, part).data
    assert (
        clean_bytes(red, "", CleaningChoices(), limits=FileLimits()).data
        != clean_bytes(blue, "", CleaningChoices(), limits=FileLimits()).data
    )


def test_exactly_the_part_is_black():
    image = Image.open(io.BytesIO(blacked_out(secret_image("PNG", "red"), PART).data))
    black = {(x, y) for x in range(100) for y in range(80) if image.getpixel((x, y)) == (0, 0, 0)}
    assert black == {(x, y) for x in range(20, 40) for y in range(20, 40)}


def test_a_part_that_ends_inside_of_a_pixel_is_rounded_outwards():
    image = Image.open(io.BytesIO(blacked_out(secret_image("PNG", "red"), Rectangle(0.255, 0.3, 0.05, 0.1)).data))
    assert [image.getpixel((x, 25)) == (0, 0, 0) for x in (24, 25, 30, 31)] == [False, True, True, False]


def test_a_transparent_image_is_black_and_opaque_there():
    image = Image.open(io.BytesIO(blacked_out(secret_image("PNG", (255, 0, 0, 10), "RGBA"), PART).data))
    assert image.getpixel((30, 30)) == (0, 0, 0, 255)


def test_the_part_is_where_the_editor_sees_it_also_if_the_photo_is_turned():
    image = Image.new("RGB", (40, 20), "white")
    image.paste("red", (0, 0, 10, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, quality=95)
    upright = Image.open(io.BytesIO(blacked_out(target.getvalue(), Rectangle(0, 0, 1, 0.5)).data))
    assert max(upright.getpixel((10, 4))) < 40
    assert min(upright.getpixel((10, 36))) > 200


def test_a_blacked_out_photo_is_cleaned_too():
    for make in (canary_jpeg, canary_png):
        kept = blacked_out(make(0), PART)
        assert CANARY.encode() not in everything_in(kept)
        assert what_is_wrong_with(kept) == []


@pytest.mark.parametrize(
    "part",
    [
        Rectangle(-0.1, 0, 0.5, 0.5),
        Rectangle(0.8, 0, 0.5, 0.5),
        Rectangle(0.1, 0.1, 0, 0.5),
        Rectangle(float("nan"), 0, 0.5, 0.5),
    ],
)
def test_a_part_outside_of_the_image_is_refused(part):
    with pytest.raises(UnusableFile, match="lies outside of the image"):
        blacked_out(secret_image("PNG", "red"), part)


def test_the_whole_image_can_be_blacked_out():
    image = Image.open(io.BytesIO(blacked_out(secret_image("PNG", "red"), Rectangle(0, 0, 1, 1)).data))
    assert image.getextrema() == ((0, 0), (0, 0), (0, 0))


def card_in_pdf(name: str, rotate: int = 0) -> bytes:
    """A PDF of two pages. The second one has a name as text, as its bookmark and in its tags, with a link to it."""
    pdf, page = pdf_with_text("The law was read."), pdf_with_text(name)
    pdf.pages.extend(page.pages)
    pdf.pages[1].obj["/Rotate"] = rotate
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=f"https://a.example/{name}")
    )
    pdf.pages[1].obj["/Annots"] = pikepdf.Array([link])
    tag = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, ActualText=name, Pg=pdf.pages[1].obj))
    pdf.Root["/StructTreeRoot"] = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=tag))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(name, 1))
    return saved(pdf)


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_page_of_a_pdf_becomes_a_picture_whose_part_is_black_and_nothing_of_its_text_stays(rotate):
    part = Rectangle(0, 0, 1, 0.5, page=2) if not rotate else Rectangle(0.5, 0, 0.5, 1, page=2)
    made = prepare_upload(card_in_pdf("Qarvek Zintal", rotate), "card.pdf", blackened=[part])
    assert [(page.number, page.text) for page in made.pages] == [(1, "The law was read."), (2, "")]
    assert b"Qarvek" not in everything_in(made.cleaned)
    assert what_is_wrong_with(made.cleaned) == []
    picture = preview_of_file(made.cleaned.data, page=2)
    assert picture
    image = Image.open(io.BytesIO(picture.data)).convert("L")
    assert image.size == preview_size(card_in_pdf("Qarvek Zintal", rotate), page=2)
    width, height = image.size
    black = image.crop((8, 8, width - 8, height // 2 - 8) if not rotate else (width // 2 + 8, 8, width - 8, height - 8))
    white = image.crop(
        (8, height // 2 + 8, width - 8, height - 8) if not rotate else (8, 8, width // 2 - 8, height - 8)
    )
    assert (black.getextrema()[1] < 40, white.getextrema()[0] > 215) == (True, True)


def preview_size(data: bytes, page: int) -> tuple[int, int]:
    preview = preview_of_file(data, page=page)
    assert preview
    return preview.width, preview.height


def test_two_pdfs_that_differ_only_in_the_part_become_the_same_file():
    one, other = (blacked_out(card_in_pdf(name), Rectangle(0, 0, 1, 1, page=2)).data for name in ("Qarvek", "Zintal"))
    assert one == other


def test_only_pictures_and_pages_that_are_there_are_blacked_out():
    with pytest.raises(UnusableFile, match="Only parts of images"):
        prepare_upload(b"A text.", "a.txt", blackened=[PART])
    with pytest.raises(UnusableFile, match="outside of the image"):
        prepare_upload(saved(pdf_with_text()), blackened=[Rectangle(0, 0, 1, 1, page=2)])


def test_the_process_blacks_out():
    kept = prepare_upload(secret_image("PNG", "red"), "photo.png", blackened=[PART]).cleaned
    assert (kept.kind, kept.name) == (FileKind.PNG, "photo.png")
    assert Image.open(io.BytesIO(kept.data)).getpixel((30, 30)) == (0, 0, 0)
    with pytest.raises(UnusableFile, match="outside of the image"):
        prepare_upload(secret_image("PNG", "red"), blackened=[Rectangle(float("nan"), 0, 1, 1)])
    with pytest.raises(UnusableFile, match="at most 200"):
        prepare_upload(secret_image("PNG", "red"), blackened=[PART] * 201)
