"""Files that are attached to an item of evidence or to a document: the PDF, the photo, the saved copy of a page."""

from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.events import Event
from tracker.model.field_types import Handle, Id, ShortText, Timestamp
from tracker.model.file_kind import FileKind
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, LanguageCode, Line, LocalizedText
from tracker.model.organisations import Privacy

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hex."""
PRIVATE_FILES_PATH = "/files/private/"
"""The start of the addresses of private files."""


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class AttachedFile:
    """A file that is attached to an item of evidence or to a document.

    `sha256` and `size` (in bytes) are those of the cleaned file, which is kept. Nothing here is computed from the file
    that the editor uploaded, because a digest of that file could show who gave it. `name` is the name for downloads.
    `pages` says where in the file to look. If `is_copy_of_link` is True, the file is a saved copy of the page to which
    the record links. `private` names the owner of a private file of a public record. It is None for a public file.
    """

    sha256: Digest
    kind: FileKind
    name: Line
    size: Annotated[int, Field(ge=1)]
    caption: LocalizedText | None = None
    language: LanguageCode | None = None
    pages: ShortText | None = None
    is_copy_of_link: bool = False
    recorded: Timestamp | None = None
    recorded_by: Handle | None = None
    recorded_for: Id | None = None
    events: tuple[Event, ...] = ()
    private: Privacy | None = None

    @property
    def file_name(self) -> str:
        """Return the name of the stored file: its SHA-256 and its extension, such as "1f…9c.pdf"."""
        return f"{self.sha256}.{self.kind.value}"
