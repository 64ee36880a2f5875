"""The process ends, or the power fails, between any two system calls of a save: the old records are there, or the new ones."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import small_dataset
from tests.support.crash_simulation import Call, after_a_power_cut, crashed, files
from tests.support.long import LONG
from tests.support.small_dataset import ANNA, ASKED, BOLOT, LAW, REVIEWER, Clock, folder, said
from tracker.editing.redaction.remove_words import redact_folders
from tracker.editing.store import Store
from tracker.model.records import EvidenceLink, Recommendation, SameDemand
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, EvidenceEffect, EvidenceKind, Verification
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder.storage import lock_file
from tracker.validation.check import check_folder

BEARS = EvidenceLink(recommendation="x", effect=EvidenceEffect.PROGRESS)
NEWS = replace(
    LAW, kind=EvidenceKind.NEWS, publisher="A paper", summary=said("A law was signed."), relevant_to=(BEARS,)
)
PARTLY = replace(small_dataset.PARTLY, organisation="editors", evidence=("law-2026",))


def a_title(store: Store) -> None:
    store.save(replace(of(store, "x"), title=said("New")), by=ANNA, reason="A slip.")


def a_new_recommendation(store: Store) -> None:
    store.save(replace(of(store, "x"), id="z", version="", assessments=()), by=ANNA, reason="It was forgotten.")


def evidence_and_a_recommendation(store: Store) -> None:
    store.save(replace(of(store, "x"), assessments=(PARTLY,)), NEWS, by=ANNA, reason="A law.")


def a_new_recommendation_and_one_that_names_it(store: Store) -> None:
    new = replace(of(store, "x"), id="z", version="")
    named = (SameDemand(recommendation="z"),)
    store.save(replace(of(store, "x"), same_demand=named), new, by=ANNA, reason="It was forgotten.")


def evidence_and_two_recommendations(store: Store) -> None:
    x, y = (replace(of(store, name), assessments=(PARTLY,)) for name in "xy")
    store.save(y, x, NEWS, by=ANNA, reason="A law.")


def a_document_and_what_rests_on_it(store: Store) -> None:
    new = Document(
        id="letter",
        body="cescr",
        kind=DocumentKind.RAPPORTEURS_LETTER,
        title=said("Letter"),
        cycle="cescr-2024",
        issued="2026-01",
        verification=Verification.SEEN,
    )
    news = replace(NEWS, document="letter")
    store.save(replace(of(store, "x"), assessments=(PARTLY,)), news, new, by=ANNA, reason="A letter.")


def words_removed(store: Store) -> None:
    redact_folders(store, RedactionTerms(("forgotten",)), by=REVIEWER, day=date(2026, 11, 24))


def of(store: Store, name: str) -> Recommendation:
    return store.reader.read(fresh=True).recommendations[name]


ONE = (a_title, a_new_recommendation)
SEVERAL = (
    evidence_and_a_recommendation,
    evidence_and_two_recommendations,
    a_new_recommendation_and_one_that_names_it,
    pytest.param(a_document_and_what_rests_on_it, marks=pytest.mark.long),
    words_removed,
)
DEEDS = pytest.mark.parametrize("deed", [*ONE, *SEVERAL], ids=lambda deed: deed.__name__)
Deed = Callable[[Store], None]


def laid(root: Path) -> Path:
    """A folder with two recommendations as they were before each deed."""
    text = ASKED.replace("summary: S", "summary: Not to be forgotten")
    return folder(root, {f"r/{name}": f"# about {name}\n{text}" for name in "xy"})


def done(deed: Deed, root: Path, at: int) -> tuple[bool, list[Call]]:
    """A deed that ends before its system call `at`."""
    # the same recorded times every time
    return crashed(lambda: deed(Store(DatasetReader(root), clock=Clock())), at, root)


def goes_on(root: Path, before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, bytes]:
    """What is there after an end between two steps: every file is an old one or a new one, and nothing names what is not there."""
    there = files(root)
    assert {name: raw for name, raw in there.items() if raw not in (before.get(name), after.get(name))} == {}
    assert before.keys() <= there.keys() <= after.keys()
    assert check_folder(root) == []
    return there


def everything(root: Path) -> frozenset[tuple[str, int, bytes]]:
    """Every file and folder below a folder, the hidden ones too: name, mode and bytes."""
    return frozenset(
        (str(path.relative_to(root)), path.stat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
    )


def saves_again(root: Path) -> None:
    """The next start, by somebody else: the lock is free, every record can be saved, and after the first save no half-written file is left."""
    with lock_file(root / ".lock", patience=0):
        pass
    store = Store(DatasetReader(root))
    for records in (store.reader.read().recommendations, store.reader.read().evidence):
        for record in records.values():
            (saved,) = store.save(replace(record, title=said("Another")), by=BOLOT, reason="A slip.")
            assert saved.history[-1].recorded > max(
                a.recorded or "" for a in (record, *getattr(record, "assessments", ()))
            )
            assert list(root.rglob(".*.new")) == []
    assert check_folder(root) == []


def test_one_save_asks_this_of_the_system(tmp_path):
    _, calls = done(a_title, laid(tmp_path), 1_000)
    assert [str(call) for call in calls] == [
        "open .redacted",
        "open .lock",
        "flock .lock",
        "open recommendations/x.yaml",
        "pwrite .lock",
        "mkdir recommendations",
        "open recommendations/.x.yaml.new",
        "chmod recommendations/.x.yaml.new",
        "write recommendations/.x.yaml.new",
        "write recommendations/.x.yaml.new",
        "fsync recommendations/.x.yaml.new",
        "replace recommendations/.x.yaml.new recommendations/x.yaml",
        "open recommendations",
        "fsync recommendations",
        "close recommendations",
        "unlink recommendations/.x.yaml.new",
        "ftruncate .lock",
        "close .lock",
    ]


@DEEDS
def test_a_crash_between_two_steps_leaves_the_old_records_or_the_new_ones(tmp_path, capsys, deed):
    before = files(laid(tmp_path / "whole"))
    _, calls = done(deed, tmp_path / "whole", 1_000)
    after, states, seen = files(tmp_path / "whole"), [], set()
    changed = {number + 1 for number, call in enumerate(calls, 1) if call.name in ("replace", "unlink")}
    # the machine stops before every call, or in the short test after each that changes a file, and a few
    for at in (at for at in range(1, len(calls) + 2) if LONG or at in changed or at % 5 == 1 or at > len(calls)):
        root = laid(tmp_path / str(at))
        ended, _ = done(deed, root, at)
        assert ended is (at <= len(calls))
        states.append(files(root))
        # a step that changes nothing on the disk leaves what the step before it left
        if (left := everything(root)) not in seen:
            seen.add(left)
            goes_on(root, before, after)
            saves_again(root)
        shutil.rmtree(root)
    # one file: the old one until a step, the new one from then on; several: one more after the other
    changes = [later for state, later in pairwise(states) if state != later]
    assert (states[0], states[-1]) == (before, after)
    assert len(changes) == sum(before.get(name) != raw for name, raw in after.items())
    with capsys.disabled():
        print(
            f"\n{deed.__name__.replace('_', ' ')}: ended before {len(states)} of {len(calls)} steps, {len(changes)} files changed",
            end="",
        )


@DEEDS
def test_a_power_cut_between_two_steps_leaves_the_old_records_or_the_new_ones(tmp_path, capsys, deed):
    before = files(laid(tmp_path / "whole"))
    _, calls = done(deed, tmp_path / "whole", 1_000)
    after, seen, tried = files(tmp_path / "whole"), set(), 0
    for n in range(len(calls) + 1):
        for state in after_a_power_cut(calls[:n], before, after):
            tried += 1
            if (sign := tuple(sorted(state.items()))) not in seen:
                seen.add(sign)
                root = tmp_path / f"{len(seen)}"
                for name, raw in state.items():
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_bytes(raw)
                goes_on(root, before, after)
    # what was acknowledged is kept, whatever is lost of what the disk was not told to keep
    assert list(after_a_power_cut(calls, before, after)) == [after]
    with capsys.disabled():
        print(
            f"\n{deed.__name__.replace('_', ' ')}: power cut after each of {len(calls)} steps, {tried} states, {len(seen)} different",
            end="",
        )
