"""What two copies of the dashboard on one database know of each other: drafts of reviews, dismissed findings, undone saves."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.safety.test_dismissals import REVIEWER, WHY, found
from tests.support.postgres_server import TestDatabase, put_folder
from tests.support.small_dataset import ANNA, BOLOT, said
from tests.support.story_folder import made
from tests.support.waiting import wait_until
from tracker.config import Area
from tracker.editing.private.drafts import FieldEdit, ImportDraft, ImportDrafts, SubmissionDrafts
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of
from tracker.model.errors import Conflict
from tracker.safety.dismissals import Dismissals
from tracker.storage import open_storage
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def in_both(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., tuple[Any, Any]]]:
    """`in_both(make)` makes the same in two copies, each with connections and memory of its own."""
    put_folder(made(tmp_path / "data"), database.place())
    copies: list[dict[object, object]] = [{}, {}]

    def make_twice(make: Callable[[], Any]) -> tuple[Any, Any]:
        parts = []
        for databases in copies:
            monkeypatch.setattr(open_storage, "_databases", databases)
            parts.append(make())
        return parts[0], parts[1]

    yield make_twice
    for databases in copies:
        monkeypatch.setattr(open_storage, "_databases", databases)
        open_storage.close_databases()


def test_a_draft_is_handed_to_a_colleague_who_works_on_the_other_copy(in_both, database):
    one, two = in_both(lambda: ImportDrafts(database.place(Area.PRIVATE)))
    draft = one.start(
        ImportDraft(kind="document", owner="editor-anna", name="CAT/C/KGZ/CO/3", content={"text": "x" * 1000})
    )
    one.change(draft.id, lambda d: replace(d, offered_to="editor-bolot", choices={"import_p1": True}))
    wait_until(lambda: any(each.offered_to == "editor-bolot" for each in two.list_all()))
    two.change(draft.id, lambda d: replace(d, owner=d.offered_to, offered_to=""))
    wait_until(lambda: (kept := one.find(draft.id)) is not None and kept.owner == "editor-bolot")
    assert one.find(draft.id).choices == {"import_p1": True}
    two.remove(draft.id)
    wait_until(lambda: one.list_all() == ())


def test_two_people_write_in_one_draft_of_a_submission_at_the_same_time_in_two_copies(in_both, database):
    one, two = in_both(lambda: SubmissionDrafts(database.place(Area.PRIVATE)))
    place = {"own": "centre", "name": "follow-up"}
    address = ("follow-up", "cat", "en")
    assert (one.find(address, "centre"), two.find(address, "centre")) == (None, None)
    one.write(address, [FieldEdit("a", "", "First"), FieldEdit("b", "", "B")], by="anna", **place)
    both = two.write(address, [FieldEdit("a", "", "Second"), FieldEdit("c", "", "C")], by="bolot", **place)
    assert (both.choices, both.content["apart"]) == ({"a": "First", "b": "B", "c": "C"}, [["a", "bolot", "Second"]])
    wait_until(lambda: one.find(address, "centre") == both)


def test_a_table_under_review_stays_in_the_copy_that_read_it(in_both, database):
    # its file is never written to the disk, because a removal could not find words in it
    one, two = in_both(lambda: ImportDrafts(database.place(Area.PRIVATE)))
    draft = one.start(ImportDraft(kind="table", owner="editor-anna", name="list.xlsx", content={}, in_memory=True))
    assert (one.find(draft.id), two.find(draft.id)) == (draft, None)
    assert database.files("tracker_private") == {}


def test_a_finding_that_was_dismissed_in_one_copy_is_dismissed_in_the_other(in_both, database):
    one, two = in_both(lambda: Dismissals(database.place(Area.PRIVATE), database.place(Area.STATE)))
    assert (one.covers(found()), two.covers(found())) == (False, False)
    one.dismiss([(found(), WHY)], REVIEWER, datetime(2026, 11, 26, tzinfo=UTC))
    wait_until(lambda: two.covers(found()))
    assert not two.covers(found("Call +996 555 000 112."))


def test_what_was_saved_in_one_copy_is_undone_in_the_other_and_the_first_is_told_of_the_conflict(in_both, database):
    one, two = in_both(lambda: Store(DatasetReader(database.place(), look_every=0)))
    before = one.reader.read().recommendations["r1"]
    (saved,) = one.save(replace(before, title=said("Another title")), by=ANNA, reason="A slip.")
    undone = replace(reversal_of(before, saved, said("Undone.")), version=saved.version)
    (after,) = two.save(undone, by=BOLOT, reason="Undone.")
    assert (after.title, saved.title) == (before.title, said("Another title"))
    with pytest.raises(Conflict) as told:
        one.save(replace(saved, summary=said("More")), by=ANNA, reason="More.")
    assert told.value.current == after
