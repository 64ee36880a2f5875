"""The workbook, read back as a spreadsheet reads it."""

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from tests.support.small_dataset import said
from tests.support.view_requests import BEFORE, FILES, LATER, ask, small
from tracker.publishing import export_tables
from tracker.publishing.xlsx_export import MAX_CELL_LENGTH, render_xlsx, truncate_cell


def read(answer):
    return load_workbook(io.BytesIO(answer.body))


def table(sheet):
    """Heading → cells."""
    return {column[0].value: list(column[1:]) for column in sheet.iter_cols()}


@pytest.fixture
def data(tmp_path):
    return small(tmp_path, *FILES)


def test_each_kind_has_a_sheet_with_a_frozen_header_and_a_filter(data):
    book = read(render_xlsx(ask(data)))
    assert book.sheetnames == ["Recommendations", "Assessments", "Evidence", "About this file"]
    assert [(s.freeze_panes, s.auto_filter.ref, s.max_row) for s in book.worksheets[:3]] == [
        ("A2", "A1:V3", 3),
        ("A2", "A1:S3", 3),
        ("A2", "A1:R2", 2),
    ]


def test_words_are_the_readers_and_cyrillic_is_right(data):
    book = read(render_xlsx(ask(data, "ru")))
    assert book.sheetnames[0] == "Рекомендации"
    found = table(book.worksheets[0])
    assert [cell.value for cell in found["Название"]] == ["Расширить программу", "T"]
    assert [cell.value for cell in found["Кто рекомендует"]] == ["Гражданское общество", "Комитеты"]
    assert table(book.worksheets[2])["Издатель"][0].value == "Парламент"


def test_a_day_is_a_date_and_what_is_less_stands_in_a_column_of_its_own(data):
    found = table(read(render_xlsx(ask(data)))["Evidence"])
    happened, published = found["Happened"][0], found["Published"][0]
    assert (happened.value, happened.is_date, published.value) == (datetime(2025, 1, 31), True, None)
    assert found["Happened, as precise as it is known"][0].value is None
    assert found["Published, as precise as it is known"][0].value == "2025-02"


def test_links_can_be_clicked(data):
    book = read(render_xlsx(ask(data)))
    link = table(book["Evidence"])["Link"][0]
    assert (link.value, link.hyperlink.target) == ("https://example.org/law?a=1&b=2",) * 2
    permanent = table(book["Recommendations"])["Permanent link"][0]
    assert permanent.hyperlink.target == "https://tracker.example/r/x?lang=en"


def test_long_texts_are_wrapped_in_wide_columns(data):
    sheet = read(render_xlsx(ask(data)))["Recommendations"]
    place = next(cell for cell in sheet[1] if cell.value == "Summary").column_letter
    assert (sheet[f"{place}2"].alignment.wrap_text, sheet.column_dimensions[place].width > 50) == (True, True)


@pytest.mark.parametrize(
    "typed", ["=1+1", "{=1+1}", "+cmd", "@x", "internal:A1", "https://example.org", "007", "=HYPERLINK(1)"]
)
def test_a_text_stays_the_text_that_it_is(data, typed):
    evil = replace(data.recommendations["x"], title=said(typed), paragraph=typed)
    there = replace(data, recommendations={"x": evil})
    found = table(read(render_xlsx(ask(there)))["Recommendations"])
    assert [(found[h][0].value, found[h][0].data_type, found[h][0].hyperlink) for h in ("Title", "Paragraph")] == [
        (typed, "s", None)
    ] * 2


def test_the_same_data_give_the_same_bytes(tmp_path):
    first = render_xlsx(ask(small(tmp_path / "a", *FILES))).body
    assert render_xlsx(ask(small(tmp_path / "b", *FILES))).body == first
    assert read(render_xlsx(ask(small(tmp_path / "c", *FILES)))).properties.created == datetime(2026, 1, 3, 12)


