"""Our own export comes back after edits in Excel: new, same, changed, or changed on both sides."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from tests.support.import_files import ENGLISH, book_bytes
from tests.support.small_dataset import said
from tests.support.view_requests import BEFORE, FILES, ask, small
from tracker.i18n import Language
from tracker.importing.symbols_and_changes import ImportedChange, RowState
from tracker.importing.tables.results import SheetKind
from tracker.importing.tables.row_comparison import compare_export_rows
from tracker.importing.tables.sheet_reader import read_spreadsheet
from tracker.importing.tables.vocabulary import ImportVocabulary
from tracker.publishing.exports.csv_export import parse_row_version, render_csv
from tracker.publishing.exports.xlsx_export import render_xlsx


@pytest.fixture
def data(tmp_path):
    return small(tmp_path, *FILES)


def edited_csv(body, *edits, separator=",", encoding="utf-8-sig", add=()):
    """The CSV with cells changed: (row, column, value), as Excel would save it."""
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    for row, column, value in edits:
        rows[row][column] = value
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows([*rows, *add])
    return out.getvalue().encode(encoding)


def compared(found, file, lang="en"):
    language = Language(lang)
    view = ask(found).view
    result = read_spreadsheet(file, ImportVocabulary.from_view(view, language), language)
    assert result.kind is SheetKind.OWN_EXPORT
    return compare_export_rows(view, result.rows, result.columns, language=ENGLISH)


def with_new_version(found, **changes):
    """The dataset after a save: recommendation x has these values and another version."""
    x = replace(found.recommendations["x"], version="later", **changes)
    return replace(found, recommendations={**found.recommendations, "x": x})


@pytest.mark.parametrize(("render", "lang"), [(render_csv, "ky"), (render_xlsx, "ru")])
def test_an_export_that_nobody_edited_changes_nothing(data, lang, render):
    assert [row.state for row in compared(data, render(ask(data, lang)).body, lang)] == [RowState.SAME] * 2


def test_edits_come_back_with_old_and_new_values(data):
    file = edited_csv(
        render_csv(ask(data)).body,
        (0, "title", "Expand it"),
        (0, "status", "Partially implemented"),
        (0, "assessed", "02.05.2026"),
        (0, "themes", "drug-policy"),
        (0, "direction", ""),
    )
    first, second = compared(data, file)
    assert (first.state, first.recommendation) == (RowState.CHANGED, "x")
    assert first.changes == (
        ImportedChange("title", "Expand the programme", "Expand it", "en"),
        ImportedChange("status", "not-implemented", "partially-implemented"),
        ImportedChange("direction", "backward", ""),
        ImportedChange("assessed", "2025-03-04", "2026-05-02"),
        ImportedChange("themes", "health; drug-policy", "drug-policy"),
    )
    assert second.state is RowState.SAME


def test_edits_in_the_workbook_come_back_in_its_language(data):
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(ask(data, "ru")).body))
    sheet = book["Рекомендации"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(max(headings.values()))].hidden
    sheet.cell(2, headings["Название"]).value = "Расширить"
    sheet.cell(2, headings["Направление"]).value = "улучшение"
    first, second = compared(data, book_bytes(book), "ru")
    assert first.changes == (
        ImportedChange("title", "Расширить программу", "Расширить", "ru"),
        ImportedChange("direction", "backward", "forward"),
    )
    assert second.state is RowState.SAME


def test_what_excel_does_to_a_csv_is_no_edit(data):
    evil = with_new_version(data, title=said("=A formula; -with signs"))
    body = render_csv(ask(evil)).body
    assert b"'=A formula" in body
    assert [row.state for row in compared(evil, body)] == [RowState.SAME] * 2
    body = render_csv(ask(data, "ru")).body
    russian = edited_csv(body, (0, "assessed", "04.03.2025"), separator=";", encoding="cp1251")
    assert [row.state for row in compared(data, russian)] == [RowState.SAME] * 2


def test_a_field_edited_on_both_sides_is_a_conflict_and_others_are_not(data):
    file = edited_csv(render_csv(ask(data)).body, (0, "title", "Theirs"), (0, "summary", "Edited in Excel"))
    later = with_new_version(data, title=said("Ours"))
    first, _second = compared(later, file)
    assert first.state is RowState.CONFLICT
    assert first.changes == (
        ImportedChange("title", "Ours", "Theirs", "en", is_conflict=True),
        ImportedChange("summary", "The programme should grow.", "Edited in Excel", "en"),
    )


def test_what_changed_here_and_not_in_the_file_stays(data):
    file = edited_csv(render_csv(ask(data)).body, (0, "summary", "Edited in Excel"))
    first, _second = compared(with_new_version(data, title=said("Ours")), file)
    assert [change.field for change in first.changes] == ["summary"]
    assert first.state is RowState.CHANGED
    same_edit = with_new_version(data, summary=said("Edited in Excel"))
    assert compared(same_edit, file)[0].state is RowState.SAME


def test_an_empty_cell_is_an_edit_and_a_missing_column_is_not(data):
    body = render_csv(ask(data, columns=["id,title,reason,version"])).body
    first, _second = compared(data, edited_csv(body, (0, "reason", "")))
    assert first.changes == (ImportedChange("reason", "Closed.", "", "en"),)


def test_a_cell_that_is_not_understood_is_no_edit(data):
    first, _second = compared(data, edited_csv(render_csv(ask(data)).body, (0, "status", "maybe")))
    assert (first.state, first.row.unread) == (RowState.SAME, ("status",))


def test_a_new_row_has_no_id_and_an_unknown_id_is_refused(data):
    body = render_csv(ask(data)).body
    rows = compared(data, edited_csv(body, (1, "id", "gone"), add=[{"title": "A new one", "summary": "S"}]))
    assert [row.state for row in rows] == [RowState.SAME, RowState.REFUSED, RowState.NEW]
    assert rows[1].note == "There is no recommendation with the id “gone”. It may be archived."


def test_a_version_of_another_row_is_refused(data):
    body = render_csv(ask(data)).body
    versions = [row["version"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    rows = compared(data, edited_csv(body, (0, "version", versions[1]), (1, "version", versions[0])))
    assert [row.state for row in rows] == [RowState.REFUSED] * 2
    assert "Sort whole rows only" in rows[0].note


def test_without_a_version_the_file_is_compared_with_today_and_this_is_said(data):
    body = render_csv(ask(data, columns=["id,title,status,assessed"])).body
    first, second = compared(data, edited_csv(body, (0, "title", "Expand it")))
    assert (first.state, second.state, second.note) == (RowState.CHANGED, RowState.SAME, "")
    assert first.note.startswith("The file does not say which version was exported")


def test_an_export_of_a_past_date_has_no_versions(data):
    rows = csv.DictReader(io.StringIO(render_csv(ask(data, recorded=BEFORE)).body.decode("utf-8-sig")))
    assert [row["version"] for row in rows] == ["", ""]


@pytest.mark.parametrize("text", ["", "1 2 3", "en v title:1", ":"])
def test_what_is_no_version_is_none_or_harmless(text):
    version = parse_row_version(text)
    assert version is None or version.is_unchanged("title", "x") in (None, False)
