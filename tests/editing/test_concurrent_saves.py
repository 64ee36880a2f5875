"""Many people save at the same moment: nobody is overwritten, nothing acknowledged is lost."""

import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.support.long import LONG
from tests.support.small_dataset import ASKED, PARTLY, folder, said
from tracker.editing.store import Store
from tracker.model.errors import Conflict
from tracker.model.permissions import Person, Role
from tracker.model.records import Recommendation
from tracker.storage.dataset_reader import DatasetReader

pytestmark = pytest.mark.usefixtures("spawnable_main")
NAMES = [f"r{n}" for n in range(10)]
EACH = 50 if LONG else 10
"""Saves of one person."""
PEOPLE = 8 if LONG else 3
EVERYBODY = 120
"""Seconds after which the test gives up; it takes a few."""


def save_often(root: Path, who: int, times: int, store: Store | None = None) -> list[tuple[str, str, str]]:
    """Saves that many assessments as one person, and gives the (file, reason, recorded) of every one acknowledged."""
    store = store or Store(DatasetReader(root))
    person, choice, kept = Person(Role.EDITOR, f"editor-{who}"), random.Random(who), []
    for n in range(times):
        name, reason = choice.choice(NAMES), f"{who} says this for the {n}th time: nothing moved."
        new = replace(PARTLY, reason=said(reason))
        while True:
            r = store.reader.read(fresh=True).recommendations[name]
            try:
                (saved,) = store.save(replace(r, assessments=(*r.assessments, new)), by=person, reason="Again.")
            except Conflict:
                continue
            assert isinstance(saved, Recommendation)
            kept.append((name, reason, saved.assessments[-1].recorded or ""))
            break
    return kept


def on_the_disk(root: Path) -> list[tuple[str, str, str]]:
    found = DatasetReader(root).read()
    assert found.problems == ()
    by_file = [
        [(r.id, a.reason[""].text, a.recorded or "") for a in r.assessments] for r in found.recommendations.values()
    ]
    for items in by_file:
        assert [time for *_, time in items] == sorted(time for *_, time in items)
    return [item for items in by_file for item in items]


@pytest.mark.slow
@pytest.mark.folder_only
def test_several_processes_save_often(tmp_path):
    folder(tmp_path, {f"r/{name}": f"# about {name}\n{ASKED}" for name in NAMES})
    with ProcessPoolExecutor(PEOPLE, mp_context=get_context("spawn")) as people:
        saving = [people.submit(save_often, tmp_path, who, EACH) for who in range(PEOPLE)]
        kept = [item for one in saving for item in one.result(EVERYBODY)]
    there, files = on_the_disk(tmp_path), sorted((tmp_path / "recommendations").iterdir())
    assert (len(kept), len({time for *_, time in there})) == (PEOPLE * EACH, PEOPLE * EACH)
    assert sorted(there) == sorted(kept)
    assert [path.name for path in files] == [f"{name}.yaml" for name in NAMES]
    assert all(path.read_text().startswith(f"# about {path.stem}\n{ASKED}") for path in files)


def test_the_threads_of_one_process_share_a_store(tmp_path):
    folder(tmp_path, {f"r/{name}": ASKED for name in NAMES})
    store = Store(DatasetReader(tmp_path))
    with ThreadPoolExecutor(8) as people:
        saving = [people.submit(save_often, tmp_path, who, 10, store) for who in range(8)]
        kept = [item for one in saving for item in one.result(EVERYBODY)]
    there = on_the_disk(tmp_path)
    assert (len(kept), len({time for *_, time in there})) == (80, 80)
    assert sorted(there) == sorted(kept)
    assert store.reader.read() == DatasetReader(tmp_path).read()
