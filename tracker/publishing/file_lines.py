"""Attached files in words: a line with what a reader wants to know before the download, and its link and preview."""

from dataclasses import dataclass

from tracker.i18n import Language, native_name
from tracker.model.attached_files import AttachedFile
from tracker.model.file_kind import FileKind
from tracker.model.records import Evidence
from tracker.model.registers import Document
from tracker.queries.public_files import files_by_name, files_of, preview_size
from tracker.queries.view import View
from tracker.storage.attached_files import PREVIEW_SUFFIX

LARGEST_SHOWN = (84, 112)
"""The largest width and height at which a preview is shown, in CSS pixels."""
NO_BREAK_SPACE = "\u00a0"
FILE_KIND_NAMES = {FileKind.JPEG: "JPEG", FileKind.WEBP: "WebP"}
"""Kind → its name, if this is not the extension in capital letters. The names are the same in every language."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attached file as readers see it.

    `link` is the address of the download, or "" if the file is no longer given out. `details` are the kind, size,
    language and place in the file, in words. `preview` is the address of a small image, or "". `width` and `height` are
    the size at which it is shown.
    """

    file: AttachedFile
    link: str
    details: tuple[str, ...]
    preview: str = ""
    width: int = 0
    height: int = 0


def file_lines(view: View, language: Language, record: Evidence | Document, base: str = "") -> tuple[FileLine, ...]:
    """Return a line for each file of a record that the view shows, in the order in which they were attached.

    `base` is the start of every link.
    """
    return tuple(_line(view, language, file, base=base) for file in files_of(view, record))


def _line(view: View, language: Language, file: AttachedFile, *, base: str) -> FileLine:
    is_given_out = files_by_name(view).get(file.file_name) is not None
    details = file_details(language, file)
    if not is_given_out:
        return FileLine(file, "", (*details, language.gettext("withdrawn later, no longer given out")))
    size = preview_size(view, file)
    width, height = _shown_size(*size) if size else (0, 0)
    return FileLine(
        file,
        f"{base}/files/{file.file_name}",
        details,
        preview=f"{base}/files/{file.sha256}{PREVIEW_SUFFIX}" if size else "",
        width=width,
        height=height,
    )


def file_details(language: Language, file: AttachedFile) -> tuple[str, ...]:
    """Return what is known about a file in words: its kind, size, language, and where in it to look.

    Example: PDF, 2.3 MB, English, p. 4, saved copy of the page.
    """
    return (
        kind_name(file.kind),
        language.format_size(file.size).replace(" ", NO_BREAK_SPACE),
        *([native_name(file.language)] if file.language else []),
        *([file.pages] if file.pages else []),
        *([language.gettext("saved copy of the page")] if file.is_copy_of_link else []),
    )


def kind_name(kind: FileKind) -> str:
    """Return the name of a kind of file, such as PDF."""
    return FILE_KIND_NAMES.get(kind, kind.value.upper())


def file_sentence(language: Language, file: AttachedFile) -> str:
    """Return one line about a file that names its bytes, for what leaves the dashboard.

    Example: "The signed law (PDF, 2.3 MB, SHA-256 3f5a…)".
    """
    name = language.resolve(file.caption).text if file.caption else file.name
    return f"{name} ({', '.join(file_details(language, file))}, SHA-256 {file.sha256})"


def _shown_size(width: int, height: int) -> tuple[int, int]:
    scale = min(LARGEST_SHOWN[0] / max(width, 1), LARGEST_SHOWN[1] / max(height, 1), 1)
    return max(1, round(width * scale)), max(1, round(height * scale))
