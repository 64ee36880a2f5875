"""The form of a document, and the page of the treaty bodies that leads to it."""

from pathlib import Path

import pytest

from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import BOLOT
from tests.support.story_folder import DOCUMENTS
from tracker.model.permissions import READER
from tracker.model.vocabulary import DocumentKind, EventType

WRONG = """\
  - {id: wrong, body: cescr, kind: concluding-observations, title: Another State's, cycle: 9, issued: 2026-01,
     verification: seen, deadlines: [{kind: reply, date: 2027-01}]}
"""
FILES = {"documents.yaml": DOCUMENTS + WRONG}
NEW, CO4 = "edit_document__", "edit_document_co-4_"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "documents.yaml"


def test_the_cycle_in_the_symbol_is_put_into_its_field_unless_something_is_there(opened):
    page = put(opened(what="document"), NEW, symbol="E/C.12/KGZ/Q/5")
    cycle = page.text_input(key=f"{NEW}cycle")
    assert (cycle.value, cycle.placeholder) == ("", "such as 4 or 2-3")
    assert put(page, NEW, symbol="E/C.12/KGZ/CO/2-3").text_input(key=f"{NEW}cycle").value == "2-3"
    assert put(page, NEW, cycle="").text_input(key=f"{NEW}cycle").value == ""  # somebody knows better
    assert put(page, NEW, cycle="4", symbol="E/C.12/KGZ/CO/5").text_input(key=f"{NEW}cycle").value == "4"


def test_a_document_is_added_under_the_id_that_its_symbol_proposes(opened, there, file):
    page = opened(what="document")
    put(page, NEW, body="cescr", symbol="E/C.12/KGZ/CO/5", title_en="CO 5", cycle="5", adopted="2 March 2026")
    put(page, NEW, kind=DocumentKind.CONCLUDING_OBSERVATIONS)
    assert page.text_input(key=f"{NEW}id").placeholder == "e-c12-kgz-co-5"
    assert errors(press(page, "Add the document")) == []
    lines = file.read_text().removeprefix(DOCUMENTS + WRONG)
    assert lines.partition(", recorded: ")[0] == (
        "  - {id: e-c12-kgz-co-5, body: cescr, kind: concluding-observations, symbol: E/C.12/KGZ/CO/5, title: CO 5, cycle: 5,"
        " adopted: 2026-03-02, verification: to-check"
    )
    press(page, "Undo the last save")
    assert [e.type.value for e in there("e-c12-kgz-co-5").events] == ["retired"]


def test_in_a_tracker_of_several_states_a_document_is_of_one_of_them(opened, there, file):
    settings = file.with_name("tracker.yaml")
    states = "states: [{id: kgz, name: Kyrgyzstan}, {id: kaz, name: Kazakhstan}]\n"
    settings.write_text(settings.read_text() + states)
    file.write_text(file.read_text().replace(", body:", ", state: kgz, body:"))
    page = put(opened(what="document"), NEW, body="cescr", title_en="CO 5", cycle="4", symbol="E/C.12/KAZ/CO/5")
    put(page, NEW, kind=DocumentKind.CONCLUDING_OBSERVATIONS)
    assert errors(press(page, "Add the document")) == ["- Choose the State."]
    put(page, NEW, state="kgz")
    (wrong,) = errors(press(page, "Add the document"))
    assert "This symbol is of another State (KAZ)" in wrong
    put(page, NEW, state="kaz")
    assert errors(press(page, "Add the document")) == []
    assert there("e-c12-kaz-co-5").state == "kaz"


def test_a_colleagues_edit_of_another_document_is_no_matter_and_of_this_one_is_shown(opened, there, file):
    page = put(opened(what="document", id="co-4"), CO4, cycle="4-5", reason="A slip.")
    file.write_text(file.read_text().replace("title: CO 3", "title: The third"))
    assert "Save the edit" in [button.label for button in page.run().button]
    file.write_text(file.read_text().replace("title: CO 4", "title: The fourth"))
    page.run()
    assert ("Save the edit" in [b.label for b in page.button], "newer version" in html(page)) == (False, True)
    assert page.text_input(key=f"{CO4}cycle").value == "4-5"
    press(page, "Replace with mine")
    assert (there("co-4").cycle, there("co-4").title[""].text) == ("4-5", "The fourth")


def test_the_treaty_bodies_lead_to_the_form_whoever_may_save(opened):
    add, edit = 'href="/edit?what=document&amp;lang=en"', "/edit?what=document&amp;id=co-4&amp;lang=en"
    for who, past, there in ((BOLOT, {}, True), (READER, {}, False), (BOLOT, {"as_of": "2025-01-01"}, False)):
        shown = html(opened("treaty_bodies", who, **past))
        assert (add in shown, edit in shown, 'id="e-co-4"' in shown) == (there, there, True)


# A document that was added by mistake is archived with a reason, unless records name it; old links say so.


def test_a_document_of_nobody_is_archived_and_its_old_link_says_so(opened, there):
    link = 'href="/edit?what=retire-document&amp;id=wrong&amp;lang=en'
    assert (link in html(opened("treaty_bodies")), link in html(opened("treaty_bodies", READER))) == (True, False)
    assert "Another State" in html(opened("deadlines", READER))
    page = opened(what="retire-document", id="wrong")
    assert errors(press(page, "Archive this document")) == ["Please say why it is archived."]
    press(put(page, "edit_retire_wrong_", reason="It is on Marovia."), "Archive this document")
    (event,) = there("wrong").events
    assert event.type is EventType.RETIRED
    for name in ("deadlines", "overview", "data_health"):
        assert "Another State" not in html(opened(name, READER))
    before, _, archived = html(opened("treaty_bodies", READER)).partition('id="e-wrong"')
    told = ("Another State" in before, "Another State" in archived, "It is on Marovia." in archived)
    assert told == (False, True, True)
    assert "There is nothing to archive here" in html(opened(what="retire-document", id="wrong"))
    press(page, "Undo the last save")
    assert [e.type for e in there("wrong").events] == ["retired", "restored"]
    assert "archived item" not in html(opened("treaty_bodies", READER))


def test_a_document_that_records_name_stays_and_they_are_listed(opened):
    shown = html(page := opened(what="retire-document", id="hrc-3"))
    assert 'href="/recommendation?id=hrc-3-20&amp;lang=en' in shown and "Review the drug laws" in shown
    assert "Archive this document" not in [button.label for button in page.button]
