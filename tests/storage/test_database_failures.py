"""What can be wrong with a database: each has a sentence, nothing of a save is left, and it goes on when it is mended."""

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.support.postgres_server import TestDatabase, put_files
from tracker.model.errors import TrackerError
from tracker.storage.database import storage as database_storage
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.failures import DatabaseUnavailable, failed_save

HANG_UP = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'recommendation-tracker'"""
TELL = "tell the person who runs this dashboard."
INIT = "the person who runs it has to run: python -m tracker database init"
FAULTS = {
    "standby": (
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
        "SET default_transaction_read_only = off; ALTER DATABASE {name} RESET default_transaction_read_only",
        f"The database can only be read now, because it is a standby; {TELL}",
    ),
    "no such user": ("ALTER ROLE dashboard NOLOGIN", "ALTER ROLE dashboard LOGIN", "The database refuses the user or the password of this dashboard; tell the person who runs it."),
    "too many": ("ALTER ROLE dashboard CONNECTION LIMIT 0", "ALTER ROLE dashboard CONNECTION LIMIT -1", "The database has too many connections now; try again in a minute."),
    "older": (
        "DELETE FROM tracker_data.schema_version WHERE version = 2",
        "INSERT INTO tracker_data.schema_version VALUES (2, 1)",
        f"The tables of the database are missing or older than this dashboard; {INIT}",
    ),
    "newer": (
        "INSERT INTO tracker_data.schema_version VALUES (99, 99)",
        "DELETE FROM tracker_data.schema_version WHERE version = 99",
        "The tables of the database are newer than this dashboard; the person who runs it has to upgrade it.",
    ),
    "no right": (
        "REVOKE ALL ON ALL TABLES IN SCHEMA tracker_data FROM tracker_data",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tracker_data TO tracker_data",
        "The database does not let this dashboard do this; tell the person who runs it.",
    ),
}  # fmt: skip


@pytest.fixture
def storage(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseStorage]:
    """The storage as a dashboard has it: with a role that has only the rights on its area."""
    monkeypatch.setattr(database_storage, "POOL_SECONDS", 0.2)
    put_files(database.place(), {"x.yaml": b"1"})
    database.run("DROP ROLE IF EXISTS dashboard")
    database.run("CREATE ROLE dashboard LOGIN IN ROLE tracker_data")
    storage = DatabaseStorage(database.place(user="dashboard"))
    save(storage, b"2")
    yield storage
    storage.close()
    database.run("DROP ROLE dashboard")


def save(storage: DatabaseStorage, raw: bytes) -> None:
    with storage.transaction() as transaction:
        transaction.stage([("x.yaml", transaction.read("x.yaml"), raw)])
        transaction.commit()


def sentence_of(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except DatabaseUnavailable as error:
        return str(failed_save(error, ""))
    except TrackerError as error:
        return str(error)
    return "saved"


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said_in_a_sentence_and_a_save_works_when_it_is_mended(database, storage, fault):
    break_it, mend_it, sentence = FAULTS[fault]
    database.run(break_it.format(name=database.name))
    try:
        database.run(HANG_UP)
        deadline = time.monotonic() + 60
        while (said := sentence_of(lambda: save(storage, b"3"))) != sentence and time.monotonic() < deadline:
            time.sleep(0.02)  # until it notices that its connections were closed
        assert said == sentence
        assert storage.read("x.yaml") == b"2"
    finally:
        database.run(mend_it.format(name=database.name))
        database.run(HANG_UP)
    while sentence_of(lambda: save(storage, b"4")) != "saved" and time.monotonic() < deadline + 20:
        time.sleep(0.02)
    assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"4", b"4")


def test_a_copy_that_runs_saves_nothing_into_tables_that_were_upgraded_since(database, storage):
    database.run("INSERT INTO tracker_data.schema_version VALUES (99, 99)")
    try:
        assert sentence_of(lambda: save(storage, b"3")) == FAULTS["newer"][2]
        assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"2", b"2")
    finally:
        database.run("DELETE FROM tracker_data.schema_version WHERE version = 99")


def test_idle_connections_that_were_closed_cost_nobody_a_save(database, storage):
    database.run(f"{HANG_UP} AND query = 'COMMIT'")
    save(storage, b"3")
    assert database.files("tracker_data")["x.yaml"] == b"3"


@pytest.mark.parametrize("at", ["INSERT", "COMMIT"])
def test_a_full_disk_saves_nothing_and_says_so(database, storage, monkeypatch, at):
    execute = psycopg.Connection.execute

    def full(connection: psycopg.Connection, query: object, *given: object, **named: object) -> object:
        text = query.as_string(connection) if isinstance(query, psycopg.sql.Composed) else str(query)
        if at in text:
            raise psycopg.errors.DiskFull("could not extend file: No space left on device")
        return execute(connection, query, *given, **named)

    monkeypatch.setattr(psycopg.Connection, "execute", full)
    said = sentence_of(lambda: save(storage, b"3"))
    monkeypatch.undo()
    assert said == f"The disk of the database is full; {TELL}"
    assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"2", b"2")
    save(storage, b"4")


def test_a_notice_with_any_text_ends_nothing(database, storage):
    for text in ("no number", "99999999999999999999999999"):
        database.run(f"SELECT pg_notify(channel, '{text}') FROM tracker_data.head")
    put_files(database.place(), {"x.yaml": b"3"})
    deadline = time.monotonic() + 60
    while storage.read("x.yaml") != b"3" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert storage.read("x.yaml") == b"3"
