"""Clean an image: decode it, keep nothing but the pixels, and encode them again."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.files import findings
from tracker.files.cleaners.image_metadata import find_image_metadata
from tracker.files.findings import FoundItems
from tracker.files.kept_file import Rectangle
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.model.labels import N_
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED

if TYPE_CHECKING:
    from PIL.Image import Image

JPEG_QUALITY = 92
"""So high that a second encoding of a photo is not seen."""
_FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WEBP"}
_TOO_MANY_PIXELS = N_(
    "The image has {pixels} megapixels. Up to {most} megapixels can be kept. Make it smaller with a program for photos."
)
_WRONG_RECTANGLE = N_("A part to black out lies outside of the image. Draw it again.")
_BLACK: dict[str, float | tuple[float, ...]] = {
    "RGB": (0, 0, 0),
    "RGBA": (0, 0, 0, 255),
    "LA": (0, 255),
    "L": 0,
    "1": 0,
}


def clean_image(
    data: bytes, kind: FileKind, limits: FileLimits, *, found: FoundItems, blackened: tuple[Rectangle, ...] = ()
) -> bytes:
    """Return an image of the same kind with the same pixels, and count in `found` what was left out.

    The orientation is applied, and the colours are converted to sRGB. Of several images in the file, the first is kept.
    The pixels of `blackened` are replaced before the image is encoded. Raises UnusableFile.
    """
    image = decode_image(data, _FORMATS[kind], limits)
    find_image_metadata(image, data, kind, found=found)
    with damage_as_sentence():
        pixels = only_pixels(image)
        for part in blackened:
            pixels.paste(_BLACK[pixels.mode], _box(part, pixels.size))
        return _encode(pixels, kind, lossless=kind is FileKind.WEBP and b"VP8L" in data[:64])


def clean_any_image(data: bytes, limits: FileLimits, found: FoundItems) -> tuple[bytes, FileKind] | None:
    """Return a clean image for one of any common format, and its kind; None if it cannot be decoded.

    For images inside of other files: GIF, BMP and TIFF become PNG. Raises UnusableFile if it has too many pixels.
    """
    from PIL import Image

    try:
        image = decode_image(data, None, limits)
    except UnusableFile as error:
        if error.message != DAMAGED:
            raise
        return None
    kind = FileKind.JPEG if image.format in ("JPEG", "MPO") else FileKind.PNG
    mine = FoundItems()
    find_image_metadata(image, data, kind, found=mine)
    found.add(findings.IMAGE_METADATA, 1 if mine.findings() else 0)
    try:
        with damage_as_sentence():
            return _encode(only_pixels(image), kind), kind
    except (UnusableFile, Image.DecompressionBombError):
        return None


def blank_image() -> bytes:
    """Return an empty PNG, which takes the place of a picture that cannot be cleaned."""
    from PIL import Image

    return _encode(Image.new("L", (1, 1), 255), FileKind.PNG)


def decode_image(data: bytes, image_format: str | None, limits: FileLimits) -> "Image":
    """Return the decoded image. `image_format` is Pillow's name of it; None for any common format. Raises UnusableFile."""
    from PIL import Image

    formats = [image_format] if image_format else ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]
    Image.MAX_IMAGE_PIXELS = None  # our own limit follows, before anything is decoded
    with damage_as_sentence():
        image = Image.open(io.BytesIO(data), formats=formats)
    pixels = image.width * image.height
    if pixels > limits.pixels:
        raise UnusableFile(_TOO_MANY_PIXELS, {"pixels": f"{pixels / 1e6:.0f}", "most": f"{limits.pixels / 1e6:.0f}"})
    with damage_as_sentence():
        image.load()
    return image


def only_pixels(image: "Image") -> "Image":
    """Return the pixels upright, in sRGB or grey, without any of the data that came with them."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256).convert("L")
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    mode = upright.mode
    if mode not in ("1", "L", "LA", "RGB", "RGBA"):
        mode = "RGBA" if has_alpha else "RGB"
    elif has_alpha and "A" not in mode:
        mode = "RGBA"
    pixels = (_to_srgb(upright, profile) if isinstance(profile, bytes) else upright).convert(mode)
    pixels.info = {}
    pixels.getexif().clear()
    return pixels


def _to_srgb(image: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    if image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB" if image.mode == "CMYK" else image.mode,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a damaged profile, or one for other colours
    return converted or image


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


def _box(part: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    values = (part.left, part.top, part.width, part.height)
    # the comparison is also false for "not a number"
    if not all(0 <= value <= 1 for value in values) or not (part.width and part.height):
        raise UnusableFile(_WRONG_RECTANGLE)
    if part.left + part.width > 1.000_001 or part.top + part.height > 1.000_001:
        raise UnusableFile(_WRONG_RECTANGLE)
    width, height = size
    right, bottom = (part.left + part.width) * width, (part.top + part.height) * height
    # rounded outwards: a pixel that the rectangle touches is replaced
    left, top = int(part.left * width), int(part.top * height)
    return left, top, min(width, max(left + 1, -int(-right // 1))), min(height, max(top + 1, -int(-bottom // 1)))


@contextmanager
def damage_as_sentence() -> Iterator[None]:
    """Turn the errors of a decoder into UnusableFile. Damaged images raise errors of nearly every class."""
    try:
        yield
    except (UnusableFile, MemoryError):
        raise
    except Exception:
        raise UnusableFile(DAMAGED) from None
