"""The safety check in the forms: what could identify a person is not saved, is shown with its place, and may be settled."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.saving import finding_label
from tests.support.form_pages import CHOSEN, errors, html, press, put
from tests.support.small_dataset import ANNA, REVIEWER
from tests.support.story_folder import RECORDED
from tracker.i18n import get_language
from tracker.model.permissions import Person
from tracker.model.safety_config import Match, SafetyFinding, TextField
from tracker.model.vocabulary import Status
from tracker.safety.patterns import default_rules

NUMBER = "+996 555 000 111"
ASSESSED = (
    "issued_by: committee\ndocument: co-3\ntitle: End it\nsummary: It should end.\nverification: seen\nsource: {document: co-3}\n"
    f"assessments:\n  - {{voice: civil-society, status: not-implemented, date: '2026-01', reason: As before., {RECORDED}}}\n"
)
FILES = {"recommendations/co-3-7.yaml": ASSESSED}


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[], str]:
    """Everything in the data folder, as one text."""
    return lambda: "".join(path.read_text("utf-8") for path in sorted((tmp_path / "data").rglob("*.yaml")))


@pytest.fixture
def assesses(opened: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """The form with an assessment whose reason is typed in, after a press of "Record"."""

    def types(reason: str, who: Person = ANNA) -> AppTest:
        page = opened("recommendation", who=who, id="co-3-7", editing="now")
        return press(put(page, "assess_co-3-7_", status=Status.PARTIALLY, date="2026-03", reason=reason), "Record")

    return types


def test_an_assessment_with_a_number_is_not_recorded_and_the_place_is_marked(saved, assesses):
    before = saved()
    page = assesses(f"Ask at {NUMBER} on Monday.")
    assert saved() == before
    shown = html(page)
    assert f"Ask at <mark>{NUMBER}</mark> on Monday." in shown
    assert "Nothing was saved. Your text is still here.</b> One detail could identify a person:" in shown
    assert "A phone number identifies someone. Please remove it." in shown
    assert "a reviewer can confirm it with a written reason" in shown
    assert [button.label for button in page.button if "Settle" in button.label] == []
    assert page.text_area(key="assess_co-3-7_reason").value == f"Ask at {NUMBER} on Monday."

    put(page, "assess_co-3-7_", reason="Ask on Monday.")
    press(page, "Record")
    assert ("Ask on Monday." in saved(), "rt-concerns" in html(page)) == (True, False)


def test_a_reviewer_settles_it_with_a_reason_which_is_not_public(saved, tmp_path, assesses):
    page = assesses(f"The hotline is {NUMBER}.", REVIEWER)
    (field,) = [one for one in page.text_input if one.key.startswith("settle_")]
    assert field.label == "Why is item 1 safe to publish?"
    field.set_value("It is a public hotline.")
    press(page, "Confirm")
    kept = (tmp_path / "state" / "settled.yaml").read_text("utf-8")
    assert ("It is a public hotline." in kept, "by: reviewer-x1" in kept, "555 000" in kept) == (True, True, False)
    press(page, "Record")
    assert (NUMBER in saved(), "public hotline" in saved()) == (True, False)


def test_who_is_no_reviewer_any_more_settles_nothing(tmp_path, monkeypatch, assesses):
    page = assesses(f"The hotline is {NUMBER}.", REVIEWER)
    next(one for one in page.text_input if one.key.startswith("settle_")).set_value("It is a public hotline.")
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: ANNA)
    press(page, "Confirm")
    assert not (tmp_path / "state" / "settled.yaml").exists()


def test_new_evidence_and_its_texts_in_every_language_are_looked_at(opened, saved):
    before = saved()
    page = opened(what="evidence")
    texts = {"title_en": "Law", "summary_en": "The client Jane Example was held.", "publisher": "The paper"}
    put(page, "edit_evidence__", **texts, **CHOSEN)
    press(page, "Add the evidence")
    assert ("<mark>Jane Example</mark>" in html(page), saved()) == (True, before)


def test_the_reason_of_an_edit_is_looked_at_too(opened, saved):
    before = saved()
    page = opened("recommendation", id="co-3-7", form="edit", editing="now")
    put(page, "edit_recommendation_co-3-7_", title_en="End it now", reason=f"As {NUMBER} told us.")
    press(page, "Save the edit")
    assert (f"As <mark>{NUMBER}</mark> told us." in html(page), saved()) == (True, before)


def test_what_was_there_before_is_not_asked_again(saved, tmp_path, assesses):
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(file.read_text("utf-8").replace("As before.", f"Call {NUMBER}."), "utf-8")
    page = assesses("Fines were halved.")
    assert ("Fines were halved." in saved(), errors(page)) == (True, [])


@pytest.mark.parametrize("button", ["Reviewed today: no change", "Withdraw"])
def test_a_note_and_a_withdrawal_are_looked_at(opened, saved, button):
    before, form = saved(), {"editing": "now", "withdraw": RECORDED.partition(" ")[2]}
    page = opened("recommendation", id="co-3-7", **(form if button == "Withdraw" else {}))
    (field,) = (
        f for f in (*page.text_input, *page.text_area) if str(f.key).startswith(("note_co-3-7_", "withdraw_co"))
    )
    field.set_value(f"{NUMBER} said so").run()
    press(page, button)
    assert (f"<mark>{NUMBER}</mark> said so" in html(page), saved()) == (True, before)


def test_in_bulk_the_reason_is_looked_at(opened, saved):
    before = saved()
    page = opened("recommendations", choosing="add", pick="co-3-7")
    page.radio(key="bulk_kind").set_value("tag").run()
    page.selectbox(key="bulk_tag").set_value("themes:policing").run()
    put(page, "bulk_", reason=f"{NUMBER} said so")
    press(page, "Add to 1 recommendation")
    assert (f"<mark>{NUMBER}</mark> said so" in html(page), saved()) == (True, before)


def test_a_finding_is_named_by_the_file_and_its_pages_or_by_the_field_as_in_the_form():
    rule = default_rules().rules[0]
    places = {("files", "law.pdf", 2, 4): "law.pdf, с. 2, 4", ("files", "law.txt"): "law.txt", ("title",): "Название"}
    reason, of_event = ("assessments", 0, "reason"), ("assessments", 0, "events", 0, "reason")
    reasons = {reason: "Обоснование", of_event: "Причина"}
    for path, label in (places | reasons).items():
        finding = SafetyFinding(TextField("evidence law", "x", path, text="one"), Match(rule, 0, 3, words="one"))
        assert finding_label(finding, get_language("ru")) == label
