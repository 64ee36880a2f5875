"""What a reader's page costs the server: a list made anew, compared with Datasette, and one that is kept, with a bare route."""

import http.client
import itertools
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL
from urllib.parse import urlencode, urlsplit

from scripts.benchmarks.report import Row, median_milliseconds
from scripts.generate_data import WORDS, generate
from tests.support.server_process import Server, answers, free_port
from tracker.queries.lists.filters import RECOMMENDATIONS_PER_PAGE
from tracker.storage.dataset_reader import DatasetReader

ROUNDS, LISTS, TURNS = 500, 50, 4
TICKS = os.sysconf("SC_CLK_TCK")
STATUSES = ("not-implemented", "partially-implemented", "implemented", "not-enough-information")
THEMES = ("harm-reduction", "hiv", "policing")
KEPT_PAGE = "/recommendation?id=cedaw-2021-7&lang=en"
BARE_SERVER = """import sys
from pathlib import Path
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
BODY = Path(sys.argv[1]).read_bytes()
HEADERS = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}
app = Starlette(routes=[Route("/{path:path}", lambda request: Response(BODY, headers=HEADERS))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""
DATASETTE = "datasette==0.65.5"
TABLE = "CREATE TABLE r (id TEXT PRIMARY KEY, title TEXT, summary TEXT, reason TEXT, date TEXT, status TEXT, theme TEXT, body TEXT)"
SEARCHED = """CREATE VIRTUAL TABLE r_fts USING fts5 (title, summary, reason, content="r");
INSERT INTO r_fts (rowid, title, summary, reason) SELECT rowid, title, summary, reason FROM r;"""


class Client:
    """One connection to a server. It stays open, as that of a browser does."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def get(self, path: str = KEPT_PAGE) -> bytes:
        """Request a page, and return its compressed bytes."""
        for is_last in (False, True):
            try:
                self.connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                response = self.connection.getresponse()
                break
            except ConnectionError:  # the server has ended a connection that was idle
                self.connection.close()
                if is_last:
                    raise
        if response.status != 200:
            raise RuntimeError(f"{path} was answered with {response.status}")
        return response.read()

    def milliseconds(self, path: str) -> float:
        """Request a page, and return how long it took."""
        start = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - start) * 1e3


def choices(words: Sequence[str] = ("",)) -> Iterator[dict[str, str]]:
    """Yield filters for a list, as URL parameters, all of them different. They search for one of `words` after the other."""
    sides = (("", *STATUSES), ("", *THEMES), *(("", "yes", "no"),) * 2, ("order", "status", "title", "changed"))
    names = ("status", "theme", "evidence", "stale", "sort")
    chosen = [dict(zip(names, values, strict=True)) for values in itertools.product(*sides)]
    random.Random(7).shuffle(chosen)
    for number, filters in enumerate(chosen * len(words)):
        yield {**filters, "q": words[number % len(words)]}


def lists(words: Sequence[str] = ("",)) -> Iterator[str]:
    """Yield addresses of lists that nobody has asked for yet, so that the server has kept none of them."""
    for chosen in choices(words):
        yield "/recommendations?lang=en&" + urlencode({name: value for name, value in chosen.items() if value})


def pages(count: int) -> Iterator[str]:
    """Yield thousands of addresses: in turns a list that nobody has asked for yet, and one of `count` recommendations."""
    rng = random.Random(1948)
    for address in itertools.chain(lists(), lists(WORDS)):
        yield address
        yield f"/recommendation?lang=en&id=cedaw-2021-{rng.randint(1, count)}"


@contextmanager
def running_server(folder: Path, count: int, **settings: str) -> Iterator[Server]:
    """Run the dashboard with `count` recommendations in a new folder, and yield it."""
    folder.mkdir()
    generate(folder / "data", count)
    with Server(folder, settings) as server:
        yield server


