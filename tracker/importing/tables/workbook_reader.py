"""Read a workbook (.xlsx) with limits: the size of its parts is checked before any of them is parsed.

Hidden sheets, external links, macros and comments are not read. Formulas are text.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from tracker.i18n import Language
from tracker.importing.tables.raw_tables import (
    EMPTY_CELL,
    CellKind,
    MergedRange,
    RawCell,
    RawFile,
    RawTable,
    column_number,
    without_empty_end,
)
from tracker.importing.tables.results import Guess, guess_about
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.archives import open_archive
from tracker.sandbox.kinds import NOT_A_WORKBOOK
from tracker.sandbox.limits import FileLimits, Stopwatch, table_too_large
from tracker.sandbox.sentences import NOT_A_SPREADSHEET, READING_TABLE

CHUNK = 1 << 16
MERGED_CELL = re.compile(
    rb"""<(?:\w{1,20}:)?mergeCell\s[^<>]{0,100}?\bref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
HIDDEN_ROW = re.compile(
    rb"""<(?:\w{1,20}:)?row\s(?=[^<>]{0,300}?\bhidden=["'](?:1|true)["'])[^<>]{0,300}?\br=["']([0-9]{1,7})["']"""
)
LONGEST_TAG = 400
MAX_MERGED = 2_000
"""The largest number of merged ranges that are read in a sheet."""
ENCODING_PATTERN = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
SMALL_PARTS = re.compile(r"xl/(?!worksheets/|sharedStrings)|docProps/|\[Content_Types\]|_rels/")
SMALL_PART_BYTES = 8 * 1024 * 1024


def read_workbook(data: bytes, limits: FileLimits, language: Language) -> RawFile:
    """Return the visible sheets of a workbook. Raise UnusableFile if it cannot be read or is beyond the limits."""
    watch = Stopwatch(limits.seconds)
    with open_workbook(data, limits) as book:
        hidden = tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible")
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        tables = []
        cells_left = limits.cells
        for sheet in shown:
            rows = []
            for cells in sheet_rows(sheet, limits):
                watch.check()
                cells_left -= len(cells)
                if cells_left < 0:
                    raise table_too_large(limits)
                rows.append(cells)
            while rows and not rows[-1]:
                rows.pop()
            merged, hidden_rows = _merged_ranges(sheet, len(rows), watch)
            tables.append(RawTable(sheet.title, tuple(rows), merged, hidden_rows=hidden_rows))
    return RawFile(tuple(tables), hidden)


@contextmanager
def open_workbook(data: bytes, limits: FileLimits) -> Iterator[Any]:
    """Open a workbook of openpyxl, read-only, after its parts were checked. Close it at the end.

    Raise UnusableFile also for what openpyxl cannot read inside the `with` block.
    """
    from openpyxl import load_workbook  # imported here: it takes 0.2 s, and most pages need no workbook

    _check_parts(data, limits)
    book = None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False, rich_text=False)
        yield book
    except UnusableFile:
        raise
    except Exception as error:  # openpyxl raises many kinds of errors for damaged files
        message = N_("The workbook is damaged. Open it in Excel or LibreOffice, save it again and retry.")
        raise UnusableFile(message) from error
    finally:
        if book is not None:
            book.close()


def sheet_rows(sheet: Any, limits: FileLimits) -> Iterator[tuple[RawCell, ...]]:
    """Yield the rows of a sheet of openpyxl, from row 1 on. Raise UnusableFile if it is larger than allowed."""
    sheet.reset_dimensions()  # the size that the file states may be wrong
    most_rows, most_columns = limits.rows, limits.columns
    for number, cells in enumerate(sheet.iter_rows(max_row=most_rows + 1, max_col=most_columns + 1), 1):
        found = without_empty_end([_raw_cell(cell, limits) for cell in cells])
        if found and (number > most_rows or len(found) > most_columns):
            raise table_too_large(limits)
        yield found


def _raw_cell(cell: Any, limits: FileLimits) -> RawCell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return EMPTY_CELL
    if isinstance(value, bool):
        return RawCell("TRUE" if value else "FALSE", CellKind.FLAG)
    if isinstance(value, datetime | date):
        return RawCell(_partial_date(value, str(cell.number_format)), CellKind.DATE)
    if isinstance(value, time):
        return RawCell(value.isoformat(), CellKind.TEXT)
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
        return RawCell(str(int(value)) if whole else str(value)[: limits.cell_length], CellKind.NUMBER)
    text = str(getattr(value, "text", value))[: limits.cell_length].strip()
    if kind == "f":
        return RawCell(text, CellKind.FORMULA)
    return RawCell(text, CellKind.ERROR if kind == "e" else CellKind.TEXT) if text else EMPTY_CELL


