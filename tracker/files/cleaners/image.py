"""Clean an image: decode it, keep only the pixels, and encode them again. Draw a small image of a file.

Metadata is searched only to tell the editor what was in the file. It is removed whether it is found or not.
"""

import io
from contextlib import suppress
from dataclasses import astuple
from math import ceil
from typing import TYPE_CHECKING

from tracker.files import findings
from tracker.files.findings import FoundItems
from tracker.files.kept_file import FilePreview, Rectangle
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.kinds import recognize_kind, refuse_damaged
from tracker.sandbox.limits import DAMAGED, FileLimits

if TYPE_CHECKING:
    from PIL.Image import Image

_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
_TAGS = {
    N_("Camera make and model"): (0x010F, 0x0110, 0xA433, 0xA434),
    N_("Serial number of the camera or lens"): (0xA431, 0xA435, 0xC62F, 0xA420),
    N_("Name of the author or owner"): (0x013B, 0x8298, 0xA430, 0x9C9D),
    N_("Date and time"): (0x0132, 0x9003, 0x9004, 0x9011),
    N_("Name of the software"): (0x0131, 0x013C),
    findings.DESCRIPTION: (0x010D, 0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E),
    N_("Data of the camera's maker"): (0x927C,),
}
"""Message → the tags of EXIF 2.32, TIFF and Windows that have such data."""
_MEANINGS = {tag: meaning for meaning, tags in _TAGS.items() for tag in tags}
_HARMLESS = {0x0112, 0x011A, 0x011B, 0x0128, 0x0213, 0xA001, 0xA002, 0xA003, _EXIF_POINTER, _GPS_POINTER}
_KEYS = {
    "xmp": findings.XMP,
    "XML:com.adobe.xmp": findings.XMP,
    "photoshop": N_("IPTC metadata"),
    "comment": findings.DESCRIPTION,
    "icc_profile": findings.COLOUR_PROFILE,
}
JPEG_QUALITY = 92
"""So high that nobody sees that a photo was encoded twice."""
_TOO_MANY_PIXELS = N_(
    "The image has {pixels} megapixels. Up to {most} megapixels can be kept. Make it smaller with a program for photos."
)
WRONG_RECTANGLE = N_("A part to black out lies outside of the image. Draw it again.")
MAX_PREVIEW = (800, 1100)
"""The largest width and height of a preview, in pixels."""
MAX_SCALE = 4.0


def find_image_metadata(image: "Image", data: bytes, kind: FileKind, *, found: FoundItems) -> None:
    """Count in `found` each kind of metadata once, further images, and data after the end of the image."""
    messages: dict[str, None] = {}
    try:
        exif = image.getexif()
        for tag, value in [*exif.items(), *exif.get_ifd(_EXIF_POINTER).items()]:
            if (meaning := _MEANINGS.get(tag) if value else None) or tag not in _HARMLESS:
                messages[meaning or findings.OTHER_METADATA] = None
        places = ((_GPS_POINTER, findings.GPS), (1, findings.THUMBNAIL))
        messages |= {message: None for place, message in places if exif.get_ifd(place)}
    except MemoryError:
        raise
    except Exception:  # damaged EXIF raises errors of nearly every class, and is left out like any other
        messages[findings.OTHER_METADATA] = None
    messages |= {message: None for key, message in _KEYS.items() if image.info.get(key)}
    if set(getattr(image, "text", {})) - set(_KEYS):
        messages[findings.DESCRIPTION] = None
    for message in messages:
        found.add(message)
    images = int(getattr(image, "n_frames", 1))
    if images > 1:
        found.add(N_("Further images in the file: {count}"), images - 1)
        found.add(findings.FIRST_IMAGE_ONLY)
    if _has_data_after_end(data, kind):
        found.add(N_("Data after the end of the image"))


def _has_data_after_end(data: bytes, kind: FileKind) -> bool:
    if kind is FileKind.WEBP:
        return len(data) > 8 + int.from_bytes(data[4:8], "little") + 1
    if kind is FileKind.PNG:
        end = data.rfind(b"IEND")
        return end >= 0 and len(data) > end + 8
    return not data.rstrip(b"\x00").endswith(b"\xff\xd9")


def clean_image(
    data: bytes, kind: FileKind, limits: FileLimits, *, found: FoundItems, blackened: tuple[Rectangle, ...] = ()
) -> bytes:
    """Return an image of the same kind, upright, in sRGB or grey, without metadata, which is counted in `found`.

    The first of several images is kept; the parts `blackened` become black. Raises UnusableFile if the image is
    damaged or has too many pixels, or if a part is outside of the image.
    """
    image = decode_image(data, kind.name, limits)
    find_image_metadata(image, data, kind, found=found)
    with refuse_damaged():
        pixels = only_pixels(image)
        for part in blackened:
            pixels.paste("black", pixels_of_part(part, pixels.size))  # and opaque
        return _encode(pixels, kind, lossless=kind is FileKind.WEBP and b"VP8L" in data[:64])


