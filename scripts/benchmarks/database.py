"""Records in a PostgreSQL database: a save, a cold read, a list and a kept page, each compared with a folder or a bare INSERT.

The database server is one of its own, on a Unix socket in a temporary folder, and it waits for the disk at each
commit.
"""

import itertools
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from scripts.benchmarks.report import Row, median_milliseconds, time_call
from scripts.benchmarks.saving import RecordSaver
from scripts.benchmarks.serving import LISTS, ROUNDS, TURNS, Client, lists, running_server
from scripts.generate_data import generate
from tests.support.postgres_server import AREAS, PostgresServer, TestDatabase, put_folder
from tests.support.server_process import Server
from tracker.storage.database.connection import connect, connection_settings
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.open_storage import close_databases

SETTINGS = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "128MB", "log_line_prefix": "%p|%a|"}
"""The settings of Debian, except for the prefix of log lines, which `QueryLog` needs."""
SAVES, SMALL, COLD_ROUNDS = 61, 100, 5
AS_FAST = 1.1
"""The ratio up to which two times count as equal: two runs on the same server differ by some percent."""
NAME = "recommendation-tracker"


@contextmanager
def running_database(folder: Path, count: int) -> Iterator[TestDatabase]:
    """Start a database server, and yield a database with `count` recommendations. `folder` gets the same data."""
    generate(folder, count)
    server = PostgresServer(None, **SETTINGS)
    try:
        server.start()
        database = TestDatabase(server, "tracker")
        put_folder(folder, database.place())
        database.run("ANALYZE")
        close_databases()
        yield database
    finally:
        close_databases()
        server.remove()


@contextmanager
def running_copy(folder: Path, database: TestDatabase) -> Iterator[Server]:
    """Run a dashboard whose data, private data and accounts are in `database`."""
    folder.mkdir()
    places = {f"TRACKER_{area.upper()}": database.place(area).url for area in AREAS}
    copy = Server(folder, {**places, "XDG_STATE_HOME": str(folder)})
    copy.start()
    try:
        yield copy
    finally:
        copy.stop()


class QueryLog:
    """The queries that copies of the dashboard send, read from the log of the database server.

    `feeds` are the ids of the database processes that serve the threads which follow changes.
    """

    def __init__(self, database: TestDatabase) -> None:
        self.database, self.feeds, self._start = database, set[str](), 0

    @contextmanager
    def logging(self) -> Iterator[None]:
        """Log all queries while the block runs. Later, `queries` returns those of the last block."""
        self._start = (self.database.server.folder / "log").stat().st_size
        for value in ("all", "none"):
            self.database.run(f"ALTER SYSTEM SET log_statement = '{value}'")
            self.database.run("SELECT pg_reload_conf()")
            if value == "all":
                yield
        self.feeds |= {pid for pid, query in self.queries() if "LISTEN" in query}

    def queries(self) -> list[tuple[str, str]]:
        """Return (id of the database process, query) for each query that the dashboard sent since logging began."""
        with (self.database.server.folder / "log").open("rb") as log:
            log.seek(self._start)
            lines = log.read().decode("utf-8", "replace").splitlines()
        parts = [line.split("|", 2) for line in lines if line.count("|") > 1]
        logged = [(pid, query) for pid, name, query in parts if name == NAME]
        return [(pid, query) for pid, query in logged if query.startswith(("LOG:  statement:", "LOG:  execute"))]

    def count_readers_queries(self) -> int:
        """Return the number of these queries, without those of the threads that follow changes (`feeds`)."""
        return sum(pid not in self.feeds for pid, _ in self.queries())


def measure_database(folder: Path, count: int, list_count: int) -> Iterator[Row]:
    """Yield the rows about saves, about a cold read of `count` recommendations, and about pages of `list_count`."""
    folder.mkdir(exist_ok=True)
    yield from measure_saves(folder / "small", SMALL)
    yield from measure_cold_reads(folder / "large", count)
    yield from measure_pages(folder, list_count)


