"""The pages of who may see what is private: keeping evidence and notes, seeing them marked, making evidence public."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.editing.test_private_evidence import SECRET
from tests.support.canary_folder import CANARY, EVIDENCE, lay
from tests.support.form_pages import CHOSEN, errors, html, press, put
from tests.support.small_dataset import ANNA, REVIEWER
from tracker.model.permissions import READER
from tracker.storage.dataset_reader import DatasetReader

PRIVATE = True


def strip(page: AppTest) -> str:
    """Which strip stands beside the button: "public" or "private"."""
    (side,) = re.findall('data-audience="(\\w+)"', html(page))
    return side


def test_the_strip_follows_the_choice(opened):
    page = opened(what="evidence")
    assert (strip(page), "Public: everybody can read this" in html(page)) == ("public", True)
    page.checkbox(key="edit_evidence__private").set_value(True).run()
    assert (strip(page), "Private: only editors of this tracker can read this" in html(page)) == ("private", True)
    page.checkbox(key="edit_evidence__private").set_value(False).run()
    assert strip(page) == "public"


@pytest.mark.parametrize(("link", "is_private"), [("", False), ("&amp;private=yes", True)])
def test_evidence_is_added_from_the_page_of_a_recommendation(opened, tmp_path, link, is_private):
    address = f'href="/edit?what=evidence&amp;for=r1{link}&amp;lang=en"'
    assert address in html(opened("recommendation", id="r1"))
    assert address not in html(opened("recommendation", READER, id="r1"))
    params = {"private": "yes"} if is_private else {}
    page = opened(what="evidence", **{"for": "r1"}, **params)
    assert ("Repeal the punishments" in html(page), strip(page)) == (True, "private" if is_private else "public")
    assert page.radio(key="edit_evidence__suggests").value is None
    page.radio(key="edit_evidence__suggests").set_value("setback")
    fields = {"publisher": "A lawyer", "summary_en": "Dogs bark.", "bears_setback": ["co-4-12"], "id": "letter"}
    put(page, "edit_evidence__", **fields, **CHOSEN)
    press(page, "Save privately" if is_private else "Add the evidence")
    assert 'href="/recommendation?id=r1&amp;lang=en">Back to the recommendation</a>' in html(page)
    where, e_id = ("private", "letter-c0ffee") if is_private else ("data", "letter")
    e = DatasetReader(tmp_path / where).read().evidence[e_id]
    assert [(one.recommendation, one.effect) for one in e.relevant_to] == [("r1", "setback"), ("co-4-12", "setback")]
    assert ("Dogs bark." in html(opened("recommendation", READER, id="r1"))) is not is_private


def test_the_to_do_list_of_a_reviewer_leads_to_what_can_be_published(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": EVIDENCE})
    queue = html(opened("data_health", REVIEWER))
    assert "1 private item: publish it or keep it private" in queue and CANARY in queue
    assert 'href="/edit?what=publish&amp;id=letter&amp;lang=en">See what readers would see' in queue
    for who in (ANNA, READER):
        assert "what=publish" not in html(opened("data_health", who))
    assert "what=publish" not in html(opened("data_health", REVIEWER, as_of="2026-01-31"))


def test_what_was_typed_for_one_recommendation_and_side_is_not_taken_to_another(opened):
    put(opened(what="evidence", private="yes", **{"for": "r1"}), "edit_evidence__", publisher="A lawyer")
    for params in ({"for": "r1"}, {"private": "yes"}, {"for": "co-4-12", "private": "yes"}):
        assert opened(what="evidence", **params).text_input(key="edit_evidence__publisher").value == ""
    again = opened(what="evidence", private="yes", **{"for": "r1"})
    assert again.text_input(key="edit_evidence__publisher").value == "A lawyer"


def test_words_that_may_be_a_name_are_confirmed_once_and_recorded(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET.replace("A letter.", "Then Qorvek Zintal wrote.")})
    page = press(opened(who=REVIEWER, what="publish", id="letter"), "Publish")
    public = tmp_path / "data" / "evidence" / "letter.yaml"
    assert ("Then <mark>Qorvek Zintal</mark> wrote." in html(page), public.exists()) == (True, False)
    assert errors(page) == ["Not published yet: first confirm or change what is listed above."]
    (box,) = page.checkbox
    assert box.label == "“Qorvek Zintal” is not a person's name"
    box.set_value(True).run()
    assert "It is public now." in html(press(page, "Publish"))
    dismissed = (tmp_path / "private" / "settled.yaml").read_text("utf-8")
    assert ("by: reviewer-x1" in dismissed, "field: summary" in dismissed, "Qorvek" in dismissed) == (True, True, False)


def test_the_whole_item_is_looked_at(opened, tmp_path):
    words = "Qorvek Zintal"
    secret = SECRET.replace("24.kg", words).replace("summary: A letter.", f"summary: {{en: A letter., ru: '{words}'}}")
    lay(tmp_path / "private", {"evidence/letter.yaml": secret + f"title: {{ky: {words}}}\nidentifier: {words}\n"})
    page = opened(who=REVIEWER, what="publish", id="letter")
    assert html(page).count(f"<mark>{words}</mark>") == 1
    assert [box.label for box in page.checkbox] == [f"“{words}” is not a person's name"]


def test_a_name_in_what_is_private_warns_and_is_saved(opened, tmp_path):
    page = opened(what="evidence", private="yes")
    summary = "The client Jane Example wrote."
    put(page, "edit_evidence__", publisher="A lawyer", summary_en=summary, id="letter", **CHOSEN)
    press(page, "Save privately")
    warning = "This text may identify a person: “Jane Example”. It is saved privately. Consider a general description."
    assert [one.value for one in page.warning] == [warning]
    edited = opened(what="evidence", id="letter-c0ffee")
    put(edited, "edit_evidence_letter-c0ffee_", summary_en="The client wrote.", reason="A name.")
    press(edited, "Save the edit")
    assert "The client wrote." in (tmp_path / "private" / "evidence" / "letter-c0ffee.yaml").read_text("utf-8")
    assert [one.value for one in edited.warning] == []
    page = opened("recommendation", id="r1")
    page.text_area(key="private_note_r1").set_value("Jane Example called.")
    press(page, "Save the note")
    assert ([one.value for one in page.warning], "Jane Example called." in html(page)) == ([warning], True)
    page.text_area(key="private_note_r1").set_value("Somebody called.")
    assert [one.value for one in press(page, "Save the note").warning] == []


def test_the_id_of_what_is_private_is_taken(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    page = opened(what="evidence")
    put(page, "edit_evidence__", publisher="P", summary_en="S", id="letter", **CHOSEN)
    assert errors(press(page, "Add the evidence")) == ["- The short name “letter” is taken. Choose another one."]


def test_a_reviewer_sees_what_becomes_public_and_publishes_it(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    assert "There is nothing to publish here" in html(opened(what="publish", id="letter"))
    page = opened(who=REVIEWER, what="publish", id="letter")
    shown = html(page)
    words = ("A letter.", "Jane", "editor-x7", "yaml", "summary:")
    assert [word for word in words if word in shown] == ["A letter."]
    assert "It is public now." in html(press(page, "Publish"))
    assert "A letter." in html(opened("recommendation", READER, id="r1"))
    assert not (tmp_path / "private" / "evidence" / "letter.yaml").exists()


def test_what_a_colleague_changed_in_between_is_not_made_public_unseen(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET})
    page = opened(who=REVIEWER, what="publish", id="letter")
    lay(tmp_path / "private", {"evidence/letter.yaml": SECRET.replace("A letter.", "Another one.")})
    press(page, "Publish")
    assert ("Another one." in html(page), (tmp_path / "data" / "evidence" / "letter.yaml").exists()) == (True, False)


def test_without_a_private_folder_nothing_is_offered(opened, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE")
    assert "edit_evidence__private" not in [box.key for box in opened(what="evidence").checkbox]
    assert "rt-private" not in html(opened("recommendation", id="r1")) + html(opened("evidence"))


def test_what_was_meant_to_be_private_is_not_saved_publicly_when_the_folder_is_gone(opened, tmp_path, monkeypatch):
    page = opened(what="evidence")
    page.checkbox(key="edit_evidence__private").set_value(True).run()
    put(page, "edit_evidence__", publisher="P", summary_en="S", id="letter", **CHOSEN)
    monkeypatch.delenv("TRACKER_PRIVATE")
    page.run()
    told = (strip(page), errors(press(page, "Save privately")))
    assert told == ("private", ["- The private folder is no longer there, or you may not see it. Nothing was saved."])
