"""Ten thousand saves by eight processes, two hundred of them killed at random moments: nothing acknowledged is lost."""

import os
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.editing.test_concurrent_saves import on_the_disk
from tests.support.killed_people import People, acknowledged, so_far
from tests.support.small_dataset import ANNA, ASKED, folder, said
from tracker.editing.store import Store
from tracker.model.errors import Conflict, LockTimeout
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment, Recommendation
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import lock_file
from tracker.validation.check import check_folder

SAVES = 10_000
KILLS = SAVES // 50
PEOPLE, SEED = 8, 1948
NAMES = [f"r{n:03}" for n in range(400)]


def save_on(root: Path, told: Path, who: int, life: int, times: int) -> None:
    """Saves that many assessments, and writes of each that was acknowledged "file, reason, recorded" into a file of its own."""
    reader = DatasetReader(root)
    reader.read()
    store, person, choice = Store(reader), Person(Role.EDITOR, f"editor-{who}"), random.Random(f"{SEED} {who} {life}")
    kept = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for n in range(times):
        name, reason = choice.choice(NAMES), f"{who}, in life {life:03}, says for time {n:04}: nothing moved."
        new = Assessment(
            voice=Voice.CIVIL_SOCIETY,
            organisation="editors",
            status=Status.PARTIALLY,
            date="2026-01",
            reason=said(reason),
        )
        while True:
            reader.refresh(root / "recommendations" / f"{name}.yaml")
            r = reader.read().recommendations[name]
            try:
                (saved,) = store.save(replace(r, assessments=(*r.assessments, new)), by=person, reason="Again.")
            except (Conflict, LockTimeout):
                continue
            break
        assert isinstance(saved, Recommendation)
        os.write(kept, f"{name}\t{reason}\t{saved.assessments[-1].recorded}\n".encode())
        os.fsync(kept)


def save_and_be_killed(root: Path, told: Path) -> int:
    """All the saves with all the kills; gives how many were killed."""
    chance, killed = random.Random(SEED), 0
    people = People(save_on, told, root, count=PEOPLE, saves=SAVES)
    # the moments: after so many acknowledged saves, and then some thousandths of a second into the next ones
    for after in sorted(chance.sample(range(SAVES * 9 // 10), KILLS)):
        while so_far(told) < after:
            people.go_on()
        time.sleep(chance.random() * 0.02)
        while not people.kill(chance.randrange(PEOPLE)):
            people.go_on()
        killed += 1
    while people.go_on():
        pass
    return killed


# test_crash_between_steps.py ends a save between any two of its steps
@pytest.mark.long
def test_nothing_acknowledged_is_lost_when_processes_are_killed(tmp_path, capsys, spawnable_main):
    root, told = (
        folder(tmp_path / "data", {f"r/{name}": f"# about {name}\n{ASKED}" for name in NAMES}),
        tmp_path / "told",
    )
    told.mkdir()
    began = time.monotonic()
    killed = save_and_be_killed(root, told)
    took = time.monotonic() - began

    kept = Counter(item for path in told.iterdir() for item in acknowledged(path))
    there = Counter(on_the_disk(root))
    unheard = there - kept
    left = sorted(path.name for path in root.rglob(".*.new"))
    with capsys.disabled():
        print(
            f"\n{kept.total():,} saves by {PEOPLE} processes, {killed} killed, {took:.0f} s: "
            f"{(kept - there).total()} lost, {unheard.total()} saved but not acknowledged, {len(left)} temporary files left"
        )
    assert (kept.total(), killed) == (SAVES, KILLS)
    assert kept - there == Counter()
    # who is killed between the save and hearing of it leaves one that nobody was told of
    assert unheard.total() <= killed
    assert len({time for *_, time in there}) == there.total()
    assert all(path.read_text().startswith(f"# about {path.stem}\n{ASKED}") for path in files(root))
    assert check_folder(root) == []
    the_next_start_works(root)


def files(root: Path) -> list[Path]:
    return sorted((root / "recommendations").glob("[!.]*"))


def the_next_start_works(root: Path) -> None:
    """The lock is free, no file is there that nobody knows, and one save takes away all that killed ones left."""
    with lock_file(root / ".lock", patience=0):
        pass
    assert [path.name for path in files(root)] == [f"{name}.yaml" for name in NAMES]
    assert {path.name for path in root.iterdir() if path.name.startswith(".")} <= {".lock"}
    store = Store(DatasetReader(root))
    r = store.reader.read().recommendations[NAMES[0]]
    store.save(replace(r, title=said("New")), by=ANNA, reason="A slip.")
    assert list(root.rglob(".*.new")) == []
    assert DatasetReader(root).read().problems == ()
