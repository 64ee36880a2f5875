"""The time of one save: compared with a bare write, in a large and a small folder, of a long and a short record."""

import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from scripts.benchmarks.report import Row, time_call
from scripts.generate_data import generate
from tracker.config import StoragePlace
from tracker.editing.store import Store
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment, Recommendation
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader

EDITOR = Person(Role.EDITOR, "bench")
SMALL_FOLDER = 100
"""Number of recommendations in the small folder."""
LONG_RECORD, SHORT_RECORD = 50, 5
"""Number of assessments in a long record, and in a short one."""
ROUNDS, FEWER_ROUNDS = 31, 15
ASSESSMENT = Assessment(
    voice=Voice.CIVIL_SOCIETY,
    organisation="editors",
    status=Status.NOT_IMPLEMENTED,
    date="2026",
    reason={NO_LANGUAGE_CODE: TextVariant(text="A reason.")},
)


class RecordSaver:
    """A function that saves one record after the other in a folder or database. `number` is that of the next record.

    Call `prepare` before each call, so that only the save itself is measured.
    """

    def __init__(self, folder: StoragePlace, first: int = 1, *, assessments: int = 0) -> None:
        """Start with record number `first`.

        If `assessments` is not 0, the next FEWER_ROUNDS records first get assessments until each has this number.
        """
        self.folder, self.store, self.number = folder, Store(DatasetReader(folder)), first
        if assessments:
            for number in range(first, first + FEWER_ROUNDS):
                self._save(self._changed(number, assessments - 1))
        self.prepared = self._changed(first)

    def __call__(self) -> PurePath:
        """Save the prepared record, and return the path of its file."""
        self._save(self.prepared)
        path = self.store.reader.read().path_of(self.prepared)
        self.number += 1
        return path

    def prepare(self) -> None:
        """Prepare the next record, as an editor does before a save."""
        self.prepared = self._changed(self.number)

    def _changed(self, number: int, added: int = 1) -> Recommendation:
        """Return a record with `added` more assessments, not saved yet."""
        r = self.store.reader.read().recommendations[f"cedaw-2021-{number}"]
        return replace(r, assessments=r.assessments + (ASSESSMENT,) * added)

    def _save(self, r: Recommendation) -> None:
        self.store.save(r, by=EDITOR, reason="A reason.")


def save_repeatedly(folder: StoragePlace, count: int, saves: Any, interval: float) -> None:
    """Save an assessment of one of `count` records every `interval` seconds and count it in `saves`, until the process ends."""
    saver, rng = RecordSaver(folder), random.Random(1948)
    while True:
        saver.number = rng.randint(1, count)
        saver.prepare()
        saver()
        saves.value += 1
        time.sleep(interval)


def measure_saving(folder: Path) -> Iterator[Row]:
    """Yield rows with the time of one save, in a small folder and in `folder`, of a short and of a long record.

    The small folder is made beside `folder`.
    """
    small = folder.parent / "small"
    generate(small, SMALL_FOLDER)
    count = len(list((folder / "recommendations").iterdir()))
    ours, plain_writes, synced_writes = [], [], []
    saves = RecordSaver(small)
    for _ in range(ROUNDS):
        saves.prepare()
        ours.append(time_call(saves))
        path = small / "recommendations" / f"cedaw-2021-{saves.number - 1}.yaml"
        raw = path.read_bytes()
        plain_writes.append(time_call(partial(write_file, path, raw)))
        synced_writes.append(time_call(partial(write_file, path, raw, sync_folder=True)))
    save, plain, synced = (statistics.median(times) * 1e3 for times in (ours, plain_writes, synced_writes))
    work = f"one save, of {SMALL_FOLDER} recommendations"
    yield Row(work, "bare write + fsync + replace, same bytes", save, theirs=plain, goal=4.0)
    yield Row("the same", "the same + fsync of the folder, as a save does", save, theirs=synced)
    in_small, in_large = save_in_turns(ROUNDS, RecordSaver(small, ROUNDS + 1), RecordSaver(folder))
    yield Row(f"one save, of {count:,} recommendations", f"of {SMALL_FOLDER}", in_large, theirs=in_small, goal=1.3)
    records = ((65, SHORT_RECORD), (80, LONG_RECORD))
    short, long = save_in_turns(FEWER_ROUNDS, *(RecordSaver(small, first, assessments=n) for first, n in records))
    work = f"one save, of a record with {LONG_RECORD} assessments"
    yield Row(work, f"with {SHORT_RECORD}", long, theirs=short, goal=5.0)


def save_in_turns(rounds: int, *all_saves: RecordSaver) -> list[float]:
    """Save once a round with each of `all_saves`, and return the median milliseconds of each.

    They take turns, so that load slows all alike.
    """
    times: list[list[float]] = [[] for _ in all_saves]
    for _ in range(rounds):
        for saves, taken in zip(all_saves, times, strict=True):
            saves.prepare()
            taken.append(time_call(saves))
    return [statistics.median(taken) * 1e3 for taken in times]


def write_file(path: Path, raw: bytes, *, sync_folder: bool = False) -> None:
    """Replace a file so that it is never half written, with as little work as possible.

    With `sync_folder`, the replacement also survives a loss of power.
    """
    new = path.with_name(f".{path.name}.new")
    with open(new, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    if sync_folder:
        descriptor = os.open(path.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
