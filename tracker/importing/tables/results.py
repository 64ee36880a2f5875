"""What `sheet_reader` returns for a spreadsheet: columns, rows with values, problems and guesses.

All classes are frozen and can be pickled. Sentences are in the language of the editor.
"""

import re
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

    EXACT: the heading is known. SIMILAR: the field is guessed. CHECK_BOX: the heading is a status above check boxes.
    CHOSEN, LEFT_OUT: by the editor. DOUBLE: another column has the field. PRIVATE: may hold contacts of people.
    EITHER: the heading may be that of several fields; the editor is asked.
    COMMITTEE, STATE, REPLY_DATE: the heading says that it is the committee's or the State's word.
    HIDDEN: the column is hidden in Excel, and its words would be published.
    NAMES: the heading says nothing, and cells name organisations of the tracker; only these cells are read.
    """

    EXACT = "exact"
    SIMILAR = "similar"
    CHOSEN = "chosen"
    CHECK_BOX = "check-box"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    EITHER = "either"
    LEFT_OUT = "left-out"
    PRIVATE = "private"
    HIDDEN = "hidden"
    NAMES = "names"
    COMMITTEE = "committee"
    STATE = "state"
    REPLY_DATE = "reply-date"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the table. `field` is "" if not read. A column that may hold names or contacts has no `samples`."""

    letter: str
    heading: str
    field: str
    reason: MappingReason
    language: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem of a cell, a row (`column` is "") or the whole file (`row` is 0), and what to write instead.

    `value` is cut to 80 characters. If `is_left_out`, the row can be saved without this cell.
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
    """A guess for the editor to check. `row` is 0 for a whole column or, if `column` is "" too, for the whole file."""

    message: str
    row: int = 0
    column: str = ""


Located = TypeVar("Located", CellProblem, Guess)


def by_row(items: Iterable[Located]) -> dict[int, tuple[Located, ...]]:
    """Group problems or guesses by the number of their row."""
    number = attrgetter("row")
    return {row: tuple(ones) for row, ones in groupby(sorted(items, key=number), key=number)}


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of a field in a row: a code, a partial date or a text. Several values have "; " between them.

    `written` is the text of the cell. `column` may be "", as for a value from a heading.
    """

    field: str
    value: str
    written: str
    column: str = ""
    language: str = ""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row about a recommendation. Only our own exports have `id` and `version`. `unread`: fields with a problem."""

    number: int
    values: tuple[FieldValue, ...]
    id: str = ""
    version: str = ""
    unread: tuple[str, ...] = ()

    def value(self, field: str) -> str:
        """Return the first value of a field, or "" if the row has none. A text may have one in each language."""
        return next((value.value for value in self.values if value.field == field), "")

    def words_of_link(self) -> str:
        """Return the words beside the link in its cell, which name the source. An address is no name."""
        cell = next(value for value in self.values if value.field == "source_link")
        return re.sub(r"^\W+|[^\w)»”]+$", "", re.sub(r"\S*(?:://|\bwww\.|\w\.\w{2,}/)\S*", "", cell.written))


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What was read from `sheet` ("" for CSV, the symbol for a UPR report). Problems and guesses are sorted by row.

    `other_sheets` can be chosen instead. `comments` and `links` are cells, such as "B4", with one that is not read.
    """

    kind: SheetKind
    sheet: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[ImportedRow, ...]
    problems: tuple[CellProblem, ...] = ()
    guesses: tuple[Guess, ...] = ()
    other_sheets: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
