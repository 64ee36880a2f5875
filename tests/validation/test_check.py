"""Reading a data folder and checking it: all problems in one run, and only what changed is read again."""

import os
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.story_folder import ASKED, NEWS, made
from tracker.__main__ import NO_CONTACT
from tracker.storage import dataset_reader
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml.file_parser import parse_file
from tracker.validation.check import check_folder


@pytest.fixture
def data(tmp_path) -> Path:
    return made(tmp_path / "data")


def run(*arguments: str, cwd: Path) -> tuple[int, str, str]:
    """The command line, as a person at that folder would use it: exit code, what it prints, what it complains of."""
    return run_command(*arguments, settings={}, cwd=cwd)


def test_a_folder_without_problems_says_so(data):
    assert run("check", cwd=data.parent) == (0, "data: no problems\n", f"{NO_CONTACT}\n")


def test_every_problem_of_every_file_is_printed_in_one_run(data):
    (data / "documents.yaml").write_text((data / "documents.yaml").read_text().replace("body: ccpr", "body: hrc"))
    (data / "evidence" / "law.yaml").write_text(NEWS + "link: javascript:alert(1)\nrelevant: r1\n")
    (data / "evidence" / "broken.yaml").write_text("kind: news\npublisher: a: b\n")
    (data / "recommendations" / "r1.yaml").write_text(ASKED + "same_demand:\n  - recommendation: r9\n")
    code, out, complaint = run("check", "data", cwd=data.parent)
    assert (code, complaint) == (1, f"{NO_CONTACT}\n")
    assert [line.partition(";")[0] for line in out.splitlines()] == [
        "data/documents.yaml:5: there is no treaty body 'hrc'",
        "data/evidence/broken.yaml:2: mapping values are not allowed in this context",
        "data/evidence/law.yaml:6: link 'javascript:alert(1)' does not have the right form",
        "data/evidence/law.yaml:7: unknown key 'relevant'",
        "data/recommendations/r1.yaml:8: there is no recommendation 'r9'",
    ]


def test_a_folder_without_a_dataset_is_one_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    (tmp_path / "empty").mkdir()
    nowhere = "There is no folder nowhere. Set TRACKER_DATA to the folder that holds tracker.yaml.\n"
    assert run("check", "nowhere", cwd=tmp_path) == (2, "", nowhere)
    a_file = "The folder data cannot be read (Not a directory). Check its permissions.\n"
    assert run("check", cwd=tmp_path) == (2, "", a_file)
    missing = "tracker.yaml:1: the file is missing; copy the one that came with the tracker\n"
    assert run("check", ".", cwd=tmp_path / "empty") == (1, missing, "")


def test_without_readable_settings_the_records_are_still_there(data):
    (data / "tracker.yaml").write_text("title: [\n")
    found = DatasetReader(data).read()
    assert (found.settings, len(found.recommendations), len(found.problems)) == (dataset_reader.FALLBACK_SETTINGS, 3, 1)


def test_records_come_in_the_order_that_people_count(data):
    for number in (10, 2):
        (data / "recommendations" / f"r{number}.yaml").write_text(ASKED)
    reader = DatasetReader(data, look_every=0)
    assert list(reader.read().recommendations) == ["co-4-12", "hrc-3-20", "r1", "r2", "r10"]
    (data / "recommendations" / "r3.yaml").write_text(ASKED)
    assert list(reader.read().recommendations) == ["co-4-12", "hrc-3-20", "r1", "r2", "r3", "r10"]


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []

    def counting(name, raw):
        names.append(name.as_posix())
        return parse_file(name, raw)

    monkeypatch.setattr(dataset_reader, "parse_file", counting)
    return names


def test_only_what_changed_is_read_again(data, parsed):
    reader = DatasetReader(data, look_every=0)
    first = reader.read()
    assert len(parsed) == 7
    parsed.clear()
    assert (reader.read() is first, parsed) == (True, [])
    (data / "recommendations" / "r1.yaml").write_text(ASKED.replace("Repeal", "Abolish"))
    second = reader.read()
    assert parsed == ["recommendations/r1.yaml"]
    assert second.recommendations["r1"].title[""].text == "Abolish the punishments"
    assert first.recommendations["r1"].title[""].text == "Repeal the punishments"
    assert second.evidence["law"] is first.evidence["law"]
    assert second.signature != first.signature
    (data / "recommendations" / "r1.yaml").write_text(ASKED)
    assert reader.read().signature == first.signature == DatasetReader(data).read().signature


def test_a_hand_edit_shows_when_the_files_are_looked_at_again(data, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(dataset_reader.time, "monotonic", lambda: clock[0])
    reader = DatasetReader(data, look_every=1)
    reader.read()
    (data / "evidence" / "law.yaml").write_text(NEWS.replace("24.kg", "Kaktus"))
    clock[0] = 100.9
    assert reader.read().evidence["law"].publisher == "24.kg"
    clock[0] = 101.0
    assert reader.read().evidence["law"].publisher == "Kaktus"


def test_a_fresh_look_and_a_save_of_our_own_show_at_once(data):
    reader = DatasetReader(data, look_every=3600)
    reader.read()
    law = data / "evidence" / "law.yaml"
    law.write_text(NEWS.replace("24.kg", "Kaktus"))
    assert reader.read(fresh=True).evidence["law"].publisher == "Kaktus"
    law.write_text(NEWS.replace("24.kg", "Azattyk"))
    reader.refresh(law)
    assert reader.read().evidence["law"].publisher == "Azattyk"


def test_what_cannot_be_read_is_a_problem(data):
    folder = data / "evidence"
    (folder / "a-folder.yaml").mkdir()
    (folder / "a-link.yaml").symlink_to("nowhere")
    (folder / "in-circles.yaml").symlink_to("in-circles.yaml")
    os.mkfifo(folder / "a-pipe.yaml")
    (folder / "huge.yaml").write_bytes(b"#" * 1_000_001)
    assert [str(problem).removeprefix(f"{folder}/") for problem in check_folder(data)] == [
        "a-folder.yaml:1: not a file; keep only YAML files here",
        "a-link.yaml:1: cannot be read (No such file or directory); check its permissions",
        "a-pipe.yaml:1: not a file; keep only YAML files here",
        "huge.yaml:1: the file has 1,000,001 bytes; the limit is 1,000,000",
        "in-circles.yaml:1: cannot be read (Too many levels of symbolic links); check its permissions",
    ]


def test_a_file_name_in_another_encoding_is_a_problem(data):
    (data / "evidence" / os.fsdecode(b"\xe7\xe0\xea\xee\xed.yaml")).write_text(NEWS)
    code, printed, complaint = run("check", "data", cwd=data.parent)
    assert (code, complaint) == (1, f"{NO_CONTACT}\n")
    assert printed.startswith("data/evidence/\\xe7\\xe0\\xea\\xee\\xed.yaml:1: the file name ")
