"""A document that was added by mistake is archived with a reason, unless records name it; old links say so."""

from tests.support.form_pages import errors, html, press, put
from tests.support.story_folder import DOCUMENTS
from tracker.model.permissions import READER
from tracker.model.vocabulary import EventType
from tracker.storage.dataset_reader import DatasetReader

WRONG = "  - {id: wrong, body: cescr, kind: concluding-observations, title: Another State's, cycle: 9, issued: 2026-01, verification: seen, deadlines: [{kind: reply, date: 2027-01}]}\n"
FILES = {"documents.yaml": DOCUMENTS + WRONG}


def test_a_document_of_nobody_is_archived_and_its_old_link_says_so(opened, tmp_path):
    link = 'href="/edit?what=retire-document&amp;id=wrong&amp;lang=en'
    assert (link in html(opened("treaty_bodies")), link in html(opened("treaty_bodies", READER))) == (True, False)
    assert "Another State" in html(opened("deadlines", READER))
    page = opened(what="retire-document", id="wrong")
    assert errors(press(page, "Archive this document")) == ["Please say why it is archived."]
    press(put(page, "edit_retire_wrong_", reason="It is on Marovia."), "Archive this document")
    (event,) = DatasetReader(tmp_path / "data").read().documents["wrong"].events
    assert event.type is EventType.RETIRED
    for name in ("deadlines", "overview", "data_health"):
        assert "Another State" not in html(opened(name, READER))
    before, _, archived = html(opened("treaty_bodies", READER)).partition('id="e-wrong"')
    told = ("Another State" in before, "Another State" in archived, "It is on Marovia." in archived)
    assert told == (False, True, True)
    assert "There is nothing to archive here" in html(opened(what="retire-document", id="wrong"))
    press(page, "Undo the last save")
    found = [e.type for e in DatasetReader(tmp_path / "data").read().documents["wrong"].events]
    assert found == ["retired", "restored"]
    assert "archived item" not in html(opened("treaty_bodies", READER))


def test_a_document_that_records_name_stays_and_they_are_listed(opened):
    shown = html(page := opened(what="retire-document", id="hrc-3"))
    assert 'href="/recommendation?id=hrc-3-20&amp;lang=en' in shown and "Review the drug laws" in shown
    assert "Archive this document" not in [button.label for button in page.button]
