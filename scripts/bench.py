"""Ratios, measured in one run on one machine: python scripts/bench.py [--count 5000]."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from generate import generate

from tracker.dataset import Reader
from tracker.model import Assessment
from tracker.people import Person, Role
from tracker.search import fold, sought
from tracker.store import Store
from tracker.texts import MAIN, Wording
from tracker.view import View
from tracker.words import Status, Voice

EDITOR = Person(Role.EDITOR, "bench")


def seconds(deed: Callable[[], object]) -> float:
    """How long a deed takes. What it gives back is let go only after the clock has stopped."""
    start = time.perf_counter()
    given = deed()
    taken = time.perf_counter() - start
    del given
    return taken


def medians(rounds: int, *deeds: Callable[[], object]) -> list[float]:
    """The median time of each deed, the deeds taking turns so that a busy machine slows them alike."""
    times = [[seconds(deed) for deed in deeds] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def reading(folder: Path) -> None:
    files = sorted((folder / "recommendations").glob("*.yaml"))

    def floor() -> object:
        return [yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader) for file in files]

    bare, cold = medians(5, floor, lambda: Reader(folder).read())
    say(f"read {len(files):,} cold, checked field by field, against PyYAML's C loader", cold, bare)
    reader = Reader(folder, look_every=0)
    reader.read()
    number = iter(range(10**6))

    def one_changed() -> object:
        files[0].write_text(files[0].read_text("utf-8") + f"# {next(number)}\n", "utf-8")
        return reader.read()

    (again,) = medians(9, one_changed)
    say("read again after one file changed, against cold", again, cold)


def saving(folder: Path) -> None:
    store = Store(Reader(folder))
    path = folder / "recommendations" / "cedaw-2021-7.yaml"

    def bare() -> None:
        new = path.with_name(".bare")
        with open(new, "wb") as file:
            file.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, folder / "bare")

    def save() -> None:
        r = store.reader.read().recommendations["cedaw-2021-7"]
        said = Assessment(
            voice=Voice.CIVIL_SOCIETY, status=Status.NOT_IMPLEMENTED, date="2026", reason={MAIN: Wording(text="x")}
        )
        store.save(replace(r, assessments=(*r.assessments, said)), by=EDITOR, reason="x")

    floor, ours = medians(15, bare, save)
    say("one save, against a bare write + fsync + replace", ours, floor)


def searching(folder: Path) -> None:
    reader = Reader(folder, look_every=0)
    view = View(reader.read(), date(2026, 6, 1))
    made = seconds(lambda: view.searchable)
    plain = {name: fold("\n".join(texts.all())) for name, texts in view.searchable.texts.items()}

    def scan() -> object:
        return [name for name, text in plain.items() if all(word in text for word in ("harm", "рекомендац"))]

    floor, ours = medians(15, scan, lambda: view.searchable.index.find(sought("harm рекомендации")))
    count = len(plain)
    say(f"one search of two words among {count:,}, against a scan of the same texts", ours, floor)

    path = folder / "recommendations" / "cedaw-2021-7.yaml"
    path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
    after = View(reader.read(), date(2026, 6, 1))
    again = seconds(lambda: after.searchable)
    say("the words of all texts again after one save, against the first time", again, made)


def say(what: str, ours: float, other: float) -> None:
    print(f"{what:75} {ours * 1e3:9.1f} ms {other * 1e3:9.1f} ms {ours / other:6.2f} x", flush=True)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=5000)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        generate(folder, wanted.count)
        reading(folder)
        saving(folder)
        searching(folder)
