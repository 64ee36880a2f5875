"""Many readers: a hundred who open a page every five seconds, and two hundred who come at once while an editor saves."""

import asyncio
import random
import statistics
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from socket import IPPROTO_TCP, TCP_QUICKACK
from typing import Any, TypeVar
from urllib.parse import urlsplit

import websockets

from scripts.benchmarks.list_page import EMPTY_PAGE, PageRun, running_server, websocket_settings
from scripts.benchmarks.report import Row, time_call
from scripts.benchmarks.saving import RecordSaver
from tests.support.server_process import Server

INTERVAL = 5.0
"""Seconds between two pages of a reader."""
TURNS = 2
"""How many times each kind of page is under load. They take turns."""
ADDRESSES, STORMS = 20, 5
"""How many addresses the readers who come at once open, and how many times they come."""
TIMEOUT = 30.0
"""Seconds after which a missing message counts as an error."""
READING_TURNS = 4
"""How many times a reader reads alone, and as many times beside other work."""
T = TypeVar("T")
FILTERS = ("status=not-implemented", "theme=hiv", "q=clinic+prison", "body=cedaw", "sort=status", "")


class Reader:
    """A tab of a reader, in which one page after the other is opened.

    `number` is the seed for the choice of pages. `count` is the number of recommendations; if it is 0, every page is
    the empty page at "/". `pages` is "list", "recommendation" or "both". `times` are in milliseconds.
    """

    def __init__(self, socket: Any, url: str, number: int, count: int, pages: str = "both") -> None:
        self.socket, self.url, self.pages = socket, url, pages
        self.rng, self.count, self.step = random.Random(number), count, number
        self.times: list[float] = []
        self.errors: list[str] = []

    def next_address(self) -> str:
        """Return the address of the next page. If `pages` is "both", a list and a recommendation take turns."""
        self.step += 1
        if not self.count:
            return self.url + "/"
        if self.pages == "list" or (self.pages == "both" and self.step % 2):
            return f"{self.url}/recommendations?lang=en&{self.rng.choice(FILTERS)}"
        return f"{self.url}/recommendation?lang=en&id=cedaw-2021-{self.rng.randint(1, self.count)}"

    async def open_next_page(self) -> float:
        """Open the next page, and return the milliseconds until it is complete.

        Raises RuntimeError if a page of the dashboard fails or shows nothing.
        """
        address = self.next_address()
        milliseconds, errors = await open_page(self.socket, address)
        if errors and self.count:
            raise RuntimeError(f"{errors[0]} at {address}")
        return milliseconds

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


async def open_page(socket: Any, address: str, timeout: float = TIMEOUT) -> tuple[float, list[str]]:
    """Open a page in a tab. Return (milliseconds until it is complete, what was wrong with it, as sentences)."""
    run = PageRun(address, urlsplit(address).query)
    await socket.send(run.request)
    while True:
        data = await asyncio.wait_for(socket.recv(), timeout)
        # otherwise the system delays its acknowledgement by up to 40 ms
        socket.transport.get_extra_info("socket").setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
        if (milliseconds := run.read_answer(data)) is not None:
            return milliseconds, run.errors + ([] if run.elements else ["nothing was shown"])


def measure_load(folder: Path, count: int, sessions: int, seconds: float) -> Iterator[Row]:
    """Yield the 95th percentile of a list and of a recommendation with many readers, and the number of errors.

    `sessions` readers open pages for `seconds` seconds of each kind. An empty page is opened in the same way to
    compare.
    """
    with (
        running_server(folder / "load", count) as dashboard,
        running_server(folder / "no-load", script=EMPTY_PAGE) as empty,
    ):
        kinds = ((dashboard.url, count, "list"), (dashboard.url, count, "recommendation"), (empty.url, 0, ""))
        sides = asyncio.run(load_in_turns(kinds, sessions, seconds))
    *ours, baseline = ([milliseconds for reader in side for milliseconds in reader.times] for side in sides)
    for (_url, _count, name), times in zip(kinds, ours, strict=False):
        work = f"{sessions} readers, a {name} of {count:,} every {INTERVAL:g} s, p95"
        yield Row(work, "an empty page, same load", percentile_95(times), theirs=percentile_95(baseline), goal=2.0)
    errors = [error for side in sides for reader in side for error in reader.errors]
    examples = "".join(f"; {error}" for error in errors[:2])
    yield Row(f"errors among {sum(map(len, ours)):,} such pages{examples}", "", len(errors), goal=0, unit="")


