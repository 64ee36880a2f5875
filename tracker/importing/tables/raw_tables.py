"""Read the cells of CSV files and workbooks (.xlsx) as they are in the file, whatever their columns mean.

The encoding and the separator of a CSV file are guessed; `RawTable.notes` shows these guesses. The parts of a
workbook are checked before any of them is parsed. Hidden sheets, external links, macros and the words of comments are
not read. A formula is text.
"""

import csv
import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from html import unescape
from itertools import islice
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name  # type: ignore[import-untyped]

from tracker.i18n import Language
from tracker.importing.tables.results import Guess
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.model.localized_text import clean_input
from tracker.sandbox.kinds import ENCODING_MARKS, NOT_A_WORKBOOK, open_archive, refuse_other_formats
from tracker.sandbox.limits import NOT_A_SPREADSHEET, READING_TABLE, FileLimits, Stopwatch, table_too_large

SEPARATORS = ",;\t|"
CYRILLIC_ENCODINGS = ("cp1251", "cp866", "koi8_r", "mac_cyrillic", "iso8859_5")
ENCODING_NAMES = {"cp1251": "windows-1251", "cp1252": "windows-1252", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}
SAMPLE = 200_000
"""The number of bytes or characters from which the encoding and the separator are guessed."""
COMMON_CYRILLIC = frozenset("оеаинтсрвлкмдпу")
CHUNK = 1 << 16
MERGED_CELL = re.compile(
    rb"""<(?:\w{1,20}:)?mergeCell\s[^<>]{0,100}?\bref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']"""
)
HIDDEN_ROW = re.compile(
    rb"""<(?:\w{1,20}:)?row\s(?=[^<>]{0,300}?\bhidden=["'](?:1|true)["'])[^<>]{0,300}?\br=["']([0-9]{1,7})["']"""
)
HIDDEN_COLUMNS = re.compile(rb"""<(?:\w{1,20}:)?col\s(?=[^<>]{0,300}?\bhidden=["'](?:1|true)["'])([^<>]{0,300})>""")
COMMENTS_PART = re.compile(rb"""<Relationship\s(?=[^<>]*/relationships/comments["'])[^<>]*?\bTarget=["']([^"']+)["']""")
COMMENT = re.compile(rb"""<(?:\w{1,20}:)?comment\s[^<>]{0,200}?\bref=["']([A-Z]{1,3}[0-9]{1,7})["']""")
HYPERLINK = re.compile(
    rb"""<(?:\w{1,20}:)?hyperlink\s(?=[^<>]{0,300}?\bref=["']([A-Z]{1,3}[0-9]{1,7})\b)[^<>]{0,300}?\br:id=["'](\w{1,50})["']"""
)
TARGET = re.compile(
    rb"""<Relationship\s(?=[^<>]*/relationships/hyperlink["'])(?=[^<>]*?\bId=["'](\w{1,50})["'])[^<>]*?\bTarget=["']([^"']{1,2100})["']"""
)
LONGEST_TAG = 400
MAX_MERGED = 2_000
"""The largest number of merged ranges that are read in a sheet."""
ENCODING_PATTERN = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
SMALL_PARTS = re.compile(r"xl/(?!worksheets/|sharedStrings)|docProps/|\[Content_Types\]|_rels/")
SMALL_PART_BYTES = 8 * 1024 * 1024


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
    """The text of a cell, "" if empty, its kind, and the target of its link. A date is a partial date, a check box TRUE or FALSE."""

    text: str = ""
    kind: CellKind = CellKind.TEXT
    link: str = ""


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
    """A sheet or a CSV file, without empty cells and rows at the end. Hidden ones count from 1; `notes` are guesses.

    `comments` are the places of cells with a comment.
    """

    name: str
    rows: tuple[tuple[RawCell, ...], ...]
    merged: tuple[MergedRange, ...] = ()
    notes: tuple[Guess, ...] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    comments: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> RawCell:
        """Return the cell in a row and a column, counted from 1; an empty cell outside of the table."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else ()
        return cells[column - 1] if 0 < column <= len(cells) else EMPTY_CELL


def column_letter(column: int) -> str:
    """Return the letters of a column in Excel: A for 1, AA for 27."""
    return str(xl_col_to_name(column - 1))


def column_number(letters: str) -> int:
    """Return the number of a column with these letters in Excel: 1 for A, 27 for AA."""
    return int(xl_cell_to_rowcol(f"{letters}1")[1]) + 1


def without_empty_end(cells: list[RawCell]) -> tuple[RawCell, ...]:
    """Return the cells without the empty ones at the end. They are removed from the list `cells`, too."""
    while cells and not cells[-1].text:
        cells.pop()
    return tuple(cells)


def read_csv(data: bytes, limits: FileLimits, language: Language) -> tuple[list[RawTable], list[str]]:
    """Return ([the table of a CSV file], []). Long cells are cut. Raise UnusableFile if the file is refused."""
    refuse_other_formats(data)
    watch, _ = Stopwatch(limits.seconds), language.gettext
    text, encoding = _decode(data)
    declared = re.match(r"sep=(.)\r?\n", text)
    separator = declared[1] if declared else _guess_separator(text[:SAMPLE])
    shown = "Tab" if separator == "\t" else separator
    notes = [Guess(_("The separator of the columns was taken to be “{separator}”.", separator=shown))]
    if encoding:
        name = ENCODING_NAMES.get(encoding, encoding)
        notes += [Guess(_("The encoding of the file was taken to be {encoding}.", encoding=name))]
    rows: list[tuple[RawCell, ...]] = [()] if declared else []
    read, cells_left, longest = 0, limits.cells, limits.cell_length
    csv.field_size_limit(4 * longest)
    try:
        written = io.StringIO(text[declared.end() :] if declared else text, newline="")
        for record in csv.reader(written, delimiter=separator):
            watch.check()
            read += 1
            cells = without_empty_end([RawCell(clean_input(c)[:longest]) if c else EMPTY_CELL for c in record])
            cells_left -= len(cells)
            if len(cells) > limits.columns or len(rows) >= limits.rows or cells_left < 0:
                raise table_too_large(limits)
            rows.append(cells)
    except csv.Error as error:
        message = N_("Row {row} has a cell that does not end. Look for a quotation mark that is opened and not closed.")
        raise UnusableFile(message, {"row": read + 1}) from error
    while rows and not rows[-1]:
        rows.pop()
    return [RawTable("", tuple(rows), notes=tuple(notes))], []


def _decode(data: bytes) -> tuple[str, str]:
    """Return (text, name of the encoding if it was guessed, otherwise ""). Raise UnusableFile if the data is no text."""
    marked = next((encoding for mark, encoding in ENCODING_MARKS if data.startswith(mark)), "")
    guessed = "" if marked else _guess_utf16(data[:400])
    try:
        text = data.decode(marked or guessed or "utf-8", "replace" if marked or guessed else "strict")
    except UnicodeDecodeError as error:
        # a file that was cut off in the middle of its last letter is UTF-8 too
        is_cut = len(data) - error.start < 4 and error.start > 3
        guessed = "utf-8" if is_cut else _guess_encoding(data[:SAMPLE])
        text = data.decode(guessed, "ignore" if is_cut else "replace")
    if text[:10_000].count("\0") or text[:10_000].count("\ufffd") > 20:
        raise UnusableFile(NOT_A_SPREADSHEET)
    return text.lstrip("\ufeff"), guessed


def _guess_utf16(start: bytes) -> str:
    """Return "utf_16_le" or "utf_16_be" if nearly every second byte is 0, 4 or 5, otherwise ""."""
    first, second = (sum(byte in (0, 4, 5) for byte in start[place::2]) * 2 for place in (0, 1))
    if max(first, second) < 0.8 * len(start) or min(first, second) > 0.3 * len(start):
        return ""
    return "utf_16_le" if second > first else "utf_16_be"


def _guess_encoding(sample: bytes) -> str:
    """Return the encoding in which a text looks most like Russian or, if it does not, the most likely other one."""
    scores = {encoding: _cyrillic_score(sample.decode(encoding, "replace")) for encoding in CYRILLIC_ENCODINGS}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0.5:
        return best
    from charset_normalizer import from_bytes  # imported here: it is seldom needed

    found = from_bytes(sample[:20_000]).best()
    return found.encoding if found and "\0" not in str(found) else "cp1252"


def _cyrillic_score(text: str) -> float:
    """Return how much the letters beyond ASCII look like Russian words in small letters, 0.0 to 1.0."""
    beyond = [letter for letter in text if letter > "\x7f"]
    in_words = sum(map(len, re.findall(r"[^\x00-\x7f]{3,}", text)))
    if not beyond or in_words * 2 < len(beyond):
        return 0.0  # single letters with accents, as in French
    common = sum(letter in COMMON_CYRILLIC for letter in beyond)
    russian = len(re.findall(r"[А-Яа-яЁё]", text))
    return (common + russian) / (2 * len(beyond))


def _guess_separator(sample: str) -> str:
    """Return the separator with which the largest share of the first 100 rows has the same number of cells."""

    def score(separator: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        widths: Counter[int] = Counter()
        with suppress(csv.Error):
            widths.update(len(cells) for cells in islice(reader, 100) if any(cells))
        width, rows = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        return (0.0, 0) if width < 2 else (rows / widths.total(), width)

    return max(SEPARATORS, key=score)


def read_workbook(data: bytes, limits: FileLimits, language: Language) -> tuple[list[RawTable], list[str]]:
    """Return (visible sheets, names of the hidden sheets, which are not read). Raise UnusableFile if the file is refused."""
    watch = Stopwatch(limits.seconds)
    with open_workbook(data, limits) as book:
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        tables = []
        cells_left = limits.cells
        for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
            rows = []
            for cells in sheet_rows(sheet, limits):
                watch.check()
                cells_left -= len(cells)
                if cells_left < 0:
                    raise table_too_large(limits)
                rows.append(cells)
            while rows and not rows[-1]:
                rows.pop()
            merged, unseen_rows, unseen = _merged_ranges_and_hidden_parts(sheet, len(rows), watch)
            comments = _places_of_comments(sheet)
            for place, target in _links_of_cells(sheet, watch).items():
                row, column = xl_cell_to_rowcol(place)
                if row < len(rows) and column < len(rows[row]) and rows[row][column].text:
                    cells = rows[row]
                    rows[row] = (*cells[:column], replace(cells[column], link=target), *cells[column + 1 :])
            table = RawTable(sheet.title, tuple(rows), merged, hidden_rows=unseen_rows, comments=comments)
            tables.append(replace(table, hidden_columns=unseen))
    return tables, hidden


@contextmanager
def open_workbook(data: bytes, limits: FileLimits) -> Iterator[Any]:
    """Check a workbook, yield it for reading, and close it. Errors, also in the `with` block, become UnusableFile."""
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
    """Yield the rows from row 1 on, also empty ones. Raise UnusableFile if there are too many rows or columns."""
    sheet.reset_dimensions()  # the size that the file states may be wrong
    most_rows, most_columns = limits.rows, limits.columns
    for number, cells in enumerate(sheet.iter_rows(max_row=most_rows + 1, max_col=most_columns + 1), 1):
        found = without_empty_end([_to_raw_cell(cell, limits) for cell in cells])
        if found and (number > most_rows or len(found) > most_columns):
            raise table_too_large(limits)
        yield found


def _to_raw_cell(cell: Any, limits: FileLimits) -> RawCell:
    """Return a cell of openpyxl as a `RawCell`, with at most `limits.cell_length` characters."""
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


def _merged_ranges_and_hidden_parts(
    sheet: Any, rows: int, watch: Stopwatch
) -> tuple[tuple[MergedRange, ...], frozenset[int], frozenset[int]]:
    """Return (merged ranges, numbers of hidden rows, of hidden columns). `rows` is the last row that is looked at."""
    merged: dict[MergedRange, None] = {}
    hidden, columns = set[int](), set[int]()
    tail = b""
    with sheet.parent._archive.open(sheet._worksheet_path) as source:
        while chunk := source.read(CHUNK):
            watch.check()
            text = tail + chunk
            tail = text[-LONGEST_TAG:]
            hidden |= {int(found[1]) for found in HIDDEN_ROW.finditer(text) if int(found[1]) <= rows}
            for tag in HIDDEN_COLUMNS.findall(text):
                ends = dict(re.findall(rb"\b(min|max)=.([0-9]{1,5})", tag))
                columns |= {*range(int(ends.get(b"min", 1)), min(int(ends.get(b"max", 0)), 16_384) + 1)}
            for found in MERGED_CELL.finditer(text):
                left, top, right, bottom = (part.decode() for part in found.groups())
                if int(top) <= rows and len(merged) < MAX_MERGED:
                    first, last = column_number(left), column_number(right)
                    merged[MergedRange(int(top), first, min(int(bottom), rows), last_column=last)] = None
    return tuple(merged), frozenset(hidden), frozenset(columns)


def _links_of_cells(sheet: Any, watch: Stopwatch) -> dict[str, str]:
    """Return a mapping: place of a cell, such as "B4" → where its link leads. A link to a range is that of its first cell."""
    archive, (folder, name) = sheet.parent._archive, posixpath.split(sheet._worksheet_path)
    if (links := f"{folder}/_rels/{name}.rels") not in archive.namelist():
        return {}
    targets = dict(TARGET.findall(archive.read(links)))
    found, tail = dict[str, str](), b""
    with archive.open(sheet._worksheet_path) as source:
        while targets and (chunk := source.read(CHUNK)):
            watch.check()
            text, tail = tail + chunk, (tail + chunk)[-LONGEST_TAG:]
            for place, number in HYPERLINK.findall(text):
                found[place.decode()] = clean_input(unescape(targets.get(number, b"").decode("utf-8", "replace")))
    return found


def _places_of_comments(sheet: Any) -> tuple[str, ...]:
    """Return the places of the cells of a sheet that have a comment, such as "B4"."""
    archive, (folder, name) = sheet.parent._archive, posixpath.split(sheet._worksheet_path)
    parts = set(archive.namelist())
    if (links := f"{folder}/_rels/{name}.rels") not in parts:
        return ()
    targets = [found.decode() for found in COMMENTS_PART.findall(archive.read(links))]
    paths = [posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") for target in targets]
    places = (COMMENT.findall(archive.read(path)) for path in paths if path in parts)
    return tuple(dict.fromkeys(place.decode() for found in places for place in found))


def _check_parts(data: bytes, limits: FileLimits) -> None:
    """Raise UnusableFile if the file is damaged, is no workbook, or has too large or unusual parts."""
    try:
        with open_archive(data, limits, READING_TABLE) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if other := next((message for name, message in NOT_A_WORKBOOK.items() if name in names), None):
                raise UnusableFile(other)
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
    """Raise UnusableFile if a part declares entities or is not UTF-8, or if the parts together have too many tags."""
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
