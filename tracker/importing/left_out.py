"""What a save of a table does not bring in: rows, cells and columns, each with its reason."""

from collections.abc import Collection, Iterator, Sequence

from tracker.i18n import Language
from tracker.importing.entry import RowState
from tracker.importing.tables.results import SheetColumn, SheetResult
from tracker.importing.tables.row_review import ReviewedRow
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, RECORDED_FIELDS
from tracker.importing.uhri.export import UhriResult
from tracker.model.localized_text import one_line


def columns_left_out(result: SheetResult) -> list[SheetColumn]:
    """Return the columns of which nothing is imported: they are not read, or a recommendation has no field for them."""
    return [c for c in result.columns if c.field.partition(":")[0] not in RECORDED_FIELDS]


def lines_left_out(
    rows: Sequence[ReviewedRow], ticked: Collection[int], result: SheetResult | UhriResult, *, language: Language
) -> Iterator[str]:
    """Yield a line about each row that stays out, each row of which a part stays out, and each such column.

    `ticked` are the numbers of the rows to save. `result` is what was read.
    """
    _ = language.gettext
    for row in rows:
        number, reasons = row.row.number, list(row.left)
        if number not in ticked:
            same = [_("The tracker has the same already.")] if row.state is RowState.SAME else []
            reasons = [*(row.problems or same or [_("The row was not ticked.")]), *reasons]
        if reasons:
            title = one_line(row.title)[:80]
            yield f"{_('Row {n}', n=number)}{title and f' · {title}'}: {' '.join(reasons)}"
    if isinstance(result, UhriResult):
        if others := result.records - result.wanted:
            yield language.ngettext(
                "{n} record of the file was not chosen.", "{n} records of the file were not chosen.", others
            )
        yield from filter(None, [result.problem])
        return
    for column in columns_left_out(result):
        told = [guess.message for guess in result.guesses if guess.column == column.letter and not guess.row]
        if column.field in IMPORT_FIELDS or not told:
            told = [_("Not imported: a recommendation has no field for it.")]
        yield f"{_('Column {letter}', letter=column.letter)} · {column.heading}: {' '.join(told)}"
