"""Columns of exported tables: code, heading, and the value of a cell for programs and for people. No file format here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.publishing.html import RenderContext

Row = TypeVar("Row")
Value = str | int | tuple[str, ...] | None
"""The value of a cell: a text, a code (a StrEnum), a number, a bool, or several texts."""
SEPARATOR = "; "


class ValueKind(StrEnum):
    """The kind of values in a column. It decides the width, and whether a cell is a link, a number or a date."""

    CODE = "code"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table.

    `value` returns the value for programs, with stable codes. `words`, if given, returns what is shown to a person
    instead.
    """

    code: str
    heading: str
    value: Callable[[RenderContext, Row], Value]
    kind: ValueKind = ValueKind.CODE
    words: Callable[[RenderContext, Row], Value] | None = None


def machine_value(context: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """Return the value of a cell for a program. Its codes are the same in every language.

    Several values are joined by SEPARATOR.
    """
    value = column.value(context, row)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return SEPARATOR.join(value) if isinstance(value, tuple) else value


def display_value(context: RenderContext, column: Column[Row], row: Row) -> str | int | None:
    """Return the value of a cell for a person, in words of the reader's language.

    Several values are joined by SEPARATOR.
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
    """Return the columns that the parameter `columns` names, in its order, or the default columns if it names none.

    The parameter may be repeated, or hold several codes with commas between them. Unknown codes are ignored.
    """
    names = dict.fromkeys(name.strip() for value in params.get("columns", ()) for name in value.split(","))
    known = {column.code: column for column in columns}
    return tuple(known[name] for name in names if name in known) or tuple(known[name] for name in default)
