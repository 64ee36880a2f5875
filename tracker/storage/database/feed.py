"""A thread that keeps the memory of a storage up to date: it reads what changed when the database tells of a save."""

import os
import socket
import threading
import time
from contextlib import suppress

import psycopg
from psycopg import sql

from tracker.config import DatabasePlace
from tracker.storage.database.connection import (
    DatabaseConnection,
    check_schema,
    connect,
    read_all,
    read_changes,
    read_channel,
)
from tracker.storage.database.errors import DatabaseProblem, as_os_error
from tracker.storage.database.memory import DatabaseMemory
from tracker.storage.failures import DatabaseUnavailable

POLL_SECONDS = 5.0
"""How often the database is asked without a notice, in case that one was lost."""
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0)
"""How long to wait before each new attempt to connect; the last one is used again and again."""
MAX_DIGITS = 20
"""A notice with a longer number is not one of ours."""
FIRST_SECONDS = 10.0
"""How long the first reader waits for the first connection."""
HUNG_SECONDS = 30.0
"""If the database said nothing for so long, it does not answer, whatever the connection looks like."""


class DatabaseFeed:
    """The thread for one storage. It starts when it is needed, and connects again whenever the connection is lost."""

    def __init__(self, place: DatabasePlace, memory: DatabaseMemory) -> None:
        self._place, self._memory = place, memory
        self._thread: threading.Thread | None = None
        self._connection: DatabaseConnection | None = None
        self._tried, self._is_loaded = threading.Event(), False
        self._problem: DatabaseUnavailable | None = None
        self._confirmed = time.monotonic()
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the thread if it does not run, and wait until all files were read once.

        Raises DatabaseUnavailable if they were never read, because the database cannot be reached.
        """
        if self._is_loaded:
            return
        with self._lock:
            if self._thread is None:
                self._stopping.clear()
                self._thread = threading.Thread(target=self._run, name=f"feed {self._place.schema}", daemon=True)
                self._thread.start()
        self._tried.wait(FIRST_SECONDS)
        if not self._is_loaded:
            raise self._problem or DatabaseProblem.SILENT.as_error()

    def require_current(self, seconds: float) -> None:
        """Raise DatabaseUnavailable if what is in memory may be out of date for longer than `seconds`."""
        age = time.monotonic() - self._confirmed
        problem = self._problem or (DatabaseProblem.SILENT.as_error() if age > HUNG_SECONDS else None)
        if problem and age >= seconds:
            problem.since = time.time() - age
            # without the trace of those who were told before
            raise problem.with_traceback(None)

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        thread, connection = self._thread, self._connection
        if connection is not None:
            # the thread waits for a notice: this wakes it
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
                with connect(self._place) as self._connection:
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

    def _load(self, connection: DatabaseConnection) -> None:
        check_schema(connection, self._place)
        # first listen, then read: no save falls in between
        channel = read_channel(connection, self._place)
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        self._memory.replace(*read_all(connection, self._place, self._memory.files.version))
        self._confirmed = time.monotonic()
        self._problem, self._is_loaded = None, True
        self._tried.set()

    def _follow(self, connection: DatabaseConnection) -> None:
        asked = time.monotonic()
        while not self._stopping.is_set():
            # whoever knows the channel may send a notice with any text
            texts = [notice.payload for notice in connection.notifies(timeout=POLL_SECONDS, stop_after=1)]
            notices = [int(text) for text in texts if text.isdecimal() and len(text) < MAX_DIGITS]
            is_due = time.monotonic() - asked >= POLL_SECONDS
            # a save by this process is in its memory already
            if is_due or any(revision > self._memory.files.version for revision in notices):
                asked, since = time.monotonic(), self._memory.files.version
                self._memory.apply(since, *read_changes(connection, self._place, since))
                self._confirmed = asked
