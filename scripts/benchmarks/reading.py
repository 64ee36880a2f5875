"""Reading and checking a folder: against PyYAML's C loader, and against doorstop with the same recommendations as its items."""

import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import yaml

from scripts.benchmarks.report import Row, medians, seconds
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder

HERE = Path(__file__).parent
THEIRS = HERE.parent.parent / ".venv-bench" / "bin" / "python"
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


def reading(folder: Path) -> Iterator[Row]:
    """A cold read, and another one after one file changed."""
    files = sorted((folder / "recommendations").glob("*.yaml"))

    def floor() -> object:
        return [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files]

    bare, cold = medians(5, floor, lambda: DatasetReader(folder).read())
    yield Row(f"read {len(files):,} cold, checked field by field, with lines", "PyYAML's C loader", cold, bare, 1.0)
    reader, number = DatasetReader(folder, look_every=0), count()
    reader.read()

    def one_changed() -> object:
        files[0].write_text(files[0].read_text("utf-8") + f"# {next(number)}\n", "utf-8")
        return reader.read()

    afresh, again = medians(5, lambda: DatasetReader(folder).read(), one_changed)
    yield Row("read again after one file changed", "a cold read", again, afresh, 0.1)


def against_doorstop(folder: Path) -> Iterator[Row]:
    """The read and the check of the same recommendations by doorstop, in a process of its own, in turns with ours."""
    place = folder.parent / "doorstop"
    number, size = as_items(folder, place)
    with doorstop(place) as asks:
        for deed, work, peer, goal in (
            ("load", lambda: DatasetReader(folder).read(), "read {:,} cold", 6.0),
            ("check", lambda: check_folder(folder), "check of {:,}, from a cold start", 5.0),
        ):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                theirs.append(asks(deed))
                ours.append(seconds(work))
            mine, other = (statistics.median(times) * 1e3 for times in (ours, theirs))
            about = f"doorstop 3.2, its {deed}" + (
                f", items of {size:.0%} of ours" if deed == "load" else ", without git"
            )
            yield Row(peer.format(number), about, mine, other, goal, faster=True)


def as_items(folder: Path, place: Path) -> tuple[int, float]:
    """Writes the recommendations as items of one doorstop document; how many, and their bytes as a share of ours."""
    reqs = place / "reqs"
    reqs.mkdir(parents=True)
    (reqs / ".doorstop.yml").write_text("settings:\n  digits: 5\n  prefix: REQ\n  sep: '-'\n")
    mine = theirs = 0
    records = DatasetReader(folder).read().recommendations.values()
    for number, r in enumerate(records, 1):
        a = r.assessments[0]
        text = ITEM.format(
            number=number, title=r.title["en"].text, first=r.summary["en"].text.replace("\n", "\n  "),
            theme=r.tags[0].themes[0], date=a.date, status=a.status, direction=a.direction,
            reason=next(iter(a.reason.values())).text, recorded=a.recorded,
        )  # fmt: skip
        (reqs / f"REQ-{number:05d}.yml").write_text(text, "utf-8")
        mine += (folder / "recommendations" / f"{r.id}.yaml").stat().st_size
        theirs += len(text.encode())
    return len(records), theirs / mine


@contextmanager
def doorstop(place: Path) -> Iterator:
    """Asks doorstop for a deed and gives the seconds that it took."""
    if not THEIRS.exists():
        raise SystemExit("doorstop is not there: make bench installs it")
    command = [str(THEIRS), str(HERE / "doorstop_peer.py"), str(place)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdin and running.stdout

        def asks(deed: str) -> float:
            running.stdin.write(deed + "\n")
            running.stdin.flush()
            return float(running.stdout.readline().split()[0])

        yield asks
        running.stdin.close()
