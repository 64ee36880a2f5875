"""`python -m tracker new`: a few files that a person reads in a minute, and nothing of another country in them."""

import argparse

import pytest

from tests.support.command_line import run_command
from tracker.editing.new_tracker import collect_answers, format_files
from tracker.storage.dataset_reader import DatasetReader

FLAGS = (
    *("--state", "Freedonia", "--state", "ru=Фридония", "--languages", "en,ru", "--time-zone", "Europe/Paris"),
    *("--organisation", "Harm, Reduced: #1", "--organisation", "Права", "--contact", "a@example.org"),
    *("--mechanism", "crc", "--mechanism", "upr"),
)


def test_the_files_of_a_new_tracker_are_short_and_valid_and_its_own(tmp_path):
    folder, settings = tmp_path / "new", {"TRACKER_STATE": str(tmp_path / "state")}
    code, told, _ = run_command("new", str(folder), *FLAGS, settings=settings)
    assert (code, f"TRACKER_DATA={folder} make run" in told) == (0, True)
    assert run_command("check", str(folder), settings=settings)[:2] == (0, f"{folder}: no problems\n")
    texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert sorted(texts) == ["documents.yaml", "tracker.yaml", "treaty_bodies.yaml"]
    assert len(texts["tracker.yaml"].splitlines()) <= 40
    assert not any(word in text.casefold() for text in texts.values() for word in ("kyrgyz", "bishkek", "кыргыз"))
    found = DatasetReader(folder).read()
    of = found.settings
    assert {code: name.text for code, name in of.state_party.items()} == {"en": "Freedonia", "ru": "Фридония"}
    assert [o.id for o in of.organisations] == ["harm-reduced-1", "organisation", "editors"]
    assert (of.timezone, of.publisher.contact) == ("Europe/Paris", "mailto:a@example.org")
    assert (list(found.bodies), of.synonyms[0]) == (["crc", "upr"], ("Freedonia", "Фридония"))


def options(state=(), languages=None):
    return argparse.Namespace(
        vocabulary=None,
        state=state,
        languages=languages,
        time_zone=None,
        organisation=[],
        contact=None,
        mechanism=["upr"],
    )


def test_a_country_has_its_names_in_the_other_languages():
    assert collect_answers(options(["Kenya"], "en,ru"), None).state == {"en": "Kenya", "ru": "Кения"}


def test_at_a_terminal_it_asks_for_what_is_not_given():
    answers = {"The State": "Freedonia", "Languages": "en", "Organisations that assess, with commas": "A, B"}
    told = collect_answers(options(), lambda question: answers.get(question.partition(" [")[0], ""))
    assert (told.state, told.timezone, told.organisations, told.contact) == ({"en": "Freedonia"}, "UTC", ("A", "B"), "")
    assert "contact: mailto:name@example.org" in format_files(told)["tracker.yaml"]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("", "Add --state. Nothing was written."),
        ("--state X --mechanism hrx", "'hrx' is not one of cescr, "),
        ("--state X --mechanism upr --time-zone Nowhere", "there is no timezone 'Nowhere'"),
        ("--state X --mechanism upr --contact nobody", "contact 'mailto:nobody' does not have the right"),
        ("--state X --mechanism upr --languages english", "'english' does not have the right form"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_and_nothing_is_written(tmp_path, monkeypatch, flags, told):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    new, settings = tmp_path / "new", {"TRACKER_STATE": str(tmp_path)}
    code, _, complaint = run_command("new", str(new), *flags.split(), settings=settings)
    assert (code, told in complaint, new.exists()) == (2, True, False), complaint


def test_a_folder_that_has_files_is_left_alone(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    code, _, complaint = run_command("new", str(tmp_path), *FLAGS, settings={"TRACKER_STATE": str(tmp_path / "s")})
    assert (code, "is there and not empty, so nothing was written" in complaint) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
