"""The table of the figures: what was done, against what, the ratio, the goal, and whether it is met."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit

HEAD = ("work", "floor or peer", "ours", "theirs", "ratio", "goal", "met")
WIDTHS = (80, 49, 10, 10, 9, 9, 3)


@dataclass(frozen=True)
class Row:
    """One figure. Without `theirs` the goal is for the figure itself; `faster` turns the ratio over; no goal, no verdict."""

    work: str
    peer: str
    ours: float
    theirs: float | None = None
    goal: float | None = None
    unit: str = "ms"
    faster: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours against theirs; theirs against ours where we are to be faster."""
        if self.theirs is None:
            return None
        return self.theirs / self.ours if self.faster else self.ours / self.theirs

    @property
    def met(self) -> str:
        """yes or no; nothing where there is no goal."""
        if self.goal is None:
            return ""
        reached = self.ours if self.theirs is None else self.ratio
        assert reached is not None
        return "yes" if (reached >= self.goal if self.faster else reached <= self.goal) else "no"

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        unit = "×" if self.theirs is not None else self.unit
        goal = "" if self.goal is None else f"{'≥' if self.faster else '≤'} {self.goal:g} {unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        return self.work, self.peer, shown(self.ours, self.unit), shown(self.theirs, self.unit), ratio, goal, self.met


def shown(figure: float | None, unit: str) -> str:
    """A figure with its unit, in seconds from a second on."""
    if figure is None:
        return ""
    if unit == "ms" and figure >= 1000:
        return f"{figure / 1000:.2f} s"
    return f"{figure:.3g} {unit}" if figure < 100 else f"{figure:,.0f} {unit}"


def line(cells: tuple[str, ...]) -> str:
    """A line of the table as `make bench` prints it."""
    sides = [*("<" * 2), *(">" * 4), "<"]
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, WIDTHS, strict=True)).rstrip()


def markdown(rows: list[Row]) -> str:
    """The table as BENCHMARKS.md holds it."""
    lines = [HEAD, ("---",) * 2 + ("--:",) * 4 + ("---",), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def machine() -> str:
    """What it was measured on and when, without a name or a place."""
    cpu = [text.partition(":")[2].strip() for text in _lines("/proc/cpuinfo") if text.startswith("model name")]
    memory = [int(text.split()[1]) / 2**20 for text in _lines("/proc/meminfo") if text.startswith("MemTotal")]
    return (
        f"{next(iter(cpu), platform.machine())}, {os.cpu_count()} cores, {next(iter(memory), 0):.0f} GiB of memory; "
        f"{platform.system()}, Python {platform.python_version()}, Streamlit {streamlit.__version__}; {date.today()}"
    )


def _lines(name: str) -> list[str]:
    path = Path(name)
    return path.read_text().splitlines() if path.exists() else []


def seconds(deed: Callable[[], object]) -> float:
    """How long a deed takes. What it gives back is let go only after the clock has stopped."""
    start = time.perf_counter()
    given = deed()
    taken = time.perf_counter() - start
    del given
    return taken


def medians(rounds: int, *deeds: Callable[[], object]) -> list[float]:
    """The median milliseconds of each deed, the deeds taking turns so that a busy machine slows them alike."""
    times = [[seconds(deed) for deed in deeds] for _ in range(rounds)]
    return [statistics.median(column) * 1e3 for column in zip(*times, strict=True)]