def clean_any_image(data: bytes, limits: FileLimits, found: FoundItems) -> tuple[bytes, FileKind] | None:
    """Return an image that is inside another file, cleaned, as (bytes, JPEG or PNG); None if it is damaged.

    All metadata counts as one item in `found`. Raises UnusableFile for too many pixels.
    """
    mine = FoundItems()
    try:
        image = decode_image(data, None, limits)
        kind = FileKind.JPEG if image.format in ("JPEG", "MPO") else FileKind.PNG
        find_image_metadata(image, data, kind, found=mine)
        found.add(findings.IMAGE_METADATA, 1 if mine.findings() else 0)
        with refuse_damaged():
            return _encode(only_pixels(image), kind), kind
    except UnusableFile as error:
        if error.message != DAMAGED:
            raise
        return None


def clean_or_blank(data: bytes, limits: FileLimits, found: FoundItems, place: str = "") -> tuple[bytes, FileKind]:
    """Return the result of `clean_any_image` or, if that is None, a PNG of one white pixel. Raises UnusableFile."""
    from PIL import Image

    if cleaned := clean_any_image(data, limits, found):
        return cleaned
    found.add(findings.BLANK_PICTURES, place=place)
    return _encode(Image.new("L", (1, 1), 255), FileKind.PNG), FileKind.PNG


def decode_image(data: bytes, image_format: str | None, limits: FileLimits) -> "Image":
    """Return a decoded image. `image_format` is a format of Pillow, None for any common one. Raises UnusableFile."""
    from PIL import Image

    formats = [image_format] if image_format else ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]
    Image.MAX_IMAGE_PIXELS = None  # our own limit follows, before anything is decoded
    with refuse_damaged():
        image = Image.open(io.BytesIO(data), formats=formats)
    pixels = image.width * image.height
    if pixels > limits.pixels:
        raise UnusableFile(_TOO_MANY_PIXELS, {"pixels": f"{pixels / 1e6:.0f}", "most": f"{limits.pixels / 1e6:.0f}"})
    with refuse_damaged():
        image.load()
    return image


def only_pixels(image: "Image") -> "Image":
    """Return the image upright, in sRGB or grey, without metadata."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256).convert("L")
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    mode = upright.mode
    if mode not in ("1", "L", "LA", "RGB", "RGBA") or (has_alpha and "A" not in mode):
        mode = "RGBA" if has_alpha else "RGB"
    pixels = (_to_srgb(upright, profile) if isinstance(profile, bytes) else upright).convert(mode)
    pixels.info = {}
    pixels.getexif().clear()
    return pixels


def _to_srgb(image: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    if image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode, srgb = "RGB" if image.mode == "CMYK" else image.mode, ImageCms.createProfile("sRGB")
    # not with a damaged profile, or one for other colours
    with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, given, srgb, outputMode=mode) or image
    return image


def _encode(image: "Image", kind: FileKind, *, lossless: bool = False) -> bytes:
    target = io.BytesIO()
    if kind is FileKind.JPEG:
        picture = image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")
        picture.save(target, "JPEG", quality=JPEG_QUALITY)
    elif kind is FileKind.WEBP:
        picture = image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if "A" in image.mode else "RGB")
        # method 2 is three times faster than the default, and the file hardly larger
        picture.save(target, "WEBP", quality=90, method=2, lossless=lossless)
    else:
        image.save(target, "PNG", compress_level=5)
    return target.getvalue()


def pixels_of_part(part: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of a part in pixels. Raise UnusableFile if it is empty or outside."""
    right, bottom = part.left + part.width, part.top + part.height
    # a comparison is also false for "not a number"
    is_inside = all(0 <= value <= 1 for value in astuple(part)[:4]) and max(right, bottom) <= 1.000_001
    if not (part.width and part.height and is_inside):
        raise UnusableFile(WRONG_RECTANGLE)
    width, height = size
    # rounded outwards: a pixel that the rectangle touches is replaced
    left, top = int(part.left * width), int(part.top * height)
    end_x, end_y = max(left + 1, ceil(right * width)), max(top + 1, ceil(bottom * height))
    return left, top, min(width, end_x), min(height, end_y)


def draw_preview(data: bytes, limits: FileLimits, page: int = 1) -> FilePreview | None:
    """Return a WebP preview of an image, or of a page of a PDF; None for other kinds. Raises UnusableFile."""
    kind = recognize_kind(data, limits)
    if kind is FileKind.PDF:
        image = draw_page(data, page, MAX_PREVIEW)
    elif kind.is_image:
        image = decode_image(data, None, limits)
    else:
        return None
    with refuse_damaged():
        if kind is FileKind.JPEG or image.mode in ("L", "RGB", "RGBA"):
            image.thumbnail((MAX_PREVIEW[0] * 2, MAX_PREVIEW[1] * 2))  # before colours are converted: it is faster
        small = only_pixels(image).convert("RGBA" if image.mode in ("RGBA", "LA", "P", "PA") else "RGB")
        small.thumbnail(MAX_PREVIEW)
        target = io.BytesIO()
        small.save(target, "WEBP", quality=75, method=2)
    return FilePreview(target.getvalue(), small.width, small.height)


def draw_page(data: bytes, number: int, most: tuple[int, int]) -> "Image":
    """Return an image of a page of a PDF, not wider and higher than `most`. Raise UnusableFile if it is damaged."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(most[0] / max(width, 1), most[1] / max(height, 1), MAX_SCALE)
            image: Image = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
            return image
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        raise UnusableFile(DAMAGED) from None
