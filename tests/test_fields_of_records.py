"""What the program does with each field of a record, written down in tests/golden/fields.json.

A new field, or a better label, changes this file: `.venv/bin/python -m tests.test_fields_of_records` writes it anew.
"""

import csv
import io
import json
import re
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import yaml
from openpyxl import load_workbook

from tests.support.small_dataset import TRACKER, folder
from tests.support.view_requests import ask
from tracker.i18n import LANGUAGES, get_language
from tracker.importing.tables.cell_values import CellReader
from tracker.importing.tables.raw_tables import CellKind, RawCell
from tracker.importing.tables.vocabulary import (
    IMPORT_FIELDS,
    ImportVocabulary,
    own_headings,
    spreadsheet_words,
    template_workbook,
)
from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.fields import FIELD_LABELS, UNVERSIONED_FIELDS, record_texts
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports.csv_export import DEFAULT_COLUMNS, EDITABLE_COLUMNS, render_csv
from tracker.publishing.exports.xlsx_export import render_xlsx
from tracker.publishing.wording import text_label
from tracker.queries.field_diff import code_of, diff_records, list_differences
from tracker.queries.search.text_search import document_search_texts, evidence_search_texts, recommendation_search_texts
from tracker.safety.scanner import text_fields
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.format import record_values

GOLDEN = Path(__file__).parent / "golden" / "fields.json"
EVERY_FIELD = yaml.safe_load(GOLDEN.with_name("every_field.yaml").read_text("utf-8"))


def everything() -> Dataset:
    """Return a dataset in which every field of every type of record is filled."""
    with tempfile.TemporaryDirectory() as root:
        settings = f"{TRACKER}states: [{{id: rur, name: Ruritania}}]\n"
        return DatasetReader(folder(Path(root), {"tracker": settings, **EVERY_FIELD})).read()


def what_the_fields_do(data: Dataset) -> dict[str, Any]:
    """Return, for each reader of fields, what it does with them."""
    request, r, e, d = ask(data), data.recommendations["x"], data.evidence["law"], data.documents["co-2024"]
    body, records = data.bodies["cat"], (r, e, d)
    others: tuple[Record, ...] = (data.recommendations["y"], data.evidence["news"], data.documents["report-2024"])
    versioned = [record_values(one, without=UNVERSIONED_FIELDS) for one in records]
    names = sorted(name for name in names_in(versioned) if name in FIELD_LABELS)
    every = [column.name for column in export_columns.RECOMMENDATION_COLUMNS]
    vocabulary = ImportVocabulary.from_view(request.view, get_language("en"))
    reader = CellReader(vocabulary, get_language("en"))
    template = load_workbook(io.BytesIO(template_workbook(vocabulary, get_language("en")))).worksheets[0]
    searched = {
        "recommendation": recommendation_search_texts(r, d, body, r.assessments, data.settings, e),
        "evidence": evidence_search_texts(e, d, data.settings),
        "document": document_search_texts(d, body, data.settings),
    }
    return {
        "labels in the history": {name: FIELD_LABELS[name] for name in names},
        "labels of texts": {
            type(one).__name__: {path: text_label(request, path) for path, _ in record_texts(one)} for one in records
        },
        "shown in the history": {
            type(one).__name__: sorted(change.field for change in diff_records(other, one))
            for one, other in zip(cast("tuple[Record, ...]", records), others, strict=True)
        },
        "texts in several languages in the history": sorted(
            name for name in names if list_differences(name, None, "a", "en")[0].field == ("en",)
        ),
        "codes in the history": sorted(
            (name, code) for name in names for code in ("seen", "news", "reply", "lead") if code_of((name,), code)
        ),
        "translated": {type(one).__name__: [path for path, _ in record_texts(one)] for one in records},
        "searched": {
            name: {
                "names": sorted(found.names),
                "texts": [" / ".join(v.text for v in text.values()) for text in found.texts],
                "main texts": [" / ".join(v.text for v in text.values()) for text in found.main_texts],
            }
            for name, found in searched.items()
        },
        "scanned": {
            type(one).__name__: sorted({".".join(map(str, t.field_path)) for t in text_fields(one)}) for one in records
        },
        "columns of a recommendation": [
            [c.name, c.label, c.value_kind, c.name in DEFAULT_COLUMNS] for c in export_columns.RECOMMENDATION_COLUMNS
        ],
        "columns whose edits come back": list(EDITABLE_COLUMNS),
        "csv": list(csv.reader(io.StringIO(render_csv(ask(data, columns=every)).body.decode("utf-8-sig")))),
        "xlsx": {sheet.title: rows_of(sheet) for sheet in workbook(data, "en", every)},
        "headings": {lang: [rows_of(sheet)[0] for sheet in workbook(data, lang, every)] for lang in LANGUAGES},
        "template": [
            [sheet_cell.value, template.column_dimensions[sheet_cell.column_letter].width] for sheet_cell in template[1]
        ],
        "hints": {name: f.sheet.hint for name, f in IMPORT_FIELDS.items()},
        "imported": {
            name: [
                f.label,
                f.sheet.in_template,
                f.sheet.is_recorded,
                reader.read(name, RawCell("a; b", CellKind.TEXT)).value,
            ]
            for name, f in sorted(IMPORT_FIELDS.items())
        },
        "headings of our own exports": sorted([word, code] for word, code in own_headings().items()),
        "headings of others": sorted([w, c] for w, c in spreadsheet_words().headings.items() if w in own_headings()),
    }


def names_in(value: Any) -> set[str]:
    """Return the keys in the values of a file, at every depth."""
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    return set(value).union(*map(names_in, value.values())) if isinstance(value, dict) else set()


def workbook(data: Dataset, lang: str, columns: list[str]) -> list[Any]:
    return load_workbook(io.BytesIO(render_xlsx(ask(data, lang, columns=columns)).body)).worksheets[1:]


def rows_of(sheet: Any) -> list[list[str]]:
    return [[str(cell.value) for cell in row] for row in sheet.iter_rows()]


def golden_text() -> str:
    """Return what the golden file has to say."""
    text = json.dumps(what_the_fields_do(everything()), ensure_ascii=False, indent=1)
    return re.sub(r"\[\n[^\[\]{}]*\n *\]", lambda found: " ".join(found[0].split()), text) + "\n"


def test_every_field_of_every_record_is_filled():
    data = everything()
    assert [str(problem) for problem in data.problems] == []
    records = [data.recommendations["x"], data.evidence["law"], data.documents["co-2024"]]
    empty = {f.name for record in records for f in fields(record) if getattr(record, f.name) in (None, (), "")}
    assert empty <= {"events", "history", "recorded_by", "recorded_for", "private"}
    assert len(list(all_records(data))) == 8


def test_each_reader_of_fields_does_what_is_written_down():
    assert json.loads(golden_text()) == json.loads(GOLDEN.read_text("utf-8"))


if __name__ == "__main__":
    GOLDEN.write_text(golden_text(), "utf-8")
