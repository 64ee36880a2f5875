"""Public evidence made private again: the words go from everything public, a gap stays, nothing is lost."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.canary_folder import lay
from tests.support.examples import examples
from tests.support.small_dataset import ANNA, REVIEWER
from tests.support.story_folder import TRACKER, made
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.store import Store
from tracker.editing.undo import dependants_of
from tracker.model.errors import Conflict, ValidationFailed, WriteFailed
from tracker.model.lifecycle import is_unpublished
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder import atomic_write
from tracker.validation.check import check_folder

DAY = date(2026, 11, 24)
WORD = "Zimnyaya"
"""It stands in every text of the evidence, and nowhere else."""
EXAMPLES = examples(__file__)
EVIDENCE = EXAMPLES["evidence"]
KEPT = EVIDENCE.replace("history:", "private:\n  organisation: editors\n  shared_with: all\nhistory:")
"""What is in the private folder afterwards: it belongs to the editors, and all organisations can read it, as before."""
NAME = "held-private-646b94"
"""The id that it gets there. It ends with a hash of KEPT."""
FILES = {
    "evidence/held.yaml": EVIDENCE,
    "recommendations/r1.yaml": EXAMPLES["resting"],
    "tracker.yaml": "languages: [en, ru]\n" + TRACKER,
}


@pytest.fixture
def folder(tmp_path: Path) -> PrivateFolder:
    data = made(tmp_path / "data", FILES)
    return PrivateFolder(tmp_path / "private", DatasetReader(data, look_every=0.0), THE_HOST)


def unpublished(folder: PrivateFolder, id: str = "held") -> str:
    public = folder.public
    return folder.unpublish(public.read().evidence[id], Store(public), by=REVIEWER, day=DAY)


def holding(root: Path) -> list[str]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return [path.name for path in files if WORD.casefold() in path.read_bytes().decode("utf-8").casefold()]


def test_the_words_go_to_the_private_folder_and_a_gap_stays(folder, tmp_path):
    assert (holding(tmp_path / "data"), unpublished(folder)) == (["held.yaml"], NAME)
    assert holding(tmp_path / "data") == []
    assert (tmp_path / "private" / "evidence" / f"{NAME}.yaml").read_text("utf-8") == KEPT
    raw = (tmp_path / "data" / "evidence" / "held.yaml").read_text("utf-8")
    event = raw.removeprefix(EXAMPLES["gap"]).splitlines()
    assert (raw.startswith(EXAMPLES["gap"]), [line.split(":")[0].strip() for line in event]) == (
        True,
        ["recorded", "recorded_by"],
    )
    assert event[1].endswith("reviewer-x1")
    assert (tmp_path / "data" / ".redacted").read_text().startswith("unpublished 2026-")
    assert (check_folder(folder.public.root), folder.check()) == ([], [])
    with pytest.raises(ValidationFailed, match="this evidence is no longer public"):
        unpublished(folder)


def test_every_language_of_the_dataset_says_it(folder, tmp_path):
    tracker = tmp_path / "data" / "tracker.yaml"
    tracker.write_text(tracker.read_text().replace("[en, ru]", "[ky, fr, ru, en]"))
    unpublished(folder)
    gone = folder.public.read(fresh=True).evidence["held"]
    assert list(gone.summary) == ["ky", "ru", "en"]
    assert gone.summary["ky"].text == "мындан ары ачык эмес (2026-жылдын 24-ноябры)"
    assert (gone.title == gone.summary == gone.events[0].reason, is_unpublished(gone)) == (True, True)


def test_what_rests_on_it_stays_and_can_be_saved_again(folder):
    ((r, named), *more) = dependants_of(folder.public.read(), "held")
    assert (r.id, [a.date for a in named], more) == ("r1", ["2026-02"], [])
    unpublished(folder)
    public = folder.public
    now = public.read().recommendations["r1"]
    assert now == r
    (again,) = Store(public).save(replace(now, paragraph="3"), by=ANNA, reason="A slip.")
    assert (again.assessments, check_folder(public.root)) == (r.assessments, [])


def test_a_view_of_the_past_shows_the_gap(folder):
    unpublished(folder)
    dataset = folder.public.read()
    r = dataset.recommendations["r1"]
    now, then = (View(dataset, DAY, recorded=moment) for moment in (None, "2026-03-01T00:00:00.000000Z"))
    assert now.evidence_for(r) == ()
    ((e, bears),) = then.evidence_for(r)
    assert (e.publisher, e.title["en"].text, bears.effect) == ("—", "no longer public (24 November 2026)", "context")


def test_only_what_was_seen_is_made_private(folder, tmp_path):
    public, seen = folder.public, folder.public.read().evidence["held"]
    Store(public).save(replace(seen, identifier="Another"), by=ANNA, reason="A slip.")
    with pytest.raises(Conflict) as conflict:
        folder.unpublish(seen, Store(public), by=REVIEWER, day=DAY)
    assert conflict.value.current.identifier == "Another"
    assert list((tmp_path / "private").rglob("*.yaml")) == []
    assert folder.public.read(fresh=True).evidence["held"].identifier == "Another"


@pytest.mark.folder_only
@pytest.mark.parametrize("failing_in", ["data", "private"])
def test_where_the_disk_fails_it_stays_public(folder, tmp_path, monkeypatch, failing_in):
    replacing = os.replace

    def failing(one: Path, other: Path) -> None:
        if tmp_path / failing_in in Path(other).parents:
            raise OSError(28, "No space left on device")
        replacing(one, other)

    monkeypatch.setattr(atomic_write.os, "replace", failing)
    with pytest.raises(WriteFailed, match=r"No space left on device.*It is still public"):
        unpublished(folder)
    assert (tmp_path / "data" / "evidence" / "held.yaml").read_text("utf-8") == EVIDENCE


@pytest.mark.parametrize("place", ["private", "data"])
def test_an_id_that_is_taken_gets_another_hash_and_it_can_be_published_again(folder, tmp_path, place):
    lay(tmp_path / place, {f"evidence/{NAME}.yaml": EVIDENCE.replace(WORD, "Other")})
    name = unpublished(folder)
    assert (name[:13], len(name), name == NAME) == ("held-private-", 19, False)
    folder.publish(folder.read().evidence[name], Store(folder.public), by=REVIEWER)
    found = folder.public.read().evidence
    assert (found[name].summary[""].text, is_unpublished(found["held"])) == (f"Of {WORD}.", True)
    again = unpublished(folder, name)
    assert (again[:13], len(again), again == name) == ("held-private-", 19, False)
    assert check_folder(tmp_path / "data") == []