@contextmanager
def running(
    command: list[str], url: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run another server until the block ends. Yield its process as soon as it answers at `url`."""
    with subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=DEVNULL, stderr=DEVNULL
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not answers(url) and time.monotonic() < deadline:
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()


@contextmanager
def running_datasette(folder: Path, data: Path) -> Iterator[tuple[str, int]]:
    """Run Datasette with the recommendations of a data folder. Yield its address, and the id of its process.

    It is installed into `folder`, because its packages are not among ours.
    """
    packages, file, port = folder / "datasette", folder / "rows.db", free_port()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--target", str(packages)]
    subprocess.run([*pip, DATASETTE], check=True)
    records = DatasetReader(data).read().recommendations.values()
    with sqlite3.connect(file) as database:
        database.execute(TABLE)
        for r in records:
            one = r.assessments[0]
            texts = (next(iter(text.values())).text for text in (r.title, r.summary, one.reason))
            row = (r.id, *texts, one.date, one.status, r.tags[0].themes[0], "cedaw")
            database.execute("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        database.executescript(SEARCHED)
    settings = [part for name in ("suggest_facets", "default_cache_ttl") for part in ("--setting", name, "0")]
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(file), "--port", str(port), *settings]
    url = f"http://127.0.0.1:{port}"
    with running(command, url, {"PYTHONPATH": str(packages)}) as process:
        yield url, process.pid


def cpu_seconds(*pids: int) -> float:
    """Return the CPU seconds that processes, and their children that have ended, have used."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(number) for field in fields for number in field[11:15]) / TICKS


def resident_memory(pid: int) -> float:
    """Return the megabytes of memory that a process uses now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def cpu_of(pid: int, client: Client, paths: Iterator[str]) -> float:
    """Request the next LISTS pages, and return the milliseconds of CPU that each cost the server."""
    before = cpu_seconds(pid)
    for path in itertools.islice(paths, LISTS):
        client.get(path)
    return (cpu_seconds(pid) - before) * 1e3 / LISTS


def measure_list(folder: Path, count: int) -> Iterator[Row]:
    """Yield the CPU time of a list with another filter; also with a search, which is compared with Datasette."""
    with running_server(folder / "list", count) as server, running_datasette(folder, server.data) as (url, peer):
        assert server.process
        pid, ours, theirs = server.process.pid, Client(server.url), Client(url)
        pairs = [f"{a} {b}" for a, b in itertools.combinations(WORDS, 2)]
        same, other, rows = lists(WORDS[:5]), lists(pairs), datasette_lists()
        every = ((pid, ours, lists()), (pid, ours, same), (pid, ours, other), (peer, theirs, rows))
        costs = [[cpu_of(*one) for one in every] for _turn in range(TURNS + 1)]
    # the first turn warms them up
    another, searched, anew, datasette = (statistics.median(column) for column in zip(*costs[1:], strict=True))
    yield Row(f"CPU of a list of {count:,} with another filter, made anew", "", another, goal=3)
    name = "Datasette: the same rows, three facets, search, filter"
    yield Row("the same while a reader searches for a word", name, searched, theirs=datasette, goal=0.15)
    yield Row("the same with two other words each time, so each entry is marked anew", name, anew, theirs=datasette)


def datasette_lists() -> Iterator[str]:
    """Yield addresses at which Datasette shows the rows that `lists` shows with a search, with three facets beside them."""
    always = [*(("_facet", name) for name in ("status", "theme", "body")), ("_size", str(RECOMMENDATIONS_PER_PAGE))]
    for chosen in choices(WORDS[:5]):
        filters = [(name, chosen[name]) for name in ("status", "theme") if chosen[name]]
        yield "/rows/r?" + urlencode([*always, *filters, ("_search", chosen["q"])])


def measure_kept_page(folder: Path, count: int) -> Iterator[Row]:
    """Yield the time to get a page that was requested before, compared with a route with the same bytes."""
    port = free_port()
    url, script, body = f"http://127.0.0.1:{port}", folder / "bare.py", folder / "body"
    with running_server(folder / "kept", count) as server:
        client = Client(server.url)
        script.write_text(BARE_SERVER)
        body.write_bytes(client.get())
        with running([sys.executable, str(script), str(body), str(port)], url):
            floor, ours = median_milliseconds(ROUNDS, Client(url).get, client.get)
    yield Row("a page from the server's cache", "a Starlette route with the same bytes", ours, theirs=floor, goal=1.3)
