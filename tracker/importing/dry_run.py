"""The work of the command `import`: describe what files would bring in, or make an export of UHRI smaller."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tracker.config import Config
from tracker.i18n import Language
from tracker.importing.documents.imported_document import (
    Author,
    FollowUpSection,
    ImportedDocument,
    UprDocument,
    add_state_notice,
)
from tracker.importing.documents.reader import parse_upload
from tracker.importing.reading_job import read_file_to_import
from tracker.importing.tables.results import SheetResult
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import ReviewedRow, review_sheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.importing.uhri import JsonRecords, UhriChoice, WorkbookRecords, is_uhri_workbook, read_uhri, record_filter
from tracker.importing.uploads import TableRequest, read_table_upload, review_uhri
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.queries.current_view import current_view
from tracker.queries.view import View
from tracker.sandbox.kinds import is_json, is_table, is_zip
from tracker.sandbox.limits import UHRI_FILE, UPLOAD, FileLimits
from tracker.storage.folder.storage import BoundedFile
from tracker.validation.state_party import expected_state

ENGLISH = Language("en")
MAX_EXCERPT = 60
"""At most this many characters of a text of a follow-up report are printed."""
BYTES_IN_MEGABYTE = 1_000_000
_MAY_BE_COMMITTEES = (Author.COMMITTEE, Author.UNKNOWN)
"""Of papers of others nothing is printed as a recommendation."""


def describe_files(options: argparse.Namespace, config: Config) -> str:
    """Return what is in the files as JSON, a list if there are several. Raise UnusableFile for a wrong file or option."""
    view = current_view(config.data, {})
    if options.document and options.document not in view.dataset.documents:
        raise UnusableFile("There is no document {id} in documents.yaml.", {"id": options.document})
    limits = replace(UPLOAD, file_bytes=int(config.upload_megabytes * BYTES_IN_MEGABYTE))
    described: list[object] = []
    for number, path in enumerate(options.file, 1):
        if sys.stderr.isatty():
            print(f"Reading {path} ({number} of {len(options.file)}); Ctrl+C cancels.", file=sys.stderr)
        is_found = False
        with suppress(OSError), BoundedFile(io.FileIO(path)) as file:  # the reader of the file says why
            is_found = is_table(file, path.name)
        with _name_file_in_error(path):
            if is_found:
                described.append(describe_table(path, options, view, limits=limits))
                continue
            document = parse_upload(path, language=options.lang, limits=limits)
            found = _sections_about(document.follow_up_reports, options.state)
            sections = [describe_section(section) for section in found]
            upr = [describe_upr(document.upr)] if document.upr else []
            as_read = upr or sections or [describe_document(add_state_notice(document, expected_state(view.dataset)))]
            described.append(as_read[0] if len(as_read) == 1 else as_read)
    return json.dumps(described[0] if len(described) == 1 else described, ensure_ascii=False, indent=2)


@contextmanager
def _name_file_in_error(path: Path) -> Iterator[None]:
    """Put the path of the file before the message of an UnusableFile that is raised inside."""
    try:
        yield
    except UnusableFile as error:
        raise UnusableFile("{file}: {reason}", {"file": str(path), "reason": str(error)}) from None


def describe_document(document: ImportedDocument) -> dict[str, object]:
    """Return "document" and "recommendations" for JSON. Dates that we computed are in "computed_due", not in "due"."""
    follow_up, report = document.follow_up, document.next_report
    return {
        "document": {
            "symbol": document.symbol,
            "adopted": document.adopted,
            "considered": document.considered,
            "follow_up": {
                "paragraphs": list(follow_up.paragraphs) if follow_up else [],
                "due": follow_up.reply.stated if follow_up else None,
                "period": (follow_up.reply.period or None) if follow_up else None,
                "computed_due": follow_up.reply.date if follow_up and follow_up.reply.computed else None,
            },
            "next_report": {
                "due": report.stated if report else None,
                "computed_due": report.date if report and report.computed else None,
            },
            "language": document.language,
            "notices": [str(notice) for notice in document.notices],
        },
        "recommendations": [
            {
                "paragraph": paragraph.number,
                "heading": paragraph.heading or None,
                "text": paragraph.full_text,
                "parts": [{"id": part.id, "text": part.text} for part in paragraph.parts],
            }
            for paragraph in (document.recommendations if document.author in _MAY_BE_COMMITTEES else ())
        ],
    }


def describe_upr(document: UprDocument) -> dict[str, object]:
    """Return a document of the Universal Periodic Review for JSON; what it does not say is None, "" or []."""
    return {
        "document": {
            "kind": document.kind,
            "symbol": document.symbol,
            "state": document.state or None,
            "reviewed": document.reviewed,
            "adopted": document.adopted,
            "session": document.session or None,
            "answers_due": document.answers_due or None,
            "language": document.language,
        },
        "recommendations": [
            {
                "number": one.number,
                "paragraph": one.paragraph or None,
                "text": one.text,
                "recommenders": list(one.recommenders),
                "position": one.position,
                "position_words": one.position_words or None,
                "themes": list(one.themes),
                "affected_persons": list(one.affected_persons),
            }
            for one in document.recommendations
        ],
        "problems": [str(problem) for problem in document.problems],
    }


def _sections_about(sections: Sequence[FollowUpSection], names: Sequence[str] | None) -> Sequence[FollowUpSection]:
    """Return the sections about the named States; all sections for no names or "all". Raise UnusableFile if none fits."""
    if not sections or not names or "all" in names:
        return sections
    wanted = {name.strip().casefold() for name in names}
    found = [section for section in sections if (section.state or "").casefold() in wanted]
    if not found:
        states = ", ".join(section.state or "?" for section in sections)
        raise UnusableFile("The report has no section about this State. It has: {states}", {"states": states})
    return found


def describe_section(section: FollowUpSection) -> dict[str, object]:
    """Return a section as values for JSON, with long texts cut, and without the State's replies to the paragraphs."""
    return {
        "kind": "follow-up-report",
        "symbol": section.symbol,
        "state": section.state,
        "concluding_observations": section.concluding_observations,
        "adopted": section.adopted,
        "follow_up_paragraphs": list(section.follow_up_paragraphs),
        "replies": [{"symbol": reply.symbol, "date": reply.date} for reply in section.replies],
        "ngo_information": bool(section.lists_ngos),
        "paragraphs": [
            {
                "paragraph": paragraph.number,
                "title": paragraph.title or None,
                "recommendation_begins": paragraph.recommendation[:MAX_EXCERPT] or None,
                "grades": [
                    {"grade": g.grade, "scope": g.scope, "evaluation_begins": g.evaluation[:MAX_EXCERPT] or None}
                    for g in paragraph.grades
                ],
            }
            for paragraph in section.paragraphs
        ],
        "recommended_action_begins": section.recommended_action[:MAX_EXCERPT] or None,
        "next_report": section.next_report,
    }


