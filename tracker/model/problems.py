"""Problems in files, and broken rules. Functions return them in lists and do not raise them.

Exceptions are in `errors`.
"""

from dataclasses import dataclass
from pathlib import PurePath

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A problem in a file. `line` counts from 1. `message` says what is wrong and what to write instead."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A broken rule, with a message that says what is wrong.

    `path` is the path of the record's file; `field_path` is the path of the field inside the record.
    """

    path: PurePath
    field_path: FieldPath
    message: str
