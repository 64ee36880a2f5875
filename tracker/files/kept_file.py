"""The choices of a person before a file is cleaned, and the values that come back from cleaning."""

import hashlib
from dataclasses import dataclass

from tracker.model.file_kind import FileKind


@dataclass(frozen=True, slots=True)
class CleaningChoices:
    """What the editor decided on comments and tracked changes. Those that stay lose their authors and dates."""

    remove_comments: bool = False
    accept_changes: bool = False


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something that was found in a file: it was removed or, if `is_warning`, is still there.

    `values` are pairs of a placeholder in the English `message` and a text, never the words that were found.
    """

    message: str
    values: tuple[tuple[str, str], ...] = ()
    is_warning: bool = False

    def __str__(self) -> str:
        """Return the message in English, with its values."""
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class CleanedFile:
    """A file that can be kept. `kind` and `name` are those after cleaning, `received_…` those of the upload."""

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
        """Return the findings about what was removed."""
        return tuple(finding for finding in self.findings if not finding.is_warning)

    @property
    def warnings(self) -> tuple[FileFinding, ...]:
        """Return the findings about what is still in the file and what the editor should look at."""
        return tuple(finding for finding in self.findings if finding.is_warning)


@dataclass(frozen=True, slots=True)
class FilePage:
    """The text of a page or sheet. `number` is None in a file without pages, and 0 for text that is on no page."""

    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of an image, or of page `page`. The other values are fractions of its width or height, from 0 to 1."""

    left: float
    top: float
    width: float
    height: float
    page: int = 1


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A small WebP image of a file. `width` and `height` are in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """An upload that was cleaned, with its text and, if it has one, its preview. `new_file` makes a `NewFile` of it."""

    cleaned: CleanedFile
    pages: tuple[FilePage, ...]
    preview: FilePreview | None
