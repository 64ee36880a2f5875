"""python -m tracker import."""

import json
import shutil
import tracemalloc

import pytest

from tests.support.command_line import run_command
from tests.support.examples import examples
from tests.support.import_files import uhri_json, uhri_record
from tests.support.server_process import ROOT
from tracker.__main__ import main

EXAMPLES = examples(__file__)

TEXT = EXAMPLES["text"]


@pytest.fixture
def place(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "cat.txt").write_text(TEXT, "utf-8")
    return tmp_path


def run(place, file, *arguments):
    settings = {"TRACKER_DATA": str(place / "data"), "TRACKER_STATE": str(place)}
    return run_command("import", str(place / file), *arguments, settings=settings)


def test_a_dry_run_prints_json_and_changes_nothing(place):
    before = {path: path.read_bytes() for path in (place / "data").rglob("*") if path.is_file()}
    code, out, err = run(place, "cat.txt", "--dry-run", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    due = {"due": None, "period": "within one year", "computed_due": "2022-11-29"}
    parts = [{"id": "a", "text": "Build no more prisons;"}, {"id": "b", "text": "Use alternatives to detention."}]
    assert found["document"] == {
        **{"symbol": "CAT/C/KGZ/CO/3", "adopted": "2021-11-29", "considered": "2021-11-16/2021-11-17"},
        "follow_up": {"paragraphs": ["3 (b)"], **due},
        "next_report": {"due": "2025-12-03", "computed_due": None},
        **{"language": "en", "notices": []},
    }
    words = {"heading": "Conditions of detention", "text": "The State party should:", "parts": parts}
    assert found["recommendations"] == [{"paragraph": "3", **words}]
    assert {path: path.read_bytes() for path in (place / "data").rglob("*") if path.is_file()} == before


def test_another_states_document_is_said_and_read(place):
    (place / "cat.txt").write_text(TEXT.replace("KGZ", "RUR").replace("Kyrgyzstan", "Ruritania"), "utf-8")
    code, out, _err = run(place, "cat.txt", "--dry-run")
    found = json.loads(out)
    assert (code, [one["paragraph"] for one in found["recommendations"]]) == (0, ["3"])
    assert "This document is about Ruritania, but this dataset is about Kyrgyzstan." in found["document"]["notices"][0]


def test_a_file_that_cannot_be_read_and_a_missing_dry_run_get_sentences(place):
    (place / "empty.docx").write_bytes(b"")
    for arguments, said in (
        (["empty.docx", "--dry-run"], f"{place}/empty.docx: The file is empty. Check it and upload it again.\n"),
        (["cat.txt"], "Nothing was saved: a person reads every recommendation before it becomes public. Sign in "),
        (["cat.txt", "--document", "no-such", "--dry-run"], "There is no document no-such in documents.yaml.\n"),
    ):
        code, _out, err = run(place, *arguments)
        assert (code, err.startswith(said)) == (2, True)


def test_ctrl_c_ends_the_command_with_a_sentence(monkeypatch, capsys):
    def pressed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.importing.cli.run_import_command", pressed)
    assert main(["import", "cat.txt", "--dry-run"]) == 130
    assert capsys.readouterr().err == "Cancelled. Nothing was saved.\n"


def test_a_dry_run_of_a_spreadsheet_lists_its_rows_and_what_stands_in_the_way(place):
    (place / "table.csv").write_text("Пункт;Рекомендация;Дата\n12;Отменить наказание;03/04/2025\n", "utf-8")
    code, out, err = run(place, "table.csv", "--dry-run", "--json", "--document", "e-c12-kgz-co-4")
    assert (code, err) == (0, "")
    found = json.loads(out)
    columns = [(column["heading"], column["field"]) for column in found["columns"]]
    assert columns == [("Пункт", "paragraph"), ("Рекомендация", "text"), ("Дата", "assessed")]
    (row,) = found["rows"]
    assert (row["row"], row["state"], row["document"]) == (2, "new", "e-c12-kgz-co-4")
    assert row["problems"] == ["C2: The date can mean: 3 April 2025 / 4 March 2025."]


def test_an_export_of_uhri_is_filtered_and_cut_down_to_a_file_that_can_be_read_again(place):
    own = {"Countries": ["- Kyrgyzstan"], "Symbol": "CAT/C/KGZ/CO/3"}
    records = [
        uhri_record(**own, AnnotationId="a1", Text="40. The State party should act."),
        uhri_record(**own, AnnotationId="a2", PublicationDate="2013-01-01T00:00:00"),
        uhri_record(AnnotationId="a3"),
    ]
    (place / "export.json").write_bytes(uhri_json(*records).getvalue())
    small = place / "small.json"
    code, out, err = run(place, "export.json", "--since", "2020", "--body", "CAT", "--output", str(small))
    assert (code, out, err) == (0, f"{small}: 1 of 3 records, 0.0 MB.\n", "")
    assert [record["AnnotationId"] for record in json.loads(small.read_text("utf-8"))] == ["a1"]
    read = json.loads(run(place, "small.json", "--dry-run")[1])
    assert (read["wanted"], read["records"], [row["state"] for row in read["rows"]]) == (1, 1, ["new"])
    code, _out, err = run(place, "export.json", "--output", str(small))
    assert (code, err) == (2, f"{place}/export.json: {small} exists already. Choose another name.\n")
    code, _out, err = run(place, "small.json", "--dry-run", "--body", "XYZ")
    assert (code, err) == (2, f"{small}: There is no treaty body XYZ in the dataset.\n")


def test_a_file_that_is_too_large_is_not_read(place, monkeypatch, capsys):
    monkeypatch.setenv("TRACKER_DATA", str(place / "data"))
    large = place / "large.docx"
    with large.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(300_000_000)
    tracemalloc.start()
    code = main(["import", str(large), "--dry-run"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (code, "The file has 300.0 MB. Up to 20 MB can be uploaded." in capsys.readouterr().err) == (2, True)
    assert peak < 50_000_000
