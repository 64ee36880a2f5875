"""The dataset: all records and settings of a data folder, and the problems in its files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import PurePath
from typing import Any

from tracker.model.errors import Problem
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile
from tracker.model.states import State

Record = Recommendation | Evidence | Document
FileRecord = Evidence | Document
"""A record to which files can be attached."""

RECORDED_LISTS = ("assessments", "same_demand", "uptake", "relevant_to", "files")
"""The names of the list fields of records. Each item in these lists has a recorded time of its own."""
PRIVATE_SIGNATURE = "private"
"""The signature of a dataset with private evidence in place of the public evidence."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The contents of all files in a storage, and the problems in these files. A dataset cannot be changed.

    `root` is the data folder, or the name of the database in the form of a path. `signature` is a hash of the
    contents of all files. `modified` is the time of the last change, in seconds since 1970. `checksums`: path of a
    file relative to `root` → SHA-256. `outdated_counts`: path of an invalid file → how many of its records are shown
    in an earlier version. `redactions`: when words or files were removed for safety, and by an
    organisation's person or, if it is not known, "".
    `takes_back` is another number than that of the dataset read before, unless new entries are all that is different.
    """

    root: PurePath
    settings: Settings
    bodies: Mapping[str, TreatyBody] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    recommendations: Mapping[str, Recommendation] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    signature: str = ""
    modified: float = field(default=0.0, compare=False)
    checksums: Mapping[str, str] = field(default_factory=dict)
    safety: SafetyFile | None = None
    outdated_counts: Mapping[str, int] = field(default_factory=dict)
    redactions: tuple[tuple[str, str], ...] = ()
    takes_back: int = field(default=0, compare=False)

    @property
    def registers(self) -> Mapping[type[Record], Mapping[str, Any]]:
        """Return a mapping: type of record → (id → record). Treaty bodies and settings are not records."""
        return {Document: self.documents, Recommendation: self.recommendations, Evidence: self.evidence}

    @property
    def states(self) -> tuple[State, ...]:
        """Return the States of the dataset in the order of tracker.yaml: at least one."""
        return self.settings.all_states

    def state_of(self, record: Recommendation | Document) -> State | None:
        """Return the only State, or that of a document or of a recommendation's document; None if it names none of several."""
        states, document = self.states, record if isinstance(record, Document) else self.documents.get(record.document)
        if len(states) == 1:
            return states[0]
        return next((state for state in states if document and state.id == document.state), None)

    def path_of(self, record: Record) -> PurePath:
        """Return the path of the file of `record`, which may be a new record. All documents are in one file."""
        if isinstance(record, Document):
            return self.root / "documents.yaml"
        folder = "recommendations" if isinstance(record, Recommendation) else "evidence"
        return self.root.joinpath(folder, f"{record.id}.yaml")

    def name_of(self, path: PurePath) -> str:
        """Return the name of a file in its storage: its path relative to `root`, with "/" between folder and file."""
        return path.relative_to(self.root).as_posix()


def all_records(dataset: Dataset) -> Iterator[Record]:
    """Return an iterator over all records of a dataset: documents, then recommendations, then evidence."""
    return chain.from_iterable(records.values() for records in dataset.registers.values())


def place_of_record(d: Dataset, record: Record) -> tuple[str | None, ...]:
    """Return of which committee, State and kind a record is. Only one of the same place can be its duplicate."""
    if isinstance(record, Evidence):
        return (record.kind,)
    document = record if isinstance(record, Document) else d.documents.get(record.document)
    kind = record.kind if isinstance(record, Document) else record.issued_by
    return (kind, *((document.body, document.state) if document else ()))
