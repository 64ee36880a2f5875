"""What a person chooses before a file is cleaned, and what comes back."""

import hashlib
from dataclasses import dataclass

from tracker.model.file_kind import FileKind


@dataclass(frozen=True, slots=True)
class CleaningChoices:
    """What the editor decides. If False, comments or tracked changes stay, but without authors and dates."""

    remove_comments: bool = False
    accept_changes: bool = False


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something that was found in a file: removed from it, or still in it if `is_warning`.

    `message` is English and can be translated; `values` are for its placeholders. What was found is not repeated.
    """

    message: str
    values: tuple[tuple[str, str], ...] = ()
    is_warning: bool = False

    def __str__(self) -> str:
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class CleanedFile:
    """A file that can be kept: the cleaned bytes, their kind (HTML for a web archive), and a harmless name for them.

    `received_digest` is the SHA-256 of the upload in hex, and `received_kind` its kind.
    """

    data: bytes
    kind: FileKind
    name: str
    received_kind: FileKind
    received_digest: str
    findings: tuple[FileFinding, ...] = ()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of `data`, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """Return the number of bytes that are kept."""
        return len(self.data)

    @property
    def removed(self) -> tuple[FileFinding, ...]:
        """Return what was removed."""
        return tuple(finding for finding in self.findings if not finding.is_warning)

    @property
    def warnings(self) -> tuple[FileFinding, ...]:
        """Return what is still in the file and that the editor should know."""
        return tuple(finding for finding in self.findings if finding.is_warning)


@dataclass(frozen=True, slots=True)
class FilePage:
    """The text of a page or sheet. `number` counts from 1. None: the file has no pages; 0: text that is on no page."""

    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of an image. All values are fractions of the width or the height, from 0 to 1, from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A small WebP image of a file. `width` and `height` are in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """An upload that was cleaned, with its text and preview. From it `new_file` makes what is saved."""

    cleaned: CleanedFile
    pages: tuple[FilePage, ...]
    preview: FilePreview | None