def measure_storm(folder: Path, count: int, readers: int) -> Iterator[Row]:
    """Yield the 95th percentile of first views by many readers at once, while an editor saves; and the errors.

    The views are compared with cards that as many readers get at once.
    """
    lists = [f"/recommendations?lang={lang}&{chosen}" for lang in ("en", "ru") for chosen in FILTERS[:5]]
    numbers = range(1, count, count // 10)
    pages = [*lists, *(f"/recommendation?lang=en&id=cedaw-2021-{number}" for number in numbers)][:ADDRESSES]
    cards = [f"/r/cedaw-2021-{number}?lang=en" for number in range(1, count, count // ADDRESSES)][:ADDRESSES]
    times: dict[str, list[float]] = {"pages": [], "cards": []}
    errors: list[str] = []
    with running_server(folder / "storm", count) as server, saving_editor(server) as saves:
        for _ in range(STORMS):
            for name, paths in (("cards", cards), ("pages", pages)):
                addresses = [paths[number % len(paths)] for number in range(readers)]
                found = asyncio.run(request_at_once(server.port, addresses))
                times[name] += [milliseconds for milliseconds, error in found if not error]
                errors += [error for _, error in found if error]
    work = f"{readers} readers at once on first views of {ADDRESSES} addresses, while an editor saves, p95"
    ours, theirs = (percentile_95(times[name]) for name in ("pages", "cards"))
    yield Row(work, f"on {ADDRESSES} cards", ours, theirs=theirs, goal=2.0)
    examples = "".join(f"; {error}" for error in errors[:2])
    work = f"errors among {2 * STORMS * readers:,} of them, with {len(saves)} saves{examples}"
    yield Row(work, "", len(errors), goal=0, unit="")


@contextmanager
def saving_editor(server: Server) -> Iterator[list[float]]:
    """Save a recommendation each second while the block runs. Yield a list, which gets the seconds of each save."""
    saver, done, taken = RecordSaver(server.data), threading.Event(), list[float]()

    def save() -> None:
        while not done.wait(1):
            saver.prepare()
            taken.append(time_call(saver))

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield taken
    finally:
        done.set()
        thread.join()


async def request_at_once(port: int, addresses: list[str]) -> list[tuple[float, str]]:
    """Request all addresses at once, each on its own connection. Return (milliseconds, error or "") for each."""

    async def get(address: str) -> tuple[float, str]:
        start = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            lines = (f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip", "Connection: close")
            writer.write("\r\n".join([*lines, "", ""]).encode())
            answer = await asyncio.wait_for(reader.read(-1), TIMEOUT)
            writer.close()
        except (OSError, TimeoutError) as error:
            return 0.0, f"{type(error).__name__} {error}"
        milliseconds = (time.perf_counter() - start) * 1e3
        return milliseconds, "" if answer.startswith(b"HTTP/1.1 200") else answer[:40].decode("latin-1")

    return await asyncio.gather(*map(get, addresses))


async def read_in_turns(
    server: Server,
    count: int,
    read: Callable[[Reader], Awaitable[list[T]]],
    work: Callable[[], AbstractContextManager[None]],
) -> tuple[list[T], list[T]]:
    """Return (what `read` returned while a reader was alone, what it returned beside other `work`), in turns."""
    alone, beside = list[T](), list[T]()
    async with connect(server.url) as socket:
        reader = Reader(socket, server.url, 1, count=count)
        await reader.open_next_page()
        for _turn in range(READING_TURNS):
            alone += await read(reader)
            with work():
                beside += await read(reader)
    return alone, beside


def percentile_95(times: Sequence[float]) -> float:
    """Return the 95th percentile of the times."""
    return statistics.quantiles(times, n=100)[94]


async def load_in_turns(kinds: tuple[tuple[str, int, str], ...], sessions: int, seconds: float) -> list[list[Reader]]:
    """Open `sessions` tabs for each kind, then let those of one kind after the other read, TURNS times.

    `kinds` are (URL of the server, number of recommendations, kind of page); a kind is as in `Reader`. Return the
    readers of each kind, with their times and errors.
    """
    async with AsyncExitStack() as stack:
        sides: list[list[Reader]] = []
        for url, count, pages in kinds:
            side = [
                Reader(await stack.enter_async_context(connect(url)), url, number, count=count, pages=pages)
                for number in range(sessions)
            ]
            for reader in side:
                await reader.open_next_page()
            sides.append(side)
        for _ in range(TURNS):
            for side in reversed(sides):
                await asyncio.gather(*(reader.read(seconds / TURNS) for reader in side))
        return sides


def connect(url: str, cookie: str = "") -> Any:
    """Return a connection of a new tab to the server of `url`, to be opened with `async with`."""
    return websockets.connect(**websocket_settings(url, cookie))
