"""Problems in files, and broken rules. They are values, which are collected and reported. Exceptions are in `errors`."""

from dataclasses import dataclass
from pathlib import Path

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a file. `line` counts from 1. `message` tells the person who edits the file what is wrong and what to write."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A broken rule: the path of the record's file, the path of the field inside it, and what is wrong."""

    path: Path
    field_path: FieldPath
    message: str
