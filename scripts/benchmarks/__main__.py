"""How fast it is, as ratios measured in one run on one machine: python -m scripts.benchmarks [--only save,read] [--write].

Floor or peer and ours take turns; the figures are medians. --write keeps the table in BENCHMARKS.md and the plot in docs/cost.svg.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.benchmarks import scaling
from scripts.benchmarks.first_view import viewing
from scripts.benchmarks.list_page import listing
from scripts.benchmarks.load import loading
from scripts.benchmarks.reading import against_doorstop, reading
from scripts.benchmarks.report import HEAD, Row, line, machine, markdown
from scripts.benchmarks.saving import saving
from scripts.benchmarks.searching import searching
from scripts.benchmarks.serving import card, memory
from scripts.generate_data import generate

ROOT = Path(__file__).parent.parent.parent

REPORT = """# Benchmarks

Measured by `{command}` in one run. Floors and peers ran in the same run, in turns with ours, and the figures are medians; so the ratios
carry over to other machines better than the times do. The peer doorstop 3.2 (package index) has an environment of its own, `.venv-bench`.

Machine: {machine}.

{table}
## Cost against size

![A log-log plot of the milliseconds of a cold read, the list, a save and a search against the number of recommendations](docs/cost.svg)

{cost}
"""
GROWS = """A cold read parses and checks every file: it grows in proportion. The list draws a hundred rows at most, whatever the size, and so
hardly grows. A search goes through the recommendations that have its words: in proportion, and a small part of a page's time all the same. A save
parses and writes one file; what grows in it is that the next dataset has dictionaries of its own, which name every record once more.
"""


class Bench:
    """The parts of the benchmark over data that is made once."""

    def __init__(
        self, place: Path, count: int, listed: int, sessions: int, seconds: float, sizes: tuple[int, ...]
    ) -> None:
        self.place, self.count, self.listed, self.sizes = place, count, listed, sizes
        self.sessions, self.seconds = sessions, seconds
        self.costs: scaling.Costs = {}

    def parts(self) -> dict[str, Callable[[], Iterator[Row]]]:
        """What can be asked for by name."""
        return {
            "read": lambda: reading(self.data("read")),
            "doorstop": lambda: against_doorstop(self.data("peer/data")),
            "save": lambda: saving(self.data("save/data")),
            "search": lambda: searching(self.data("search")),
            "list": self._list,
            "load": lambda: loading(self.place, self.listed, self.sessions, self.seconds),
            "card": lambda: card(self.place, self.listed),
            "memory": lambda: memory(self.place, self.count),
            "view": lambda: viewing(self.place, self.listed),
            "cost": self._cost,
        }

    def data(self, name: str) -> Path:
        """A new folder of recommendations."""
        (self.place / name).parent.mkdir(exist_ok=True)
        generate(self.place / name, self.count)
        return self.place / name

    def _list(self) -> Iterator[Row]:
        yield from listing(self.place, self.listed, goal=2.5)
        for editor in (True, False):
            yield from listing(self.place, self.count, editor=editor) if self.count != self.listed else ()

    def _cost(self) -> Iterator[Row]:
        rows, self.costs = scaling.costs(self.place, self.sizes)
        yield from rows


def main() -> None:
    """Prints the table row by row, and keeps it where that is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=5000, help="recommendations where no other number is named")
    asked.add_argument(
        "--listed", type=int, default=1000, help="recommendations of the list, the load, the card and the first view"
    )
    asked.add_argument("--sessions", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=60, help="of load on each of the two servers")
    asked.add_argument("--sizes", type=sizes, default=scaling.SIZES, help="of the cost against size: 100,1000")
    asked.add_argument("--only", default="", help="parts, with commas between them; all of them when left out")
    asked.add_argument("--write", action="store_true", help="keep the table and the plot")
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place), wanted.count, wanted.listed, wanted.sessions, wanted.seconds, wanted.sizes)
        parts = bench.parts()
        names = [name for name in wanted.only.split(",") if name] or list(parts)
        if unknown := [name for name in names if name not in parts]:
            asked.error(f"no part {unknown[0]!r}; one of {', '.join(parts)}")
        rows: list[Row] = []
        print(line(HEAD), flush=True)
        for name in names:
            for row in parts[name]():
                rows.append(row)
                print(line(row.cells()), flush=True)
        print(f"\n{machine()}. Goals met: {sum(r.met == 'yes' for r in rows)} of {sum(r.met != '' for r in rows)}.")
        if wanted.write:
            keep(rows, bench.costs)


def sizes(said: str) -> tuple[int, ...]:
    return tuple(int(size) for size in said.split(","))


def keep(rows: list[Row], costs: scaling.Costs) -> None:
    """Writes BENCHMARKS.md, and the plot where the costs were measured."""
    arguments = " ".join(sys.argv[1:])
    command = f'make bench ARGS="{arguments}"'
    (ROOT / "BENCHMARKS.md").write_text(
        REPORT.format(command=command, machine=machine(), table=markdown(rows), cost=GROWS), "utf-8"
    )
    if costs:
        (ROOT / "docs" / "cost.svg").write_text(scaling.picture(costs), "utf-8")


if __name__ == "__main__":
    main()
