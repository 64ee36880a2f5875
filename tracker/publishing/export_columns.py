"""The parts of an exported table that do not depend on the file format: columns, and the values of cells."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.publishing.html import RenderContext

Row = TypeVar("Row")
Value = str | int | tuple[str, ...] | None
"""The value of a cell: a text, a code (a StrEnum), a number, a bool, or several texts. None is an empty cell."""
SEPARATOR = "; "


class ValueKind(StrEnum):
    """The kind of the values in a column: it decides the width, and whether cells are links, numbers or dates."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table. `code` is its name for programs, `heading` its name for people.

    `value` returns the value of a cell for programs. `words` returns the value for people; if it is None, people get
    the result of `value`.
    """

    code: str
    heading: str
    value: Callable[[RenderContext, Row], Value]
    kind: ValueKind = ValueKind.CODE
    words: Callable[[RenderContext, Row], Value] | None = None


def machine_value(context: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """Return the value of a cell for a program. Codes are the same in every language.

    Several values are joined by SEPARATOR. None is an empty cell.
    """
    value = column.value(context, row)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def display_value(context: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """Return the value of a cell for a person, in words of the reader's language.

    Several values are joined by SEPARATOR. None is an empty cell.
    """
    value = (column.words or column.value)(context, row)
    if isinstance(value, bool):
        return context.language.gettext("Yes") if value else context.language.gettext("No")
    if isinstance(value, StrEnum):
        return context.label(value)
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def select_columns(
    columns: Iterable[Column[Row]], params: Mapping[str, Iterable[str]], default: tuple[str, ...]
) -> tuple[Column[Row], ...]:
    """Return the columns whose codes are in the URL parameter `columns`, in the order of the parameter.

    The parameter may be repeated, or contain several codes with commas between them. Unknown codes are ignored. If no
    code is left, return the columns with the codes in `default`.
    """
    names = dict.fromkeys(name.strip() for value in params.get("columns", ()) for name in value.split(","))
    known = {column.code: column for column in columns}
    return tuple(known[name] for name in names if name in known) or tuple(known[name] for name in default)
