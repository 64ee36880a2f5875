"""Thirty sessions for ten minutes while somebody saves every two seconds: python -m scripts.soak_test [--minutes 10]."""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from scripts.generate_data import generate
from tests.support.server_process import Server
from tracker.editing.store import Store
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader

BETWEEN = (2.0, 5.0)
"""Seconds between two pages of a reader, at least and at most."""
SAVES_EVERY, LOOKS_EVERY, LONGEST = 2.0, 5.0, 60.0
"""Seconds between two saves; between two looks at the memory; after which an answer counts as an error."""
FLAT = 0.05
"""How far the memory of any later minute may lie from that of the second one."""
PLACES = (
    "", "recommendations", "recommendations?status=not-implemented", "recommendations?q=clinic+prison",
    "recommendations?theme=hiv&sort=status", "recommendation?id=cedaw-2021-{n}", "recommendation?id=cedaw-2021-{n}",
    "evidence", "treaty-bodies", "activity", "about", "recommendation?id=cedaw-2021-{n}&as_of=2025-01-01",
)  # fmt: skip
THEIRS = ("health", "editor?id=cedaw-2021-{n}")
"""Where only an editor goes."""
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Minute:
    """What was seen in one minute: megabytes at every look, milliseconds of every rerun, what went wrong."""

    memory: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    saves: int = 0


class Soak:
    """The sessions on one dashboard, and what is written down of them minute by minute."""

    def __init__(self, server: Server, minutes: int, count: int, stays: int) -> None:
        self.server, self.count, self.stays = server, count, stays
        self.began, self.minutes = time.monotonic(), [Minute() for _ in range(minutes)]

    @property
    def left(self) -> float:
        """Seconds until it is over."""
        return self.began + 60 * len(self.minutes) - time.monotonic()

    @property
    def now(self) -> Minute:
        return self.minutes[min(int((time.monotonic() - self.began) // 60), len(self.minutes) - 1)]

    async def run(self, sessions: int, saved: Callable[[], int]) -> None:
        """Everybody goes on until it is over; every sixth session is an editor's."""
        cookie = "=".join(self.server.cookie())
        readers = (self.reads(number, "" if number % 6 else cookie) for number in range(sessions))
        await asyncio.gather(self.looks(saved), *readers)

    async def looks(self, saved: Callable[[], int]) -> None:
        """Writes down the memory of the server, and prints each minute as it ends."""
        before, said = 0, 0
        while self.left > 0:
            await asyncio.sleep(min(LOOKS_EVERY, max(self.left, 0)))
            minute = self.now
            minute.memory.append(resident(self.server))
            minute.saves, before = minute.saves + saved() - before, saved()
            ended = len(self.minutes) if self.left <= 0 else self.minutes.index(minute)
            for number in range(said, ended):
                print(row(number + 1, self.minutes[number]), flush=True)
            said = ended

    async def reads(self, number: int, cookie: str) -> None:
        """One tab after the other in the same chair."""
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, BETWEEN[1]))
        while self.left > 0:
            try:
                await self.opens(chance, cookie)
            except (OSError, TimeoutError, websockets.WebSocketException) as bad:
                self.now.errors.append(f"{type(bad).__name__}: {bad}")
                await asyncio.sleep(1)

    async def opens(self, chance: random.Random, cookie: str) -> None:
        """A tab from its first page to its last."""
        parts = urlsplit(self.server.url)
        where = f"ws://{parts.netloc}/_stcore/stream"
        origin: Any = self.server.url
        headers = {"Cookie": cookie} if cookie else {}
        async with websockets.connect(
            where, subprotocols=["streamlit"], origin=origin, max_size=None, proxy=None, additional_headers=headers
        ) as socket:  # type: ignore[list-item]
            for _ in range(self.stays):
                if self.left <= 0:
                    return
                place = chance.choice((*PLACES, *THEIRS) if cookie else PLACES)
                await self.goes(socket, place.format(n=chance.randint(1, self.count)))
                await asyncio.sleep(chance.uniform(*BETWEEN))

    async def goes(self, socket: Any, place: str) -> None:
        """Waits until a page is there, and writes down how long it took and what it could not show."""
        url = f"{self.server.url}/{place}"
        asked, parts = BackMsg(), urlsplit(url)
        asked.rerun_script.query_string = f"lang=en&{parts.query}"
        asked.rerun_script.page_name = parts.path.strip("/")
        asked.rerun_script.context_info.url = url
        start, shown = time.perf_counter(), 0
        await socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), LONGEST))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                shown += 1
                if message.delta.new_element.WhichOneof("type") == "exception":
                    self.now.errors.append(f"{place}: {message.delta.new_element.exception.message}")
            elif kind == "script_finished" and message.script_finished != EARLY:
                break
        self.now.reruns.append((time.perf_counter() - start) * 1e3)
        if not shown:
            self.now.errors.append(f"{place}: nothing shown")


