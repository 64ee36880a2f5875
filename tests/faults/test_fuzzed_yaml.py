"""Files of very many values: refused before they fill the memory, while a long file of few is read."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.fuse import fuse
from tests.support.small_dataset import ASKED, folder
from tracker.storage.dataset_reader import DatasetReader

MEMORY = 200
"""Megabytes that one file may need at most, beyond what the process had."""


def status(name: str) -> float:
    """A figure of this process in megabytes, as Linux tells it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


@contextmanager
def bounded(seen: list[float]):
    """Fails where what is done takes too much memory; appends the megabytes of it."""
    # the highest figure counts from here
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    yield
    seen.append(status("VmHWM") - before)
    assert seen[-1] < MEMORY


WIDE = {
    "flow": ("parts: [" + "a," * 490_000 + "]\n", 7),
    "lists": ("parts: [" + "[]," * 320_000 + "]\n", 7),
    "groups": ("assessments: [" + "{}," * 320_000 + "]\n", 7),
    "lines": ("parts:\n" + "- a\n" * 240_000, 49_991),
    "nothings": ("parts:\n" + "-\n" * 480_000, 49_991),
    "keys": ("".join(f"k{n:x}: a\n" for n in range(95_000)), 24_999),
}


@pytest.mark.parametrize("shape", WIDE)
def test_a_file_of_very_many_values_is_refused_before_it_fills_the_memory(tmp_path, shape):
    text, line = WIDE[shape]
    root = folder(tmp_path, {"r/x": ASKED + text})
    with fuse(), bounded([]):
        told = DatasetReader(root).read().problems
    what = "more than 50,000 keys and values in one file; no file needs that"
    assert [(p.path.rpartition("/")[2], p.line, p.message) for p in told] == [("x.yaml", line, what)]


def test_a_long_file_of_not_so_many_values_is_read(tmp_path):
    noted = "".join(f"  - {{id: '{n}', summary: 'Of this: that, and of these'}}\n" for n in range(9_000))
    root = folder(tmp_path, {"r/x": f"{ASKED}parts:\n{noted}"})
    found = DatasetReader(root).read()
    assert (found.problems, len(found.recommendations["x"].parts)) == ((), 9_000)
