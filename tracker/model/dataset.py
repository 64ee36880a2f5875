"""The dataset: everything that the files of a data folder say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tracker.model.problems import Problem
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document, Settings, TreatyBody
from tracker.model.safety_config import SafetyFile

Record = Recommendation | Evidence | Document


RECORDED_LISTS = ("assessments", "same_demand", "uptake", "relevant_to")
"""The lists of a record whose items carry their own recorded time."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything that the files say, with what is wrong in them. Immutable; another signature means other files.

    `modified` is when they last changed, in seconds since 1970; `sums` has the SHA-256 of each file by its path below the root.
    `kept` says of each file that is broken now how many of its records stand here as they were before.
    """

    root: Path
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
    original: "Dataset | None" = field(default=None, compare=False, repr=False)

    @property
    def unmasked(self) -> "Dataset":
        """What the files say, where this is how it is shown: the start of every form, and what a save is compared with."""
        return self.original or self

    def path_of(self, record: Recommendation | Evidence | Document) -> Path:
        """Where the record's file is, whether it exists yet or not. All documents stand in one."""
        if isinstance(record, Document):
            return self.root / "documents.yaml"
        folder = "recommendations" if isinstance(record, Recommendation) else "evidence"
        return self.root / folder / f"{record.id}.yaml"


def all_records(dataset: Dataset) -> Iterator[Record]:
    """Every record of a dataset: documents, then recommendations, then evidence."""
    return chain(dataset.documents.values(), dataset.recommendations.values(), dataset.evidence.values())
