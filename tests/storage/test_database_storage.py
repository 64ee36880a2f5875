"""What only a database does: it goes away and comes back, tells others of a save, and keeps its areas apart."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from tests.support.postgres_server import AREAS, TestDatabase, execute_unless, put_files
from tests.support.small_dataset import BODIES, TRACKER
from tests.support.waiting import PATIENCE, wait_until
from tracker.config import Area, DatabasePlace
from tracker.model.errors import NoDataset, OutcomeUnknown
from tracker.storage.database import storage as database_storage
from tracker.storage.database.connection import MAX_STEPS, DatabaseMemory, StoredFile, transaction_status
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.open_storage import close_databases, open_storage
from tracker.storage.record_storage import FilesChanged


@pytest.fixture
def place(database: TestDatabase) -> DatabasePlace:
    return database.place(Area.DATA)


@pytest.fixture
def opened(place: DatabasePlace) -> Iterator[Callable[[], DatabaseStorage]]:
    """`opened()` is the storage as another process has it."""
    made: list[DatabaseStorage] = []

    def another() -> DatabaseStorage:
        made.append(DatabaseStorage(place))
        return made[-1]

    yield another
    for storage in made:
        storage.close()


def save(storage: DatabaseStorage, name: str, raw: bytes) -> None:
    with storage.transaction() as transaction:
        transaction.stage([(name, transaction.read(name), raw)])
        transaction.commit()


def in_a_fork(deed: Callable[[], object]) -> int:
    """Its exit code: 0 if nothing went wrong."""
    if (child := os.fork()) == 0:
        code = 1
        try:
            deed()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def can_be_read(storage: DatabaseStorage) -> bool:
    try:
        storage.require_current()
    except DatabaseUnavailable:
        return False
    return True


def test_readers_ask_the_database_nothing(database, place, opened):
    put_files(place, {"tracker.yaml": b"title: T\n", "recommendations/x.yaml": b"title: X\n"})
    storage = opened()
    storage.snapshot()
    before = statements_of(database)
    for _ in range(1_000):
        files = storage.snapshot()
        assert (files.read("tracker.yaml"), files.version, storage.stat("nothing")) == (b"title: T\n", 1, None)
    assert statements_of(database) == before


def statements_of(database: TestDatabase) -> list[tuple[object, ...]]:
    """The last statement of each connection of a storage, with its time."""
    where = "application_name = 'recommendation-tracker' ORDER BY 1"
    found = database.rows(f"SELECT pid, query_start, query FROM pg_stat_activity WHERE {where}")
    # the slow poll of the thread is no reader
    return [row for row in found if "f.revision >" not in str(row[2])]


def test_a_save_is_seen_by_others_after_the_notice_alone(place, opened, monkeypatch):
    monkeypatch.setattr(database_storage, "POLL_SECONDS", 2 * PATIENCE)
    one, two = opened(), opened()
    two.snapshot()
    for number in range(1, 11):
        save(one, "x.yaml", f"{number}".encode())
        wait_until(lambda wanted=number: two.version == wanted)
    monkeypatch.undo()  # a storage waits so long for its thread when it is closed


def test_a_change_without_a_notice_is_seen_by_the_slow_poll(database, opened, monkeypatch):
    monkeypatch.setattr(database_storage, "POLL_SECONDS", 0.1)
    storage = opened()
    save(storage, "x.yaml", b"1")
    database.run("UPDATE tracker_data.file SET content = 'by hand', revision = 2")
    database.run("UPDATE tracker_data.head SET revision = 2")
    wait_until(lambda: storage.read("x.yaml") == b"by hand")


def test_two_files_of_one_save_are_seen_together(place, opened):
    one, two = opened(), opened()
    put_files(place, {"x.yaml": b"0", "y.yaml": b"0"})
    two.snapshot()
    ended, halves = threading.Event(), []

    def looks() -> None:
        while not ended.is_set():
            files = two.snapshot()
            if files.read("x.yaml") != files.read("y.yaml"):
                halves.append(files.version)

    looking = threading.Thread(target=looks)
    looking.start()
    for number in range(1, 50):
        with one.transaction() as transaction:
            raw = f"{number}".encode()
            transaction.stage([(name, transaction.read(name), raw) for name in ("x.yaml", "y.yaml")])
            transaction.commit()
    wait_until(lambda: two.version == 50)
    ended.set()
    looking.join()
    assert halves == []


def test_after_a_crash_of_the_server_it_goes_on_and_until_then_readers_have_what_they_had(own_server):
    database = TestDatabase(own_server, "crashing")
    storage, reader = DatabaseStorage(database.place()), DatasetReader(database.place(), look_every=0)
    put_files(database.place(), {"tracker.yaml": b"title: T\n"})
    save(storage, "x.yaml", b"1")
    before = reader.read(fresh=True)
    own_server.stop(signal.SIGQUIT)
    wait_until(lambda: not can_be_read(storage))
    assert (storage.read("x.yaml"), reader.read(), reader.read(fresh=True)) == (b"1", before, before)
    assert reader.unavailable and reader.unavailable.message == (
        f"The database {reader.root} cannot be read: the database cannot be reached."
    )
    with pytest.raises(NoDataset):
        reader.read_or_fail()
    with pytest.raises(DatabaseUnavailable, match=r"cannot be reached|does not answer"):
        save(storage, "x.yaml", b"2")
    own_server.start()
    wait_until(lambda: can_be_read(storage) and can_be_read(reader.storage))
    save(storage, "x.yaml", b"3")
    assert (storage.read("x.yaml"), reader.read_or_fail(fresh=True).root) == (b"3", reader.root)
    storage.close()
    open_storage(database.place()).close()


def test_who_starts_while_the_database_is_away_is_told_and_reads_when_it_is_there(own_server):
    database = TestDatabase(own_server, "starting")
    own_server.stop()
    storage = DatabaseStorage(database.place())
    for attempt in (storage.snapshot, lambda: storage.read("x.yaml"), lambda: save(storage, "x.yaml", b"1")):
        with pytest.raises(DatabaseUnavailable, match="the database cannot be reached"):
            attempt()
    own_server.start()
    wait_until(lambda: can_be_read(storage))
    storage.close()


@pytest.mark.parametrize("committed", [True, False])
def test_a_connection_that_is_lost_while_it_commits_is_asked_for_its_outcome(opened, monkeypatch, committed):
    storage, other = opened(), opened()
    save(storage, "x.yaml", b"1")
    execute = psycopg.Connection.execute

    def lost(connection: psycopg.Connection, query: object, *given: object, **named: object) -> object:
        if query != "COMMIT":
            return execute(connection, query, *given, **named)
        execute(connection, "COMMIT" if committed else "ROLLBACK")
        connection.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(psycopg.Connection, "execute", lost)
    if committed:
        save(storage, "x.yaml", b"2")
    else:
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            save(storage, "x.yaml", b"2")
    monkeypatch.undo()
    expected = b"2" if committed else b"1"
    assert (storage.read("x.yaml"), other.snapshot(fresh=True).read("x.yaml")) == (expected, expected)
    save(storage, "x.yaml", b"3")


def test_if_the_outcome_cannot_be_asked_nobody_guesses_it(opened, monkeypatch):
    storage = opened()
    save(storage, "x.yaml", b"1")
    monkeypatch.setattr(database_storage, "LOST_SECONDS", 0.0)
    with pytest.raises(OutcomeUnknown, match="it is not known yet whether it was saved"):
        storage.was_committed("1", revision=2, recorded=datetime.now(UTC))


def test_a_role_of_one_area_has_no_right_on_another(database):
    for area in AREAS:
        put_files(database.place(area), {"x.yaml": b"1"})
    for role, its in (("reader", "data"), ("data", "data"), ("private", "private"), ("state", "state")):
        role = f"tracker_{role}"
        for area in ("data", "private", "state"):
            assert may(database, role, f"SELECT content FROM tracker_{area}.file") is (area == its)
        assert may(database, role, f"UPDATE tracker_{its}.head SET revision = revision") is (role != "tracker_reader")
        assert not may(database, role, f"DROP TABLE tracker_{its}.file")


def may(database: TestDatabase, role: str, statement: str) -> bool:
    try:
        database.run(f"SET ROLE {role}; {statement}; RESET ROLE")
    except psycopg.errors.InsufficientPrivilege:
        return False
    finally:
        database.run("RESET ROLE")
    return True


def test_who_asks_as_the_role_of_the_data_reads_nothing_private_and_is_told(database):
    put_files(database.place(Area.PRIVATE), {"notes/x.yaml": b"secret"})
    database.run("DROP ROLE IF EXISTS dashboard")
    database.run("CREATE ROLE dashboard LOGIN IN ROLE tracker_data")
    public = DatabaseStorage(database.place(Area.DATA, user="dashboard"))
    save(public, "x.yaml", b"1")
    assert public.read("x.yaml") == b"1"
    private = DatabaseStorage(database.place(Area.PRIVATE, user="dashboard"))
    for attempt in (lambda: private.read("notes/x.yaml"), lambda: save(private, "notes/x.yaml", b"2")):
        with pytest.raises(DatabaseUnavailable, match="the role of the database may not do this"):
            attempt()
    public.close()
    private.close()
    database.run("DROP ROLE dashboard")


def test_the_name_of_a_database_never_has_its_password():
    place = DatabasePlace("postgresql://anna:secret@db1.example:5432,db2.example/tracker?sslmode=require", Area.PRIVATE)
    assert str(place.root / "x.yaml") == "postgresql:db1.example:5432,db2.example/tracker/private/x.yaml"
    assert ("secret" in repr(place), "secret" in str(place)) == (False, False)
    storage = DatabaseStorage(DatabasePlace("postgresql://anna:secret@127.0.0.1:1/tracker", Area.DATA))
    with pytest.raises(DatabaseUnavailable) as told:
        storage.snapshot()
    assert "secret" not in storage.explain(told.value)
    storage.close()


@pytest.mark.parametrize(
    "statement", ["BEGIN", "FOR UPDATE", "INSERT", "DELETE FROM", "SET revision =", "pg_notify", "COMMIT", ""]
)
def test_a_process_that_ends_before_a_statement_leaves_both_files_as_they_were(opened, statement, monkeypatch):
    storage = opened()
    for name in ("x.yaml", "y.yaml"):
        save(storage, name, b"1")

    def change() -> None:
        monkeypatch.setattr(
            psycopg.Connection, "execute", execute_unless(statement or "no such words", lambda: os._exit(9))
        )
        with storage.transaction() as transaction:
            transaction.stage([("x.yaml", b"1", b"2"), ("y.yaml", b"1", None)])
            transaction.commit()

    ended = in_a_fork(change)
    files = storage.snapshot(fresh=True)
    left = {name: files.read(name) for name in files.list_all()}
    assert (ended, left) == ((9, {"x.yaml": b"1", "y.yaml": b"1"}) if statement else (0, {"x.yaml": b"2"}))
    save(storage, "x.yaml", b"3")  # the lock is free


def test_a_process_that_was_forked_reads_and_saves_with_connections_of_its_own(opened, place):
    storage = opened()
    save(storage, "x.yaml", b"1")
    assert in_a_fork(lambda: save(storage, "x.yaml", storage.read("x.yaml") + b"2")) == 0
    assert storage.snapshot(fresh=True).read("x.yaml") == b"12"
    save(storage, "x.yaml", b"3")


# What is certain after a lost commit, or after the database was set back; how many connections are needed.


@pytest.fixture
def storage(opened: Callable[[], DatabaseStorage]) -> DatabaseStorage:
    return opened()


@pytest.mark.parametrize(
    ("then", "outcome"),
    [
        ("", "aborted"),
        ("another transaction has its number", "aborted"),
        ("another save has its number", "unknown"),
        ("it was there", "committed"),
    ],
)
def test_a_server_that_crashed_may_give_the_number_of_a_lost_save_away(database, storage, then, outcome):
    save(storage, "x.yaml", b"1")
    ((number, last),) = database.rows("SELECT pg_current_xact_id()::text, recorded FROM tracker_data.file")
    # with a number: committed by somebody else
    lost = {"transaction_id": number if then else str(int(number) + 1_000_000)}
    lost |= (
        {"revision": 1, "recorded": last} if then == "it was there" else {"revision": 2, "recorded": datetime.now(UTC)}
    )
    if then == "another save has its number":
        save(storage, "x.yaml", b"2")
    assert transaction_status(database.connection, place=database.place(), **lost) == outcome


def test_ten_copies_have_fewer_connections_than_a_server_allows(database, storage):
    put_files(database.place(), {f"files/{n}.txt": b"attached" for n in range(8)})
    counted = []

    def save_and_fetch(number: int) -> None:
        for _ in range(5):
            save(storage, f"{number}.yaml", storage.read(f"files/{number}.txt"))
        counted.append(len(connected() - others))

    def connected() -> set[object]:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%-tracker'"
        return {pid for (pid,) in database.rows(query)}

    close_databases()
    others = connected()
    with ThreadPoolExecutor(8) as people:
        assert list(people.map(save_and_fetch, range(8))) == [None] * 8
    # one listens, one saves and one fetches; a server keeps three of its hundred for its administrators
    assert max(counted) <= 3
    assert 10 * len(AREAS) * 3 < 100 - 3


def test_of_many_saves_only_the_last_ones_are_remembered_and_earlier_readers_compare_all_files():
    memory = DatabaseMemory(fetch=lambda _: b"")
    for number in range(1, 1_001):
        memory.apply(number - 1 or -1, number, [(f"{number % 10}.yaml", StoredFile((number, 1, number), b"x"))])
    files = memory.files
    assert (files.version, len(files.steps), len(list(files.list_all()))) == (1_000, MAX_STEPS, 10)
    assert files.changed_since(998) == {"9.yaml", "0.yaml"}
    assert (files.changed_since(800), files.changed_since(799)) == ({f"{n}.yaml" for n in range(10)}, None)


def test_many_saves_do_not_make_the_table_of_the_last_save_grow(database, storage):
    for number in range(300):
        save(storage, f"{number % 3}.yaml", f"{number}".encode())
    assert database.rows("SELECT pg_relation_size('tracker_data.head')") == [(8_192,)]


@pytest.fixture
def set_back(database, storage, monkeypatch) -> DatasetReader:
    """A reader who has seen four saves, of which the database lost the last two: it was restored, or a standby took over."""
    monkeypatch.setattr(database_storage, "POLL_SECONDS", 0.05)
    reader = DatasetReader(database.place(), look_every=0)
    for number in (1, 2):
        save(storage, "tracker.yaml", TRACKER.replace("A small", f"The {number}.").encode())
    before = database.rows("SELECT path, content, revision, recorded FROM tracker_data.file")
    save(storage, "tracker.yaml", TRACKER.replace("A small", "The 3.").encode())
    save(storage, "treaty_bodies.yaml", BODIES.encode())
    assert (title(reader, fresh=True), len(reader.read().bodies)) == ("The 3. dataset", 2)
    with database.connection.transaction():
        database.run("TRUNCATE tracker_data.file; UPDATE tracker_data.head SET revision = 2")
        added = "INSERT INTO tracker_data.file (path, content, revision, recorded) VALUES (%s, %s, %s, %s)"
        database.connection.execute(added, before[0])
    return reader


def title(reader: DatasetReader, *, fresh: bool = False) -> str:
    return reader.read(fresh=fresh).settings.title[""].text


def test_a_copy_notices_that_the_database_was_set_back(set_back, storage):
    second = ("The 2. dataset", 0, 2)
    wait_until(lambda: (title(set_back), len(set_back.read().bodies), storage.version) == second)
    save(storage, "tracker.yaml", TRACKER.replace("A small", "Another 3.").encode())
    assert title(set_back, fresh=True) == "Another 3. dataset"


def test_a_save_compares_with_what_is_there_after_the_database_was_set_back(set_back, storage):
    with storage.transaction() as transaction:
        assert transaction.read("treaty_bodies.yaml") is None
        assert b"The 2." in transaction.read("tracker.yaml")
        with pytest.raises(FilesChanged):
            transaction.stage([("treaty_bodies.yaml", BODIES.encode(), b"")])