def uhri_choice_of(options: argparse.Namespace, vocabulary: ImportVocabulary) -> UhriChoice:
    """Return the choice of records in `options`; no --state: the dataset's State. Raise UnusableFile for an unknown body."""
    states = tuple(options.state or vocabulary.state)
    bodies = {name: vocabulary.code("body", name) for name in options.body}
    if unknown := next((name for name, code in bodies.items() if not code), None):
        raise UnusableFile(N_("There is no treaty body {name} in the dataset."), {"name": unknown})
    years = {"first_year": options.since, "last_year": options.until}
    return UhriChoice(() if "all" in states else states, tuple(bodies.values()), tuple(options.theme), **years)


def describe_table(path: Path, options: argparse.Namespace, view: View, *, limits: FileLimits) -> dict[str, Any]:
    """Return what a spreadsheet (within `limits`) or UHRI export brings in, for JSON. Raise UnusableFile if that fails."""
    vocabulary = ImportVocabulary.from_view(view, ENGLISH)
    defaults = RowDefaults(document=options.document or "")
    with _uhri_records(path) as records:
        if records is not None:
            result = read_uhri(records, uhri_choice_of(options, vocabulary), vocabulary, limits=UHRI_FILE)
            return {
                "kind": "uhri",
                "records": result.records,
                "wanted": result.wanted,
                "repeated": result.repeated,
                "notices": [result.problem] if result.problem else [],
                "rows": [_describe_row(row) for row in review_uhri(view, result, defaults, language=ENGLISH)],
            }
    data = read_file_to_import(path, limits, path.name)
    sheet = read_table_upload(data, TableRequest(vocabulary, ENGLISH), limits)
    assert isinstance(sheet, SheetResult)
    return {
        "kind": sheet.kind.value,
        "sheet": sheet.sheet,
        "columns": [{"column": c.letter, "heading": c.heading, "field": c.field or None} for c in sheet.columns],
        "notices": [guess.message for guess in sheet.guesses if not guess.row and not guess.column],
        "rows": [_describe_row(row) for row in review_sheet(view, sheet, defaults, language=ENGLISH)],
    }


