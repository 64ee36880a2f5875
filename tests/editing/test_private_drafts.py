"""Drafts of reviews: kept in the private folder or in memory, bounded, and gone with the words that are redacted."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import tracker.editing.private.drafts
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.story_folder import made
from tracker.config import Config
from tracker.editing.private.drafts import ImportDraft, ImportDrafts
from tracker.editing.redaction.remove_words import redact
from tracker.editing.store import Store
from tracker.model.organisations import Privacy
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture(params=["memory", "folder"])
def drafts(request, tmp_path):
    return ImportDrafts(tmp_path / "private" if request.param == "folder" else None)


def started(drafts, name="CO/5", content="words"):
    return drafts.start(ImportDraft(kind="document", owner=ANNA.handle, name=name, content={"text": content}))


def test_a_draft_is_kept_changed_and_removed(drafts):
    draft = started(drafts)
    drafts.change(draft.id, lambda d: replace(d, choices={"import_tick_4": False, "import_themes_3": ["hiv"]}))
    (kept,) = drafts.list_all()
    assert (kept.content, kept.choices) == ({"text": "words"}, {"import_tick_4": False, "import_themes_3": ["hiv"]})
    assert kept.changed > draft.changed
    drafts.remove(draft.id)
    assert (drafts.list_all(), drafts.change(draft.id, lambda d: d)) == ((), None)


def test_the_draft_that_nobody_changed_for_longest_makes_room(drafts, monkeypatch):
    monkeypatch.setattr(tracker.editing.private.drafts, "MAX_KEPT_DRAFTS", 2)
    one, _two = started(drafts, "one"), started(drafts, "two")
    drafts.change(one.id, lambda d: replace(d, offered_to=BOLOT.handle))
    started(drafts, "three")
    assert [draft.name for draft in drafts.list_all()] == ["one", "three"]


def test_a_large_draft_is_kept_in_memory_and_only_a_few_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(tracker.editing.private.drafts, "MAX_DRAFT_BYTES", 1_000)
    monkeypatch.setattr(tracker.editing.private.drafts, "MAX_LARGE_DRAFTS", 2)
    drafts = ImportDrafts(tmp_path / "private")
    ids = [drafts.start(ImportDraft(kind="table", owner="anna", name=f"{n}", content="x" * 2_000)).id for n in range(3)]
    small = drafts.start(ImportDraft(kind="table", owner="anna", name="small", content="x")).id
    assert {draft.id for draft in drafts.list_all()} == {ids[1], ids[2], small}
    assert [path.stem for path in (tmp_path / "private" / "import-drafts").glob("*.json")] == [small]
    drafts.change(ids[2], lambda draft: replace(draft, content="x"))
    assert {draft.id for draft in ImportDrafts(tmp_path / "private").list_all()} == {ids[2], small}
    drafts.remove(ids[1])
    assert {draft.id for draft in drafts.list_all()} == {ids[2], small}


@pytest.mark.parametrize("in_memory", [False, True])
def test_no_organisation_pushes_out_a_draft_of_another(drafts, monkeypatch, in_memory):
    for name in ("MAX_KEPT_DRAFTS", "MAX_LARGE_DRAFTS"):
        monkeypatch.setattr(tracker.editing.private.drafts, name, 2)
    for name, of in (("mine", "watch"), *((f"{n}", "centre") for n in range(9))):
        kept = ImportDraft(kind="table", owner=of, name=name, content="x", private=Privacy(organisation=of))
        drafts.start(replace(kept, in_memory=in_memory))
    assert [draft.name for draft in drafts.list_all()] == ["mine", "7", "8"]


def test_files_that_are_no_drafts_are_left_out(tmp_path):
    drafts = ImportDrafts(tmp_path / "private")
    draft = started(drafts)
    folder = tmp_path / "private" / "import-drafts"
    good = (folder / f"{draft.id}.json").read_text()
    (folder / "0000000000000000.json").write_text(good)  # the name of another
    (folder / "1111111111111111.json").write_text("{")
    (folder / "2222222222222222.json").symlink_to("/dev/zero")
    assert [each.id for each in drafts.list_all()] == [draft.id]


def test_redaction_removes_words_from_a_draft_also_over_a_line_break(tmp_path):
    root = made(tmp_path / "data", {})
    drafts = ImportDrafts(tmp_path / "private")
    draft = started(drafts, content="as Aidana\nTestova said")
    config = Config(data=root, private=tmp_path / "private", state=tmp_path / "state")
    reviewer = replace(ANNA, role="reviewer")
    redact(Store(DatasetReader(root)), config, RedactionTerms(["Aidana Testova"]), by=reviewer, at=datetime.now(UTC))
    raw = (tmp_path / "private" / "import-drafts" / f"{draft.id}.json").read_text()
    assert ("Testova" in raw, json.loads(raw)["content"]) == (False, {"text": "as removed-for-safety said"})
    assert drafts.find(draft.id).content == {"text": "as removed-for-safety said"}


def test_a_draft_that_holds_a_file_is_never_on_disk_and_gone_after_a_redaction(tmp_path):
    drafts = ImportDrafts(tmp_path / "private")
    draft = drafts.start(ImportDraft(kind="table", owner="anna", name="table.xlsx", content="UEsDBA==", in_memory=True))
    drafts.change(draft.id, lambda kept: replace(kept, offered_to="bolot"))
    assert [kept.offered_to for kept in drafts.list_all()] == ["bolot"]
    assert list((tmp_path / "private").rglob("*.json")) == []
    drafts.forget()
    assert drafts.list_all() == ()
