"""The time to read and check a folder, compared with PyYAML's C loader and with doorstop.

Doorstop, another program, reads and checks the same recommendations.
"""

import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import yaml

from scripts.benchmarks.report import Row, median_milliseconds, time_call
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

HERE = Path(__file__).parent
DOORSTOP_PYTHON = HERE.parent.parent / ".venv-bench" / "bin" / "python"
ROUNDS = 3
ITEM = """active: true
derived: false
header: {title}
level: {number}
links: []
normative: true
ref: ''
reviewed: null
text: |
  {first}
text_ru: |
  Государству следует продолжать реформы и сообщить о принятых мерах.
title_ru: Рекомендация номер {number}
issued_by: committee
document: cedaw-c-kgz-co-5
verification: reported
publisher: A publisher
link: https://example.org/{number}
tagged_by: ours
themes: [{theme}]
voice: civil-society
date: {date}
status: {status}
direction: {direction}
reason: {reason}
source: ngo-2024
recorded: {recorded}
recorded_by: generator
"""


def measure_reading(folder: Path) -> Iterator[Row]:
    """Yield the time of a first read, with nothing in memory, and the time of a read after one file changed."""
    files = sorted((folder / "recommendations").glob("*.yaml"))

    def floor() -> object:
        return [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files]

    floor_time, cold = median_milliseconds(5, floor, lambda: DatasetReader(folder).read())
    yield Row(
        f"read {len(files):,} cold, checked field by field, with lines",
        "PyYAML's C loader",
        cold,
        theirs=floor_time,
        goal=1.0,
    )
    reader, number = DatasetReader(folder, look_every=0), count()
    reader.read()

    def read_after_change() -> object:
        files[0].write_text(files[0].read_text("utf-8") + f"# {next(number)}\n", "utf-8")
        return reader.read()

    cold, again = median_milliseconds(5, lambda: DatasetReader(folder).read(), read_after_change)
    yield Row("read again after one file changed", "a cold read", again, theirs=cold, goal=0.1)


def compare_with_doorstop(folder: Path) -> Iterator[Row]:
    """Yield the time to read and the time to check the recommendations, each compared with doorstop.

    Our code and doorstop are measured in turns. Doorstop runs in its own process.
    """
    peer_folder = folder.parent / "doorstop"
    number, size = write_doorstop_items(folder, peer_folder)
    with running_doorstop(peer_folder) as run_doorstop:
        for command, work, label, goal in (
            ("load", lambda: DatasetReader(folder).read(), "read {:,} cold", 6.0),
            ("check", lambda: check_folder(folder), "check of {:,}, from a cold start", 5.0),
        ):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                theirs.append(run_doorstop(command))
                ours.append(time_call(work))
            our_time, their_time = (statistics.median(times) * 1e3 for times in (ours, theirs))
            note = f"items of {size:.0%} of ours" if command == "load" else "without git"
            peer = f"doorstop 3.2, its {command}, {note}"
            yield Row(label.format(number), peer, our_time, theirs=their_time, goal=goal, faster=True)


def write_doorstop_items(folder: Path, peer_folder: Path) -> tuple[int, float]:
    """Write the recommendations as items of one doorstop document. Return (number of items, relative size).

    The relative size is the bytes of the doorstop files divided by the bytes of our files.
    """
    reqs = peer_folder / "reqs"
    reqs.mkdir(parents=True)
    (reqs / ".doorstop.yml").write_text("settings:\n  digits: 5\n  prefix: REQ\n  sep: '-'\n")
    our_bytes = their_bytes = 0
    records = DatasetReader(folder).read().recommendations.values()
    for number, r in enumerate(records, 1):
        a = r.assessments[0]
        text = ITEM.format(
            number=number,
            title=r.title["en"].text,
            first=r.summary["en"].text.replace("\n", "\n  "),
            theme=r.tags[0].themes[0],
            date=a.date,
            status=a.status,
            direction=a.direction,
            reason=next(iter(a.reason.values())).text,
            recorded=a.recorded,
        )
        (reqs / f"REQ-{number:05d}.yml").write_text(text, "utf-8")
        our_bytes += (folder / "recommendations" / f"{r.id}.yaml").stat().st_size
        their_bytes += len(text.encode())
    return len(records), their_bytes / our_bytes


@contextmanager
def running_doorstop(folder: Path) -> Iterator[Callable[[str], float]]:
    """Start doorstop, and yield a function that runs one command of doorstop and returns the seconds it took."""
    if not DOORSTOP_PYTHON.exists():
        raise SystemExit("doorstop is not installed: run make bench, which installs it")
    process_command = [str(DOORSTOP_PYTHON), str(HERE / "doorstop_peer.py"), str(folder)]
    with subprocess.Popen(process_command, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdin and running.stdout

        def run(command: str) -> float:
            running.stdin.write(command + "\n")
            running.stdin.flush()
            return float(running.stdout.readline().split()[0])

        yield run
        running.stdin.close()
