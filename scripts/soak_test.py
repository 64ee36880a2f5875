"""Run thirty sessions for ten minutes while records are saved, and check that the memory does not grow.

Run it with python -m scripts.soak_test [--minutes 10].
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets

from scripts.benchmarks.load import percentile_95, request, saving
from scripts.benchmarks.serving import resident_memory
from scripts.generate_data import generate
from tests.support.server_process import Server
from tests.support.websocket_client import _asking, _connected, _run

PAUSE = (2.0, 5.0)
"""(least, most) seconds between two pages of a session."""
SAVE_INTERVAL = 2.0
"""Seconds between two saves."""
SAMPLE_INTERVAL = 5.0
"""Seconds between two measurements of the memory."""
MAX_MEMORY_CHANGE = 0.05
"""The largest allowed change of the memory after the second minute, as a share: 0.05 means 5 %."""
READER_PAGES = (
    "",
    "recommendations",
    "recommendations?status=not-implemented",
    "recommendations?q=clinic+prison",
    "recommendations?theme=hiv&sort=status",
    "recommendation?id=cedaw-2021-{n}",
    "recommendation?id=cedaw-2021-{n}",
    "evidence",
    "treaty-bodies",
    "activity",
    "about",
    "recommendation?id=cedaw-2021-{n}&as_of=2025-01-01",
)
EDITOR_PAGES = ("health", "edit?what=recommendation&id=cedaw-2021-{n}", "edit?what=evidence")
"""Pages that only an editor can open."""


@dataclass
class Minute:
    """The measurements of one minute: megabytes, milliseconds of pages, errors as sentences, and the number of saves."""

    memory: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    saves: int = 0


class Soak:
    """A soak test of one dashboard: its sessions, and the measurements of each minute.

    `count` is the number of recommendations, `pages_per_tab` the number of pages after which a tab is closed.
    """

    def __init__(self, server: Server, minutes: int, count: int, pages_per_tab: int) -> None:
        self.server, self.count, self.pages_per_tab = server, count, pages_per_tab
        self.started, self.minutes = time.monotonic(), [Minute() for _ in range(minutes)]

    @property
    def seconds_left(self) -> float:
        """Return the seconds until the end of the test."""
        return self.started + 60 * len(self.minutes) - time.monotonic()

    @property
    def current_minute(self) -> Minute:
        """Return the measurements of the current minute."""
        return self.minutes[min(int((time.monotonic() - self.started) // 60), len(self.minutes) - 1)]

    async def run(self, sessions: int, count_saves: Callable[[], int]) -> None:
        """Run all sessions until the end of the test. Every sixth session is that of an editor.

        `count_saves` returns how many records were saved so far.
        """
        cookie = "=".join(self.server.cookie())
        tasks = (self.run_session(number, "" if number % 6 else cookie) for number in range(sessions))
        await asyncio.gather(self.sample_memory(count_saves), *tasks)

    async def sample_memory(self, count_saves: Callable[[], int]) -> None:
        """Measure the memory of the server until the end of the test, and print the row of each minute when it ends."""
        saves_before, printed = 0, 0
        while self.seconds_left > 0:
            await asyncio.sleep(min(SAMPLE_INTERVAL, max(self.seconds_left, 0)))
            minute = self.current_minute
            assert self.server.process is not None
            minute.memory.append(resident_memory(self.server.process.pid))
            saves = count_saves()
            minute.saves, saves_before = minute.saves + saves - saves_before, saves
            ended = len(self.minutes) if self.seconds_left <= 0 else self.minutes.index(minute)
            for number in range(printed, ended):
                print(table_row(number + 1, self.minutes[number]), flush=True)
            printed = ended

    async def run_session(self, number: int, cookie: str) -> None:
        """Open random pages until the end of the test; an editor opens tabs, and goes to one page after the other in each.

        `cookie` signs an editor in; "" is a reader. A connection that fails, and a page that does not exist, fails or
        shows nothing, is an error of the current minute.
        """
        rng, pages = random.Random(number), (*READER_PAGES, *EDITOR_PAGES) if cookie else READER_PAGES
        await asyncio.sleep(rng.uniform(0, PAUSE[1]))
        while self.seconds_left > 0:
            try:
                async with _connected(self.server.url, {"Cookie": cookie}) if cookie else nullcontext() as socket:
                    for _ in range(self.pages_per_tab):
                        if self.seconds_left <= 0:
                            return
                        page = rng.choice(pages).format(n=rng.randint(1, self.count))
                        address = f"/{page}{'&' if '?' in page else '?'}lang=en"
                        milliseconds, error = await self._open(socket, address)
                        self.current_minute.pages.append(milliseconds)
                        self.current_minute.errors += [f"{page}: {error}"] if error else []
                        await asyncio.sleep(rng.uniform(*PAUSE))
            except (OSError, TimeoutError, websockets.WebSocketException) as error:
                self.current_minute.errors.append(f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _open(self, socket: Any, address: str) -> tuple[float, str]:
        """Open a page: in an editor's tab, or as a reader if `socket` is None. Return (milliseconds, error or "")."""
        if socket is None:
            return await request(self.server.port, address)
        start = time.perf_counter()
        answer = await _run(socket, _asking(self.server.url + address).SerializeToString())
        error = "".join(answer.exceptions) or ("" if answer.html else "nothing was shown")
        return (time.perf_counter() - start) * 1e3, error


