"""A table that leaves the dashboard: a column's code, its heading, and what a cell says. No file format here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.publishing.html import Shown

R = TypeVar("R")
Value = str | int | tuple[str, ...] | None
"""What a cell holds: a text, a code (an enumeration), a number, yes or no, or several of them."""
BETWEEN = "; "


class Kind(StrEnum):
    """What is in a column; it decides how wide it is and whether a cell is a link, a number or a day."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. `value` gives stable codes for programs, `words` what a reader sees where that is something else."""

    code: str
    heading: str
    value: Callable[[Shown, R], Value]
    kind: Kind = Kind.CODE
    words: Callable[[Shown, R], Value] | None = None


def coded(s: Shown, column: Column[R], row: R) -> str | int | None:
    """The cell for a program: codes, the same in every language."""
    value = column.value(s, row)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return BETWEEN.join(value) if isinstance(value, tuple) else value


def in_words(s: Shown, column: Column[R], row: R) -> str | int | None:
    """The cell for a person: words in the reader's language."""
    value = (column.words or column.value)(s, row)
    if isinstance(value, bool):
        return s.language("Yes") if value else s.language("No")
    if isinstance(value, StrEnum):
        return s.label(value)
    return BETWEEN.join(value) if isinstance(value, tuple) else value


def chosen(
    columns: Iterable[Column[R]], params: Mapping[str, Iterable[str]], default: tuple[str, ...]
) -> tuple[Column[R], ...]:
    """The columns that `columns=` names, repeated or with commas, in its order; what is not known is left out."""
    names = dict.fromkeys(name.strip() for given in params.get("columns", ()) for name in given.split(","))
    known = {column.code: column for column in columns}
    return tuple(known[name] for name in names if name in known) or tuple(known[name] for name in default)
