"""A thousand hostile YAML files, made by chance and always the same: reported with file and line, in little time and memory."""

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.fuse import fuse
from tests.support.long import LONG
from tests.support.small_dataset import ANNA, ASKED, BODIES, DOCUMENTS, SHOWN, TRACKER, folder
from tests.support.yaml_strategies import hostile
from tracker.editing.store import Store
from tracker.model.errors import Problem, TrackerError
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import find_problems

COUNT = 1_000 if LONG else 40
MEMORY = 200
"""Megabytes that one file may need at most, beyond what the process had."""
GOOD = {
    "recommendations/x.yaml": ASKED,
    "evidence/x.yaml": SHOWN,
    "tracker.yaml": TRACKER,
    "documents.yaml": DOCUMENTS,
    "treaty_bodies.yaml": BODIES,
    "safety.yaml": "rules:\n  - {id: x, why: W, instead: I, patterns: [zzz]}\n",
}


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


def spoken(problem: Problem) -> bool:
    return problem.line >= 1 and len(str(problem)) < 1_000 and "\n" not in str(problem)


def test_a_thousand_hostile_files_are_read_or_reported(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)  # where a command that got through would leave its file
    root = folder(tmp_path / "data", {"r/x": ASKED, "r/y": ASKED, "e/x": SHOWN, "safety": GOOD["safety.yaml"]})
    assert find_problems(DatasetReader(root).read()) == []
    seen, took, peaks, began = Counter[str](), [], [], time.perf_counter()

    @settings(
        max_examples=COUNT, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(hostile(GOOD))
    def each(made):
        name, raw = made
        (root / name).write_bytes(raw)
        start = time.perf_counter()
        try:
            with fuse(), bounded(peaks):
                dataset = DatasetReader(root).read()
                told = find_problems(dataset)
                saved = can_be_edited(root) if name == "recommendations/x.yaml" else ""
        finally:
            (root / name).write_text(GOOD[name]) if name in GOOD else (root / name).unlink()
        took.append(time.perf_counter() - start)
        seen.update(["files", *[saved] * bool(saved), *["reported"] * any(p.path.endswith(name) for p in told)])
        seen["bigger than 100,000 bytes"] += len(raw) > 100_000
        assert all(map(spoken, told))
        assert {"y"} <= {*dataset.recommendations} <= {"x", "y"}
        assert told or "x" in dataset.recommendations, f"{name} leaves out a recommendation, and no problem says so"

    each()
    with capsys.disabled():
        print(
            f"\n{', '.join(f'{count:,} {what}' for what, count in seen.items())}; {time.perf_counter() - began:.0f} s, "
            f"the slowest {max(took):.1f} s, the biggest {max(peaks):.0f} MB",
            end="",
        )
    assert seen["files"] >= COUNT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
    assert find_problems(DatasetReader(root).read()) == []


def can_be_edited(root: Path) -> str:
    """What became of an edit of a file that can be read: it is saved, or refused with a sentence."""
    store = Store(DatasetReader(root))
    if (x := store.reader.read().recommendations.get("x")) is None:
        return ""
    try:
        store.save(replace(x, paragraph="7"), by=ANNA, reason="A slip.")
    except TrackerError as bad:
        assert str(bad)
        return "edits refused"
    assert DatasetReader(root).read().recommendations["x"].paragraph == "7"
    return "edits saved"


WIDE = {
    "flow": ("parts: [" + "a," * 490_000 + "]\n", 7),
    "lists": ("parts: [" + "[]," * 320_000 + "]\n", 7),
    "groups": ("assessments: [" + "{}," * 320_000 + "]\n", 7),
    "lines": ("parts:\n" + "- a\n" * 240_000, 49_989),
    "nothings": ("parts:\n" + "-\n" * 480_000, 49_989),
    "keys": ("".join(f"k{n:x}: a\n" for n in range(95_000)), 24_998),
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
