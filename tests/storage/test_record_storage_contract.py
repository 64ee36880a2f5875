"""What every storage of records does, a folder and a database alike."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.support.postgres_server import TestDatabase
from tests.support.waiting import wait_until
from tracker.config import AnyPlace, Area, DatabasePlace
from tracker.model.errors import LockTimeout
from tracker.storage.cache_registry import REDACTION_MARKER, redaction_marker_change
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.open_storage import close_databases, open_storage
from tracker.storage.record_storage import FileChange, FilesChanged, RecordStorage, list_files_in


@pytest.fixture(params=["folder", "database"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> AnyPlace:
    if request.param == "folder":
        return tmp_path
    database: TestDatabase = request.getfixturevalue("database")
    return database.place(Area.DATA)


@pytest.fixture
def storage(place: AnyPlace) -> RecordStorage:
    return open_storage(place)


@pytest.fixture
def other(place: AnyPlace) -> Iterator[RecordStorage]:
    """The same storage as another process has it, with nothing in memory."""
    if not isinstance(place, DatabasePlace):
        yield open_storage(place)
        return
    opened = DatabaseStorage(place)
    yield opened
    opened.close()


def commit(storage: RecordStorage, *changes: FileChange, last_time: str = "") -> None:
    with storage.transaction() as transaction:
        transaction.stage(changes, last_time)
        transaction.commit()


def contents(storage: RecordStorage) -> dict[str, bytes]:
    files = storage.snapshot(fresh=True)
    return {name: files.read(name) for name in files.list_all()}


def test_an_empty_storage_has_no_files(storage):
    assert (contents(storage), storage.list_files("", "recommendations")) == ({}, {})
    assert storage.stat("tracker.yaml") is None
    with pytest.raises(FileNotFoundError):
        storage.read("tracker.yaml")


def test_what_was_committed_is_listed_and_read(storage, other):
    commit(storage, ("tracker.yaml", None, b"title: T\n"), ("recommendations/x.yaml", None, b"title: X\n"))
    for one in (storage, other):
        assert contents(one) == {"recommendations/x.yaml": b"title: X\n", "tracker.yaml": b"title: T\n"}
        assert set(one.list_files("recommendations", "evidence")) == {"recommendations/x.yaml"}
        assert one.stat("recommendations/x.yaml")[1] == len(b"title: X\n")
        assert one.stat("recommendations/x.yaml") == one.list_files("recommendations")["recommendations/x.yaml"]


def test_a_folder_is_listed_without_its_subfolders(storage):
    commit(storage, ("notes/b.yaml", None, b"1"), ("notes/a.yaml", None, b"2"), ("notes/.c.yaml", None, b"3"))
    assert list(list_files_in(storage, "notes", ".yaml")) == ["notes/a.yaml", "notes/b.yaml"]
    assert list_files_in(storage, "nothing", ".yaml") == {}


def test_a_discarded_file_goes_with_the_save_whatever_it_holds(storage, other):
    commit(storage, ("files/a.pdf", None, b"1"), ("tracker.yaml", None, b"2"))
    with storage.transaction() as transaction:
        transaction.discard("files/a.pdf", "files/never-there.pdf")
    assert contents(other) == {"files/a.pdf": b"1", "tracker.yaml": b"2"}
    with storage.transaction() as transaction:
        transaction.discard("files/a.pdf", "files/never-there.pdf")
        transaction.stage([("tracker.yaml", b"2", b"3")])
        transaction.commit()
    assert (contents(storage), contents(other)) == ({"tracker.yaml": b"3"}, {"tracker.yaml": b"3"})


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xef\xbb\xbftitle: T\r\n", b"no line break at the end", b"\xff\xfe not UTF-8 \x00", "Өзгөчө\n".encode()],
    ids=["empty", "BOM and CRLF", "no final line break", "not UTF-8", "Kyrgyz"],
)
def test_bytes_come_back_as_they_were(storage, other, raw):
    commit(storage, ("tracker.yaml", None, raw))
    assert (storage.read("tracker.yaml"), other.read("tracker.yaml")) == (raw, raw)


def test_a_large_file_is_read_only_by_who_asks_for_so_much(storage, other):
    raw = b"x" * 3_000_000
    commit(storage, ("files/report.pdf", None, raw))
    for one in (storage, other):
        with pytest.raises(OSError, match="more than 1,000,000 bytes"):
            one.read("files/report.pdf")
        assert one.read("files/report.pdf", 3_000_000) == raw
    with other.transaction() as transaction:
        assert transaction.read("files/report.pdf", None) == raw


def test_a_changed_file_has_another_stat_also_with_as_many_bytes(storage, other):
    commit(storage, ("tracker.yaml", None, b"a"))
    first = other.snapshot(fresh=True).stat("tracker.yaml")
    commit(storage, ("tracker.yaml", b"a", b"b"))
    assert other.snapshot(fresh=True).stat("tracker.yaml") != first


def test_a_save_on_what_changed_meanwhile_is_refused_as_a_whole(storage, other):
    commit(storage, ("x.yaml", None, b"1"), ("y.yaml", None, b"1"))
    commit(other, ("y.yaml", b"1", b"2"))
    with pytest.raises(FilesChanged, match=r"y\.yaml changed at this moment"):
        commit(storage, ("x.yaml", b"1", b"3"), ("y.yaml", b"1", b"3"))
    with pytest.raises(FilesChanged):
        commit(storage, ("y.yaml", None, b"3"))  # it was to be new
    with pytest.raises(FilesChanged):
        commit(storage, ("z.yaml", b"1", b"3"))  # it was to be there
    assert contents(storage) == {"x.yaml": b"1", "y.yaml": b"2"}


def test_a_save_that_ends_with_an_error_changes_nothing(storage, other):
    commit(storage, ("x.yaml", None, b"1"))
    with pytest.raises(ZeroDivisionError), storage.transaction() as transaction:
        transaction.stage([("x.yaml", b"1", b"2"), ("y.yaml", None, b"2")])
        raise ZeroDivisionError
    with storage.transaction() as transaction:
        transaction.stage([("x.yaml", b"1", b"3")])  # and is not committed
    assert contents(storage) == contents(other) == {"x.yaml": b"1"}
    commit(other, ("x.yaml", b"1", b"4"))  # the lock is free
    assert contents(storage) == {"x.yaml": b"4"}


def test_files_are_deleted_and_made_again(storage, other):
    commit(storage, ("x.yaml", None, b"1"), ("y.yaml", None, b"1"))
    commit(other, ("x.yaml", b"1", None), ("y.yaml", b"1", b"2"))
    assert contents(storage) == contents(other) == {"y.yaml": b"2"}
    assert (storage.stat("x.yaml"), storage.list_files("")["y.yaml"][1]) == (None, 1)
    with other.transaction() as transaction:
        assert transaction.read("x.yaml") is None
    commit(storage, ("x.yaml", None, b"3"))
    assert contents(other) == {"x.yaml": b"3", "y.yaml": b"2"}


def test_within_a_transaction_the_files_are_those_of_now(storage, other):
    commit(storage, ("x.yaml", None, b"1"))
    assert other.read("x.yaml") == b"1"
    commit(storage, ("x.yaml", b"1", b"2"))
    with other.transaction() as transaction:
        assert transaction.read("x.yaml") == b"2"


def test_nobody_else_saves_meanwhile_and_who_waits_too_long_is_told(storage, other):
    with storage.transaction() as transaction:
        with pytest.raises(LockTimeout, match="Another save is still in progress"), other.transaction(patience=0.05):
            pass
        transaction.stage([("x.yaml", None, b"1")])
        transaction.commit()
    with other.transaction(patience=0.05) as after:
        assert after.read("x.yaml") == b"1"


def test_the_last_recorded_time_is_kept_with_the_save(storage, other):
    with storage.transaction() as transaction:
        assert transaction.last_time == ""
    commit(storage, ("x.yaml", None, b"1"), last_time="2026-11-26T10:00:00.000001Z")
    commit(storage, ("x.yaml", b"1", b"2"))  # without a time the last one stays
    with other.transaction() as transaction:
        assert transaction.last_time == "2026-11-26T10:00:00.000001Z"


def test_another_process_learns_of_a_save_without_asking_the_storage_again(storage, other):
    assert other.stat("x.yaml") is None
    commit(storage, ("x.yaml", None, b"1"))
    wait_until(lambda: other.stat("x.yaml") is not None)
    commit(storage, ("x.yaml", b"1", b"22"))
    wait_until(lambda: other.read("x.yaml") == b"22")
    commit(storage, ("x.yaml", b"22", None))
    wait_until(lambda: other.stat("x.yaml") is None)


def test_a_snapshot_stays_as_it_is_or_is_the_storage_itself(storage, other):
    commit(storage, ("x.yaml", None, b"1"), ("y.yaml", None, b"1"))
    before = other.snapshot(fresh=True)
    commit(storage, ("x.yaml", b"1", b"2"), ("y.yaml", b"1", b"2"))
    after = other.snapshot(fresh=True)
    assert (after.read("x.yaml"), after.read("y.yaml")) == (b"2", b"2")
    if before.version is not None:
        assert (before.read("x.yaml"), before.read("y.yaml")) == (b"1", b"1")
        assert after.changed_since(before.version) == {"x.yaml", "y.yaml"}
        assert after.changed_since(after.version) == frozenset()
        assert after.changed_since(None) is None


def test_every_redaction_adds_a_line_that_others_see(storage, other):
    for handle in ("reviewer-x1", "reviewer-x2"):
        with storage.transaction() as transaction:
            transaction.stage([redaction_marker_change(transaction, "", "2026-11-26T10:00:00.000000Z", handle=handle)])
            transaction.commit()
    lines = [f"2026-11-26T10:00:00.000000Z reviewer-x{n}\n" for n in (1, 2)]
    assert other.snapshot(fresh=True).read(REDACTION_MARKER).decode() == "".join(lines)


def test_digests_are_those_of_the_bytes(storage, other):
    commit(storage, ("x.yaml", None, b"abc"), ("files/y.pdf", None, b"x" * 2_000_000), ("z.yaml", None, b"1"))
    commit(storage, ("z.yaml", b"1", None))
    assert other.digests() == {"x.yaml": sha256(b"abc").digest(), "files/y.pdf": sha256(b"x" * 2_000_000).digest()}
    assert storage.digest("files/y.pdf") == sha256(b"x" * 2_000_000).digest()
    with pytest.raises(FileNotFoundError):
        storage.digest("z.yaml")


def adds(place: AnyPlace, who: int, times: int) -> list[str]:
    """Saves `times` times, each with a time that is one later than the last one; gives those times."""
    given, storage = [], open_storage(place)
    for _ in range(times):
        with storage.transaction() as transaction:
            time = f"{int(transaction.last_time or 0) + 1:04}"
            raw = transaction.read("list.yaml")
            added = ("list.yaml", raw, (raw or b"") + f"{time} {who}\n".encode())
            own = (f"by-{who}.yaml", transaction.read(f"by-{who}.yaml"), time.encode())
            transaction.stage([added, own], last_time=time)
            transaction.commit()
        given.append(time)
    close_databases()
    return given


@pytest.mark.slow
def test_two_processes_save_one_after_the_other_and_no_time_is_given_twice(place, storage, spawnable_main):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        given = [time for one in [processes.submit(adds, place, who, 30) for who in (1, 2)] for time in one.result(120)]
    lines = storage.snapshot(fresh=True).read("list.yaml").decode().splitlines()
    times = [line.split()[0] for line in lines]
    assert times == sorted(given) == [f"{n:04}" for n in range(1, 61)]
    for who in "12":
        assert storage.read(f"by-{who}.yaml").decode() == max(t for t, w in map(str.split, lines) if w == who)
