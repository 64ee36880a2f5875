"""Processes that save and can be killed at any moment, and what they were told about their saves."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

PATIENCE = 1200
"""Seconds after which a test gives up."""
LINE = "r000\t0, in life 000, says for time 0000: nothing moved.\t2026-01-31T12:00:00.000000Z\n"
"""An example of the line for an acknowledged save: file, reason, recorded time. All lines have the same length."""


class People:
    """Processes that save at the same time. A process that is killed starts again, for the saves that are left.

    There are `count` of them, and `saves` saves together. Each calls `work(*given, path, who, life, times)`, which
    makes that many saves and writes a LINE into `path` after each of them.
    """

    def __init__(self, work: Callable[..., None], told: Path, *given: object, count: int, saves: int) -> None:
        self.work, self.told, self.given, self.count, self.saves = work, told, given, count, saves
        self.lives: Counter[int] = Counter()
        self.running: dict[int, BaseProcess] = {}
        # a process that has imported everything already, and is copied for each of them
        self.context = get_context("forkserver")
        self.context.set_forkserver_preload([work.__module__])
        self.began = time.monotonic()
        for who in range(count):
            self.start(who)

    def start(self, who: int) -> None:
        self.lives[who] += 1
        life = self.lives[who]
        left = self.saves // self.count - sum(len(acknowledged(path)) for path in self.told.glob(f"{who}-*"))
        given = (*self.given, self.told / f"{who}-{life}", who, life, left)
        self.running[who] = self.context.Process(target=self.work, args=given, daemon=True)
        self.running[who].start()

    def kill(self, who: int) -> bool:
        """Kill a process and start it again. Return False if it had ended by itself."""
        process = self.running[who]
        if process.exitcode is not None:
            return False
        process.kill()
        process.join()
        self.start(who)
        return process.exitcode == -signal.SIGKILL

    def go_on(self) -> bool:
        """Wait a moment, and return whether some still save. Fails after an error, or after PATIENCE seconds."""
        codes = [process.exitcode for process in self.running.values()]
        assert {*codes} <= {None, 0}, "a process fell over; its traceback is above"
        assert time.monotonic() - self.began < PATIENCE
        time.sleep(0.005)
        return None in codes


def acknowledged(path: Path) -> list[tuple[str, ...]]:
    """Return (file, reason, recorded time) of every acknowledged save of a process. An unfinished line is left out."""
    return [tuple(line.split("\t")) for line in path.read_text().split("\n")[:-1]]


def so_far(told: Path) -> int:
    """Return how many saves were acknowledged."""
    return sum(path.stat().st_size for path in told.iterdir()) // len(LINE)
