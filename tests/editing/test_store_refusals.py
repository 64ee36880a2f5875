"""Saving that does not happen: why, and that nothing was changed by it."""

import errno
import os
from dataclasses import replace

import pytest

from tests.support.small_dataset import ANNA, ASKED, BOLOT, CONCLUDED, SHOWN, Clock, folder, said
from tracker.editing.store import Store
from tracker.model.errors import Conflict, NotAllowed, ValidationFailed, WriteFailed
from tracker.model.permissions import READER, Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import Status, Voice
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder import atomic_write
from tracker.storage.yaml import patch as yaml_patch

PARTLY = Assessment(voice=Voice.CIVIL_SOCIETY, status=Status.PARTIALLY, date="2026-01", reason=said("A bill."))


@pytest.fixture
def store(tmp_path):
    """`store({"r/x": yaml})` saves in a folder with these files; nobody looks at the files by themselves."""
    return lambda files: Store(DatasetReader(folder(tmp_path, files), look_every=10_000), clock=Clock())


def with_one_more(store, assessment=PARTLY, name="x"):
    r = store.reader.read().recommendations[name]
    return replace(r, assessments=(*r.assessments, assessment))


def bytes_below(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


def test_a_colleagues_change_is_not_overwritten(store, tmp_path):
    ours, theirs = store({"r/x": ASKED}), Store(DatasetReader(tmp_path), clock=Clock())
    mine = with_one_more(ours)
    (saved,) = theirs.save(with_one_more(theirs), by=BOLOT, reason="First.")
    before = bytes_below(tmp_path)
    with pytest.raises(Conflict) as conflict:
        ours.save(mine, by=ANNA, reason="Second.")
    assert (conflict.value.mine, conflict.value.current) == (mine, saved)
    assert str(conflict.value) == "x changed after you opened it. Nothing was saved, and nothing was overwritten."
    assert bytes_below(tmp_path) == before


def test_an_edit_by_hand_is_not_overwritten(store, tmp_path):
    store, path = store({"r/x": ASKED}), tmp_path / "recommendations" / "x.yaml"
    mine = with_one_more(store)
    path.write_text(ASKED + "# by hand\n")
    with pytest.raises(Conflict) as conflict:
        store.save(mine, by=ANNA, reason="Mine.")
    assert conflict.value.current.title == said("T")
    assert path.read_text() == ASKED + "# by hand\n"


@pytest.mark.parametrize("broken", ["by: [", "issued_by: committee\n", "\xff"])
def test_a_file_that_was_broken_by_hand_is_not_overwritten(store, tmp_path, broken):
    store, path = store({"r/x": ASKED}), tmp_path / "recommendations" / "x.yaml"
    mine = with_one_more(store)
    path.write_text(broken, "latin-1")
    with pytest.raises(Conflict) as conflict:
        store.save(mine, by=ANNA, reason="Mine.")
    assert (conflict.value.current, path.read_text("latin-1")) == (None, broken)


def test_a_file_that_was_deleted_does_not_come_back(store, tmp_path):
    store, path = store({"r/x": ASKED}), tmp_path / "recommendations" / "x.yaml"
    mine = with_one_more(store)
    path.unlink()
    with pytest.raises(Conflict) as conflict:
        store.save(mine, by=ANNA, reason="Mine.")
    assert (conflict.value.current, path.exists()) == (None, False)


@pytest.mark.parametrize("person", [READER, Person(Role.READER, "editor-anna"), Person(Role.EDITOR, "")])
def test_a_reader_cannot_save(store, tmp_path, person):
    store = store({"r/x": ASKED})
    before = bytes_below(tmp_path)
    with pytest.raises(NotAllowed, match=r"Only an editor can save\. Nothing was saved\."):
        store.save(with_one_more(store), by=person, reason="Mine.")
    assert bytes_below(tmp_path) == before


def test_a_save_needs_a_reason(store, tmp_path):
    store = store({"r/x": ASKED})
    before = bytes_below(tmp_path)
    with pytest.raises(ValidationFailed, match="Nothing was saved: a save needs a reason; say in a sentence why"):
        store.save(with_one_more(store), by=ANNA, reason=" \n")
    assert bytes_below(tmp_path) == before


def test_what_breaks_a_rule_is_refused(store, tmp_path):
    store = store({"r/x": ASKED})
    before = bytes_below(tmp_path)
    with pytest.raises(ValidationFailed) as refused:
        store.save(with_one_more(store, replace(PARTLY, status=Status.IMPLEMENTED)), by=ANNA, reason="Done.")
    (finding,) = refused.value.violations
    assert (finding.path, finding.field_path) == (tmp_path / "recommendations" / "x.yaml", ("assessments", 0, "status"))
    assert finding.message == "'implemented' needs evidence; name at least one item of the register"
    assert bytes_below(tmp_path) == before


OLD_PROBLEM = ASKED + (
    "assessments:\n  - {voice: civil-society, status: implemented, date: 2024, reason: So they say.}\n"
)  # needs evidence, and was written by hand without a recorded time


def test_an_old_problem_does_not_block_a_save(store, tmp_path):
    store = store({"r/x": OLD_PROBLEM})
    (saved,) = store.save(with_one_more(store), by=ANNA, reason="Mine.")
    assert [a.recorded for a in saved.assessments] == [None, "2026-01-31T12:00:01.000000Z"]
    assert (tmp_path / "recommendations" / "x.yaml").read_text().startswith(OLD_PROBLEM)


def test_an_old_problem_does_not_excuse_a_new_one(store):
    store = store({"r/x": OLD_PROBLEM})
    with pytest.raises(ValidationFailed, match="'implemented' needs evidence"):
        store.save(with_one_more(store, replace(PARTLY, status=Status.IMPLEMENTED)), by=ANNA, reason="Mine.")


TWO = ASKED + (
    "assessments:\n"
    "  - {voice: civil-society, status: not-implemented, date: 2024, reason: A., recorded: 2024-01-01T00:00:00.000000Z}\n"
    "  - {voice: civil-society, status: not-implemented, date: 2025, reason: B., recorded: 2025-01-01T00:00:00.000000Z}\n"
)


@pytest.mark.parametrize(
    "other",
    [
        lambda a, b: (a,),
        lambda a, b: (b, a),
        lambda a, b: (replace(a, reason=said("C.")), b),
        lambda a, b: (PARTLY, a, b),
    ],
    ids=["removed", "reordered", "changed", "put in before"],
)
def test_assessments_are_added_and_never_overwritten(store, tmp_path, other):
    store = store({"r/x": TWO})
    r = store.reader.read().recommendations["x"]
    with pytest.raises(ValidationFailed, match="assessments are added, never overwritten"):
        store.save(replace(r, assessments=other(*r.assessments)), by=ANNA, reason="Mine.")
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == TWO


def test_a_conflict_in_one_record_saves_neither(store, tmp_path):
    store = store({"r/x": ASKED, "r/y": CONCLUDED})
    both = with_one_more(store), with_one_more(store, name="y")
    (tmp_path / "recommendations" / "y.yaml").write_text(CONCLUDED + "# by hand\n")
    before = bytes_below(tmp_path)
    with pytest.raises(Conflict):
        store.save(*both, by=ANNA, reason="Both.")
    assert bytes_below(tmp_path) == before


def test_a_wrong_text_never_reaches_the_file(store, tmp_path, monkeypatch):
    store = store({"r/x": ASKED})
    monkeypatch.setattr(
        yaml_patch, "patch_yaml", lambda text, node, new, quoted: text.replace("title: T", "title: NOT T")
    )
    with pytest.raises(WriteFailed, match="could not be written so that it reads back unchanged"):
        store.save(with_one_more(store), by=ANNA, reason="Mine.")
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == ASKED


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.folder_only
@pytest.mark.parametrize("broken", ["replace", "fsync", "open"])
def test_a_full_disk_loses_nothing(store, tmp_path, monkeypatch, broken):
    store = store({"r/x": ASKED})
    mine, before = with_one_more(store), bytes_below(tmp_path)
    with monkeypatch.context() as disk_is_full:
        if broken == "open":
            disk_is_full.setattr(atomic_write, "open", full, raising=False)
        else:
            disk_is_full.setattr(atomic_write.os, broken, full)
        with pytest.raises(
            WriteFailed, match=r"Could not write to disk \(No space left on device\)\. Nothing was saved"
        ):
            store.save(mine, by=ANNA, reason="Mine.")
    assert bytes_below(tmp_path) == before
    store.save(mine, by=ANNA, reason="Mine.")


@pytest.mark.folder_only
def test_a_disk_that_fails_at_the_second_file_keeps_neither(store, tmp_path, monkeypatch):
    store = store({"r/x": ASKED, "e/law": SHOWN})
    dataset = store.reader.read()
    mine = (
        with_one_more(store),
        replace(dataset.evidence["law"], title=said("Law")),
        replace(dataset.evidence["law"], id="new", version=""),
    )
    before, really = bytes_below(tmp_path), os.replace
    with monkeypatch.context() as disk_is_full:
        disk_is_full.setattr(atomic_write.os, "replace", lambda a, b: full() if b.name == "x.yaml" else really(a, b))
        with pytest.raises(WriteFailed):
            store.save(*mine, by=ANNA, reason="Mine.")
    assert bytes_below(tmp_path) == before
    store.save(*mine, by=ANNA, reason="Mine.")


@pytest.mark.folder_only
def test_a_data_folder_that_is_gone_is_said(store, tmp_path):
    store = store({"r/x": ASKED})
    mine = with_one_more(store)
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    with pytest.raises(WriteFailed, match="No such file or directory"):
        store.save(mine, by=ANNA, reason="Mine.")


def test_a_fault_that_was_there_does_not_refuse_a_save_when_its_advice_changes(store):
    """The advice names what is spelled alike, and that is new now."""
    faulty = ASKED + "same_demand:\n  - {recommendation: y9, recorded: 2026-01-01T00:00:00.000000Z}\n"
    ours = store({"r/x": faulty, "r/a": ASKED})
    r = ours.reader.read().recommendations["a"]
    ours.save(replace(r, id="y8", version=""), by=ANNA, reason="A new one.")
    saved = ours.save(with_one_more(ours), by=ANNA, reason="Again.")
    assert len(saved[0].assessments) == 1
