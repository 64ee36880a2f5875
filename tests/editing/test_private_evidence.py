"""Private evidence and notes: kept apart, seen by editors alone, public only after a deliberate step."""

import errno
import subprocess
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.canary_folder import lay
from tests.support.examples import examples
from tests.support.server_process import NoAnswer, Server
from tests.support.small_dataset import ANNA, PARTLY, REVIEWER, said
from tests.support.story_folder import NEWS, made
from tracker.__main__ import main
from tracker.config import Config
from tracker.editing.private import owned_lists
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.publication import to_public
from tracker.editing.store import Store
from tracker.model.errors import Conflict, SafetyFindings, ValidationFailed, WriteFailed
from tracker.model.records import Evidence, EvidenceLink
from tracker.model.vocabulary import EvidenceDimension, EvidenceEffect, EvidenceKind, Verification
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.private_location import private_folder_problem, restrict_private_folder

EXAMPLES = examples(__file__)

LETTER = Evidence(
    id="letter",
    kind=EvidenceKind.NEWS,
    publisher="A lawyer",
    summary=said("A letter."),
    dimension=EvidenceDimension.PRACTICE,
    verification=Verification.REPORTED,
    relevant_to=(EvidenceLink(recommendation="r1", effect=EvidenceEffect.SETBACK),),
)
"""What a private item may bring along, and what nobody may learn when it is made public."""
SECRET = NEWS.replace("The law was signed.", "A letter.") + EXAMPLES["past"]


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    return PrivateFolder(tmp_path / "private", DatasetReader(made(tmp_path / "data"), look_every=0.0), THE_HOST)


def test_evidence_is_kept_apart_with_the_same_checks(folder, tmp_path):
    folder.save(LETTER, by=ANNA, reason="It came.")
    assert sorted(path.name for path in (tmp_path / "private").rglob("*.yaml")) == ["letter.yaml"]
    kept = folder.read().evidence["letter"]
    assert (kept.recorded_by, [b.recommendation for b in kept.relevant_to]) == ("editor-anna", ["r1"])
    assert "letter" not in folder.public.read().evidence
    wrong = replace(LETTER, id="other", relevant_to=(EvidenceLink(recommendation="r9", effect=EvidenceEffect.SETBACK),))
    with pytest.raises(ValidationFailed, match="there is no recommendation 'r9'"):
        folder.save(wrong, by=ANNA, reason="It came.")
    with pytest.raises(Conflict):
        folder.save(LETTER, by=ANNA, reason="Without looking.")


def test_an_id_is_public_or_private_never_both(folder, tmp_path):
    with pytest.raises(ValidationFailed, match="public evidence has the id 'law'"):
        folder.save(replace(LETTER, id="law"), by=ANNA, reason="It came.")
    lay(tmp_path / "private", {"evidence/law.yaml": SECRET})
    (problem,) = folder.check()
    assert problem.message == "law is public too; delete this copy, or rename its file"


def test_nothing_public_can_name_what_is_private(folder, tmp_path):
    folder.save(LETTER, by=ANNA, reason="It came.")
    public = Store(folder.public)
    r = folder.public.read().recommendations["r1"]
    with pytest.raises(ValidationFailed, match="there is no evidence 'letter'"):
        public.save(replace(r, assessments=(replace(PARTLY, evidence=("letter",)),)), by=ANNA, reason="Done.")


def test_a_list_that_could_not_be_read_once_is_read_when_the_disk_is_well_again(folder, tmp_path, monkeypatch):
    lay(tmp_path / "private", {"notes/r1.yaml": "notes:\n  - text: By hand.\n"})
    with monkeypatch.context() as ill:
        ill.setattr(owned_lists, "decode", Mock(side_effect=OSError(errno.EIO, "Input/output error")))
        (problem,) = folder.read().problems
    assert problem.message == "cannot be read (Input/output error); check its permissions"
    assert [note.text for note in folder.read().notes["r1"]] == ["By hand."]