def table_row(number: int, minute: Minute) -> str:
    """Return the row of the table for the minute with this number, without a line break."""
    memory = f"{min(minute.memory):7.1f} {statistics.median(minute.memory):7.1f} {max(minute.memory):7.1f}"
    p95 = percentile_95(minute.pages) if len(minute.pages) > 1 else 0.0
    return f"{number:6} {memory} {len(minute.pages):7} {p95:9.0f} {minute.saves:6} {len(minute.errors):7}"


def find_problems(minutes: list[Minute], log: str) -> list[str]:
    """Print how much the memory changed after the second minute, and return what went wrong, as phrases.

    `minutes` has at least two. `log` is what the server printed.
    """
    errors = [error for minute in minutes for error in minute.errors]
    problems = [f"{len(errors)} errors, the first: {errors[0]}"] if errors else []
    problems += ["the server printed a traceback"] if "Traceback" in log else []
    problems += ["a minute without a save"] if not all(minute.saves for minute in minutes) else []
    second, *later = [statistics.median(minute.memory) for minute in minutes[1:]]
    change = max((median / second - 1 for median in later), key=abs, default=0.0)
    print(f"memory in the second minute: {second:.1f} MB, later at most {change:+.1%} (goal ±{MAX_MEMORY_CHANGE:.0%})")
    return [*problems, *["memory is not flat"] * (abs(change) > MAX_MEMORY_CHANGE)]


def soak(folder: Path, minutes: int, sessions: int, *, count: int, pages_per_tab: int) -> list[str]:
    """Run the test on data generated in `folder`, and print the table. Return what went wrong, as phrases."""
    generate(folder / "data", count)
    print(f"{sessions} sessions, {count} recommendations, a save every {SAVE_INTERVAL:.0f} s, {minutes} minutes")
    print("minute  MB: min  median     max   pages  p95 in ms  saves  errors", flush=True)
    with Server(folder) as server, saving(server.data, count, SAVE_INTERVAL) as saves:
        running = Soak(server, minutes, count, pages_per_tab=pages_per_tab)
        asyncio.run(running.run(sessions, lambda: saves.value))
    return find_problems(running.minutes, server.log.read_text())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=10, help="at least 2; from 3 on, minutes are compared")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--count", type=int, default=200, help="recommendations")
    # If tabs are closed during the test, memory is flat only after the fourth minute: Streamlit keeps the session of a
    # closed tab for two minutes, in case the tab comes back.
    parser.add_argument(
        "--stays", type=int, default=100_000, help="pages after which a tab is closed and another one opened"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, suppress(KeyboardInterrupt):
        minutes, stays = max(options.minutes, 2), options.stays
        problems = soak(Path(place), minutes, options.sessions, count=options.count, pages_per_tab=stays)
        print("; ".join(problems) or "no error, memory flat")
        sys.exit(bool(problems))
