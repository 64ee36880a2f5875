"""What can be wrong: problems in files, which are reported, and errors of requests, which are raised."""

from dataclasses import dataclass
from pathlib import Path

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file, for the person who has it open: file, line (from 1), what is wrong; what would be right."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A rule that does not hold, at a place inside a record's file."""

    path: Path
    field_path: FieldPath
    message: str
