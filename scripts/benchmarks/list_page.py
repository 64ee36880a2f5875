"""The list: one change of a filter or of the search, against an empty page's rerun: python -m scripts.benchmarks.list_page [--count 5000]."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import IPPROTO_TCP, TCP_QUICKACK
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from scripts.benchmarks.report import Row, line
from scripts.generate_data import generate
from tests.support.server_process import Server

Value = str | list[str]
ROUNDS = 20
PAUSE = 0.05
"""Seconds. Streamlit sends what it has every 5 ms: without a pause the last answer's wait is in the next one's time."""
STEPS: tuple[tuple[str, Value], ...] = (
    ("address_status", ["Not implemented"]),
    ("address_theme", ["HIV"]),
    ("address_status", []),
    ("address_q", "clinic prison"),
    ("address_theme", []),
    ("address_body", ["CEDAW"]),
    ("address_q", "рекомендация"),
    ("address_body", []),
    ("address_q", ""),
)
"""What a reader does, over and over, each step another list."""
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Tab:
    """A browser's tab without the browser: it keeps the widgets and the address, and takes the time of a rerun."""

    def __init__(self, socket: Any, url: str) -> None:
        self.socket, self.url = socket, url
        self.page, self.query = urlsplit(url).path.strip("/"), urlsplit(url).query
        self.script, self.shown = "", 0
        self.widgets: dict[str, tuple[str, Any]] = {}
        self.states: dict[str, WidgetState] = {}

    def set(self, key: str, value: Value) -> float:
        """The milliseconds until a page is there whose widget has another value, typed or chosen by its label."""
        kind, widget = self.widgets[key]
        state = WidgetState(id=widget.id)
        if kind == "multiselect":
            assert set(value) <= set(widget.options), widget.options
            state.string_array_value.data.extend(value)
        else:
            state.string_value = str(value)
        self.states[key] = state
        return self.run()

    def run(self) -> float:
        """The milliseconds from asking for a run to its end."""
        asked = BackMsg()
        rerun = asked.rerun_script
        rerun.query_string, rerun.page_script_hash, rerun.page_name = self.query, self.script, self.page
        rerun.widget_states.widgets.extend(self.states.values())
        rerun.context_info.url, rerun.context_info.locale = self.url, "en-GB"
        start, self.shown = time.perf_counter(), 0
        self.socket.send(asked.SerializeToString())
        while True:
            data = self.socket.recv(60)
            # the system would wait 40 ms before it says that it has the message, and the server for that
            self.socket.socket.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
            taken = (time.perf_counter() - start) * 1e3
            self.shown += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.script = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self._meet(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished != EARLY:
                return taken

    def _meet(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise SystemExit(f"the page failed: {element.exception.type}: {element.exception.message}")
        if kind in ("multiselect", "text_input"):
            widget = getattr(element, kind)
            self.widgets[widget.id.rsplit("-", 1)[-1]] = kind, widget


@contextmanager
def opened(url: str, cookie: str = "") -> Iterator[Tab]:
    """A tab in which a page has been drawn for the first time."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    where = f"ws://{parts.netloc}/_stcore/stream"
    with connect(
        where,
        subprotocols=["streamlit"],
        origin=origin,
        compression=None,
        max_size=None,
        proxy=None,
        additional_headers={"Cookie": cookie},
    ) as socket:  # type: ignore[arg-type, list-item]
        tab = Tab(socket, url)
        tab.run()
        yield tab


@contextmanager
def serving(place: Path, count: int = 0, script: str = "") -> Iterator[Server]:
    """The dashboard on so many recommendations in a new folder, or another script under the same settings."""
    place.mkdir()
    if script:
        (place / "page.py").write_text(script)
    else:
        generate(place / "data", count)
    server = Server(place, script=place / "page.py") if script else Server(place)
    server.start()
    try:
        yield server
    finally:
        server.stop()


EMPTY = "import streamlit\n"


def listing(place: Path, count: int, *, goal: float | None = None, editor: bool = False) -> Iterator[Row]:
    """The medians of a change in the list and of an empty page's rerun, in turns; the goal is for one after the other."""
    who = "an editor's" if editor else "a reader's"
    with (
        serving(place / f"list-{count}-{editor}", count) as ours,
        serving(place / f"no-{count}-{editor}", 0, EMPTY) as no,
    ):
        cookie = "=".join(ours.cookie()) if editor else ""
        with opened(f"{ours.url}/recommendations?lang=en", cookie) as page, opened(f"{no.url}/") as bare:
            for how, pause, wanted in (("", 0.0, goal), (", with a pause before each", PAUSE, None)):
                theirs, mine = [], []
                for _ in range(ROUNDS):
                    # each by itself, as one reader is served: turns would give the one the other's pause
                    mine += [timed(pause, page.set, *step) for step in STEPS]
                    theirs += [timed(pause, bare.run) for _ in STEPS]
                work = f"{who} list of {count:,}, another filter or search{how}"
                yield Row(work, "an empty page", statistics.median(mine), statistics.median(theirs), wanted)


def timed(pause: float, deed: Callable[..., float], *given: Any) -> float:
    time.sleep(pause)
    return deed(*given)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=5000)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for is_editor in (True, False):
            for row in listing(Path(folder), wanted.count, editor=is_editor):
                print(line(row.cells()), flush=True)
