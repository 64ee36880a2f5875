"""Say in words which file of the dashboard is meant, and to which record it belongs. No path is shown on a page."""

from dataclasses import dataclass
from pathlib import PurePath

from tracker.model.labels import N_

FOLDER_LABELS = {
    "recommendations": N_("Recommendation"),
    "evidence": N_("Evidence"),
    "notes": N_("Private notes"),
    "evidence_files": N_("Private files of evidence"),
    "document_files": N_("Private files of a document"),
}
"""Folder → what a file in it is. Its name is the id of the record."""
FILE_LABELS = {
    "documents.yaml": N_("Documents"),
    "treaty_bodies.yaml": N_("Treaty bodies"),
    "tracker.yaml": N_("Settings of the tracker"),
    "safety.yaml": N_("Rules of the safety check"),
    "settled.yaml": N_("Dismissed findings of the safety check"),
}
OTHER_FILE = N_("Another file of the dashboard")


@dataclass(frozen=True, slots=True)
class FileName:
    """The words for a file. `label` is a message to translate, `id` the id of the record in the file, or ""."""

    label: str
    id: str = ""

    @property
    def is_recommendation(self) -> bool:
        """Return whether the file belongs to a recommendation: its record, or the private notes on it."""
        return self.label in (FOLDER_LABELS["recommendations"], FOLDER_LABELS["notes"])

    @property
    def is_evidence(self) -> bool:
        """Return whether the file belongs to evidence: its record, or the list of its private files."""
        return self.label in (FOLDER_LABELS["evidence"], FOLDER_LABELS["evidence_files"])


def name_file(path: str | PurePath) -> FileName:
    """Return the words for the file with this path. The path may be absolute."""
    path = PurePath(path)
    if path.parent.name in FOLDER_LABELS and path.suffix == ".yaml":
        return FileName(FOLDER_LABELS[path.parent.name], path.stem)
    return FileName(FILE_LABELS.get(path.name, OTHER_FILE))
