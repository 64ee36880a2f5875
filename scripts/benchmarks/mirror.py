"""The time and memory to build the mirror: of the shipped data, of many recommendations, and again after one change."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.report import Row
from scripts.generate_data import generate

ROOT = Path(__file__).parent.parent.parent


def measure_mirror(folder: Path, count: int) -> Iterator[Row]:
    """Yield rows about mirrors of the shipped data, of `count` recommendations, and again after one change.

    The mirrors have three languages. A build may use all cores.
    """
    data, mirror = folder / "mirror-data", folder / "mirror"
    seconds, _cpu, _memory = build(ROOT / "data", mirror)
    size = sum(path.stat().st_size for path in mirror.rglob("*") if path.is_file()) / 1e6
    yield Row("mirror of the shipped data, three languages", "", seconds, goal=3, unit="s")
    yield Row("its size", "", size, goal=10, unit="MB")
    shutil.rmtree(mirror)
    generate(data, count)
    seconds, cpu, memory = build(data, mirror)
    yield Row(f"mirror of {count:,}, three languages; {cpu:.0f} s of CPU", "", seconds, goal=60, unit="s")
    yield Row("memory of its largest process", "", memory, goal=400, unit="MB")
    path = data / "recommendations" / "cedaw-2021-7.yaml"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    seconds, cpu, _memory = build(data, mirror)
    yield Row(f"again after one change; {cpu:.0f} s of CPU", "", seconds, goal=3, unit="s")


def build(data: Path, mirror: Path) -> tuple[float, float, float]:
    """Build a mirror with the command line. Return (seconds, seconds of CPU, megabytes of its largest process)."""
    start = time.perf_counter()
    command, environment = [sys.executable, "-m", "tracker", "build", str(mirror)], {"TRACKER_DATA": str(data)}
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "the mirror was not built"
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
