"""The form of a document, and the page of the treaty bodies that leads to it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import pages.shared.layout
import tracker.storage.dataset_reader
from pages.shared import form_drafts
from tests.support.server_process import ROOT
from tests.support.small_dataset import ANNA, BOLOT
from tests.support.story_folder import DOCUMENTS, made
from tracker.model.permissions import READER, Person
from tracker.model.vocabulary import DocumentKind
from tracker.storage.dataset_reader import DatasetReader

ADD, SAVE, ON_TOP = "save_NoneType_new", "save_Document_co-4", "on_top_co-4_"


def form() -> None:
    """A page with nothing but the form."""
    import streamlit as st  # this function alone is the script

    from pages.forms.records.record_forms import show_document_form
    from pages.shared.layout import open_page
    from pages.shared.saving import show_saved

    page = open_page("/edit")
    show_saved(page, "edit")
    there = page.view.dataset.documents.get(st.query_params.get("id", ""))
    if done := show_document_form(page, there, st.query_params.get("editing", "")):
        st.session_state["done"] = done


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the form on the small folder, or another page of it, as an editor unless somebody else is named."""
    made(tmp_path / "data")
    form_drafts._drafts.clear()  # what was typed in another story
    monkeypatch.setattr(tracker.storage.dataset_reader, "CHECK_INTERVAL", 0.0)
    monkeypatch.setenv("TRACKER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRACKER_STATE", str(tmp_path / "state"))

    def open_(file: str = "", who: Person = ANNA, **params: str) -> AppTest:
        monkeypatch.setattr(pages.shared.layout, "current_person", lambda: who)
        monkeypatch.setattr("pages.shared.saving.current_person", lambda: who)
        path = str(ROOT / "pages" / f"{file}.py")
        page = AppTest.from_file(path, default_timeout=60) if file else AppTest.from_function(form, default_timeout=60)
        for name, value in {"lang": "en", **params}.items():
            page.query_params[name] = value
        return page.run()

    return open_


def put(page: AppTest, name: str = "", **fields: str) -> AppTest:
    for field, value in fields.items():
        kind = page.selectbox if field in ("body", "kind", "verification") else page.text_input
        kind(key=f"edit_document_{name}_{field}").set_value(value)
    return page.run()


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_the_cycle_in_the_symbol_is_put_into_its_field_unless_something_is_there(opened):
    cycle = "edit_document__cycle"
    page = put(opened(), symbol="E/C.12/KGZ/Q/5")
    assert (page.text_input(key=cycle).value, page.text_input(key=cycle).placeholder) == ("", "such as 4 or 2-3")
    assert put(page, symbol="E/C.12/KGZ/CO/2-3").text_input(key=cycle).value == "2-3"
    assert put(page, cycle="").text_input(key=cycle).value == ""  # somebody knows better
    assert put(page, cycle="4", symbol="E/C.12/KGZ/CO/5").text_input(key=cycle).value == "4"


def test_a_document_is_added_under_the_id_that_its_symbol_proposes(opened, tmp_path):
    page = put(opened(), body="cescr", symbol="E/C.12/KGZ/CO/5", title_en="CO 5", cycle="5", adopted="2 March 2026")
    put(page, kind=DocumentKind.CONCLUDING_OBSERVATIONS)
    assert page.text_input(key="edit_document__id").placeholder == "e-c12-kgz-co-5"
    page.button(key=ADD).click().run()
    assert ([e.value for e in page.error], page.session_state["done"]) == ([], "e-c12-kgz-co-5")
    lines = (tmp_path / "data" / "documents.yaml").read_text().removeprefix(DOCUMENTS)
    assert lines.partition(", recorded: ")[0] == (
        "  - {id: e-c12-kgz-co-5, body: cescr, kind: concluding-observations, symbol: E/C.12/KGZ/CO/5, title: CO 5, cycle: 5,"
        " adopted: 2026-03-02, verification: to-check"
    )
    page.run().button(key=next(b.key for b in page.button if b.key.startswith("undo_"))).click().run()
    read = DatasetReader(tmp_path / "data").read()
    assert [e.type.value for e in read.documents["e-c12-kgz-co-5"].events] == ["retired"]


