"""The command `import` for tables: list what a spreadsheet or an export of UHRI would bring in, or cut an export down."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tracker.i18n import Language
from tracker.importing.comparison import RowState
from tracker.importing.tables.row_assessments import RowDefaults
from tracker.importing.tables.row_review import ReviewedRow, review_sheet
from tracker.importing.tables.uploads import TableRequest, read_table_upload
from tracker.importing.uhri.export import UhriResult, read_uhri
from tracker.importing.uhri.records import UhriChoice, record_filter
from tracker.importing.uhri.review import review_uhri
from tracker.importing.uhri.stream import JsonRecords, WorkbookRecords, is_uhri_workbook
from tracker.importing.upload_reading import read_upload
from tracker.importing.vocabulary import ImportVocabulary
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.queries.view import View
from tracker.sandbox.kinds import is_json, is_zip
from tracker.sandbox.limits import UHRI_FILE, FileLimits

ENGLISH = Language("en")
ALL_STATES = "all"
BYTES_IN_MEGABYTE = 1_000_000


def choice_of(options: argparse.Namespace, vocabulary: ImportVocabulary) -> UhriChoice:
    """Return which records the options of the command line want. Raise UnusableFile if a body is not known."""
    states = tuple(options.state or vocabulary.state)
    bodies = []
    for name in options.body:
        if not (code := vocabulary.code("body", name)):
            raise UnusableFile(N_("There is no treaty body {name} in the dataset."), {"name": name})
        bodies.append(code)
    return UhriChoice(
        states=() if ALL_STATES in states else states,
        bodies=tuple(bodies),
        themes=tuple(options.theme),
        first_year=options.since,
        last_year=options.until,
    )


def describe_table(path: Path, options: argparse.Namespace, view: View, *, limits: FileLimits) -> dict[str, Any]:
    """Return what a table would bring in, as plain values for JSON. Nothing is saved.

    Raise UnusableFile if it cannot be read.
    """
    vocabulary = ImportVocabulary.from_view(view, ENGLISH)
    defaults = RowDefaults(document=options.document or "")
    result = None
    with _uhri_records(path) as records:
        if records is not None:
            result = read_uhri(records, choice_of(options, vocabulary), vocabulary, limits=UHRI_FILE)
    if result is not None:
        rows = review_uhri(view, result, defaults, vocabulary=vocabulary, language=ENGLISH)
        return {"kind": "uhri", **_uhri_counts(result), "rows": [_describe_row(row) for row in rows]}
    data = read_upload(path, limits, path.name)
    answer = read_table_upload(data, TableRequest(vocabulary, ENGLISH), limits)
    assert answer.spreadsheet
    sheet = answer.spreadsheet
    return {
        "kind": sheet.kind.value,
        "sheet": sheet.sheet,
        "columns": [{"column": c.letter, "heading": c.heading, "field": c.field or None} for c in sheet.columns],
        "notices": [guess.message for guess in sheet.guesses if not guess.row and not guess.column],
        "rows": [_describe_row(row) for row in review_sheet(view, sheet, defaults, language=ENGLISH)],
    }


def _uhri_counts(result: UhriResult) -> dict[str, Any]:
    return {
        "records": result.records,
        "wanted": result.wanted,
        "repeated": result.repeated,
        "notices": [result.problem] if result.problem else [],
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
        "notes": list(row.notes),
    }


def summarize_table(path: Path, described: dict[str, Any]) -> str:
    """Return what a table would bring in, in a few lines."""
    rows = described["rows"]
    counts = {state.value: sum(row["state"] == state for row in rows) for state in RowState}
    lines = [f"{path}: {described['kind']}, {len(rows)} rows", ", ".join(f"{n} {s}" for s, n in counts.items() if n)]
    if "wanted" in described:
        lines.insert(1, f"{described['wanted']} of {described['records']} records are wanted")
    lines += [f"row {row['row']}: {problem}" for row in rows for problem in row["problems"]][:50]
    return "\n".join([*filter(None, lines), *described["notices"]])


def write_smaller_export(path: Path, options: argparse.Namespace, view: View) -> str:
    """Write the wanted records of an export of UHRI to a new file, and return a sentence about it.

    Raise UnusableFile if the file is no export of UHRI, or if the new file exists already or cannot be written.
    """
    vocabulary = ImportVocabulary.from_view(view, ENGLISH)
    is_wanted = record_filter(choice_of(options, vocabulary), vocabulary)
    written = 0
    try:
        with _uhri_records(path) as records:
            if records is None:
                raise UnusableFile(N_("This is not an export of UHRI."))
            with options.output.open("x", encoding="utf-8") as file:
                file.write("[")
                for record in records:
                    if is_wanted(record):
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
    """Open an export of UHRI, and yield its records, or None if it is another table."""
    try:
        file = path.open("rb")
    except OSError:
        yield None  # the reader of the file says why
        return
    with file:
        start = file.read(2048)
        file.seek(0)
        if is_zip(start):
            data = read_upload(path, UHRI_FILE, path.name)
            yield WorkbookRecords(data, UHRI_FILE) if is_uhri_workbook(data) else None
        elif is_json(start):
            yield JsonRecords(file, ENGLISH, UHRI_FILE, progress=_progress(path.stat().st_size))
        else:
            yield None


def _progress(total: int) -> Callable[[int], None] | None:
    """Return a function that shows in the terminal how much was read, or None without a terminal."""
    if total < 10 * BYTES_IN_MEGABYTE or not sys.stderr.isatty():
        return None
    shown = -1

    def show(read: int) -> None:
        nonlocal shown
        if (percent := 100 * read // total) != shown:
            shown = percent
            print(f"\r{percent} %", end="\n" if read >= total else "", file=sys.stderr, flush=True)

    return show
