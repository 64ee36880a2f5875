"""What `sheet_reader` returns: columns, rows with values, problems and guesses. All of it can be pickled."""

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
    """A column of the table.

    `letter` is its name in Excel, `field` the code of its field, or "" if it is not read. `language` is the code of
    the language that the heading names or the editor chose, or "". `samples` are the first values, for the editor who
    corrects the fields; a column that may hold names or contacts of people has none.
    """

    letter: str
    heading: str
    field: str
    reason: MappingReason
    language: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that could not be read, or a row if `column` is "".

    `row` counts from 1, as in Excel; 0 is the whole file. `message` says what is wrong and what to write instead.
    `value` is the text of the cell, cut to 80 characters. `field` is the code of the field of the column, `choices`
    are the values that the cell may mean. If `is_left_out`, the row can be saved without this cell.
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
    """A sentence about something that was guessed or not read, for the editor to check.

    `row` counts from 1; it is 0 if the sentence is about a whole column, or about the whole file if `column` is "",
    too.
    """

    row: int
    column: str
    message: str


Located = TypeVar("Located", CellProblem, Guess)


def by_row(items: Iterable[Located]) -> dict[int, tuple[Located, ...]]:
    """Group problems or guesses by the number of their row."""
    number = attrgetter("row")
    return {row: tuple(ones) for row, ones in groupby(sorted(items, key=number), key=number)}


def guess_about(message: str, row: int = 0, column: SheetColumn | None = None) -> Guess:
    """Return a guess about a row, a column, a cell if both are given, or the whole file if neither is."""
    return Guess(row, column.letter if column else "", message)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of one field in one row.

    `value` would be recorded: a code, a partial date or a text. Several codes or names have "; " between them.
    `written` is the text of the cell. `column` is the letter of its column; it may be "", as for a value from a
    heading. `language` is the code of the language of a text, "" if it is not known or the field is no text.
    """

    field: str
    value: str
    written: str
    column: str = ""
    language: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the table that is about a recommendation.

    `number` is the number of the row in Excel, from 1. `id` and `version` are those of an export of this tracker, ""
    in other tables. `unread` are the codes of the fields whose cell has a problem, so that their value is not known
    or not complete.
    """

    number: int
    values: tuple[FieldValue, ...]
    id: str = ""
    version: str = ""
    unread: tuple[str, ...] = ()

    def value(self, field: str) -> str:
        """Return the first value of a field, or "" if the row has none. A text may have one in each language."""
        return next((value.value for value in self.values if value.field == field), "")


@dataclass(frozen=True, slots=True)
class SheetResult:
    """A table as it was read. `sheet` is the name of its sheet, "" for CSV.

    `other_sheets` are the names of the sheets that could be read instead. `problems` and `guesses` are sorted by row.
    """

    kind: SheetKind
    sheet: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[ImportedRow, ...]
    problems: tuple[CellProblem, ...] = ()
    guesses: tuple[Guess, ...] = ()
    other_sheets: tuple[str, ...] = ()
