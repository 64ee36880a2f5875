"""The page that brings in a document: who sees it, what is read, reviewed and saved."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import import_drafts
from tests.support.form_pages import errors, html, opening, press
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.small_observations import SMALL_OBSERVATIONS
from tracker.model.permissions import READER
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def opened(tmp_path, monkeypatch) -> Callable[..., AppTest]:
    import_drafts._reviews.clear()
    return opening(tmp_path, monkeypatch, {})


def paste(page: AppTest, text: str) -> AppTest:
    page.text_area(key="bring_in_text").set_value(text)
    return press(page, "Read the text")


def test_a_reader_sees_no_uploader(opened):
    page = opened("import_document", who=READER)
    assert "Only editors can add and edit." in html(page)
    assert page.text_area == []


def test_what_cannot_be_read_gets_a_sentence(opened):
    page = paste(opened("import_document"), "A text without numbers.")
    assert [error.split(".")[0] for error in errors(page)] == ["No numbered paragraphs were found in this file"]


def test_an_editor_reviews_unticks_and_saves_and_can_undo(opened, tmp_path):
    page = paste(opened("import_document"), SMALL_OBSERVATIONS)
    ticks = {box.label: box.value for box in page.checkbox}
    assert ticks == {"Paragraph 3": True, "Paragraph 4": True}
    page.checkbox(key="import_tick_4").uncheck()
    page.text_input(key="import_title_3").set_value("Decriminalize possession")
    page.run()

    # the review survives a reload
    page = opened("import_document")
    assert page.checkbox(key="import_tick_4").value is False
    assert page.text_input(key="import_title_3").value == "Decriminalize possession"
    press(page, "Save 1 recommendation")
    assert errors(page) == []
    assert "1 recommendation was saved." in html(page)
    assert "All recommendations of E/C.12/KGZ/CO/5" in html(page)
    assert not import_drafts.has_review(ANNA.handle)
    found = DatasetReader(tmp_path / "data").read()
    assert found.documents["e-c12-kgz-co-5"].follow_up.paragraphs == ("3 (a)",)
    r = found.recommendations["cescr-2026-3"]
    assert [part.id for part in r.parts] == ["a", "b"]

    press(page, "Undo")
    found = DatasetReader(tmp_path / "data").read()
    assert found.recommendations["cescr-2026-3"].events[-1].type == "retired"
    assert found.documents["e-c12-kgz-co-5"].events[-1].type == "retired"


def test_the_safety_check_reads_every_text_and_keeps_the_review(opened, tmp_path):
    unsafe = SMALL_OBSERVATIONS.replace("end forced evictions", "end forced evictions, see +996 555 123 456")
    page = press(paste(opened("import_document"), unsafe), "Save 2 recommendations")
    assert "+996 555 123 456" in html(page)
    assert import_drafts.has_review(ANNA.handle)
    assert "cescr-2026-3" not in DatasetReader(tmp_path / "data").read().recommendations
    page.checkbox(key="import_tick_4").uncheck().run()
    press(page, "Save 1 recommendation")
    assert "cescr-2026-3" in DatasetReader(tmp_path / "data").read().recommendations


def test_two_editors_with_the_same_document_make_nothing_twice(opened, tmp_path):
    mine = paste(opened("import_document"), SMALL_OBSERVATIONS)
    theirs = paste(opened("import_document", who=BOLOT), SMALL_OBSERVATIONS)
    press(theirs, "Save 2 recommendations")
    mine = opened("import_document", who=ANNA)
    assert [box.label for box in mine.checkbox] == []
    assert html(mine).count("already here") >= 2
    assert len(DatasetReader(tmp_path / "data").read().recommendations) == 5


def test_a_click_on_a_review_that_a_colleague_changed_saves_nothing(opened, tmp_path):
    press(paste(opened("import_document"), SMALL_OBSERVATIONS), "Save 2 recommendations")
    changed = SMALL_OBSERVATIONS.replace("in all places", "in all closed places")
    page = paste(opened("import_document"), changed)
    page.checkbox(key="import_tick_3").check().run()
    file = tmp_path / "data" / "recommendations" / "cescr-2026-3.yaml"
    file.write_text(file.read_text().replace("in all places", "in many places"))
    press(page, "Save 1 recommendation")
    assert "in many places" in file.read_text()
    press(page, "Save 1 recommendation")  # with the colleague's words in view
    assert "in all closed places" in file.read_text()


def test_another_states_document_is_not_ticked(opened):
    page = paste(opened("import_document"), SMALL_OBSERVATIONS.replace("KGZ", "RUR").replace("Kyrgyzstan", "Ruritania"))
    assert [box.value for box in page.checkbox] == [False, False]
    assert [button.disabled for button in page.button if button.label.startswith("Save")] == [True]
