"""An uploaded spreadsheet or export of UHRI: read it in a process of its own, keep what was read, and review it.

`read_table_upload` starts the process (see `sandbox.host`), and `answer_table` runs in it. `review_uhri` compares the
recommendations of UHRI with the tracker, `describe_left_out` says which rows, cells and columns a save leaves out.
"""

import io
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from tracker.i18n import Language
from tracker.importing import uhri
from tracker.importing.reading_job import run_reading_job
from tracker.importing.symbols_and_changes import RowState
from tracker.importing.tables.results import CellProblem, FieldValue, SheetColumn, SheetResult
from tracker.importing.tables.row_comparison import RowDefaults, compare_other_rows
from tracker.importing.tables.row_review import ReviewedRow, RowReviewer, documents_of_rows, without_changes
from tracker.importing.tables.sheet_reader import SheetChoices, read_spreadsheet
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, RECORDED_FIELDS, ImportVocabulary
from tracker.importing.uhri import UhriChoice, UhriKind, UhriResult, UhriSurvey, is_uhri_workbook
from tracker.model.localized_text import one_line
from tracker.model.records import TagSet
from tracker.model.vocabulary import Verification
from tracker.queries.view import View
from tracker.sandbox.host import IsCancelled, JobAnswer, never
from tracker.sandbox.kinds import is_json, is_zip
from tracker.sandbox.limits import TABLE, UHRI_WORKBOOK, UPLOAD, FileLimits

TableAnswer = SheetResult | UhriSurvey | UhriResult
"""What was read: a spreadsheet; or a survey of an export of UHRI; or the recommendations chosen from such an export."""
MAX_SHOWN_COMMENTS = 20
_ANSWER: TypeAdapter[TableAnswer] = TypeAdapter(TableAnswer)


@dataclass(frozen=True, slots=True)
class SheetUpload:
    """A spreadsheet under review: the file as Base64, the editor's corrections, and what was read with them."""

    content: str
    language: str
    choices: SheetChoices
    result: SheetResult


@dataclass(frozen=True, slots=True)
class UhriUpload:
    """An export of UHRI under review, as Base64. `choice` and `result` are None until the editor chose records."""

    content: str
    survey: UhriSurvey
    choice: UhriChoice | None = None
    result: UhriResult | None = None


@dataclass(frozen=True, slots=True)
class TableRequest:
    """How to read a table. `uhri` says which records of UHRI to read; if it is None, an export of UHRI is only surveyed."""

    vocabulary: ImportVocabulary
    language: Language
    sheet: SheetChoices = field(default_factory=SheetChoices)
    uhri: UhriChoice | None = None


def read_table_upload(
    data: bytes, request: TableRequest, limits: FileLimits = UPLOAD, *, is_cancelled: IsCancelled = never
) -> TableAnswer:
    """Read a spreadsheet or an export of UHRI in a process of its own, and return what it holds.

    Of an export of UHRI, return a survey, or the recommendations if `request.uhri` says which. Raise UnusableFile if
    the file cannot be read, ProcessCancelled if `is_cancelled` returns True.
    """
    arguments = TypeAdapter(TableRequest).dump_python(request, mode="json")
    job, values = "tracker.importing.uploads.answer_table", {"request": arguments}
    answer = run_reading_job(job, data, values, limits=limits, is_cancelled=is_cancelled)
    return _ANSWER.validate_json(answer)


def read_new_table(
    data: bytes, request: TableRequest, limits: FileLimits, *, is_cancelled: IsCancelled = never
) -> SheetUpload | UhriUpload:
    """Read a table that was just uploaded, and return it ready for review. Raise what `read_table_upload` raises."""
    answer = read_table_upload(data, request, limits, is_cancelled=is_cancelled)
    content = b64encode(data).decode()
    if isinstance(answer, UhriSurvey):
        return UhriUpload(content, answer)
    assert isinstance(answer, SheetResult)
    return SheetUpload(content, request.language.code, request.sheet, result=answer)


