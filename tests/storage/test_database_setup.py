"""The tables of a database: made once, brought up to date, and never used by a program that does not know them."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.command_line import run_command
from tests.support.postgres_server import AREAS, PostgresServer, TestDatabase, put_files
from tracker.config import Area, DatabasePlace
from tracker.storage.database.connection import make_tables
from tracker.storage.database.storage import DatabaseStorage
from tracker.storage.failures import DatabaseUnavailable

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
    assert (
        sorted(line.partition(": ")[2] for line in said)
        == ["applied 0001_files.sql"] * 3 + ["applied 0002_channel.sql"] * 3 + ["up to date"] * 9
    )


def test_the_command_makes_the_tables_of_all_areas(empty_url):
    root = DatabasePlace(empty_url, Area.DATA).root.parent
    code, out, _ = run_command("database", "init", empty_url, settings={})
    assert (code, out.splitlines()) == (
        0,
        [f"{root}/{area}: applied {name}" for area in ("data", "private", "state") for name in SCHEMA],
    )
    settings = {"TRACKER_DATA": empty_url, "TRACKER_STATE": empty_url}
    code, out, _ = run_command("database", "init", settings=settings)
    assert (code, out.splitlines()) == (0, [f"{root}/data: up to date", f"{root}/state: up to date"])
    assert run_command("database", "init", settings={})[::2] == (
        2,
        "No setting is the URL of a database. Give one that begins with postgresql://\n",
    )


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
            there.settimeout(0.05)
            here.settimeout(0.05)
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


UNPROVEN = (
    "the database does not prove by a certificate who it is; see sslmode and sslrootcert in docs/several-machines.md"
)


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
    channels = {database.rows(f"SELECT channel FROM {database.place(area).schema}.head")[0][0] for area in AREAS}
    assert (len(channels), min(map(len, channels))) == (3, 44)
