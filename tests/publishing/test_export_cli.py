"""Exporting from the command line, and downloading from the list."""

import csv
import json
from unittest.mock import Mock

import pytest
from openpyxl import load_workbook

from tests.support.small_dataset import folder
from tests.support.view_requests import BEFORE, FILES, LATER
from tracker.__main__ import main


@pytest.fixture
def export(tmp_path, monkeypatch, capsys):
    """`export(name, *options)` runs the command; gives what it returned, and what it said."""
    root = folder(tmp_path / "data", dict([("r/x", LATER), *FILES[1:]]))
    monkeypatch.setenv("TRACKER_DATA", str(root))
    monkeypatch.setenv("TRACKER_PUBLIC_URL", "https://tracker.example")

    def export(name, *options):
        code = main(["export", str(tmp_path / name), *options])
        said = capsys.readouterr()
        return code, (said.out + said.err).replace(str(tmp_path), "…")

    return export


def test_each_ending_gives_its_format(export, tmp_path):
    names = ("a.csv", "a.xlsx", "a.JSON")
    assert [export(name) for name in names] == [(0, f"…/{name}\n") for name in names]
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["x", "y"]
    assert load_workbook(tmp_path / "a.xlsx").sheetnames[1] == "Recommendations"
    assert json.loads((tmp_path / "a.JSON").read_bytes())["count"] == 2


def test_the_language_the_day_and_the_moment_are_those_asked_for(export, tmp_path):
    export("a.json", "--lang", "ru", "--as-of", "2025-12-31", "--recorded", BEFORE)
    found = json.loads((tmp_path / "a.json").read_bytes())
    assert (found["as_of"], found["recorded"], "lang=ru" in found["links"]["page"]) == ("2025-12-31", BEFORE, True)
    assert [r["status"] for r in found["recommendations"]] == ["not-implemented", "not-assessed"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.pdf"], "…/a.pdf: the name of an export ends in one of .csv, .xlsx, .json, .zip.\n"),
        (["a.csv", "--as-of", "2999-01-01"], "--as-of: This date is in the future: 2999-01-01."),
        (["a.csv", "--recorded", "now"], "--recorded: This date cannot be read: now. Write it as 2026-11-25.\n"),
        (["no/such/a.csv"], "…/no/such/a.csv cannot be written (No such file or directory).\n"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(export, tmp_path, arguments, sentence):
    code, said = export(*arguments)
    assert (code, said.startswith(sentence)) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_failed_export_leaves_the_old_file(export, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("old")
    full = Mock(side_effect=OSError(28, "No space left on device"))
    monkeypatch.setattr("tracker.storage.folder.atomic_write.os.replace", full)
    assert export("a.csv") == (2, "…/a.csv cannot be written (No space left on device).\n")
    assert ((tmp_path / "a.csv").read_text(), len(list(tmp_path.iterdir()))) == ("old", 2)


def test_what_is_left_out_and_where_links_lead_is_said(export, tmp_path, monkeypatch):
    monkeypatch.delenv("TRACKER_PUBLIC_URL")
    (tmp_path / "data" / "recommendations" / "z.yaml").write_text("status: x\n")
    code, said = export("a.csv")
    _name, links, left_out = said.splitlines()
    assert (code, links.partition(":8501")[0]) == (0, "The links lead to http://127.0.0.1")
    assert left_out.startswith("Left out because they cannot be read: ")
