"""Tables as they are in a file, before anybody knows what the columns mean."""

from dataclasses import dataclass, field
from enum import StrEnum

from tracker.importing.tables.results import Guess


class CellKind(StrEnum):
    """The kind of a cell's content. A formula is kept as its text and is never calculated."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell. A number has no needless decimals; a date is a partial date; a check box says TRUE or FALSE."""

    text: str = ""
    kind: CellKind = CellKind.TEXT


EMPTY_CELL = RawCell()


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A range of merged cells. Rows and columns count from 1, and the last ones belong to the range."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class RawTable:
    """A table: rows of cells, without empty cells at the end of a row. Row 1 comes first.

    `notes` say what was assumed or left out while reading it, such as the encoding.
    """

    name: str
    rows: tuple[tuple[RawCell, ...], ...]
    merged: tuple[MergedRange, ...] = ()
    notes: tuple[Guess, ...] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)

    def cell(self, row: int, column: int) -> RawCell:
        """Return the cell in a row and a column, which count from 1. Beyond the end, return an empty cell."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return cells[column - 1] if 0 < column <= len(cells) else EMPTY_CELL


@dataclass(frozen=True)
class RawFile:
    """The tables of a file that can be read, and the names of hidden sheets, which were not read."""

    tables: tuple[RawTable, ...]
    hidden_sheets: tuple[str, ...] = ()


def column_letter(column: int) -> str:
    """Return the name of a column in Excel: A for 1, AA for 27."""
    letters = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column with this name in Excel: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def without_empty_end(cells: list[RawCell]) -> tuple[RawCell, ...]:
    """Return the cells without empty ones at the end."""
    while cells and not cells[-1].text:
        cells.pop()
    return tuple(cells)
