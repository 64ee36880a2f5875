"""The kinds of files that can be attached. Nothing else is imported here, so that a process for one file starts fast."""

from enum import StrEnum


class FileKind(StrEnum):
    """The kinds of files that can be kept. The value is the extension, without a dot."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    TEXT = "txt"
    HTML = "html"
    MHTML = "mhtml"

    @property
    def media_type(self) -> str:
        """Return the media type, such as "application/pdf"."""
        return _MEDIA_TYPES[self]

    @property
    def has_pages(self) -> bool:
        """Return whether the text of the file has pages with numbers. In a workbook, a page is a sheet."""
        return self in (FileKind.PDF, FileKind.XLSX)

    @property
    def is_image(self) -> bool:
        """Return whether the file is an image, so that parts of it can be blacked out."""
        return self in (FileKind.PNG, FileKind.JPEG, FileKind.WEBP)


_MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.TEXT: "text/plain; charset=utf-8",
    FileKind.HTML: "text/html; charset=utf-8",
    FileKind.MHTML: "multipart/related",
}
