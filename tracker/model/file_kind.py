"""The kinds of files that can be attached.

This module imports nothing of the package, so that the process that reads one file starts fast.
"""

from enum import StrEnum
from typing import Self


class FileKind(StrEnum):
    """The kinds of files that can be kept. The value is the extension, without a dot."""

    media_type: str

    def __new__(cls, extension: str, media_type: str = "") -> Self:
        """Create the kind with this extension and media type."""
        member = str.__new__(cls, extension)
        member._value_, member.media_type = extension, media_type
        return member

    PDF = "pdf", "application/pdf"
    DOCX = "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "odt", "application/vnd.oasis.opendocument.text"
    XLSX = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    PNG = "png", "image/png"
    JPEG = "jpg", "image/jpeg"
    WEBP = "webp", "image/webp"
    TEXT = "txt", "text/plain; charset=utf-8"
    HTML = "html", "text/html; charset=utf-8"
    MHTML = "mhtml", "multipart/related"

    @property
    def has_pages(self) -> bool:
        """Return whether the text of such a file has numbered pages. In a workbook, these are the sheets."""
        return self in (FileKind.PDF, FileKind.XLSX)

    @property
    def is_image(self) -> bool:
        """Return whether the file is an image, so that parts of it can be blacked out."""
        return self in (FileKind.PNG, FileKind.JPEG, FileKind.WEBP)
