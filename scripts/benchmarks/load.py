"""A thousand readers, each with a page every five seconds, while an editor saves; and what the server has in memory then."""

import asyncio
import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from scripts.benchmarks.report import Row
from scripts.benchmarks.saving import save_repeatedly
from scripts.benchmarks.serving import Client, pages, resident_memory, running_server
from tests.support.server_process import Server

INTERVAL, TIMEOUT = 5.0, 30.0
"""Seconds between two pages of a reader, and seconds after which a missing answer counts as an error."""
FILTERS = ("status=not-implemented", "theme=hiv", "q=clinic+prison", "body=cedaw", "sort=status", "")
TURNS, PAGES = 4, 120
"""How many times a reader reads alone, and as many times beside other work; and how many pages each time."""


def measure_load(folder: Path, count: int, readers: int, seconds: float) -> Iterator[Row]:
    """Yield the 95th percentile of the pages of many readers while an editor saves, the errors, and the memory."""
    with running_server(folder / "load", count) as server, saving(server.data, count, 1.0) as saves:
        assert server.process
        memory = []
        # a tenth of the readers first, until the server has in memory what it keeps for however many
        for number, duration in ((readers // 10, seconds), (readers, seconds)):
            found = asyncio.run(read_together(server.port, count, number, seconds=duration))
            memory.append(resident_memory(server.process.pid))
    times, errors = [taken for taken, error in found if not error], [error for _, error in found if error]
    work = (
        f"{readers:,} readers of {count:,}, each a page every {INTERVAL:g} s ({len(found) / seconds:.0f} a second), p95"
    )
    yield Row(f"{work} with {saves.value} saves", "", percentile_95(times), goal=100)
    examples = "".join(f"; {error.splitlines()[0]}" for error in errors[:2])
    yield Row(f"errors among {len(found):,} such pages{examples}", "", len(errors), goal=0, unit="")
    each = (memory[1] - memory[0]) / (readers - readers // 10)
    yield Row(f"memory that each of {readers - readers // 10} readers more costs", "", each, goal=0.005, unit="MB")
    yield Row(
        f"memory of the server with {count:,} recommendations, after all this", "", memory[1], goal=150, unit="MB"
    )


def usual_pages(count: int) -> Iterator[str]:
    """Yield addresses without end: in turns one of the usual lists, and any of `count` recommendations."""
    rng = random.Random(1948)
    while True:
        yield f"/recommendations?lang=en&{rng.choice(FILTERS)}"
        yield f"/recommendation?lang=en&id=cedaw-2021-{rng.randint(1, count)}"


@contextmanager
def saving(data: Path, count: int, interval: float) -> Iterator[Any]:
    """Save a recommendation every `interval` seconds, from a process of its own. Yield the number of saves, as `value`."""
    context = get_context("spawn")
    saves = context.Value("i", 0, lock=False)
    process = context.Process(target=save_repeatedly, args=(data, count, saves, interval), daemon=True)
    process.start()
    try:
        yield saves
    finally:
        process.terminate()
        process.join()


async def read_together(port: int, count: int, readers: int, *, seconds: float) -> list[tuple[float, str]]:
    """Let so many readers open a page every INTERVAL seconds. Return (milliseconds, error or "") of each page."""
    addresses, found, end = usual_pages(count), list[tuple[float, str]](), time.monotonic() + seconds

    async def read() -> None:
        start = time.monotonic() + random.uniform(0, INTERVAL)
        while start < end:
            await asyncio.sleep(max(0.0, start - time.monotonic()))
            found.append(await request(port, next(addresses)))
            start += INTERVAL

    await asyncio.gather(*(read() for _ in range(readers)))
    return found


async def request(port: int, address: str) -> tuple[float, str]:
    """Request a page on a connection of its own. Return (milliseconds, error or "")."""
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


def read_in_turns(
    server: Server, count: int, work: Callable[[], AbstractContextManager[None]]
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of a reader's pages (while the reader is alone, beside other `work`), measured in turns."""
    client, addresses, alone, beside = Client(server.url), pages(count), list[float](), list[float]()
    for _turn in range(TURNS):
        alone += [client.milliseconds(path) for path in itertools.islice(addresses, PAGES)]
        with work():
            beside += [client.milliseconds(path) for path in itertools.islice(addresses, PAGES)]
    return alone, beside


def percentile_95(times: Sequence[float]) -> float:
    """Return the 95th percentile of the times."""
    return statistics.quantiles(times, n=100)[94]
