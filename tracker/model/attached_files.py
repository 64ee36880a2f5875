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

    `sha256` and `size` (in bytes) are those of the file that is kept, after cleaning. Nothing here is computed from the
    file that the editor gave: its digest would show from whom it came. `name` is the name for a download. `language` is the language of the file, `pages` says
    where in it to look. `is_copy_of_link` says that the file is a saved copy of the page behind the link of the record.
    `private` says whose a private file of a public record is; no public file has it.
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
        """Return the name under which the file is kept: its digest and its extension."""
        return f"{self.sha256}.{self.kind.value}"
