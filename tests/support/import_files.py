"""Make small spreadsheets and exports for tests of the import, and read them."""

import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.support.small_dataset import dataset
from tracker.i18n import Language
from tracker.importing.tables.results import SheetResult
from tracker.importing.tables.sheet_reader import SheetChoices, read_spreadsheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.queries.view import View

TODAY = date(2026, 6, 18)
ENGLISH = Language("en")


def small_vocabulary(root: Path, language: Language = ENGLISH) -> ImportVocabulary:
    """Return the words that the import knows for the small dataset."""
    return ImportVocabulary.from_view(View(dataset(root, {}), TODAY), language)


def sheet_bytes(*rows: Iterable[Any], merge: Iterable[str] = (), hidden: Iterable[Any] = ()) -> bytes:
    """Return a workbook with these rows, the ranges `merge` merged, and the rows `hidden` on a hidden second sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for range_ in merge:
        book.active.merge_cells(range_)
    if hidden := list(hidden):
        secret = book.create_sheet("Secret")
        for row in hidden:
            secret.append(list(row))
        secret.sheet_state = "hidden"
    return book_bytes(book)


def book_bytes(book: Workbook) -> bytes:
    """Return a workbook of openpyxl as the bytes of a file."""
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def csv_bytes(*lines: str, encoding: str = "utf-8") -> bytes:
    """Return a CSV file with these lines."""
    return "\r\n".join(lines).encode(encoding)


def read(data: bytes, vocabulary: ImportVocabulary, **choices: Any) -> SheetResult:
    """Return the result of reading a spreadsheet, with messages in English."""
    return read_spreadsheet(data, vocabulary, ENGLISH, choices=SheetChoices(**choices))


def values(result: SheetResult, *fields: str) -> list[tuple[str, ...]]:
    """Return the values of these fields for each row."""
    return [tuple(row.value(field) for field in fields) for row in result.rows]


def problems(result: SheetResult) -> list[tuple[int, str, str]]:
    """Return (row, column, message) of each problem."""
    return [(problem.row, problem.column, problem.message) for problem in result.problems]


def guesses(result: SheetResult) -> list[tuple[int, str, str]]:
    """Return (row, column, message) of each guess."""
    return [(guess.row, guess.column, guess.message) for guess in result.guesses]


def uhri_record(**changes: Any) -> dict[str, Any]:
    """Return a record as in the JSON export of UHRI, with `changes` to its values."""
    return {
        "AnnotationId": "a1",
        "AnnotationType": "- Recommendations",
        "Symbol": "CAT/C/RUR/CO/3",
        "DocumentId": "d1",
        "Body": "- CAT",
        "Countries": ["- Ruritania"],
        "Regions": ["- Europe"],
        "Themes": ["-\u00a0Health"],
        "AffectedPersons": ["-\u00a0Persons deprived of their liberty"],
        "Sdgs": ["- 3 - GOOD HEALTH AND WELL-BEING"],
        "Text": "13. The State party should end the practice.",
        "PublicationDate": "2021-12-10T00:00:00",
        "PublicationDateOnUhri": "2022-02-01T00:00:00",
        "UprCycle": None,
        "UprPositions": [],
        "UprRecommendingCountry": [],
        "UprRecommendingRegions": [],
        "UprSession": [],
        **changes,
    }


def uhri_json(*records: Any) -> io.BytesIO:
    """Return a JSON export of UHRI with these records."""
    return io.BytesIO(json.dumps(list(records), ensure_ascii=False).encode())
