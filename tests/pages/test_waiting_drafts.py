"""A draft that waits is named where its form would be opened; a document leads to its recommendations and back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.Block_pb2 import Block
from streamlit.testing.v1 import AppTest

from pages.shared import form_drafts
from tests.pages.test_evidence_editing import FILES as FILES
from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import BOLOT
from tracker.model.permissions import READER, Person, Role
from tracker.storage.dataset_reader import DatasetReader


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
    for who in (READER, Person(Role.EDITOR, "editor-bermet")):
        assert "unsaved draft" not in html(opened("recommendation", who, id="co-3-7"))
    continued = opened("recommendation", **form)
    assert continued.text_area(key="assess_co-3-7_reason").value == "Nothing was done."
    assert "This is your unsaved draft." in html(continued)
    press(page, "Discard the draft")
    assert ("unsaved draft" in html(page), dict(form_drafts._drafts)) == (False, {})


@pytest.mark.parametrize("page", ["edit", "recommendation"])
def test_what_was_typed_before_a_colleague_saved_is_there_when_the_form_opens_again(opened, tmp_path, page):
    def form() -> AppTest:
        here = {"what": "recommendation"} if page == "edit" else {"form": "edit", "editing": "now"}
        return opened(page, BOLOT, id="co-3-7", **here)

    typed = put(form(), EDIT, summary_en="Mine.")
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(file.read_text().replace("title: End it", "title: End it now"))
    assert "rt-conflict" in html(typed.run())
    again = form()
    fields = [again.text_area(key=f"{EDIT}summary_en").value, again.text_input(key=f"{EDIT}title_en").value]
    assert fields == ["Mine.", "End it now"]
    assert ("This is your unsaved draft." in html(again), "rt-conflict" in html(again)) == (True, True)
    press(press(again, "Discard and close"), "Discard it")
    assert form().text_area(key=f"{EDIT}summary_en").value == "It should end."


def test_what_is_refused_is_marked_at_its_field_until_it_is_put_right(opened):
    page = opened(what="document")
    assert "Fields marked with * are required." in html(page)
    assert "rt-fielderror" not in html(page)
    press(page, "Add the document")
    assert re.search('<p class="rt-fielderror" data-arrive="[^"]+">Choose the treaty body.</p>', html(page))
    put(page, "edit_document__", body="cescr")
    assert ("Choose the treaty body." in html(page), "Choose the kind of document." in html(page)) == (False, True)
    assert "- Choose the kind of document." in errors(page)


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
    assert required(page) == {"retire_co-3-7_reason", "retire_co-3-7_into"}
    assert required(opened(what="retire", id="law")) == {"edit_retire_law_reason"}


def test_the_star_goes_when_the_text_is_there_in_another_language(opened):
    page = opened(what="evidence")
    assert "edit_evidence__summary_en" in required(page)
    put(page, "edit_evidence__", summary_ru="Суд отказал.")
    assert not {"edit_evidence__summary_en", "edit_evidence__summary_ru"} & required(page)


# The message about a save: the browser goes to it, and it goes when another form opens.

EDIT = "edit_recommendation_co-3-7_"
SAVED = "The edit is saved. The earlier text stays in the history."


@pytest.fixture
def saved(opened: Callable[..., AppTest], tmp_path: Path) -> AppTest:
    """The page of a recommendation after an edit was saved there."""
    page = opened("recommendation", id="co-3-7", form="edit", editing=version(tmp_path))
    return press(put(page, EDIT, title_en="End it now", reason="Clearer."), "Save the edit")


def token(page: AppTest) -> str:
    return "".join(re.findall('class="rt-saved" role="status" tabindex="-1" data-arrive="([^"]+)"', html(page)))


def test_the_browser_goes_to_each_message_once(saved):
    first = token(saved)
    assert (bool(first), SAVED in html(saved)) == (True, True)
    assert token(saved.run()) == first
    press(saved, "Undo the last save")
    assert (token(saved) not in ("", first), "Undone." in html(saved)) == (True, True)


@pytest.mark.parametrize("params", [{}, {"form": "edit"}, {"form": "retire"}])
def test_a_form_that_opens_takes_the_message_and_its_undo_away(saved, tmp_path, params):
    assert "Undo the last save" in [button.label for button in saved.button]
    for name, value in {"editing": version(tmp_path), **params}.items():
        saved.query_params[name] = value
    saved.run()
    assert (SAVED in html(saved), [b.label for b in saved.button if "Undo" in b.label]) == (False, [])
    assert SAVED not in html(press(saved, "Discard and close"))


def test_a_button_that_comes_back_is_no_part_of_the_draft(opened):
    page = opened(what="evidence")
    happened = page.text_input(key="edit_evidence__happened")
    happened.set_value("03/04/2025").run()
    page = press(page, "3 April 2025")
    assert "3 April 2025" not in [button.label for button in page.button]
    page.text_input(key="edit_evidence__happened").set_value("03/04/2025").run()
    assert page.exception == []
    assert press(page, "3 April 2025").text_input(key="edit_evidence__happened").value == "2025-04-03"