def resident(server: Server) -> float:
    """Megabytes of memory that the server has now."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def save(root: Path, count: int, saved: Any) -> None:
    """Saves an assessment every two seconds, as another server on the same folder would."""
    store, chance, editor = Store(DatasetReader(root)), random.Random(1948), Person(Role.EDITOR, "editor-x2")
    while True:
        r = store.reader.read(fresh=True).recommendations[f"cedaw-2021-{chance.randint(1, count)}"]
        reason = {DEFAULT_LANGUAGE: TextVariant(text=f"Nothing moved, seen for the {saved.value}th time.")}
        new = Assessment(voice=Voice.CIVIL_SOCIETY, status=Status.PARTIALLY, date="2026-01", reason=reason)
        store.save(replace(r, assessments=(*r.assessments, new)), by=editor, reason="Looked again.")
        saved.value += 1
        time.sleep(SAVES_EVERY)


def row(number: int, minute: Minute) -> str:
    """One line of the table."""
    memory = f"{min(minute.memory):7.1f} {statistics.median(minute.memory):7.1f} {max(minute.memory):7.1f}"
    slow = statistics.quantiles(minute.reruns, n=20)[-1] if len(minute.reruns) > 1 else 0.0
    return f"{number:6} {memory} {len(minute.reruns):7} {slow:9.0f} {minute.saves:6} {len(minute.errors):7}"


def verdict(minutes: list[Minute], log: str) -> list[str]:
    """What was not as it should be, as sentences."""
    errors = [error for minute in minutes for error in minute.errors]
    wrong = [f"{len(errors)} errors, the first: {errors[0]}"] if errors else []
    wrong += ["the server printed a traceback"] if "Traceback" in log else []
    wrong += ["nothing was saved"] if not all(minute.saves for minute in minutes) else []
    first, *later = [statistics.median(minute.memory) for minute in minutes[1:]]
    far = max((median / first - 1 for median in later), key=abs, default=0.0)
    print(f"memory after the first minute: {first:.1f} MB, then at most {far:+.1%} from it (goal ±{FLAT:.0%})")
    return [*wrong, *["memory is not flat"] * (abs(far) > FLAT)]


def soak(folder: Path, minutes: int, sessions: int, count: int, stays: int) -> list[str]:
    """Runs it all, prints the table, and gives what was not as it should be."""
    generate(folder / "data", count)
    server, context = Server(folder), get_context("spawn")
    saved = context.Value("i", 0, lock=False)
    saving = context.Process(target=save, args=(folder / "data", count, saved), daemon=True)
    print(f"{sessions} sessions, {count} recommendations, a save every {SAVES_EVERY:.0f} s, {minutes} minutes")
    print("minute  MB: min  median     max  reruns  p95 in ms  saves  errors", flush=True)
    server.start()
    try:
        saving.start()
        running = Soak(server, minutes, count, stays)
        asyncio.run(running.run(sessions, lambda: saved.value))
    finally:
        saving.terminate()
        saving.join()
        server.stop()
    return verdict(running.minutes, server.log.read_text())


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=int, default=10, help="at least 3, so that there is something to compare")
    asked.add_argument("--sessions", type=int, default=30)
    asked.add_argument("--count", type=int, default=200, help="recommendations")
    # Streamlit keeps a closed tab for two minutes more, in case it comes back: then it is flat after the fourth minute
    asked.add_argument(
        "--stays", type=int, default=100_000, help="pages after which a tab is closed and another opened"
    )
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as place, suppress(KeyboardInterrupt):
        wrong = soak(Path(place), max(wanted.minutes, 2), wanted.sessions, wanted.count, wanted.stays)
        print("; ".join(wrong) or "no error, memory flat")
        sys.exit(bool(wrong))
