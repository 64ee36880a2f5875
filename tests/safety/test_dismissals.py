"""What a reviewer settles is kept privately, without the words, and is not asked again."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.story_folder import ASKED, made
from tracker.__main__ import main
from tracker.config import Config
from tracker.model.errors import DismissalFailed, NotAllowed
from tracker.model.permissions import Person, Role
from tracker.model.safety_config import SafetyFinding, TextField
from tracker.safety.dismissals import Dismissals, load_dismissals
from tracker.safety.scanner import scan_text
from tracker.validation.check import check_folder

REVIEWER, EDITOR = Person(Role.REVIEWER, "reviewer-x1"), Person(Role.EDITOR, "editor-x2")
NUMBER = "+996 555 000 111"
WHY = "It is the public number of the centre."
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def found(text: str = f"Call {NUMBER}.", record: str = "recommendation r1", field: str = "summary") -> SafetyFinding:
    (concern,) = scan_text(text)
    return SafetyFinding(TextField(record, field, (field,), text), concern)


@pytest.fixture
def settled(tmp_path: Path) -> Dismissals:
    return Dismissals(tmp_path / "private", tmp_path / "state")


def test_a_reason_settles_these_words_in_this_field_of_this_record(settled):
    assert not settled.covers(found())
    settled.dismiss([(found(), f" {WHY} ")], REVIEWER, AT)
    assert settled.covers(found())
    assert settled.covers(found(f"The same words elsewhere in the text: call {NUMBER}."))
    assert not settled.covers(found("Call +996 555 000 112."))
    assert not settled.covers(found(record="recommendation r2"))
    assert not settled.covers(found(record="evidence r1"))
    assert not settled.covers(found(field="title"))


def test_the_file_says_who_when_and_why_and_not_what(settled):
    settled.dismiss([(found(), WHY)], REVIEWER, AT)
    text = settled.path.read_text("utf-8")
    lines = text.splitlines()
    assert lines[0] == "# Dismissed findings of the safety check, each with the reviewer's reason."
    assert lines[2:] == [
        "  rule: telephone",
        "  record: recommendation r1",
        "  field: summary",
        f"  reason: {WHY}",
        "  by: reviewer-x1",
        "  at: '2026-01-31T12:00:00.000000Z'",
    ]
    assert (lines[1].startswith("- sign: "), len(lines[1])) == (True, len("- sign: ") + 32)
    assert [number for number in (NUMBER, "996", "000 111", "000111") if number in "".join(lines[2:])] == []
    assert NUMBER not in text


def test_both_files_are_for_their_owner_alone(settled, tmp_path):
    settled.dismiss([(found(), WHY)], REVIEWER, AT)
    files = [tmp_path / "private", settled.path, tmp_path / "state", tmp_path / "state" / "settled.key"]
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o700", "0o600", "0o700", "0o600"]


def test_without_the_key_the_file_tells_nothing_and_settles_nothing(settled, tmp_path):
    settled.dismiss([(found(), WHY)], REVIEWER, AT)
    (tmp_path / "state" / "settled.key").unlink()
    assert not settled.covers(found())
    other = Dismissals(tmp_path / "private2", tmp_path / "state")
    other.dismiss([(found(), WHY)], REVIEWER, AT)
    assert other.entries()[0].sign != settled.entries()[0].sign


@pytest.mark.parametrize("who", [EDITOR, Person(), Person(Role.REVIEWER)])
def test_only_a_reviewer_settles(settled, who):
    with pytest.raises(NotAllowed):
        settled.dismiss([(found(), WHY)], who, AT)
    assert not settled.path.exists()


def test_nothing_is_settled_without_a_reason(settled):
    with pytest.raises(DismissalFailed):
        settled.dismiss([(found(), "  ")], REVIEWER, AT)
    assert not settled.path.exists()


def test_a_second_reason_takes_the_place_of_the_first(settled):
    settled.dismiss([(found(), "First."), (found(field="title"), "Title.")], REVIEWER, AT)
    settled.dismiss([(found(), "Second.")], REVIEWER, AT)
    assert [(entry.field, entry.reason) for entry in settled.entries()] == [("title", "Title."), ("summary", "Second.")]


def test_two_at_the_same_time_both_keep_theirs(settled):
    names = [f"recommendation r{n}" for n in range(8)]
    people = [threading.Thread(target=settled.dismiss, args=([(found(record=n), WHY)], REVIEWER)) for n in names]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(entry.record for entry in settled.entries()) == names


def test_a_broken_file_settles_nothing_and_is_not_overwritten(settled):
    settled.dismiss([(found(), WHY)], REVIEWER, AT)
    settled.path.write_text("- sign: [", "utf-8")
    assert not settled.covers(found())
    with pytest.raises(DismissalFailed, match="cannot be read"):
        settled.dismiss([(found(), WHY)], REVIEWER, AT)
    assert settled.path.read_text("utf-8") == "- sign: ["


def test_it_is_kept_in_the_private_folder_where_there_is_one(tmp_path):
    private, state = tmp_path / "private", tmp_path / "state"
    assert load_dismissals(Config(tmp_path, state)).path.parent == state
    assert load_dismissals(Config(tmp_path, state, private=private)).path.parent == private


def test_check_is_silent_about_what_is_settled_also_in_the_history_of_the_field(tmp_path, settled, monkeypatch, capsys):
    was = f"history:\n  - {{recorded: 2026-01-31T12:00:00.000000Z, recorded_by: anna, reason: Why, field: summary, old: Ask {NUMBER}}}\n"
    text = ASKED.replace("Use should not be punished.", f"Call {NUMBER}.") + was
    data = made(tmp_path / "data", {"recommendations/r1.yaml": text})
    assert [problem.line for problem in check_folder(data)] == [4, 8]
    settled.dismiss([(found(), WHY)], REVIEWER, AT)
    assert check_folder(data, settled.covers) == []

    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))
    assert (main(["check", str(data)]), "r1.yaml:4: " in capsys.readouterr().out) == (1, True)
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "private"))
    assert (main(["check", str(data)]), capsys.readouterr().out) == (0, f"{data}: no problems\n")
