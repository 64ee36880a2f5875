"""Read an uploaded spreadsheet or export of UHRI in a process of its own, and describe it as values that can be kept.

The functions `…_upload` start the process (see `sandbox.host`); `answer_table` runs in it.
"""

import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from tracker.i18n import Language
from tracker.importing.entry import run_reading_job
from tracker.importing.tables.results import SheetResult
from tracker.importing.tables.sheet_reader import SheetChoices, read_spreadsheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uhri import (
    JsonRecords,
    UhriChoice,
    UhriResult,
    UhriSurvey,
    WorkbookRecords,
    is_uhri_workbook,
    read_uhri,
    survey_uhri,
)
from tracker.sandbox.host import IsCancelled, JobAnswer, never
from tracker.sandbox.kinds import is_json, is_zip
from tracker.sandbox.limits import TABLE, UHRI_WORKBOOK, UPLOAD, FileLimits

TableAnswer = SheetResult | UhriSurvey | UhriResult
"""What was read: a spreadsheet, or what an export of UHRI holds, or the recommendations chosen from it."""
_ANSWER: TypeAdapter[TableAnswer] = TypeAdapter(TableAnswer)


@dataclass(frozen=True, slots=True)
class SheetUpload:
    """A spreadsheet under review: the file as Base64, the editor's corrections, and what was read with them.

    The sentences in `result` are in the language with the code `language`.
    """

    content: str
    language: str
    choices: SheetChoices
    result: SheetResult


@dataclass(frozen=True, slots=True)
class UhriUpload:
    """An export of UHRI under review: the file, as Base64, what it holds, and what was chosen from it, None at first."""

    content: str
    survey: UhriSurvey
    choice: UhriChoice | None = None
    result: UhriResult | None = None


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What to read from a file, in which language, and with the words of which dataset. It is sent to the process."""

    vocabulary: ImportVocabulary
    language: Language
    sheet: SheetChoices = field(default_factory=SheetChoices)
    uhri: UhriChoice | None = None


def read_table_upload(
    data: bytes, request: TableRequest, limits: FileLimits = UPLOAD, *, is_cancelled: IsCancelled = never
) -> TableAnswer:
    """Return what a spreadsheet or an export of UHRI holds, read in a process of its own.

    Of an export of UHRI, return a survey, or the recommendations if `request.uhri` says which. Raise UnusableFile if
    the file cannot be read, and ProcessCancelled if `is_cancelled` returns True.
    """
    arguments = TypeAdapter(TableRequest).dump_python(request, mode="json")
    job, values = "tracker.importing.uploads.answer_table", {"request": arguments}
    answer = run_reading_job(job, data, values, limits=limits, is_cancelled=is_cancelled)
    return _ANSWER.validate_json(answer)


def start_table_upload(
    data: bytes, request: TableRequest, limits: FileLimits, *, is_cancelled: IsCancelled = never
) -> SheetUpload | UhriUpload:
    """Return a file that was just uploaded, as it can be reviewed. Raise what `read_table_upload` raises."""
    answer = read_table_upload(data, request, limits, is_cancelled=is_cancelled)
    content = b64encode(data).decode()
    if isinstance(answer, UhriSurvey):
        return UhriUpload(content, answer)
    assert isinstance(answer, SheetResult)
    return SheetUpload(content, request.language.code, request.sheet, result=answer)


def read_again(upload: SheetUpload | UhriUpload, request: TableRequest) -> SheetUpload | UhriUpload:
    """Return a file under review as it is read with other choices, in another language, or with chosen records of UHRI."""
    answer = read_table_upload(b64decode(upload.content), request)
    if isinstance(upload, UhriUpload):
        assert isinstance(answer, UhriResult)
        return replace(upload, choice=request.uhri, result=answer)
    assert isinstance(answer, SheetResult)
    return SheetUpload(upload.content, request.language.code, request.sheet, result=answer)


def answer_table(data: bytes, request: Mapping[str, Any]) -> JobAnswer:
    """Return the answer to a request, as JSON. This runs in the process. Raises UnusableFile if the file cannot be read."""
    wanted: TableRequest = TypeAdapter(TableRequest).validate_python(request)
    vocabulary, language = wanted.vocabulary, wanted.language
    answer: TableAnswer
    if not is_json(data) and not (is_zip(data) and is_uhri_workbook(data)):
        answer = read_spreadsheet(data, vocabulary, language, choices=wanted.sheet)
    else:
        file, limits = io.BytesIO(data), TABLE if is_json(data) else UHRI_WORKBOOK
        records = WorkbookRecords(data, language, limits) if is_zip(data) else JsonRecords(file, language, limits)
        chosen = wanted.uhri
        answer = read_uhri(records, chosen, vocabulary, limits=limits) if chosen else survey_uhri(records, vocabulary)
    return {}, _ANSWER.dump_json(answer)
