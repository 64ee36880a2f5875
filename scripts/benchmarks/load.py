"""A hundred readers at once, each of whom opens a page every five seconds.

The dashboard is compared with an empty page under the same load.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from socket import IPPROTO_TCP, TCP_QUICKACK
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from scripts.benchmarks.list_page import EMPTY_PAGE, FINISHED_EARLY, running_server
from scripts.benchmarks.report import Row

INTERVAL = 5.0
"""Seconds between two pages of a reader."""
TURNS = 3
"""How many times each of the two servers is under load. They take turns."""
TIMEOUT = 30.0
"""Seconds after which a missing message counts as an error."""
FILTERS = ("status=not-implemented", "theme=hiv", "q=clinic+prison", "body=cedaw", "sort=status", "")


class Reader:
    """A tab that goes from a list to a recommendation and back, as a reader does with links or the Back button."""

    def __init__(self, socket: Any, url: str, number: int, count: int) -> None:
        self.socket, self.url = socket, url
        self.rng, self.count, self.step = random.Random(number), count, number
        self.times: list[float] = []
        self.errors: list[str] = []

    def next_address(self) -> str:
        """Return the address of the next page: a list and a recommendation in turn. If `count` is 0, this is always "/"."""
        self.step += 1
        if not self.count:
            return self.url + "/"
        if self.step % 2:
            return f"{self.url}/recommendations?lang=en&{self.rng.choice(FILTERS)}"
        return f"{self.url}/recommendation?lang=en&id=cedaw-2021-{self.rng.randint(1, self.count)}"

    async def open_next_page(self) -> float:
        """Open the next page and return the milliseconds until it is complete. Raises RuntimeError if it fails."""
        address = self.next_address()
        message, parts = BackMsg(), urlsplit(address)
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name = parts.query, parts.path.strip("/")
        rerun.context_info.url, rerun.context_info.locale = address, "en-GB"
        start, elements = time.perf_counter(), 0
        await self.socket.send(message.SerializeToString())
        while True:
            data = await asyncio.wait_for(self.socket.recv(), TIMEOUT)
            # otherwise the system delays its acknowledgement by up to 40 ms
            self.socket.transport.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
            reply = ForwardMsg.FromString(data)
            kind = reply.WhichOneof("type")
            if kind == "delta" and reply.delta.WhichOneof("type") == "new_element":
                elements += 1
                if reply.delta.new_element.WhichOneof("type") == "exception":
                    raise RuntimeError(reply.delta.new_element.exception.message)
            elif kind == "script_finished" and reply.script_finished != FINISHED_EARLY:
                if self.count and not elements:
                    raise RuntimeError(f"nothing was shown at {address}")
                return (time.perf_counter() - start) * 1e3

    async def read(self, seconds: float) -> None:
        """Open a page every INTERVAL seconds, and collect times and errors. The first page opens at a random moment."""
        end = time.monotonic() + seconds
        await asyncio.sleep(self.rng.uniform(0, INTERVAL))
        while time.monotonic() < end:
            next_start = time.monotonic() + INTERVAL
            try:
                self.times.append(await self.open_next_page())
            except (RuntimeError, TimeoutError, websockets.WebSocketException) as error:
                self.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(max(0.0, next_start - time.monotonic()))


def measure_load(folder: Path, count: int, sessions: int, seconds: float) -> Iterator[Row]:
    """Yield the 95th percentile and the median of both servers, each as a row, and a row with the number of errors."""
    with (
        running_server(folder / "load", count) as dashboard,
        running_server(folder / "no-load", script=EMPTY_PAGE) as empty,
    ):
        sides = asyncio.run(load_both(((dashboard.url, count), (empty.url, 0)), sessions, seconds))
    ours, baseline = ([milliseconds for reader in side for milliseconds in reader.times] for side in sides)
    errors = [error for side in sides for reader in side for error in reader.errors]
    work = f"{sessions} sessions, {INTERVAL:g} s between actions, list and recommendation of {count:,}"
    for n, goal in ((95, 3.0), (50, None)):
        yield Row(
            f"{work}, p{n}", "an empty page, same load", percentile(ours, n), theirs=percentile(baseline, n), goal=goal
        )
    examples = "".join(f"; {error}" for error in errors[:2])
    yield Row(f"errors among {len(ours):,} actions{examples}", "", len(errors), goal=0, unit="")


def percentile(times: list[float], n: int) -> float:
    """Return percentile number `n` of the times."""
    return statistics.quantiles(times, n=100)[n - 1]


async def load_both(servers: tuple[tuple[str, int], ...], sessions: int, seconds: float) -> list[list[Reader]]:
    """Open all sessions on both servers, then put load on one server after the other, in turns.

    `servers` has (URL, number of recommendations) for each server. Return one list of readers for each server, in the
    same order.
    """
    async with AsyncExitStack() as stack:
        sides: list[list[Reader]] = []
        for url, count in servers:
            side = [
                Reader(await stack.enter_async_context(connect(url)), url, number, count=count)
                for number in range(sessions)
            ]
            for reader in side:
                await reader.open_next_page()
            sides.append(side)
        for _ in range(TURNS):
            for side in reversed(sides):
                await asyncio.gather(*(reader.read(seconds / TURNS) for reader in side))
        return sides


def connect(url: str) -> Any:
    """Return the connection of a new tab to the server `url`. Open it with `async with`."""
    origin: Any = url
    return websockets.connect(
        f"ws://{urlsplit(url).netloc}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=origin,
        compression=None,
        max_size=None,
        proxy=None,
    )  # type: ignore[list-item]
