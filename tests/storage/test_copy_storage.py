"""All records are taken out of a database into a folder, edited by hand, and put back."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import TestDatabase
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, ASKED, folder, said
from tracker.config import Area
from tracker.editing.store import Store
from tracker.storage.copy_storage import CopyRefused, copy_storage
from tracker.storage.database_storage import DatabaseStorage
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

R1 = "recommendations/r1.yaml"


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def make_older(root: Path) -> None:
    """The files of the folder were changed an hour ago."""
    for path in root.rglob("*"):
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = folder(
        tmp_path / "data", {"r/r1": f"# by hand\r\n{ASKED}".replace("\n", "\r\n"), "r/r2": ASKED.rstrip("\n")}
    )
    (made / "evidence").mkdir()
    (made / "README.txt").write_bytes(b"\xff not UTF-8")
    (made / "files" / "r1").mkdir(parents=True)
    (made / "files" / "r1" / "letter.pdf").write_bytes(b"%PDF" * 500_000)
    make_older(made)
    return made


def test_a_copy_into_a_database_and_back_has_the_same_bytes(root, tmp_path, database):
    plan = copy_storage(root, database.place())
    assert (len(plan.new), plan.changed, plan.same) == (7, (), ())
    back = copy_storage(database.place(), tmp_path / "back")
    assert (len(back.new), bytes_of(tmp_path / "back")) == (7, bytes_of(root))
    assert len(copy_storage(tmp_path / "back", database.place()).same) == 7


def test_the_shipped_data_reads_the_same_from_a_database(tmp_path, database):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    copy_storage(tmp_path / "data", database.place())
    one, two = DatasetReader(tmp_path / "data").read(), DatasetReader(database.place()).read()
    assert (one.signature, one.recommendations, one.checksums) == (two.signature, two.recommendations, two.checksums)
    assert check_folder(database.place()) == check_folder(tmp_path / "data") == []
    copy_storage(database.place(), tmp_path / "back")
    assert bytes_of(tmp_path / "back") == bytes_of(ROOT / "data")


def test_what_was_edited_by_hand_comes_back(root, tmp_path, database):
    copy_storage(root, database.place())
    copy_storage(database.place(), tmp_path / "out")
    path = tmp_path / "out" / R1
    path.write_bytes(path.read_bytes().replace(b"title: T", b"title: By hand"))
    assert copy_storage(tmp_path / "out", database.place()).changed == (R1,)
    assert b"By hand" in DatabaseStorage(database.place()).read(R1)


def save_title(database: TestDatabase, title: str) -> None:
    store = Store(DatasetReader(database.place()))
    r = store.reader.read(fresh=True).recommendations["r1"]
    from dataclasses import replace

    store.save(replace(r, title=said(title)), by=ANNA, reason="A slip.")


def test_what_was_saved_meanwhile_is_not_overwritten(root, tmp_path, database):
    copy_storage(root, database.place())
    copy_storage(database.place(), tmp_path / "out")
    save_title(database, "By a colleague")
    path = tmp_path / "out" / R1
    path.write_bytes(path.read_bytes().replace(b"title: T", b"title: By hand"))
    # later than the save, by the clock: its recorded time is missing all the same
    os.utime(path, (path.stat().st_mtime + 3600,) * 2)
    (tmp_path / "out" / "recommendations" / "r3.yaml").write_text(ASKED)
    with pytest.raises(CopyRefused) as told:
        copy_storage(tmp_path / "out", database.place())
    assert str(told.value).splitlines()[:2] == [
        "These files are newer than what would be copied over them:",
        str(database.place().root / R1),
    ]
    assert b"By a colleague" in DatabaseStorage(database.place()).read(R1)
    assert DatabaseStorage(database.place()).stat("recommendations/r3.yaml") is None
    plan = copy_storage(tmp_path / "out", database.place(), replace_newer=True)
    assert (plan.newer, plan.new) == ((R1,), ("recommendations/r3.yaml",))
    assert b"By hand" in DatabaseStorage(database.place()).read(R1)


def test_a_file_that_changed_later_is_not_overwritten_by_an_older_one(root, database):
    copy_storage(root, database.place())
    (root / "tracker.yaml").write_text((root / "tracker.yaml").read_text().replace("A small dataset", "Older"))
    os.utime(root / "tracker.yaml", (1_000_000_000, 1_000_000_000))
    with pytest.raises(CopyRefused, match=r"tracker\.yaml"):
        copy_storage(root, database.place())
    assert b"A small dataset" in DatabaseStorage(database.place()).read("tracker.yaml")


def test_what_is_only_in_the_target_stays(root, tmp_path, database):
    copy_storage(root, database.place())
    (root / "recommendations" / "r2.yaml").unlink()
    assert copy_storage(root, database.place()).only_there == ("recommendations/r2.yaml",)
    assert DatabaseStorage(database.place()).stat("recommendations/r2.yaml") is not None


def test_recorded_times_go_on_where_they_were(root, database):
    late = "2031-01-31T12:00:00.000000Z"
    (root / ".lock").write_text(late)
    copy_storage(root, database.place())
    save_title(database, "New")
    (revision,) = DatasetReader(database.place()).read(fresh=True).recommendations["r1"].history
    assert revision.recorded == "2031-01-31T12:00:00.000001Z"


def test_rests_of_saves_caches_and_locks_are_not_copied(root, tmp_path, database):
    (root / "recommendations" / ".r1.yaml.new").write_text("half a fi")
    (root / "cache" / "12").mkdir(parents=True)
    (root / "cache" / "12" / "x").write_text("x")
    assert len(copy_storage(root, database.place()).new) == 7


def test_what_cannot_be_copied_is_said(root, tmp_path, database):
    with pytest.raises(CopyRefused, match="Both are the same place"):
        copy_storage(root, root)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CopyRefused, match="There are no files in"):
        copy_storage(tmp_path / "empty", database.place())
    (root / os.fsdecode(b"r\xff.txt")).write_text("x")
    with pytest.raises(CopyRefused, match="the file name is not UTF-8"):
        copy_storage(root, database.place())


def test_the_command_says_what_was_copied(root, tmp_path, database):
    url = database.place().url
    assert run_command("copy", str(root), url, settings={})[:2] == (
        0,
        "Copied 7 new and 0 changed files; 0 were the same already. All were compared by their digests.\n",
    )
    (root / "tracker.yaml").write_text("title: Older\n")
    os.utime(root / "tracker.yaml", (1_000_000_000, 1_000_000_000))
    code, out, wrong = run_command("copy", str(root), url, settings={})
    assert (code, out, "tracker.yaml" in wrong, "--replace" in wrong) == (2, "", True, True)
    assert run_command("copy", str(root), url, "--replace", settings={})[0] == 0
    private = tmp_path / "private"
    (private / "notes").mkdir(parents=True)
    (private / "notes" / "r1.yaml").write_text("notes: []\n")
    assert run_command("copy", str(private), url, "--area", "private", settings={})[0] == 0
    assert database.files("tracker_private") == {"notes/r1.yaml": b"notes: []\n"}
    code, out, _ = run_command("check", url, settings={"TRACKER_STATE": str(tmp_path / "state")})
    assert (code, out.splitlines()[0].startswith(f"{database.place(Area.DATA).root}/tracker.yaml:1: ")) == (1, True)
