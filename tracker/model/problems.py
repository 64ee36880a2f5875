"""Problems in files and broken rules. They are reported, not raised; the exceptions are in `errors`."""

from dataclasses import dataclass
from pathlib import Path

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a file, worded for the person who edits it: path, line (from 1), what is wrong and what would be right."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A broken rule: the record's file, the field, and what is wrong."""

    path: Path
    field_path: FieldPath
    message: str
