"""The tables of a database: made once, brought up to date, and never used by a program that does not know them."""

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import AREAS, PostgresServer, TestDatabase, execute_unless, put_files
from tests.support.waiting import wait_until
from tracker.config import Area, DatabasePlace
from tracker.model.errors import TrackerError
from tracker.storage.database import connection as db
from tracker.storage.database.connection import make_tables
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.failures import DatabaseUnavailable, failed_save

SCHEMA = ("0001_files.sql", "0002_channel.sql")
MISSING = "the database has no tables for this; run python -m tracker database init"


@pytest.fixture
def empty_url(postgres: PostgresServer) -> str:
    postgres.run("DROP DATABASE IF EXISTS bare WITH (FORCE)")
    postgres.run("CREATE DATABASE bare")
    return postgres.url("bare")


def test_making_the_tables_again_changes_nothing(database):
    place = database.place(Area.DATA)
    put_files(place, {"x.yaml": b"1"})
    assert make_tables(place) == [f"{place}: up to date"]
    assert DatabaseStorage(place).read("x.yaml") == b"1"


def test_several_machines_may_make_them_at_the_same_time(empty_url):
    places = [DatabasePlace(empty_url, area) for area in AREAS] * 4
    with ThreadPoolExecutor(len(places)) as machines:
        said = [line for lines in machines.map(make_tables, places) for line in lines]
    done = Counter(line.partition(": ")[2] for line in said)
    assert done == {"applied 0001_files.sql": 3, "applied 0002_channel.sql": 3, "up to date": 9}


def test_the_command_makes_the_tables_of_all_areas(empty_url):
    root = DatabasePlace(empty_url, Area.DATA).root.parent
    code, out, _ = run_command("database", "init", empty_url, settings={})
    applied = [f"{root}/{area}: applied {name}" for area in ("data", "private", "state") for name in SCHEMA]
    assert (code, out.splitlines()) == (0, applied)
    settings = {"TRACKER_DATA": empty_url, "TRACKER_STATE": empty_url}
    code, out, _ = run_command("database", "init", settings=settings)
    assert (code, out.splitlines()) == (0, [f"{root}/data: up to date", f"{root}/state: up to date"])
    code, _, wrong = run_command("database", "init", settings={})
    assert (code, wrong) == (2, "No setting is the URL of a database. Give one that begins with postgresql://\n")


def test_without_tables_it_says_what_to_run(empty_url):
    assert told(DatabasePlace(empty_url, Area.DATA)) == MISSING


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("version = 0", "its tables are those of an older version; run python -m tracker database init"),
        ("version = 9, needs = 9", "its tables are those of a newer version of the tracker; upgrade this copy"),
        ("version = 9, needs = 1", ""),
    ],
)
def test_tables_of_another_version_are_used_only_if_they_fit(database, change, says):
    database.run(f"UPDATE tracker_data.schema_version SET {change} WHERE version = 2")
    try:
        assert told(database.place(Area.DATA)) == says
    finally:
        database.run("UPDATE tracker_data.schema_version SET version = 2, needs = 1 WHERE version <> 1")


def told(place: DatabasePlace) -> str:
    storage = DatabaseStorage(place)
    try:
        storage.snapshot()
    except DatabaseUnavailable as error:
        return str(error.strerror)
    finally:
        storage.close()
    return ""


def test_a_user_who_may_create_no_roles_is_told_so_and_has_the_tables(postgres, database: TestDatabase, empty_url):
    postgres.run("DROP ROLE IF EXISTS plain")
    postgres.run("CREATE ROLE plain LOGIN")
    postgres.run("GRANT CREATE ON DATABASE bare TO plain", "bare")
    place = DatabasePlace(postgres.url("bare", "plain"), Area.DATA)
    assert make_tables(place) == [f"{place}: applied {name}" for name in SCHEMA]
    postgres.run("DROP DATABASE bare WITH (FORCE)")
    postgres.run("DROP ROLE plain")


CERTIFICATES = Path(__file__).parent / "certificates"
"""Certificates for db.example.org, with its key, and for other.example.org. They were made for this test alone:

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -keyout db.key -out db.pem
    -subj /CN=db.example.org -addext subjectAltName=DNS:db.example.org
"""


