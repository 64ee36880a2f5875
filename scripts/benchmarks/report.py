"""The table of results: what was measured, compared with what, the ratio, the goal, and whether the goal is met."""

import os
import platform
import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import streamlit

REPORT = """# Benchmarks

The table is one run of `{command}`, which took {minutes:.0f} minutes; it has no row of another run. Where there is a baseline, such as
Datasette or a bare write to disk, both were measured in the same run, alternating, and the figures are medians unless the
row says otherwise. Times depend on the machine; the ratios depend on it less. The machine had other work at the same time:
on average {load:.1f} processes wanted its cores in the last quarter of an hour of the run. CPU times suffer less from that than seconds.

{summary}

{table}"""
HEADINGS = ("work", "floor or peer", "ours", "theirs", "ratio", "goal", "met")
WIDTHS = (80, 49, 10, 10, 9, 9, 3)


@dataclass(frozen=True)
class Row:
    """One result of the benchmark. `work` says what was measured, `peer` with what it is compared, "" for nothing.

    `ours` is the figure of our code, `theirs` that of the peer. Both are in `unit`. `goal` is the largest ratio of
    the two, or the largest `ours` if there is no peer; None means no goal.
    """

    work: str
    peer: str
    ours: float
    theirs: float | None = None
    goal: float | None = None
    unit: str = "ms"

    @property
    def met(self) -> str:
        """Return "yes" if the goal is met, "no" if it is not, and "" if there is no goal."""
        if self.goal is None:
            return ""
        return "yes" if self.ours / (self.theirs or 1) <= self.goal else "no"

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row, one for each of HEADINGS."""
        unit = "×" if self.theirs is not None else self.unit
        goal = "" if self.goal is None else f"≤ {self.goal:g} {unit}"
        ratio = "" if self.theirs is None else f"{self.ours / self.theirs:.2f} ×"
        ours, theirs = format_figure(self.ours, self.unit), format_figure(self.theirs, self.unit)
        return self.work, self.peer, ours, theirs, ratio, goal, self.met


def format_figure(figure: float | None, unit: str) -> str:
    """Return a figure with its unit, or "" for None. From 1,000 ms on, it is given in seconds."""
    if figure is None:
        return ""
    if unit == "ms" and figure >= 1000:
        return f"{figure / 1000:.2f} s"
    return f"{figure:.3g} {unit}" if figure < 100 else f"{figure:,.0f} {unit}"


def table_line(cells: tuple[str, ...]) -> str:
    """Return a row of the table as `make bench` prints it. `cells` are those of HEADINGS."""
    sides = [*("<" * 2), *(">" * 4), "<"]
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, WIDTHS, strict=True)).rstrip()


@dataclass
class Run:
    """One run of the benchmark: its id, and the rows that it measured."""

    id: str = field(default_factory=lambda: secrets.token_hex(4))
    rows: list[Row] = field(default_factory=list)

    def summary(self) -> str:
        """Return one line: the id of the run, the machine, and how many goals are met."""
        met = [row.met for row in self.rows if row.met]
        return f"Run {self.id}. {machine_description()}. Goals met: {met.count('yes')} of {len(met)}."

    def report(self, command: str, minutes: float, capacity: str) -> str:
        """Return the text for BENCHMARKS.md. `capacity` is its section on copies, "" if they were not measured."""
        lines = [HEADINGS, ("---",) * 2 + ("--:",) * 4 + ("---",), *(row.cells() for row in self.rows)]
        table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
        load, summary = os.getloadavg()[2], self.summary()
        body = REPORT.format(command=command, minutes=minutes, summary=summary, load=load, table=table)
        body += f"\n{capacity}\n"
        return body + _seal(self.id, body)


def _seal(run: str, body: str) -> str:
    """Return the last line of BENCHMARKS.md: the id of the run, and a hash of the text above it."""
    return f"<!-- run {run}: {sha256(body.encode()).hexdigest()[:16]} -->\n"


def is_one_run(text: str) -> bool:
    """Return whether `text`, that of BENCHMARKS.md, is exactly what one run wrote."""
    body, mark, last = text.rpartition("<!-- run ")
    return mark + last == _seal(last.partition(":")[0], body)


def machine_description() -> str:
    """Return one line: processor, memory, versions and date, but neither the name of the machine nor a path."""
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
    """Call `work`, and return the seconds that it took, without the time to free its result."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    del result
    return seconds


def median_milliseconds(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Call each of `works` once a round, in turns, so that load slows all alike. Return the median time of each."""
    times = [[time_call(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) * 1e3 for column in zip(*times, strict=True)]
