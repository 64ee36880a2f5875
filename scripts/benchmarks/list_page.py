"""The time of another filter in the list, and of another recommendation, compared with the rerun of an empty page."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import IPPROTO_TCP, TCP_QUICKACK
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from scripts.benchmarks.report import Row
from scripts.generate_data import generate
from tests.support.server_process import Server

Value = str | list[str]
ROUNDS = 20
STEPS: tuple[tuple[str, Value], ...] = (
    *(("status", ["not-implemented"]), ("theme", ["hiv"]), ("status", []), ("q", "clinic prison"), ("theme", [])),
    *(("body", ["cedaw"]), ("q", "рекомендация"), ("body", []), ("q", "")),
)
"""(URL parameter, new value) for each change that a reader makes, again and again. Each change gives another list."""
EMPTY_PAGE = "import streamlit\n"
"""The script of the empty page with which the list is compared."""


class PageRun:
    """One run of a page of Streamlit.

    `request` is the message that asks for the run. From the answers come `elements`, the number of new elements,
    `errors`, as sentences, and `script`, the hash of the script that ran.
    """

    def __init__(self, url: str, query: str, script: str = "") -> None:
        """Make the request for the page `url` with the parameters `query`. `script` is "" in a new tab."""
        message, self.script = BackMsg(), script
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash, rerun.page_name = query, script, urlsplit(url).path.strip("/")
        rerun.context_info.url, rerun.context_info.locale = url, "en-GB"
        self.request, self.start = message.SerializeToString(), time.perf_counter()
        self.elements, self.errors = 0, list[str]()

    def read_answer(self, data: bytes) -> float | None:
        """Read one answer. If the page is complete with it, return the milliseconds since the start, otherwise None."""
        milliseconds, reply = (time.perf_counter() - self.start) * 1e3, ForwardMsg.FromString(data)
        kind = reply.WhichOneof("type")
        if kind == "navigation":
            self.script = reply.navigation.page_script_hash
        elif kind == "page_not_found":
            # Streamlit shows the start page instead, so nothing else would reveal a wrong address
            self.errors.append("there is no such page")
        elif kind == "delta" and reply.delta.WhichOneof("type") == "new_element":
            self.elements += 1
            if reply.delta.new_element.WhichOneof("type") == "exception":
                self.errors.append(reply.delta.new_element.exception.message)
        is_complete = kind == "script_finished" and reply.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return milliseconds if is_complete else None


class Tab:
    """A client that acts like a tab of a browser: it keeps its address, and measures how long a page runs."""

    def __init__(self, socket: Any, url: str) -> None:
        self.socket, self.url, self.query, self.script = socket, url, urlsplit(url).query, ""

    def set(self, name: str, value: Value) -> float:
        """Set the URL parameter `name`, run the page, and return the milliseconds until it is complete.

        With an empty `value`, the parameter is removed.
        """
        values = [value] if isinstance(value, str) and value else list(value)
        kept = [pair for pair in parse_qsl(self.query) if pair[0] != name]
        self.query = urlencode([*kept, *((name, each) for each in values)])
        return self.run()

    def run(self) -> float:
        """Run the page, and return the milliseconds until it is complete. Raises SystemExit if the page fails."""
        run = PageRun(self.url, self.query, self.script)
        self.socket.send(run.request)
        while True:
            data = self.socket.recv(60)
            # the system delays its acknowledgement by up to 40 ms, and the server waits for it
            self.socket.socket.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
            milliseconds = run.read_answer(data)
            if run.errors:
                raise SystemExit(f"the page failed: {run.errors[0]}")
            if milliseconds is not None:
                self.script = run.script
                return milliseconds


def websocket_settings(url: str, cookie: str = "") -> dict[str, Any]:
    """Return the keyword arguments of websockets' `connect` for a new tab on the server of `url`."""
    parts = urlsplit(url)
    return {
        "uri": f"ws://{parts.netloc}/_stcore/stream",
        "origin": f"{parts.scheme}://{parts.netloc}",
        "subprotocols": ["streamlit"],
        "additional_headers": {"Cookie": cookie},
        **dict.fromkeys(("compression", "max_size", "proxy")),
    }


@contextmanager
def open_tab(url: str) -> Iterator[Tab]:
    """Open a tab, wait until its page is complete, and yield the tab."""
    with connect(**websocket_settings(url)) as socket:
        tab = Tab(socket, url)
        tab.run()
        yield tab


@contextmanager
def running_server(folder: Path, count: int = 0, script: str = "") -> Iterator[Server]:
    """Run a server in a new folder, and yield it.

    It is the dashboard with `count` recommendations or, if `script` is given, a Streamlit page with this code.
    """
    folder.mkdir()
    if script:
        (folder / "page.py").write_text(script)
    else:
        generate(folder / "data", count)
    # measured is how long a run takes, not how long the gate makes a single tab wait
    settings = {"TRACKER_RUNS_PER_SECOND": "1000000"}
    server = Server(folder, settings, script=folder / "page.py") if script else Server(folder, settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def measure_pages(folder: Path, count: int) -> Iterator[Row]:
    """Yield the median time of another filter in the list, and of another recommendation.

    Each is compared with an empty page.
    """
    ids = [f"cedaw-2021-{number}" for number in range(1, count, max(1, count // len(STEPS)))]
    others: tuple[tuple[str, Value], ...] = tuple(("id", id) for id in ids)
    with (
        running_server(folder / "pages", count) as dashboard,
        running_server(folder / "no-pages", script=EMPTY_PAGE) as empty,
        open_tab(f"{empty.url}/") as bare,
    ):
        lists = (f"a reader's list of {count:,}, another filter or search", "/recommendations?lang=en", STEPS)
        single = (f"another recommendation of {count:,}", f"/recommendation?id={ids[0]}&lang=en", others)
        for work, path, steps in (lists, single):
            with open_tab(dashboard.url + path) as page:
                baseline, ours = [], []
                for _ in range(ROUNDS):
                    # run all steps of one side together, as a single reader does: if the sides alternated after each
                    # step, the time of one side would be a pause for the other
                    ours += [page.set(*step) for step in steps]
                    baseline += [bare.run() for _ in steps]
            yield Row(work, "an empty page", statistics.median(ours), theirs=statistics.median(baseline), goal=1.6)
