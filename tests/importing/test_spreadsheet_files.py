"""Files of every encoding and separator; files that are no spreadsheet; limits."""

import io
import zipfile
from dataclasses import replace

import pytest

from tests.support.hostile_files import BOMBS, GOOD_SHEET, with_part
from tests.support.import_files import (
    ENGLISH,
    csv_bytes,
    guesses,
    read,
    sheet_bytes,
    small_vocabulary,
    values,
)
from tracker.i18n import Language
from tracker.importing.tables.sheet_reader import read_spreadsheet
from tracker.model.errors import UnusableFile
from tracker.sandbox.limits import TABLE

ROWS = ("Символ;Рекомендация;Статус", "X;Прекратить практику.;Частично", "Y;Обучить персонал.;Выполнено")


@pytest.fixture
def words(tmp_path):
    return small_vocabulary(tmp_path)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("cp1251", "windows-1251"),
        ("koi8_r", "koi8_r"),
        ("cp866", "cp866"),
        ("mac_cyrillic", "mac_cyrillic"),
        ("utf-16-le", "UTF-16"),
    ],
)
def test_any_encoding_is_read_and_a_guess_is_said(words, encoding, said):
    result = read(csv_bytes(*ROWS, encoding=encoding), words)
    assert values(result, "symbol", "text", "status") == [
        ("X", "Прекратить практику.", "partially-implemented"),
        ("Y", "Обучить персонал.", "implemented"),
    ]
    told = [m for _, _, m in guesses(result) if "encoding" in m]
    assert told == ([f"The encoding of the file was taken to be {said}."] if said else [])


def test_western_letters_are_read_too(words):
    result = read(
        csv_bytes("Symbol,Recommendation", "X,Protéger les détenus, même à l’étranger", encoding="cp1252"), words
    )
    assert values(result, "text")[0][0].startswith("Protéger les détenus")


@pytest.mark.parametrize(("separator", "name"), [(",", ","), (";", ";"), ("\t", "Tab"), ("|", "|")])
def test_any_separator_is_found_despite_others_in_texts(words, separator, name):
    lines = (
        separator.join(("Symbol", "Recommendation", "Status")),
        separator.join(("X", '"First, second; third | \t fourth ""quoted""\nand a line"', "done")),
        separator.join(("Y", '"Short, too; yes"', "done")),
    )
    result = read(csv_bytes(*lines), words)
    assert values(result, "symbol", "text")[0] == ("X", 'First, second; third |   fourth "quoted"\nand a line')
    assert (0, "", f"The separator of the columns was taken to be “{name}”.") in guesses(result)


def test_excels_line_that_names_the_separator_is_no_row(words):
    result = read(csv_bytes("sep=;", "Symbol;Recommendation", "X;A"), words)
    assert [(row.number, row.value("text")) for row in result.rows] == [(3, "A")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected with a password, or in the old Excel format"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "This is a picture"),
        (b"\x89PNG\r\n\x1a\n", "This is a picture"),
        (b"<!doctype html><p>", "This is a web page"),
        (GOOD_SHEET[:3000], "This is not a spreadsheet"),
        (b"PK\x03\x04", "This is not a spreadsheet"),
        (with_part("word/document.xml", b"<a/>"), "This is a Word document"),
        (with_part("content.xml", b"<a/>"), "This is an OpenDocument file"),
        (with_part("xl/workbook.xml", b"<workbook"), "The workbook is damaged"),
        (BOMBS["entities"](), "parts that a spreadsheet program does not write"),
        (BOMBS["an external entity"](), "parts that a spreadsheet program does not write"),
        (BOMBS["entities in UTF-16"](), "parts that a spreadsheet program does not write"),
        (BOMBS["another encoding"](), "parts that a spreadsheet program does not write"),
        (b"\0\1\2\3" * 100, "This is not a spreadsheet"),
        (sheet_bytes([None]), "There is no table"),
        (csv_bytes("Recommendation", '"' + "a" * 400_000), "Row 2 has a cell that does not end"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(words, data, sentence):
    with pytest.raises(UnusableFile, match=sentence):
        read(data, words)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (replace(TABLE, file_bytes=1000), "The file has 1 MB; at most 0 MB"),
        (replace(TABLE, rows=39), "at most 39 rows"),
        (replace(TABLE, columns=4), "4 columns"),
        (replace(TABLE, cells=100), "100 cells"),
        (replace(TABLE, unpacked_bytes=1000), "much larger after unpacking"),
        (replace(TABLE, packed_files=3), "much larger after unpacking"),
        (replace(TABLE, tags=100), "much larger after unpacking"),
        (replace(TABLE, seconds=0), "takes too long"),
    ],
)
def test_beyond_a_limit_a_file_gets_a_sentence(words, limits, sentence):
    with pytest.raises(UnusableFile, match=sentence):
        read_spreadsheet(GOOD_SHEET, words, ENGLISH, limits=limits)
    assert len(read(GOOD_SHEET, words).rows) == 40


def test_a_cell_that_is_too_long_for_a_text_is_a_problem(words):
    result = read(csv_bytes("Recommendation,Status", f"{'a' * 20_001},done"), words)
    assert next((p.row, p.column, p.message) for p in result.problems) == (
        2,
        "A",
        "The text has 20001 characters; at most 20000 are allowed.",
    )


def test_a_sentence_about_a_file_can_be_translated(words):
    with pytest.raises(UnusableFile) as refused:
        read_spreadsheet(GOOD_SHEET, words, ENGLISH, limits=replace(TABLE, file_bytes=1000))
    error = refused.value
    assert Language("ru").gettext(error.message, **error.values).startswith("Размер файла 1 МБ")


def test_external_links_and_macros_are_not_opened(words):
    data = with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    data_with_macro = io.BytesIO(data)
    with zipfile.ZipFile(data_with_macro, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
    assert len(read(data_with_macro.getvalue(), words).rows) == 40
