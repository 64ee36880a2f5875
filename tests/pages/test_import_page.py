"""The page that brings in a document: who sees it, what is read, reviewed and saved."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import import_drafts
from tests.support.form_pages import errors, html, opening, press
from tests.support.small_dataset import ANNA
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
    assert not import_drafts.has_review(ANNA.handle)
    found = DatasetReader(tmp_path / "data").read()
    assert found.documents["e-c12-kgz-co-5"].follow_up.paragraphs == ("3 (a)",)
    r = found.recommendations["cescr-2026-3"]
    assert [part.id for part in r.parts] == ["a", "b"]

    press(page, "Undo")
    found = DatasetReader(tmp_path / "data").read()
    assert found.recommendations["cescr-2026-3"].events[-1].type == "retired"
    assert found.documents["e-c12-kgz-co-5"].events[-1].type == "retired"
