"""The folder goes away, the clock goes back, others die or save too: readers go on, nothing is lost, it comes back by itself."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, folder, said
from tests.support.small_dataset import ASKED as SMALL
from tests.support.story_folder import ASKED, made
from tracker.config import Config
from tracker.editing.redaction.remove_words import find_occurrences, redact_folders
from tracker.editing.store import Store
from tracker.model.errors import LockTimeout, NoDataset, RedactionRefused, WriteFailed
from tracker.model.permissions import Person, Role
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import lock_file

REVIEWER = Person(Role.REVIEWER, "reviewer-x1")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return made(tmp_path / "data")


def moved(data: Path) -> str:
    data.rename(data.with_name("elsewhere"))
    return f"There is no folder {data}. Set TRACKER_DATA to the folder that holds tracker.yaml."


def unmounted(data: Path) -> str:
    moved(data)
    data.mkdir()
    return f"The folder {data} is empty. Restore its files."


def a_file(data: Path) -> str:
    moved(data)
    data.write_text("not a folder\n")
    return f"The folder {data} cannot be read (Not a directory). Check its permissions."


@pytest.mark.parametrize("deed", [moved, unmounted, a_file])
def test_a_folder_that_is_gone_stays_as_it_was_and_comes_back(data, deed):
    reader = DatasetReader(data, look_every=0)
    store, started, before = Store(reader), time.time(), reader.read()
    what = deed(data)
    for _ in range(3):
        assert reader.read(fresh=True) is before
    assert reader.unavailable and reader.unavailable.message == what
    assert started <= reader.unavailable.since <= time.time()
    # nothing is saved, neither an edit nor what is new: it would be in another folder than the rest
    law = before.evidence["law"]
    for e in (replace(law, publisher="Kaktus"), replace(law, id="new", version="")):
        with pytest.raises((WriteFailed, NoDataset)):
            store.save(e, by=ANNA, reason="A slip.")
    # and nobody is told that words stand nowhere
    with pytest.raises(RedactionRefused, match="Nothing was removed"):
        find_occurrences(store, Config(data, data.parent / "state"), RedactionTerms(["signed"]), datetime.now(UTC))
    with pytest.raises(NoDataset):
        redact_folders(store, RedactionTerms(["signed"]), by=REVIEWER, day=date(2026, 11, 24))

    left = sorted(path.name for path in data.rglob("*")) if data.is_dir() else []
    assert left in ([], [".lock"])
    data.unlink() if data.is_file() else shutil.rmtree(data, ignore_errors=True)
    data.with_name("elsewhere").rename(data)
    assert (reader.read() == before, reader.unavailable) == (True, None)
    (saved,) = store.save(replace(law, publisher="Kaktus"), by=ANNA, reason="A slip.")
    assert reader.read().evidence["law"] == saved


def test_what_changed_while_it_was_gone_shows_when_it_is_back(data):
    reader = DatasetReader(data, look_every=0)
    reader.read()
    moved(data)
    reader.read()
    (data.with_name("elsewhere") / "recommendations" / "r1.yaml").write_text(ASKED.replace("Repeal", "Abolish"))
    shutil.copytree(data.with_name("elsewhere"), data)
    assert reader.read().recommendations["r1"].title[""].text == "Abolish the punishments"


def test_recorded_times_go_on_whatever_the_clock_does(tmp_path):
    root, jumps = folder(tmp_path, {"r/r0": SMALL}), Random(7)

    def clock() -> datetime:
        return datetime(jumps.choice((1999, 2026, 2031)), 1, jumps.randint(1, 28), tzinfo=UTC)

    for _ in range(20):
        # each time a server of its own, with nothing in memory
        store = Store(DatasetReader(root), clock=clock)
        r = store.reader.read().recommendations["r0"]
        store.save(replace(r, title=said(f"{jumps.random()}")), by=ANNA, reason="Again.")
    times = [change.recorded for change in DatasetReader(root).read().recommendations["r0"].history]
    assert (len(times), times == sorted(set(times))) == (20, True)


HOLDING = """
import sys, time
from pathlib import Path
from tracker.storage.folder.storage import lock_file
with lock_file(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path):
    root = folder(tmp_path, {"r/r0": SMALL})
    store = Store(DatasetReader(root))
    r = store.reader.read().recommendations["r0"]
    for n in range(5):
        run = [sys.executable, "-c", HOLDING, str(root / ".lock")]
        with subprocess.Popen(run, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
            assert holder.stdout and holder.stdout.readline() == "held\n"
            with pytest.raises(LockTimeout), lock_file(root / ".lock", patience=0):
                pass
            holder.kill()
        (r,) = store.save(replace(r, title=said(f"{n}")), by=ANNA, reason="Again.")
