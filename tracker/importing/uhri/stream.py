"""The raw records in UHRI's export, JSON or XLSX, one after the other.

The full export has 267,548 records in 360 MB. It is read as a stream, and nothing of a record that is not used is kept.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, BinaryIO

import ijson

from tracker.i18n import Language
from tracker.importing.tables.spreadsheet_words import normalize_words
from tracker.importing.tables.workbook_reader import open_workbook, sheet_rows
from tracker.importing.uhri.records import XLSX_KEYS
from tracker.model.errors import UnusableFile
from tracker.model.labels import N_
from tracker.sandbox.limits import UHRI_FILE, UHRI_WORKBOOK, FileLimits, Stopwatch, check_file_size

CHUNK_SIZE = 1 << 16
LONGEST_RECORD = 8 * CHUNK_SIZE
DEEPEST_RECORD = 200
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
HEAD = 1 << 16
HEADING_ROWS = 30
"""In how many rows from the top of a sheet the headings are looked for."""
UHRI_ONLY = frozenset(("Countries", "Body", "AnnotationId"))
"""Keys whose headings no other table has."""
LEAST_COLUMNS = 4
"""How many columns of UHRI a row must name to be the row of the headings."""


class _RecordRefused(Exception):
    """A record is too long or too deep."""


class _GuardedStream:
    """A binary stream that reports what is read, and refuses records that would need too much memory.

    ijson keeps the path of every open list and object, so its memory grows with the square of their depth.
    """

    def __init__(self, start: bytes, stream: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self.start, self.stream, self.progress = start, stream, progress
        self.total = self._at_record = self._depth = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raise _RecordRefused if the record that they belong to is too long or too deep."""
        if self.start:
            chunk, self.start = self.start[:size], self.start[size:]
        else:
            chunk = self.stream.read(size)
        self.total += len(chunk)
        brackets = chunk.translate(None, NOT_BRACKETS)
        self._depth += brackets.count(b"[") + brackets.count(b"{") - brackets.count(b"]") - brackets.count(b"}")
        left, rounds = b"", 0
        while brackets != left and rounds <= DEEPEST_RECORD:  # each round takes away the innermost pairs
            left, brackets = brackets, brackets.replace(b"[]", b"").replace(b"{}", b"")
            rounds += 1
        is_deep = max(self._depth, rounds, brackets.count(b"[") + brackets.count(b"{")) > DEEPEST_RECORD
        if is_deep or self.total - self._at_record > LONGEST_RECORD:
            raise _RecordRefused
        if self.progress and chunk:
            self.progress(self.total)
        return chunk

    def next_record(self) -> None:
        """Begin to count for another record."""
        self._at_record, self._depth = self.total, 0


class JsonRecords:
    """The records in UHRI's JSON, to be read once. `count` is how many were read so far.

    If the file is cut off or damaged, `problem` says so after the last record. Raise UnusableFile if there is no
    list of records, or no record at all. `progress` is called with the number of bytes read so far; what it raises ends
    the reading.
    """

    def __init__(
        self,
        stream: BinaryIO,
        language: Language,
        limits: FileLimits = UHRI_FILE,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.count, self.problem = 0, ""
        self._language, self._watch = language, Stopwatch(limits.seconds)
        start = stream.read(HEAD)
        check_file_size(len(start), limits)
        start = start.removeprefix(b"\xef\xbb\xbf")
        prefix = _records_prefix(start)
        if prefix is None:
            raise UnusableFile(N_("This is not an export of UHRI: it should be a JSON list of records."))
        self._prefix, self._guarded = prefix, _GuardedStream(start, stream, progress)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each record that is an object."""
        _, guarded, watch = self._language.gettext, self._guarded, self._watch
        count = 0  # a local name: a full export has 267,548 records
        try:
            for record in ijson.items(guarded, self._prefix, buf_size=CHUNK_SIZE, use_float=True):
                count += 1
                guarded.next_record()
                if not count % 1000:
                    watch.check()
                if isinstance(record, dict):
                    yield record
        except ijson.IncompleteJSONError:
            self.problem = _(
                "The file ends too early: it was not downloaded completely. Download it again. {n} records were read.",
                n=count,
            )
        except (ijson.JSONError, UnicodeDecodeError, _RecordRefused, RecursionError):
            self.problem = _(
                "The file is damaged after record {n}. Download it again. What comes before was read.", n=count
            )
        self.count = count
        if self.problem and not count:
            raise UnusableFile(N_("No record could be read: the file is cut off or damaged. Download it again."))


def _records_prefix(start: bytes) -> str | None:
    """Return the path of the records for ijson: "item" for a list, such as "results.item" for an object with a list."""
    try:
        for prefix, event, _value in ijson.parse(io.BytesIO(start), buf_size=4096):
            if event == "start_array":
                return f"{prefix}.item" if prefix else "item"
            if prefix.count(".") > 2:
                return None
    except (ijson.JSONError, UnicodeDecodeError):
        return None
    return None


class WorkbookRecords:
    """The records in UHRI's XLSX, with the keys of the JSON. `count` is how many were read so far.

    Raise UnusableFile if the file cannot be read, or has not the columns of UHRI.
    """

    problem = ""

    def __init__(self, data: bytes, limits: FileLimits = UHRI_WORKBOOK) -> None:
        check_file_size(len(data), limits)
        self.count = 0
        self._data, self._limits, self._watch = data, limits, Stopwatch(limits.seconds)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield each record."""
        keys: dict[int, str] = {}
        with open_workbook(self._data, self._limits) as book:
            for cells in chain.from_iterable(sheet_rows(sheet, self._limits) for sheet in book.worksheets):
                self._watch.check()
                named = _uhri_columns([cell.text for cell in cells])
                if len(named) >= LEAST_COLUMNS:
                    keys = named
                elif keys and cells:
                    self.count += 1
                    yield {keys[place]: cell.text for place, cell in enumerate(cells) if place in keys and cell.text}
        if not keys:
            raise UnusableFile(N_("This is not an export of UHRI: its columns were not found."))


def _uhri_columns(texts: list[str]) -> dict[int, str]:
    """Return number of a column, from 0 → key of UHRI's JSON, for the cells that are headings of UHRI."""
    names = {place: XLSX_KEYS.get(normalize_words(text[:100]), "") for place, text in enumerate(texts)}
    found = {place: name for place, name in names.items() if name}
    return found if len(set(found.values())) >= LEAST_COLUMNS else {}


def is_uhri_workbook(data: bytes) -> bool:
    """Return whether one of the first rows of a workbook has the headings of UHRI. False if it cannot be read."""
    try:
        with open_workbook(data, UHRI_WORKBOOK) as book:
            rows = chain.from_iterable(islice(sheet_rows(s, UHRI_WORKBOOK), HEADING_ROWS) for s in book.worksheets)
            return any(set(_uhri_columns([cell.text for cell in cells]).values()) >= UHRI_ONLY for cells in rows)
    except UnusableFile:
        return False
