"""The template: what is downloaded is understood when it comes back."""

import io

import openpyxl
import pytest

from tests.support.import_files import ENGLISH, book_bytes, guesses, small_vocabulary, values
from tracker.i18n import LANGUAGES, Language
from tracker.importing.tables.results import MappingReason
from tracker.importing.tables.sheet_reader import read_spreadsheet
from tracker.importing.tables.vocabulary import IMPORT_FIELDS, template_workbook


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_column_is_known_again_and_the_example_is_left_out(tmp_path, code):
    language = Language(code)
    words = small_vocabulary(tmp_path, language)
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(words, language)))
    book.worksheets[0].append([1, "CAT/C/RUR/CO/3", "13", None, None, "A text."])
    result = read_spreadsheet(book_bytes(book), words, language)
    assert [(column.field, column.reason) for column in result.columns] == [
        (name, MappingReason.EXACT) for name, field in IMPORT_FIELDS.items() if field.sheet.in_template
    ]
    assert values(result, "symbol", "paragraph", "text") == [("co-2021", "13", "A text.")]
    assert [(one.row, one.column) for one in result.problems] == [(2, "")]


def test_the_example_is_a_row_that_would_be_understood(tmp_path):
    words = small_vocabulary(tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(words, ENGLISH)))
    book.worksheets[0]["A2"] = 1
    result = read_spreadsheet(book_bytes(book), words, ENGLISH)
    assert result.problems == ()
    assert values(result, "paragraph", "status", "direction", "assessed") == [
        ("36 (c)", "partially-implemented", "forward", "2026-03-18")
    ]
    assert [row for row, column, _message in guesses(result) if row and column] == []


def test_cells_offer_the_allowed_values(tmp_path):
    words = small_vocabulary(tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(template_workbook(words, ENGLISH)))
    sheet, lists = book.worksheets
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    status = next(cell.column_letter for cell in sheet[1] if cell.value == "Status")
    rule = rules[f"{status}2:{status}501"]
    assert (rule.type, rule.formula1, rule.showErrorMessage) == ("list", "'Allowed values'!$D$2:$D$6", True)
    assert [cell.value for cell in lists["D"] if cell.value] == [
        "Status", "not-assessed", "not-enough-information", "not-implemented", "partially-implemented", "implemented",
    ]  # fmt: skip
    assert template_workbook(words, ENGLISH) == template_workbook(words, ENGLISH)