def test_notes_are_added_behind_each_other_and_a_hand_written_file_keeps_its_comments(folder, tmp_path):
    lay(tmp_path / "private", {"notes/r1.yaml": "# ours\nnotes:\n  - text: By hand.  # in May\n"})
    folder.add_note("r1", "Called: no answer.\nTry again # soon", by=ANNA)
    told = folder.read().notes["r1"]
    assert [note.text for note in told] == ["By hand.", "Called: no answer.\nTry again # soon"]
    assert told[1].recorded_by == "editor-anna"
    assert "# in May" in (tmp_path / "private" / "notes" / "r1.yaml").read_text("utf-8")
    with pytest.raises(ValidationFailed, match="there is no recommendation or committee 'r9'"):
        folder.add_note("r9", "x", by=ANNA)


def test_the_command_line_checks_the_private_folder_too(tmp_path, monkeypatch, capsys):
    made(tmp_path / "data")
    notes = {"notes/r9.yaml": "notes: []\n", "notes/r1.yaml": "notes:\n  - txt: A\n"}
    lay(tmp_path / "private", {**notes, "evidence/a.yaml": NEWS + "lnk: x\n"})
    for name in ("DATA", "PRIVATE", "STATE"):
        monkeypatch.setenv(f"TRACKER_{name}", str(tmp_path / name.lower()))
    assert main(["check"]) == 1
    told = [line.removeprefix(f"{tmp_path}/private/") for line in capsys.readouterr().out.splitlines()]
    assert [line.split("; ")[0] for line in told] == [
        "evidence/a.yaml:6: unknown key 'lnk'",
        "notes/r1.yaml:2: 'text' is missing",
        "notes/r1.yaml:2: unknown key 'txt'",
        "notes/r9.yaml:1: there is no recommendation or committee with this id",
    ]


def test_what_is_published_is_what_was_seen_and_nothing_of_its_past(folder, tmp_path):
    folder.save(LETTER, by=ANNA, reason="It came.")
    first = folder.read().evidence["letter"]
    folder.save(replace(first, summary=said("A safer word.")), by=ANNA, reason="Too clear.")
    seen, public = folder.read().evidence["letter"], Store(folder.public)
    with pytest.raises(Conflict):
        folder.publish(first, public, by=REVIEWER)
    folder.publish(seen, public, by=REVIEWER)
    raw = (tmp_path / "data" / "evidence" / "letter.yaml").read_text("utf-8")
    words = ("A safer word.", "A letter.", "editor-anna", "Too clear", "reviewer-x1")
    assert [word for word in words if word in raw] == ["A safer word.", "reviewer-x1"]
    assert (folder.read().evidence, (tmp_path / "private" / "evidence" / "letter.yaml").exists()) == ({}, False)


