"""Cells whose value is not clear: an editor chooses for all cells that say the same, or leaves them out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.importing.tables.cell_values import DATE_FIELDS
from tracker.importing.tables.fields import RECORDED_FIELDS, SOURCE_FIELDS
from tracker.importing.tables.results import CellProblem, FieldValue, ImportedRow, SheetResult
from tracker.importing.vocabulary import CODE_FIELDS, TAG_FIELDS_IN_SHEETS, ImportVocabulary
from tracker.model.vocabulary import SEPARATOR

CellKey = tuple[str, str]
"""The code of a field, and what a cell says, shortened as in a `CellProblem`."""
GUESSED_FIELDS = ("status", "direction", "verification")
"""The fields of which a guess is shown for correction: a misunderstood word would change what is recorded."""


@dataclass(frozen=True, slots=True)
class UnclearCell:
    """What one or several cells of a field say that is not clear. `rows` are the numbers of their rows.

    `choices` are the values that may be meant, `guess` is the one that was taken, or "" if the cells were not read.
    `message` says what is wrong.
    """

    field: str
    written: str
    rows: tuple[int, ...]
    message: str
    choices: tuple[str, ...] = ()
    guess: str = ""

    @property
    def key(self) -> CellKey:
        """Return the key under which an editor's choice for these cells is kept."""
        return (self.field, self.written)


def unclear_cells(result: SheetResult, vocabulary: ImportVocabulary) -> tuple[UnclearCell, ...]:
    """Return what the cells say that could not be read or was guessed: problems first, in the order of the rows."""
    problems: dict[CellKey, list[CellProblem]] = {}
    for problem in result.problems:
        if problem.field in RECORDED_FIELDS:
            problems.setdefault((problem.field, problem.value), []).append(problem)
    guesses: dict[CellKey, list[tuple[int, FieldValue]]] = {}
    for row in result.rows:
        for value in row.values:
            if value.is_guess and value.field in GUESSED_FIELDS:
                guesses.setdefault((value.field, value.written[:80]), []).append((row.number, value))
    return (
        *(
            UnclearCell(
                *key,
                tuple(problem.row for problem in found),
                message=found[0].message,
                choices=found[0].choices or _codes(key[0], vocabulary),
            )
            for key, found in problems.items()
        ),
        *(
            UnclearCell(
                *key,
                tuple(number for number, _value in cells),
                message="",
                choices=_codes(key[0], vocabulary),
                guess=cells[0][1].value,
            )
            for key, cells in guesses.items()
        ),
    )


def _codes(field: str, vocabulary: ImportVocabulary) -> tuple[str, ...]:
    if field in DATE_FIELDS or field not in (*CODE_FIELDS, *TAG_FIELDS_IN_SHEETS):
        return ()
    return tuple(vocabulary.labels.get(field, {}))


def settle_cells(result: SheetResult, chosen: Mapping[CellKey, str]) -> SheetResult:
    """Return the result with the values that an editor chose for unclear cells; "" leaves a cell out.

    The problems of these cells are gone, and their values are no longer guesses. So are the problems of fields that
    nobody records. A cell that names the source of its row is never left out.
    """
    result = replace(result, problems=tuple(p for p in result.problems if not p.field or p.field in RECORDED_FIELDS))
    # without its committee or document a row would come under the one that was chosen for all
    chosen = {key: value for key, value in chosen.items() if value or key[0] not in SOURCE_FIELDS}
    if not chosen:
        return result
    problems: dict[int, list[CellProblem]] = {}
    for problem in result.problems:
        if (problem.field, problem.value) in chosen:
            problems.setdefault(problem.row, []).append(problem)
    rows = tuple(_settle_row(row, problems.get(row.number, ()), chosen) for row in result.rows)
    left = tuple(problem for problem in result.problems if (problem.field, problem.value) not in chosen)
    return replace(result, rows=rows, problems=left)


def _settle_row(row: ImportedRow, problems: Iterable[CellProblem], chosen: Mapping[CellKey, str]) -> ImportedRow:
    values = list(row.values)
    for place, value in enumerate(values):
        key = (value.field, value.written[:80])
        if value.is_guess and value.field in GUESSED_FIELDS and key in chosen:
            values[place] = replace(value, value=chosen[key], is_guess=False)
    unread = list(row.unread)
    for problem in problems:
        new = chosen[problem.field, problem.value]
        if new and problem.field in unread:
            unread.remove(problem.field)
        if new:
            _add_value(values, problem, new)
    values = [value for value in values if value.value]
    if values == list(row.values) and len(unread) == len(row.unread):
        return row
    return replace(row, values=tuple(values), unread=tuple(unread))


def _add_value(values: list[FieldValue], problem: CellProblem, new: str) -> None:
    for place, value in enumerate(values):
        if value.column == problem.column and problem.field in TAG_FIELDS_IN_SHEETS:  # the known tags of the cell
            codes = dict.fromkeys([*value.value.split(SEPARATOR), new])
            values[place] = replace(value, value=SEPARATOR.join(codes))
            return
    values.append(FieldValue(problem.field, new, problem.value, column=problem.column))


def problems_by_row(problems: Sequence[CellProblem]) -> Mapping[int, tuple[CellProblem, ...]]:
    """Return number of a row → its problems."""
    found: dict[int, list[CellProblem]] = {}
    for problem in problems:
        found.setdefault(problem.row, []).append(problem)
    return {row: tuple(ones) for row, ones in found.items()}