def read_table_again(upload: SheetUpload | UhriUpload, request: TableRequest) -> SheetUpload | UhriUpload:
    """Return the upload, read again as `request` says. UHRI needs `request.uhri`. Raise UnusableFile if reading fails."""
    answer = read_table_upload(b64decode(upload.content), request)
    if isinstance(upload, UhriUpload):
        assert isinstance(answer, UhriResult)
        return replace(upload, choice=request.uhri, result=answer)
    assert isinstance(answer, SheetResult)
    return SheetUpload(upload.content, request.language.code, request.sheet, result=answer)


def answer_table(data: bytes, request: Mapping[str, Any]) -> JobAnswer:
    """Return ({}, `TableAnswer` as JSON). Runs in the process that `read_table_upload` starts. Raise UnusableFile on failure."""
    wanted: TableRequest = TypeAdapter(TableRequest).validate_python(request)
    vocabulary, language = wanted.vocabulary, wanted.language
    answer: TableAnswer
    if not is_json(data) and not (is_zip(data) and is_uhri_workbook(data)):
        answer = read_spreadsheet(data, vocabulary, language, choices=wanted.sheet)
    else:
        how = language, TABLE if is_json(data) else UHRI_WORKBOOK
        records = uhri.WorkbookRecords(data, *how) if is_zip(data) else uhri.JsonRecords(io.BytesIO(data), *how)
        if wanted.uhri is None:
            answer = uhri.survey_uhri(records, vocabulary)
        else:
            answer = uhri.read_uhri(records, wanted.uhri, vocabulary, limits=how[1])
    return {}, _ANSWER.dump_json(answer)


def columns_left_out(result: SheetResult) -> list[SheetColumn]:
    """Return the columns that are not imported: their field is not known, or a recommendation has no such field."""
    return [c for c in result.columns if c.field.partition(":")[0] not in RECORDED_FIELDS]


def comments_left_out(result: TableAnswer, language: Language) -> list[str]:
    """Return sentences: which cells have comments, and which have links, that are not imported; [] if none has."""
    cells, links = (result.comments, result.links) if isinstance(result, SheetResult) else ((), ())
    ngettext, n = language.ngettext, MAX_SHOWN_COMMENTS
    shown = [", ".join(places[:n]) + ("…" if len(places) > n else "") for places in (cells, links)]
    said = ngettext(
        "{n} comment in a cell is not imported: {cells}",
        "{n} comments in cells are not imported: {cells}",
        len(cells),
        cells=shown[0],
    )
    behind = ngettext(
        "{n} link behind a cell is not imported: {cells}",
        "{n} links behind cells are not imported: {cells}",
        len(links),
        cells=shown[1],
    )
    return [*([said] if cells else []), *([behind] if links else [])]


def describe_left_out(
    rows: Sequence[ReviewedRow], ticked: Collection[int], result: SheetResult | UhriResult, *, language: Language
) -> Iterator[str]:
    """Yield a line about each row that a save leaves out or saves in part, then about columns or records left out."""
    _ = language.gettext
    for row in rows:
        number, reasons = row.row.number, list(row.left_out)
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
    yield from comments_left_out(result, language)
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
    """Return the recommendations of `result` as reviewed rows, in the same order.

    UHRI's texts never replace the tracker's. `chosen` maps the name of a tag in UHRI → the id that we use.
    """
    _, vocabulary = language.gettext, ImportVocabulary.from_view(view, language)
    # anybody can make such a file, so it is no reading of the document, whatever was chosen for all rows
    mark = FieldValue("verification", Verification.TO_CHECK.value, "")
    rows = [replace(row, values=(*row.values, mark)) for row in uhri.uhri_rows(result.recommendations, vocabulary)]
    tags: dict[int, TagSet] = {}
    notes: dict[int, list[str]] = {}
    problems: dict[int, tuple[CellProblem, ...]] = {}
    for one in result.recommendations:
        number = one.rows[0]
        found, unknown = uhri.uhri_tags(one, vocabulary, chosen)
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
        without_changes(one, ["verification", *(c.field for c in one.changes if c.field == "text" and c.old)])
        for one in compare_other_rows(view, rows, documents_of_rows(view, rows, defaults), language=language)
    ]
    reviewed = RowReviewer(view, defaults, language, tags=tags).review(compared, problems)
    by_row = {row.row.number: replace(row, notes=(*row.notes, *notes[row.row.number])) for row in reviewed}
    return tuple(by_row[row.number] for row in rows)  # those of one document together
