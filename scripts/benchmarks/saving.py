"""One save: against a bare write of the same bytes, in a large folder and a small one, on a long record and a short one."""

import os
import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from scripts.benchmarks.report import Row, seconds
from scripts.generate_data import generate
from tracker.editing.store import Store
from tracker.model.localized_text import DEFAULT_LANGUAGE, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader

EDITOR = Person(Role.EDITOR, "bench")
SMALL, LONG, SHORT = 100, 50, 5
ROUNDS, FEWER = 31, 15
SAID = Assessment(
    voice=Voice.CIVIL_SOCIETY,
    status=Status.NOT_IMPLEMENTED,
    date="2026",
    reason={DEFAULT_LANGUAGE: TextVariant(text="A reason.")},
)


class Saves:
    """Saves of one folder, one after the other, each of a record that none of them saved before."""

    def __init__(self, folder: Path, first: int = 1, *, after: int = 0) -> None:
        """`after` so many assessments, which the records are given now."""
        self.folder, self.store, self.number = folder, Store(DatasetReader(folder)), first
        if after:
            for number in range(first, first + FEWER):
                self._save(self._next(number, after - 1))
        self.ahead = self._next(first)

    def __call__(self) -> Path:
        """Saves the next record; the file."""
        self._save(self.ahead)
        path = self.store.reader.read().path_of(self.ahead)
        self.number += 1
        return path

    def prepare(self) -> None:
        """What the editor has done before the save."""
        self.ahead = self._next(self.number)

    def _next(self, number: int, many: int = 1):
        r = self.store.reader.read().recommendations[f"cedaw-2021-{number}"]
        return replace(r, assessments=r.assessments + (SAID,) * many)

    def _save(self, record) -> None:
        self.store.save(record, by=EDITOR, reason="A reason.")


def saving(folder: Path) -> Iterator[Row]:
    """The rows of a save."""
    small = folder.parent / "small"
    generate(small, SMALL)
    count = len(list((folder / "recommendations").iterdir()))
    ours, theirs, synced = [], [], []
    saves = Saves(small)
    for _ in range(ROUNDS):
        saves.prepare()
        ours.append(seconds(saves))
        path = small / "recommendations" / f"cedaw-2021-{saves.number - 1}.yaml"
        raw = path.read_bytes()
        theirs.append(seconds(partial(bare, path, raw)))
        synced.append(seconds(partial(bare, path, raw, folder=True)))
    mine, floor, firm = (statistics.median(times) * 1e3 for times in (ours, theirs, synced))
    yield Row(f"one save, of {SMALL} recommendations", "bare write + fsync + replace, same bytes", mine, floor, 4.0)
    yield Row("the same", "the same + fsync of the folder, as a save does", mine, firm)
    little, much = in_turns(ROUNDS, Saves(small, ROUNDS + 1), Saves(folder))
    yield Row(f"one save, of {count:,} recommendations", f"of {SMALL}", much, little, 1.3)
    short, long = in_turns(FEWER, Saves(small, 65, after=SHORT), Saves(small, 80, after=LONG))
    yield Row(f"one save, of a record with {LONG} assessments", f"with {SHORT}", long, short, 5.0)


def in_turns(rounds: int, *saves: Saves) -> list[float]:
    """The median milliseconds of each."""
    times: list[list[float]] = [[] for _ in saves]
    for _ in range(rounds):
        for one, taken in zip(saves, times, strict=True):
            one.prepare()
            taken.append(seconds(one))
    return [statistics.median(taken) * 1e3 for taken in times]


def bare(path: Path, raw: bytes, *, folder: bool = False) -> None:
    """The least that puts bytes on the disk and leaves the old ones or the new ones; the new name too with `folder`."""
    new = path.with_name(f".{path.name}.new")
    with open(new, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    if folder:
        opened = os.open(path.parent, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)
