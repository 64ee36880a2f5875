"""What reading a spreadsheet gives: columns, rows with values, problems by row and column, and guesses.

All of it is frozen and can be pickled. Sentences are in the language of the editor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TypeVar


class SheetKind(StrEnum):
    """What a table is: an export of this tracker, or any other table."""

    OWN_EXPORT = "own-export"
    OTHER = "other"


class MappingReason(StrEnum):
    """Why a column has its field, or has none.

    The heading is known (EXACT) or resembles a known one (SIMILAR, a guess); the editor chose the field (CHOSEN); the
    heading is a status above check boxes (CHECK_BOX). No field: the heading is not known (UNKNOWN), another column has
    the field already (DOUBLE), the editor left it out (LEFT_OUT), the column may hold contacts of people (PRIVATE).
    """

    EXACT = "exact"
    SIMILAR = "similar"
    CHOSEN = "chosen"
    CHECK_BOX = "check-box"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    LEFT_OUT = "left-out"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of the table.

    `letter` is its name in Excel, `field` the code of a field or "" if it is not read, `language` the code of the
    language that the heading names, or "". `samples` are the first values, for the editor who corrects the mapping; a
    column with contacts of people has none.
    """

    letter: str
    heading: str
    field: str
    reason: MappingReason
    language: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell, or a row if `column` is "", that could not be read. `row` counts from 1, as in Excel; 0 is the whole file.

    `message` says what is wrong and what to write instead. `value` is what the cell says, shortened. `field` is the code
    of the field of the column, `choices` are the values that the cell may mean. `is_left_out` says that the cell stays out
    and the rest of its row does not wait for it.
    """

    row: int
    column: str
    message: str
    value: str = ""
    field: str = ""
    choices: tuple[str, ...] = ()
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was assumed while reading, for the editor to check. `row` 0 is the whole file or column."""

    row: int
    column: str
    message: str


Told = TypeVar("Told", CellProblem, Guess)


def by_row(told: Iterable[Told]) -> dict[int, tuple[Told, ...]]:
    """Return number of a row → the problems or the guesses about it."""
    number = attrgetter("row")
    return {row: tuple(ones) for row, ones in groupby(sorted(told, key=number), key=number)}


def guess_about(message: str, row: int = 0, column: SheetColumn | None = None) -> Guess:
    """Return a guess about the whole file, a row, a column, or a cell if both are given."""
    return Guess(row, column.letter if column else "", message)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of one field in one row.

    `value` is what would be recorded: a code, a partial date or a text; several codes have "; " between them. `written`
    is what the cell says. `language` is the language of a text, "" if the field has none.
    """

    field: str
    value: str
    written: str
    column: str = ""
    language: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One row of the table that is about a recommendation. `number` is its row in Excel, counting from 1.

    `id` and `version` come from an export of this tracker, "" otherwise. `unread` are the fields whose cell has a
    problem: their value is not known.
    """

    number: int
    values: tuple[FieldValue, ...]
    id: str = ""
    version: str = ""
    unread: tuple[str, ...] = ()

    def value(self, field: str) -> str:
        """Return the value of a field, or "" if the row has none. Of several languages, return the first."""
        return next((value.value for value in self.values if value.field == field), "")


@dataclass(frozen=True, slots=True)
class SheetResult:
    """A table as it was read. `sheet` is the name of the sheet, "" for CSV; `other_sheets` could be read instead.

    `problems` and `guesses` are sorted by row.
    """

    kind: SheetKind
    sheet: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[ImportedRow, ...]
    problems: tuple[CellProblem, ...] = ()
    guesses: tuple[Guess, ...] = ()
    other_sheets: tuple[str, ...] = ()
