"""Connect to a PostgreSQL database, make its tables, and keep the files of an area in memory for readers."""

import errno
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import conninfo, errors, pq, sql
from psycopg_pool import ConnectionPool

from tracker.config import DatabasePlace, is_loopback
from tracker.storage.database.errors import DatabaseProblem, as_os_error
from tracker.storage.record_storage import FileStat
from tracker.storage.yaml.reader import MAX_BYTES

MAX_STEPS = 200
"""The maximum number of steps in `FilesInMemory`."""
LARGE_FOLDERS = ("files/",)
"""The folders whose files are not kept in memory: those of attached files."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the database. `raw` is its bytes, or None for an attached file and for any file of more than MAX_BYTES."""

    stat: FileStat
    raw: bytes | None


FileRow = tuple[str, StoredFile | None]
"""(name of a file, the file). The file is None if it was deleted."""


@dataclass(frozen=True, slots=True)
class FilesInMemory:
    """The files of a database as they were after one save. It is a `record_storage.FileSource`.

    `version` is the number of the save, -1 before any. `folders` is a mapping: folder → name → file. `fetch` reads
    bytes that are not in memory. `steps` are pairs (version, names that changed with it), from after version `oldest`.
    """

    fetch: Callable[[str], bytes]
    version: int = -1
    folders: Mapping[str, Mapping[str, StoredFile]] = field(default_factory=lambda: MappingProxyType({}))
    steps: tuple[tuple[int, frozenset[str]], ...] = ()
    oldest: int = -1

    def changed_since(self, version: int | None) -> Set[str] | None:
        """Return the names of the files that were added, changed or deleted after `version`, or None if unknown."""
        if version is None or version < self.oldest:
            return None
        return frozenset[str]().union(*(names for after, names in self.steps if after > version))

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return a mapping: name → FileStat, for the files in each of the `folders`, but not in their subfolders."""
        return {name: file.stat for folder in folders for name, file in self.folders.get(folder, {}).items()}

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, sorted."""
        yield from sorted(name for files in self.folders.values() for name in files)

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is no such file."""
        file = self.folders.get(name.rpartition("/")[0], {}).get(name)
        return file.stat if file else None

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file. Raises OSError if it is missing, cannot be read, or has more than `most` bytes."""
        file = self.folders.get(name.rpartition("/")[0], {}).get(name)
        if file is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        if most is not None and file.stat[1] > most:
            raise OSError(errno.EFBIG, f"more than {most:,} bytes", name)
        return self.fetch(name) if file.raw is None else file.raw

    def with_rows(self, version: int, rows: Iterable[FileRow]) -> "FilesInMemory":
        """Return the files after the save `version`. `rows` are all files that changed after `self.version`."""
        rows = tuple(rows)
        changed = {name.rpartition("/")[0] for name, _ in rows}
        folders = {folder: dict(self.folders.get(folder, {})) for folder in changed}
        for name, file in rows:
            in_folder = folders[name.rpartition("/")[0]]
            if file is None:
                in_folder.pop(name, None)
            else:
                in_folder[name] = file
        steps = (*self.steps, (version, frozenset(name for name, _ in rows)))
        forgotten = steps[:-MAX_STEPS]
        oldest = max(self.oldest, forgotten[-1][0]) if forgotten else self.oldest
        everywhere = {**self.folders, **folders}
        return FilesInMemory(self.fetch, version, folders=everywhere, steps=steps[-MAX_STEPS:], oldest=oldest)