def test_what_is_missing_is_said_and_nothing_is_saved(opened, tmp_path):
    page = put(opened(), symbol="E/C.12/KGZ/CO/5", adopted="soon")
    page.button(key=ADD).click().run()
    assert page.error[0].value.split("\n")[:3] == [
        "- Choose the treaty body.",
        "- Choose the kind of document.",
        "- Title: please fill this in, in one language at least.",
    ]
    assert page.text_input(key="edit_document__adopted").value == "soon"
    assert (tmp_path / "data" / "documents.yaml").read_text() == DOCUMENTS


def version(tmp_path: Path) -> str:
    return DatasetReader(tmp_path / "data").read().documents["co-4"].version


def test_an_edit_is_saved_with_its_reason(opened, tmp_path):
    page = put(opened(id="co-4", editing=version(tmp_path)), "co-4", cycle="4-5", reason="A slip.")
    page.button(key=SAVE).click().run()
    d = DatasetReader(tmp_path / "data").read().documents["co-4"]
    assert (d.cycle, [(c.field, c.old, c.reason) for c in d.history]) == ("4-5", [("cycle", "4", "A slip.")])


def test_an_edit_needs_a_reason(opened, tmp_path):
    page = put(opened(id="co-4", editing=version(tmp_path)), "co-4", cycle="4-5", reason=" ")
    page.button(key=SAVE).click().run()
    assert page.error[0].value == "- Please say in a sentence why you changed it."
    assert (tmp_path / "data" / "documents.yaml").read_text() == DOCUMENTS


def test_a_colleagues_edit_of_another_document_is_no_matter_and_of_this_one_is_shown(opened, tmp_path):
    seen = version(tmp_path)
    page = put(opened(id="co-4", editing=seen), "co-4", cycle="4-5", reason="A slip.")
    file = tmp_path / "data" / "documents.yaml"
    file.write_text(file.read_text().replace("title: CO 3", "title: The third"))
    assert SAVE in [button.key for button in page.run().button]
    file.write_text(file.read_text().replace("title: CO 4", "title: The fourth"))
    page.run()
    assert (SAVE in [button.key for button in page.button], "newer version" in html(page)) == (False, True)
    assert page.text_input(key="edit_document_co-4_cycle").value == "4-5"
    page.button(key=ON_TOP + version(tmp_path)).click().run()
    d = DatasetReader(tmp_path / "data").read().documents["co-4"]
    assert (d.cycle, d.title[""].text) == ("4-5", "The fourth")


def test_what_may_not_be_is_said_in_a_sentence(opened, tmp_path):
    page = put(
        opened(id="report", editing=version(tmp_path)), "report", kind=DocumentKind.STATE_REPORT, reason="A slip."
    )
    page.button(key=next(b.key for b in page.button if b.key.startswith("on_top_report"))).click().run()
    assert (
        "report is not an alternative report: its recommendations are not issued by civil society"
        in page.error[0].value
    )
    assert (tmp_path / "data" / "documents.yaml").read_text() == DOCUMENTS


def test_the_treaty_bodies_lead_to_the_form_whoever_may_save(opened, tmp_path):
    add, edit = (
        'href="/edit?what=document&amp;lang=en"',
        "/edit?what=document&amp;id=co-4&amp;lang=en",
    )
    for who, past, there in ((BOLOT, {}, True), (READER, {}, False), (BOLOT, {"as_of": "2025-01-01"}, False)):
        shown = html(opened("treaty_bodies", who, **past))
        assert (add in shown, edit in shown, 'id="e-co-4"' in shown) == (there, there, True)


def test_a_retired_document_is_no_more_among_the_others(opened, tmp_path):
    file = tmp_path / "data" / "documents.yaml"
    file.write_text(file.read_text().replace("title: CO 3", "title: The third, events: [{type: retired}]"))
    shown = html(opened("treaty_bodies", READER)).partition("1 archived item<")[0]
    assert ("The third" in shown, "CO 4" in shown) == (False, True)
