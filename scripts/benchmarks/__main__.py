"""Measure speed as ratios in one run on one machine: python -m scripts.benchmarks [--only list,mirror] [--write].

Our code is measured in turns with a baseline. The printed times are medians, unless the row says otherwise. With
--write, BENCHMARKS.md becomes the table of this run: no row of an earlier run is kept.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.benchmarks.browser import measure_analysis, measure_first_visit
from scripts.benchmarks.copies import CopiesFigures, describe_capacity, measure_copies
from scripts.benchmarks.database import measure_database
from scripts.benchmarks.importing import measure_import
from scripts.benchmarks.load import measure_load
from scripts.benchmarks.mirror import measure_mirror
from scripts.benchmarks.reading import measure_reading
from scripts.benchmarks.report import HEADINGS, Row, Run, table_line
from scripts.benchmarks.saving import measure_saving
from scripts.benchmarks.searching import measure_search
from scripts.benchmarks.serving import measure_kept_page, measure_list
from scripts.benchmarks.uploading import measure_uploads
from scripts.generate_data import generate

FILE = Path(__file__).parent.parent.parent / "BENCHMARKS.md"


def parts_of(
    folder: Path, count: int, listed: int, *, figures: list[CopiesFigures]
) -> dict[str, Callable[[], Iterator[Row]]]:
    """Return name of a part, as in --only → function that measures it and yields its rows. Each has data of its own.

    `count` and `listed` are numbers of recommendations: see `main`. The part `copies` adds its figures to `figures`.
    """

    def new_data(name: str) -> Path:
        (folder / name).parent.mkdir(exist_ok=True)
        generate(folder / name, count)
        return folder / name

    def copies() -> Iterator[Row]:
        rows, measured = measure_copies(folder / "copies", listed)
        figures.append(measured)
        yield from rows

    return {
        "visit": lambda: measure_first_visit(folder, listed),
        "analysis": lambda: measure_analysis(folder, listed),
        "list": lambda: measure_list(folder, listed),
        "kept": lambda: measure_kept_page(folder, listed),
        "load": lambda: measure_load(folder, count, readers=1000, seconds=40),
        "copies": copies,
        "mirror": lambda: measure_mirror(folder, count),
        "read": lambda: measure_reading(new_data("read")),
        "save": lambda: measure_saving(new_data("save/data")),
        "search": lambda: measure_search(new_data("search")),
        "database": lambda: measure_database(folder / "database", count, listed),
        "import": lambda: measure_import(folder, listed),
        "uploads": lambda: measure_uploads(folder, listed),
    }


def main() -> None:
    """Measure the chosen parts, and print the table row by row. With --write, also write BENCHMARKS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="recommendations for the mirror, reads and saves")
    parser.add_argument("--listed", type=int, default=1000, help="recommendations for the pages")
    parser.add_argument("--only", default="", help="parts, separated by commas; by default all of them")
    about = "write BENCHMARKS.md: the table of this run, and no other row"
    parser.add_argument("--write", action="store_true", help=about)
    options = parser.parse_args()
    start, run, figures = time.monotonic(), Run(), list[CopiesFigures]()
    with tempfile.TemporaryDirectory() as folder:
        parts = parts_of(Path(folder), options.count, options.listed, figures=figures)
        names = [name for name in options.only.split(",") if name] or list(parts)
        if unknown := [name for name in names if name not in parts]:
            parser.error(f"there is no part {unknown[0]!r}; choose from {', '.join(parts)}")
        print(table_line(HEADINGS), flush=True)
        for name in names:
            for row in parts[name]():
                run.rows.append(row)
                print(table_line(row.cells()), flush=True)
    minutes = (time.monotonic() - start) / 60
    print(f"\n{run.summary()} {minutes:.0f} minutes.")
    if options.write:
        capacity = "".join(map(describe_capacity, figures))
        command = f'make bench ARGS="{" ".join(sys.argv[1:])}"'
        FILE.write_text(run.report(command, minutes, capacity), "utf-8")


if __name__ == "__main__":
    main()