@pytest.fixture(scope="module")
def encrypted(postgres: PostgresServer) -> Iterator[int]:
    """The port at which the server takes encrypted connections, as db.example.org.

    The server of the test packages knows no TLS, so it ends before it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "db.pem", CERTIFICATES / "db.key")

    def pass_on(taken: socket.socket) -> None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as there:
            taken.recv(8)
            taken.sendall(b"S")
            here = context.wrap_socket(taken, server_side=True)
            there.connect(str(postgres.folder / ".s.PGSQL.5432"))
            for one in (here, there):
                one.settimeout(0.05)
            while True:
                for one, other in ((here, there), (there, here)):
                    with suppress(TimeoutError):
                        if not (part := one.recv(65536)):
                            here.close()
                            return
                        other.sendall(part)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=pass_on, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


PROOF = "the database does not prove by a certificate who it is"
UNPROVEN = f"{PROOF}; see sslmode and sslrootcert in docs/several-machines.md"


@pytest.mark.parametrize(
    ("host", "more", "says"),
    [
        ("db.example.org", "&sslrootcert={folder}/db.pem", MISSING),
        ("db.example.org", "&sslrootcert={folder}/other.pem", UNPROVEN),
        ("other.example.org", "&sslrootcert={folder}/db.pem", UNPROVEN),
        ("db.example.org", "", UNPROVEN),
        ("db.example.org", "&sslmode=require", MISSING),
        ("127.0.0.1", "", MISSING),
        ("", "", MISSING),
    ],
)
def test_another_machine_has_to_prove_who_it_is_unless_the_url_says_otherwise(
    encrypted: int, tmp_path: Path, monkeypatch, host: str, more: str, says: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    url = f"postgresql://postgres@{host}/postgres?hostaddr=127.0.0.1&port={encrypted}{more.format(folder=CERTIFICATES)}"
    assert told(DatabasePlace(url, Area.DATA)) == says  # who is trusted is asked for tables, which are not there


def test_who_may_not_read_an_area_hears_nothing_of_its_saves(database: TestDatabase) -> None:
    database.run("DROP ROLE IF EXISTS other; CREATE ROLE other LOGIN IN ROLE tracker_data")
    with psycopg.connect(database.place(user="other").url, autocommit=True) as other:
        for name in ("tracker_data", "tracker_private"):
            other.execute(f"LISTEN {name}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.execute("SELECT channel FROM tracker_private.head")
        put_files(database.place(Area.PRIVATE), {"notes/x.yaml": b"1"})
        assert list(other.notifies(timeout=0.5)) == []
    channels = {str(database.rows(f"SELECT channel FROM {database.place(area).schema}.head")[0][0]) for area in AREAS}
    assert (len(channels), min(map(len, channels))) == (3, 44)


# What can be wrong with a database: each has a sentence, nothing of a save is left, and it goes on when it is mended.


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
    monkeypatch.setattr(db, "POOL_SECONDS", 0.2)
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
        # until it notices that its connections were closed
        wait_until(lambda: sentence_of(lambda: save(storage, b"3")) == sentence)
        assert storage.read("x.yaml") == b"2"
    finally:
        database.run(mend_it.format(name=database.name))
        database.run(HANG_UP)
    wait_until(lambda: sentence_of(lambda: save(storage, b"4")) == "saved")
    assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"4", b"4")


def test_a_copy_that_runs_saves_nothing_into_tables_that_were_upgraded_since(database, storage):
    upgrade, mend, sentence = FAULTS["newer"]
    database.run(upgrade)
    try:
        assert sentence_of(lambda: save(storage, b"3")) == sentence
        assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"2", b"2")
    finally:
        database.run(mend)


def test_idle_connections_that_were_closed_cost_nobody_a_save(database, storage):
    database.run(f"{HANG_UP} AND query = 'COMMIT'")
    save(storage, b"3")
    assert database.files("tracker_data")["x.yaml"] == b"3"


@pytest.mark.parametrize("at", ["INSERT", "COMMIT"])
def test_a_full_disk_saves_nothing_and_says_so(database, storage, monkeypatch, at):
    def full() -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    monkeypatch.setattr(psycopg.Connection, "execute", execute_unless(at, full))
    said = sentence_of(lambda: save(storage, b"3"))
    monkeypatch.undo()
    assert said == f"The disk of the database is full; {TELL}"
    assert (storage.read("x.yaml"), database.files("tracker_data")["x.yaml"]) == (b"2", b"2")
    save(storage, b"4")


def test_a_notice_with_any_text_ends_nothing(database, storage):
    for text in ("no number", "99999999999999999999999999"):
        database.run(f"SELECT pg_notify(channel, '{text}') FROM tracker_data.head")
    put_files(database.place(), {"x.yaml": b"3"})
    wait_until(lambda: storage.read("x.yaml") == b"3")
