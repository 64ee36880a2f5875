"""What only a database does: it goes away and comes back, tells others of a save, and keeps its areas apart."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from tests.support.postgres_server import TestDatabase, put_files
from tracker.config import Area, DatabasePlace
from tracker.model.errors import NoDataset, OutcomeUnknown
from tracker.storage.database import storage as database_storage
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.open_storage import open_storage

LONG_TIME = 60


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


def wait_until(is_so: Callable[[], bool]) -> None:
    start = time.monotonic()
    while not is_so():
        assert time.monotonic() - start < LONG_TIME
        time.sleep(0.01)


def save(storage: DatabaseStorage, name: str, raw: bytes) -> None:
    with storage.transaction() as transaction:
        transaction.stage([(name, transaction.read(name), raw)])
        transaction.commit()


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
    found = database.rows(
        "SELECT pid, query_start, query FROM pg_stat_activity WHERE application_name = 'recommendation-tracker' ORDER BY 1"
    )
    # the slow poll of the thread is no reader
    return [row for row in found if "f.revision >" not in str(row[2])]


def test_a_save_is_seen_by_others_after_the_notice_alone(place, opened, monkeypatch):
    monkeypatch.setattr(database_storage, "POLL_SECONDS", 2 * LONG_TIME)
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
    for area in (Area.DATA, Area.PRIVATE, Area.STATE):
        put_files(database.place(area), {"x.yaml": b"1"})
    for role, may_read in {
        "tracker_reader": {"data"},
        "tracker_data": {"data"},
        "tracker_private": {"private"},
        "tracker_state": {"state"},
    }.items():
        assert {
            area
            for area in ("data", "private", "state")
            if may(database, role, f"SELECT content FROM tracker_{area}.file")
        } == may_read
        writes = f"UPDATE tracker_{next(iter(may_read))}.head SET revision = revision"
        assert may(database, role, writes) is (role != "tracker_reader")
        assert not may(database, role, f"DROP TABLE tracker_{next(iter(may_read))}.file")


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
    assert (
        str(place.root / "notes" / "x.yaml") == "postgresql:db1.example:5432,db2.example/tracker/private/notes/x.yaml"
    )
    assert ("secret" in repr(place), "secret" in str(place)) == (False, False)
    storage = DatabaseStorage(DatabasePlace("postgresql://anna:secret@127.0.0.1:1/tracker", Area.DATA))
    with pytest.raises(DatabaseUnavailable) as told:
        storage.snapshot()
    assert "secret" not in storage.explain(told.value)
    storage.close()


@pytest.mark.parametrize(
    "statement", ["BEGIN", "FOR UPDATE", "INSERT", "DELETE FROM", "SET revision =", "pg_notify", "COMMIT", ""]
)
def test_a_process_that_ends_before_a_statement_leaves_both_files_as_they_were(opened, statement):
    storage = opened()
    for name in ("x.yaml", "y.yaml"):
        save(storage, name, b"1")
    if (child := os.fork()) == 0:
        execute = psycopg.Connection.execute

        def ends(connection: psycopg.Connection, query: object, *given: object, **named: object) -> object:
            text = query.as_string(connection) if isinstance(query, psycopg.sql.Composed) else str(query)
            if statement and statement in text:
                os._exit(9)
            return execute(connection, query, *given, **named)

        psycopg.Connection.execute = ends  # type: ignore[method-assign,assignment]
        code = 1
        try:
            with storage.transaction() as transaction:
                transaction.stage([("x.yaml", b"1", b"2"), ("y.yaml", b"1", None)])
                transaction.commit()
            code = 0
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    files = storage.snapshot(fresh=True)
    left = {name: files.read(name) for name in files.list_all()}
    assert (ended, left) == ((9, {"x.yaml": b"1", "y.yaml": b"1"}) if statement else (0, {"x.yaml": b"2"}))
    save(storage, "x.yaml", b"3")  # the lock is free


def test_a_process_that_was_forked_reads_and_saves_with_connections_of_its_own(opened, place):
    storage = opened()
    save(storage, "x.yaml", b"1")
    if (child := os.fork()) == 0:
        code = 1
        try:
            save(storage, "x.yaml", storage.read("x.yaml") + b"2")
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert storage.snapshot(fresh=True).read("x.yaml") == b"12"
    save(storage, "x.yaml", b"3")
