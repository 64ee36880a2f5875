"""The table of results: what was measured, compared with what, the ratio, the goal, and whether the goal is met."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit

HEADINGS = ("work", "floor or peer", "ours", "theirs", "ratio", "goal", "met")
WIDTHS = (80, 49, 10, 10, 9, 9, 3)


@dataclass(frozen=True)
class Row:
    """One result of the benchmark.

    `ours` is the number measured for our code. `theirs` is the number measured for the baseline or the other program,
    None if there is no comparison. `goal` is a limit for the ratio, or for `ours` if there is no comparison; None means
    no goal. `faster` is True if our code should be faster than the other program.
    """

    work: str
    peer: str
    ours: float
    theirs: float | None = None
    goal: float | None = None
    unit: str = "ms"
    faster: bool = False

    @property
    def ratio(self) -> float | None:
        """Return `ours` divided by `theirs`; if `faster` is True, `theirs` divided by `ours`.

        Return None if there is no `theirs`.
        """
        if self.theirs is None:
            return None
        return self.theirs / self.ours if self.faster else self.ours / self.theirs

    @property
    def met(self) -> str:
        """Return "yes" or "no": whether the goal is met. Return "" if there is no goal."""
        if self.goal is None:
            return ""
        reached = self.ours if self.theirs is None else self.ratio
        assert reached is not None
        return "yes" if (reached >= self.goal if self.faster else reached <= self.goal) else "no"

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row, one for each of HEADINGS."""
        unit = "×" if self.theirs is not None else self.unit
        goal = "" if self.goal is None else f"{'≥' if self.faster else '≤'} {self.goal:g} {unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        ours, theirs = format_figure(self.ours, self.unit), format_figure(self.theirs, self.unit)
        return self.work, self.peer, ours, theirs, ratio, goal, self.met


def format_figure(figure: float | None, unit: str) -> str:
    """Return a number with its unit, or "" for None. From 1,000 ms on, the number is in seconds."""
    if figure is None:
        return ""
    if unit == "ms" and figure >= 1000:
        return f"{figure / 1000:.2f} s"
    return f"{figure:.3g} {unit}" if figure < 100 else f"{figure:,.0f} {unit}"


def table_line(cells: tuple[str, ...]) -> str:
    """Return a line of the table as `make bench` prints it."""
    sides = [*("<" * 2), *(">" * 4), "<"]
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, WIDTHS, strict=True)).rstrip()


def markdown_table(rows: list[Row]) -> str:
    """Return the table for BENCHMARKS.md."""
    lines = [HEADINGS, ("---",) * 2 + ("--:",) * 4 + ("---",), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def machine_description() -> str:
    """Return the processor, memory, versions and date. The name of the machine and all paths are left out."""
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [int(line.split()[1]) / 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    return (
        f"{next(iter(cpu), platform.machine())}, {os.cpu_count()} cores, {next(iter(memory), 0):.0f} GiB of memory; "
        f"{platform.system()}, Python {platform.python_version()}, Streamlit {streamlit.__version__}; {date.today()}"
    )


def _lines(name: str) -> list[str]:
    path = Path(name)
    return path.read_text().splitlines() if path.exists() else []


def time_call(work: Callable[[], object]) -> float:
    """Return the seconds that a call of `work` takes, without the time to free its result."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    del result
    return seconds


def median_milliseconds(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Return the median time of each function in `works`. They take turns, so a busy machine slows all alike."""
    times = [[time_call(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) * 1e3 for column in zip(*times, strict=True)]
