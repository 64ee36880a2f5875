"""Evidence is retired on its page, or together with the assessment that it was recorded with; the closed forms ask first."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.editing.test_private_evidence import SECRET
from tests.support.canary_folder import lay
from tests.support.form_pages import errors, html, press, put
from tracker.editing.undo import evidence_recorded_with
from tracker.model.permissions import READER
from tracker.model.records import Evidence
from tracker.model.vocabulary import EventType, Status
from tracker.storage.dataset_reader import DatasetReader

NEW = (
    "kind: news\npublisher: A paper\ntitle: A new item\nsummary: S.\ndimension: law\nverification: reported\n"
    "relevant_to: [{recommendation: r1, effect: context, recorded: 2026-03-01T10:00:00.000001Z}]\n"
    "recorded: 2026-03-01T10:00:00.000000Z\nrecorded_by: editor-anna\n"
)
ASSESSED = (
    "issued_by: civil-society\ndocument: report\ntitle: Repeal the punishments\nsummary: S.\nverification: seen\n"
    "source: {document: report}\nassessments:\n  - {voice: civil-society, status: implemented, date: '2026-02', reason: R.,"
    " evidence: [new, law], recorded: 2026-03-01T10:00:00.000002Z, recorded_by: editor-anna}\n"
)
FILES = {"evidence/new.yaml": NEW, "recommendations/r1.yaml": ASSESSED}
PRIVATE = True


@pytest.fixture
def events(there: Callable[[str], Any]) -> Callable[[], list[EventType]]:
    """What became of the new item."""
    return lambda: [event.type for event in there("new").events]


def test_evidence_is_retired_with_a_reason_and_old_links_say_so(opened, events):
    link = 'href="/edit?what=retire&amp;id=new&amp;lang=en'
    for file in ("evidence", "recommendation"):
        assert link in html(opened(file, id="r1"))
        assert link not in html(opened(file, READER, id="r1"))
    page = opened(what="retire", id="new")
    assert "Repeal the punishments</a>: 1 assessment names it" in html(page)
    assert errors(press(page, "Archive this evidence")) == ["Please say why it is archived."]
    press(put(page, "edit_retire_new_", reason="It was there twice."), "Archive this evidence")
    assert "The evidence is archived. It stays in the history but no longer counts." in html(page)
    assert events() == [EventType.RETIRED]
    register = html(opened("evidence", READER))
    item = register.partition('id="e-new"')[2]
    assert ("1 archived item<" in register, "A new item" in item, "It was there twice." in item) == (True, True, True)
    assert "A new item</a> (archived, " in html(opened("recommendation", READER, id="r1"))
    assert "A new item" not in html(opened("evidence", READER, q="item"))
    assert "There is nothing to archive here" in html(opened(what="retire", id="new"))
    press(page, "Undo the last save")
    assert events() == [EventType.RETIRED, EventType.RESTORED]
    assert "archived item" not in html(opened("evidence", READER))


def test_private_evidence_is_retired_privately(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    page = opened(what="retire", id="letter")
    assert 'data-audience="private"' in html(page)
    press(put(page, "edit_retire_letter_", reason="Twice."), "Archive this evidence")
    assert "type: retired" in (tmp_path / "private" / "evidence" / "letter.yaml").read_text("utf-8")
    assert "A letter." not in html(opened("evidence")) + html(opened("evidence", READER))


def test_a_newer_version_is_looked_at_before_it_is_retired(opened, tmp_path, events):
    page = opened(what="retire", id="new")
    file = tmp_path / "data" / "evidence" / "new.yaml"
    file.write_text(file.read_text("utf-8").replace("A new item", "Another item"), "utf-8")
    page.text_input(key="edit_retire_new_reason").set_value("Twice.")
    press(page, "Archive this evidence")
    assert (events(), "Another item" in html(page)) == ([], True)
    press(page, "Archive anyway")
    assert events() == [EventType.RETIRED]


def withdraws(opened: Callable[..., AppTest], there: Callable[[str], Any]) -> AppTest:
    r = there("r1")
    page = opened("recommendation", id="r1", editing=r.version, withdraw=r.assessments[0].recorded)
    page.text_area(key="withdraw_r1").set_value("A slip.")
    return page


def test_a_withdrawal_retires_what_came_with_the_assessment(opened, there, events):
    page = withdraws(opened, there)
    assert [(box.label, box.value) for box in page.checkbox] == [("Also archive: A new item · A paper", True)]
    press(page, "Withdraw")
    assert events() == [EventType.RETIRED]
    press(page, "Undo the last save")
    assert events() == [EventType.RETIRED, EventType.RESTORED]


def test_what_is_used_elsewhere_or_was_there_before_is_not_offered(opened, tmp_path):
    d = DatasetReader(tmp_path / "data").read()
    r, e = d.recommendations["r1"], d.evidence["new"]
    other = d.recommendations["co-4-12"]

    def offered(e: Evidence = e, **others: object) -> list[str]:
        changed = replace(d, evidence={**d.evidence, "new": e}, recommendations={**d.recommendations, **others})
        return [one.id for one in evidence_recorded_with(changed, r, r.assessments[0])]

    assert offered() == ["new"]
    cited = replace(other, assessments=(replace(r.assessments[0], status=Status.NOT_IMPLEMENTED),))
    assert offered(**{"co-4-12": cited}) == []
    more = replace(e, relevant_to=(*e.relevant_to, replace(e.relevant_to[0], recommendation="co-4-12")))
    assert offered(more) == []
    assert offered(replace(e, recorded="2026-03-01T09:59:00.000000Z")) == []
    assert offered(replace(e, recorded_by="editor-bolot")) == []


def test_what_was_typed_is_discarded_after_one_question(opened):
    page = press(opened(what="evidence"), "Discard and close")
    assert ("Closed. Nothing was saved." in html(page), list(page.text_input)) == (True, [])
    page = put(opened(what="evidence"), "edit_evidence__", publisher="A paper")
    press(page, "Discard and close")
    assert [one.value for one in page.warning] == ["What you typed is not saved. Discard it?"]
    press(page, "Keep editing")
    assert ([*page.warning], page.text_input(key="edit_evidence__publisher").value) == ([], "A paper")
    press(press(page, "Discard and close"), "Discard it")
    assert "Closed. Nothing was saved." in html(page)
    assert opened(what="evidence").text_input(key="edit_evidence__publisher").value == ""


def test_a_withdrawal_waits_until_a_colleagues_change_was_seen(opened, there, tmp_path):
    page = withdraws(opened, there)
    file = tmp_path / "data" / "recommendations" / "r1.yaml"
    file.write_text(file.read_text("utf-8") + "parts_read: Paragraph 12.\n", "utf-8")

    press(page, "Withdraw")
    assert there("r1").assessments[0].events == ()
    assert "This was changed after you opened the form." in html(page)
    assert page.text_area(key="withdraw_r1").value == "A slip."
    press(page, "Withdraw anyway")
    assert [e.type for e in there("r1").assessments[0].events] == ["withdrawn"]