class DatabaseMemory:
    """Keeps the newest files that this process has read, in `files`. Several threads can use it."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self.files = FilesInMemory(fetch)
        self._lock = threading.Lock()

    def set_all(self, version: int, rows: Iterable[FileRow]) -> None:
        """Replace the files with `rows`, the state after the save `version`. Do nothing if the memory is newer.

        A row may lack its bytes if the memory already has this file with the same FileStat.
        """
        with self._lock:
            if version < self.files.version:
                return
            before = self.files
            known = {name: file for files in before.folders.values() for name, file in files.items()}
            listed = ((name, file, known.get(name)) for name, file in rows)
            new = {name: old if file and old and old.stat == file.stat else file for name, file, old in listed}
            changed = [(name, new.get(name)) for name in {*known, *new} if known.get(name) is not new.get(name)]
            self.files = before.with_rows(version, changed)

    def apply(self, since: int, version: int, rows: Iterable[FileRow]) -> None:
        """Add `rows`, the files that changed after the save `since`, up to the save `version`.

        If `version` is before `since`, an older state was restored: `rows` are all files, and replace the memory.
        Otherwise, do nothing if the memory has `version`. In both cases, do nothing if the memory is before `since`.
        """
        with self._lock:
            if version < since <= self.files.version:
                nothing = FilesInMemory(self.files.fetch, oldest=self.files.version + 1)
                self.files = replace(nothing.with_rows(version, rows), steps=())
            elif since <= self.files.version < version:
                self.files = self.files.with_rows(version, rows)


DatabaseConnection = psycopg.Connection[tuple[Any, ...]]
SCHEMA_VERSION = 2
"""The version of the tables that this program knows: the number of the last file in the folder `schema`."""
CONNECTION_DEFAULTS = {
    "application_name": "recommendation-tracker",
    "connect_timeout": "5",
    # a machine that is gone without a word is noticed within about ten seconds
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Name of a setting of a connection → its value, unless the URL has another."""
_NAMES_IN_ETC = "gai.conf host.conf hosts nsswitch.conf passwd pki resolv.conf services ssl/certs"
NETWORK_FILES = tuple(Path("/etc", name) for name in _NAMES_IN_ETC.split())
"""The files that the operating system reads to find a host and to check its certificate."""
MAX_POOL_SIZE = 2
"""The maximum number of connections in a pool: one for a save and one to read something meanwhile.

With three storages, a copy of the dashboard has up to nine connections; PostgreSQL allows a hundred by default.
"""
POOL_SECONDS = 5.0
"""Wait at most this many seconds for a connection from the pool."""
RECONNECT_SECONDS = 2.0
"""A pool tries for at most this many seconds to make a connection, then it gives up."""

# the database can have an older state than was read before: after a restore, or if a standby lacked the last saves.
# then all files are read
_SINCE = "CASE WHEN h.revision < %s THEN -1 ELSE %s END"
_COLUMNS = f"""f.path, f.revision, (extract(epoch FROM f.recorded) * 1000000)::bigint, octet_length(f.content),
  CASE WHEN f.revision > {_SINCE} AND octet_length(f.content) <= %s AND NOT f.path ^@ ANY(%s) THEN f.content END"""


def connection_settings(place: DatabasePlace) -> str:
    """Return the settings for a connection to `place` as one text for psycopg. Raises DatabaseUnavailable.

    Of several hosts, only one that can be written to is used. A database on another machine must prove by its
    certificate that it is the host in the URL, unless the URL has `sslmode` or PGSSLMODE is set.
    """
    try:
        given = conninfo.conninfo_to_dict(place.url)
    except psycopg.ProgrammingError:
        raise DatabaseProblem.INVALID.as_error() from None
    if "," in urlsplit(place.url).netloc + str(given.get("host", "")):
        given.setdefault("target_session_attrs", "read-write")
    hosts = str(given.get("host") or given.get("hostaddr") or os.environ.get("PGHOST", ""))
    # libpq itself would also go on without encryption, or with anybody who answers
    are_local = (host.startswith(("/", "@")) or not host or is_loopback(host) for host in hosts.split(","))
    if "PGSSLMODE" not in os.environ and not all(are_local):
        given.setdefault("sslmode", "verify-full")
    return conninfo.make_conninfo(**{**CONNECTION_DEFAULTS, **{key: str(value) for key, value in given.items()}})


