"""An import is one entry of the activity, and one undo takes it back within a day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.importing.test_document_records import LANGUAGES, Place
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.small_observations import RUSSIAN_OBSERVATIONS
from tracker.editing.forms.values import text_from_input
from tracker.editing.undo import can_undo_save, reverse_save
from tracker.i18n import get_language
from tracker.queries.activity_log import SavedTogether, activity_log, find_save, group_by_save

REASON = text_from_input("A mistake.", get_language("en"))


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "data", {"tracker.yaml": LANGUAGES})


def saves(place):
    return [each for each in group_by_save(activity_log(place.view)) if isinstance(each, SavedTogether)]


def undo(place, save):
    reversal = reverse_save(place.view, save, REASON)
    place.store.save(*reversal.records, by=ANNA, reason="A mistake.")
    return [r.id for r in reversal.records], [r.id for r in reversal.kept]


def test_an_import_is_one_entry_that_opens_to_its_records(place):
    place.bring_in()
    (save,) = saves(place)
    told = ([r.id for r in save.records], save.by, save.document_id)
    assert told == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], "editor-anna", "e-c12-kgz-co-5")


def test_two_saves_of_one_document_are_two_entries(place):
    place.bring_in()
    place.bring_in(RUSSIAN_OBSERVATIONS)
    assert [len(save.records) for save in saves(place)] == [3, 3]


def test_one_undo_archives_what_was_added_and_can_be_made_for_a_day(place):
    place.bring_in()
    (save,) = saves(place)
    made = datetime.fromisoformat(save.recorded)
    assert [can_undo_save(save, made + timedelta(hours=hours), ANNA) for hours in (23, 25)] == [True, False]
    assert not can_undo_save(save, made, BOLOT)  # undo is for who saved
    assert undo(place, save) == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], [])
    assert "cescr-2026-3" not in place.view.recommendations
    assert find_save(place.view, save.recorded) is None


def test_an_undo_gives_changed_texts_back_and_leaves_what_was_changed_since(place):
    place.bring_in()
    place.bring_in(RUSSIAN_OBSERVATIONS)
    newest = saves(place)[0]
    r = place.view.dataset.recommendations["cescr-2026-4"]
    place.store.save(replace(r, paragraph="4 bis"), by=ANNA, reason="A typo.")
    assert undo(place, newest) == (["e-c12-kgz-co-5", "cescr-2026-3", "cescr-2026-4"], [])
    found = place.view.dataset.recommendations
    assert (set(found["cescr-2026-3"].text), set(found["cescr-2026-4"].text)) == ({""}, {""})
    assert found["cescr-2026-4"].paragraph == "4 bis"


def test_a_new_document_stays_with_a_recommendation_that_stays(place):
    place.bring_in()
    (save,) = saves(place)
    r = place.view.dataset.recommendations["cescr-2026-4"]
    place.store.save(replace(r, paragraph="4 bis"), by=ANNA, reason="A typo.")
    assert undo(place, save) == (["cescr-2026-3"], ["e-c12-kgz-co-5", "cescr-2026-4"])
