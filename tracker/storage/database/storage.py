"""A storage of records in a PostgreSQL database. Files are read from memory, which a thread keeps up to date."""

import errno
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import TypeVar

import psycopg
from psycopg import errors, sql
from psycopg_pool import ConnectionPool, PoolTimeout

from tracker.config import DatabasePlace
from tracker.model.errors import STILL_SAVING, LockTimeout, OutcomeUnknown
from tracker.storage.database import connection as db
from tracker.storage.database.errors import DatabaseProblem, as_os_error
from tracker.storage.failures import DatabaseUnavailable
from tracker.storage.record_storage import PATIENCE, FileChange, FilesChanged, FileStat, display_path
from tracker.storage.yaml.reader import MAX_BYTES

POLL_SECONDS = 5.0
"""If no notice of a change comes for this many seconds, the database is asked for changes: a notice may be lost."""
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
"""Seconds to wait before the second, third and later attempts to connect; the last number is for all others."""
MAX_DIGITS = 20
"""A notice with so many digits or more was not sent by this program."""
MAX_FIRST_WAIT_SECONDS = 10.0
"""The first reader waits at most this many seconds until all files are in memory."""
HUNG_SECONDS = 30.0
"""After so many seconds without an answer, the database counts as one that does not answer."""


class DatabaseFeed:
    """The thread that keeps the `memory` of one storage up to date, and connects again after a lost connection."""

    def __init__(self, place: DatabasePlace, memory: db.DatabaseMemory) -> None:
        self._place, self._memory = place, memory
        self._thread: threading.Thread | None = None
        self._connection: db.DatabaseConnection | None = None
        self._tried, self._is_loaded = threading.Event(), False
        self._problem: DatabaseUnavailable | None = None
        self._confirmed = time.monotonic()
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the thread unless it runs, and wait up to MAX_FIRST_WAIT_SECONDS for all files to be read. Raises DatabaseUnavailable."""
        if self._is_loaded:
            return
        with self._lock:
            if self._thread is None:
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name=f"feed {self._place.schema}", daemon=True)
                self._thread.start()
        self._tried.wait(MAX_FIRST_WAIT_SECONDS)
        if not self._is_loaded:
            raise self._problem or DatabaseProblem.SILENT.as_error()

    def require_current(self, seconds: float) -> None:
        """Raise DatabaseUnavailable if the database cannot be reached, and has not been reached for `seconds`."""
        age = time.monotonic() - self._confirmed
        problem = self._problem or (DatabaseProblem.SILENT.as_error() if age > HUNG_SECONDS else None)
        if problem and age >= seconds:
            problem.since = time.time() - age
            # the same error is raised in several threads: without this, its traceback would grow
            raise problem.with_traceback(None)

    def stop(self) -> None:
        """Tell the thread to end, and wait for it, at most twice POLL_SECONDS. `start` starts a new one."""
        self._stopping.set()
        thread, connection = self._thread, self._connection
        if connection is not None:
            # the thread may be waiting for a notice: this ends the wait
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
        if thread is not None:
            thread.join(2 * POLL_SECONDS)
        self._thread, self._is_loaded = None, False
        self._tried.clear()

    def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            try:
                with db.connect(self._place) as self._connection:
                    self._load(self._connection)
                    attempt = 0
                    self._follow(self._connection)
            except (psycopg.Error, DatabaseUnavailable) as error:
                self._problem = error if isinstance(error, DatabaseUnavailable) else as_os_error(error, self._place)
                self._tried.set()
            finally:
                self._connection = None
            self._stopping.wait(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1

    def _load(self, connection: db.DatabaseConnection) -> None:
        db.check_schema(connection, self._place)
        # first listen, then read: no save falls in between
        channel = connection.execute(db.in_schema(self._place, "SELECT channel FROM {schema}.head")).fetchone()
        if channel is None:
            raise DatabaseProblem.MISSING.as_error()
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(str(channel[0]))))
        known = self._memory.files.version
        self._memory.set_all(*db.read_files(connection, self._place, known, only_changed=False))
        self._confirmed = time.monotonic()
        self._problem, self._is_loaded = None, True
        self._tried.set()

    def _follow(self, connection: db.DatabaseConnection) -> None:
        asked = time.monotonic()
        while not self._stopping.is_set():
            # whoever knows the channel may send a notice with any text
            texts = [notice.payload for notice in connection.notifies(timeout=POLL_SECONDS, stop_after=1)]
            notices = [int(text) for text in texts if text.isdecimal() and len(text) < MAX_DIGITS]
            is_due = time.monotonic() - asked >= POLL_SECONDS
            # a save by this process is in its memory already
            if is_due or any(revision > self._memory.files.version for revision in notices):
                asked, since = time.monotonic(), self._memory.files.version
                self._memory.apply(since, *db.read_files(connection, self._place, since))
                self._confirmed = asked


LOST_SECONDS = 20.0
"""A save that lost its connection asks the database for at most this many seconds whether it was committed."""
TOMBSTONE_DAYS = 2
"""A deleted file keeps its row, without content, for at least this many days, so that other copies learn of this."""
T = TypeVar("T")


class DatabaseStorage:
    """The files of one area of a database. It is a `record_storage.RecordStorage`."""

    def __init__(self, place: DatabasePlace) -> None:
        self.place, self.root, self._pid = place, place.root, os.getpid()
        self._pool: ConnectionPool[db.DatabaseConnection] | None = None
        self.memory = db.DatabaseMemory(self._fetch)
        self._feed = DatabaseFeed(place, self.memory)
        self._saving, self._opening = threading.Lock(), threading.Lock()

    @property
    def version(self) -> int | None:
        """Return the number of the last save that is in memory."""
        return self._current_files().version

    def changed_since(self, version: int | None) -> Set[str] | None:
        """Return the names of the files that were added, changed or deleted after `version`, or None if unknown."""
        return self._current_files().changed_since(version)

    def list_files(self, *folders: str) -> dict[str, FileStat]:
        """Return a mapping: name → FileStat, for the files in each of the `folders`, but not in their subfolders."""
        return self._current_files().list_files(*folders)

    def list_all(self) -> Iterator[str]:
        """Yield the names of all files, sorted."""
        return self._current_files().list_all()

    def stat(self, name: str) -> FileStat | None:
        """Return the FileStat of a file, or None if there is no such file."""
        return self._current_files().stat(name)

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes:
        """Return the bytes of a file. Raises OSError if it is missing, cannot be read, or has more than `most` bytes."""
        return self._current_files().read(name, most)

    def locate(self, name: str) -> PurePosixPath:
        """Return the path of the file `name` to show in messages. If `name` is "", return the path of the storage."""
        return self.root / name if name else self.root

    def exists(self) -> bool:
        """Return True. If the database or its tables are missing, reading a file raises an error."""
        return True

    def create(self) -> None:
        """Do nothing. The command `database init` makes the tables."""

    def digest(self, name: str) -> bytes:
        """Return the SHA-256 of a file, as the database computed it. Raises FileNotFoundError, or OSError."""
        self._current_files()
        found = self._with_connection(lambda connection: db.read_digests(connection, self.place, name))
        if name not in found:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        return found[name]

    def digests(self) -> dict[str, bytes]:
        """Return a mapping: name → SHA-256, of all files, as the database computed it. Raises OSError."""
        self._current_files()
        return self._with_connection(lambda connection: db.read_digests(connection, self.place))

    def snapshot(self, *, fresh: bool = False) -> db.FilesInMemory:
        """Return the files as they are in memory. With `fresh`, read what changed in the database first."""
        files = self._current_files()
        if fresh:
            since = files.version
            self.memory.apply(since, *self._with_connection(lambda one: db.read_files(one, self.place, since)))
            files = self.memory.files
        return files

    def require_current(self, seconds: float = 0.0) -> None:
        """Raise DatabaseUnavailable if the database cannot be reached, and has not been reached for `seconds`."""
        self._current_files()
        self._feed.require_current(seconds)

    @contextmanager
    def transaction(self, *, patience: float = PATIENCE) -> Iterator["DatabaseTransaction"]:
        """Give a transaction for a `with` block. Raises LockTimeout or DatabaseUnavailable."""
        self._current_files()
        deadline = time.monotonic() + patience
        # threads of one process wait here: each that waits in the database needs a connection
        if not self._saving.acquire(timeout=patience):
            raise LockTimeout(STILL_SAVING)
        try:
            yield from self._begin_transaction(deadline)
        finally:
            self._saving.release()

    def _begin_transaction(self, deadline: float) -> Iterator["DatabaseTransaction"]:
        """Yield one transaction that has begun. If a connection of the pool is lost, try another one."""
        for lost in range(db.MAX_POOL_SIZE + 1):
            with self._borrow_connection() as connection:
                transaction = DatabaseTransaction(self, connection)
                try:
                    try:
                        transaction.begin(max(0.0, deadline - time.monotonic()))
                    except psycopg.OperationalError:
                        if not connection.broken or lost == db.MAX_POOL_SIZE:
                            raise
                        continue
                    yield transaction
                    return
                finally:
                    transaction.end()

    def remove_unfinished(self) -> tuple[str, ...]:
        """Return nothing: an interrupted save leaves nothing in a database."""
        return ()

    def explain(self, error: OSError) -> str:
        """Return an English sentence that says why the database cannot be read."""
        return f"The database {display_path(self.root)} cannot be read: {error.strerror}."

    def close(self) -> None:
        """End the thread and the connections. They are made again when the storage is used again."""
        self._feed.stop()
        with self._opening:
            pool, self._pool = self._pool, None
        if pool:
            pool.close(1.0)

    def was_committed(self, transaction_id: str, *, revision: int, recorded: datetime) -> bool:
        """Return whether a save that lost its connection was committed. Raises OutcomeUnknown if the database cannot tell."""

        def ask(connection: db.DatabaseConnection) -> str:
            return db.transaction_status(connection, self.place, transaction_id, revision=revision, recorded=recorded)

        deadline, status = time.monotonic() + LOST_SECONDS, ""
        while time.monotonic() < deadline and status != "unknown":
            with suppress(OSError):
                status = self._with_connection(ask)
                if status in ("committed", "aborted"):
                    return status == "committed"
            time.sleep(0.1)
        raise OutcomeUnknown

    def _current_files(self) -> db.FilesInMemory:
        """Return the files in memory. The first time, and in a forked process, start the thread and wait for it."""
        if self._pid != os.getpid():
            # a process that was forked has neither the thread nor connections of its own
            self.__init__(self.place)  # type: ignore[misc]
        self._feed.start()
        return self.memory.files

    def _fetch(self, name: str) -> bytes:
        raw = self._with_connection(lambda connection: db.read_file_bytes(connection, self.place, name))
        if raw is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", name)
        return raw

    def _with_connection(self, work: Callable[[db.DatabaseConnection], T]) -> T:
        """Return the result of `work`, which must only read: it is called again if its connection was lost."""
        for _ in range(db.MAX_POOL_SIZE):
            with self._borrow_connection() as connection:
                try:
                    return work(connection)
                except psycopg.OperationalError:
                    if not connection.broken:
                        raise
        with self._borrow_connection() as connection:
            return work(connection)

    @contextmanager
    def _borrow_connection(self) -> Iterator[db.DatabaseConnection]:
        """Give a connection of the pool for a `with` block. An error of psycopg in it becomes a DatabaseUnavailable."""
        self._feed.require_current(0.0)
        with self._opening:
            pool = self._pool = self._pool or db.open_pool(self.place)
        try:
            with pool.connection(timeout=db.POOL_SECONDS) as connection:
                yield connection
        except PoolTimeout as error:
            # the pool does not say why it got no connection
            try:
                db.connect(self.place).close()
            except psycopg.Error as reason:
                raise as_os_error(reason, self.place) from None
            raise as_os_error(error, self.place) from None
        except psycopg.Error as error:
            raise as_os_error(error, self.place) from None


class DatabaseTransaction:
    """A save in a database, which reads files from the memory of its storage. Other saves are locked out."""

    def __init__(self, storage: DatabaseStorage, connection: db.DatabaseConnection) -> None:
        self._storage, self._place, self._connection = storage, storage.place, connection
        self._staged: list[FileChange] = []
        self._seen: dict[str, bytes | None] = {}
        self._revision, self.last_time, self._id, self._now = 0, "", "", datetime.min
        self._is_open = False

    def begin(self, patience: float) -> None:
        """Lock out other saves, and read what they saved. Raises psycopg.Error.

        Raises LockTimeout after `patience` seconds, and DatabaseUnavailable if the version of the tables does not fit.
        """
        query = """SELECT revision, last_recorded, pg_current_xact_id()::text, clock_timestamp(),
          (SELECT ARRAY[max(version), max(needs)] FROM {schema}.schema_version) FROM {schema}.head FOR UPDATE"""
        wait = f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}"
        self._is_open = True
        try:
            with self._connection.pipeline():
                self._connection.execute("BEGIN")
                self._connection.execute(wait)
                found = self._connection.execute(db.in_schema(self._place, query))
        except errors.LockNotAvailable:
            raise LockTimeout(STILL_SAVING) from None
        row = found.fetchone() or (0, "", "", datetime.min, (None, None))
        self._revision, self.last_time, self._id, self._now, versions = row
        # another copy may have been upgraded since this one connected
        db.require_version(*versions)
        known = self._storage.version or 0
        if known != self._revision:
            self._storage.memory.apply(known, *db.read_files(self._connection, self._place, known))

    def end(self) -> None:
        """End the transaction. What was not committed is rolled back. Do nothing if it has ended already."""
        if self._is_open:
            self._is_open = False
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")

    def read(self, name: str, most: int | None = MAX_BYTES) -> bytes | None:
        """Return the bytes that a file has now or, if it was staged, after the commit. None if there is no file."""
        if name not in self._seen:
            try:
                self._seen[name] = self._storage.read(name, most)
            except FileNotFoundError:
                self._seen[name] = None
        return self._seen[name]

    def stage(self, changes: Sequence[FileChange], last_time: str = "") -> None:
        """Keep `changes` until `commit` makes them. Raises FilesChanged."""
        for name, before, after in changes:
            if self.read(name, None) != before:
                raise FilesChanged(name)
            self._seen[name] = after
            self._staged.append((name, before, after))
        self.last_time = last_time or self.last_time

    def discard(self, *names: str) -> None:
        """Let `commit` delete these files, whatever they contain."""
        for name in names:
            self._seen[name] = None
            self._staged.append((name, None, None))

    def commit(self) -> None:
        """Write the staged changes, if any, notify other copies, and commit. Raises psycopg.Error.

        If the connection is lost, raises DatabaseUnavailable (nothing was saved) or OutcomeUnknown (this is not known).
        """
        if not self._staged:
            return
        since, self._revision = self._revision, self._revision + 1
        self._write()
        try:
            self._connection.execute("COMMIT")
            self._is_open = False
        except psycopg.OperationalError as error:
            if not self._connection.closed:
                raise  # the database said that it is not committed
            self._is_open = False
            if not self._storage.was_committed(self._id, revision=self._revision, recorded=self._now):
                raise as_os_error(error, self._place) from None
        recorded, rows = int(self._now.timestamp() * 1_000_000) * 1000, list[db.FileRow]()
        for name, _, raw in self._staged:
            is_small = raw is not None and len(raw) <= MAX_BYTES and not name.startswith(db.LARGE_FOLDERS)
            stat = (recorded, len(raw or b""), self._revision)
            rows.append((name, None if raw is None else db.StoredFile(stat, raw if is_small else None)))
        self._storage.memory.apply(since, self._revision, rows)
        self._staged = []

    def _write(self) -> None:
        place, execute = self._place, self._connection.execute
        write = """INSERT INTO {schema}.file (path, content, revision, recorded) VALUES (%s, %s, %s, %s)
            ON CONFLICT (path) DO UPDATE
            SET content = excluded.content, revision = excluded.revision, recorded = excluded.recorded"""
        count = db.in_schema(place, "UPDATE {schema}.head SET revision = %s, last_recorded = %s")
        old = "DELETE FROM {schema}.file WHERE content IS NULL AND recorded < %s - make_interval(days => %s)"
        notify = db.in_schema(place, "SELECT pg_notify(channel, %s) FROM {schema}.head")
        with self._connection.pipeline():
            for name, _, raw in self._staged:
                execute(db.in_schema(place, write), (name, raw, self._revision, self._now), binary=True)
            if any(raw is None for _, _, raw in self._staged):
                execute(db.in_schema(place, old), (self._now, TOMBSTONE_DAYS))
            execute(count, (self._revision, self.last_time))
            execute(notify, (str(self._revision),))