def _describe_row(row: ReviewedRow) -> dict[str, Any]:
    return {
        "row": row.row.number,
        "state": row.state.value,
        "recommendation": row.compared.recommendation or None,
        "document": row.document or row.row.value("symbol") or None,
        "paragraph": row.row.value("paragraph") or None,
        "title": row.title,
        "status": row.row.value("status") or None,
        "assessed": row.row.value("assessed") or None,
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in row.compared.changes],
        "problems": list(row.problems),
        "notes": [*row.left_out, *row.notes],
    }


def write_smaller_export(options: argparse.Namespace, config: Config) -> str:
    """Write the wanted records of an export of UHRI to a new .json file, and return a line about the file.

    A second line tells of damage or of columns that were not read. Raise UnusableFile if several files are given, if
    the file is not an export of UHRI, or if the new file exists already or cannot be written.
    """
    path, *others = options.file
    if others:
        raise UnusableFile("--output takes one file.")
    vocabulary = ImportVocabulary.from_view(current_view(config.data, {}), ENGLISH)
    written = 0
    with _name_file_in_error(path):
        is_wanted = record_filter(uhri_choice_of(options, vocabulary), vocabulary)
        try:
            with _uhri_records(path) as records:
                if records is None:
                    raise UnusableFile(N_("This is not an export of UHRI."))
                with options.output.open("x", encoding="utf-8") as file:
                    file.write("[")
                    for record in filter(is_wanted, records):
                        file.write(("," if written else "") + "\n" + json.dumps(record, ensure_ascii=False))
                        written += 1
                    file.write("\n]\n")
        except FileExistsError:
            raise UnusableFile(N_("{name} exists already. Choose another name."), {"name": options.output}) from None
        except OSError as error:
            values = {"name": options.output, "reason": error.strerror}
            raise UnusableFile(N_("{name} cannot be written: {reason}."), values) from None
    size = options.output.stat().st_size / BYTES_IN_MEGABYTE
    told = f"{options.output}: {written} of {records.count} records, {size:.1f} MB."
    return "\n".join(filter(None, [told, records.problem]))


@contextmanager
def _uhri_records(path: Path) -> Iterator[JsonRecords | WorkbookRecords | None]:
    """Open an export of UHRI and yield its records; None if the file is something else or cannot be opened."""
    try:
        file = path.open("rb")
    except OSError:
        yield None  # the reader of the file says why
        return
    with file:
        start = file.read(2048)
        file.seek(0)
        if is_zip(start):
            data = read_file_to_import(path, UHRI_FILE, path.name)
            yield WorkbookRecords(data, ENGLISH, UHRI_FILE) if is_uhri_workbook(data) else None
        elif is_json(start):
            yield JsonRecords(file, ENGLISH, UHRI_FILE, progress=_progress_printer(path.stat().st_size))
        else:
            yield None


def _progress_printer(total: int) -> Callable[[int], None] | None:
    """Return a function that prints how much was read, in percent; None for a small file, or without a terminal."""
    if total < 10 * BYTES_IN_MEGABYTE or not sys.stderr.isatty():
        return None
    shown = -1

    def show(read: int) -> None:
        nonlocal shown
        if (percent := 100 * read // total) != shown:
            shown = percent
            print(f"\r{percent} %", end="\n" if read >= total else "", file=sys.stderr, flush=True)

    return show
