"""Connect to a PostgreSQL database, and read the files of one area from it."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import conninfo, errors, pq, sql
from psycopg_pool import ConnectionPool

from tracker.config import DatabasePlace, is_loopback
from tracker.storage.database.errors import DatabaseProblem
from tracker.storage.database.memory import LARGE_FOLDERS, FileRow, StoredFile
from tracker.storage.yaml.reader import MAX_BYTES

DatabaseConnection = psycopg.Connection[tuple[Any, ...]]
SCHEMA_VERSION = 2
"""The version of the tables that this program knows: the number of the last file in `schema`."""
DEFAULTS = {
    "application_name": "recommendation-tracker",
    "connect_timeout": "5",
    # a machine that is gone without a word is noticed within about ten seconds
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Settings of a connection, unless the URL has others."""
NETWORK_FILES = tuple(
    Path("/etc", name)
    for name in (
        "gai.conf",
        "host.conf",
        "hosts",
        "nsswitch.conf",
        "passwd",
        "pki",
        "resolv.conf",
        "services",
        "ssl/certs",
    )
)
"""What the system reads to find a host and to check its certificate."""
MAX_POOL_SIZE = 2
"""One save at a time, and beside it what is fetched. With a thread that listens and three areas, a copy has at most nine
connections, so ten copies stay below the hundred that PostgreSQL allows unless it is told otherwise.
"""
POOL_SECONDS = 5.0
"""How long a save waits for a connection."""
RECONNECT_SECONDS = 2.0
"""How long one attempt of a pool to connect lasts, with its repetitions."""

# a database that was set back, by a restore or by a standby that lacked the last saves, is read as if nothing were known
_SINCE = "CASE WHEN h.revision < %s THEN -1 ELSE %s END"
_COLUMNS = f"""f.path, f.revision, (extract(epoch FROM f.recorded) * 1000000)::bigint, octet_length(f.content),
  CASE WHEN f.revision > {_SINCE} AND octet_length(f.content) <= %s AND NOT f.path ^@ ANY(%s) THEN f.content END"""