def measure_saves(folder: Path, count: int) -> Iterator[Row]:
    """Yield the time of one save in a database, compared with an INSERT of the same bytes and a save in a folder."""
    with running_database(folder, count) as database:
        database.run("CREATE TABLE bare (path text, content bytea)")
        in_database, in_folder = RecordSaver(database.place()), RecordSaver(folder)
        storage = in_database.store.storage
        times: dict[str, list[float]] = {"save": [], "bare": [], "transaction": [], "folder": []}
        with psycopg.connect(connection_settings(database.place())) as bare:
            for _ in range(SAVES):
                in_database.prepare()
                in_folder.prepare()
                times["save"].append(time_call(in_database))
                name = f"recommendations/cedaw-2021-{in_database.number - 1}.yaml"
                raw = storage.read(name)

                def insert(given: tuple[str, bytes] = (name, raw)) -> None:
                    bare.execute("INSERT INTO bare (path, content) VALUES (%s, %s)", given)
                    bare.commit()

                def replace_bytes(name: str = name, raw: bytes = raw) -> None:
                    with storage.transaction() as transaction:
                        transaction.stage([(name, transaction.read(name), raw + b"# again\n")])
                        transaction.commit()

                times["bare"].append(time_call(insert))
                times["transaction"].append(time_call(replace_bytes))
                times["folder"].append(time_call(in_folder))
    save, insert_time, transaction_time, folder_time = (statistics.median(taken) * 1e3 for taken in times.values())
    peer = "bare INSERT and COMMIT, same bytes and settings"
    yield Row(f"one save in a database, of {count}", peer, save, theirs=insert_time, goal=4.0)
    yield Row("its transaction: lock, compare, write, notify, commit", peer, transaction_time, theirs=insert_time)
    yield Row("the same save", "in a folder", save, theirs=folder_time)


def measure_cold_reads(folder: Path, count: int) -> Iterator[Row]:
    """Yield the time to connect to a database and read all its records, compared with reading a folder."""
    with running_database(folder, count) as database:

        def from_database() -> object:
            close_databases()
            return DatasetReader(database.place()).read()

        with connect(database.place()):  # the server has started a process before
            theirs, ours = median_milliseconds(COLD_ROUNDS, lambda: DatasetReader(folder).read(), from_database)
    work = f"read {count:,} cold from a database, with its connection"
    yield Row(work, "from a folder", ours, theirs=theirs, goal=1.5)


def measure_pages(folder: Path, count: int) -> Iterator[Row]:
    """Yield the times of a list made anew and of a page that is kept, compared with a folder, and the number of queries of readers."""
    with ExitStack() as running:
        database = running.enter_context(running_database(folder / "pages", count))
        log = QueryLog(database)
        with log.logging():
            copy = running.enter_context(running_copy(folder / "database-copy", database))
            Client(copy.url).get()
        on_folder = running.enter_context(running_server(folder / "folder-copy", count))
        clients, addresses = [Client(on_folder.url), Client(copy.url)], lists()
        times: tuple[list[float], list[float]] = ([], [])
        with log.logging():
            for _turn in range(TURNS):
                paths = list(itertools.islice(addresses, LISTS))
                for client, taken in zip(clients, times, strict=True):
                    taken += [client.milliseconds(path) for path in paths]
            kept = median_milliseconds(ROUNDS, *(client.get for client in clients))
        queries = log.count_readers_queries()
    work = f"a reader's list of {count:,}, another filter, from a database"
    theirs, ours = map(statistics.median, times)
    yield Row(work, "from a folder", ours, theirs=theirs, goal=AS_FAST)
    yield Row(
        "a page from the cache of the server, from a database", "from a folder", kept[1], theirs=kept[0], goal=AS_FAST
    )
    actions = len(times[1]) + ROUNDS
    yield Row(f"queries that {actions:,} actions of readers caused", "", queries, goal=0, unit="")
