"""Draw a small image of a file: the first page of a PDF, or an image scaled down."""

import io
from typing import TYPE_CHECKING

from tracker.files.cleaners.image import damage_as_sentence, decode_image, only_pixels
from tracker.files.kept_file import FilePreview
from tracker.model.errors import UnusableFile
from tracker.model.file_kind import FileKind
from tracker.sandbox.kinds import recognize_kind
from tracker.sandbox.limits import FileLimits
from tracker.sandbox.sentences import DAMAGED

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PREVIEW = (800, 1100)
"""The largest width and height of a preview, in pixels."""
MAX_SCALE = 4.0


def draw_preview(data: bytes, limits: FileLimits) -> FilePreview | None:
    """Return a WebP image of a file; None if this kind of file has no preview. Raises UnusableFile."""
    kind = recognize_kind(data, limits)
    if kind is FileKind.PDF:
        image = _first_page(data)
    elif kind.is_image:
        image = decode_image(data, None, limits)
    else:
        return None
    with damage_as_sentence():
        if kind is FileKind.JPEG or image.mode in ("L", "RGB", "RGBA"):
            image.thumbnail((MAX_PREVIEW[0] * 2, MAX_PREVIEW[1] * 2))  # before colours are converted: it is faster
        small = only_pixels(image).convert("RGBA" if image.mode in ("RGBA", "LA", "P", "PA") else "RGB")
        small.thumbnail(MAX_PREVIEW)
        target = io.BytesIO()
        small.save(target, "WEBP", quality=75, method=2)
    return FilePreview(target.getvalue(), "image/webp", width=small.width, height=small.height)


def _first_page(data: bytes) -> "Image":
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            page = document[0]
            width, height = page.get_size()
            scale = min(MAX_PREVIEW[0] / max(width, 1), MAX_PREVIEW[1] / max(height, 1), MAX_SCALE)
            image: Image = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
            return image
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        raise UnusableFile(DAMAGED) from None
