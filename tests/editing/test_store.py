"""Saving: what is asked for is in the file, and nothing else in it has moved."""

import errno
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.small_dataset import ANNA, ASKED, BOLOT, CONCLUDED, LAW, PARTLY, SHOWN, Clock, said, store_of
from tracker.editing.store import Store, still_signed_in
from tracker.model.errors import Conflict, NotAllowed, ValidationFailed, WriteFailed
from tracker.model.localized_text import TextVariant
from tracker.model.permissions import READER, Person, Role
from tracker.model.records import EvidenceLink
from tracker.model.vocabulary import EvidenceEffect, Status
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.folder import atomic_write
from tracker.storage.yaml import patch as yaml_patch

DATA = Path(__file__).parent.parent.parent / "data"
FILES = {"r/x": ASKED, "r/y": CONCLUDED, "e/law": SHOWN}
OURS = replace(PARTLY, organisation="editors", reason=said("A bill: read once."))


def with_one_more(store, assessment=PARTLY, name="x"):
    r = store.reader.read().recommendations[name]
    return replace(r, assessments=(*r.assessments, assessment))


def add(store, name="x", *, by=ANNA, assessment=OURS):
    (saved,) = store.save(with_one_more(store, assessment, name), by=by, reason="A new bill.")
    return saved


