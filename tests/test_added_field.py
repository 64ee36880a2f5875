"""One added field, from the form to every reader: what would count as implemented, on a recommendation."""

import csv
import io
import json

from openpyxl import load_workbook

from tests.support.form_pages import html, opening, press, put
from tests.support.story_folder import TRACKER
from tests.support.view_requests import ask
from tracker.i18n import get_language
from tracker.importing.entry import RowState
from tracker.importing.tables.row_comparison import RowComparison, compare_export_rows
from tracker.importing.tables.row_review import ReviewedRow, RowReviewer
from tracker.importing.tables.row_sources import RowDefaults
from tracker.importing.tables.sheet_reader import read_spreadsheet
from tracker.importing.tables.vocabulary import ImportVocabulary, template_workbook
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.json_api import render_one
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.pages.card import render_card
from tracker.queries.translations import translation_task
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

NAME, LABEL, ENGLISH = "expected_action", "What would count as implemented", get_language("en")
FORM = "edit_recommendation_r1_"
FILES = {
    "tracker.yaml": f"{TRACKER}languages: [en, ru]\n",
    "recommendations/r1.yaml": (
        "issued_by: committee\ndocument: co-3\ntitle: End it\nsummary: It should end.\nverification: reported\n"
        "source: {document: co-3}\n"
    ),
}


def test_a_field_that_was_added_is_everywhere(tmp_path, monkeypatch):
    opened, folder = opening(tmp_path, monkeypatch, FILES), tmp_path / "data"

    def now():
        return DatasetReader(folder).read()

    def saved(text: str) -> str:
        page = opened("recommendation", id="r1", form="edit", editing=now().recommendations["r1"].version)
        put(page, FORM, expected_action_en=text, reason="The committee says so.")
        press(page, "Save the edit")
        return html(page)

    # form, history, diff; shown to readers on the page and on the card
    assert f"<h3>{LABEL}</h3>" not in html(opened("recommendation", id="r1"))
    saved("A decree repeals article 4.")
    page = saved("A law repeals article 4.")
    data = now()
    r, request = data.recommendations["r1"], ask(data, one="r1")
    assert [(edit.field, edit.old) for edit in r.history] == [(NAME, None), (NAME, "A decree repeals article 4.")]
    assert f"<h3>{LABEL}</h3>\n<p>A law repeals article 4." in page
    assert f"<h3>{LABEL}</h3>\n<p>A law repeals article 4." in render_card(request).body.decode()
    activity = html(opened("activity"))
    assert f"<dt>{LABEL} · English</dt>" in activity
    assert "<del>decree</del> <ins>law</ins>" in activity

    # search, exports, translation queue
    assert "End it" in html(opened("recommendations", q="repeals"))
    asked = ask(data, columns=["id", "version", NAME])
    table = render_csv(asked).body
    cells = {row[0]: row[2] for row in csv.reader(io.StringIO(table.decode("utf-8-sig")))}
    assert (cells["id"], cells["r1"]) == (NAME, "A law repeals article 4.")
    sheet = load_workbook(io.BytesIO(render_xlsx(asked).body))["Recommendations"]
    assert {"A law repeals article 4.", LABEL} <= {cell.value for cell in sheet["C"]}
    assert "A law repeals article 4." in json.loads(render_one(request).body)[NAME]["en"]["text"]
    assert NAME in translation_task(request.view, r, "ru").missing

    # import: our own export after an edit in Excel, a new row of another table, the template
    view, words = request.view, ImportVocabulary.from_view(request.view, ENGLISH)
    edited = read_spreadsheet(table.replace(b"A law", b"A new law"), words, ENGLISH)
    rows = compare_export_rows(view, edited.rows, edited.columns, language=ENGLISH)
    (row,) = (row for row in rows if row.state is not RowState.SAME)
    assert (row.state, [(c.field, c.new) for c in row.changes]) == (
        RowState.CHANGED,
        [(NAME, "A new law repeals article 4.")],
    )
    reviewer = RowReviewer(view, RowDefaults(), ENGLISH)
    changed = reviewer.record(ReviewedRow(row, ""))
    assert [text.text for text in changed.expected_action.values()] == ["A new law repeals article 4."]
    other = read_spreadsheet(f"Title,Summary,{LABEL}\nStop,It should stop.,It has stopped.\n".encode(), words, ENGLISH)
    added = reviewer.record(ReviewedRow(RowComparison(other.rows[0], RowState.NEW), "", "co-4"))
    assert [text.text for text in added.expected_action.values()] == ["It has stopped."]
    template = load_workbook(io.BytesIO(template_workbook(words, ENGLISH))).worksheets[0]
    assert LABEL in [cell.value for cell in template[1]]

    # scan
    saved("Call +996 555 000 111.")
    file = folder / "recommendations" / "r1.yaml"
    assert "555" not in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace("A law", "Call +996 555 000 111. A law"), "utf-8")
    (problem,) = check_folder(folder)
    assert problem.message.startswith("a phone number identifies someone")
