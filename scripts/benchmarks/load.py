"""A hundred readers at once, each going from page to page every five seconds, against an empty page under the same load."""

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

from scripts.benchmarks.list_page import EARLY, EMPTY, serving
from scripts.benchmarks.report import Row

BETWEEN, TURNS, LONGEST = 5.0, 3, 30.0
"""Seconds between two deeds of a reader; turns of the two servers; seconds after which an answer counts as an error."""
FILTERS = ("status=not-implemented", "theme=hiv", "q=clinic+prison", "body=cedaw", "sort=status", "")


class Reader:
    """A tab that goes from a list to a recommendation and back, as a link or the browser's own buttons would take it."""

    def __init__(self, socket: Any, url: str, number: int, count: int) -> None:
        self.socket, self.url = socket, url
        self.chance, self.count, self.step = random.Random(number), count, number
        self.times: list[float] = []
        self.errors: list[str] = []

    def address(self) -> str:
        """Where it goes next; an empty page is always the same one."""
        self.step += 1
        if not self.count:
            return self.url + "/"
        if self.step % 2:
            return f"{self.url}/recommendations?lang=en&{self.chance.choice(FILTERS)}"
        return f"{self.url}/recommendation?lang=en&id=cedaw-2021-{self.chance.randint(1, self.count)}"

    async def goes(self) -> float:
        """The milliseconds until the next page is there."""
        address = self.address()
        asked, parts = BackMsg(), urlsplit(address)
        rerun = asked.rerun_script
        rerun.query_string, rerun.page_name = parts.query, parts.path.strip("/")
        rerun.context_info.url, rerun.context_info.locale = address, "en-GB"
        start, shown = time.perf_counter(), 0
        await self.socket.send(asked.SerializeToString())
        while True:
            data = await asyncio.wait_for(self.socket.recv(), LONGEST)
            # else the system waits 40 ms before it says that it has the message
            self.socket.transport.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                shown += 1
                if message.delta.new_element.WhichOneof("type") == "exception":
                    raise RuntimeError(message.delta.new_element.exception.message)
            elif kind == "script_finished" and message.script_finished != EARLY:
                if self.count and not shown:
                    raise RuntimeError(f"nothing was shown at {address}")
                return (time.perf_counter() - start) * 1e3

    async def lives(self, seconds: float) -> None:
        """Goes somewhere every few seconds, from a moment of its own on; what goes wrong is an error, not the end."""
        until = time.monotonic() + seconds
        await asyncio.sleep(self.chance.uniform(0, BETWEEN))
        while time.monotonic() < until:
            next_one = time.monotonic() + BETWEEN
            try:
                self.times.append(await self.goes())
            except (RuntimeError, TimeoutError, websockets.WebSocketException) as bad:
                self.errors.append(f"{type(bad).__name__}: {bad}")
            await asyncio.sleep(max(0.0, next_one - time.monotonic()))


def loading(place: Path, count: int, sessions: int, seconds: float) -> Iterator[Row]:
    """The 95th percentile of both, and the errors."""
    with serving(place / "load", count) as ours, serving(place / "no-load", 0, EMPTY) as theirs:
        mine, other = asyncio.run(both(ours.url, theirs.url, count, sessions, seconds))
    times, floor = ([taken for reader in side for taken in reader.times] for side in (mine, other))
    errors = [error for reader in (*mine, *other) for error in reader.errors]
    what = f"{sessions} sessions, {BETWEEN:g} s between actions, list and recommendation of {count:,}"
    for nth, goal in (("p95", 3.0), ("p50", None)):
        yield Row(f"{what}, {nth}", "an empty page, same load", at(times, nth), at(floor, nth), goal)
    yield Row(
        f"errors among {len(times):,} actions" + "".join(f"; {e}" for e in errors[:2]), "", len(errors), None, 0, ""
    )


def at(times: list[float], nth: str) -> float:
    return statistics.quantiles(times, n=100)[int(nth[1:]) - 1]


async def both(ours: str, theirs: str, count: int, sessions: int, seconds: float) -> list[list[Reader]]:
    """Opens all the sessions of both, then loads one server after the other, in turns."""
    async with AsyncExitStack() as stack:
        sides: list[list[Reader]] = []
        for url, many in ((ours, count), (theirs, 0)):
            side = [Reader(await stack.enter_async_context(connected(url)), url, n, many) for n in range(sessions)]
            for reader in side:
                await reader.goes()
            sides.append(side)
        for _ in range(TURNS):
            for side in reversed(sides):
                await asyncio.gather(*(reader.lives(seconds / TURNS) for reader in side))
        return sides


def connected(url: str) -> Any:
    where = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    origin: Any = url
    return websockets.connect(
        where, subprotocols=["streamlit"], origin=origin, compression=None, max_size=None, proxy=None
    )  # type: ignore[list-item]
