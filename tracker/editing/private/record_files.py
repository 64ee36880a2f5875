"""The private files of public records: a reviewer can publish each of them."""

from collections.abc import Callable, Mapping

from pydantic.dataclasses import dataclass as record_type

from tracker.editing.private.owned_lists import ListKind
from tracker.model.attached_files import AttachedFile
from tracker.model.dataset import FileRecord
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS
from tracker.model.records import Evidence
from tracker.model.registers import Document

FileRecordKey = tuple[type[FileRecord], str]
"""(type, id) of the public record to which a private file belongs."""
Entries = tuple[AttachedFile, ...]
FilesChange = Callable[[Entries], Entries]
LIST_FOLDERS: Mapping[type[FileRecord], str] = {Evidence: "evidence_files", Document: "document_files"}
"""Type of record → the folder with the lists of private files."""


@record_type(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PrivateFilesList:
    """The contents of a file in evidence_files or document_files, such as <id>.<organisation>.yaml; the newest file is last."""

    files: tuple[AttachedFile, ...]


FILES = ListKind(
    PrivateFilesList,
    "files",
    "Private files: only editors see them, until they are published.",
    subjects={
        "evidence_files": ("public evidence", ("evidence",)),
        "document_files": ("public document", ("documents",)),
    },
)


def files_name(record: FileRecord) -> str:
    """Return the name of the list of private files of a public record."""
    return f"{LIST_FOLDERS[type(record)]}/{record.id}.yaml"