def bytes_below(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


FILE = """\
# Ours. Ask Bolot before you change it.
issued_by:   civil-society   # not the committee
summary: >-
      Folded
      by hand.

title:
    ru: "Заголовок"
    en: 'It''s a title'
document: report-2024
verification: seen
source: {document: report-2024}
tags: [] # none yet
same_demand:

assessments:
  # the baseline
  -   voice: civil-society
      status: not-implemented
      date: 2024-02
      reason: Nothing moved.
      recorded: 2024-03-01T00:00:00.000000Z

  # to be added: the law of 2025
# the end
"""
ADDED = """\
  - voice: civil-society
    organisation: editors
    status: partially-implemented
    date: 2026-01
    reason: 'A bill: read once.'
    recorded: 2026-01-31T12:00:01.000000Z
    recorded_by: editor-anna
"""
ABOVE, BELOW = (FILE[: FILE.index("\n  # to be added")], FILE[FILE.index("\n  # to be added") :])


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_new_assessment_adds_lines_and_moves_nothing(tmp_path, end, mark):
    store = store_of(tmp_path, {"r/x": (mark + FILE).replace("\n", end)})
    saved = add(store)
    wanted = (mark + ABOVE + ADDED + BELOW).replace("\n", end).encode()
    assert (tmp_path / "recommendations" / "x.yaml").read_bytes() == wanted
    assert saved.assessments[1].recorded == "2026-01-31T12:00:01.000000Z"
    assert saved.assessments[1].recorded_by == "editor-anna"


def test_an_edit_of_a_title_keeps_what_it_was(tmp_path):
    store = store_of(tmp_path, {"r/x": ASKED.replace("title: T", "title: {en: Old, ru: Старое}")})
    r = store.reader.read().recommendations["x"]
    store.save(replace(r, title={**r.title, "en": TextVariant(text="New")}), by=ANNA, reason="A slip.")
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == (
        ASKED.replace("title: T", "title: {en: New, ru: Старое}") + "history:\n"
        "  - recorded: 2026-01-31T12:00:01.000000Z\n"
        "    recorded_by: editor-anna\n"
        "    reason: A slip.\n"
        "    field: title\n"
        "    old: |-\n"
        "      en: Old\n"
        "      ru: Старое\n"
    )


def test_a_long_reason_is_cut_in_the_history(store):
    r = store.reader.read().recommendations["x"]
    (saved,) = store.save(replace(r, title=said("New")), by=ANNA, reason="why " * 1000)
    assert (len(saved.history[0].reason), saved.history[0].reason[-5:]) == (500, " why…")


@pytest.mark.folder_only
def test_new_evidence_and_its_assessment_are_saved_together(store, tmp_path, monkeypatch):
    replaced, really = [], atomic_write.os.replace
    monkeypatch.setattr(atomic_write.os, "replace", lambda new, old: (replaced.append(old.name), really(new, old)))
    r = store.reader.read().recommendations["x"]
    law = replace(LAW, relevant_to=(EvidenceLink(recommendation="x", effect=EvidenceEffect.PROGRESS),))
    done = replace(PARTLY, status=Status.IMPLEMENTED, evidence=("law-2026",))
    store.save(replace(r, assessments=(done,)), law, by=ANNA, reason="The law is signed.")
    assert replaced == ["law-2026.yaml", "x.yaml"]
    assert (tmp_path / "evidence" / "law-2026.yaml").read_text() == (
        "# yaml-language-server: $schema=../schema/evidence.json\n"
        "kind: law\npublisher: Parliament\nsummary: The law.\ndimension: law\nverification: reported\n"
        "relevant_to:\n  - recommendation: x\n    effect: progress\n    recorded: 2026-01-31T12:00:01.000001Z\n"
        "    recorded_by: editor-anna\n"
        "recorded: 2026-01-31T12:00:01.000002Z\nrecorded_by: editor-anna\n"
    )
    assert store.reader.read().problems == ()


def test_a_new_record_must_not_be_there_yet(store, tmp_path):
    (tmp_path / "recommendations" / "z.yaml").write_text(CONCLUDED)
    new = replace(store.reader.read().recommendations["x"], id="z", version="")
    with pytest.raises(Conflict):
        store.save(new, by=ANNA, reason="New.")
    assert (tmp_path / "recommendations" / "z.yaml").read_text() == CONCLUDED


def test_recorded_times_go_on_even_when_the_clock_goes_back(store):
    add(store, "x")
    store.clock.now = datetime(2020, 1, 1, tzinfo=UTC)
    add(store, "y")
    add(store, "x")
    other = Store(DatasetReader(store.root), clock=Clock())
    add(other, "x")
    times = [a.recorded[17:] for name in "xyx" for a in other.reader.read().recommendations[name].assessments]
    assert times[:4] == ["01.000000Z", "01.000002Z", "01.000003Z", "01.000001Z"]


def test_a_recorded_time_is_later_than_those_that_came_with_a_file(store, tmp_path):
    add(store)
    path = tmp_path / "recommendations" / "x.yaml"
    path.write_text(path.read_text().replace("2026-01-31", "2031-01-31"))
    store.reader.read(fresh=True)
    assert add(store).assessments[1].recorded == "2031-01-31T12:00:01.000001Z"


def test_who_may_read_a_file_stays_as_it_was(store, tmp_path):
    (tmp_path / "recommendations" / "x.yaml").chmod(0o660)
    store.reader.read(fresh=True)
    add(store)
    assert (tmp_path / "recommendations" / "x.yaml").stat().st_mode & 0o777 == 0o660


def test_a_load_and_a_save_with_nothing_changed_give_the_same_bytes(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    files = {path: path.read_bytes() for path in sorted((tmp_path / "data").rglob("*.yaml"))}
    store = Store(DatasetReader(tmp_path / "data"))
    dataset = store.reader.read()
    store.save(*dataset.recommendations.values(), *dataset.evidence.values(), by=ANNA, reason="Nothing.")
    assert len(files) > 30
    assert {path: path.read_bytes() for path in sorted((tmp_path / "data").rglob("*.yaml"))} == files


# Saving that does not happen: why, and that nothing was changed by it.


def test_the_savers_of_the_latest_versions_are_known(store, monkeypatch):
    monkeypatch.setattr("tracker.editing.store.MAX_SAVERS", 1)
    versions = [add(store, by=ANNA).version, add(store, by=BOLOT, assessment=replace(PARTLY, date="2025")).version]
    assert [store.saver_of(version) for version in versions] == ["", BOLOT.handle]


def test_a_colleagues_change_is_not_overwritten(store, tmp_path):
    ours, theirs = store, Store(DatasetReader(tmp_path), clock=Clock())
    mine = with_one_more(ours)
    (saved,) = theirs.save(with_one_more(theirs), by=BOLOT, reason="First.")
    before = bytes_below(tmp_path)
    with pytest.raises(Conflict) as conflict:
        ours.save(mine, by=ANNA, reason="Second.")
    assert (conflict.value.mine, conflict.value.current) == (mine, saved)
    assert str(conflict.value) == "x changed after you opened it. Nothing was saved, and nothing was overwritten."
    assert bytes_below(tmp_path) == before


@pytest.mark.parametrize("now", [f"{ASKED}# by hand\n", "by: [", "issued_by: committee\n", "\xff", None])
def test_what_was_edited_broken_or_deleted_by_hand_is_not_overwritten(store, tmp_path, now):
    path = tmp_path / "recommendations" / "x.yaml"
    mine = with_one_more(store)
    path.unlink() if now is None else path.write_text(now, "latin-1")
    with pytest.raises(Conflict) as conflict:
        store.save(mine, by=ANNA, reason="Mine.")
    assert (path.read_text("latin-1") if path.exists() else None) == now
    shown = conflict.value.current
    assert (shown and shown.title) == (said("T") if now == f"{ASKED}# by hand\n" else None)


@pytest.mark.parametrize("person", [READER, Person(Role.READER, "editor-anna"), Person(Role.EDITOR, "")])
def test_a_reader_cannot_save(store, tmp_path, person):
    before = bytes_below(tmp_path)
    with pytest.raises(NotAllowed, match=r"Only an editor can save\. Nothing was saved\."):
        store.save(with_one_more(store), by=person, reason="Mine.")
    assert bytes_below(tmp_path) == before


def test_what_has_no_reason_or_breaks_a_rule_is_refused(store, tmp_path):
    before = bytes_below(tmp_path)
    with pytest.raises(ValidationFailed, match="Nothing was saved: a save needs a reason; say in a sentence why"):
        store.save(with_one_more(store), by=ANNA, reason=" \n")
    with pytest.raises(ValidationFailed) as refused:
        store.save(with_one_more(store, replace(PARTLY, status=Status.IMPLEMENTED)), by=ANNA, reason="Done.")
    (finding,) = refused.value.violations
    assert (finding.path, finding.field_path) == (tmp_path / "recommendations" / "x.yaml", ("assessments", 0, "status"))
    assert finding.message == "'implemented' needs evidence; name at least one item of the register"
    assert bytes_below(tmp_path) == before


OLD_PROBLEM = ASKED + (
    "assessments:\n  - {voice: civil-society, status: implemented, date: 2024, reason: So they say.}\n"
)  # needs evidence, and was written by hand without a recorded time


def test_an_old_problem_does_not_block_a_save(tmp_path):
    store = store_of(tmp_path, {"r/x": OLD_PROBLEM})
    (saved,) = store.save(with_one_more(store), by=ANNA, reason="Mine.")
    assert [a.recorded for a in saved.assessments] == [None, "2026-01-31T12:00:01.000000Z"]
    assert (tmp_path / "recommendations" / "x.yaml").read_text().startswith(OLD_PROBLEM)


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
def test_assessments_are_added_and_never_overwritten(tmp_path, other):
    store = store_of(tmp_path, {"r/x": TWO})
    r = store.reader.read().recommendations["x"]
    with pytest.raises(ValidationFailed, match="assessments are added, never overwritten"):
        store.save(replace(r, assessments=other(*r.assessments)), by=ANNA, reason="Mine.")
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == TWO


def test_a_conflict_in_one_record_saves_neither(store, tmp_path):
    both = with_one_more(store), with_one_more(store, name="y")
    (tmp_path / "recommendations" / "y.yaml").write_text(CONCLUDED + "# by hand\n")
    before = bytes_below(tmp_path)
    with pytest.raises(Conflict):
        store.save(*both, by=ANNA, reason="Both.")
    assert bytes_below(tmp_path) == before


def test_a_wrong_text_never_reaches_the_file(store, tmp_path, monkeypatch):
    monkeypatch.setattr(yaml_patch, "patch_yaml", lambda text, *_more, **_: text.replace("title: T", "title: NOT T"))
    with pytest.raises(WriteFailed, match="could not be written so that it reads back unchanged"):
        store.save(with_one_more(store), by=ANNA, reason="Mine.")
    assert (tmp_path / "recommendations" / "x.yaml").read_text() == ASKED


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.folder_only
@pytest.mark.parametrize("broken", ["replace", "fsync", "open"])
def test_a_full_disk_loses_nothing(store, tmp_path, monkeypatch, broken):
    mine, before = with_one_more(store), bytes_below(tmp_path)
    with monkeypatch.context() as disk_is_full:
        disk_is_full.setattr(atomic_write if broken == "open" else atomic_write.os, broken, full, raising=False)
        told = r"Could not write to disk \(No space left on device\)\. Nothing was saved"
        with pytest.raises(WriteFailed, match=told):
            store.save(mine, by=ANNA, reason="Mine.")
    assert bytes_below(tmp_path) == before
    store.save(mine, by=ANNA, reason="Mine.")


@pytest.mark.folder_only
def test_a_disk_that_fails_at_the_second_file_keeps_neither(store, tmp_path, monkeypatch):
    law = store.reader.read().evidence["law"]
    mine = with_one_more(store), replace(law, title=said("Law")), replace(law, id="new", version="")
    before, really = bytes_below(tmp_path), os.replace
    with monkeypatch.context() as disk_is_full:
        disk_is_full.setattr(atomic_write.os, "replace", lambda a, b: full() if b.name == "x.yaml" else really(a, b))
        with pytest.raises(WriteFailed):
            store.save(*mine, by=ANNA, reason="Mine.")
    assert bytes_below(tmp_path) == before
    store.save(*mine, by=ANNA, reason="Mine.")


def test_a_contact_is_written_once_and_only_by_an_editor(store):
    file = store.root / "tracker.yaml"
    before = file.read_text()
    for by, typed, error in (
        (READER, "a@example.org", NotAllowed),
        (ANNA, "nobody", WriteFailed),
    ):
        with pytest.raises(error):
            store.save_contact(typed, by=by)
    assert file.read_text() == before
    store.save_contact("example.org/mistakes", by=ANNA)
    assert store.reader.read().settings.publisher.contact == "https://example.org/mistakes"
    assert file.read_text().splitlines()[0] == before.splitlines()[0]
    with pytest.raises(WriteFailed, match=r"tracker.yaml changed at this moment"):
        store.save_contact("a@example.org", by=ANNA)


def test_a_save_that_waited_is_refused_if_the_sign_in_ended_meanwhile(store, tmp_path):
    before, answers = bytes_below(tmp_path), iter([True, False, False])
    token = still_signed_in.set(lambda: next(answers))
    for _when in ("before the commit", "before the lock was free"):
        with pytest.raises(NotAllowed, match="Your access ended"):
            add(store)
    still_signed_in.reset(token)
    assert (bytes_below(tmp_path), next(answers, None)) == (before, None)
    assert add(store).assessments