def _partial_date(value: date, number_format: str) -> str:
    """Return a date as precise as the cell shows it: a cell that shows "May 2026" has no day."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format.lower())
    day = value.strftime("%Y-%m-%d").zfill(10)
    if "d" in shown or "y" not in shown:
        return day
    return day[:7] if "m" in shown else day[:4]


def _merged_ranges(sheet: Any, rows: int, watch: Stopwatch) -> tuple[tuple[MergedRange, ...], frozenset[int]]:
    """Return the merged ranges within the first `rows` rows, at most MAX_MERGED, and the numbers of hidden rows.

    openpyxl does not tell them in read-only mode. They are in the attributes of tags, which are looked for in the bytes.
    """
    merged: dict[MergedRange, None] = {}
    hidden = set()
    tail = b""
    with sheet.parent._archive.open(sheet._worksheet_path) as source:
        while chunk := source.read(CHUNK):
            watch.check()
            text = tail + chunk
            tail = text[-LONGEST_TAG:]
            hidden |= {int(found[1]) for found in HIDDEN_ROW.finditer(text) if int(found[1]) <= rows}
            for found in MERGED_CELL.finditer(text):
                left, top, right, bottom = (part.decode() for part in found.groups())
                if int(top) <= rows and len(merged) < MAX_MERGED:
                    last = min(int(bottom), rows)
                    merged[
                        MergedRange(int(top), column_number(left), last_row=last, last_column=column_number(right))
                    ] = None
    return tuple(merged), frozenset(hidden)


def _check_parts(data: bytes, limits: FileLimits) -> None:
    """Raise UnusableFile if what is packed in the workbook is too large, or is no workbook."""
    try:
        with open_archive(data, limits, READING_TABLE) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            for name, message in NOT_A_WORKBOOK.items():
                if name in names:
                    raise UnusableFile(message)
            if "[Content_Types].xml" not in names:
                raise UnusableFile(NOT_A_SPREADSHEET)
            xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            if any(SMALL_PARTS.match(part.filename) and part.file_size > SMALL_PART_BYTES for part in xml):
                raise UnusableFile(READING_TABLE.too_large)
            _check_xml(archive, xml, limits)
    except UnusableFile:
        raise
    except Exception as error:  # zipfile raises many kinds of errors for damaged files
        raise UnusableFile(NOT_A_SPREADSHEET) from error


def _check_xml(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], limits: FileLimits) -> None:
    """Raise UnusableFile if a part defines entities, has an unusual encoding, or if there are too many tags.

    A tag of four bytes becomes an object of hundreds of bytes, so the size alone does not bound the memory.
    """
    unusual = N_(
        "The workbook has parts that a spreadsheet program does not write. Copy the table into a new workbook."
    )
    tags = 0
    for part in parts:
        with archive.open(part) as source:
            start = chunk = source.read(CHUNK)
            declared = ENCODING_PATTERN.match(start.removeprefix(b"\xef\xbb\xbf"))
            is_utf8 = not declared or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii")
            if b"\0" in start[:4] or start.startswith((b"\xff\xfe", b"\xfe\xff")) or not is_utf8:
                raise UnusableFile(unusual)
            end = b""  # a word may be cut by the end of a chunk
            while chunk:
                if b"<!DOCTYPE" in end + chunk or b"<!ENTITY" in end + chunk:
                    raise UnusableFile(unusual)
                tags += chunk.count(b"<")
                if tags > limits.tags:
                    raise UnusableFile(READING_TABLE.too_large)
                end, chunk = chunk[-16:], source.read(CHUNK)


def hidden_sheet_notes(names: Sequence[str], language: Language) -> tuple[Guess, ...]:
    """Return a note for the editor that names the hidden sheets, or an empty tuple."""
    _ = language.gettext
    shown = ", ".join(name[:60] for name in names[:10])
    return (guess_about(_("Hidden sheets were not read: {names}.", names=shown)),) if names else ()
