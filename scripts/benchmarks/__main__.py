"""Measure speed as ratios in one run on one machine: python -m scripts.benchmarks [--only save,read] [--write].

Our code is measured in turns with a baseline or another program. The printed times are medians. With --write,
BENCHMARKS.md and docs/cost.svg are updated.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.benchmarks import scaling
from scripts.benchmarks.copies import CopiesFigures, describe_capacity, measure_copies
from scripts.benchmarks.database import measure_database
from scripts.benchmarks.first_view import measure_first_view
from scripts.benchmarks.importing import measure_import
from scripts.benchmarks.list_page import measure_list
from scripts.benchmarks.load import measure_load
from scripts.benchmarks.reading import compare_with_doorstop, measure_reading
from scripts.benchmarks.report import HEADINGS, Row, machine_description, markdown_table, table_line
from scripts.benchmarks.saving import measure_saving
from scripts.benchmarks.searching import measure_search
from scripts.benchmarks.serving import measure_card, measure_memory
from scripts.benchmarks.uhri_export import UHRI_RECORDS, measure_uhri
from scripts.benchmarks.uploading import measure_uploads
from scripts.generate_data import generate

ROOT = Path(__file__).parent.parent.parent

REPORT = """# Benchmarks

Measured in one run with `{command}`. Each operation is compared with a baseline (such as a bare write
to disk) or with doorstop 3.2, a tool that also keeps its records in YAML files. Both were measured in the same run,
alternating, and the figures are medians. Times depend on the machine; the ratios depend on it less.

Machine: {machine}.

{table}
## Cost by size

![Log-log plot: milliseconds for a cold read, the list, a save and a search, by number of recommendations](docs/cost.svg)

- **Cold read**: parses and validates every file, so the time grows in proportion.
- **List**: shows at most a hundred rows, so the time hardly grows.
- **Search**: looks at the recommendations that contain the words, so the time grows in proportion. It remains a small
  part of the time for a page.
- **Save**: parses and writes one file. It grows slowly, because each save builds new dictionaries that contain every
  record.
{capacity}"""


class Benchmark:
    """The parts of the benchmark. Each part runs on generated data in its own folder."""

    def __init__(
        self, folder: Path, count: int, list_count: int, sessions: int, seconds: float, sizes: tuple[int, ...]
    ) -> None:
        self.folder, self.count, self.list_count, self.sizes = folder, count, list_count, sizes
        self.sessions, self.seconds = sessions, seconds
        self.costs: scaling.Costs = {}
        self.copies: CopiesFigures | None = None

    def parts(self) -> dict[str, Callable[[], Iterator[Row]]]:
        """Return name of a part → function that measures the part. The names are those used in --only."""
        return {
            "read": lambda: measure_reading(self._new_data("read")),
            "doorstop": lambda: compare_with_doorstop(self._new_data("peer/data")),
            "save": lambda: measure_saving(self._new_data("save/data")),
            "search": lambda: measure_search(self._new_data("search")),
            "list": self._list,
            "load": lambda: measure_load(self.folder, self.list_count, self.sessions, seconds=self.seconds),
            "card": lambda: measure_card(self.folder, self.list_count),
            "memory": lambda: measure_memory(self.folder, self.count),
            "view": lambda: measure_first_view(self.folder, self.list_count),
            "import": lambda: measure_import(self.folder, self.list_count),
            "uploads": lambda: measure_uploads(self.folder, self.list_count),
            "uhri": lambda: measure_uhri(self.folder, UHRI_RECORDS),
            "database": lambda: measure_database(self.folder / "database", self.count, self.list_count),
            "copies": self._copies,
            "cost": self._cost,
        }

    def _new_data(self, name: str) -> Path:
        (self.folder / name).parent.mkdir(exist_ok=True)
        generate(self.folder / name, self.count)
        return self.folder / name

    def _list(self) -> Iterator[Row]:
        yield from measure_list(self.folder, self.list_count, goal=2.5)
        if self.count != self.list_count:
            for editor in (True, False):
                yield from measure_list(self.folder, self.count, editor=editor)

    def _copies(self) -> Iterator[Row]:
        rows, self.copies = measure_copies(self.folder / "copies", self.list_count)
        yield from rows

    def _cost(self) -> Iterator[Row]:
        rows, self.costs = scaling.measure_costs(self.folder, self.sizes)
        yield from rows


def main() -> None:
    """Print the table row by row. With --write, also write the table into the repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="recommendations in the parts not named below")
    parser.add_argument(
        "--listed", type=int, default=1000, help="recommendations for the list, the load, the card and the first view"
    )
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60, help="seconds of load on each of the two servers")
    parser.add_argument(
        "--sizes", type=parse_sizes, default=scaling.SIZES, help="for the cost by size, such as 100,1000"
    )
    parser.add_argument("--only", default="", help="parts, separated by commas; by default all of them")
    parser.add_argument("--write", action="store_true", help="write BENCHMARKS.md and docs/cost.svg")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(
            Path(folder),
            options.count,
            options.listed,
            sessions=options.sessions,
            seconds=options.seconds,
            sizes=options.sizes,
        )
        parts = benchmark.parts()
        names = [name for name in options.only.split(",") if name] or list(parts)
        if unknown := [name for name in names if name not in parts]:
            parser.error(f"there is no part {unknown[0]!r}; choose from {', '.join(parts)}")
        rows: list[Row] = []
        print(table_line(HEADINGS), flush=True)
        for name in names:
            for row in parts[name]():
                rows.append(row)
                print(table_line(row.cells()), flush=True)
        met = [row.met for row in rows if row.met]
        print(f"\n{machine_description()}. Goals met: {met.count('yes')} of {len(met)}.")
        if options.write:
            write_report(rows, benchmark.costs, benchmark.copies)


def parse_sizes(text: str) -> tuple[int, ...]:
    """Return the numbers in `text`, which are separated by commas."""
    return tuple(int(size) for size in text.split(","))


def write_report(rows: list[Row], costs: scaling.Costs, copies: CopiesFigures | None) -> None:
    """Write BENCHMARKS.md. If the costs were measured, write docs/cost.svg too."""
    command = f'make bench ARGS="{" ".join(sys.argv[1:])}"'
    capacity = "\n" + describe_capacity(copies) if copies else ""
    report = REPORT.format(
        command=command, machine=machine_description(), table=markdown_table(rows), capacity=capacity
    )
    (ROOT / "BENCHMARKS.md").write_text(report, "utf-8")
    if costs:
        (ROOT / "docs" / "cost.svg").write_text(scaling.plot_svg(costs), "utf-8")


if __name__ == "__main__":
    main()
