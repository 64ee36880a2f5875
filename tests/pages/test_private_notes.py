"""Private notes are corrected and taken back, and never deleted."""

import pytest

from tests.support.canary_folder import lay
from tests.support.form_pages import errors, html, press
from tests.support.small_dataset import ANNA, BOLOT
from tracker.editing.private.notes import active_notes
from tracker.model.errors import NotAllowed
from tracker.model.permissions import READER

PRIVATE = True
BY_HAND = "# ours\nnotes:\n  - text: By hand.  # in May\n"


def test_a_note_that_is_taken_back_stays_in_its_file_and_is_told_no_more(folder, tmp_path):
    lay(tmp_path / "private", {"notes/r1.yaml": BY_HAND})
    note = folder.add_note("r1", "Called: no answer.", by=ANNA)
    folder.take_back("r1", note, by=ANNA)
    notes = folder.read().notes["r1"]
    assert [n.text for n in notes] == ["By hand.", "Called: no answer."]
    assert (notes[1].withdrawn_by, notes[1].withdrawn > note.recorded) == ("editor-anna", True)
    told = [[n.text for n in active_notes(notes, moment)] for moment in (None, note.recorded)]
    assert told == [["By hand."], ["Called: no answer."]]
    assert (tmp_path / "private" / "notes" / "r1.yaml").read_text("utf-8").startswith(BY_HAND)
    assert folder.check() == []


def test_a_note_is_its_writers_own_or_a_reviewers_to_take_back(folder):
    note = folder.add_note("r1", "Called.", by=ANNA)
    for who in (BOLOT, READER):
        with pytest.raises(NotAllowed, match="Only who wrote a note, or a reviewer"):
            folder.take_back("r1", note, by=who)


def test_a_note_is_corrected_and_taken_back_on_the_page(opened):
    page = opened("recommendation", id="r1")
    assert [button.label for button in page.button if "note" in button.label] == ["Save the note"]
    page.text_area(key="private_note_r1").set_value("Caled.")
    press(page, "Save the note")
    assert page.text_area(key="private_note_r1").value == ""
    area = next(area for area in page.text_area if area.label == "Corrected")
    assert area.value == "Caled."
    assert errors(press(page, "Save the correction")) == ["Nothing was changed, so there is nothing to save."]
    next(area for area in page.text_area if area.label == "Corrected").set_value("Called.")
    press(page, "Save the correction")
    assert [words in html(page) for words in ("The note is corrected.", "Called.", "Caled.")] == [True, True, False]
    there = [[b.label for b in opened("recommendation", who, id="r1").button] for who in (BOLOT, ANNA)]
    assert ["Withdraw the note" in labels for labels in there] == [False, True]
    press(page, "Withdraw the note")
    assert ("The note is withdrawn." in html(page), "Called." in html(page)) == (True, False)


def test_a_page_that_shows_an_older_note_changes_nothing(opened, folder):
    folder.add_note("r1", "Caled.", by=ANNA)
    page, other = opened("recommendation", id="r1"), opened("recommendation", id="r1")
    press(other, "Withdraw the note")
    told = "This note was corrected or withdrawn in the meantime. Nothing was changed."
    assert errors(press(page, "Withdraw the note")) == [told]


def test_each_error_stands_beside_the_button_that_was_pressed(opened, folder):
    folder.add_note("r1", "Called.", by=ANNA)
    page = press(opened("recommendation", id="r1"), "Save the note")
    assert [[e.value for e in box.error] for box in page.expander] == [["The note is empty."], []]
    press(page, "Save the correction")
    nothing = "Nothing was changed, so there is nothing to save."
    assert [[e.value for e in box.error] for box in page.expander] == [[], [nothing]]
