"""A draft that waits is named where its form would be opened; a document leads to its recommendations and back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.Block_pb2 import Block
from streamlit.testing.v1 import AppTest

from pages.shared import form_drafts
from tests.pages.test_evidence_editing import FILES
from tests.support.form_pages import errors, html, opening, press, put
from tracker.model.permissions import READER, Person, Role
from tracker.model.vocabulary import Voice
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    return opening(tmp_path, monkeypatch, FILES)


def version(tmp_path: Path) -> str:
    return DatasetReader(tmp_path / "data").read().recommendations["co-3-7"].version


def test_a_draft_is_named_on_the_recommendation_until_it_is_discarded(opened, tmp_path):
    form: dict[str, Any] = {"id": "co-3-7", "editing": version(tmp_path)}
    opened("recommendation", **form)
    assert "unsaved draft" not in html(opened("recommendation", id="co-3-7"))  # it was only looked at
    put(opened("recommendation", **form), "assess_co-3-7_", reason="Nothing was done.")
    page = opened("recommendation", id="co-3-7")
    assert "You have an unsaved draft of an assessment." in html(page)
    assert f"editing={form['editing']}" in html(page).partition("unsaved draft of an assessment")[2][:120]
    assert [
        "unsaved draft" in html(opened("recommendation", who, id="co-3-7"))
        for who in (READER, Person(Role.EDITOR, "editor-bermet"))
    ] == [False] * 2
    continued = opened("recommendation", **form)
    assert continued.text_area(key="assess_co-3-7_reason").value == "Nothing was done."
    assert "This is your unsaved draft." in html(continued)
    press(page, "Discard the draft")
    assert ("unsaved draft" in html(page), dict(form_drafts._drafts)) == (False, {})


def test_a_draft_of_evidence_is_named_in_the_register(opened):
    put(opened(what="evidence"), "edit_evidence__", publisher="Parliament")
    assert "You have an unsaved draft of evidence." in html(opened("evidence"))
    assert "You have an unsaved draft" not in html(opened("recommendations"))


def test_what_is_refused_is_marked_at_its_field_until_it_is_put_right(opened):
    page = opened(what="document")
    assert "Fields marked with * are required." in html(page)
    assert "rt-fielderror" not in html(page)
    press(page, "Add the document")
    assert re.search('<p class="rt-fielderror" data-arrive="[^"]+">Choose the treaty body.</p>', html(page))
    put(page, "edit_document__", body="cescr")
    assert ("Choose the treaty body." in html(page), "Choose the kind of document." in html(page)) == (False, True)
    assert "- Choose the kind of document." in errors(page)


def test_a_document_leads_to_its_recommendations_and_the_next_one_is_in_the_same_document(opened):
    page = opened(what="recommendation")
    assert 'href="/edit?what=document&amp;then=recommendation&amp;lang=en">Add the document' in html(page)
    options = page.selectbox(key="edit_recommendation__document").options
    assert len(options) == len({*options}) and not any("State report" in option for option in options)
    page = opened(what="document", done="co-4")
    assert 'href="/edit?what=recommendation&amp;document=co-4&amp;lang=en">Add its recommendations' in html(page)
    page = opened(what="recommendation", document="co-4")
    assert page.selectbox(key="edit_recommendation__document").value == "co-4"
    page = opened(what="recommendation", done="co-3-7")
    assert 'href="/edit?what=recommendation&amp;document=co-3&amp;lang=en">Add another' in html(page)


def test_new_evidence_of_an_assessment_has_the_fields_of_the_evidence_form_and_nothing_is_chosen(opened, tmp_path):
    page = opened("recommendation", id="co-3-7", editing=version(tmp_path))
    page.radio(key="assess_co-3-7_voice").set_value(Voice.STATE).run()
    page.toggle(key="assess_co-3-7_add").set_value(True).run()
    new = "assess_co-3-7_new_"
    names = {w.key.removeprefix(new) for w in (*page.text_input, *page.selectbox, *page.multiselect) if new in w.key}
    assert {"archived", "identifier", "document", "themes", "id", "publisher", "link", "happened", "kind"} <= names
    chosen = [page.radio(key=new + name).value for name in ("dimension", "mark", "suggests")]
    assert (page.selectbox(key=new + "kind").value, chosen) == (None, [None] * 3)
    press(page, "Record")
    told = errors(page)
    assert "- Say what it shows for this recommendation." in told and "- Choose the kind of source." in told
    assert (
        html(page).count("Say whether the source itself has been read.</p>") == 2
    )  # of the statement, of the evidence


def test_a_date_that_is_asked_back_is_said_once_at_its_field(opened, tmp_path):
    page = opened("recommendation", id="co-3-7", editing=version(tmp_path))
    page.text_input(key="assess_co-3-7_date").set_value("03/04/2025").run()
    press(page, "Record")
    assert html(page).count("“03/04/2025” is not clear. Is it 3 April 2025 or 4 March 2025?</p>") == 1
    assert "- Date: “03/04/2025” is not clear. Is it 3 April 2025 or 4 March 2025?" in errors(page)


def required(page: AppTest) -> set[str]:
    """The keys of the fields that have a star."""

    def blocks(node: Any) -> Iterator[Any]:
        yield node
        for child in getattr(node, "children", {}).values():
            yield from blocks(child)

    ids = [node.proto.id for node in blocks(page.main) if isinstance(node.proto, Block)]
    return {found.partition("rt_required_")[2] for found in ids if "rt_required_" in found}


def test_a_reason_without_which_nothing_is_saved_has_a_star(opened, tmp_path):
    page = opened("recommendation", id="co-3-7", editing=version(tmp_path), form="retire")
    assert required(page) == {"retire_co-3-7_reason"}
    assert required(opened(what="retire", id="law")) == {"edit_retire_law_reason"}


def test_the_star_goes_when_the_text_is_there_in_another_language(opened):
    page = opened(what="evidence")
    assert "edit_evidence__summary_en" in required(page)
    put(page, "edit_evidence__", summary_ru="Суд отказал.")
    assert not {"edit_evidence__summary_en", "edit_evidence__summary_ru"} & required(page)


def test_there_is_no_star_from_the_start_where_the_record_has_the_text_in_another_language(opened):
    page = opened(what="recommendation", id="co-3-7", lang="ru")
    assert page.text_input(key="edit_recommendation_co-3-7_title_ru").value == ""
    assert [key for key in required(page) if "title" in key or "summary" in key] == []
