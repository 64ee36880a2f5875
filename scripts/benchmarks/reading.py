"""The time to read a folder, compared with PyYAML's C loader, and to read it again after a change."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import yaml

from scripts.benchmarks.report import Row, median_milliseconds
from tracker.storage.dataset_reader import DatasetReader


def measure_reading(folder: Path) -> Iterator[Row]:
    """Yield the time of a cold read, with nothing in memory, and the time of the next read after one file changed."""
    files = sorted((folder / "recommendations").glob("*.yaml"))

    def floor() -> object:
        return [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files]

    floor_time, cold = median_milliseconds(5, floor, lambda: DatasetReader(folder).read())
    work = f"read {len(files):,} cold, checked field by field, with lines"
    yield Row(work, "PyYAML's C loader", cold, theirs=floor_time, goal=1.0)
    reader, number = DatasetReader(folder, look_every=0), count()
    reader.read()

    def read_after_change() -> object:
        files[0].write_text(files[0].read_text("utf-8") + f"# {next(number)}\n", "utf-8")
        return reader.read()

    cold, again = median_milliseconds(5, lambda: DatasetReader(folder).read(), read_after_change)
    yield Row("read again after one file changed", "a cold read", again, theirs=cold, goal=0.1)
