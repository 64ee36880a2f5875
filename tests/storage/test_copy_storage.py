"""All records are taken out of a database into a folder, edited by hand, and put back."""

import os
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import TestDatabase, execute_unless
from tests.support.small_dataset import ANNA, ASKED, SHOWN, folder, said
from tracker.config import Area
from tracker.editing.store import Store
from tracker.storage.cli import CopyRefused, copy_storage
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.dataset_reader import DatasetReader

R1 = "recommendations/r1.yaml"
LONG_AGO = (1_000_000_000, 1_000_000_000)


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name not in (".lock", ".copied")
    }


def shift(path: Path, hours: int) -> None:
    os.utime(path, (path.stat().st_mtime + 3600 * hours,) * 2)


def edit(path: Path, was: str, now: str) -> Path:
    path.write_bytes(path.read_bytes().replace(was.encode(), now.encode()))
    return path


def stored(database: TestDatabase, name: str = R1) -> bytes:
    return DatabaseStorage(database.place()).read(name)


@pytest.fixture
def out(root: Path, tmp_path: Path, database: TestDatabase) -> Path:
    """The folder, copied into the database and out of it again."""
    copy_storage(root, database.place())
    copy_storage(database.place(), tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Files that were changed an hour ago."""
    records = {"r/r1": f"# by hand\r\n{ASKED}".replace("\n", "\r\n"), "r/r2": ASKED.rstrip("\n")}
    made = folder(tmp_path / "data", records)
    (made / "evidence").mkdir()
    (made / "evidence" / "e1.yaml").write_bytes(b"\xef\xbb\xbf" + SHOWN.encode() + b"\n\n# the end")
    (made / ".redacted").write_text("2026-01-31T12:00:00.000000Z reviewer-x1\n")
    (made / "README.txt").write_bytes(b"\xff not UTF-8")
    (made / "empty.txt").write_bytes(b"")
    (made / "files" / "r1").mkdir(parents=True)
    (made / "files" / "r1" / "letter.pdf").write_bytes(b"%PDF" * 500_000)
    for path in made.rglob("*"):
        shift(path, -1)
    return made


def test_a_copy_into_a_database_and_back_has_the_same_bytes(root, tmp_path, database):
    plan = copy_storage(root, database.place())
    assert (len(plan.new), plan.changed, plan.same) == (10, (), ())
    assert not (root / ".copied").exists()
    back = copy_storage(database.place(), tmp_path / "back")
    assert (len(back.new), bytes_of(tmp_path / "back")) == (10, bytes_of(root))
    assert len(copy_storage(tmp_path / "back", database.place()).same) == 10


def test_private_data_and_accounts_come_back_closed_to_others(root, tmp_path, database):
    private = tmp_path / "private"
    for name in ("notes/r1.yaml", "evidence/p1.yaml", "files/x.pdf", "settled.yaml"):
        (private / name).parent.mkdir(parents=True, exist_ok=True)
        (private / name).write_bytes(b"# secret\r\n")
    for area in (Area.PRIVATE, Area.STATE):
        copy_storage(private, database.place(area))
        # a folder that was open to others before is closed
        copied = tmp_path / f"copied-{area}"
        copied.mkdir()
        copy_storage(database.place(area), copied)
        assert bytes_of(copied) == bytes_of(private)
        for path in (copied, *copied.rglob("*")):
            if path.name != ".lock":
                assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    private.chmod(0o700)
    copy_storage(private, tmp_path / "folder")
    assert oct((tmp_path / "folder" / "notes" / "r1.yaml").stat().st_mode & 0o777) == "0o600"
    copy_storage(root, database.place())
    copy_storage(database.place(), tmp_path / "open")
    assert (tmp_path / "open" / "tracker.yaml").stat().st_mode & 0o044


@pytest.mark.parametrize("statement", ["INSERT", "SET revision =", "COMMIT"])
def test_a_copy_that_is_ended_in_the_middle_leaves_the_records_as_they_were(root, database, statement):
    copy_storage(root, database.place())
    before = database.files("tracker_data")
    for name in ("r1", "r2", "r3"):
        (root / "recommendations" / f"{name}.yaml").write_text(f"{ASKED}# {name}\n")
    if (child := os.fork()) == 0:
        psycopg.Connection.execute = execute_unless(statement, lambda: os._exit(9))
        copy_storage(root, database.place())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert database.files("tracker_data") == before
    assert copy_storage(root, database.place()).changed == ("recommendations/r1.yaml", "recommendations/r2.yaml")
    assert database.files("tracker_data") == bytes_of(root)


def test_a_copy_into_a_folder_that_is_ended_in_the_middle_has_only_whole_files_and_is_finished_by_another(
    root, tmp_path, database
):
    copy_storage(root, database.place())
    if (child := os.fork()) == 0:
        replace, done = os.replace, []

        def ends(*paths: object) -> None:
            if len(done) == 4:
                os._exit(9)
            done.append(paths)
            replace(*paths)

        os.replace = ends
        copy_storage(root, tmp_path / "out")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    there = bytes_of(tmp_path / "out")
    whole = {name: raw for name, raw in there.items() if not name.endswith(".new")}
    assert len(whole) == 4
    assert whole.items() <= bytes_of(root).items()
    copy_storage(root, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == bytes_of(root)


def test_records_are_copied_together_after_attached_files(root, database, monkeypatch):
    monkeypatch.setattr("tracker.storage.cli.BATCH_BYTES", 2_000_001)
    copy_storage(root, database.place())
    names = "SELECT revision, count(*), min(path) FROM tracker_data.file GROUP BY revision ORDER BY revision"
    assert database.rows(names) == [(1, 1, "files/r1/letter.pdf"), (2, 9, ".redacted")]


def save_title(database: TestDatabase, title: str) -> None:
    store = Store(DatasetReader(database.place()))
    r = store.reader.read(fresh=True).recommendations["r1"]
    store.save(replace(r, title=said(title)), by=ANNA, reason="A slip.")


def test_what_was_saved_meanwhile_is_not_overwritten(out, database):
    save_title(database, "By a colleague")
    # later than the save, by the clock: its recorded time is missing all the same
    shift(edit(out / R1, "title: T", "title: By hand"), 1)
    (out / "recommendations" / "r3.yaml").write_text(ASKED)
    with pytest.raises(CopyRefused) as told:
        copy_storage(out, database.place())
    newer = "These files are newer than what would be copied over them:"
    assert str(told.value).splitlines()[:2] == [newer, str(database.place().root / R1)]
    assert b"By a colleague" in stored(database)
    assert DatabaseStorage(database.place()).stat("recommendations/r3.yaml") is None
    plan = copy_storage(out, database.place(), replace_newer=True)
    assert (plan.newer, plan.new) == ((R1,), ("recommendations/r3.yaml",))
    assert b"By hand" in stored(database)


def test_a_save_between_the_comparison_and_the_copy_is_not_overwritten(out, database, monkeypatch):
    edit(out / R1, "title: T", "title: By hand")
    monkeypatch.setattr("tracker.storage.cli._last_time", lambda _here: save_title(database, "Meanwhile") or "")
    with pytest.raises(CopyRefused, match=r"r1\.yaml changed at this moment. Copy again."):
        copy_storage(out, database.place())
    assert b"Meanwhile" in stored(database)


def test_what_has_no_recorded_times_is_not_overwritten_if_it_changed_since_it_was_taken_out(out, tmp_path, database):
    other = tmp_path / "other"
    copy_storage(database.place(), other)
    for number, folder_of_one in enumerate((out, other)):
        # by their clocks both are later than what they overwrite
        shift(edit(folder_of_one / "tracker.yaml", "A small dataset", f"Title {number}"), number + 1)
    assert copy_storage(out, database.place()).changed == ("tracker.yaml",)
    with pytest.raises(CopyRefused, match=r"tracker\.yaml"):
        copy_storage(other, database.place())
    assert b"Title 0" in stored(database, "tracker.yaml")
    # who copied may go on, also with a clock that is late
    os.utime(edit(out / "tracker.yaml", "Title 0", "Title 2"), LONG_AGO)
    assert copy_storage(out, database.place()).newer == ()
    # of another database it says nothing
    assert copy_storage(out, database.place(Area.PRIVATE)).changed == ()
    assert ".copied" not in database.files("tracker_private")


def test_a_file_that_changed_later_is_not_overwritten_by_an_older_one(root, database):
    copy_storage(root, database.place())
    os.utime(edit(root / "tracker.yaml", "A small dataset", "Older"), LONG_AGO)
    with pytest.raises(CopyRefused, match=r"tracker\.yaml"):
        copy_storage(root, database.place())
    assert b"A small dataset" in stored(database, "tracker.yaml")


def test_what_is_only_in_the_target_stays(root, tmp_path, database):
    copy_storage(root, database.place())
    (root / "recommendations" / "r2.yaml").unlink()
    assert copy_storage(root, database.place()).only_in_target == ("recommendations/r2.yaml",)
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
    assert len(copy_storage(root, database.place()).new) == 10


def test_what_cannot_be_copied_is_said(root, tmp_path, database):
    for name in ("empty", "state", "misnamed"):
        (tmp_path / name).mkdir()
    (tmp_path / "state" / "sign-in.json").write_text("{}")
    (tmp_path / "misnamed" / "tracker.yaml").write_text("title: T\n")
    (tmp_path / "misnamed" / os.fsdecode(b"r\xff.txt")).write_text("x")
    (tmp_path / "file").write_text("x")
    gone = r"nosuch cannot be read \(No such file or directory\). Nothing was copied."
    for source, target, refused in (
        (root, root, "Both are the same place"),
        (tmp_path / "empty", database.place(), "There are no files in"),
        (tmp_path / "nosuch", tmp_path / "new", gone),
        (tmp_path / "state", database.place(), r"has no tracker\.yaml, so it is not the public data"),
        (root, tmp_path / "file", r"file cannot be written \(File exists\). Nothing was copied."),
        (tmp_path / "misnamed", database.place(), "the file name is not UTF-8"),
    ):
        with pytest.raises(CopyRefused, match=refused):
            copy_storage(source, target)
    assert not (tmp_path / "new").exists()


def test_the_command_says_what_was_copied(root, tmp_path, database):
    url = database.place().url
    code, out, _ = run_command("copy", str(root), url, settings={})
    copied = "Copied 10 new and 0 changed files; 0 were the same already. All were compared by their digests.\n"
    assert (code, out) == (0, copied)
    (root / "tracker.yaml").write_text("title: Older\n")
    os.utime(root / "tracker.yaml", LONG_AGO)
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