def test_the_past_of_what_was_private_stays_behind(folder, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    folder.publish(folder.read().evidence["letter"], Store(folder.public), by=REVIEWER)
    raw = (tmp_path / "data" / "evidence" / "letter.yaml").read_text("utf-8")
    words = ("A letter.", "r1", "Jane", "co-4-12", "editor-x7", "2026-01-0")
    assert [word for word in words if word in raw] == ["A letter.", "r1"]


@pytest.mark.parametrize("words", ["Qorvek Zintal wrote.", "Aidana Testova wrote."])
def test_what_may_be_a_name_stays_private_until_a_reviewer_settled_it(folder, tmp_path, words):
    folder.save(replace(LETTER, summary=said(words)), by=ANNA, reason="It came.")
    letter, public = folder.read().evidence["letter"], tmp_path / "data" / "evidence" / "letter.yaml"
    with pytest.raises(SafetyFindings):
        folder.publish(letter, Store(folder.public), by=REVIEWER)
    assert not public.exists()
    folder.publish(letter, Store(folder.public, is_dismissed=lambda finding: True), by=REVIEWER)
    assert public.exists()


def test_what_cannot_be_public_stays_private(folder, tmp_path):
    folder.save(LETTER, by=ANNA, reason="It came.")
    lay(tmp_path / "data", {"evidence/letter.yaml": NEWS})
    with pytest.raises(ValidationFailed):
        folder.publish(folder.read().evidence["letter"], Store(folder.public), by=REVIEWER)
    assert (tmp_path / "private" / "evidence" / "letter.yaml").exists()
    assert to_public(folder.read().evidence["letter"]).recorded is None


@pytest.mark.parametrize(
    ("private", "why"),
    [
        ("data", "is inside the data folder"),
        ("data/private", "is inside the data folder"),
        ("data/../data/x", "is inside the data folder"),
        ("link/x", "is inside the data folder"),
        (".", "contains the data folder"),
        ("tree/mine", "the next push could publish it"),
        ("tree/ignored", None),
        ("elsewhere", None),
    ],
)
def test_the_private_folder_lies_apart(tmp_path, private, why):
    made(tmp_path / "data")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    tree = tmp_path / "tree"
    if private.startswith("tree"):
        made(tree / "data")
        subprocess.run(["git", "init", "-q", str(tree)], check=True)
        (tree / ".gitignore").write_text("/ignored/\n")
    data = (tree if tree.exists() else tmp_path) / "data"
    told = private_folder_problem(Config(data, tmp_path, private=tmp_path / private))
    assert (told is None) if why is None else (told is not None and why in told and "Set TRACKER_PRIVATE to" in told)


def test_without_git_only_the_paths_are_compared(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    places = Config(made(tmp_path / "data"), tmp_path, private=tmp_path / "mine")
    assert private_folder_problem(places) is not None  # git cannot say of this tree
    monkeypatch.setenv("PATH", str(tmp_path))
    assert private_folder_problem(places) is None


@pytest.mark.slow
@pytest.mark.folder_only
@pytest.mark.parametrize("plain", [False, pytest.param(True, marks=pytest.mark.long)])
def test_the_dashboard_does_not_start_with_a_private_folder_inside_the_data(tmp_path, plain):
    made(tmp_path / "data")
    app = Server(tmp_path, {"TRACKER_PRIVATE": str(tmp_path / "data" / "private")}, plain=plain, forked=not plain)
    with pytest.raises(NoAnswer, match="is inside the data folder, which is public") as told:
        app.start()
    assert "Traceback" not in str(told.value)


def test_the_command_line_refuses_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TRACKER_DATA", str(made(tmp_path / "data")))
    monkeypatch.setenv("TRACKER_PRIVATE", str(tmp_path / "data" / "private"))
    assert main(["check"]) == 2
    assert "is inside the data folder" in capsys.readouterr().err


@pytest.mark.folder_only
def test_a_folder_that_cannot_be_written_is_one_sentence(folder, monkeypatch):
    saved = folder.save(LETTER, by=ANNA, reason="It came.")
    before = folder.public.read()

    def refuses(*_arguments: object, **_more: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tracker.storage.folder.storage.os.open", refuses)
    with pytest.raises(WriteFailed, match=r"cannot be written \(Read-only file system\)\. It stays private\."):
        folder.publish(saved, Store(folder.public), by=REVIEWER)
    monkeypatch.undo()
    assert ("letter" in folder.read().evidence, folder.public.read(fresh=True) == before) == (True, True)


@pytest.mark.folder_only
def test_publishing_that_was_killed_between_its_two_files_is_finished_by_doing_it_again(folder, monkeypatch, tmp_path):
    saved, public = folder.save(LETTER, by=ANNA, reason="It came."), Store(folder.public)
    kept, unlink = tmp_path / "private" / "evidence" / "letter.yaml", Path.unlink

    def is_killed(path: Path, missing_ok: bool = False) -> None:
        if path == kept:
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", is_killed)
    with pytest.raises(KeyboardInterrupt):
        folder.publish(saved, public, by=REVIEWER)
    monkeypatch.undo()
    assert kept.exists()
    published = (tmp_path / "data" / "evidence" / "letter.yaml").read_bytes()
    folder.publish(saved, public, by=REVIEWER)
    assert not kept.exists()
    assert (tmp_path / "data" / "evidence" / "letter.yaml").read_bytes() == published


def test_no_other_user_of_the_machine_reads_the_private_folder(folder, tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o755)
    folder.save(LETTER, by=ANNA, reason="It came.")
    folder.add_note("r1", "Call him.", by=ANNA)
    assert [str(path) for path in [private, *private.rglob("*")] if path.stat().st_mode & 0o077] == []
    old = private / "evidence" / "old.yaml"
    old.write_text(SECRET)
    old.chmod(0o644)
    private.chmod(0o755)
    restrict_private_folder(private)
    assert (old.stat().st_mode & 0o777, private.stat().st_mode & 0o777) == (0o600, 0o700)
