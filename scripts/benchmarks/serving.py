"""The time of a cached card, compared with a route that returns the same bytes; and the memory of the server."""

import http.client
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.benchmarks.list_page import EMPTY_PAGE, open_tab, running_server
from scripts.benchmarks.report import Row, median_milliseconds
from tests.support.server_process import answers, free_port
from tracker.queries.lists.filters import RECOMMENDATIONS_PER_PAGE

ROUNDS = 500
FIRST_SESSIONS, MORE_SESSIONS = 10, 100
CARD = "/r/cedaw-2021-7?lang=en"
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


class Client:
    """One connection to the server. It stays open, as the connection of a browser does."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def __call__(self) -> bytes:
        """Request the card, and return its compressed bytes."""
        self.connection.request("GET", CARD, headers={"Accept-Encoding": "gzip"})
        response = self.connection.getresponse()
        assert response.status == 200, response.status
        return response.read()


def measure_card(folder: Path, count: int) -> Iterator[Row]:
    """Yield the time to get a card that was requested before, compared with a route with the same bytes."""
    with running_server(folder / "card", count) as server:
        client = Client(server.url)
        with bare_server(folder, client()) as url:
            floor, ours = median_milliseconds(ROUNDS, Client(url), client)
    yield Row("a card, warm", "a Starlette route with the same bytes", ours, theirs=floor, goal=2.0)


@contextmanager
def bare_server(folder: Path, body: bytes) -> Iterator[str]:
    """Run a server that answers every address with the bytes `body`, and yield its address."""
    port = free_port()
    (folder / "bare.py").write_text(BARE_SERVER)
    (folder / "body").write_bytes(body)
    with subprocess.Popen([sys.executable, str(folder / "bare.py"), str(folder / "body"), str(port)]) as running:
        try:
            url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 30
            while not answers(url) and time.monotonic() < deadline:
                time.sleep(0.05)
            yield url
        finally:
            running.terminate()


def measure_memory(folder: Path, count: int) -> Iterator[Row]:
    """Yield the memory of the server when one reader has opened the list, and the memory that each further one adds."""
    used = []
    for name, script in (("floor", EMPTY_PAGE), ("memory", "")):
        with running_server(folder / name, count, script) as server, ExitStack() as tabs:
            # each tab opens another page of the list, and after the last page the first one again: the server keeps
            # only one copy of what it sends to several readers
            numbers = itertools.cycle(range(1, (count // RECOMMENDATIONS_PER_PAGE or 1) + 1))
            pages = (f"/recommendations?lang=en&page={number}" for number in numbers)
            megabytes = []
            for sessions in (1, FIRST_SESSIONS, MORE_SESSIONS):
                for _ in range(sessions):
                    tabs.enter_context(open_tab(server.url + ("/" if script else next(pages))))
                assert server.process
                megabytes.append(resident_memory(server.process.pid))
            used.append((megabytes[0], (megabytes[2] - megabytes[1]) / MORE_SESSIONS))
    (empty_first, empty_each), (first, each) = used
    work = f"memory at {count:,} recommendations, the list opened (empty page: {empty_first:.0f} MB)"
    yield Row(work, "", first, goal=400, unit="MB")
    work = f"each of {MORE_SESSIONS} sessions more on the list (empty page: {empty_each:.2f} MB)"
    yield Row(work, "", each, goal=0.6, unit="MB")


def resident_memory(pid: int) -> float:
    """Return the megabytes of memory that a process uses now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
