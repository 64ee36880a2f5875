"""Spreadsheets as people make them: headings in three languages, merged cells, totals, hidden sheets, contacts."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.support.examples import examples
from tests.support.hostile_files import BOMBS, GOOD_SHEET, with_part
from tests.support.import_files import (
    ENGLISH,
    book_bytes,
    csv_bytes,
    guesses,
    problems,
    read,
    sheet_bytes,
    small_vocabulary,
    values,
)
from tracker.importing.tables.cell_values import Reference, ReferenceReader, settle_cells, unclear_cells
from tracker.importing.tables.results import MappingReason
from tracker.importing.tables.sheet_reader import read_spreadsheet
from tracker.importing.tables.vocabulary import HOW_TO_NAME, WORDS_OF_OTHERS, split_language
from tracker.importing.uploads import columns_left_out, comments_left_out
from tracker.model.errors import UnusableFile
from tracker.model.vocabulary import SEPARATOR
from tracker.sandbox.limits import TABLE

EXAMPLES = examples(__file__)


@pytest.fixture
def words(tmp_path):
    return small_vocabulary(tmp_path)


@pytest.mark.parametrize(
    "headings",
    [
        ("Symbol", "Paragraph", "Recommendation", "Status", "Date", "Comment"),
        ("Символ документа", "Пункт", "Текст рекомендации", "Статус", "Дата", "Примечание"),
        ("Шарттуу белгиси", "Пункт", "Сунуштун тексти", "Абалы", "Күнү", "Түшүндүрмө"),
        ("1. SYMBOL", "Para.", "Recommendation:", "Implementation status", "As of", "Notes"),
    ],
)
def test_headings_are_known_in_three_languages(words, headings):
    row = ["CAT/C/RUR/CO/3", 13, "End the practice.", "Implemented", "02.05.2026", "A law was signed."]
    result = read(sheet_bytes(headings, row), words)
    fields = ("symbol", "paragraph", "text", "status", "assessed", "reason")
    assert (tuple(column.field for column in result.columns), problems(result)) == (fields, [])
    assert values(result, *fields) == [
        ("co-2021", "13", "End the practice.", "implemented", "2026-05-02", "A law was signed.")
    ]


def test_a_heading_that_is_only_similar_is_a_guess_that_is_listed(words):
    result = read(csv_bytes("Recomendation,Full text of it (see annex),Status", "A,B,"), words)
    assert [column.field for column in result.columns] == ["text", "", "status"]
    reasons = [MappingReason.SIMILAR, MappingReason.DOUBLE, MappingReason.EXACT]
    assert [column.reason for column in result.columns] == reasons
    assert (0, "A", "The heading was read as “Text as quoted”.") in guesses(result)
    assert (0, "B", "Not read: another column has this field already.") in guesses(result)


@pytest.mark.parametrize("reply", ["State reply (date)", "Date of State reply", "Дата ответа государства"])
@pytest.mark.parametrize("assessed", ["Assessed on", "Assessed in the field", None])
def test_the_date_of_the_states_reply_is_never_that_of_an_assessment(words, reply, assessed):
    headings = ["Recommendation", "Status", reply, *([assessed] if assessed else [])]
    for order in (headings, [*headings[:2], *reversed(headings[2:])]):
        cells = {reply: "2024-05-02", assessed: "2026-03-18"}
        row = [cells.get(heading, "Implemented" if heading == "Status" else "A law.") for heading in order]
        result = read(sheet_bytes(order, row), words)
        assert result.rows[0].value("assessed") == ("2026-03-18" if assessed else "")
        assert [column.heading for column in columns_left_out(result)] == [reply]


@pytest.mark.parametrize(("word", "headings"), EXAMPLES["words of others"].items())
def test_the_word_of_a_committee_or_of_the_state_is_no_status_even_if_somebody_chooses_it(words, word, headings):
    told = WORDS_OF_OTHERS[word]
    for heading in headings:
        file = csv_bytes(f'Recommendation,Status,"{heading}"', "A,Implemented,C1")
        for fields in ({}, {"C": "status"} if word != "reply-date" else {}):
            result = read(file, words, fields=fields)
            assert ([c.field for c in result.columns], problems(result)) == (["text", "status", ""], []), heading
            assert (0, "C", told) in guesses(result), heading
    own = {"A": "text", "B": "text", "C": "status"}
    for heading in ("What we assessed", "Status of the Committee's recommendations", "Статус рекомендаций Комитета"):
        file = csv_bytes(f'Recommendation,X,"{heading}"', "A,B,Implemented")
        assert read(file, words, fields=own).columns[2].field == "status", heading


@pytest.mark.parametrize(
    ("numbers", "field"),
    [(["45.9", "45.10"], "paragraph"), ([45.1, 45.2], "paragraph"), ([45.9, 45.1], "number"), ([1, 2], "number")],
)
def test_the_numbers_of_a_upr_matrix_are_paragraphs_unless_excel_may_have_cut_a_zero(words, numbers, field):
    heads = ["No.", "Recommendation", "Recommending State", "Position of the State", "Response date"]
    rows = ([number, f"Do {number}.", "Norway", "Supported", "2020-06-01"] for number in numbers)
    result = read(sheet_bytes(heads, *rows), words)
    assert [c.field for c in result.columns] == [field, "text", "recommending_states", "response", ""]
    assert (0, "E", WORDS_OF_OTHERS["reply-date"]) in guesses(result)
    if field == "paragraph":
        assert values(result, "paragraph") == [(str(number),) for number in numbers]


def test_each_recommending_state_of_a_cell_is_one(words):
    cells = {
        "Uruguay and Chile": "Uruguay|Chile",
        "Bosnia and Herzegovina, Cuba": "Bosnia and Herzegovina|Cuba",
        "Уругвай; Чили": "Уругвай|Чили",
        "A and B": "A and B",
    }
    result = read(csv_bytes("Recommendation,Recommending State", *(f'Do,"{cell}"' for cell in cells)), words)
    assert [one.replace(SEPARATOR, "|") for (one,) in values(result, "recommending_states")] == [*cells.values()]


def test_a_state_that_the_text_contradicts_is_not_read_and_the_review_says_so(words):
    rows = '"115.1 End it (Niger)",Nigeria', '"115.2 Ask (Niger and Chile)","Chile, Niger"', "Act,Cuba"
    result = read(csv_bytes("Recommendation,Recommending State", *rows), words)
    assert [row.value("recommending_states").replace(SEPARATOR, "|") for row in result.rows] == [
        "",
        "Chile|Niger",
        "Cuba",
    ]
    assert [(p.row, p.message) for p in result.problems] == [
        (2, "The text names “Niger”, the column “Nigeria”. No recommending State is read: enter it after the import.")
    ]


def test_the_symbols_above_the_headings_are_told_because_one_document_is_chosen_for_all_rows(words):
    result = read(
        csv_bytes("Report A/HRC/44/4 and E/C.12/RUR/CO/4 on HIV/AIDS/TB.", "Paragraph,Status", "8,Implemented"), words
    )
    told = "Above the headings the file names A/HRC/44/4, E/C.12/RUR/CO/4. Is this the document that you choose?"
    assert told in [message for _row, _column, message in guesses(result)]
    assert not [
        one for one in guesses(read(csv_bytes("Paragraph,Status", "8,Implemented"), words)) if "names" in one[2]
    ]


def test_a_number_sign_before_a_paragraph_is_no_part_of_it(words):
    result = read(csv_bytes("Paragraph,Status", "№ 8,Implemented", "No. 12 (a),Implemented", "# 9,Implemented"), words)
    assert [row.value("paragraph") for row in result.rows] == ["8", "12 (a)", "9"]


@pytest.mark.parametrize("written", ["осень 2025", "Autumn 2025", "осенью 2025 года", "2025-жылдын күзү"])
def test_a_season_as_a_date_is_asked_and_not_taken_for_three_months_in_silence(words, written):
    result = read(csv_bytes("Recommendation,Status,Date", f"A,Implemented,{written}"), words)
    assert result.rows[0].value("assessed") == ""
    (cell,) = unclear_cells(result, words)
    assert (cell.field, cell.choices) == ("assessed", ("2025-09/2025-11",))
    settled = settle_cells(result, {cell.key: cell.choices[0]})
    assert settled.rows[0].value("assessed") == "2025-09/2025-11"


@pytest.mark.parametrize(("field", "headings"), EXAMPLES["headings"].items())
def test_singular_and_plural_headings_are_known_and_what_they_say_of_a_recommendation_is_not_its_text(
    words, field, headings
):
    found = {
        heading: read(csv_bytes(f'"{heading}",Recommending State', "A,B"), words).columns[0] for heading in headings
    }
    assert {heading: column.field for heading, column in found.items()} == dict.fromkeys(headings, field)
    if not field:
        assert {column.reason for column in found.values()} == {MappingReason.EITHER}


def test_a_person_corrects_the_mapping(words):
    file = csv_bytes("Recommendation,What it says,Budget", "A,B,12")
    result = read(file, words, fields={"A": "title", "B": "text", "C": ""})
    columns = [(c.field, c.reason.value) for c in result.columns]
    assert columns == [("title", "chosen"), ("text", "chosen"), ("", "left-out")]
    assert values(result, "title", "text") == [("A", "B")]
    unknown = "Not read: the heading is not known. Choose a field for it if it is needed."
    assert (0, "C", unknown) in guesses(read(file, words))


def test_the_rows_above_the_headings_are_not_read_and_a_double_heading_is_one(words):
    sheet = sheet_bytes(
        ["Implementation matrix 2026"],
        ["Document", None, "Assessment", None, "Text (en)"],
        ["Symbol", "Para", "Status", "Date", None],
        ["CAT/C/RUR/CO/3", "13", "Implemented", datetime(2026, 5, 2), "End it."],
        merge=["A1:E1", "A2:B2", "C2:D2", "E2:E3"],
    )
    result = read(sheet, words)
    assert [(c.heading, c.field, c.language) for c in result.columns] == [
        ("Document / Symbol", "symbol", ""),
        ("Document / Para", "paragraph", ""),
        ("Assessment / Status", "status", ""),
        ("Assessment / Date", "assessed", ""),
        ("Text (en)", "text", "en"),
    ]
    found = values(result, "symbol", "status", "assessed", "text")
    assert found == [("co-2021", "implemented", "2026-05-02", "End it.")]
    assert (0, "", "The headings were taken from row 2. The rows above were not read.") in guesses(result)
    assert (0, "", "Two rows were read as headings: 2 + 3.") in guesses(result)


def test_the_language_is_taken_off_the_end_of_a_heading():
    assert split_language("The rule as text (ru)") == ("the rule as text", "ru")


def test_a_merged_cell_counts_for_all_its_rows_and_a_heading_inside_the_table_is_left_out(words):
    rows = [["Prisons"], ["CAT/C/RUR/CO/3", "13", "End it."], [None, "14", "Begin it."]]
    sheet = sheet_bytes(["Symbol", "Paragraph", "Recommendation"], *rows, merge=["A2:C2", "A3:A4"])
    result = read(sheet, words)
    assert values(result, "symbol", "paragraph") == [("co-2021", "13"), ("co-2021", "14")]
    assert (4, "A", "The value comes from a merged cell above.") in guesses(result)
    assert problems(result) == [(2, "", "Left out: the row is a heading inside the table: “Prisons”.")]


@pytest.mark.parametrize("first", ["ВСЕГО", "Жалпы", "Total: 2"])
def test_a_total_is_no_recommendation(words, first):
    result = read(sheet_bytes(["Recommendation", "Status", "Budget"], ["A", "Implemented", 5], [first, None, 5]), words)
    assert values(result, "text") == [("A",)]
    assert problems(result) == [(3, "", "Left out: the row is a total.")]


def test_a_recommendation_that_begins_with_total_is_kept(words):
    long = "Total prohibition of torture in law and in practice, with penalties that are appropriate."
    sheet = sheet_bytes(["Recommendation", "Comment"], [long, "There is a draft law, see the annex of it."])
    assert values(read(sheet, words), "text") == [(long,)]


def test_a_hidden_sheet_is_not_read_and_this_is_said(words):
    file = sheet_bytes(["Recommendation"], ["A"], hidden=[["Recommendation", "Status"], ["secret", "done"]])
    result = read(file, words)
    assert values(result, "text") == [("A",)]
    assert "secret" not in repr(result)
    assert (0, "", "Hidden sheets were not read: Secret.") in guesses(result)


def test_a_hidden_column_is_not_published_unless_a_person_chooses_and_still_says_whose_the_row_is(words):
    book = Workbook()
    sheet = book.active
    sheet.append(["Recommendation", "Comment", "Summary", "Symbol"])
    sheet.append(["A", "Our source is in the ministry", "B", "CAT/C/RUR/CO/3"])
    for letter in "BCD":
        sheet.column_dimensions[letter].hidden = True
    result = read(book_bytes(book), words)
    assert values(result, "text", "reason", "summary", "document") == [("A", "", "", "")]
    assert result.rows[0].value("symbol") == "co-2021"
    told = "Not read: the column is hidden in Excel. Choose a field for it if it may be published."
    assert [guess[1] for guess in guesses(result) if guess[2] == told] == ["B", "C"]
    assert values(read(book_bytes(book), words, fields={"B": "reason"}), "reason") == [
        ("Our source is in the ministry",)
    ]


def test_of_several_sheets_the_one_with_the_most_headings_is_read_unless_a_person_chooses(words):
    book = Workbook()
    book.active.title = "Notes"
    matrix = book.create_sheet("Matrix")
    for notes, row in ((["Recommendation"], ["Recommendation", "Status"]), (["B"], ["A", "done"])):
        book.active.append(notes)
        matrix.append(row)
    file = book_bytes(book)
    result = read(file, words)
    assert (result.sheet, result.other_sheets, values(result, "text")) == ("Matrix", ("Notes",), [("A",)])
    assert values(read(file, words, sheet="Notes"), "text") == [("B",)]


@pytest.mark.parametrize(("heading", "cell"), EXAMPLES["a column with contacts is never read even if a person maps it"])
def test_a_column_with_contacts_is_never_read_even_if_a_person_maps_it(words, heading, cell):
    file = sheet_bytes(["Recommendation", heading], ["A", cell])
    for fields in ({}, {"B": "reason"}):
        result = read(file, words, fields=fields)
        assert (result.columns[1].field, result.columns[1].reason) == ("", MappingReason.PRIVATE)
        assert cell not in repr(result)
        assert (0, "B", "Not read: the column may hold names or contacts of people.") in guesses(result)


@pytest.mark.parametrize("written", EXAMPLES["what is not the name of a status is asked about"])
def test_what_is_not_the_name_of_a_status_is_asked_about(words, written):
    result = read(sheet_bytes(["Recommendation", "Status"], ["A", written]), words)
    assert values(result, "status") == [("",)]
    (cell,) = unclear_cells(result, words)
    assert (cell.written, cell.guess) == (written, "")


@pytest.mark.parametrize(
    ("written", "status", "is_guess"), EXAMPLES["statuses are read in every language and a guess is listed"]
)
def test_statuses_are_read_in_every_language_and_a_guess_is_listed(words, written, status, is_guess):
    result = read(sheet_bytes(["Recommendation", "Status"], ["A", written]), words)
    assert values(result, "status") == [(status,)]
    assert [g[:2] for g in guesses(result) if g[0] == 2] == ([(2, "B")] if is_guess else [])
    assert [v.is_guess for v in result.rows[0].values if v.field == "status"] == [is_guess]


def test_comments_on_cells_are_named_and_a_second_column_of_a_field_is_not_read(words):
    book = Workbook()
    sheet = book.active
    sheet.append(["Рекомендация", "Статус", "Дата", "Комментарий", "Обоснование"])
    sheet.append(["Отменить", "Не выполнено", "2026", "Спросить Айгуль", "Закон не изменён"])
    for place in ("B2", "D2"):
        sheet[place].comment = Comment("Secret", "Author")
    result = read(book_bytes(book), words)
    assert comments_left_out(result, ENGLISH) == ["2 comments in cells are not imported: B2, D2"]
    assert "Secret" not in repr(result)
    assert result.rows[0].value("reason") == "Закон не изменён"
    assert [(column.heading, column.reason) for column in columns_left_out(result)] == [("Комментарий", "double")]
    sheet["E1"] = "Обоснование (рус)"
    result = read(book_bytes(book), words)
    assert [column.letter for column in columns_left_out(result)] == ["E"]


def test_the_link_behind_a_cell_is_read_in_a_column_of_links_and_named_elsewhere(words):
    book = Workbook()
    sheet = book.active
    sheet.append(["Рекомендация", "Ссылка", "Статус"])
    sheet.append(["Отменить", "Отчёт", "Не выполнено"])
    sheet.append(["Принять", "https://a.example/3", "Не выполнено"])
    for place, target in {
        "A2": "https://a.example/1",
        "B2": "https://a.example/2?a=1&b=2",
        "B3": "https://a.example/3",
    }.items():
        sheet[place].hyperlink = target
    result = read(book_bytes(book), words)
    assert values(result, "source_link") == [("https://a.example/2?a=1&b=2",), ("https://a.example/3",)]
    assert next(v.written for v in result.rows[0].values if v.field == "source_link") == "Отчёт"
    assert not result.problems
    assert comments_left_out(result, ENGLISH) == ["1 link behind a cell is not imported: A2"]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("E/C.12/RUR/CO/4, para. 12 (a)", Reference("E/C.12/RUR/CO/4", paragraph="12 (a)")),
        ("E/C.12/RUR/CO/4 (2024), 12(a) and (c)", Reference("E/C.12/RUR/CO/4", year="2024", paragraph="12 (a) and (c)")),
        ("CAT 2022 §12", Reference(body="cat", year="2022", paragraph="12")),
        ("п. 22 КЭСКП", Reference(body="cescr", paragraph="22")),
        ("Комитет против пыток, 22-пункт", Reference(body="cat", paragraph="22")),
        ("Е/С.12/RUR/CO/4, пп. 12 и 13", Reference("E/C.12/RUR/CO/4", paragraph="12 и 13")),
        ("CAT 2021 on Marovia, para. 3", Reference(body="cat", year="2021", paragraph="3", is_clear=False)),
        ("CAT (KZ) 2021, para. 3", Reference(body="cat", year="2021", paragraph="3", is_clear=False)),
        ("OP-CAT 2021, para. 3", Reference(body="cat", year="2021", paragraph="3", is_clear=False)),
        ("E/C.12/RUR/CO/4, п. 38 c)", Reference("E/C.12/RUR/CO/4", paragraph="38 (c)")),
        ("E/C.12/RUR/CO/4, п. 38 С)", Reference("E/C.12/RUR/CO/4", paragraph="38 (c)")),  # a Cyrillic letter
        ("E/C.12/RUR/CO/4, п. 38, подпункт с)", Reference("E/C.12/RUR/CO/4", paragraph="38 (c)")),
        ("CAT 2021, subparagraph (b) of paragraph 7", Reference(body="cat", year="2021", paragraph="7 (b)")),
        ("КПП 2013, п. 3 и 2021, п. 5", Reference(body="cat", year="2013", paragraph="3", is_clear=False, several="paragraph")),
        ("CAT and CESCR, para. 3", Reference(paragraph="3", is_clear=False, several="body")),
        ("CCPR/C/RUR/CO/3; CAT/C/RUR/CO/3 п. 5", Reference(paragraph="5", is_clear=False, several="document")),
        (f"CCPR/C/RUR/CO/3 {'and ' * 60}CAT/C/RUR/CO/3", Reference(is_clear=False, several="document")),
        ("§ 17 b", Reference(paragraph="17 (b)")),
        ("17 b", Reference(paragraph="17 (b)")),
        ("17b", Reference(paragraph="17b")),
        ("9(a)", Reference(paragraph="9 (a)")),
        ("CAT 2021 § 41 d", Reference(body="cat", year="2021", paragraph="41 (d)")),
        ("пп. 17 b, 18", Reference(paragraph="17 (b), 18")),
        ("пп. 21-22", Reference(paragraph="21-22")),
        ("п. 40 (f)", Reference(paragraph="40 (f)")),
        ("п. 24 в)", Reference(paragraph="24 (в)")),
        ("para. 5 a and b", Reference(paragraph="5 (a) and b")),
        ("п. 9 с 2024 года", Reference(paragraph="9", year="2024")),
        ("п. 17 «б»", Reference(paragraph="17", is_clear=False)),
        ("17/b", Reference(is_clear=False)),
        ("п. 17 пп. b", Reference(paragraph="17", is_clear=False)),
        ("§ 17/b", Reference(paragraph="17", is_clear=False)),
        ("2030 Agenda", Reference(year="2030", is_clear=False)),
    ],
)  # fmt: skip
def test_a_reference_in_one_cell_is_symbol_committee_year_and_paragraph(words, text, reference):
    assert ReferenceReader(words).read(text) == reference


@pytest.mark.parametrize(
    ("text", "paragraph", "several"),
    [
        ("CAT/C/RUR/CO/3 § 17 b", "17 (b)", ""),
        ("CAT/C/RUR/CO/3/17", "17", ""),
        ("CAT 2021 / 17 b", "17 (b)", ""),
        ("CAT 2021, 17", "17", ""),
        ("CAT/C/RUR/CO/3, 17, 18", "17", "paragraph"),
        ("CAT/C/RUR/CO/3 para. 17/18", "17", "paragraph"),
    ],
)
def test_a_number_after_a_slash_or_a_comma_is_read_or_asked_about(tmp_path, text, paragraph, several):
    reference = ReferenceReader(small_vocabulary(tmp_path)).read(text)
    assert (reference.paragraph, reference.several) == (paragraph, several)


def test_what_is_not_understood_is_a_problem_with_its_row_and_column(words):
    head = ["Recommendation", "Status", "Date", "Themes", "Link"]
    result = read(sheet_bytes(head, ["A", "maybe", "soon", "Health; Weather", "see the annex"]), words)
    cells = [("B", "maybe"), ("C", "soon"), ("D", "Weather"), ("E", "see the annex")]
    assert [(p.row, p.column, p.value) for p in result.problems] == [(2, *cell) for cell in cells]
    assert "We do not know “Weather”. Which theme is it?" in result.problems[2].message
    assert values(result, "status", "assessed", "themes", "source_link") == [("", "", "health", "")]
    assert result.rows[0].unread == ("status", "assessed", "themes")


def test_a_ticked_box_under_the_name_of_a_status_is_asked_about_and_is_no_status_by_itself(words):
    head = ["Recommendation", "Implemented", "Partially implemented", "Not implemented"]
    rows = [["A", True, False, False], ["B", "☐", "☐", "☑"], ["C", "✓", "x", None], ["D", "в целом", None, None]]
    result = read(sheet_bytes(head, *rows, [None, False, False, False]), words)
    assert values(result, "text", "status") == [(letter, "") for letter in "ABCD"]
    asked = "The box “{}” is ticked. Is that its status, and which one?".format
    assert problems(result) == [
        (2, "B", asked("Implemented")),
        (3, "D", asked("Not implemented")),
        (4, "B", "More than one status is ticked: Implemented, Partially implemented."),
        (5, "B", asked("Implemented: в целом")),
    ]
    assert (0, "C", "The column was read as a check box of the status.") in guesses(result)
    assert {row.unread for row in result.rows} == {("status",)}


@pytest.mark.parametrize("mark", [True, "x", "х", "да", "TRUE", "✓"])
def test_one_box_under_the_name_of_a_status_is_that_status_only_if_the_editor_says_so(words, mark):
    result = read(sheet_bytes(["Recommendation", "Not implemented"], ["A", mark], ["B", None], ["C", False]), words)
    (cell,) = unclear_cells(result, words)
    assert (cell.field, cell.written, cell.rows, cell.guess) == ("status", "Not implemented", (2,), "")
    assert "not-implemented" in cell.choices
    for chosen in ("not-implemented", ""):
        settled = settle_cells(result, {cell.key: chosen})
        assert values(settled, "text", "status") == [("A", chosen), ("B", ""), ("C", "")]
        assert not [problem for problem in settled.problems if not problem.is_left_out]


def test_formulas_are_text_and_nothing_is_calculated(words):
    result = read(sheet_bytes(["Recommendation", "Comment"], ['=HYPERLINK("http://evil.example")', "=1+1"]), words)
    assert values(result, "text", "reason") == [('=HYPERLINK("http://evil.example")', "=1+1")]
    assert [g[:2] for g in guesses(result) if "formula" in g[2]] == [(2, "A"), (2, "B")]
    signs = read(csv_bytes("Recommendation", "=A", "+B", "-C", "@D"), words)
    assert values(signs, "text") == [("=A",), ("+B",), ("-C",), ("@D",)]


def test_a_date_cell_is_as_precise_as_excel_shows_it(words):
    book = Workbook()
    book.active.append(["Recommendation", "Date", "Deadline"])
    book.active.append(["A", datetime(2026, 5, 1), 46143])
    book.active["B2"].number_format = "mmm yyyy"
    result = read(book_bytes(book), words)
    assert values(result, "assessed", "deadline") == [("2026-05", "2026-05-01")]
    assert (2, "C", "The number was read as a date of Excel: 1 May 2026.") in guesses(result)


def test_a_date_that_may_mean_two_days_is_a_problem_of_its_cell(words):
    result = read(csv_bytes("Recommendation,Date", "A,03/04/2025", "B,до 2030 года", "C,03.04.2025"), words)
    assert values(result, "assessed") == [("",), ("",), ("2025-04-03",)]
    assert [(p.row, p.column, p.field, p.value, p.choices) for p in result.problems] == [
        (2, "B", "assessed", "03/04/2025", ("2025-04-03", "2025-03-04")),
        (3, "B", "assessed", "до 2030 года", ("../2029", "../2030")),
    ]
    assert result.problems[0].message == "The date can mean: 3 April 2025 / 4 March 2025."


@pytest.mark.parametrize(
    ("other", "read_as", "first"),
    [("13/04/2025", ("2025-04-03", "2025-04-13"), "day"), ("04/13/2025", ("2025-03-04", "2025-04-13"), "month")],
)
def test_one_date_shows_for_its_column_what_comes_first(words, other, read_as, first):
    result = read(csv_bytes("Recommendation,Date", "A,03/04/2025", f"B,{other}"), words)
    assert values(result, "assessed") == [(date,) for date in read_as]
    second = {"day": "month", "month": "day"}[first]
    assert (0, "B", f"In these dates the {first} was read before the {second}.") in guesses(result)


def test_repeated_rows_and_rows_without_a_recommendation_are_problems(words):
    head = ["Symbol", "Paragraph", "Recommendation"]
    assert problems(read(sheet_bytes(head, ["X", "1", "A"], ["X", "1", "A"], ["X"]), words)) == [
        (3, "", "This row repeats row 2."),
        (4, "", HOW_TO_NAME),
    ]


def test_the_language_of_texts_is_named_by_the_heading_or_guessed(words):
    row = ["Прекратить.", "Мыйзам кабыл алынган, өзгөртүүлөр жүрүүдө."]
    result = read(sheet_bytes(["Recommendation (рус)", "Comment"], row), words)
    assert [(v.field, v.language) for v in result.rows[0].values] == [("text", "ru"), ("reason", "ky")]
    assert (0, "B", "The texts were taken to be in this language: Kyrgyz.") in guesses(result)


def test_a_table_without_known_headings_gets_a_sentence(words):
    with pytest.raises(UnusableFile, match="No column was recognised"):
        read(csv_bytes("aaa,bbb", "1,2"), words)
    assert values(read(csv_bytes("aaa,bbb", "1,2"), words, fields={"B": "text"}), "text") == [("2",)]


# Files of every encoding and separator; files that are no spreadsheet; limits.


@pytest.mark.parametrize("written", ["Not implemented?", "Implemented ?", "Не выполнено?", "частично？"])
def test_a_status_with_a_question_mark_is_asked(words, written):
    result = read(sheet_bytes(["Recommendation", "Status"], ["End the practice.", written]), words)
    assert values(result, "status") == [("",)]
    (cell,) = unclear_cells(result, words)
    assert (cell.written, cell.guess, cell.message) == (written, "", f"“{written}” is a question. What is meant?")


ROWS = ("Символ;Рекомендация;Статус", "X;Прекратить практику.;Частично выполнено")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-16", None), ("cp1251", "windows-1251"), ("cp866", "cp866"), ("mac_cyrillic", "mac_cyrillic")],
)
def test_any_encoding_is_read_and_a_guess_is_said(words, encoding, said):
    result = read(csv_bytes(*ROWS, encoding=encoding), words)
    assert values(result, "text", "status")[0] == ("Прекратить практику.", "partially-implemented")
    told = [m for _, _, m in guesses(result) if "encoding" in m]
    assert told == ([f"The encoding of the file was taken to be {said}."] if said else [])


@pytest.mark.parametrize(("separator", "name"), [(",", ","), (";", ";"), ("\t", "Tab"), ("|", "|")])
def test_any_separator_is_found_despite_others_in_texts(words, separator, name):
    long = '"First, second; third | \t fourth ""quoted""\nand a line"'
    rows = (("Symbol", "Recommendation", "Status"), ("X", long, "done"), ("Y", '"Short, too; yes"', "done"))
    result = read(csv_bytes(*map(separator.join, rows)), words)
    assert values(result, "symbol", "text")[0] == ("X", 'First, second; third |   fourth "quoted"\nand a line')
    assert (0, "", f"The separator of the columns was taken to be “{name}”.") in guesses(result)


def test_excels_line_that_names_the_separator_is_no_row(words):
    result = read(csv_bytes("sep=;", "Symbol;Recommendation", "X;A"), words)
    assert [(row.number, row.value("text")) for row in result.rows] == [(3, "A")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"<!doctype html><p>", "This is a web page"),
        (GOOD_SHEET[:3000], "This is not a spreadsheet"),
        (with_part("word/document.xml", b"<a/>"), "This is a Word document"),
        (with_part("content.xml", b"<a/>"), "This is an OpenDocument file"),
        (BOMBS["entities"](), "parts that a spreadsheet program does not write"),
        (BOMBS["an external entity"](), "parts that a spreadsheet program does not write"),
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
    assert problems(result)[0] == (2, "A", "The text has 20001 characters; at most 20000 are allowed.")


def test_external_links_and_macros_are_not_opened(words):
    data = io.BytesIO(with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
    assert len(read(data.getvalue(), words).rows) == 40


def test_rows_below_other_headings_are_not_read_under_the_first_ones(words):
    first, second = "Symbol,Recommendation,Status", "Symbol,Status,Recommendation"
    rows = (
        "CAT/C/RUR/CO/3,A,Implemented",
        second,
        "CAT/C/RUR/CO/3,Implemented,B",
        first,
        "CAT/C/RUR/CO/3,C,Implemented",
    )
    result = read(csv_bytes(first, *rows), words)
    assert values(result, "text") == [("A",), ("C",)]
    told = "Left out: row 3 has other headings. Put this part of the sheet into a file of its own."
    assert [one.message for one in result.problems if one.row in (3, 4)] == [told, told]