def paths_read_to_connect(place: DatabasePlace) -> list[Path]:
    """Return the files and folders that are read to connect. Some of them may not exist. Raises DatabaseUnavailable."""
    defaults = {one.keyword.decode(): one.val.decode() for one in pq.Conninfo.get_defaults() if one.val}
    given = {**defaults, **conninfo.conninfo_to_dict(connection_settings(place))}
    named = [str(given.get(name, "")) for name in ("passfile", "sslrootcert", "sslcert", "sslkey", "sslcrl")]
    named += [os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]
    own = [Path.home() / ".pgpass", Path.home() / ".postgresql"]
    return [*NETWORK_FILES, *own, *(Path(name) for name in named if name)]


def connect(place: DatabasePlace) -> DatabaseConnection:
    """Return a connection in autocommit mode. Raises psycopg.Error or DatabaseUnavailable."""
    return psycopg.connect(connection_settings(place), autocommit=True)


def open_pool(place: DatabasePlace) -> "ConnectionPool[DatabaseConnection]":
    """Return a pool of connections to `place`. A connection is made when it is first needed."""
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
    """Return the SQL `statement`, in which the name of the schema of `place` replaces each `{schema}`."""
    return sql.SQL(statement).format(schema=sql.Identifier(place.schema))


def check_schema(connection: DatabaseConnection, place: DatabasePlace) -> None:
    """Raise DatabaseUnavailable if the tables have a wrong version, psycopg.Error if no version can be read."""
    query = "SELECT max(version), max(needs) FROM {schema}.schema_version"
    require_version(*(connection.execute(in_schema(place, query)).fetchone() or (None, None)))


def require_version(version: int | None, needs: int | None) -> None:
    """Raise DatabaseUnavailable if a value is None, `version` is below SCHEMA_VERSION, or `needs` is above SCHEMA_VERSION."""
    if version is None or needs is None or version < SCHEMA_VERSION:
        raise DatabaseProblem.OLDER.as_error()
    if needs > SCHEMA_VERSION:
        raise DatabaseProblem.NEWER.as_error()


def read_files(
    connection: DatabaseConnection, place: DatabasePlace, known: int, *, only_changed: bool = True
) -> tuple[int, list[FileRow]]:
    """Return (number of the last save, files that changed or were deleted after the save `known`).

    All files are returned if `only_changed` is False or an older state of the database was restored. Files that are
    not kept in memory, or did not change, have no bytes. Raises psycopg.Error, or DatabaseUnavailable if the tables do
    not say which save is the last.
    """
    wanted = f"f.revision > {_SINCE}" if only_changed else "f.content IS NOT NULL"
    query = f"SELECT h.revision, {_COLUMNS} FROM {{schema}}.head h LEFT JOIN {{schema}}.file f ON {wanted}"
    since = (known, known) if only_changed else ()
    with connection.cursor(binary=True) as cursor:
        cursor.execute(in_schema(place, query), (known, known, MAX_BYTES, list(LARGE_FOLDERS), *since))
        rows = cursor.fetchall()
    if not rows:
        raise DatabaseProblem.MISSING.as_error()
    return rows[0][0], [
        (name, StoredFile((microseconds * 1000, size, revision), raw) if size is not None else None)
        for _, name, revision, microseconds, size, raw in rows
        if name is not None
    ]


def read_file_bytes(connection: DatabaseConnection, place: DatabasePlace, name: str) -> bytes | None:
    """Return the bytes of a file, or None if there is no such file. Raises psycopg.Error."""
    query = in_schema(place, "SELECT content FROM {schema}.file WHERE path = %s")
    with connection.cursor(binary=True) as cursor:
        row = cursor.execute(query, (name,)).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def read_digests(connection: DatabaseConnection, place: DatabasePlace, name: str = "") -> dict[str, bytes]:
    """Return a mapping: name → SHA-256, of all files or only of the file `name`. It is empty if there is no such file."""
    query = in_schema(place, "SELECT path, sha256 FROM {schema}.file WHERE content IS NOT NULL AND %s IN ('', path)")
    with connection.cursor(binary=True) as cursor:
        return {found: bytes(digest) for found, digest in cursor.execute(query, (name,)).fetchall()}


