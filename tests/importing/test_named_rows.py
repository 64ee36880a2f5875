"""A row of a sheet that names a recommendation of this tracker: by its page, its id, its number, symbol and paragraph."""

import pytest

from tests.support.import_files import ENGLISH, TODAY, read, sheet_bytes
from tests.support.small_dataset import dataset
from tracker.importing.tables.row_comparison import RowDefaults
from tracker.importing.tables.row_review import review_sheet
from tracker.importing.tables.vocabulary import HOW_TO_NAME, ImportVocabulary
from tracker.queries.view import View

HERE = (
    "issued_by: committee\ndocument: co-2021\ntitle: T\nsummary: S\nverification: seen\nsource: {document: co-2021}\n"
)
FILES = {"r/co-21-r9": HERE + "paragraph: '13'\n", "r/r1": HERE}
CHOSEN = RowDefaults(document="co-2024")
HOME = "https://tracker.example"


def review(root, rows, defaults):
    view = View(dataset(root, FILES), TODAY)
    result = read(sheet_bytes(*rows), ImportVocabulary.from_view(view, ENGLISH, HOME))
    return review_sheet(view, result, defaults, language=ENGLISH)


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (f"{HOME}/recommendation?id=co-21-r9", "co-21-r9"),
        (f"{HOME}/recommendation?lang=ru&id=co-21-r9#rt-timeline", "co-21-r9"),
        ("co-21-R9", "co-21-r9"),
        ("R9", "co-21-r9"),
        ("CAT/C/RUR/CO/3, para. 13", "co-21-r9"),
        (f"{HOME}/r/co-21-r9?lang=ru", "co-21-r9"),
        ("https://other.example/r/co-21-r9", ""),
        ("https://other.example/recommendation?id=co-21-r9", ""),
        (f"{HOME}.other.example/recommendation?id=co-21-r9", ""),
        (f"{HOME}/recommendation?id=co-21-r10", ""),
        (f"{HOME}/deadlines?id=co-21-r9", ""),
        ("R10", ""),
        ("para 999", ""),
        ("CAT/C/RUR/CO/3, para. 99", ""),
    ],
)
@pytest.mark.parametrize("heading", ["Paragraph", "Recommendation", "Which one"])
def test_a_row_names_what_is_here_by_its_page_its_id_its_number_or_symbol_and_paragraph(
    tmp_path, named, found, heading
):
    table = [[heading, "Assessment", "Note"], [named, "not-implemented", "Nothing."]]
    ours = RowDefaults(organisation="editors", ours=("",), assessed="2026-01-02")
    (row,) = review(tmp_path, table, ours)
    if not found and heading != "Paragraph":
        assert row.compared.recommendation == ""
        return
    assert (row.compared.recommendation, row.adds_assessment) == (found, True)
    assert row.problems == (() if found else (HOW_TO_NAME,))
    assert [change.field for change in row.compared.changes] == (["status", "reason"] if found else [])


def test_the_number_of_another_list_and_another_document_name_no_recommendation_here(tmp_path):
    (row,) = review(tmp_path, [["Paragraph", "Recommendation"], ["R9", "Build houses"]], CHOSEN)
    assert (row.is_new_here, row.document, row.row.value("paragraph")) == (True, "co-2024", "R9")
    there = f"{HOME}/recommendation?id=co-21-r9"
    (row,) = review(
        tmp_path, [["Symbol", "Paragraph", "Status"], ["E/C.12/RUR/CO/4", there, "not-implemented"]], CHOSEN
    )
    assert row.problems == ("The row names co-21-r9, but the document is E/C.12/RUR/CO/4.",)
    (row,) = review(tmp_path, [["Symbol", "Paragraph", "Status"], ["r1", there, "not-implemented"]], CHOSEN)
    assert row.problems == (
        "The row names several documents or paragraphs: “co-21-r9, r1”. Give each a row of its own.",
    )
