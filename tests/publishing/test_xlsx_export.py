"""The workbook, read back as a spreadsheet reads it."""

import io
from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from tests.support.small_dataset import said
from tests.support.view_requests import BEFORE, FILES, ask, small
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports.xlsx_export import MAX_CELL_LENGTH, render_xlsx, truncate_cell


def read(answer):
    return load_workbook(io.BytesIO(answer.body))


def table(sheet):
    """Heading → cells."""
    return {column[0].value: list(column[1:]) for column in sheet.iter_cols()}


@pytest.fixture
def data(tmp_path):
    return small(tmp_path, *FILES)


def test_each_kind_has_a_sheet_with_a_frozen_header_and_a_filter(data):
    about, *sheets = read(render_xlsx(ask(data)))
    assert about.title == "About this file"
    assert {s.title: (s.freeze_panes, s.auto_filter.ref, s.max_row) for s in sheets} == {
        "Recommendations": ("A2", "A1:Y3", 3),
        "Assessments": ("A2", "A1:T3", 3),
        "Evidence": ("A2", "A1:U2", 2),
        "Documents": ("A2", "A1:S4", 4),
        "Deadlines": ("A2", "A1:N1", 1),
    }


def test_words_are_the_readers_and_cyrillic_is_right(data):
    book = read(render_xlsx(ask(data, "ru")))
    assert book.sheetnames[1] == "Рекомендации"
    found = table(book.worksheets[1])
    assert [cell.value for cell in found["Название"]] == ["Расширить программу", "T"]
    assert [cell.value for cell in found["Кто рекомендует"]] == ["Гражданское общество", "Комитеты"]
    assert table(book.worksheets[3])["Издатель"][0].value == "Парламент"


def test_a_day_is_a_date_and_a_month_is_a_text_in_the_same_column(data):
    found = table(read(render_xlsx(ask(data)))["Evidence"])
    happened, published = found["When it happened"][0], found["When it was published"][0]
    assert (happened.value, happened.is_date, published.value) == (datetime(2025, 1, 31), True, "2025-02")


def test_titles_stand_for_ids_and_lead_to_what_they_name(data):
    book = read(render_xlsx(ask(data)))
    title = table(book["Recommendations"])["Title"][0]
    assert (title.value, title.hyperlink.target) == ("Expand the programme", "https://tracker.example/r/x?lang=en")
    assessments = table(book["Assessments"])
    named, evidence = assessments["Recommendation"][1], assessments["Evidence"][1]
    assert (named.value, named.hyperlink.target, evidence.value) == (title.value, title.hyperlink.target, "Закон")
    law = table(book["Evidence"])
    assert (law["Title"][0].value, law["Title"][0].hyperlink.target) == ("Закон", "https://example.org/law?a=1&b=2")
    assert law["Relevant to"][0].value == "Expand the programme: setback"


@pytest.mark.parametrize("typed", ["=1+1", "{=1+1}", "+cmd", "internal:A1", "https://example.org", "007"])
def test_a_text_stays_the_text_that_it_is(data, typed):
    evil = replace(data.recommendations["x"], title=said(typed), paragraph=typed)
    there = replace(data, recommendations={"x": evil})
    found = table(read(render_xlsx(ask(there)))["Recommendations"])
    assert [(found[h][0].value, found[h][0].data_type) for h in ("Title", "Paragraph")] == [(typed, "s")] * 2
    assert found["Paragraph"][0].hyperlink is None
    assert found["Title"][0].hyperlink.target == "https://tracker.example/r/x?lang=en"


def test_the_same_data_give_the_same_bytes(tmp_path):
    first = render_xlsx(ask(small(tmp_path / "a", *FILES))).body
    assert render_xlsx(ask(small(tmp_path / "b", *FILES))).body == first
    assert read(render_xlsx(ask(small(tmp_path / "c", *FILES)))).properties.created == datetime(2026, 1, 3, 12)


def test_the_first_sheet_has_the_columns_asked_for(data):
    book = read(render_xlsx(ask(data, columns=["status,id", "no-such"])))
    assert list(table(book["Recommendations"])) == ["Status", "Id in the tracker"]


def test_a_selection_brings_only_its_assessments_and_evidence(data):
    book = read(render_xlsx(ask(data, id=["y"])))
    assert [sheet.max_row for sheet in book.worksheets[1:]] == [2, 1, 1, 2, 1]
    (law,) = table(read(render_xlsx(ask(data, id=["x"])))["Evidence"])["Id in the tracker"]
    assert law.value == "law"


def test_the_first_sheet_says_what_it_is_as_of_when_and_whose(data):
    sheet = read(render_xlsx(ask(data, as_of=date(2025, 6, 1), recorded=BEFORE, body=["cescr"])))["About this file"]
    assert [row[0].value for row in sheet.iter_rows()] == [
        "A small dataset",
        "As of 1 June 2025",
        "Filters: CESCR",
        "2 recommendations",
        "1 assessed by the tracker's editors only; not reviewed by any organisation.",
        "Showing only what is dated on or before 1 June 2025.",
        "Showing this page as it was published on 5 January 2026, 12:00 (UTC).",
        "See the current version: https://tracker.example/export.xlsx?body=cescr&lang=en",
        "Nobody",
        f"https://tracker.example/recommendations?body=cescr&lang=en&as_of=2025-06-01&recorded={BEFORE.replace(':', '%3A')}",
    ]


def test_a_text_longer_than_a_cell_is_cut_where_the_cell_ends():
    assert truncate_cell("я" * MAX_CELL_LENGTH) == "я" * MAX_CELL_LENGTH
    assert truncate_cell("я" * 40_000) == "я" * (MAX_CELL_LENGTH - 1) + "…"
    assert len(truncate_cell("🙂" * 20_000).encode("utf-16-le")) <= 2 * MAX_CELL_LENGTH


def test_a_link_too_long_for_excel_and_one_too_many_are_texts(data, monkeypatch):
    monkeypatch.setattr("tracker.publishing.exports.xlsx_export.MAX_LINKS", 1)
    long = "https://example.org/" + "[" * 1_000
    law = replace(data.evidence["law"], link=long)
    found = table(read(render_xlsx(ask(replace(data, evidence={"law": law}))))["Evidence"])
    assert (found["Link"][0].value, found["Link"][0].hyperlink) == (long, None)
    titles = table(read(render_xlsx(ask(data)))["Recommendations"])["Title"]
    assert [bool(cell.hyperlink) for cell in titles] == [True, False]


def test_the_workbook_has_every_documented_column_but_those_that_say_the_same(data):
    headings = list(table(read(render_xlsx(ask(data)))["Recommendations"]))
    assert ("Status in words" in headings, "Permanent link" in headings) == (False, False)
    assert len(headings) == len(export_columns.DEFAULT_COLUMNS) - 2
