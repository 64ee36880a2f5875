"""The server: a card from memory, against a route that returns the same bytes; and the memory that it takes."""

import http.client
import itertools
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.benchmarks.list_page import EMPTY, opened, serving
from scripts.benchmarks.report import Row, medians
from tests.support.server_process import answers, free_port
from tracker.queries.filters import RECOMMENDATIONS_PER_PAGE

ROUNDS, MORE, FIRST = 500, 100, 10
CARD = "/r/cedaw-2021-7?lang=en"
BARE = """import sys
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
    """One connection that stays, as a browser keeps it."""

    def __init__(self, url: str) -> None:
        self.line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def __call__(self) -> bytes:
        """The bytes of the card, packed."""
        self.line.request("GET", CARD, headers={"Accept-Encoding": "gzip"})
        answer = self.line.getresponse()
        assert answer.status == 200, answer.status
        return answer.read()


def card(place: Path, count: int) -> Iterator[Row]:
    """A card that was asked for before."""
    with serving(place / "card", count) as ours:
        ask = Client(ours.url)
        with bare(place, ask()) as url:
            floor, mine = medians(ROUNDS, Client(url), ask)
    yield Row("a card, warm", "a Starlette route with the same bytes", mine, floor, 2.0)


@contextmanager
def bare(place: Path, body: bytes) -> Iterator[str]:
    """A server of one route that returns these bytes; its address."""
    port = free_port()
    (place / "bare.py").write_text(BARE)
    (place / "body").write_bytes(body)
    with subprocess.Popen([sys.executable, str(place / "bare.py"), str(place / "body"), str(port)]) as running:
        try:
            url, until = f"http://127.0.0.1:{port}", time.monotonic() + 30
            while not answers(url) and time.monotonic() < until:
                time.sleep(0.05)
            yield url
        finally:
            running.terminate()


def memory(place: Path, count: int) -> Iterator[Row]:
    """What the server holds once the list was opened, and what each further reader of the list adds."""
    used = []
    for name, script in (("floor", EMPTY), ("memory", "")):
        with serving(place / name, count, script) as server, ExitStack() as tabs:
            # each looks at another page of the list as far as there are pages: what several are sent is kept once
            pages = (
                f"/recommendations?lang=en&page={number % (count // RECOMMENDATIONS_PER_PAGE or 1) + 1}"
                for number in itertools.count()
            )
            held = []
            for many in (1, FIRST, MORE):
                for _ in range(many):
                    tabs.enter_context(opened(server.url + ("/" if script else next(pages))))
                assert server.process
                held.append(resident(server.process.pid))
            used.append((held[0], (held[2] - held[1]) / MORE))
    (bare_alone, bare_more), (alone, more) = used
    yield Row(
        f"memory at {count:,} recommendations, the list opened (empty page: {bare_alone:.0f} MB)",
        "",
        alone,
        None,
        400,
        "MB",
    )
    yield Row(f"each of {MORE} sessions more on the list (empty page: {bare_more:.2f} MB)", "", more, None, 0.6, "MB")


def resident(pid: int) -> float:
    """The megabytes of memory that a process has now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(text.split()[1]) for text in lines if text.startswith("VmRSS")) / 1024
