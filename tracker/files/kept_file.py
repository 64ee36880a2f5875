"""The choices of a person before a file is cleaned, and the values that come back from cleaning."""

import hashlib
from dataclasses import dataclass

from tracker.model.file_kind import FileKind


@dataclass(frozen=True, slots=True)
class CleaningChoices:
    """What the editor decided about comments and tracked changes.

    If a value is False, they stay in the file, but without authors and dates.
    """

    remove_comments: bool = False
    accept_changes: bool = False


@dataclass(frozen=True, slots=True)
class FileFinding:
    """Something that was found in a file: it was removed or, if `is_warning`, is still there.

    `message` is in English and can be translated. `values` are pairs of a placeholder in it and a text, such as
    ("count", "3"); they never repeat the words that were found.
    """

    message: str
    values: tuple[tuple[str, str], ...] = ()
    is_warning: bool = False

    def __str__(self) -> str:
        """Return the message in English, with its values."""
        return self.message.format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class CleanedFile:
    """A file that can be kept: the cleaned bytes, their kind, and a name without folders or odd characters.

    `kind` is HTML for a web archive, otherwise that of the upload. `received_kind` is the kind of the upload, and
    `received_digest` its SHA-256 in hex.
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
        """Return the findings about what was removed."""
        return tuple(finding for finding in self.findings if not finding.is_warning)

    @property
    def warnings(self) -> tuple[FileFinding, ...]:
        """Return the findings about what is still in the file and what the editor should look at."""
        return tuple(finding for finding in self.findings if finding.is_warning)


@dataclass(frozen=True, slots=True)
class FilePage:
    """The text of a page or a sheet. `number` counts from 1.

    It is None if the file has no pages, and 0 for everything that can be read in the file but is on no page.
    """

    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of an image: the place of its upper left corner, and its size.

    All values are fractions of the width or the height of the image, from 0 to 1.
    """

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
    """An upload that was cleaned, with its text and, if it has one, its preview. `new_file` makes a `NewFile` of it."""

    cleaned: CleanedFile
    pages: tuple[FilePage, ...]
    preview: FilePreview | None
