"""Review what UHRI says, and tell what a save of a table does not bring in: rows, cells and columns."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from tracker.i18n import Language
from tracker.importing.entry import RowState
from tracker.importing.tables.results import CellProblem, SheetColumn, SheetResult
from tracker.importing.tables.row_comparison import RowDefaults, compare_other_rows
from tracker.importing.tables.row_review import ReviewedRow, RowReviewer, documents_of_rows, without_changes
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, RECORDED_FIELDS, ImportVocabulary
from tracker.importing.uhri import UhriKind, UhriResult, uhri_rows, uhri_tags
from tracker.model.localized_text import one_line
from tracker.model.records import TagSet
from tracker.queries.view import View


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
        n = result.records - result.wanted
        said = language.ngettext(
            "{n} record of the file was not chosen.", "{n} records of the file were not chosen.", n
        )
        yield from filter(None, [said if n else "", result.problem])
        return
    for column in columns_left_out(result):
        told = [guess.message for guess in result.guesses if guess.column == column.letter and not guess.row]
        if column.field in IMPORT_FIELDS or not told:
            told = [_("Not imported: a recommendation has no field for it.")]
        yield f"{_('Column {letter}', letter=column.letter)} · {column.heading}: {' '.join(told)}"


def review_uhri(
    view: View,
    result: UhriResult,
    defaults: RowDefaults,
    *,
    language: Language,
    chosen: Mapping[str, str] | None = None,
) -> tuple[ReviewedRow, ...]:
    """Return the recommendations with the tags of UHRI, and with notes about what to check.

    `chosen` maps a name of UHRI → the id of our theme or group that the editor chose for it.
    """
    _, vocabulary = language.gettext, ImportVocabulary.from_view(view, language)
    rows = uhri_rows(result.recommendations, vocabulary)
    tags: dict[int, TagSet] = {}
    notes: dict[int, list[str]] = {}
    problems: dict[int, tuple[CellProblem, ...]] = {}
    for one in result.recommendations:
        number = one.rows[0]
        found, unknown = uhri_tags(one, vocabulary, chosen)
        if found.themes or found.groups or found.sdg:
            tags[number] = found
        told = notes.setdefault(number, [])
        if UhriKind.RECOMMENDATION not in one.kinds:
            problems[number] = (CellProblem(number, "", _("UHRI does not call it a recommendation.")),)
        elif one.kind_is_guess:
            told.append(_("UHRI does not say what it is: its wording is that of a recommendation."))
        if one.is_cleaned:
            told.append(_("UHRI's text was damaged and has been mended: compare it with the document."))
        if unknown:
            told.append(_("Tags that are left out: {names}.", names="; ".join(unknown)[:200]))
    compared = [
        # what was read in the document itself is not replaced by UHRI's copy of it
        without_changes(one, [change.field for change in one.changes if change.field == "text" and change.old])
        for one in compare_other_rows(view, rows, documents_of_rows(view, rows, defaults), language=language)
    ]
    reviewed = RowReviewer(view, defaults, language, tags=tags).review(compared, problems)
    by_row = {row.row.number: replace(row, notes=(*row.notes, *notes[row.row.number])) for row in reviewed}
    return tuple(by_row[row.number] for row in rows)  # those of one document together