def connection_settings(place: DatabasePlace) -> str:
    """Return the settings for a connection to `place`, from its URL and DEFAULTS.

    If the URL has several hosts, only one that can be written is used. Another machine has to prove by its certificate
    that it is the one that the URL names, unless `sslmode` says otherwise. Raises DatabaseUnavailable if the URL is not
    valid.
    """
    try:
        given = conninfo.conninfo_to_dict(place.url)
    except psycopg.ProgrammingError:
        raise DatabaseProblem.INVALID.as_error() from None
    if "," in urlsplit(place.url).netloc + str(given.get("host", "")):
        given.setdefault("target_session_attrs", "read-write")
    hosts = str(given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST", ""))
    # libpq itself would also go on without encryption, or with anybody who answers
    if "PGSSLMODE" not in os.environ and not all(_is_local(host) for host in hosts.split(",")):
        given.setdefault("sslmode", "verify-full")
    return conninfo.make_conninfo(**{**DEFAULTS, **{key: str(value) for key, value in given.items()}})


def _is_local(host: str) -> bool:
    """Return whether a host is this machine: a socket of the file system, or a loopback address."""
    return host.startswith(("/", "@")) or not host or is_loopback(host)


def files_to_connect(place: DatabasePlace) -> list[Path]:
    """Return the files and folders that must be readable to connect to `place`: names, certificates and passwords."""
    defaults = {one.keyword.decode(): one.val.decode() for one in pq.Conninfo.get_defaults() if one.val}
    given = {**defaults, **conninfo.conninfo_to_dict(connection_settings(place))}
    named = [str(given.get(name, "")) for name in ("passfile", "sslrootcert", "sslcert", "sslkey", "sslcrl")]
    named += [os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]
    return [
        *NETWORK_FILES,
        Path.home() / ".pgpass",
        Path.home() / ".postgresql",
        *(Path(name) for name in named if name),
    ]


def connect(place: DatabasePlace) -> DatabaseConnection:
    """Return a connection to `place`, in which each statement is a transaction. Raises psycopg.Error."""
    return psycopg.connect(connection_settings(place), autocommit=True)


def open_pool(place: DatabasePlace) -> "ConnectionPool[DatabaseConnection]":
    """Return a pool of connections to `place`. The first connection is made when it is needed."""
    return ConnectionPool(
        connection_settings(place),
        kwargs={"autocommit": True},
        min_size=0,
        max_size=MAX_POOL_SIZE,
        timeout=POOL_SECONDS,
        # by itself, the pool would wait up to minutes before it tries to connect again
        reconnect_timeout=RECONNECT_SECONDS,
        max_idle=300,
        num_workers=1,
        open=True,
    )


def in_schema(place: DatabasePlace, statement: LiteralString) -> sql.Composed:
    """Return an SQL statement in which `{schema}` is the schema of `place`."""
    return sql.SQL(statement).format(schema=sql.Identifier(place.schema))


def check_schema(connection: DatabaseConnection, place: DatabasePlace) -> None:
    """Raise DatabaseUnavailable if this program cannot work with the tables as they are. Raises psycopg.Error."""
    query = "SELECT max(version), max(needs) FROM {schema}.schema_version"
    require_version(*(connection.execute(in_schema(place, query)).fetchone() or (None, None)))


def require_version(version: int | None, needs: int | None) -> None:
    """Raise DatabaseUnavailable if the tables are older than this program, or need a newer one. None: there are no tables.

    `version` is that of the tables, `needs` the lowest SCHEMA_VERSION of a program that can work with them.
    """
    if version is None or needs is None or version < SCHEMA_VERSION:
        raise DatabaseProblem.OLDER.as_error()
    if needs > SCHEMA_VERSION:
        raise DatabaseProblem.NEWER.as_error()


def read_channel(connection: DatabaseConnection, place: DatabasePlace) -> str:
    """Return the name of the channel on which saves are told. Raises DatabaseUnavailable, or psycopg.Error."""
    row = connection.execute(in_schema(place, "SELECT channel FROM {schema}.head")).fetchone()
    if row is None:
        raise DatabaseProblem.MISSING.as_error()
    return str(row[0])


def read_all(connection: DatabaseConnection, place: DatabasePlace, known: int) -> tuple[int, list[FileRow]]:
    """Return (number of the last save, all files). Files that did not change since the save `known` come without bytes."""
    query = f"SELECT h.revision, {_COLUMNS} FROM {{schema}}.head h LEFT JOIN {{schema}}.file f ON f.content IS NOT NULL"
    return _read_rows(connection, place, query, known=known)


def read_changes(connection: DatabaseConnection, place: DatabasePlace, known: int) -> tuple[int, list[FileRow]]:
    """Return (number of the last save, files that changed or were deleted after the save `known`).

    If the number of the last save is smaller than `known`, the database was set back, and these are all its files.
    """
    query = f"SELECT h.revision, {_COLUMNS} FROM {{schema}}.head h LEFT JOIN {{schema}}.file f ON f.revision > {_SINCE}"
    return _read_rows(connection, place, query, known=known, since=(known, known))


def read_file_bytes(connection: DatabaseConnection, place: DatabasePlace, name: str) -> bytes | None:
    """Return the bytes of a file, or None if there is none."""
    query = in_schema(place, "SELECT content FROM {schema}.file WHERE path = %s")
    with connection.cursor(binary=True) as cursor:
        row = cursor.execute(query, (name,)).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def read_digests(connection: DatabaseConnection, place: DatabasePlace, name: str = "") -> dict[str, bytes]:
    """Return name → SHA-256 of all files, or only of the file `name`."""
    query = in_schema(place, "SELECT path, sha256 FROM {schema}.file WHERE content IS NOT NULL AND %s IN ('', path)")
    with connection.cursor(binary=True) as cursor:
        return {found: bytes(digest) for found, digest in cursor.execute(query, (name,)).fetchall()}


def transaction_status(
    connection: DatabaseConnection, place: DatabasePlace, transaction_id: str, *, revision: int, recorded: datetime
) -> str:
    """Return "committed", "aborted", "in progress" or "unknown" for the save `revision`, which wrote its rows at `recorded`.

    A server that crashed gives the number of a lost transaction to the next one. So only the rows prove a commit.
    """
    try:
        status = connection.execute("SELECT pg_xact_status(%s::xid8)", (transaction_id,)).fetchone()
    except errors.InvalidParameterValue:
        # after a crash, the number was not given away yet
        return "aborted"
    query = """SELECT EXISTS (SELECT FROM {schema}.file WHERE revision = %s AND recorded = %s), revision >= %s
      FROM {schema}.head"""
    is_there, came_later = connection.execute(in_schema(place, query), (revision, recorded, revision)).fetchone() or (
        False,
        False,
    )
    if is_there:
        return "committed"
    if status and status[0] in ("aborted", "in progress"):
        return str(status[0])
    # all of its files may have been saved again since
    return "unknown" if came_later else "aborted"


def _read_rows(
    connection: DatabaseConnection,
    place: DatabasePlace,
    query: LiteralString,
    *,
    known: int,
    since: tuple[int, ...] = (),
) -> tuple[int, list[FileRow]]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(in_schema(place, query), (known, known, MAX_BYTES, list(LARGE_FOLDERS), *since))
        rows = cursor.fetchall()
    if not rows:
        raise DatabaseProblem.MISSING.as_error()
    return rows[0][0], list(_file_rows(rows))


def _file_rows(rows: list[tuple[Any, ...]]) -> Iterator[FileRow]:
    for _, name, revision, microseconds, size, raw in rows:
        if name is not None:
            file = StoredFile((microseconds * 1000, size, revision), raw) if size is not None else None
            yield name, file