def transaction_status(
    connection: DatabaseConnection, place: DatabasePlace, transaction_id: str, *, revision: int, recorded: datetime
) -> str:
    """Return "committed", "aborted", "in progress" or "unknown" for a save that was to be committed.

    After a crash, the database can give `transaction_id` to another transaction. So this looks for rows with the number
    `revision` and the time `recorded` of the save. "unknown" means that later saves may have overwritten such rows.
    """
    try:
        status = connection.execute("SELECT pg_xact_status(%s::xid8)", (transaction_id,)).fetchone()
    except errors.InvalidParameterValue:
        # after a crash, no transaction has this number yet
        return "aborted"
    query = """SELECT EXISTS (SELECT FROM {schema}.file WHERE revision = %s AND recorded = %s), revision >= %s
      FROM {schema}.head"""
    found = connection.execute(in_schema(place, query), (revision, recorded, revision)).fetchone()
    is_there, came_later = found or (False, False)
    if is_there:
        return "committed"
    if status and status[0] in ("aborted", "in progress"):
        return str(status[0])
    # all of its files may have been saved again since
    return "unknown" if came_later else "aborted"


READER_ROLE = "tracker_reader"
"""The role of the database that may read public data, and nothing else."""
LOCK_NUMBER = 7_420_118
"""The number of a lock in the database. It lets only one program at a time make tables."""
NEEDS = re.compile(r"^-- needs (\d+)$", re.M)
"""Matches the line of a file in `schema` that says which SCHEMA_VERSION a program must have to work with the tables."""


def make_tables(place: DatabasePlace) -> list[str]:
    """Make the missing schema, tables and roles of `place`, and return a line for each step. May run again.

    Raises OSError if this fails; then nothing was changed.
    """
    try:
        with connect(place) as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_NUMBER,))
            name = sql.Identifier(place.schema)
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            connection.execute(sql.SQL("SET LOCAL search_path TO {}, pg_catalog").format(name))
            done = [f"{place}: applied {title}" for title in _migrate(connection)]
            done += [f"{place}: {note}" for note in _grant(connection, place)]
    except psycopg.Error as error:
        raise as_os_error(error, place) from None
    return done or [f"{place}: up to date"]


def _migrate(connection: DatabaseConnection) -> Iterator[str]:
    """Apply the files of the folder `schema` that were not applied yet. Yield the name of each."""
    found = connection.execute("SELECT to_regclass(current_schema() || '.schema_version') IS NOT NULL").fetchone()
    is_made = bool(found and found[0])
    query = "SELECT version FROM schema_version"
    applied = {row[0] for row in connection.execute(query).fetchall()} if is_made else set[int]()
    for file in sorted(Path(__file__).with_name("schema").glob("*.sql")):
        if (version := int(file.name.partition("_")[0])) not in applied:
            text = file.read_text("utf-8")
            connection.execute(text.encode())
            needs = NEEDS.search(text)
            given = (version, int(needs[1]) if needs else version)
            connection.execute("INSERT INTO schema_version (version, needs) VALUES (%s, %s)", given)
            yield file.name


def _grant(connection: DatabaseConnection, place: DatabasePlace) -> Iterator[str]:
    """Let the role of the area read and write the tables, and READER_ROLE read public ones. Yield a line for a missing role."""
    roles = {place.schema: "SELECT, INSERT, UPDATE, DELETE"}
    if place.area == "data":
        roles[READER_ROLE] = "SELECT"
    for role, rights in roles.items():
        if not _ensure_role(connection, role):
            yield f"there is no role {role}, and this user may not create one"
            continue
        names = {"schema": sql.Identifier(place.schema), "role": sql.Identifier(role)}
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))
        grant = sql.SQL("GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}")
        connection.execute(grant.format(rights=sql.SQL(rights), **names))


def _ensure_role(connection: DatabaseConnection, role: str) -> bool:
    """Make the role if it does not exist. Return False if it is missing and this user may not make it."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
        return True
    try:
        # roles belong to all databases of a server: another database may make it at this moment
        with suppress(errors.DuplicateObject, errors.UniqueViolation), connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    except errors.InsufficientPrivilege:
        return False
    return True
