"""A table that leaves the dashboard: a column's code, its heading, and what a cell says. No file format here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.publishing.html import RenderContext

Row = TypeVar("Row")
Value = str | int | tuple[str, ...] | None
"""What a cell holds: a text, a code (an enumeration), a number, yes or no, or several of them."""
SEPARATOR = "; "


class ValueKind(StrEnum):
    """What is in a column; it decides how wide it is and whether a cell is a link, a number or a day."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. `value` gives stable codes for programs, `words` what a reader sees where that is something else."""

    code: str
    heading: str
    value: Callable[[RenderContext, Row], Value]
    kind: ValueKind = ValueKind.CODE
    words: Callable[[RenderContext, Row], Value] | None = None


def machine_value(s: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """The cell for a program: codes, the same in every language."""
    value = column.value(s, row)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def display_value(s: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """The cell for a person: words in the reader's language."""
    value = (column.words or column.value)(s, row)
    if isinstance(value, bool):
        return s.language.gettext("Yes") if value else s.language.gettext("No")
    if isinstance(value, StrEnum):
        return s.label(value)
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def select_columns(
    columns: Iterable[Column[Row]], params: Mapping[str, Iterable[str]], default: tuple[str, ...]
) -> tuple[Column[Row], ...]:
    """The columns that `columns=` names, repeated or with commas, in its order; what is not known is left out."""
    names = dict.fromkeys(name.strip() for given in params.get("columns", ()) for name in given.split(","))
    known = {column.code: column for column in columns}
    return tuple(known[name] for name in names if name in known) or tuple(known[name] for name in default)