def test_the_first_sheet_has_the_columns_asked_for(data):
    assert list(table(read(render_xlsx(ask(data, columns=["status,id", "no-such"])))["Recommendations"])) == [
        "Status",
        "Id",
    ]


def test_a_selection_brings_only_its_assessments_and_evidence(data):
    book = read(render_xlsx(ask(data, id=["y"])))
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [2, 1, 1]
    assert [cell.value for cell in table(read(render_xlsx(ask(data, id=["x"])))["Evidence"])["Id"]] == ["law"]


def test_the_last_sheet_says_whose_it_is_and_which_past(data):
    sheet = read(render_xlsx(ask(data, as_of=date(2025, 6, 1), recorded=BEFORE, body=["cescr"])))["About this file"]
    assert [row[0].value for row in sheet.iter_rows()] == [
        "A small dataset",
        "This is how things stood on 1 June 2025: what is dated later is left out.",
        "As recorded on 5 January 2026: what was recorded later is left out.",
        "See the current version: https://tracker.example/export.xlsx?body=cescr&lang=en",
        "Nobody",
        f"https://tracker.example/recommendations?body=cescr&lang=en&as_of=2025-06-01&recorded={BEFORE.replace(':', '%3A')}",
    ]


def test_as_recorded_before_a_back_dated_assessment_the_bytes_are_those_of_then(tmp_path):
    before, after = small(tmp_path / "a", *FILES), small(tmp_path / "b", ("r/x", LATER), *FILES[1:])
    then = render_xlsx(ask(before, recorded=BEFORE)).body
    assert render_xlsx(ask(after, recorded=BEFORE)).body == then
    statuses = [cell.value for cell in table(read(render_xlsx(ask(after)))["Assessments"])["Status"]]
    assert statuses == ["implemented", "implemented", "not-implemented"]


def test_a_text_longer_than_a_cell_is_cut_where_the_cell_ends():
    assert truncate_cell("я" * MAX_CELL_LENGTH) == "я" * MAX_CELL_LENGTH
    assert truncate_cell("я" * 40_000) == "я" * (MAX_CELL_LENGTH - 1) + "…"
    assert len(truncate_cell("🙂" * 20_000).encode("utf-16-le")) <= 2 * MAX_CELL_LENGTH


def test_a_link_too_long_for_excel_and_one_too_many_are_texts(data, monkeypatch):
    monkeypatch.setattr("tracker.publishing.xlsx_export.MAX_LINKS", 1)
    long = "https://example.org/" + "[" * 1_000
    law = replace(data.evidence["law"], link=long)
    found = table(read(render_xlsx(ask(replace(data, evidence={"law": law}))))["Evidence"])
    assert (found["Link"][0].value, found["Link"][0].hyperlink) == (long, None)
    found = table(read(render_xlsx(ask(data)))["Recommendations"])
    assert [bool(cell.hyperlink) for cell in found["Permanent link"]] == [True, False]
    assert found["Permanent link"][1].value == "https://tracker.example/r/y?lang=en"


@pytest.mark.long
def test_five_thousand_recommendations_fit(data):
    x = data.recommendations["x"]
    many = replace(data, recommendations={f"x-{n}": replace(x, id=f"x-{n}") for n in range(5_000)})
    book = load_workbook(io.BytesIO(render_xlsx(ask(many, "ru")).body), read_only=True)
    assert [sheet.max_row for sheet in book.worksheets[:3]] == [5_001, 10_001, 2]


def test_the_workbook_has_every_documented_column_but_the_status_in_words_twice(data):
    headings = list(table(read(render_xlsx(ask(data)))["Recommendations"]))
    dates = [
        c for c in export_tables.RECOMMENDATION_COLUMNS if c.code in export_tables.DEFAULT_COLUMNS and c.kind == "date"
    ]
    assert ("Status in words" in headings, len(headings)) == (
        False,
        len(export_tables.DEFAULT_COLUMNS) - 1 + len(dates),
    )
